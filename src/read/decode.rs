//! Bytes in, a text out: which encoding, which line ends, what was lost. Looks at no line of it.
//!
//! # The ladder
//!
//! byte order mark → strict UTF-8 → UTF-16 without a mark, by its shape → UTF-8 with a few damaged places → strict GB18030 →
//! a guess among the encodings of China. Damaged UTF-8 comes before GB18030 because damaged UTF-8 is often *valid* GB18030 and
//! then reads as mojibake, while GB18030 is hardly ever mostly valid UTF-8.
//!
//! # What changes
//!
//! Line ends become `\n`: CR, CRLF, U+0085, U+2028, U+2029. A byte order mark goes. NUL becomes U+FFFD, because programs behind
//! this one stop at NUL. Nothing else.

use encoding_rs::{DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::ReadError;
use crate::model::{Note, Span};

/// Offsets are 32 bits wide, and folding makes three bytes of one at worst.
const MOST_BYTES: usize = 1 << 30;

/// A decoded file.
pub(super) struct Decoded {
    pub text: String,
    /// WHATWG label.
    pub encoding: &'static str,
    pub notes: Vec<Note>,
}

/// Decodes `bytes`.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, ReadError> {
    if bytes.len() > MOST_BYTES {
        let message = format!("has {} bytes, more than the {MOST_BYTES} that can be read; split it", bytes.len());
        return Err(ReadError { id: "read.too_large", message });
    }
    if let Some(kind) = magic(bytes) {
        let message = format!("looks like {kind}; this version reads text files: convert it to text first");
        return Err(ReadError { id: "read.binary", message });
    }
    let mut notes = Vec::new();
    let (text, encoding) = ladder(bytes, &mut notes);
    let text = tidy(text, bytes.len(), &mut notes)?;
    Ok(Decoded { text, encoding: label(encoding), notes })
}

/// Our name for an encoding: GBK and GB2312 are read as the superset that they are part of.
fn label(encoding: &'static Encoding) -> &'static str {
    match encoding {
        e if e == UTF_8 => "utf-8",
        e if e == UTF_16LE => "utf-16le",
        e if e == UTF_16BE => "utf-16be",
        e if e == GB18030 || e == GBK => "gb18030",
        e if e == encoding_rs::BIG5 => "big5",
        e => e.name(),
    }
}

fn ladder(bytes: &[u8], notes: &mut Vec<Note>) -> (String, &'static Encoding) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (lossy(encoding, &bytes[mark..], notes), encoding);
    }
    if let Some(encoding) = utf16_shape(bytes) {
        return (lossy(encoding, bytes, notes), encoding);
    }
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        return (text.into_owned(), UTF_8);
    }
    if mostly_utf8(bytes) {
        return (lossy(UTF_8, bytes, notes), UTF_8);
    }
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        return (text.into_owned(), GB18030);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow);
    let encoding = if guess == GBK { GB18030 } else { guess };
    (lossy(encoding, bytes, notes), encoding)
}

/// Decodes with U+FFFD for what is invalid, and notes how often and where.
fn lossy(encoding: &'static Encoding, bytes: &[u8], notes: &mut Vec<Note>) -> String {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2 + 16);
    let (mut read, mut count, mut first) = (0, 0u64, None);
    loop {
        let (result, n) = decoder.decode_to_string_without_replacement(&bytes[read..], &mut text, true);
        read += n;
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => text.reserve(bytes.len() - read + 64),
            DecoderResult::Malformed(..) => {
                first.get_or_insert((read, text.len()));
                count += 1;
                text.push('\u{FFFD}');
            }
        }
    }
    if let Some((byte, at)) = first {
        let name = label(encoding);
        notes.push(Note {
            id: "decode.replaced",
            count,
            message: format!(
                "{count} byte sequences are not valid {name} (the first near byte {byte}) and stand as U+FFFD; \
                 ask for the file again if figures are affected"
            ),
            span: Some(Span::new(at, at + '\u{FFFD}'.len_utf8())),
        });
    }
    text
}

