//! Rows in, Parquet out: `x.parquet`, one file with all figures and what they answer, or `x.parquet/`, a folder with a file for each
//! table. The only home of the crate `parquet`.
//!
//! Decimals are exact: 38 digits, 10 of them behind the point. One that does not fit is left out, with a note of its own in the
//! folder; its print is kept in any case. Equal records give equal bytes.

mod column;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;
use tempfile::TempDir;

use super::error::{WriteError, WriteErrorKind};
use super::file::{PASSING, PendingFile, folder_of};
use super::rows::{Cell, Numbers, Rows, Sink};
use super::tables::{FIGURES, T};
use super::view::View;
use super::{Context, Record, Target};
use crate::model::Report;
use crate::patterns::Patterns;

/// `x.parquet`: a row for each figure.
pub(super) struct Figures {
    file: PendingFile,
    rows: column::Rows,
    context: Context,
}

impl Figures {
    pub fn create(path: &Path, context: &Context) -> Result<Self, WriteError> {
        let mut file = PendingFile::create(path)?;
        let copy = file.file().try_clone().map_err(|e| WriteError::at(path, &e))?;
        let rows = column::Rows::begin(&FIGURES, copy).map_err(|e| error(file.place(), &e))?;
        Ok(Figures { file, rows, context: context.clone() })
    }
}

impl Target for Figures {
    fn put(&mut self, record: &Record<'_>, _json: &[u8]) -> Result<(), WriteError> {
        match record {
            Record::Report { report, ordinal } => figures(report, *ordinal, &self.context.patterns, &mut self.rows)
                .map_err(|e| error(self.file.place(), &e)),
            Record::Problem(_) => Ok(()),
        }
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        let Figures { file, rows, .. } = *self;
        rows.end().map_err(|e| error(file.place(), &e))?;
        file.persist()
    }
}

/// A figure answers one fact as a rule; where it answers more, a row for each.
fn figures(report: &Report, ordinal: u32, patterns: &Patterns, rows: &mut column::Rows) -> Result<(), ParquetError> {
    let view = View::new(report, patterns);
    let source = view.source();
    let sections: Vec<_> = view.sections().map(|s| (s.title, s.topic)).collect();
    let facts: Vec<_> = view.facts().filter(|f| f.figure.is_some()).collect();
    for (f, figure) in view.figures().zip(&report.figures) {
        let wan = figure.value.filter(|_| f.measure == "yuan").map(super::decimal::DecimalText::ten_thousands);
        let section = f.section.and_then(|s| sections.get(s as usize - 1));
        let mut answers: Vec<_> = facts.iter().filter(|fact| fact.figure == Some(f.id)).map(Some).collect();
        if answers.is_empty() {
            answers.push(None);
        }
        for fact in answers {
            let bbox = f.at.bbox.and_then(|b| serde_json::to_string(&b).ok());
            rows.row(&[
                source.path.into(),
                source.sha256.into(),
                ordinal.into(),
                view.family().into(),
                view.title().into(),
                view.org().into(),
                report.year.into(),
                section.map(|s| &*s.0).into(),
                section.and_then(|s| s.1).into(),
                fact.map(|f| f.concept).into(),
                fact.and_then(|f| f.basis).into(),
                fact.and_then(|f| f.fund).into(),
                fact.and_then(|f| f.year).into(),
                fact.and_then(|f| f.item).into(),
                (&*f.raw).into(),
                f.value.into(),
                f.low.into(),
                f.high.into(),
                f.step.into(),
                wan.into(),
                f.measure.into(),
                f.bound.into(),
                f.role.into(),
                f.direction.into(),
                fact.map(|f| f.pattern).into(),
                f.at.page.into(),
                f.at.line.into(),
                f.at.start.into(),
                f.at.end.into(),
                f.at.quote.into(),
                bbox.as_deref().into(),
            ])?;
        }
    }
    Ok(())
}

/// `x.parquet/`: the tables of the database, a file each.
pub(super) struct Folder {
    /// Where it will stand.
    path: PathBuf,
    place: String,
    store: Store,
    rows: Rows,
    // Gone when dropped.
    passing: TempDir,
}

/// The files on their way.
struct Store {
    /// By table, where it has one.
    files: Vec<Option<column::Rows>>,
    source: i64,
    report: Option<i64>,
    notes: i64,
}

/// The records as JSON are in none of the files: JSON Lines are at hand.
fn name(table: T) -> Option<String> {
    (table != T::Record).then(|| format!("{}.parquet", table.table().name))
}

