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
}

/// One physical line.
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
