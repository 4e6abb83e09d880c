//! A shape in, its JSON out: compact, keys in the order of the shape, text as UTF-8. The same bytes as `serde_json`, made for
//! records that are mostly keys and short quotes: a key is copied as it stands, a quote eight bytes at a time.

use std::fmt;

use serde::ser::{self, Impossible, Serialize};

/// Appends `shape` to `out`.
///
/// # Errors
/// Where the shape holds what no record has (a map, an enum with fields, bytes).
pub(super) fn write<T: Serialize + ?Sized>(shape: &T, out: &mut Vec<u8>) -> Result<(), NoRecord> {
    shape.serialize(Json { out })
}

/// A shape that records do not have.
#[derive(Debug)]
pub(super) struct NoRecord;

impl fmt::Display for NoRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records hold no such value")
    }
}

impl std::error::Error for NoRecord {}

impl ser::Error for NoRecord {
    fn custom<T: fmt::Display>(_: T) -> Self {
        NoRecord
    }
}

struct Json<'o> {
    out: &'o mut Vec<u8>,
}

impl<'o> Json<'o> {
    #[inline]
    fn put(self, text: &[u8]) -> Result<(), NoRecord> {
        self.out.extend_from_slice(text);
        Ok(())
    }

    #[inline]
    fn number(self, value: u64) -> Result<(), NoRecord> {
        digits(value, self.out);
        Ok(())
    }

    #[inline]
    fn list(self, open: u8, close: u8) -> List<'o> {
        self.out.push(open);
        List { out: self.out, empty: true, close }
    }
}

impl<'o> ser::Serializer for Json<'o> {
    type Ok = ();
    type Error = NoRecord;
    type SerializeSeq = List<'o>;
    type SerializeTuple = List<'o>;
    type SerializeTupleStruct = List<'o>;
    type SerializeTupleVariant = Impossible<(), NoRecord>;
    type SerializeMap = Impossible<(), NoRecord>;
    type SerializeStruct = List<'o>;
    type SerializeStructVariant = Impossible<(), NoRecord>;

    #[inline]
    fn serialize_bool(self, v: bool) -> Result<(), NoRecord> {
        self.put(if v { b"true" } else { b"false" })
    }

    fn serialize_i8(self, v: i8) -> Result<(), NoRecord> {
        self.serialize_i64(v.into())
    }

    fn serialize_i16(self, v: i16) -> Result<(), NoRecord> {
        self.serialize_i64(v.into())
    }

    fn serialize_i32(self, v: i32) -> Result<(), NoRecord> {
        self.serialize_i64(v.into())
    }

    fn serialize_i64(self, v: i64) -> Result<(), NoRecord> {
        if v < 0 {
            self.out.push(b'-');
        }
        self.number(v.unsigned_abs())
    }

    #[inline]
    fn serialize_u8(self, v: u8) -> Result<(), NoRecord> {
        self.number(v.into())
    }

    #[inline]
    fn serialize_u16(self, v: u16) -> Result<(), NoRecord> {
        self.number(v.into())
    }

    #[inline]
    fn serialize_u32(self, v: u32) -> Result<(), NoRecord> {
        self.number(v.into())
    }

    #[inline]
    fn serialize_u64(self, v: u64) -> Result<(), NoRecord> {
        self.number(v)
    }

    // Boxes of paged formats: rare, and their shortest spelling is an art of its own.
    fn serialize_f32(self, v: f32) -> Result<(), NoRecord> {
        serde_json::to_writer(self.out, &v).map_err(|_| NoRecord)
    }

    fn serialize_f64(self, v: f64) -> Result<(), NoRecord> {
        serde_json::to_writer(self.out, &v).map_err(|_| NoRecord)
    }

