//! Paths as typed in, the things to read out, in a fixed order. Reads no file, but for standard input and the first bytes of
//! files whose names promise another format than text.
//!
//! Folders are walked while the run goes on, so that a million files need no list. A path that is named on the command line
//! is read where it is named, and not once more in a folder above it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use walkdir::WalkDir;

use crate::pipeline::{Input, Problem};

/// What a walk comes upon.
#[derive(Debug)]
pub enum Found {
    /// A file, named or met in a folder.
    File(PathBuf),
    /// `-`
    Stdin,
    /// Something that cannot be read.
    Problem(Problem),
}

/// What a file's name says about it, inside a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guess {
    /// Text, or nothing that says otherwise.
    Text,
    /// A document in a format that this version may not read; its first bytes say.
    Document,
    /// Data or a program: no report is in it.
    Aside,
}

/// Formats in which reports arrive; those that this version does not read are told by their first bytes.
const DOCUMENTS: &[&str] = &[
    "pdf", "ofd", "doc", "docx", "docm", "dot", "dotx", "wps", "wpt", "rtf", "odt", "xls", "xlsx", "xlsm", "xlsb",
    "et", "ett", "ods", "ppt", "pptx", "dps", "odp", "htm", "html", "xhtml", "mht", "mhtml", "epub", "chm", "caj",
    "eml", "msg", "jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp", "heic", "zip", "rar", "7z", "tar", "gz",
    "tgz", "bz2", "xz",
];

/// Data, settings, programs, sound and film; the program's own outputs among them.
const ASIDE: &[&str] = &[
    "json", "jsonl", "ndjson", "toml", "yaml", "yml", "ini", "cfg", "conf", "xml", "xsd", "sqlite", "sqlite3", "db",
    "db-wal", "db-shm", "mdb", "accdb", "dbf", "parquet", "rs", "py", "js", "ts", "css", "sh", "bat", "ps1", "sql",
    "exe", "dll", "so", "msi", "lnk", "url", "ttf", "otf", "mp3", "wav", "mp4", "avi", "mov", "mkv", "wmv", "lock",
    "sha256", "md5",
];

/// Walks over paths.
pub struct Walk {
    arguments: std::vec::IntoIter<PathBuf>,
    /// The paths of the command line, in one spelling.
    named: BTreeSet<PathBuf>,
    /// The folder being walked, whether anything came of it, and the walk itself.
    folder: Option<(PathBuf, bool, walkdir::IntoIter)>,
    /// Files that no report is in.
    aside: Arc<AtomicU64>,
}

impl Walk {
    /// A walk over `paths` in their order, each once; `aside` counts the files of folders that no report is in.
    pub fn new(paths: &[PathBuf], aside: Arc<AtomicU64>) -> Self {
        let mut named = BTreeSet::new();
        let arguments: Vec<PathBuf> = paths.iter().filter(|path| named.insert(spelling(path))).cloned().collect();
        Walk { arguments: arguments.into_iter(), named, folder: None, aside }
    }

    /// The next thing in the folder being walked.
    fn step(&mut self) -> Option<Found> {
        let (folder, any, walk) = self.folder.as_mut()?;
        loop {
            let entry = match walk.next() {
                Some(Ok(entry)) => entry,
                Some(Err(error)) => {
                    *any = true;
                    return Some(Found::Problem(stumble(folder, &error)));
                }
                None => {
                    let (folder, any, _) = self.folder.take()?;
                    let message = "has no file in it that could be a report; name files to have them tried anyway";
                    return (!any).then(|| Found::Problem(problem(&folder, "folder.empty", message.into())));
                }
            };
            if entry.depth() == 0 {
                continue;
            }
            let named = self.named.contains(&spelling(entry.path()));
            *any |= named;
            if named || is_dropping(entry.file_name()) {
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
                continue;
            }
            if entry.file_type().is_dir() {
                continue;
            }
            let guess = if entry.file_type().is_file() { guess(entry.path()) } else { Guess::Aside };
            match guess {
                Guess::Aside => {
                    self.aside.fetch_add(1, Ordering::Relaxed);
                }
                Guess::Document if !sniff(entry.path()) => {
                    *any = true;
                    let kind = entry.path().extension().unwrap_or_default().to_string_lossy().to_lowercase();
                    let message = format!(
                        "is a .{kind} file, and this version reads text and PDF only; convert it to PDF or text, or name the file to have it tried as text"
                    );
                    return Some(Found::Problem(problem(entry.path(), "file.unsupported", message)));
                }
                Guess::Text | Guess::Document => {
                    *any = true;
                    return Some(Found::File(entry.into_path()));
                }
            }
        }
    }
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(found) = self.step() {
                return Some(found);
            }
            let path = self.arguments.next()?;
            if path.as_os_str() == "-" {
                return Some(Found::Stdin);
            }
            if !path.is_dir() {
                return Some(Found::File(path));
            }
            let walk = WalkDir::new(&path).follow_links(true).sort_by_file_name().into_iter();
            self.folder = Some((path, false, walk));
        }
    }
}

