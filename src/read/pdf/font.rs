//! A font dictionary in; for the bytes of a string, its characters and how far each moves the pen, out. Draws nothing.
//!
//! # Which character a code is
//!
//! ToUnicode, for each code by itself, since partial maps occur → the encoding, where it is Unicode → CMap and CID by Adobe's
//! collections → the embedded font's own table of characters in reverse → glyph names → GBK bytes under WinAnsi. What says
//! nothing, or a character of private use, leaves the word to the next.

use std::cell::{OnceCell, RefCell};

use rustc_hash::FxHashMap;

use super::cmap::{Code, Collection, Encoding};
use super::file::File;
use super::names::{self, Base};
use super::object::{Dict, Object};
use super::program::Program;
use super::tounicode::{Target, ToUnicode};

/// The largest embedded font that is read for its characters, unpacked.
const PROGRAM: usize = 32 << 20;

/// A font of the file.
pub(super) struct Font {
    /// Fonts are numbered as they are met.
    pub number: u16,
    pub bold: bool,
    pub vertical: bool,
    /// How a Type 3 font's own units become text space.
    pub type3: Option<Type3>,
    kind: Kind,
    unicode: Option<ToUnicode>,
    /// The collection of a predefined CMap that ToUnicode goes on with.
    unicode_base: Option<Collection>,
    program: OnceCell<Option<Program>>,
    file: Option<Object>,
    known: RefCell<FxHashMap<(u32, u8), Shown>>,
    texts: RefCell<Vec<String>>,
}

/// What a Type 3 font says of its units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type3 {
    /// Horizontal scale from glyph space to text space.
    pub scale: f64,
    /// The size of text set at size 1.
    pub em: f64,
}

enum Kind {
    Simple(Simple),
    Composite(Box<Composite>),
}

struct Simple {
    base: Option<Base>,
    differences: FxHashMap<u8, String>,
    first: i64,
    widths: Vec<f32>,
    missing: f32,
    standard: Option<String>,
    dingbats: bool,
    /// Its strings hold GBK, whatever its encoding says.
    gbk: bool,
    truetype: bool,
}

struct Composite {
    encoding: Encoding,
    collection: Option<Collection>,
    /// Two bytes a CID; `None` where CIDs are glyphs.
    glyphs: Option<Vec<u8>>,
    widths: Vec<Range<1>>,
    default: f32,
    /// The advance, and the place of the vertical origin.
    downs: Vec<Range<3>>,
    down: [f32; 2],
}

/// What a code shows, in units of the font size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    /// The first character; U+FFFD where none is known.
    pub first: char,
    /// Where the whole text is, if it is longer; see [`Font::text`].
    more: Option<u32>,
    /// How far it moves the pen: to the right, or down (then negative).
    pub advance: f32,
    /// Where the pen stands, from the glyph's own origin.
    pub origin: [f32; 2],
    pub width: f32,
    /// The code is one byte 32, which word spacing widens.
    pub space: bool,
}

impl Font {
    /// Reads a font dictionary.
    pub fn new(file: &File, dict: &Dict, number: u16) -> Self {
        let subtype = file.get(dict, b"Subtype");
        let subtype = subtype.as_ref().and_then(Object::name).unwrap_or_default();
        let descendant = match file.get(dict, b"DescendantFonts") {
            Some(Object::Array(items)) => items.first().and_then(|item| file.resolve(item)?.dict().cloned()),
            Some(Object::Dict(dict)) => Some(dict),
            _ => None,
        };
        let own = descendant.as_ref().unwrap_or(dict);
        let descriptor = file.dict(own, b"FontDescriptor").unwrap_or_default();
        let embedded = [&b"FontFile2"[..], b"FontFile3", b"FontFile"];
        let program = embedded.iter().find_map(|key| file.get(&descriptor, key).filter(|o| o.stream().is_some()));
        let name = font_name(file, dict);
        let mut vertical = false;
        let kind = if subtype == b"Type0" || descendant.is_some() {
            let (composite, downwards) = Composite::new(file, dict, own);
            vertical = downwards;
            Kind::Composite(Box::new(composite))
        } else {
            Kind::Simple(Simple::new(file, dict, &descriptor, &name, subtype, program.is_some()))
        };
        let (unicode, unicode_base) = to_unicode(file, dict);
        Font {
            number,
            bold: is_bold(file, &name, &descriptor),
            vertical,
            type3: (subtype == b"Type3").then(|| Type3::new(file, dict)),
            kind,
            unicode,
            unicode_base,
            program: OnceCell::new(),
            file: program,
            known: RefCell::default(),
            texts: RefCell::default(),
        }
    }