    fn serialize_char(self, v: char) -> Result<(), NoRecord> {
        self.serialize_str(v.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, v: &str) -> Result<(), NoRecord> {
        quote(v, self.out);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), NoRecord> {
        Err(NoRecord)
    }

    #[inline]
    fn serialize_none(self) -> Result<(), NoRecord> {
        self.put(b"null")
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NoRecord> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NoRecord> {
        self.put(b"null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NoRecord> {
        self.put(b"null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), NoRecord> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), NoRecord> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), NoRecord> {
        Err(NoRecord)
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<List<'o>, NoRecord> {
        Ok(self.list(b'[', b']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'o>, NoRecord> {
        Ok(self.list(b'[', b']'))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'o>, NoRecord> {
        Ok(self.list(b'[', b']'))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NoRecord> {
        Err(NoRecord)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, NoRecord> {
        Err(NoRecord)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<List<'o>, NoRecord> {
        Ok(self.list(b'{', b'}'))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NoRecord> {
        Err(NoRecord)
    }
}

/// A list or an object, open.
pub(super) struct List<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
    close: u8,
}

impl List<'_> {
    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoRecord> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        value.serialize(Json { out: self.out })
    }

    #[inline]
    fn close(self) -> Result<(), NoRecord> {
        self.out.push(self.close);
        Ok(())
    }
}

impl ser::SerializeSeq for List<'_> {
    type Ok = ();
    type Error = NoRecord;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoRecord> {
        self.item(value)
    }

    #[inline]
    fn end(self) -> Result<(), NoRecord> {
        self.close()
    }
}

impl ser::SerializeTuple for List<'_> {
    type Ok = ();
    type Error = NoRecord;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoRecord> {
        self.item(value)
    }

    fn end(self) -> Result<(), NoRecord> {
        self.close()
    }
}

impl ser::SerializeTupleStruct for List<'_> {
    type Ok = ();
    type Error = NoRecord;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoRecord> {
        self.item(value)
    }

    fn end(self) -> Result<(), NoRecord> {
        self.close()
    }
}

impl ser::SerializeStruct for List<'_> {
    type Ok = ();
    type Error = NoRecord;

    /// Keys are names of fields: nothing in them wants escaping. Inlined, a key is a constant and copied in a few moves.
    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), NoRecord> {
        let before: &[u8] = if self.empty { b"\"" } else { b",\"" };
        self.empty = false;
        self.out.reserve(key.len() + 4);
        self.out.extend_from_slice(before);
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        value.serialize(Json { out: self.out })
    }

    #[inline]
    fn end(self) -> Result<(), NoRecord> {
        self.close()
    }
}

/// `value` in decimal digits.
fn digits(mut value: u64, out: &mut Vec<u8>) {
    let mut text = [0; 20];
    let mut at = text.len();
    loop {
        at -= 1;
        text[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[at..]);
}

/// `text` between quotation marks, with `"`, `\` and control characters escaped.
fn quote(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut rest = bytes;
    while let Some(at) = special(rest) {
        out.extend_from_slice(&rest[..at]);
        escape(rest[at], out);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Where the first byte stands that cannot be copied.
fn special(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let is = |b: &u8| *b < 0x20 || *b == b'"' || *b == b'\\';
    // A byte of `x` is zero, or of `word` below 0x20: its highest bit is set (and perhaps those of bytes behind it).
    let zero = |x: u64| x.wrapping_sub(ONES) & !x;
    let mut words = bytes.chunks_exact(8);
    let mut at = 0;
    for chunk in &mut words {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        let low = word.wrapping_sub(ONES * 0x20) & !word;
        let found = low | zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\')));
        if found & (ONES * 0x80) != 0 {
            return chunk.iter().position(is).map(|i| at + i);
        }
        at += 8;
    }
    words.remainder().iter().position(is).map(|i| at + i)
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    let hex = |n: u8| b"0123456789abcdef"[usize::from(n)];
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        0x08 => out.extend_from_slice(b"\\b"),
        0x0C => out.extend_from_slice(b"\\f"),
        b => out.extend_from_slice(&[b'\\', b'u', b'0', b'0', hex(b >> 4), hex(b & 15)]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(serde::Serialize)]
    struct Shape {
        text: String,
        none: Option<u8>,
        list: Vec<(i64, u64, bool)>,
        bbox: [f32; 4],
        empty: Vec<char>,
        inner: Inner,
    }

    #[derive(serde::Serialize)]
    struct Inner {
        c: char,
        #[serde(skip_serializing_if = "Option::is_none")]
        missing: Option<&'static str>,
    }

    proptest! {
        #[test]
        fn every_shape_is_written_as_serde_json_writes_it(
            text in prop_oneof![any::<String>(), "[\\x00-\\x7f]{0,30}", "[一二三\"\\\\\n0]{0,30}"],
            list in prop::collection::vec(any::<(i64, u64, bool)>(), 0..4), bbox in any::<[f32; 4]>(), c in any::<char>(),
        ) {
            let shape = Shape { text, none: None, list, bbox, empty: vec![], inner: Inner { c, missing: None } };
            let mut out = Vec::new();
            write(&shape, &mut out).unwrap();
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&shape).unwrap());
        }
    }

    #[test]
    fn a_shape_that_no_record_has_is_refused() {
        let map = std::collections::BTreeMap::from([("a", 1)]);
        assert!(write(&map, &mut Vec::new()).is_err());
    }
}