/// One spelling for one path: no `.` parts, no slash at the end. Links and `..` stay as they are.
fn spelling(path: &Path) -> PathBuf {
    path.components().filter(|part| !matches!(part, Component::CurDir)).collect()
}

/// What editors and systems leave behind, and what is hidden.
fn is_dropping(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || name == "__MACOSX"
        || ["thumbs.db", "desktop.ini"].contains(&name.to_lowercase().as_str())
}

fn guess(path: &Path) -> Guess {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let is = |list: &[&str]| list.contains(&extension.as_str());
    let marked = || path.file_name().is_some_and(|n| n.to_string_lossy().to_lowercase().ends_with(".annotated.pdf"));
    if is(DOCUMENTS) {
        // A marked copy is the program's own output; its report stands beside it.
        if marked() { Guess::Aside } else { Guess::Document }
    } else if is(ASIDE) {
        Guess::Aside
    } else {
        Guess::Text
    }
}

/// Whether a file begins as text or a PDF file does, or cannot be asked: then the reader will say why. Without this, folders
/// of films and archives would be read whole to be refused.
fn sniff(path: &Path) -> bool {
    let mut start = Vec::new();
    match File::open(path).and_then(|file| file.take(1024).read_to_end(&mut start)) {
        Ok(_) => begins_as_text(&start) || start.windows(4).any(|four| four == b"%PDF"),
        Err(_) => true,
    }
}

fn begins_as_text(start: &[u8]) -> bool {
    let utf16 = start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF");
    let markup = [&b"%PDF"[..], b"{\\rtf", b"<"].iter().any(|tag| start.trim_ascii_start().starts_with(tag));
    let printable = |byte: &u8| *byte >= 0x20 || byte.is_ascii_whitespace();
    utf16 || !markup && start.iter().all(printable)
}

/// The path as it is shown everywhere.
pub fn shown(path: &Path) -> String {
    let shown = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { shown.into_owned() } else { shown.replace(std::path::MAIN_SEPARATOR, "/") }
}

fn problem(path: &Path, id: &'static str, message: String) -> Problem {
    Problem { shown: shown(path), id, message }
}

/// What stopped the walk at one place.
fn stumble(folder: &Path, error: &walkdir::Error) -> Problem {
    let path = error.path().unwrap_or(folder);
    if let Some(above) = error.loop_ancestor() {
        let message = format!("is a link back to {}, the folder it is in; not followed", shown(above));
        return problem(path, "file.loop", message);
    }
    let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    match error.io_error().map(std::io::Error::kind) {
        Some(ErrorKind::NotFound) if path.is_symlink() => {
            problem(path, "file.link", "is a link to something that does not exist".into())
        }
        Some(ErrorKind::NotFound) => problem(path, "file.missing", format!("cannot be read: {cause}")),
        Some(ErrorKind::PermissionDenied) => problem(path, "folder.permission", format!("cannot be opened: {cause}")),
        _ => problem(path, "file.unreadable", format!("cannot be read: {cause}")),
    }
}

/// The inputs of a run: what a [`Walk`] finds, and standard input read to its end.
pub struct Inputs {
    walk: Walk,
    max_bytes: u64,
    cancel: Arc<AtomicBool>,
}

impl Inputs {
    /// The inputs of a walk; `max_bytes` and `cancel` are for standard input.
    pub fn new(walk: Walk, max_bytes: u64, cancel: Arc<AtomicBool>) -> Self {
        Inputs { walk, max_bytes, cancel }
    }
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        Some(match self.walk.next()? {
            Found::File(path) => Input::File { shown: shown(&path), path },
            Found::Problem(problem) => Input::Problem(problem),
            Found::Stdin => stdin(self.max_bytes, &self.cancel),
        })
    }
}

