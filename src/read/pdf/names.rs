//! The names of glyphs in, characters out, and the encodings of simple fonts (ISO 32000-2, annex D).

use skrifa::raw::ps::agl;

/// The characters that a glyph name stands for; none where it says nothing.
pub(super) fn chars(name: &str) -> String {
    agl::name_to_chars(name).filter(|&c| c != '\0').collect()
}

/// What the glyph `name` at `code` shows. Producers that make names up count (`a65`, `G41`, `c65`): such a name says no more
/// than its code does.
pub(super) fn of_glyph(name: &str, code: u8, dingbats: bool) -> String {
    let digits = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let made_up = name.len() - digits.len() <= 2 && !digits.is_empty() && name.len() > digits.len();
    if made_up && !dingbats && !name.starts_with('u') && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        let counts = digits.parse() == Ok(u32::from(code)) || u32::from_str_radix(digits, 16) == Ok(u32::from(code));
        return if counts && (0x20..0x7F).contains(&code) { char::from(code).to_string() } else { String::new() };
    }
    chars(name)
}

/// The encodings that a font may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Standard,
    WinAnsi,
    MacRoman,
}

impl Base {
    pub fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"StandardEncoding" => Some(Base::Standard),
            b"WinAnsiEncoding" => Some(Base::WinAnsi),
            b"MacRomanEncoding" => Some(Base::MacRoman),
            _ => None,
        }
    }

    pub fn char(self, code: u8) -> Option<char> {
        let decode = |encoding: &'static encoding_rs::Encoding| {
            let bytes = [code];
            encoding
                .decode_without_bom_handling(&bytes)
                .0
                .chars()
                .next()
                .filter(|c| !c.is_control() && *c != '\u{FFFD}')
        };
        match self {
            Base::Standard => standard(code),
            Base::WinAnsi if code == 0xAD => Some('-'),
            Base::WinAnsi => decode(encoding_rs::WINDOWS_1252),
            Base::MacRoman => decode(encoding_rs::MACINTOSH),
        }
    }
}

/// The upper half of Adobe's standard encoding from 0xA1; blanks where it has nothing.
const STANDARD: &str = "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ –†‡· ¶•‚„”»…‰ ¿ `´ˆ˜¯˘˙¨ ˚¸ ˝˛ˇ—                Æ ª    ŁØŒº     æ   ı  łøœß";

fn standard(code: u8) -> Option<char> {
    match code {
        0x27 => Some('’'),
        0x60 => Some('‘'),
        0x20..=0x7E => Some(char::from(code)),
        _ => STANDARD.chars().nth(usize::from(code).checked_sub(0xA1)?).filter(|&c| c != ' '),
    }
}

/// Widths of Helvetica and Times from ` ` to `~`, in thousandths, for fonts that give none (Adobe core 14 metrics).
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];

/// The width of a character in the standard font that `font` is or resembles, in thousandths.
pub(super) fn standard_width(font: &str, c: char) -> f32 {
    if font.contains("Courier") || font.contains("Mono") {
        return 600.0;
    }
    let table = if font.contains("Times") || font.contains("Serif") { &TIMES } else { &HELVETICA };
    let at = (c as usize).wrapping_sub(0x20);
    table.get(at).map_or(556.0, |&width| f32::from(width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_characters_and_names_that_count_give_their_code() {
        assert_eq!(chars("uni652F"), "支");
        assert_eq!(chars("fi"), "ﬁ");
        assert_eq!(chars("f_i"), "fi");
        assert_eq!(chars("u20BB7"), "𠮷");
        assert_eq!(chars("A.swash"), "A");
        assert_eq!(chars("g12"), "");
        assert_eq!(of_glyph("a65", 65, false), "A");
        assert_eq!(of_glyph("a19", 0x33, true), "\u{2713}");
        assert_eq!(of_glyph("G41", 0x41, false), "A");
    }

    #[test]
    fn encodings_differ_above_ascii() {
        assert_eq!(Base::WinAnsi.char(0x93), Some('“'));
        assert_eq!(Base::MacRoman.char(0xD2), Some('“'));
        assert_eq!(Base::Standard.char(0xAA), Some('“'));
        assert_eq!(Base::Standard.char(0x27), Some('’'));
        let upper =
            [(0xA1, '¡'), (0xAF, 'ﬂ'), (0xB7, '•'), (0xBF, '¿'), (0xC8, '¨'), (0xD0, '—'), (0xE1, 'Æ'), (0xFB, 'ß')];
        for (code, c) in upper {
            assert_eq!(Base::Standard.char(code), Some(c));
        }
        assert_eq!(Base::Standard.char(0xE0), None);
    }
}
