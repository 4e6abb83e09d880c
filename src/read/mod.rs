//! Bytes in, a [`Document`] out. Reads no file itself and knows nothing of reports.

use std::fmt;

use crate::model::{Document, Source};

/// Why bytes could not be read as a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// A stable id: `read.binary`, `read.too_large` …
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
/// Where the bytes are no text in any known encoding.
pub fn read(source: Source, bytes: &[u8]) -> Result<Document, ReadError> {
    let _ = (source, bytes);
    todo!()
}
