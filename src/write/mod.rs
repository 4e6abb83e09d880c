//! Reports in, files and databases out. Recomputes nothing: every format is a projection of [`view`](to_json)'s shape.
//!
//! A target is opened, and proved to be writable, before the first input is read. It appears whole when it is finished; one
//! that is dropped before leaves nothing behind. The exception is standard output, which is a stream.

mod annotate;
mod back;
mod decimal;
mod error;
mod file;
mod folder;
mod json;
mod parquet;
mod place;
mod postgres;
mod rows;
mod side;
mod spec;
mod sqlite;
mod stream;
mod tables;
mod view;

use std::borrow::Cow;
use std::sync::Arc;

pub use back::{BackError, ReadBack, is_records, read_back};
pub use error::{WriteError, WriteErrorKind};
pub use side::{COMPARISON_SCHEMA, SideTarget, bound_mark, comparison_to_json};
pub use spec::{Guard, TargetSpec, without_password};
pub use sqlite::{APPLICATION_ID, spread};
pub use stream::JsonLines;
pub use tables::SCHEMA_VERSION;
pub use view::{PROBLEM_SCHEMA, REPORT_SCHEMA, problem_to_json, to_json};

use crate::model::Report;
use crate::patterns::Patterns;

/// The views of every database.
const VIEWS: &str = include_str!("views.sql");

/// An input that could not be read: it gives a record all the same, so that inputs and records can be counted against each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path, as in [`Source::path`](crate::model::Source::path).
    pub path: String,
    /// SHA-256 of the bytes, where there were any to be had.
    pub sha256: Option<String>,
    /// How many bytes there were, where that is known.
    pub bytes: Option<u64>,
    /// A stable id: `read.binary`, `io.denied` …
    pub id: Cow<'static, str>,
    /// Cause and next step, for a person.
    pub message: String,
}

/// One thing to be written.
#[derive(Clone, Copy, Debug)]
pub enum Record<'a> {
    /// A report.
    Report {
        /// The report.
        report: &'a Report,
        /// Which report of its file it is, from 1.
        ordinal: u32,
    },
    /// An input that could not be read.
    Problem(&'a Problem),
}

impl<'a> Record<'a> {
    /// The path of the input.
    pub fn path(&self) -> &'a str {
        match self {
            Record::Report { report, .. } => &report.document.source.path,
            Record::Problem(problem) => &problem.path,
        }
    }
}

/// What all targets of a run share.
#[derive(Clone, Debug)]
pub struct Context {
    /// The patterns that made the reports.
    pub patterns: Arc<Patterns>,
    /// The arguments of the run, as typed but [`without_password`]; a database keeps them. Nothing in them may change from run to run by itself.
    pub arguments: Vec<String>,
}

/// Where records go.
///
/// Records of one file come one after another, in order. Dropped before [`Target::finish`], a target leaves nothing behind.
pub trait Target: Send {
    /// Takes one record; `json` is what [`to_json`] or [`problem_to_json`] made of it.
    ///
    /// # Errors
    /// Where the medium does not take it. The target is of no use afterwards.
    fn put(&mut self, record: &Record<'_>, json: &[u8]) -> Result<(), WriteError>;

    /// Makes everything appear at its place.
    ///
    /// # Errors
    /// Where the medium does not take it; then nothing appears (for a folder: see `docs/output.md`).
    fn finish(self: Box<Self>) -> Result<(), WriteError>;
}

/// Opens a target and proves that it can be written.
///
/// # Errors
/// Where it cannot: place, cause and next step.
pub fn open(spec: &TargetSpec, context: &Context) -> Result<Box<dyn Target>, WriteError> {
    Ok(match spec {
        TargetSpec::Stdout => Box::new(JsonLines::stdout()),
        TargetSpec::JsonLines(path) => Box::new(stream::JsonLinesFile::create(path)?),
        TargetSpec::Json(path) => Box::new(stream::JsonArrayFile::create(path)?),
        TargetSpec::Folder(path) => Box::new(folder::Folder::create(path)?),
        TargetSpec::Sqlite(path) => Box::new(sqlite::Sqlite::create(path, context)?),
        TargetSpec::Parquet(path) => Box::new(self::parquet::Figures::create(path, context)?),
        TargetSpec::ParquetFolder(path) => Box::new(self::parquet::Folder::create(path, context)?),
        TargetSpec::Postgres(url) => Box::new(self::postgres::Postgres::open(url, context)?),
        TargetSpec::Annotated(path) => Box::new(annotate::Annotated::create(path, context)?),
        TargetSpec::Excel(path) | TargetSpec::Html(path) => {
            let next = "compare reports with `hedui compare PATH… -o TARGET`";
            let place = path.display().to_string();
            return Err(WriteError::new(WriteErrorKind::Unsupported, place, "shows reports side by side", next));
        }
    })
}