    /// What the first code of `bytes` (not empty) shows, and how many bytes it takes.
    pub fn next(&self, file: &File, bytes: &[u8]) -> (Shown, usize) {
        let code = match &self.kind {
            Kind::Simple(simple) => simple.next(bytes),
            Kind::Composite(composite) => composite.encoding.next(bytes),
        };
        let key = (code.value, code.length);
        let known = self.known.borrow().get(&key).copied();
        let shown = known.unwrap_or_else(|| {
            let shown = self.read(file, code);
            self.known.borrow_mut().insert(key, shown);
            shown
        });
        (shown, usize::from(code.length.max(1)))
    }

    /// Hands on the characters of a code that shows more than one.
    pub fn text(&self, shown: Shown, mut each: impl FnMut(&str)) -> bool {
        let Some(at) = shown.more else { return false };
        if let Some(text) = self.texts.borrow().get(at as usize) {
            each(text);
        }
        true
    }

    fn read(&self, file: &File, code: Code) -> Shown {
        let text = self.chars(file, code);
        let mut chars = text.chars();
        let first = chars.next();
        let more = chars.next().map(|_| {
            let mut texts = self.texts.borrow_mut();
            texts.push(text.clone());
            texts.len() as u32 - 1
        });
        let mut shown = Shown {
            first: first.unwrap_or('\u{FFFD}'),
            more,
            advance: 0.0,
            origin: [0.0; 2],
            width: 0.0,
            space: code.length == 1 && code.value == 32,
        };
        match &self.kind {
            Kind::Simple(simple) => {
                shown.width = simple.width(code, first);
                shown.advance = shown.width;
            }
            Kind::Composite(composite) => {
                let cid = composite.encoding.cid(code);
                shown.width = composite.width(cid);
                if self.vertical {
                    let [down, x, y] = composite.down(cid, shown.width);
                    (shown.advance, shown.origin) = (down, [x, y]);
                } else {
                    shown.advance = shown.width;
                }
            }
        }
        if let Some(type3) = self.type3 {
            // Their widths are in glyph space, not in thousandths.
            let scale = (1000.0 * type3.scale) as f32;
            shown.width *= scale;
            shown.advance *= scale;
        }
        shown
    }

    fn program(&self, file: &File) -> Option<&Program> {
        self.program
            .get_or_init(|| {
                let data = file.data(self.file.as_ref()?.stream()?)?;
                if data.bytes.len() > PROGRAM { None } else { Program::new(&data.bytes) }
            })
            .as_ref()
    }

    /// The characters of a code; empty where none is known.
    fn chars(&self, file: &File, code: Code) -> String {
        let mut private = None;
        let mut fits = |text: String| {
            let first = text.chars().next();
            if first.is_some_and(is_private) {
                private.get_or_insert(text);
                return None;
            }
            first.is_some().then_some(text)
        };
        let told = self.unicode.as_ref().and_then(|map| map.get(code.value)).and_then(|target| match target {
            Target::Char(c) => char::from_u32(c).map(String::from),
            Target::Text(text) => Some(text.to_string()),
        });
        if let Some(text) = told.and_then(&mut fits) {
            return text;
        }
        let found = match &self.kind {
            Kind::Simple(simple) => self.simple_chars(file, simple, code).and_then(&mut fits),
            Kind::Composite(composite) => self.composite_chars(file, composite, code, &mut fits),
        };
        found.or(private).unwrap_or_default()
    }

    fn composite_chars(
        &self,
        file: &File,
        composite: &Composite,
        code: Code,
        fits: &mut dyn FnMut(String) -> Option<String>,
    ) -> Option<String> {
        if let Some(text) = composite.encoding.char(code).map(String::from).and_then(&mut *fits) {
            return Some(text);
        }
        let cid = composite.encoding.cid(code);
        let by_base = self.unicode_base.as_ref().and_then(|base| base.text(cid));
        if let Some(text) = by_base.and_then(&mut *fits) {
            return Some(text);
        }
        // Where CIDs come from the font alone, the embedded font knows better than a collection that was only named.
        let identity = matches!(composite.encoding, Encoding::Identity) && self.file.is_some();
        let by_collection = || composite.collection.as_ref().and_then(|collection| collection.text(cid));
        let by_program = || {
            let program = self.program(file)?;
            let glyph = match &composite.glyphs {
                Some(map) => {
                    let at = cid as usize * 2;
                    u32::from(u16::from_be_bytes([*map.get(at)?, *map.get(at + 1)?]))
                }
                None => program.glyph(cid)?,
            };
            program.char(glyph).map(String::from)
        };
        let found = if identity { by_program() } else { by_collection() };
        if let Some(text) = found.and_then(&mut *fits) {
            return Some(text);
        }
        let found = if identity { by_collection() } else { by_program() };
        found.and_then(&mut *fits)
    }

