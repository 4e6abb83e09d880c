//! Blocks in, lines of the view out, each with its place; titles and tables of contents are marked on them by others.

use crate::model::{BlockKind, Document};

/// What a line is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing yet.
    Text,
    /// Part of a paper's title.
    Title,
    /// Part of a table of contents.
    Contents,
}

/// A block of the view.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its stretch of the view, in bytes.
    pub view: (usize, usize),
    /// It is a table.
    pub table: bool,
    /// What it is known to be.
    pub role: Role,
}

impl Line {
    /// True where a heading may stand.
    pub fn open(&self) -> bool {
        !self.table && self.role == Role::Text
    }
}

/// The lines of `doc`.
pub(super) fn lines(doc: &Document) -> Vec<Line> {
    let line = |b: &crate::model::Block| {
        let range = b.view.range();
        let table = matches!(b.kind, BlockKind::Table(_));
        let real = !matches!(b.kind, BlockKind::Furniture) && !range.is_empty();
        // A view that does not hold the block is the reader's slip; the outline goes on without it.
        let held = doc.view.text.get(range.clone()).is_some();
        (real && held).then_some(Line { view: (range.start, range.end), table, role: Role::Text })
    };
    doc.blocks.iter().filter_map(line).collect()
}
