//! Glyphs as painted in, as they are meant out: ActualText takes their place, what is painted twice is there once.

use rustc_hash::FxHashMap;

use crate::read::page::{Glyph, Page};

/// Longer replacement texts belong to structures (a chapter, a figure), not to glyphs.
const LONGEST: usize = 4096;
/// How deep marked pieces may stand in each other.
const DEPTH: usize = 256;
/// Within which part of its size a glyph painted again is the same one made bold. Bold is simulated by a 20th or less; the
/// narrowest characters that follow each other, points, are a quarter apart.
const AGAIN: f32 = 0.1;

/// The marked pieces that are open.
#[derive(Default)]
pub(super) struct Spelling {
    open: Vec<Option<Piece>>,
    /// Pieces beyond the depth that is kept.
    beyond: usize,
}

struct Piece {
    text: String,
    /// Its first glyph.
    from: usize,
}

impl Spelling {
    pub fn depth(&self) -> usize {
        self.open.len() + self.beyond
    }

    /// A marked piece begins, perhaps with the text that it stands for.
    pub fn open(&mut self, text: Option<String>, page: &Page) {
        if self.open.len() >= DEPTH {
            self.beyond += 1;
            return;
        }
        // The outermost text counts.
        let inner = self.open.iter().any(Option::is_some);
        let text = text.filter(|text| !inner && text.len() <= LONGEST);
        self.open.push(text.map(|text| Piece { text, from: page.glyphs.len() }));
    }

    pub fn close(&mut self, page: &mut Page) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if let Some(Some(piece)) = self.open.pop() {
            replace(page, &piece);
        }
    }

    /// The page is over.
    pub fn finish(mut self, page: &mut Page) {
        while !self.open.is_empty() {
            self.close(page);
        }
        once(&mut page.glyphs);
        page.glyphs.retain(|glyph| !glyph.text.is_control());
        page.unmapped = page.glyphs.iter().filter(|glyph| glyph.text == '\u{FFFD}').count() as u32;
        page.private_use =
            page.glyphs.iter().filter(|g| matches!(g.text, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)).count() as u32;
    }
}

/// Puts the text of a piece in place of its glyphs.
fn replace(page: &mut Page, piece: &Piece) {
    let glyphs = page.glyphs.get(piece.from..).unwrap_or_default();
    let Some((first, last)) = glyphs.first().zip(glyphs.last()) else { return };
    let length = piece.text.chars().count();
    if length == glyphs.len() {
        for (glyph, c) in page.glyphs[piece.from..].iter_mut().zip(piece.text.chars()) {
            glyph.text = c;
        }
        return;
    }
    // A text that runs over several lines cannot be spread; the glyphs say more, unless they say nothing.
    let one_line = (first.origin[1] - last.origin[1]).abs() < first.size || first.angle != 0 || first.vertical;
    if !one_line && glyphs.iter().all(|glyph| glyph.text != '\u{FFFD}') {
        return;
    }
    let mut whole = *first;
    for glyph in glyphs {
        for side in 0..2 {
            whole.bbox[side] = whole.bbox[side].min(glyph.bbox[side]);
            whole.bbox[side + 2] = whole.bbox[side + 2].max(glyph.bbox[side + 2]);
        }
    }
    whole.end = last.end;
    page.glyphs.truncate(piece.from);
    spread(&mut page.glyphs, whole, &piece.text);
}

/// Pushes one glyph for each character of `text`, which share the place of `glyph` along its line.
pub(super) fn spread(glyphs: &mut Vec<Glyph>, glyph: Glyph, text: &str) {
    let count = text.chars().count().max(1) as f32;
    let step = [(glyph.end[0] - glyph.origin[0]) / count, (glyph.end[1] - glyph.origin[1]) / count];
    // Along which side of its box the line runs.
    let side = usize::from(step[1].abs() > step[0].abs());
    let part = (glyph.bbox[side + 2] - glyph.bbox[side]) / count;
    let backwards = step[side] < 0.0;
    for (i, c) in text.chars().enumerate() {
        let at = i as f32;
        let mut one = glyph;
        one.text = c;
        one.origin = [glyph.origin[0] + step[0] * at, glyph.origin[1] + step[1] * at];
        one.end = [one.origin[0] + step[0], one.origin[1] + step[1]];
        let at = if backwards { count - 1.0 - at } else { at };
        one.bbox[side] = glyph.bbox[side] + part * at;
        one.bbox[side + 2] = one.bbox[side] + part;
        glyphs.push(one);
    }
}

