//! Bytes in, a [`Document`] out. Reads no file itself and knows nothing of reports.
//!
//! One way leads through here: `decode` makes bytes a text, `line` cuts it into lines, `furniture` sets page numbers and
//! running heads aside, `wrap` finds where lines were broken to fit a page, and `plain` joins what belongs together
//! into blocks and folds them.
//! Paged files go another way: `pdf` gives pages as painted (`page`), and `layout` makes lines, blocks and tables of them.

mod decode;
mod furniture;
mod layout;
mod line;
mod page;
mod pdf;
mod plain;
mod scan;
mod wrap;

use std::fmt;

use sha2::{Digest, Sha256};

use crate::model::{Document, Format, Recognise, Source};

/// Why bytes could not be read as a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// A stable id: `read.binary`, `read.empty`, `read.too_large`.
    pub id: &'static str,
    /// Cause and next step, for a person.
    pub message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// Reads `bytes` as a document. `source` carries the path; the rest of it is filled in.
///
/// # Errors
/// Where the bytes are no text in any known encoding, hold nothing but white space, or are more than offsets can count.
pub fn read(source: Source, bytes: &[u8]) -> Result<Document, ReadError> {
    read_with(source, bytes, None)
}

/// The same, with someone who reads the pages that are pictures.
///
/// # Errors
/// As [`read`]. A picture that cannot be read is a note.
pub fn read_with(source: Source, bytes: &[u8], ocr: Option<&dyn Recognise>) -> Result<Document, ReadError> {
    if pdf::is_pdf(bytes) { paged(source, bytes, ocr) } else { plain::read(source, bytes) }
}

/// Reads a PDF file page by page: no more than one page's characters are held at a time.
fn paged(mut source: Source, bytes: &[u8], ocr: Option<&dyn Recognise>) -> Result<Document, ReadError> {
    let mut pages = pdf::pages(bytes)?;
    source.format = Format::Pdf;
    source.sha256 = plain::hex(&Sha256::digest(bytes));
    source.bytes = bytes.len() as u64;
    let mut layout = layout::Layout::default();
    let mut notes = Vec::new();
    match ocr {
        None => pages.by_ref().for_each(|page| layout.page(&page)),
        Some(ocr) => {
            let mut reader = scan::Reader::new(ocr, &source.sha256, bytes);
            loop {
                let mut some: Vec<page::Page> = pages.by_ref().take(scan::AT_ONCE).collect();
                if some.is_empty() {
                    break;
                }
                reader.read(&mut some);
                some.iter().for_each(|page| layout.page(page));
            }
            notes.extend(reader.notes());
        }
    }
    // Where nothing but unread pictures is there, why they are unread is the cause.
    let unread = notes.iter().find(|note| note.id == scan::FAILED).map(|note| note.message.clone());
    notes.extend(pages.notes());
    layout.finish(source, notes).map_err(|error| match unread {
        Some(message) => ReadError { id: scan::FAILED, message },
        None => error,
    })
}

/// Page `number` (from 1) of a PDF file as a picture of `dpi` pixels an inch.
///
/// # Errors
/// Where the file or the page cannot be made a picture.
pub fn picture(bytes: &[u8], number: u32, dpi: u32) -> Result<crate::model::Bitmap, String> {
    pdf::render::Pictures::open(bytes)?.page(number, dpi)
}
