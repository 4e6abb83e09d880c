//! The CMaps that encode composite fonts (ISO 32000-2, 9.7.5): the bytes of a string in, codes and CIDs out, and the characters of
//! Adobe's collections. The only file that knows `hayro-cmap`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use hayro_cmap::{BfString, CMap, CMapName, CidFamily, WritingMode, load_embedded};

/// The predefined CMaps that were asked for so far. Unpacking one costs milliseconds, and every file of a batch needs the same few.
static PREDEFINED: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// CMaps by name; `None` where there is none of that name.
type Known = BTreeMap<Vec<u8>, Option<Arc<CMap>>>;

/// How the strings of a composite font are cut into codes.
#[derive(Clone, Debug)]
pub(super) enum Encoding {
    /// Two bytes, and the code is the CID.
    Identity,
    /// The code is a character in UTF-16 (two bytes where `narrow`), which a CMap makes a CID.
    Utf16 { cids: Option<Arc<CMap>> },
    /// By a CMap.
    Map(Arc<CMap>),
}

/// A code of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code {
    pub value: u32,
    /// How many bytes it takes.
    pub length: u8,
}

/// The collections of characters that CIDs count in.
#[derive(Clone, Debug)]
pub(super) struct Collection(Option<Arc<CMap>>);

fn predefined(name: &[u8]) -> Option<Arc<CMap>> {
    let mut known = PREDEFINED.lock().unwrap_or_else(PoisonError::into_inner);
    let entry = known.entry(name.to_vec());
    entry
        .or_insert_with(|| {
            let data = load_embedded(CMapName::from_bytes(name))?;
            CMap::parse(data, load_embedded).map(Arc::new)
        })
        .clone()
}

impl Encoding {
    /// The encoding of this name and whether it writes downwards.
    pub fn named(name: &[u8]) -> Option<(Self, bool)> {
        let vertical = name.ends_with(b"-V") || name == b"V";
        let encoding = match name {
            b"Identity-H" | b"Identity-V" => Encoding::Identity,
            _ if name.starts_with(b"Uni") && !name.windows(4).any(|w| w == b"UTF8" || w == b"UTF3") => {
                Encoding::Utf16 { cids: predefined(name) }
            }
            _ => Encoding::Map(predefined(name).filter(|_| known(name))?),
        };
        Some((encoding, vertical))
    }

    /// The encoding that is embedded in the file as a stream, which may go on with the one named `base`.
    pub fn embedded(bytes: &[u8]) -> Option<(Self, bool)> {
        let map = CMap::parse(bytes, load_embedded)?;
        let vertical = map.metadata().writing_mode == Some(WritingMode::Vertical);
        Some((Encoding::Map(Arc::new(map)), vertical))
    }

    /// The first code of `bytes`, which are not empty.
    pub fn next(&self, bytes: &[u8]) -> Code {
        let two = |bytes: &[u8]| Code {
            value: u32::from(bytes[0]) << 8 | u32::from(*bytes.get(1).unwrap_or(&0)),
            length: bytes.len().min(2) as u8,
        };
        match self {
            Encoding::Identity => two(bytes),
            Encoding::Utf16 { .. } => {
                let code = two(bytes);
                // A pair of surrogates.
                if code.value & 0xFC00 == 0xD800
                    && let [_, _, a @ 0xDC..=0xDF, b, ..] = *bytes
                {
                    return Code { value: code.value << 16 | u32::from(a) << 8 | u32::from(b), length: 4 };
                }
                code
            }
            Encoding::Map(map) => {
                let mut value = 0;
                for (i, &b) in bytes.iter().take(4).enumerate() {
                    value = value << 8 | u32::from(b);
                    let length = i as u8 + 1;
                    if map.lookup_cid_code(value, length).is_some() {
                        return Code { value, length };
                    }
                }
                // No such code: a lone byte where it can be one in the encodings of China, else two.
                if bytes[0] < 0x80 { Code { value: u32::from(bytes[0]), length: 1 } } else { two(bytes) }
            }
        }
    }

    /// The CID of a code.
    pub fn cid(&self, code: Code) -> u32 {
        match self {
            Encoding::Identity => code.value,
            Encoding::Utf16 { cids } => {
                cids.as_ref().and_then(|map| map.lookup_cid_code(code.value, code.length)).unwrap_or(0)
            }
            Encoding::Map(map) => map.lookup_cid_code(code.value, code.length).unwrap_or(0),
        }
    }

    /// The character that a code is by itself.
    pub fn char(&self, code: Code) -> Option<char> {
        let Encoding::Utf16 { .. } = self else { return None };
        let units =
            if code.length == 4 { vec![(code.value >> 16) as u16, code.value as u16] } else { vec![code.value as u16] };
        char::decode_utf16(units).next()?.ok().filter(|&c| c != '\0')
    }

    /// The collection that the CMap says its CIDs count in.
    pub fn collection(&self) -> Option<Collection> {
        let Encoding::Map(map) = self else { return None };
        let family = &map.metadata().character_collection.as_ref()?.family;
        let found = Collection::of(family);
        found.0.is_some().then_some(found)
    }
}

fn known(name: &[u8]) -> bool {
    !matches!(CMapName::from_bytes(name), CMapName::Custom(_))
}

impl Collection {
    /// The collection that a font names: `Adobe`, `GB1`.
    pub fn named(registry: &[u8], ordering: &[u8]) -> Self {
        Self::of(&CidFamily::from_registry_ordering(registry, ordering))
    }

    fn of(family: &CidFamily) -> Self {
        Collection(family.ucs2_cmap().and_then(|name| predefined(name.to_bytes())))
    }

    /// The collection behind a CMap of this name: `Adobe-GB1-UCS2`.
    pub fn ucs2(name: &[u8]) -> Self {
        Collection(predefined(name))
    }

    /// What a CID stands for.
    pub fn text(&self, cid: u32) -> Option<String> {
        match self.0.as_ref()?.lookup_bf_string(cid)? {
            BfString::Char(c) => (c != '\0' && c != '\u{FFFD}').then(|| c.to_string()),
            BfString::String(text) => Some(text),
        }
    }

    pub fn is_known(&self) -> bool {
        self.0.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &[u8], mut bytes: &[u8]) -> String {
        let (encoding, _) = Encoding::named(name).expect("predefined");
        let collection = encoding.collection().unwrap_or(Collection::named(b"Adobe", b"GB1"));
        let mut text = String::new();
        while !bytes.is_empty() {
            let code = encoding.next(bytes);
            let own = encoding.char(code).map(String::from);
            text += &own.or_else(|| collection.text(encoding.cid(code))).unwrap_or_default();
            bytes = &bytes[usize::from(code.length)..];
        }
        text
    }

    #[test]
    fn the_encodings_of_china_give_the_same_text() {
        let print = "预算151.47万元";
        let gbk = encoding_rs::GBK.encode(print).0;
        let ucs2: Vec<u8> = print.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for name in [&b"GBK-EUC-H"[..], b"GBKp-EUC-H", b"GBK2K-H", b"GB-EUC-H", b"GBK-EUC-V"] {
            assert_eq!(read(name, &gbk), print, "{}", String::from_utf8_lossy(name));
        }
        for name in [&b"UniGB-UCS2-H"[..], b"UniGB-UTF16-H", b"UniGB-UCS2-V"] {
            assert_eq!(read(name, &ucs2), print, "{}", String::from_utf8_lossy(name));
        }
        assert!(Encoding::named(b"Own-H").is_none());
    }
}