/// UTF-16 without a byte order mark: nearly all units are Han, Chinese punctuation or ASCII, and some unit is a line end,
/// a digit or a sentence mark. GBK or UTF-8 read as UTF-16 falls into Hangul and private-use ranges instead.
fn utf16_shape(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || bytes.len() % 2 == 1 {
        return None;
    }
    let sample = &bytes[..bytes.len().min(8192)];
    let units = sample.len() / 2;
    let fits = |unit: fn([u8; 2]) -> u16| {
        let (mut likely, mut telling, mut zero_free) = (0usize, 0usize, 0usize);
        for (i, pair) in sample.chunks_exact(2).enumerate() {
            // Nearly every file is given up here: more units are unlikely than may be.
            if (i - likely) * 100 > units * 5 {
                return false;
            }
            let unit = unit([pair[0], pair[1]]);
            likely += usize::from(matches!(unit, 9 | 10 | 13 | 0x20..=0x7E | 0x2010..=0x203F | 0x3000..=0x301F
                | 0x4E00..=0x9FA5 | 0xFF01..=0xFF5E));
            telling += usize::from(matches!(unit, 10 | 13 | 0x20 | 0x30..=0x39 | 0x3001 | 0x3002 | 0xFF0C | 0xFF1A));
            zero_free += usize::from(pair[0] != 0 && pair[1] != 0);
        }
        // ASCII read as UTF-16 gives Han too (`ab` is U+6261), but then no unit holds a zero byte.
        likely * 100 >= units * 95 && telling > 0 && (zero_free < units || !sample.is_ascii())
    };
    let valid = |e: &'static Encoding| e.decode_without_bom_handling_and_without_replacement(bytes).is_some();
    if fits(u16::from_le_bytes) && valid(UTF_16LE) {
        return Some(UTF_16LE);
    }
    (fits(u16::from_be_bytes) && valid(UTF_16BE)).then_some(UTF_16BE)
}

/// At least nine in ten of the multi-byte sequences are valid UTF-8, or all but one that was cut off at the end.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let valid = Encoding::utf8_valid_up_to(bytes);
    let cut_off = bytes.len() - valid < 4 && bytes[valid..].iter().all(|&b| b >= 0x80);
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|&b| b >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 8 * bad.max(1) || (cut_off && bad == 1 && good > 0)
}

/// Line ends, NUL, private-use and replacement characters.
fn tidy(text: String, bytes: usize, notes: &mut Vec<Note>) -> Result<String, ReadError> {
    let survey = Survey::of(text.as_bytes());
    if survey == Survey::default() {
        return Ok(text);
    }
    let replaced = notes.iter().map(|n| n.count).sum::<u64>() as usize;
    let (mut controls, mut nul, mut private, mut unknown) = (0usize, 0usize, 0usize, 0usize);
    let mut first = [None; 3];
    let mut out = if survey.rewrite { String::with_capacity(text.len()) } else { String::new() };
    let mut chars = 0usize;
    let mut run = 0;
    for (at, c) in text.char_indices() {
        chars += 1;
        let to = match c {
            '\r' => Some(if text.as_bytes().get(at + 1) == Some(&b'\n') { "" } else { "\n" }),
            '\u{85}' | '\u{2028}' | '\u{2029}' => Some("\n"),
            '\0' => Some("\u{FFFD}"),
            _ => None,
        };
        // Where the character stands in the finished text.
        let place = || if survey.rewrite { out.len() + (at - run) } else { at };
        match c {
            '\0' => {
                first[0].get_or_insert(place());
                nul += 1;
            }
            '\u{FFFD}' => {
                first[1].get_or_insert(place());
                unknown += 1;
            }
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => {
                first[2].get_or_insert(place());
                private += 1;
            }
            '\u{1}'..='\u{8}' | '\u{E}'..='\u{1F}' => controls += 1,
            _ => {}
        }
        if let Some(to) = to.filter(|_| survey.rewrite) {
            out.push_str(&text[run..at]);
            out.push_str(to);
            run = at + c.len_utf8();
        }
    }
    // One in eight characters that is no text: a picture, a program, an archive.
    if (controls + nul + unknown.max(replaced)) * 8 > chars {
        let message = format!(
            "does not look like text: {} of {chars} characters ({bytes} bytes) cannot be printed in any known encoding; \
             open it in the program that made it and save it as text",
            controls + nul + unknown
        );
        return Err(ReadError { id: "read.binary", message });
    }
    let text = if survey.rewrite {
        out.push_str(&text[run..]);
        out
    } else {
        text
    };
    let mut note = |id, count: usize, at: Option<usize>, message: String| {
        if let (true, Some(at)) = (count > 0, at) {
            let width = text[at..].chars().next().map_or(0, char::len_utf8);
            notes.push(Note { id, count: count as u64, message, span: Some(Span::new(at, at + width)) });
        }
    };
    note("text.nul", nul, first[0], format!("{nul} NUL characters stand as U+FFFD; the file may be damaged"));
    // Those that decoding put in have their own note.
    let unknown = unknown.saturating_sub(replaced);
    note(
        "text.replacement",
        unknown,
        first[1],
        format!(
            "{unknown} characters are U+FFFD: an earlier conversion lost them; go back to the file it was made from"
        ),
    );
    note(
        "text.private_use",
        private,
        first[2],
        format!(
            "{private} characters are private-use code points of some font and cannot be read; go back to the original file"
        ),
    );
    Ok(text)
}

