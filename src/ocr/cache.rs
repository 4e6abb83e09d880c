//! What was read off a page before. A page is known by the hash of its file, its number and the engine.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{Scan, ScanLine};

/// Changes when the work around the engine changes, so that older answers are not used any more.
const EDITION: &str = "2";

/// A folder of answers, one file each.
pub(super) struct Cache {
    folder: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    dpi: u32,
    lines: Vec<(String, [f32; 4], f32)>,
    rules: Vec<[f32; 4]>,
}

impl Cache {
    /// Answers in `folder`; `None` remembers nothing.
    pub fn new(folder: Option<&Path>) -> Self {
        Cache { folder: folder.map(Path::to_owned) }
    }

    fn path(&self, source: &str, page: u32, engine: &str) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        let key = Sha256::digest(format!("{EDITION}\n{source}\n{page}\n{engine}"));
        let key: String = key.iter().map(|b| format!("{b:02x}")).collect();
        Some(folder.join(&key[..2]).join(format!("{}.json", &key[2..])))
    }

    /// What is known; a file that is damaged is not.
    pub fn get(&self, source: &str, page: u32, engine: &str) -> Option<Scan> {
        let bytes = fs::read(self.path(source, page, engine)?).ok()?;
        let answer: Answer = serde_json::from_slice(&bytes).ok()?;
        let line = |(text, bbox, confidence)| ScanLine { text, bbox, confidence };
        Some(Scan { lines: answer.lines.into_iter().map(line).collect(), rules: answer.rules, dpi: answer.dpi })
    }

    /// Remembers an answer. A cache that cannot be written costs time, not results: nothing is said.
    pub fn put(&self, source: &str, page: u32, engine: &str, scan: &Scan) {
        let Some(path) = self.path(source, page, engine) else { return };
        let lines = scan.lines.iter().map(|l| (l.text.clone(), l.bbox, l.confidence)).collect();
        let answer = Answer { dpi: scan.dpi, lines, rules: scan.rules.clone() };
        let written = || -> Option<()> {
            let folder = path.parent()?;
            fs::create_dir_all(folder).ok()?;
            let mut file = tempfile::NamedTempFile::new_in(folder).ok()?;
            file.write_all(&serde_json::to_vec(&answer).ok()?).ok()?;
            file.persist(&path).ok()?;
            Some(())
        };
        written();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_known_again_for_the_same_page_and_engine_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(Some(folder.path()));
        let line = ScanLine { text: "支出18.59万元".into(), bbox: [1.5, 2.0, 3.0, 4.0], confidence: 0.75 };
        let scan = Scan { lines: vec![line], rules: vec![[0.0, 1.0, 2.0, 3.0]], dpi: 200 };
        cache.put("abc", 3, "engine 1", &scan);
        assert_eq!(cache.get("abc", 3, "engine 1"), Some(scan));
        assert_eq!(cache.get("abc", 4, "engine 1"), None);
        assert_eq!(cache.get("abc", 3, "engine 2"), None);
        assert_eq!(Cache::new(None).get("abc", 3, "engine 1"), None);
    }
}
