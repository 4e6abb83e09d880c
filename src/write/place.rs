//! A byte range in, the place as a person and another program find it out: page, line, characters, quote, box.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::{Document, Folded, Span};

/// `{ "start": 0, "end": 2039 }`: a stretch in Unicode characters of the document's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Extent {
    pub start: u32,
    pub end: u32,
}

/// A place. `start` and `end` count Unicode characters of the document's text, which is what Python's `str` indexes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Cite<'a> {
    pub page: u32,
    pub line: u32,
    pub start: u32,
    pub end: u32,
    pub quote: &'a str,
    pub bbox: Option<[f32; 4]>,
}

/// From byte ranges of one document to places.
pub(super) struct Places<'a> {
    document: &'a Document,
    /// How many characters stand before each block of [`BLOCK`] bytes.
    marks: Vec<u32>,
}

/// Bytes between two marks: few enough to be counted in some nanoseconds, many enough that the marks cost 1/64 of the text.
const BLOCK: usize = 256;

impl<'a> Places<'a> {
    /// Counts the characters of `document` once.
    pub fn new(document: &'a Document) -> Self {
        let mut marks = Vec::with_capacity(document.text.len() / BLOCK + 1);
        let mut count = 0;
        for block in document.text.as_bytes().chunks(BLOCK) {
            marks.push(count);
            count += characters(block);
        }
        marks.push(count);
        Places { document, marks }
    }

    /// How many characters stand before `byte`.
    fn characters_before(&self, byte: u32) -> u32 {
        let byte = byte as usize;
        let block = byte / BLOCK;
        self.marks[block] + characters(&self.document.text.as_bytes()[block * BLOCK..byte])
    }

    /// The stretch in characters.
    pub fn extent(&self, span: Span) -> Extent {
        let start = self.characters_before(span.start);
        // Most ranges are a few bytes long: counting on from their start is cheaper than from the mark.
        let end = if span.len() <= BLOCK {
            start + characters(&self.document.text.as_bytes()[span.range()])
        } else {
            self.characters_before(span.end)
        };
        Extent { start, end }
    }

    /// What is printed there.
    pub fn quote(&self, span: Span) -> &'a str {
        span.of(&self.document.text)
    }

    /// The place. Its line and page are those of its first character, its box that of its characters on that page.
    pub fn cite(&self, span: Span) -> Cite<'a> {
        let Extent { start, end } = self.extent(span);
        let lines = &self.document.lines;
        let first = lines.partition_point(|l| l.span.start <= span.start).saturating_sub(1);
        let (page, line) = lines.get(first).map_or((1, 1), |line| (line.page, line.number));
        let bbox = self.document.bbox(span).map(rounded);
        Cite { page, line, start, end, quote: self.quote(span), bbox }
    }

    /// A figure's print without line breaks and without what stands between the lines it is broken over (page furniture,
    /// indents). Spaces inside a line stay.
    pub fn raw(&self, span: Span, view: Span) -> Cow<'a, str> {
        let print = self.quote(span);
        if !print.contains('\n') {
            return Cow::Borrowed(print);
        }
        let mut raw = String::with_capacity(print.len());
        let mut behind = span.start;
        for (at, printed, _) in self.printed(view) {
            let between = Span { start: behind.min(at), end: at }.of(&self.document.text);
            if !between.contains('\n') {
                raw.push_str(between);
            }
            if printed != '\n' {
                raw.push(printed);
            }
            behind = at + printed.len_utf8() as u32;
        }
        Cow::Owned(raw)
    }

    /// A title as printed, but for line breaks and the spaces that folding calls stray.
    pub fn folded(&self, span: Span) -> Cow<'a, str> {
        let print = self.quote(span);
        if !print.bytes().any(may_be_space) {
            return Cow::Borrowed(print);
        }
        let fold = &self.document.view;
        let view = Span { start: fold.view_at(span.start), end: fold.view_at(span.end) };
        let mut title = String::with_capacity(print.len());
        for (at, printed, folded) in self.printed(view) {
            if folded == '\n' || at < span.start || at >= span.end {
                continue;
            }
            title.push(if folded == ' ' { ' ' } else { printed });
        }
        if title.is_empty() {
            // The place is not part of the view (page furniture).
            title.extend(print.chars().filter(|c| *c != '\n'));
        }
        let trimmed = title.trim();
        if trimmed.len() == title.len() { Cow::Owned(title) } else { Cow::Owned(trimmed.to_owned()) }
    }

    /// The characters of a stretch of the view: where each is printed, how it is printed, how it is folded.
    fn printed(&self, view: Span) -> impl Iterator<Item = (u32, char, char)> + use<'a> {
        let (fold, text): (&'a Folded, &'a str) = (&self.document.view, &self.document.text);
        let mut next = fold.anchors.partition_point(|a| a.view <= view.start);
        let inside = fold.text.get(view.range()).unwrap_or_default();
        inside.char_indices().filter_map(move |(i, folded)| {
            let offset = view.start + i as u32;
            while fold.anchors.get(next).is_some_and(|a| a.view <= offset) {
                next += 1;
            }
            let at = match next.checked_sub(1).map(|i| fold.anchors[i]) {
                Some(anchor) => anchor.print + (offset - anchor.view),
                None => offset,
            };
            let printed = text.get(at as usize..)?.chars().next()?;
            Some((at, printed, folded))
        })
    }
}

/// How many characters begin in `bytes`.
fn characters(bytes: &[u8]) -> u32 {
    // A continuation byte of UTF-8 is 0b10xx_xxxx, which is below -64 as a signed number.
    bytes.iter().map(|b| u32::from((*b as i8) >= -64)).sum()
}

/// True for the bytes that white space and invisible characters are made of or begin with.
fn may_be_space(byte: u8) -> bool {
    // 0xC2: no-break and soft ones; 0xE2: U+2000 and on; 0xE3 0x80 0x80: ideographic space (0xE3 also begins other
    // punctuation, 0xEF the byte order mark and full-width forms: those only cost the slow way).
    byte <= b' ' || matches!(byte, 0xC2 | 0xE2 | 0xE3 | 0xEF)
}

/// To a hundredth of a point: finer than any eye, and short.
fn rounded(bbox: [f32; 4]) -> [f32; 4] {
    bbox.map(|x| (x * 100.0).round() / 100.0)
}