/// Standard input, read on a thread of its own so that Ctrl-C is heard while nobody types.
fn stdin(max_bytes: u64, cancel: &AtomicBool) -> Input {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().take(max_bytes.saturating_add(1)).read_to_end(&mut bytes);
        // Nobody listens any more after Ctrl-C.
        let _ = send.send(read.map(|_| bytes));
    });
    let fail = |id, message| Input::Problem(Problem { shown: "-".into(), id, message });
    loop {
        match receive.recv_timeout(Duration::from_millis(50)) {
            Ok(Ok(bytes)) if bytes.len() as u64 > max_bytes => {
                let message =
                    format!("has more than the {max_bytes} bytes that are read; split it or raise --max-size");
                return fail("file.too_large", message);
            }
            Ok(Ok(bytes)) => return Input::Bytes { shown: "-".into(), bytes },
            Ok(Err(error)) => return fail("file.unreadable", format!("cannot be read: {error}")),
            Err(mpsc::RecvTimeoutError::Timeout) if !cancel.load(Ordering::Relaxed) => {}
            Err(_) => return fail("file.unreadable", "was not read to its end".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What is found in a tree of `files`, walked as `arguments`, with the temporary folder's name taken off.
    fn walked(files: &[&str], arguments: &[&str]) -> (Vec<String>, u64) {
        let root = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            let text = match file.rsplit('.').next() {
                Some("PDF") => "HTTP/1.1 200\n\n%PDF-1.7",
                Some("doc") if file.contains("c.doc") => "{\\rtf",
                _ => "一",
            };
            fs::write(path, text).expect("written");
        }
        let arguments: Vec<PathBuf> = arguments.iter().map(|a| root.path().join(a)).collect();
        let aside = Arc::new(AtomicU64::new(0));
        let walk = Walk::new(&arguments, aside.clone());
        let found = walk.map(|found| {
            let (id, path) = match found {
                Found::File(path) => ("", shown(&path)),
                Found::Problem(problem) => (problem.id, problem.shown),
                Found::Stdin => ("", "-".into()),
            };
            let path = path.replace(&shown(root.path()), "");
            format!("{id}{path}")
        });
        (found.collect(), aside.load(Ordering::Relaxed))
    }

    #[test]
    fn a_folder_gives_its_plausible_files_in_order_of_name() {
        let files = [
            "d/b.txt",
            "d/a/z",
            "d/a.txt",
            "d/.git/x",
            "d/~$b.txt",
            "d/c.PDF",
            "d/c.doc",
            "d/e.json",
            "d/某局2022.1",
            "d/Thumbs.db",
        ];
        let (found, aside) = walked(&files, &["d"]);
        assert_eq!(found, ["/d/a/z", "/d/a.txt", "/d/b.txt", "/d/c.PDF", "file.unsupported/d/c.doc", "/d/某局2022.1"]);
        assert_eq!(aside, 1);
    }

    #[test]
    fn a_file_that_is_named_is_always_tried() {
        let (found, _) = walked(&["d/.hidden", "d/a.pdf", "d/a.json"], &["d/.hidden", "d/a.pdf", "d/a.json"]);
        assert_eq!(found, ["/d/.hidden", "/d/a.pdf", "/d/a.json"]);
    }

    #[test]
    fn a_path_is_read_once_where_it_is_named() {
        let files = ["d/a.txt", "d/b.txt", "d/e/c.txt"];
        assert_eq!(walked(&files, &["d/b.txt", "d", "d/./b.txt", "d/e/"]).0, ["/d/b.txt", "/d/a.txt", "/d/e/c.txt"]);
    }

    #[test]
    fn text_under_a_wrong_name_is_read() {
        let gbk = [&b"\xBC\xA8\xD0\xA7"[..], b"\xD7\xD4\xC6\xC0\r\n"].concat();
        assert!(begins_as_text(&gbk) && begins_as_text(b"") && begins_as_text(b"\xFF\xFE\x00\x4E"));
        for start in
            [&b"PK\x03\x04"[..], b"\xD0\xCF\x11\xE0", b"\xFF\xD8\xFF\xE0\0", b"{\\rtf1", b"\n<html>", b"%PDF-1.4"]
        {
            assert!(!begins_as_text(start), "{start:?}");
        }
        assert_eq!(walked(&["d/report.doc"], &["d"]).0, ["/d/report.doc"]);
    }

    #[test]
    fn a_folder_without_any_report_says_so() {
        let (found, aside) = walked(&["d/e.json"], &["d"]);
        assert_eq!((found, aside), (vec!["folder.empty/d".to_owned()], 1));
    }
}
