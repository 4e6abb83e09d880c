//! The tables of all pages in, out which of them go on with the table of the page before, and which of their rows repeat its
//! header. Looks at no numbers.

use super::row::Store;
use super::sheet::{Piece, Table};

/// How a table goes on with the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Continues {
    /// So many of its first rows repeat the header.
    pub header: u32,
}

/// How many rows of a header are looked for.
const HEADER: u32 = 4;

/// Whether `next` goes on with `first`, whose last part before it is `last`.
pub(super) fn continues(store: &Store, first: &Table, last: &Table, next: &Table) -> Option<Continues> {
    let alike = |apart: f32| last.xs.iter().zip(&next.xs).all(|(a, b)| (a - b).abs() <= apart);
    // Without lines a column begins where its longest print does, which differs from page to page: the header decides.
    let (same, near) = (alike(4.0), !next.ruled && alike(30.0));
    if last.ruled != next.ruled || last.xs.len() != next.xs.len() || !(same || near) {
        return None;
    }
    let mut header = 0;
    while header < HEADER.min(first.rows).min(next.rows) && row(store, first, header) == row(store, next, header) {
        header += 1;
    }
    // A row of marks and numbers alone is no header, however often it comes.
    let worded = (0..header).any(|r| row(store, next, r).iter().any(|(_, t)| t.chars().any(crate::text::fold::is_han)));
    (same || worded).then_some(Continues { header: if worded { header } else { 0 } })
}

/// The cells of a row: where they stand, what they print.
fn row<'a>(store: &'a Store, table: &'a Table, row: u32) -> Vec<((u32, u32, u32), String)> {
    let cells = table.cells.iter().filter(|c| c.row == row);
    cells
        .map(|c| {
            let text = (c.first..c.last).flat_map(|s| store.of(&store.strips[s as usize]).chars());
            ((c.column, c.columns, c.rows), text.filter(|c| !c.is_whitespace()).collect())
        })
        .collect()
}

/// Whether a line between two parts of a table only says that the table goes on.
pub(super) fn says_so(line: &str) -> bool {
    let bare: String = line.chars().filter(|c| !c.is_whitespace() && !"()（）【】[]:：".contains(*c)).collect();
    matches!(bare.as_str(), "续表" | "续上表" | "接上表" | "表续" | "续" | "续表1" | "续表一")
}

/// The strips of a piece.
pub(super) fn strips(piece: &Piece) -> std::ops::Range<u32> {
    match piece {
        Piece::Line(strip) => *strip..*strip + 1,
        Piece::Table(t) => t.cells.first().map_or(0, |c| c.first)..t.cells.last().map_or(0, |c| c.last),
    }
}
