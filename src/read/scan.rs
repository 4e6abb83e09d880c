//! Pages that are pictures in, the same as if what they say had been painted on them out: characters and ruling lines at their
//! places. Reads no picture itself.

use std::sync::OnceLock;

use super::page::{Glyph, Page, Rule};
use super::pdf::render::Pictures;
use crate::model::{Note, Recognise, Scan};

/// How many pages are held at once, so that several can be read at a time.
pub(super) const AT_ONCE: usize = 8;
/// The id of what is said of pages that could not be read.
pub(super) const FAILED: &str = "ocr.failed";

/// Has the pages that are pictures read by someone.
pub(super) struct Reader<'a> {
    ocr: &'a dyn Recognise,
    source: &'a str,
    bytes: &'a [u8],
    pictures: OnceLock<Result<Pictures, String>>,
    read: u64,
    failed: Vec<(u32, String)>,
}

impl<'a> Reader<'a> {
    /// `source` is the SHA-256 of `bytes`, the file.
    pub fn new(ocr: &'a dyn Recognise, source: &'a str, bytes: &'a [u8]) -> Self {
        Reader { ocr, source, bytes, pictures: OnceLock::new(), read: 0, failed: Vec::new() }
    }

    /// Puts on those of `pages` that are pictures what they say.
    pub fn read(&mut self, pages: &mut [Page]) {
        let wanted: Vec<u32> =
            pages.iter().filter(|page| page.is_picture() || page.is_garbled()).map(|page| page.number).collect();
        if wanted.is_empty() {
            return;
        }
        // Opened when the first page is asked for: what is known from before needs no picture.
        let (pictures, bytes) = (&self.pictures, self.bytes);
        let render = |page: u32| match pictures.get_or_init(|| Pictures::open(bytes)) {
            Ok(pictures) => pictures.page(page, DPI),
            Err(why) => Err(why.clone()),
        };
        for page in pages.iter_mut().filter(|page| wanted.contains(&page.number)) {
            page.tried = true;
        }
        for (number, answer) in wanted.iter().zip(self.ocr.read(self.source, &wanted, &render)) {
            match (answer, pages.iter_mut().find(|page| page.number == *number)) {
                (Ok(scan), Some(page)) => {
                    put(page, &scan);
                    self.read += 1;
                }
                (Ok(_), None) => {}
                (Err(why), _) => self.failed.push((*number, why)),
            }
        }
    }

    /// How many pages were read, and which could not be.
    pub fn notes(self) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.read > 0 {
            let message =
                format!("{} pages are pictures and were read by OCR; look at figures there on the page", self.read);
            notes.push(Note { id: "ocr.read", count: self.read, message, span: None });
        }
        if let Some((page, why)) = self.failed.first() {
            let count = self.failed.len() as u64;
            let message = format!("{count} pages that are pictures could not be read; the first is page {page}: {why}");
            notes.push(Note { id: FAILED, count, message, span: None });
        }
        notes
    }
}

/// The resolution at which pages are made pictures, in pixels an inch: engines gain nothing from more.
pub(super) const DPI: u32 = 200;

/// Puts what was read on `page`, in place of what was painted there.
pub(super) fn put(page: &mut Page, scan: &Scan) {
    let points = 72.0 / scan.dpi.max(1) as f32;
    page.glyphs.clear();
    page.unmapped = 0;
    page.private_use = 0;
    for line in &scan.lines {
        let [left, top, right, bottom] = line.bbox.map(|n| n * points);
        // A box goes a little around its ink; the font is about as large as what is left.
        let size = (bottom - top) * 0.86;
        let baseline = bottom - (bottom - top) * 0.2;
        let widths: f32 = line.text.chars().map(width).sum();
        let each = (right - left) / widths.max(1.0);
        let mut at = left;
        for text in line.text.chars() {
            let end = at + each * width(text);
            page.glyphs.push(Glyph {
                text,
                bbox: [at, top, end, bottom],
                origin: [at, baseline],
                end: [end, baseline],
                size,
                angle: 0,
                font: 0,
                bold: false,
                vertical: false,
                hidden: true,
                sure: (line.confidence.clamp(0.0, 1.0) * 100.0) as u8,
            });
            at = end;
        }
    }
    page.rules = scan.rules.iter().map(|rule| Rule { bbox: rule.map(|n| n * points) }).collect();
}

/// Columns that a character takes: Chinese ones are twice as wide as digits.
fn width(c: char) -> f32 {
    if c.is_ascii() { 1.0 } else { 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ScanLine;

    #[test]
    fn characters_share_their_line_by_width() {
        let line = ScanLine { text: "支出9".into(), bbox: [100.0, 100.0, 200.0, 140.0], confidence: 0.9 };
        let scan = Scan { lines: vec![line], rules: vec![[0.0, 0.0, 144.0, 2.0]], dpi: 144 };
        let mut page = Page::default();
        put(&mut page, &scan);
        let lefts: Vec<f32> = page.glyphs.iter().map(|g| g.bbox[0]).collect();
        assert_eq!(lefts, [50.0, 70.0, 90.0]);
        assert!(page.glyphs.iter().all(|g| g.hidden && g.sure == 90));
        assert_eq!(page.rules[0].bbox, [0.0, 0.0, 72.0, 1.0]);
    }
}
