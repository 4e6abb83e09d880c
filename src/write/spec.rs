//! What was typed behind `-o` in, a kind of target out. Opens nothing.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::{WriteError, WriteErrorKind};
use super::file::folder_of;

/// A place to write to, by kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetSpec {
    /// JSON Lines on standard output: `-`, or nothing at all.
    Stdout,
    /// `*.jsonl` (or `*.ndjson`): one record a line.
    JsonLines(PathBuf),
    /// `*.json`: one array.
    Json(PathBuf),
    /// `folder/`: one file per record, mirroring the input tree.
    Folder(PathBuf),
    /// `*.sqlite`, `*.db`: a database.
    Sqlite(PathBuf),
}

/// What `-o` can be.
const POSSIBLE: &str = "possible are *.jsonl, *.json, *.sqlite (or *.db), a folder/ and - for standard output";

impl TargetSpec {
    /// What `typed` means. Looks at the disk only to see whether it is a folder.
    ///
    /// # Errors
    /// Where there is no such kind of target: with what is possible.
    pub fn parse(typed: &OsStr) -> Result<TargetSpec, WriteError> {
        let shown = typed.to_string_lossy();
        if shown.is_empty() || shown == "-" {
            return Ok(TargetSpec::Stdout);
        }
        let unsupported = |cause: String| WriteError::new(WriteErrorKind::Unsupported, shown.clone(), cause, POSSIBLE);
        if shown.starts_with("postgres://") || shown.starts_with("postgresql://") {
            return Err(unsupported("PostgreSQL is not in this version".into()));
        }
        let path = Path::new(typed);
        if shown.ends_with(std::path::is_separator) || path.is_dir() {
            return Ok(TargetSpec::Folder(path.to_owned()));
        }
        let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        let path = path.to_owned();
        match extension.as_deref() {
            Some("jsonl" | "ndjson") => Ok(TargetSpec::JsonLines(path)),
            Some("json") => Ok(TargetSpec::Json(path)),
            Some("sqlite" | "sqlite3" | "db") => Ok(TargetSpec::Sqlite(path)),
            Some(known @ ("xlsx" | "html" | "parquet")) => {
                Err(unsupported(format!("*.{known} is not in this version")))
            }
            Some(other) => Err(unsupported(format!("no target ends in .{other}"))),
            None => Err(unsupported("the name does not say what to write".into())),
        }
    }

    /// Its path; `None` for standard output.
    pub fn path(&self) -> Option<&Path> {
        match self {
            TargetSpec::Stdout => None,
            TargetSpec::JsonLines(path)
            | TargetSpec::Json(path)
            | TargetSpec::Folder(path)
            | TargetSpec::Sqlite(path) => Some(path),
        }
    }
}

/// Keeps targets off each other and off the inputs.
#[derive(Clone, Debug)]
pub struct Guard {
    files: BTreeMap<PathBuf, String>,
    folders: Vec<(PathBuf, String)>,
}

impl Guard {
    /// Looks at all targets of a run.
    ///
    /// # Errors
    /// Where two of them are the same place.
    pub fn new(specs: &[TargetSpec]) -> Result<Guard, WriteError> {
        let mut seen: BTreeMap<Option<PathBuf>, String> = BTreeMap::new();
        let mut guard = Guard { files: BTreeMap::new(), folders: Vec::new() };
        for spec in specs {
            let key = spec.path().map(identity);
            let shown = spec.path().map_or_else(|| "standard output".to_owned(), |p| p.display().to_string());
            if let Some(other) = seen.insert(key.clone(), shown.clone()) {
                let cause = if other == shown {
                    "is named as a target twice".to_owned()
                } else {
                    format!("is the same place as the target {other}")
                };
                return Err(WriteError::new(WriteErrorKind::Taken, shown, cause, "name it once"));
            }
            match (spec, key) {
                (TargetSpec::Folder(_), Some(key)) => guard.folders.push((key, shown)),
                (_, Some(key)) => drop(guard.files.insert(key, shown)),
                (_, None) => {}
            }
        }
        for (file, shown) in guard.files.iter().filter(|(file, _)| is_json(file)) {
            if let Some((_, folder)) = guard.folders.iter().find(|(folder, _)| file.starts_with(folder)) {
                let cause = format!("lies in the target {folder}, whose files it could meet");
                let next = WriteErrorKind::Taken.next_step();
                return Err(WriteError::new(WriteErrorKind::Taken, shown, cause, next));
            }
        }
        Ok(guard)
    }

    /// Refuses an input that a target would overwrite: the same file, or a `*.json` inside a folder that is a target.
    ///
    /// # Errors
    /// Naming the target and the input.
    pub fn check_input(&self, input: &Path) -> Result<(), WriteError> {
        if self.files.is_empty() && self.folders.is_empty() {
            return Ok(());
        }
        let key = identity(input);
        let refuse = |target: &str, cause: String| {
            let next = WriteErrorKind::Taken.next_step();
            Err(WriteError::new(WriteErrorKind::Taken, target, cause, next))
        };
        if let Some(target) = self.files.get(&key) {
            return refuse(target, format!("is an input ({}) and would be overwritten", input.display()));
        }
        if is_json(&key) {
            for (folder, target) in &self.folders {
                if key.starts_with(folder) {
                    return refuse(target, format!("holds an input ({}) that could be overwritten", input.display()));
                }
            }
        }
        Ok(())
    }
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

/// One name for one place: links followed as far as there is something, letter case dropped where the system does so.
fn identity(path: &Path) -> PathBuf {
    let found = fs::canonicalize(path).or_else(|_| {
        let name = path.file_name().unwrap_or_default();
        fs::canonicalize(folder_of(path)).map(|folder| folder.join(name))
    });
    let found = found.unwrap_or_else(|_| path.to_owned());
    if cfg!(any(windows, target_os = "macos")) { PathBuf::from(found.to_string_lossy().to_lowercase()) } else { found }
}
