//! What was read off a picture of a page in, the page as if it had been painted so out: characters and ruling lines at their
//! places. Reads no picture itself.

use super::page::{Glyph, Page, Rule};
use crate::model::Scan;

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