/// Which rare characters a text may hold; found without looking at characters one by one.
#[derive(Clone, Copy, Default, PartialEq)]
struct Survey {
    /// Control, private-use or replacement characters: count them.
    odd: bool,
    /// Line ends other than `\n`, or NUL: rewrite the text.
    rewrite: bool,
}

impl Survey {
    fn of(bytes: &[u8]) -> Self {
        let mut survey = Survey::default();
        // Pieces overlap by two bytes so that no character hides across a border.
        let mut at = 0;
        while at < bytes.len() {
            let piece = &bytes[at..bytes.len().min(at + PIECE + 2)];
            let suspect = match <&[u8; PIECE + 2]>::try_from(piece) {
                Ok(piece) => suspect(piece),
                Err(_) => true,
            };
            if suspect {
                survey.look(piece);
            }
            at += PIECE;
        }
        survey
    }

    /// Looks at bytes one by one.
    fn look(&mut self, bytes: &[u8]) {
        for (i, &a) in bytes.iter().enumerate() {
            let next = |n: usize| bytes.get(i + n).copied().unwrap_or(0);
            match a {
                0 => (self.odd, self.rewrite) = (true, true),
                b'\r' => self.rewrite = true,
                1..=8 | 0xE..=0x1F | 0xEE | 0xF3.. => self.odd = true,
                0xC2 => self.rewrite |= next(1) == 0x85,
                0xEF => self.odd |= next(1) & 0xFC == 0xA0 || next(1) == 0xBF && next(2) == 0xBD,
                0xE2 => self.rewrite |= next(1) == 0x80 && next(2) & 0xFE == 0xA8,
                _ => {}
            }
        }
    }
}

/// How many bytes are looked at in one go.
const PIECE: usize = 128;

/// Whether a piece may hold one of the rare characters; written so that it is computed for many bytes at once.
fn suspect(piece: &[u8; PIECE + 2]) -> bool {
    let mut found = 0;
    for i in 0..PIECE {
        let (a, b, c) = (piece[i], piece[i + 1], piece[i + 2]);
        let control = u8::from(a < 0x20) & u8::from(a != b'\n') & u8::from(a != b'\t');
        // EE, F3 and F4 begin private-use characters; EF and E2 may.
        let lead = u8::from(a == 0xEE) | u8::from(a >= 0xF3) | u8::from(a == 0xC2) & u8::from(b == 0x85);
        let odd = u8::from(a == 0xEF) & (u8::from(b & 0xFC == 0xA0) | u8::from(b == 0xBF) & u8::from(c == 0xBD));
        let separator = u8::from(a == 0xE2) & u8::from(b == 0x80) & u8::from(c & 0xFE == 0xA8);
        found |= control | lead | odd | separator;
    }
    found != 0
}

