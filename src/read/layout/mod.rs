//! Pages of positioned characters in, a [`Document`] out: lines, blocks in reading order, tables, furniture, each with its page
//! and its box. Knows nothing of file formats and nothing of reports.
//!
//! One way leads through here, page by page: `frame` turns the writing of a page upright, `grid` finds ruled tables, `row` puts
//! characters on lines, `area` finds columns and tables without lines, `sheet` puts a page's pieces in reading order. When all
//! pages are in, `edge` sets running heads, page numbers and footnotes aside, `paragraph` joins lines, `table` joins tables
//! that run over pages, and `build` writes the text with its blocks.

mod area;
mod build;
mod edge;
mod frame;
mod grid;
mod loss;
mod paragraph;
mod row;
mod sheet;
mod table;

#[cfg(test)]
mod tests;

use super::ReadError;
use super::page::Page;
use crate::model::{Crop, Document, Note, Source};

/// Takes the pages of a document one after the other and keeps of each what its text and layout need.
#[derive(Debug, Default)]
pub(super) struct Layout {
    store: row::Store,
    pieces: Vec<sheet::Piece>,
    pages: Vec<sheet::Kept>,
    crops: Vec<Crop>,
    losses: loss::Losses,
    scratch: sheet::Scratch,
}

impl Layout {
    /// Reads the next page.
    pub fn page(&mut self, page: &Page) {
        let index = self.pages.len() as u32;
        let kept = self.scratch.page(page, index, &mut self.store, &mut self.pieces);
        self.crops.push(page.crop);
        self.losses.page(page, &kept, &self.store, &mut self.pieces);
        self.pages.push(sheet::Kept { last: self.pieces.len(), ..kept });
    }

    /// The document. `source` keeps what it says; its pages are set. `notes` are what the reader of the pages lost.
    ///
    /// # Errors
    /// Where no page holds any text: `pdf.needs_ocr` for pictures of pages, `read.empty` for empty pages.
    pub fn finish(self, source: Source, notes: Vec<Note>) -> Result<Document, ReadError> {
        build::document(self, source, notes)
    }
}
