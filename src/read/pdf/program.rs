//! An embedded font in, the characters of its glyphs out. Draws nothing.

use rustc_hash::FxHashMap;
use skrifa::raw::ps::cff::CffFontRef;
use skrifa::raw::ps::type1::Type1Font;
use skrifa::raw::{FontRef, TableProvider};
use skrifa::{GlyphId, MetadataProvider};

/// How many glyphs a font has at most; the format counts them with 16 bits.
const GLYPHS: u32 = 1 << 16;

/// What an embedded font says about its glyphs.
#[derive(Default)]
pub(super) struct Program {
    chars: FxHashMap<u32, char>,
    /// Glyphs by CID, where the font is keyed by them.
    by_cid: Option<FxHashMap<u32, u32>>,
    /// Of simple fonts: the glyph names or the glyphs of codes, as the font itself encodes them.
    names: FxHashMap<u8, String>,
    glyphs: FxHashMap<u8, u32>,
}

/// How gladly `c` is taken for a glyph that has several characters; the least is taken.
fn rank(c: char) -> (u8, char) {
    let class = match c {
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => 3,
        '\u{2E80}'..='\u{2FD5}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => 2,
        '\u{A0}' | '\u{AD}' | '\u{2000}'..='\u{200F}' | '\u{2010}' | '\u{2011}' => 1,
        _ => 0,
    };
    (class, c)
}

impl Program {
    pub fn new(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"%!") || bytes.first() == Some(&0x80) {
            return Self::type1(bytes);
        }
        match FontRef::new(bytes) {
            Ok(font) => Some(Self::sfnt(&font)),
            Err(_) => Self::cff(bytes),
        }
    }

    fn put(&mut self, glyph: u32, c: char) {
        let kept = self.chars.entry(glyph).or_insert(c);
        if rank(c) < rank(*kept) {
            *kept = c;
        }
    }

    fn sfnt(font: &FontRef<'_>) -> Self {
        let mut program = Program::default();
        let charmap = font.charmap();
        if !charmap.is_symbol() {
            for (code, glyph) in charmap.mappings() {
                if let Some(c) = char::from_u32(code) {
                    program.put(glyph.to_u32(), c);
                }
            }
        }
        if let Ok(cmap) = font.cmap() {
            for code in 0..=255u8 {
                // Symbol fonts put their codes at U+F000.
                let glyph = cmap.encoding_records().iter().find_map(|record| {
                    let table = record.subtable(cmap.offset_data()).ok()?;
                    let symbol = (record.platform_id() as u16, record.encoding_id()) == (3, 0);
                    let mac = record.platform_id() as u16 == 1;
                    let code = u32::from(code);
                    let of = |code: u32| match &table {
                        skrifa::raw::tables::cmap::CmapSubtable::Format0(t) => t.map_codepoint(code),
                        skrifa::raw::tables::cmap::CmapSubtable::Format4(t) => t.map_codepoint(code),
                        skrifa::raw::tables::cmap::CmapSubtable::Format6(t) => t.map_codepoint(code),
                        _ => None,
                    };
                    if symbol {
                        of(0xF000 + code).or_else(|| of(code))
                    } else if mac {
                        of(code)
                    } else {
                        None
                    }
                });
                if let Some(glyph) = glyph.filter(|glyph| glyph.to_u32() > 0) {
                    program.glyphs.insert(code, glyph.to_u32());
                }
            }
        }
        if program.chars.is_empty()
            && let Ok(post) = font.post()
        {
            for glyph in 0..u16::try_from(post.num_names()).unwrap_or(0) {
                let name = post.glyph_name(skrifa::raw::types::GlyphId16::new(glyph)).unwrap_or_default();
                if let Some(c) = super::names::chars(name).chars().next() {
                    program.put(u32::from(glyph), c);
                }
            }
        }
        // An OpenType wrapper around a CFF font.
        if let Ok(cff) = font.cff()
            && let Some(inner) = Self::cff(cff.offset_data().as_bytes())
        {
            program.by_cid = inner.by_cid;
            program.names = inner.names;
            for (glyph, c) in inner.chars {
                program.chars.entry(glyph).or_insert(c);
            }
        }
        program
    }

    fn cff(bytes: &[u8]) -> Option<Self> {
        let font = CffFontRef::new_cff(bytes, 0, None).ok()?;
        let mut program = Program::default();
        let glyphs = font.num_glyphs().min(GLYPHS);
        let charset = font.charset();
        if font.is_cid() {
            let cids = (0..glyphs).filter_map(|glyph| {
                let cid = charset.as_ref()?.string_id(GlyphId::new(glyph))?;
                Some((u32::from(cid.to_u16()), glyph))
            });
            program.by_cid = Some(cids.collect());
            return Some(program);
        }
        let name = |glyph: GlyphId| {
            let sid = charset.as_ref()?.string_id(glyph)?;
            std::str::from_utf8(font.string(sid)?).ok()
        };
        for glyph in 0..glyphs {
            if let Some(c) = name(GlyphId::new(glyph)).and_then(|name| super::names::chars(name).chars().next()) {
                program.put(glyph, c);
            }
        }
        if let Some(encoding) = font.encoding() {
            for code in 0..=255u8 {
                if let Some(name) = encoding.map(code).and_then(name) {
                    program.names.insert(code, name.to_owned());
                }
            }
        }
        Some(program)
    }

    fn type1(bytes: &[u8]) -> Option<Self> {
        let font = Type1Font::new(bytes).ok()?;
        let mut program = Program::default();
        if let Some(encoding) = font.encoding() {
            for code in 0..=255u8 {
                if let Some(name) = encoding.glyph_name(code) {
                    program.names.insert(code, name.to_owned());
                }
            }
        }
        Some(program)
    }

    /// The character of a glyph.
    pub fn char(&self, glyph: u32) -> Option<char> {
        self.chars.get(&glyph).copied()
    }

    /// The glyph of a CID; fonts that are not keyed by CIDs count their glyphs.
    pub fn glyph(&self, cid: u32) -> Option<u32> {
        match &self.by_cid {
            Some(map) => map.get(&cid).copied(),
            None => Some(cid),
        }
    }

    /// The name of the glyph at `code` in the font's own encoding.
    pub fn name(&self, code: u8) -> Option<&str> {
        self.names.get(&code).map(String::as_str)
    }

    /// The character at `code` by the font's own table for symbols.
    pub fn char_of_code(&self, code: u8) -> Option<char> {
        self.char(*self.glyphs.get(&code)?)
    }
}
