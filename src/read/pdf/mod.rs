//! The bytes of a PDF file in, its pages as painted out. Knows nothing of lines, words or reports.

use super::ReadError;
use super::page::Page;
use crate::model::Note;

/// The pages of a file in order, each made when it is asked for, so that a long file does not hold all its glyphs.
pub(super) struct Pages {
    count: u32,
}

impl Pages {
    /// How many pages the iterator gives.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// What was lost in reading, complete when the last page is taken.
    pub fn notes(&self) -> Vec<Note> {
        Vec::new()
    }
}

impl Iterator for Pages {
    type Item = Page;

    fn next(&mut self) -> Option<Page> {
        None
    }
}

/// Whether `bytes` are a PDF file: its header stands within the first KB, whatever is before it.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF").is_some()
}

/// Opens a file.
///
/// # Errors
/// `pdf.password` where it opens with a password only, `pdf.damaged` where no page can be found in it.
pub(super) fn pages(bytes: &[u8]) -> Result<Pages, ReadError> {
    let _ = bytes;
    Err(ReadError { id: "pdf.damaged", message: "PDF files are not read yet".into() })
}
