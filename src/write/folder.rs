//! Records in, a folder with one JSON file per record out, mirroring the tree of the inputs.
//!
//! Everything is first written into a passing folder inside the target; [`Target::finish`] renames file by file. So each
//! file is whole whenever it is seen, and a run that stops before its end changes nothing.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::{WriteError, WriteErrorKind};
use super::file::PASSING;
use super::{Record, Target};

/// `folder/`
pub(super) struct Folder {
    path: PathBuf,
    /// Whether the folder was made by us, and goes again with an unfinished run.
    made: bool,
    /// `None` only while it is dropped.
    staging: Option<TempDir>,
    names: Names,
    /// The records so far, each by its name below `path`; its passing name is its index.
    files: Vec<PathBuf>,
    text: Vec<u8>,
}

impl Folder {
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let made = match fs::create_dir(path) {
            Ok(()) => true,
            Err(_) if path.is_dir() => false,
            Err(e) => return Err(WriteError::at(path, &e)),
        };
        let staging = tempfile::Builder::new().prefix(PASSING).tempdir_in(path).map_err(|e| {
            if made {
                let _ = fs::remove_dir(path);
            }
            WriteError::at(path, &e)
        })?;
        Ok(Folder {
            path: path.to_owned(),
            made,
            staging: Some(staging),
            names: Names::default(),
            files: Vec::new(),
            text: Vec::new(),
        })
    }

    fn staged(&self, index: usize) -> PathBuf {
        let folder = self.staging.as_ref().map_or(self.path.as_path(), TempDir::path);
        folder.join(index.to_string())
    }

    /// Refuses what would stop a move half-way, before the first one.
    fn prepare(&self) -> Result<(), WriteError> {
        let mut last = None;
        for name in &self.files {
            let place = self.path.join(name);
            if let Some(folder) = place.parent().filter(|f| last.as_deref() != Some(*f)) {
                fs::create_dir_all(folder).map_err(|e| WriteError::at(folder, &e))?;
                last = Some(folder.to_owned());
            }
            if let Ok(found) = fs::symlink_metadata(&place) {
                let cause = if found.is_dir() {
                    "is a folder, and a file is to be written there"
                } else if found.permissions().readonly() && !found.is_symlink() {
                    "is write-protected"
                } else {
                    continue;
                };
                let next = "choose another folder with -o";
                return Err(WriteError::new(WriteErrorKind::Taken, place.display().to_string(), cause, next));
            }
        }
        Ok(())
    }
}

impl Target for Folder {
    fn put(&mut self, record: &Record<'_>, json: &[u8]) -> Result<(), WriteError> {
        let ordinal = match record {
            Record::Report { ordinal, .. } => *ordinal,
            Record::Problem(_) => 1,
        };
        let name = self.names.take(record.path(), ordinal);
        self.text.clear();
        self.text.extend_from_slice(json);
        self.text.push(b'\n');
        fs::write(self.staged(self.files.len()), &self.text).map_err(|e| WriteError::at(&self.path.join(&name), &e))?;
        self.files.push(name);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.prepare()?;
        for (index, name) in self.files.iter().enumerate() {
            let place = self.path.join(name);
            fs::rename(self.staged(index), &place).map_err(|e| {
                let mut error = WriteError::at(&place, &e);
                error.cause = format!("{} ({index} of {} files are in place)", error.cause, self.files.len());
                error
            })?;
        }
        self.made = false;
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.staging.take());
        if self.made {
            // Refused where something stands in it, which is right.
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Names below the folder: every record has its own, also where letter case does not count, and none leads out of it.
#[derive(Default)]
struct Names {
    /// By name in lower case.
    taken: HashMap<String, Kind>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

/// Bytes that a name may have on the usual file systems.
const LONGEST: usize = 255;

impl Names {
    /// `data/一局.txt` gives `data/一局.txt.json`, its second report `data/一局.txt#2.json`; where that name is taken by another
    /// input, `data/一局.txt~2.json`.
    fn take(&mut self, path: &str, ordinal: u32) -> PathBuf {
        let mut parts = parts(path);
        let file = parts.pop().unwrap_or_else(|| "stdin".to_owned());
        let mut name = String::new();
        for part in parts {
            let (lower, free) = self.free(&name, &part, "", Kind::Folder);
            self.taken.insert(lower, Kind::Folder);
            name = free + "/";
        }
        let ending = if ordinal > 1 { format!("#{ordinal}") } else { String::new() };
        let (lower, free) = self.free(&name, &file, &ending, Kind::File);
        self.taken.insert(lower, Kind::File);
        PathBuf::from(free)
    }

    /// The first name that is free: in lower case, and as it is.
    fn free(&self, folder: &str, part: &str, ending: &str, kind: Kind) -> (String, String) {
        for attempt in 1.. {
            let mut end = ending.to_owned();
            if attempt > 1 {
                end += &format!("~{attempt}");
            }
            if kind == Kind::File {
                end += ".json";
            }
            let fits = |at: &usize| at + end.len() <= LONGEST;
            let cut = part.char_indices().map(|(i, c)| i + c.len_utf8()).take_while(fits).last().unwrap_or(0);
            let name = format!("{folder}{}{end}", &part[..cut]);
            let lower = name.to_lowercase();
            match self.taken.get(&lower) {
                None => return (lower, name),
                Some(Kind::Folder) if kind == Kind::Folder => return (lower, name),
                Some(_) => {}
            }
        }
        unreachable!("some number is free")
    }
}

/// The parts of a path, none of which leads upwards or means something to a file system.
fn parts(path: &str) -> Vec<String> {
    let safe = |c: char| if c.is_control() || r#"\:*?"<>|"#.contains(c) { '_' } else { c };
    path.split('/')
        .filter(|part| !matches!(*part, "" | "." | "-"))
        .map(|part| if part == ".." { "_up".to_owned() } else { part.chars().map(safe).collect() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: &[(&str, u32)]) -> Vec<String> {
        let mut names = Names::default();
        inputs.iter().map(|(path, ordinal)| names.take(path, *ordinal).display().to_string()).collect()
    }

    #[test]
    fn no_two_records_have_the_same_name() {
        let inputs = [
            ("in/a.txt", 1),
            ("in/a.txt", 2),
            ("in/a.pdf", 1),
            ("in/A.TXT", 1),
            ("/in/a.txt", 1),
            ("in/./a.txt", 1),
            ("in/a.txt#2", 1),
            ("in/a.txt.json/b", 1),
            ("in/b", 1),
            ("in/b.json", 1),
        ];
        assert_eq!(
            names(&inputs),
            [
                "in/a.txt.json",
                "in/a.txt#2.json",
                "in/a.pdf.json",
                "in/A.TXT~2.json",
                "in/a.txt~3.json",
                "in/a.txt~4.json",
                "in/a.txt#2~2.json",
                "in/a.txt.json~2/b.json",
                "in/b.json",
                "in/b.json.json",
            ]
        );
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert_eq!(
            names(&[("../../etc/x", 1), ("/etc/x", 1), (r"C:\x", 1), ("a\nb/c", 1), ("-", 1), ("", 1), ("..", 1)]),
            ["_up/_up/etc/x.json", "etc/x.json", "C__x.json", "a_b/c.json", "stdin.json", "stdin~2.json", "_up.json"]
        );
    }

    #[test]
    fn a_name_too_long_is_cut_and_still_its_own() {
        let long = "绩".repeat(90) + ".txt";
        let made = names(&[(&long, 1), (&long, 2), (&(long.clone() + "x"), 1)]);
        assert!(made.iter().all(|n| n.len() <= LONGEST));
        assert_eq!(made.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    }
}