/// What the first bytes say that a file is.
fn magic(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF-", "a PDF file"),
        (b"PK\x03\x04", "a zip archive (docx, xlsx, ofd and wps files are such archives)"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Office file (doc, xls, wps)"),
        (b"{\\rtf", "an RTF file"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xFF\xD8\xFF", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"Rar!\x1A", "a RAR archive"),
        (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\x7FELF", "a program"),
    ];
    let found = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind);
    found.or_else(|| {
        let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
        let html = |tag: &[u8]| body.get(..tag.len()).is_some_and(|b| b.eq_ignore_ascii_case(tag));
        (html(b"<!doctype html") || html(b"<html")).then_some("an HTML page")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINT: &str = "某区水利局2022年度部门整体支出绩效自评报告\n一、部门基本情况\n支出151.47万元。\n";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn read(bytes: &[u8]) -> (String, &'static str, Vec<(&'static str, u64)>) {
        let decoded = decode(bytes).unwrap();
        (decoded.text, decoded.encoding, decoded.notes.iter().map(|n| (n.id, n.count)).collect())
    }

    #[test]
    fn every_encoding_of_the_ladder_gives_the_same_text() {
        let (le, be) = (utf16(PRINT, u16::to_le_bytes), utf16(PRINT, u16::to_be_bytes));
        let gb = GB18030.encode(PRINT).0.into_owned();
        let marked = |mark: &[u8], body: &[u8]| [mark, body].concat();
        for (bytes, encoding) in [
            (PRINT.as_bytes().to_vec(), "utf-8"),
            (marked(b"\xEF\xBB\xBF", PRINT.as_bytes()), "utf-8"),
            (gb, "gb18030"),
            (le.clone(), "utf-16le"),
            (be.clone(), "utf-16be"),
            (marked(b"\xFF\xFE", &le), "utf-16le"),
            (marked(b"\xFE\xFF", &be), "utf-16be"),
            (utf16("budget 151.47\n", u16::to_le_bytes), "utf-16le"),
        ] {
            let text = if bytes.len() == 28 { "budget 151.47\n" } else { PRINT };
            assert_eq!(read(&bytes), (text.to_owned(), encoding, vec![]));
        }
        assert_eq!(read(b"budget 151.47").1, "utf-8");
    }

    #[test]
    fn a_rare_character_of_gb18030_is_read() {
        let bytes = GB18030.encode("㙍镇𠮷村支出3万元。").0.into_owned();
        assert_eq!(read(&bytes).0, "㙍镇𠮷村支出3万元。");
    }

    #[test]
    fn damaged_utf_8_keeps_all_but_the_damaged_places() {
        let mut bytes = PRINT.as_bytes().to_vec();
        bytes[4] = b'?';
        let (text, encoding, notes) = read(&bytes);
        assert_eq!((encoding, notes), ("utf-8", vec![("decode.replaced", 2)]));
        assert!(text.starts_with("某\u{FFFD}?\u{FFFD}水利局2022"), "{text}");
        // Cut off in the middle of a character.
        let (text, encoding, notes) = read(&PRINT.as_bytes()[..PRINT.len() - 2]);
        assert_eq!((encoding, notes), ("utf-8", vec![("decode.replaced", 1)]));
        assert!(text.ends_with("万元\u{FFFD}"));
    }

    #[test]
    fn damaged_gb18030_is_guessed() {
        let mut bytes = GB18030.encode(&PRINT.repeat(3)).0.into_owned();
        bytes[8] = 0xFF;
        let (text, encoding, notes) = read(&bytes);
        assert_eq!((encoding, notes[0].0), ("gb18030", "decode.replaced"));
        assert!(text.ends_with("支出151.47万元。\n"));
    }

    #[test]
    fn line_ends_become_one_kind() {
        assert_eq!(read("一\r\n二\r三\n四\u{2028}五\u{85}六\r\r\n".as_bytes()).0, "一\n二\n三\n四\n五\n六\n\n");
    }

    #[test]
    fn lost_characters_are_counted_with_their_first_place() {
        let decoded = decode(format!("{PRINT}\r\n某\u{FFFD}局\0的\u{E123}\u{E124}").as_bytes()).unwrap();
        let notes: Vec<_> = decoded.notes.iter().map(|n| (n.id, n.count, n.span.unwrap().of(&decoded.text))).collect();
        assert_eq!(
            notes,
            [("text.nul", 1, "\u{FFFD}"), ("text.replacement", 1, "\u{FFFD}"), ("text.private_use", 2, "\u{E123}"),]
        );
    }

    #[test]
    fn files_that_are_no_text_are_refused_by_name() {
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], "a PDF file"),
            (b"PK\x03\x04..", "a zip archive"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Office file"),
            (b"\n <!DOCTYPE html><html>", "an HTML page"),
        ] {
            let error = decode(bytes).err().unwrap();
            assert_eq!(error.id, "read.binary");
            assert!(error.message.contains(kind), "{}", error.message);
        }
        let noise: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(decode(&noise).err().unwrap().id, "read.binary");
    }

    #[test]
    fn a_rare_character_at_the_border_of_two_chunks_is_found() {
        for at in (PIECE - 6..PIECE + 4).chain(4090..4100) {
            let text = format!("{}\u{2028}乙", "a".repeat(at));
            assert!(decode(text.as_bytes()).unwrap().text.ends_with("a\n乙"), "{at}");
            let text = format!("{}\u{F8FF}乙", "a".repeat(at));
            assert_eq!(decode(text.as_bytes()).unwrap().notes.len(), 1, "{at}");
        }
    }
}
