//! Records in, JSON text out: one record a line, or one array.

use std::io::Write;
use std::path::Path;

use super::error::WriteError;
use super::file::PendingFile;
use super::{Record, Target};

/// JSON Lines on a stream. What was written stays written; each record leaves the program in one piece as soon as it is put.
pub struct JsonLines {
    out: Box<dyn Write + Send>,
    place: String,
    line: Vec<u8>,
}

impl JsonLines {
    /// JSON Lines on standard output.
    pub fn stdout() -> Self {
        JsonLines::new(Box::new(std::io::stdout()), "standard output")
    }

    /// JSON Lines on any stream; `place` names it in messages.
    pub fn new(out: Box<dyn Write + Send>, place: &str) -> Self {
        JsonLines { out, place: place.to_owned(), line: Vec::new() }
    }
}

impl Target for JsonLines {
    fn put(&mut self, _record: &Record<'_>, json: &[u8]) -> Result<(), WriteError> {
        self.line.clear();
        self.line.extend_from_slice(json);
        self.line.push(b'\n');
        self.out.write_all(&self.line).map_err(|e| WriteError::io(self.place.clone(), &e))
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.out.flush().map_err(|e| WriteError::io(self.place.clone(), &e))
    }
}

/// `*.jsonl`: one record a line.
pub(super) struct JsonLinesFile(Text);

impl JsonLinesFile {
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        Text::create(path).map(JsonLinesFile)
    }
}

impl Target for JsonLinesFile {
    fn put(&mut self, _record: &Record<'_>, json: &[u8]) -> Result<(), WriteError> {
        self.0.write(&[json, b"\n"])
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        self.0.persist()
    }
}

/// `*.json`: one array, a record on each of its lines.
pub(super) struct JsonArrayFile {
    text: Text,
    empty: bool,
}

impl JsonArrayFile {
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        Ok(JsonArrayFile { text: Text::create(path)?, empty: true })
    }
}

impl Target for JsonArrayFile {
    fn put(&mut self, _record: &Record<'_>, json: &[u8]) -> Result<(), WriteError> {
        let before: &[u8] = if self.empty { b"[\n" } else { b",\n" };
        self.empty = false;
        self.text.write(&[before, json])
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.text.write(&[if self.empty { b"[]\n" } else { b"\n]\n" }])?;
        self.text.persist()
    }
}

/// A text file that appears whole or not at all.
struct Text {
    file: PendingFile,
    buffer: Vec<u8>,
}

/// Bytes gathered before the file is called.
const BUFFER: usize = 256 * 1024;

impl Text {
    fn create(path: &Path) -> Result<Self, WriteError> {
        Ok(Text { file: PendingFile::create(path)?, buffer: Vec::with_capacity(BUFFER) })
    }

    fn write(&mut self, pieces: &[&[u8]]) -> Result<(), WriteError> {
        for piece in pieces {
            self.buffer.extend_from_slice(piece);
        }
        if self.buffer.len() < BUFFER { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        let written = self.file.file().write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|e| WriteError::io(self.file.place(), &e))
    }

    fn persist(mut self) -> Result<(), WriteError> {
        self.flush()?;
        self.file.persist()
    }
}