    fn simple_chars(&self, file: &File, simple: &Simple, code: Code) -> Option<String> {
        let Ok(byte) = u8::try_from(code.value) else { return gbk(code) };
        if let Some(name) = simple.differences.get(&byte) {
            let text = names::of_glyph(name, byte, simple.dingbats);
            if !text.is_empty() {
                return Some(text);
            }
        }
        if self.type3.is_some() {
            return None;
        }
        let base = || simple.base.and_then(|base| base.char(byte)).map(String::from);
        // An embedded font without an encoding brings its own.
        if simple.base.is_none() && self.file.is_some() {
            let program = self.program(file)?;
            let own = program.name(byte).map(|name| names::of_glyph(name, byte, simple.dingbats));
            let own = own.filter(|text| !text.is_empty());
            return own.or_else(|| program.char_of_code(byte).map(String::from)).or_else(|| {
                // What subsets of TrueType fonts without names and tables hold is not known; type writers count from 32.
                if simple.truetype { Base::WinAnsi.char(byte).map(String::from) } else { None }
            });
        }
        if simple.base.is_none() && simple.dingbats {
            return None;
        }
        base().or_else(|| Base::Standard.char(byte).filter(|_| simple.base.is_none()).map(String::from))
    }
}

impl Simple {
    fn new(file: &File, dict: &Dict, descriptor: &Dict, name: &str, subtype: &[u8], embedded: bool) -> Self {
        let encoding = file.get(dict, b"Encoding");
        let mut base = None;
        let mut differences = FxHashMap::default();
        match &encoding {
            Some(Object::Name(name)) => base = Base::named(name),
            Some(Object::Dict(own)) => {
                base = file.get(own, b"BaseEncoding").and_then(|name| Base::named(name.name()?));
                let mut code = 0i64;
                for item in file.get(own, b"Differences").as_ref().and_then(Object::array).unwrap_or_default() {
                    match file.resolve(item) {
                        Some(Object::Number(n)) => code = n as i64,
                        Some(Object::Name(name)) => {
                            if let Ok(code) = u8::try_from(code) {
                                differences.insert(code, String::from_utf8_lossy(&name).into_owned());
                            }
                            code += 1;
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        let truetype = subtype == b"TrueType";
        if base.is_none() && !embedded && subtype != b"Type3" {
            base = Some(if truetype { Base::WinAnsi } else { Base::Standard });
        }
        let widths: Option<Vec<f32>> = file.get(dict, b"Widths").as_ref().and_then(Object::array).map(|items| {
            items.iter().take(256).map(|n| file.resolve(n).and_then(|n| n.number()).unwrap_or(0.0) as f32).collect()
        });
        let dingbats = name.contains("Dingbats");
        Simple {
            base,
            differences,
            first: file.number(dict, b"FirstChar").unwrap_or(0.0) as i64,
            standard: (widths.is_none() && subtype != b"Type3").then(|| name.to_owned()),
            widths: widths.unwrap_or_default(),
            missing: file.number(descriptor, b"MissingWidth").unwrap_or(0.0) as f32,
            dingbats,
            gbk: !embedded && dict.get(b"ToUnicode").is_none() && is_chinese(name),
            truetype,
        }
    }

    fn next(&self, bytes: &[u8]) -> Code {
        if self.gbk
            && let [high @ 0x81..=0xFE, low @ 0x40..=0xFE, ..] = *bytes
        {
            return Code { value: u32::from(high) << 8 | u32::from(low), length: 2 };
        }
        Code { value: u32::from(bytes[0]), length: 1 }
    }

    fn width(&self, code: Code, char: Option<char>) -> f32 {
        let one = |code: u32| {
            let at = usize::try_from(i64::from(code) - self.first).ok();
            at.and_then(|at| self.widths.get(at)).copied().unwrap_or(self.missing)
        };
        let width = if code.length == 2 {
            let both = one(code.value >> 8) + one(code.value & 255);
            if both > 0.0 { both } else { 1000.0 }
        } else if let Some(font) = &self.standard {
            if self.gbk { 500.0 } else { names::standard_width(font, char.unwrap_or(' ')) }
        } else {
            one(code.value)
        };
        width / 1000.0
    }
}

/// Two bytes of GBK.
fn gbk(code: Code) -> Option<String> {
    let bytes = (code.value as u16).to_be_bytes();
    let text = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(&bytes)?;
    Some(text.into_owned())
}

impl Composite {
    /// Also says whether it writes downwards.
    fn new(file: &File, dict: &Dict, own: &Dict) -> (Self, bool) {
        let encoding = match file.get(dict, b"Encoding") {
            Some(Object::Name(name)) => Encoding::named(&name),
            Some(Object::Stream(stream)) => {
                let named = file.get(&stream.dict, b"CMapName");
                let whole = file.data(&stream).and_then(|data| Encoding::embedded(&data.bytes));
                whole.or_else(|| Encoding::named(named.as_ref()?.name()?))
            }
            _ => None,
        };
        let (encoding, vertical) = encoding.unwrap_or((Encoding::Identity, false));
        let info = file.dict(own, b"CIDSystemInfo").unwrap_or_default();
        let word = |key: &[u8]| match file.get(&info, key) {
            Some(Object::Text(text) | Object::Name(text)) => text.to_vec(),
            _ => Vec::new(),
        };
        let named = Collection::named(&word(b"Registry"), &word(b"Ordering"));
        let collection = if named.is_known() { Some(named) } else { encoding.collection() };
        let glyphs = file.get(own, b"CIDToGIDMap").and_then(|map| Some(file.data(map.stream()?)?.bytes));
        let down = file.numbers(own, b"DW2").unwrap_or_default();
        let composite = Composite {
            encoding,
            collection,
            glyphs,
            widths: ranges(file, own, b"W"),
            default: file.number(own, b"DW").unwrap_or(1000.0) as f32,
            downs: if vertical { ranges(file, own, b"W2") } else { Vec::new() },
            down: [down.first().map_or(880.0, |n| *n as f32), down.get(1).map_or(-1000.0, |n| *n as f32)],
        };
        (composite, vertical)
    }

    fn width(&self, cid: u32) -> f32 {
        within(&self.widths, cid).map_or(self.default, |[width]| width) / 1000.0
    }

    /// The advance downwards, and where the pen stands from the glyph's origin.
    fn down(&self, cid: u32, width: f32) -> [f32; 3] {
        match within(&self.downs, cid) {
            Some(own) => own.map(|n| n / 1000.0),
            None => [self.down[1] / 1000.0, width / 2.0, self.down[0] / 1000.0],
        }
    }
}

/// A first and a last CID, and numbers that hold for them and all between.
type Range<const N: usize> = (u32, u32, [f32; N]);

/// `W` (one number a CID): `[ 1 [500 600] 10 20 1000 ]`; `W2` (three): `[ 120 [-500 250 772] 200 300 -1000 500 880 ]`. In the
/// order of their first CID.
fn ranges<const N: usize>(file: &File, dict: &Dict, key: &[u8]) -> Vec<Range<N>> {
    let mut found: Vec<Range<N>> = Vec::new();
    let Some(Object::Array(items)) = file.get(dict, key) else { return found };
    let number = |item: &Object| file.resolve(item)?.number();
    let values = |items: &[Object]| {
        let mut values = [0.0; N];
        values.iter_mut().zip(items).for_each(|(value, item)| *value = number(item).unwrap_or(0.0) as f32);
        values
    };
    let mut at = 0;
    while let Some(first) = items.get(at).and_then(number) {
        let first = first as u32;
        match items.get(at + 1).and_then(|item| file.resolve(item)) {
            Some(Object::Array(list)) => {
                for (i, own) in (0..).zip(list.chunks_exact(N)) {
                    let (cid, own) = (first.saturating_add(i), values(own));
                    match found.last_mut() {
                        Some((_, last, same)) if last.saturating_add(1) == cid && *same == own => *last = cid,
                        _ => found.push((cid, cid, own)),
                    }
                }
                at += 2;
            }
            Some(Object::Number(last)) => {
                let Some(own) = items.get(at + 2..at + 2 + N) else { break };
                found.push((first, last as u32, values(own)));
                at += 2 + N;
            }
            _ => break,
        }
    }
    found.sort_by_key(|range| range.0);
    found
}

/// What holds for `cid`.
fn within<const N: usize>(ranges: &[Range<N>], cid: u32) -> Option<[f32; N]> {
    let end = ranges.partition_point(|range| range.0 <= cid);
    ranges[..end].last().filter(|range| range.1 >= cid).map(|range| range.2)
}

impl Type3 {
    fn new(file: &File, dict: &Dict) -> Self {
        let matrix = file.numbers(dict, b"FontMatrix").filter(|m| m.len() == 6);
        let matrix = matrix.unwrap_or_else(|| vec![0.001, 0.0, 0.0, 0.001, 0.0, 0.0]);
        let scale = if matrix[0] == 0.0 { matrix[1].abs() } else { matrix[0].abs() };
        let up = if matrix[3] == 0.0 { matrix[2].abs() } else { matrix[3].abs() };
        // Fonts made from outlines count 1,000 or 2,048 units to the em; bitmaps say their size by their box.
        let outlines = (1.0 / 5000.0..1.0 / 150.0).contains(&up);
        let bounds = file.numbers(dict, b"FontBBox").unwrap_or_default();
        let height = if let [_, low, _, high] = *bounds.as_slice() { (high - low).abs() * up } else { 0.0 };
        let em = if outlines || height <= 0.0 { 1.0 } else { height };
        Type3 { scale, em }
    }
}

fn to_unicode(file: &File, dict: &Dict) -> (Option<ToUnicode>, Option<Collection>) {
    match file.get(dict, b"ToUnicode") {
        Some(Object::Stream(stream)) => {
            let map = file.data(&stream).map(|data| ToUnicode::parse(&data.bytes)).filter(|map| !map.is_empty());
            let base = map.as_ref().and_then(|map| map.base.as_deref()).map(Collection::ucs2);
            (map, base.filter(Collection::is_known))
        }
        Some(Object::Name(name)) if name.ends_with(b"-UCS2") => (None, Some(Collection::ucs2(&name))),
        _ => (None, None),
    }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

/// The font's name without the mark of a subset; names in GBK are made readable.
fn font_name(file: &File, dict: &Dict) -> String {
    let name = file.get(dict, b"BaseFont");
    let bytes = name.as_ref().and_then(Object::name).unwrap_or_default();
    let name = match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GBK.decode_without_bom_handling(bytes).0.into_owned(),
    };
    match name.split_once('+') {
        Some((mark, rest)) if mark.len() == 6 => rest.to_owned(),
        _ => name,
    }
}

/// Names of fonts for Chinese, in lower case.
const CHINESE: &[&str] = &[
    "gb2312",
    "simsun",
    "simhei",
    "simkai",
    "simfang",
    "fangsong",
    "kaiti",
    "stsong",
    "stkaiti",
    "stfangsong",
    "stzhongsong",
    "lisu",
    "youyuan",
    "fzxbsjw",
    "fzfsk",
    "fzhtk",
    "fzkt",
    "fzss",
    "fzxbs",
    "nsimsun",
    "msyh",
    "yahei",
];

fn is_chinese(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.chars().any(crate::text::fold::is_han) || CHINESE.iter().any(|known| lower.contains(known))
}

/// Weights that show bold begin at 600 (semi-bold).
const BOLD_WEIGHT: f64 = 600.0;

fn is_bold(file: &File, name: &str, descriptor: &Dict) -> bool {
    let lower = name.to_lowercase();
    // Families for plain text that have 黑 in their name.
    let plain = ["yahei", "zenhei", "microhei", "雅黑", "semilight", "demilight", "extralight"]
        .iter()
        .any(|word| lower.contains(word));
    let heavy =
        ["bold", "black", "heavy", "-bd"].iter().any(|word| lower.contains(word)) && !lower.contains("blackletter");
    let headline = !plain
        && ["黑体", "小标宋", "hei", "xbsjw", "xbs-", "xiaobiaosong", "fzht"].iter().any(|word| lower.contains(word));
    let flags = file.number(descriptor, b"Flags").unwrap_or(0.0) as i64;
    let weight = file.number(descriptor, b"FontWeight").unwrap_or(0.0);
    heavy || headline || flags & (1 << 18) != 0 || weight >= BOLD_WEIGHT
}
