//! A level page and its cells in, sheets that an engine reads well out, and the way back from a sheet to the page.
//!
//! Engines read prose well and tables badly: they take neighbouring cells for one line and rules for strokes. So the tables are
//! taken out of the page, and their cells are set below one another on sheets of their own.

use super::engine::Shows;
use super::image::{Grey, INK};
use super::ruling::{Area, Ruling};
use crate::model::ScanLine;

/// What an engine is given, and where its pieces stand on the page.
pub(super) struct Sheet {
    pub picture: Grey,
    pub shows: Shows,
    pieces: Vec<Piece>,
}

/// A rectangle of the page, set at `left`, `top` of a sheet and enlarged.
struct Piece {
    from: Area,
    left: u32,
    top: u32,
    times: u32,
}

/// Height at which a sheet is full: engines scale larger pictures down.
const FULL: u32 = 1900;
/// White between two pieces, in pixels.
const GAP: u32 = 24;
/// White left of the pieces.
const MARGIN: u32 = 40;
/// Widths, in pixels, up to which cells share a sheet; wider ones have their own, so that no sheet is mostly white.
const WIDTHS: [u32; 3] = [320, 800, u32::MAX];

impl Sheet {
    /// Where a line of the sheet stands on the page: the piece's number and its place.
    pub fn back(&self, line: ScanLine) -> (usize, ScanLine) {
        let middle = ((line.bbox[1] + line.bbox[3]) / 2.0).max(0.0) as u32;
        let i = self.pieces.partition_point(|p| p.top <= middle + GAP / 2).saturating_sub(1);
        let Some(piece) = self.pieces.get(i) else { return (0, line) };
        let place = |at: f32, set: u32, from: u32, to: u32| {
            (((at - set as f32) / piece.times as f32).max(0.0) + from as f32).min(to as f32)
        };
        let [left, top, right, bottom] = piece.from;
        let bbox = [
            place(line.bbox[0], piece.left, left, right),
            place(line.bbox[1], piece.top, top, bottom),
            place(line.bbox[2], piece.left, left, right),
            place(line.bbox[3], piece.top, top, bottom),
        ];
        (i, ScanLine { bbox, ..line })
    }
}

/// The page without its tables, and its cells; nothing of what is white.
pub(super) fn of_page(page: &Grey, ruling: &Ruling) -> Vec<Sheet> {
    let mut prose = page.clone();
    // Rules are a little frayed.
    let wide = |a: &Area, by: u32| [a[0].saturating_sub(by), a[1].saturating_sub(by), a[2] + by, a[3] + by];
    ruling.rules.iter().for_each(|rule| prose.blank(wide(rule, 2)));
    ruling.cells.iter().for_each(|cell| prose.blank(wide(cell, 1)));
    let all = [0, 0, page.width, page.height];
    let mut sheets = Vec::new();
    if inked(&prose, all) {
        let pieces = vec![Piece { from: all, left: 0, top: 0, times: 1 }];
        sheets.push(Sheet { picture: prose, shows: Shows::Page, pieces });
    }
    // One pixel inside, so that nothing of a rule is left at the rim.
    let inside = |c: &Area| [c[0] + 2, c[1] + 2, c[2].saturating_sub(2), c[3].saturating_sub(2)];
    let cells: Vec<Area> =
        ruling.cells.iter().map(inside).filter(|c| c[0] < c[2] && c[1] < c[3] && inked(page, *c)).collect();
    sheets.extend(below_one_another(page, &cells, 1));
    sheets
}

/// Pieces of the page below one another, enlarged, on as many sheets as they need.
pub(super) fn below_one_another(page: &Grey, areas: &[Area], times: u32) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    let mut narrower = 0;
    for widest in WIDTHS {
        let width = |a: &Area| (a[2] - a[0]) * times;
        let mine = areas.iter().filter(|a| narrower < width(a) && width(a) <= widest);
        let mut open: Vec<Piece> = Vec::new();
        let mut foot = GAP;
        for area in mine {
            let high = (area[3] - area[1]) * times;
            if foot + high + GAP > FULL && !open.is_empty() {
                sheets.push(set(page, std::mem::take(&mut open), foot));
                foot = GAP;
            }
            open.push(Piece { from: *area, left: MARGIN, top: foot, times });
            foot += high + GAP;
        }
        if !open.is_empty() {
            sheets.push(set(page, open, foot));
        }
        narrower = widest;
    }
    sheets
}

fn set(page: &Grey, pieces: Vec<Piece>, height: u32) -> Sheet {
    let width = pieces.iter().map(|p| (p.from[2] - p.from[0]) * p.times).max().unwrap_or(0) + 2 * MARGIN;
    let mut picture = Grey::white(width, height);
    for piece in &pieces {
        picture.paste(&page.cut(piece.from, piece.times), piece.left, piece.top);
    }
    Sheet { picture, shows: Shows::Pieces, pieces }
}

/// Whether there is more ink than specks.
fn inked(page: &Grey, [left, top, right, bottom]: Area) -> bool {
    const SPECKS: usize = 12;
    let (right, bottom) = (right.min(page.width), bottom.min(page.height));
    let mut ink = 0;
    for y in top..bottom {
        ink += page.row(y)[left.min(right) as usize..right as usize].iter().filter(|p| **p < INK).count();
        if ink > SPECKS {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_cell_leads_back_to_its_place_on_the_page() {
        let mut page = Grey::white(900, 600);
        for (x, y) in [(100, 100), (500, 100), (100, 300)] {
            for i in 0..400 {
                page.pixels[((y + i / 20) * 900 + x + i % 20) as usize] = 0;
            }
        }
        let cells = [[80, 80, 280, 160], [480, 80, 680, 160], [80, 280, 280, 360]];
        let sheets = of_page(&page, &Ruling { rules: Vec::new(), cells: cells.to_vec() });
        assert_eq!(sheets.len(), 1, "the page itself is white but for its cells");
        let sheet = &sheets[0];
        // The second cell's ink on the sheet.
        let top = sheet.pieces[1].top as f32;
        let line = ScanLine {
            bbox: [MARGIN as f32 + 18.0, top + 18.0, MARGIN as f32 + 38.0, top + 38.0],
            ..ScanLine::default()
        };
        let (piece, line) = sheet.back(line);
        assert_eq!((piece, line.bbox), (1, [500.0, 100.0, 520.0, 120.0]));
    }

    #[test]
    fn pieces_that_fill_a_sheet_go_on_on_the_next() {
        let page = Grey::white(400, 2000);
        let areas: Vec<Area> = (0..10).map(|i| [0, i * 200, 300, i * 200 + 200]).collect();
        let sheets = below_one_another(&page, &areas, 2);
        assert!(sheets.len() > 1 && sheets.iter().all(|s| s.picture.height <= FULL));
        assert_eq!(sheets.iter().map(|s| s.pieces.len()).sum::<usize>(), 10);
    }
}