/// Keeps the first of glyphs that are painted again a fraction apart, and makes it bold. Of a hidden and a painted one the
/// painted one stays, and is not bold for it.
fn once(glyphs: &mut Vec<Glyph>) {
    // By cell of a grid coarser than the shift; neighbours are looked at too.
    const CELL: f32 = 4.0;
    let cell = |x: f32, y: f32| ((x / CELL).floor() as i32, (y / CELL).floor() as i32);
    let mut last: FxHashMap<(i32, i32), Vec<u32>> = FxHashMap::default();
    last.reserve(glyphs.len());
    let mut drop: Vec<u32> = Vec::new();
    for i in 0..glyphs.len() {
        let glyph = glyphs[i];
        let [x, y] = glyph.origin;
        if glyph.text == ' ' || !x.is_finite() || !y.is_finite() {
            continue;
        }
        let near = glyph.size * AGAIN;
        let (low, high) = (cell(x - near, y - near), cell(x + near, y + near));
        let same = |&&j: &&u32| {
            let other = &glyphs[j as usize];
            other.text == glyph.text
                && (other.origin[0] - x).abs() <= near
                && (other.origin[1] - y).abs() <= near
                && (other.size - glyph.size).abs() <= near
        };
        // A glyph larger than a poster would look at too many cells.
        let mut found = None;
        if high.0.saturating_sub(low.0) < 8 && high.1.saturating_sub(low.1) < 8 {
            'cells: for cx in low.0..=high.0 {
                for cy in low.1..=high.1 {
                    if let Some(j) = last.get(&(cx, cy)).and_then(|list| list.iter().find(same)) {
                        found = Some(*j);
                        break 'cells;
                    }
                }
            }
        }
        match found {
            None => last.entry(cell(x, y)).or_default().push(i as u32),
            Some(j) => {
                let first = &mut glyphs[j as usize];
                if first.hidden != glyph.hidden {
                    let bold = if first.hidden { glyph.bold } else { first.bold };
                    (first.hidden, first.bold) = (false, bold);
                } else {
                    first.bold = true;
                }
                drop.push(i as u32);
            }
        }
    }
    if !drop.is_empty() {
        let mut drop = drop.into_iter().peekable();
        let mut at = 0;
        glyphs.retain(|_| {
            at += 1;
            drop.next_if_eq(&(at - 1)).is_none()
        });
    }
}

/// A text string outside content: UTF-16 or UTF-8 with a mark, else one byte a character (ISO 32000-2, 7.9.2.2).
pub(super) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(text: char, x: f32) -> Glyph {
        Glyph {
            text,
            bbox: [x, 0.0, x + 10.0, 10.0],
            origin: [x, 9.0],
            end: [x + 10.0, 9.0],
            size: 10.0,
            angle: 0,
            font: 0,
            bold: false,
            vertical: false,
            hidden: false,
            sure: 100,
        }
    }

    fn shown(glyphs: &[Glyph]) -> String {
        glyphs.iter().map(|glyph| glyph.text).collect()
    }

    #[test]
    fn what_is_painted_twice_to_look_bold_is_there_once() {
        let mut glyphs =
            vec![glyph('预', 0.0), glyph('算', 10.0), glyph('预', 0.4), glyph('算', 10.4), glyph('算', 20.0)];
        once(&mut glyphs);
        assert_eq!(shown(&glyphs), "预算算");
        assert_eq!(glyphs.iter().map(|glyph| glyph.bold).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn a_hidden_copy_of_printed_text_is_left_out() {
        let mut glyphs = vec![Glyph { hidden: true, ..glyph('预', 0.0) }, glyph('预', 0.1)];
        once(&mut glyphs);
        assert_eq!((glyphs.len(), glyphs[0].hidden, glyphs[0].bold), (1, false, false));
    }

    #[test]
    fn actual_text_takes_the_place_of_its_glyphs() {
        let mut page = Page { glyphs: vec![glyph('a', 0.0)], ..Page::default() };
        let mut spelling = Spelling::default();
        spelling.open(Some("支出".into()), &page);
        page.glyphs.push(glyph('⽀', 10.0));
        page.glyphs.push(glyph('\u{FFFD}', 20.0));
        spelling.close(&mut page);
        spelling.open(Some("ffi".into()), &page);
        page.glyphs.push(glyph('x', 30.0));
        spelling.close(&mut page);
        spelling.finish(&mut page);
        assert_eq!(shown(&page.glyphs), "a支出ffi");
        assert_eq!((page.glyphs[4].bbox[0], page.glyphs[5].bbox[2]), (30.0 + 10.0 / 3.0, 40.0));
        assert_eq!(page.unmapped, 0);
    }

    #[test]
    fn a_text_string_says_its_encoding() {
        assert_eq!(text_string(b"\xFE\xFF\x65\x2F"), "支");
        assert_eq!(text_string("\u{FEFF}支".as_bytes()), "支");
        assert_eq!(text_string(b"a\x93"), "a“");
    }
}
