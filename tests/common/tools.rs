//! Finds what tests compare with: programs of the system, and what `tests/tools` has put into `target/tools`.
//!
//! A test that lacks something says so with [`skipped`] and passes:
//!
//! ```ignore
//! let Some(python) = tools::python("openpyxl") else { return tools::skipped("no openpyxl: the workbook is not read back") };
//! ```
#![allow(dead_code)]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where `tests/tools` puts what it fetches.
pub fn folder() -> PathBuf {
    let given = std::env::var_os("HEDUI_TOOLS").map(PathBuf::from);
    given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools"))
}

/// A program on the path, or in one of the places where Debian hides programs.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // The newest PostgreSQL first.
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.into_iter().map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A Python that imports `module`.
pub fn python(module: &str) -> Option<PathBuf> {
    let fetched = folder().join("venv/bin/python");
    let imports = |python: &Path| succeeds(Command::new(python).args(["-c", &format!("import {module}")]));
    [Some(fetched), program("python3")].into_iter().flatten().find(|python| imports(python))
}

/// The folder to give to Node as `NODE_PATH`, where it has `package`.
pub fn node_path(package: &str) -> Option<PathBuf> {
    let modules = folder().join("node/node_modules");
    (program("node").is_some() && modules.join(package).is_dir()).then_some(modules)
}

/// Whether the command can be started and ends well; nothing of what it says is shown.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// Says that the test at hand, or a part of it, is skipped. `tests/run` prints it at its end, as cargo shows nothing of what a
/// passing test prints.
pub fn skipped(why: impl AsRef<str>) {
    let line = format!("skipped: {}\n", why.as_ref());
    print!("{line}");
    if let Some(file) = std::env::var_os("HEDUI_SKIPPED").filter(|name| name != OsStr::new("")) {
        let appended = File::options().append(true).create(true).open(file);
        appended.and_then(|mut file| file.write_all(line.as_bytes())).expect("the list of skipped tests");
    }
}
