//! A file, read.

use super::{Folded, Span};

/// Where a document came from and what was found there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The path as the user gave it (or as found below a folder that was given), with `/` between its parts; `-` for standard input.
    pub path: String,
    /// How the bytes were read.
    pub format: Format,
    /// The character encoding, as its WHATWG label (`utf-8`, `gb18030`, `utf-16le`); `None` where the format has none.
    pub encoding: Option<&'static str>,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Pages; 1 where the format has none.
    pub pages: u32,
}

/// The reader that a file took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    #[default]
    Text,
    /// PDF.
    Pdf,
}

impl Format {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Pdf => "pdf",
        }
    }
}

/// A file, read: the text as printed, its lines and blocks, and what was lost on the way.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Where it came from.
    pub source: Source,
    /// The text as printed: decoded, byte order mark dropped, line ends as `\n`. Nothing changes it after reading.
    pub text: String,
    /// Physical lines in order, without their line ends.
    pub lines: Vec<Line>,
    /// Blocks in reading order; every line belongs to exactly one, blank lines to none.
    pub blocks: Vec<Block>,
    /// The folded view: all blocks but furniture, parted by `\n`.
    pub view: Folded,
    /// What was lost in reading.
    pub notes: Vec<Note>,
    /// For paged formats, where the characters of each line begin along the line, and where its last one ends, in points from
    /// the left (for a line that runs downwards: from the upper) edge of the page: one more than the line has characters.
    /// [`Face::edges`] says where those of a line begin. Empty for text.
    pub edges: Vec<f32>,
    /// For paged formats, what is shown of each page, in order: the way from boxes back into the file. Empty for text.
    pub crops: Vec<Crop>,
}

/// What is shown of a page, in the page's own space, whose origin and direction are the file's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Crop {
    /// Left, bottom, right, top, in points.
    pub shown: [f32; 4],
    /// By how many quarters it is turned clockwise when it is shown.
    pub turns: u8,
}

impl Crop {
    /// The place, in the page's own space, of a point counted from the upper left corner of the page as shown.
    ///
    /// ```
    /// let crop = hedui::model::Crop { shown: [10.0, 20.0, 110.0, 220.0], turns: 1 };
    /// // The upper left corner of a page turned to the right was its lower left one.
    /// assert_eq!(crop.own([0.0, 0.0]), [10.0, 20.0]);
    /// assert_eq!(crop.own([200.0, 0.0]), [10.0, 220.0]);
    /// ```
    pub fn own(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [left, bottom, right, top] = self.shown;
        match self.turns {
            0 => [left + x, top - y],
            1 => [left + y, bottom + x],
            2 => [right - x, bottom + y],
            _ => [right - y, top - x],
        }
    }
}

impl Document {
    /// The box of what is printed at `span` on its first page: left, top, right, bottom, in points from the upper left corner.
    /// `None` where the format has no pages.
    pub fn bbox(&self, span: Span) -> Option<[f32; 4]> {
        let first = self.lines.partition_point(|l| l.span.start <= span.start).saturating_sub(1);
        let page = self.lines.get(first)?.page;
        let until = span.end.max(span.start + 1);
        let lines = self.lines[first..].iter().take_while(|l| l.page == page && l.span.start < until);
        lines
            .filter_map(|l| self.bbox_in(l, span))
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }

    /// How sure the program was that read what stands at `span` off a picture, in per cent (0 where it did not say); `None` for
    /// what the file itself prints.
    pub fn recognised(&self, span: Span) -> Option<u8> {
        let first = self.lines.partition_point(|l| l.span.end <= span.start);
        let lines = self.lines[first..].iter().take_while(|l| l.span.start < span.end);
        lines.filter_map(|l| l.face.filter(|face| face.recognised).map(|face| face.sure)).min()
    }

    /// The boxes of what is printed at `span`, a line each, with their pages: what a viewer highlights. Empty where the
    /// format has no pages.
    pub fn boxes(&self, span: Span) -> Vec<(u32, [f32; 4])> {
        let first = self.lines.partition_point(|l| l.span.end <= span.start);
        let lines = self.lines[first..].iter().take_while(|l| l.span.start < span.end);
        lines.filter_map(|l| Some((l.page, self.bbox_in(l, span)?))).collect()
    }

    /// The box of the part of `line` that lies in `span`.
    fn bbox_in(&self, line: &Line, span: Span) -> Option<[f32; 4]> {
        let whole = line.bbox?;
        let (start, end) = (span.start.max(line.span.start), span.end.min(line.span.end));
        if start >= end {
            return span.is_empty().then_some(whole);
        }
        let Some(face) = line.face.filter(|_| (start, end) != (line.span.start, line.span.end)) else {
            return Some(whole);
        };
        let count = |from: u32, to: u32| Some(self.text.get(from as usize..to as usize)?.chars().count());
        let from = face.edges as usize + count(line.span.start, start)?;
        let to = from + count(start, end)?;
        let (Some(&a), Some(&b)) = (self.edges.get(from), self.edges.get(to)) else { return Some(whole) };
        let (low, high) = (a.min(b), a.max(b));
        Some(if face.down { [whole[0], low, whole[2], high] } else { [low, whole[1], high, whole[3]] })
    }
}

/// One physical line; in a table, one line of one cell (lines of neighbouring cells on the same height share their number).
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its place, line end excluded.
    pub span: Span,
    /// Its page, from 1.
    pub page: u32,
    /// Its number from 1: in the file for text, in the page for paged formats.
    pub number: u32,
    /// Its box on the page: left, top, right, bottom, in points from the upper left corner; `None` for text.
    pub bbox: Option<[f32; 4]>,
    /// How it is printed; `None` for text.
    pub face: Option<Face>,
}

/// How a line of a paged format is printed: evidence for what it is, never proof.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Face {
    /// The font size of most of its characters, in points.
    pub size: f32,
    /// Most of its characters are bold.
    pub bold: bool,
    /// It stands in the middle between the margins, with room on both sides.
    pub centred: bool,
    /// It comes from the invisible text layer of a scanned page: another program recognised it, and may have erred.
    pub recognised: bool,
    /// How sure that program is, in per cent: 100 for print, 0 where it did not say.
    pub sure: u8,
    /// Index in [`Document::edges`] of the edge of its first character.
    pub edges: u32,
    /// It runs downwards (vertical writing, a page turned by a quarter): its edges lie along the height of the page.
    pub down: bool,
}

/// One paragraph, table or piece of page furniture.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// From its first to its last character. Furniture between two lines of one paragraph lies inside this hull.
    pub span: Span,
    /// Its stretch of `Document::view.text`, without the `\n` behind it; empty for furniture.
    pub view: Span,
}

/// The kinds of blocks.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockKind {
    /// A paragraph or a heading.
    Prose,
    /// A table; its cells in reading order.
    Table(Vec<Cell>),
    /// Running heads, page numbers: printed, but no part of the report.
    Furniture,
}

/// One cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Row and column from 0.
    pub row: u32,
    /// Column from 0.
    pub column: u32,
    /// Rows and columns it covers.
    pub rows: u32,
    /// Columns it covers.
    pub columns: u32,
    /// Its text.
    pub span: Span,
}

/// Work done with a loss: what was lost, how much, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// A stable id: `decode.replaced`, `text.nul`, `text.private_use` …
    pub id: &'static str,
    /// How many characters, pages or lines it concerns.
    pub count: u64,
    /// One sentence for a person, with place, print, cause and next step.
    pub message: String,
    /// The first place, where there is one.
    pub span: Option<Span>,
}
