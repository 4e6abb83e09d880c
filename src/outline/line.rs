//! Blocks in, lines of the view out, each with its place; titles and tables of contents are marked on them by others.

use std::collections::BTreeMap;

use crate::model::{Block, BlockKind, Document};

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
    /// It is printed larger or bolder than the text, or in the middle of the page: evidence for a heading, never proof. False
    /// where the file does not say how it is printed.
    pub stands_out: bool,
}

impl Line {
    /// True where a heading may stand.
    pub fn open(&self) -> bool {
        !self.table && self.role == Role::Text
    }
}

/// The lines of `doc`.
pub(super) fn lines(doc: &Document) -> Vec<Line> {
    let body = body(doc);
    let line = |b: &crate::model::Block| {
        let range = b.view.range();
        let table = matches!(b.kind, BlockKind::Table(_));
        let real = !matches!(b.kind, BlockKind::Furniture) && !range.is_empty();
        // A view that does not hold the block is the reader's slip; the outline goes on without it.
        let held = doc.view.text.get(range.clone()).is_some();
        (real && held).then_some(Line {
            view: (range.start, range.end),
            table,
            role: Role::Text,
            stands_out: body.is_some_and(|body| stands_out(doc, b, body)),
        })
    };
    doc.blocks.iter().filter_map(line).collect()
}

/// The font size of most of the text and whether most of it is bold; `None` where the file does not say how it is printed.
fn body(doc: &Document) -> Option<(f32, bool)> {
    doc.lines.iter().find(|l| l.face.is_some())?;
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut bold, mut all) = (0, 0);
    for line in &doc.lines {
        if let Some(face) = line.face {
            *sizes.entry((face.size * 4.0).round() as u32).or_default() += line.span.len();
            bold += usize::from(face.bold) * line.span.len();
            all += line.span.len();
        }
    }
    let (size, _) = sizes.into_iter().max_by_key(|(_, n)| *n)?;
    Some((size as f32 / 4.0, bold * 2 > all))
}

/// Whether all lines of a block are printed as headings are.
fn stands_out(doc: &Document, block: &Block, (size, bold): (f32, bool)) -> bool {
    let first = doc.lines.partition_point(|l| l.span.end <= block.span.start);
    let mut lines = doc.lines[first..].iter().take_while(|l| l.span.start < block.span.end).take(3).peekable();
    lines.peek().is_some()
        && block.view.len() <= 180
        && lines.all(|l| l.face.is_some_and(|f| f.bold && !bold || f.size >= 1.1 * size || f.centred))
}
