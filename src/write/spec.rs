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
    /// `*.parquet`: every figure, in one file.
    Parquet(PathBuf),
    /// `*.parquet/`: a folder with a Parquet file for each table.
    ParquetFolder(PathBuf),
    /// `postgres://…`: a database on a server. The address holds its password, if it has one: not to be shown.
    Postgres(String),
    /// `*.xlsx`: the working paper of a comparison.
    Excel(PathBuf),
    /// `*.html`: the review page of a comparison.
    Html(PathBuf),
    /// `*.annotated.pdf`: a copy of the one PDF file that is read, with what was found marked in it.
    Annotated(PathBuf),
}

/// What `-o` can be.
const POSSIBLE: &str = "possible are *.jsonl, *.json, *.sqlite (or *.db), *.parquet, *.annotated.pdf, a folder/, postgres://… and - for standard output";

impl TargetSpec {
    /// What `typed` means. Looks at the disk only to see whether it is a folder.
    ///
    /// # Errors
    /// Where there is no such kind of target: with what is possible.
    pub fn parse(typed: &OsStr) -> Result<TargetSpec, WriteError> {
        let shown = without_password(&typed.to_string_lossy());
        if shown.is_empty() || shown == "-" {
            return Ok(TargetSpec::Stdout);
        }
        let unsupported = |cause: String| WriteError::new(WriteErrorKind::Unsupported, shown.clone(), cause, POSSIBLE);
        if shown.starts_with("postgres://") || shown.starts_with("postgresql://") {
            return Ok(TargetSpec::Postgres(typed.to_string_lossy().into_owned()));
        }
        let path = Path::new(typed);
        let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        if shown.ends_with(std::path::is_separator) || path.is_dir() {
            return Ok(match extension.as_deref() {
                Some("parquet") => TargetSpec::ParquetFolder(path.to_owned()),
                _ => TargetSpec::Folder(path.to_owned()),
            });
        }
        let path = path.to_owned();
        match extension.as_deref() {
            Some("jsonl" | "ndjson") => Ok(TargetSpec::JsonLines(path)),
            Some("json") => Ok(TargetSpec::Json(path)),
            Some("sqlite" | "sqlite3" | "db") => Ok(TargetSpec::Sqlite(path)),
            Some("parquet") => Ok(TargetSpec::Parquet(path)),
            Some("xlsx") => Ok(TargetSpec::Excel(path)),
            Some("html" | "htm") => Ok(TargetSpec::Html(path)),
            Some("pdf") if shown.to_ascii_lowercase().ends_with(".annotated.pdf") => Ok(TargetSpec::Annotated(path)),
            Some("pdf") => Err(unsupported("a PDF target is a marked copy and ends in .annotated.pdf".into())),
            Some(other) => Err(unsupported(format!("no target ends in .{other}"))),
            None => Err(unsupported("the name does not say what to write".into())),
        }
    }

    /// Its path; `None` for standard output and a server.
    pub fn path(&self) -> Option<&Path> {
        match self {
            TargetSpec::Stdout | TargetSpec::Postgres(_) => None,
            TargetSpec::JsonLines(path)
            | TargetSpec::Json(path)
            | TargetSpec::Folder(path)
            | TargetSpec::Sqlite(path)
            | TargetSpec::Parquet(path)
            | TargetSpec::ParquetFolder(path)
            | TargetSpec::Excel(path)
            | TargetSpec::Html(path)
            | TargetSpec::Annotated(path) => Some(path),
        }
    }
}

/// `argument` as it may be shown and kept: without the password of an address of PostgreSQL.
///
/// ```
/// assert_eq!(hedui::write::without_password("postgres://u:secret@host/db"), "postgres://u:***@host/db");
/// assert_eq!(hedui::write::without_password("out.jsonl"), "out.jsonl");
/// ```
pub fn without_password(argument: &str) -> String {
    let scheme = ["postgres://", "postgresql://"].iter().filter_map(|s| argument.find(s).map(|at| at + s.len())).min();
    let Some(start) = scheme else { return argument.to_owned() };
    let (scheme, rest) = argument.split_at(start);
    // Up to the last @, because an address typed wrongly may have one in its password, or a slash.
    let (user, host) = rest.rfind('@').map_or(("", rest), |at| rest.split_at(at));
    let user = user.split_once(':').map_or_else(|| user.to_owned(), |(name, _)| format!("{name}:***"));
    let host = match host.split_once(':').filter(|_| user.is_empty()) {
        // `user:password` without a host: no port has letters.
        Some((name, port)) if !port.starts_with(|c: char| c.is_ascii_digit() || c == '/' || c == '?') => {
            format!("{name}:***")
        }
        _ => host.to_owned(),
    };
    let mut shown = format!("{scheme}{user}{host}");
    if let Some(at) = shown.find("password=") {
        let value = at + "password=".len();
        let end = shown[value..].find('&').map_or(shown.len(), |end| value + end);
        shown.replace_range(value..end, "***");
    }
    shown
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
            let (key, shown) = match spec {
                TargetSpec::Stdout => (None, "standard output".to_owned()),
                TargetSpec::Postgres(url) => {
                    let shown = without_password(url);
                    (Some(PathBuf::from(&shown)), shown)
                }
                _ => {
                    let path = spec.path().unwrap_or(Path::new(""));
                    (Some(identity(path)), path.display().to_string())
                }
            };
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
                (TargetSpec::Postgres(_), _) => {}
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