impl Folder {
    pub fn create(path: &Path, context: &Context) -> Result<Self, WriteError> {
        let place = path.display().to_string();
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.components().collect());
        ours(&path, &place)?;
        let io = |e: &std::io::Error| WriteError::io(place.clone(), e);
        let passing = tempfile::Builder::new()
            .prefix(PASSING)
            .suffix(".part")
            .tempdir_in(folder_of(&path))
            .map_err(|e| io(&e))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new folder here, not for its owner alone.
            let new = passing.path().join("new");
            fs::create_dir(&new).map_err(|e| io(&e))?;
            let mode = fs::metadata(&new).map_err(|e| io(&e))?.permissions().mode();
            fs::remove_dir(&new).map_err(|e| io(&e))?;
            fs::set_permissions(passing.path(), fs::Permissions::from_mode(mode)).map_err(|e| io(&e))?;
        }
        let mut files = Vec::new();
        for table in T::ALL {
            let begin = |name| {
                let file = File::create(passing.path().join(name)).map_err(|e| io(&e))?;
                column::Rows::begin(table.table(), file).map_err(|e| error(&place, &e))
            };
            files.push(name(table).map(begin).transpose()?);
        }
        let mut store = Store { files, source: 0, report: None, notes: 0 };
        let rows = Rows::start(context, Numbers::Running, 1, &mut store).map_err(|e| error(&place, &e))?;
        Ok(Folder { path, place, store, rows, passing })
    }
}

impl Target for Folder {
    fn put(&mut self, record: &Record<'_>, json: &[u8]) -> Result<(), WriteError> {
        self.rows.put(record, json, &mut self.store).map_err(|e| error(&self.place, &e))
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        let Folder { path, place, store, passing, .. } = *self;
        let io = |e: std::io::Error| WriteError::io(place.clone(), &e);
        for rows in store.files.into_iter().flatten() {
            let file = rows.end().map_err(|e| error(&place, &e))?;
            file.sync_all().map_err(io)?;
        }
        ours(&path, &place)?;
        if !path.exists() {
            return fs::rename(passing.keep(), &path).map_err(io);
        }
        exchange(passing.path(), &path).map_err(io)
        // What stood there goes with the passing folder.
    }
}

/// Two folders change places: at once on Linux, where no moment has neither.
#[cfg(target_os = "linux")]
fn exchange(new: &Path, old: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        // Some file systems cannot.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => one_after_the_other(new, old),
        done => Ok(done?),
    }
}
#[cfg(not(target_os = "linux"))]
use one_after_the_other as exchange;

fn one_after_the_other(new: &Path, old: &Path) -> std::io::Result<()> {
    let aside = new.with_extension("old");
    fs::rename(old, &aside)?;
    if let Err(e) = fs::rename(new, old) {
        fs::rename(&aside, old)?;
        return Err(e);
    }
    fs::rename(&aside, new)
}

/// Refuses a folder that holds anything but files of an earlier run, because it is replaced whole.
fn ours(path: &Path, place: &str) -> Result<(), WriteError> {
    let taken = |cause: String| WriteError::new(WriteErrorKind::Taken, place, cause, WriteErrorKind::Taken.next_step());
    if path.is_file() {
        return Err(taken("is a file, not a folder".into()));
    }
    let Ok(entries) = fs::read_dir(path) else { return Ok(()) };
    let names: BTreeSet<String> = T::ALL.into_iter().filter_map(name).collect();
    let mut others: Vec<String> = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| WriteError::io(place, &e))?.file_name().to_string_lossy().into_owned();
        others.extend(Some(entry).filter(|entry| !names.contains(entry)));
    }
    others.sort();
    match others.first() {
        Some(other) => Err(taken(format!("holds {other}, which is of no earlier run and would be lost"))),
        None => Ok(()),
    }
}

impl Sink for Store {
    type Error = ParquetError;

    fn source_id(&mut self, _path: &str, _sha256: Option<&str>) -> Result<i64, ParquetError> {
        self.source += 1;
        self.report = None;
        Ok(self.source)
    }

    fn row(&mut self, table: T, cells: &[Cell<'_>]) -> Result<(), ParquetError> {
        let id = if let Some(Cell::Int(id)) = cells.first() { *id } else { 0 };
        let Some(file) = &mut self.files[table as usize] else { return Ok(()) };
        if table == T::Report {
            self.report = Some(id);
        }
        if table == T::Note {
            // Nothing refers to a note: they are counted here, as some come from here.
            self.notes += 1;
            return file.row(&[&[Cell::Int(self.notes)], &cells[1..]].concat()).map(drop);
        }
        for column in file.row(cells)? {
            let message = format!(
                "{}.{column} of row {id} has more than {} digits behind the point or {} before it and is left out",
                table.table().name,
                column::SCALE,
                38 - column::SCALE
            );
            let nowhere = [Cell::Null; 6];
            let said = ["parquet.decimal".into(), Cell::Int(1), message.as_str().into()];
            let of = [Cell::Null, Cell::Int(self.source), self.report.into()];
            self.row(T::Note, &[&of[..], &said, &nowhere].concat())?;
        }
        Ok(())
    }
}

/// The crate keeps only the words of an error of the system, with its number.
fn error(place: &str, error: &ParquetError) -> WriteError {
    let said = error.to_string();
    let number = said.split("(os error ").nth(1).and_then(|rest| rest.split(')').next()?.parse().ok());
    match number {
        Some(number) => WriteError::io(place, &std::io::Error::from_raw_os_error(number)),
        None => WriteError::new(WriteErrorKind::Other, place, format!("Parquet could not be written: {said}"), ""),
    }
}
