//! Finds pattern files and turns TOML into raw rules, strictly: nothing is skipped with a warning.

use std::fmt;
use std::path::Path;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// What is wrong with a pattern file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// The file (`built-in/topics.toml`, `dir/topics.toml`) or the folder.
    pub file: String,
    /// The line, from 1, where one can be named.
    pub line: Option<usize>,
    /// Cause and next step.
    pub cause: String,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{}: {}", self.file, line, self.cause),
            None => write!(f, "{}: {}", self.file, self.cause),
        }
    }
}

impl std::error::Error for PatternError {}

/// What is wrong with one rule; [`Files::parse`] adds file and line.
#[derive(Clone, Debug)]
pub(super) struct RuleError {
    /// The id (or another literal) by which the rule's line is found; empty where the whole file is meant.
    pub at: String,
    /// Cause and next step.
    pub cause: String,
}

impl RuleError {
    /// An error at the rule in which `at` stands.
    pub fn new(at: impl Into<String>, cause: impl Into<String>) -> Self {
        RuleError { at: at.into(), cause: cause.into() }
    }
}

/// A set of pattern files.
pub(super) struct Files {
    home: String,
    proved: bool,
    files: Vec<(String, String)>,
}

impl Files {
    /// Files by name and text; `home` is where they are from.
    pub fn new(home: impl Into<String>, mut files: Vec<(String, String)>) -> Self {
        files.sort();
        Files { home: home.into(), proved: false, files }
    }

    /// The same, of which tests have shown that every expression compiles and every example is read as it says.
    pub fn proved_by_tests(self) -> Self {
        Files { proved: true, ..self }
    }

    /// Whether tests have shown that these files are right.
    pub fn proved(&self) -> bool {
        self.proved
    }

    /// `sha256:` and the hash over names and texts.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for (name, text) in &self.files {
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        let digest = hash.finalize();
        let mut out = String::from("sha256:");
        for byte in digest.iter() {
            out.push_str(&format!("{byte:02x}"));
        }
        out
    }

    /// Parses the file `name` into its raw shape and compiles that.
    ///
    /// # Errors
    /// With file, line and cause: the file is missing, is not TOML of that shape, or a rule does not compile.
    pub fn parse<Raw: DeserializeOwned, T>(
        &self,
        name: &str,
        compile: impl FnOnce(Raw) -> Result<T, RuleError>,
    ) -> Result<T, PatternError> {
        let file = format!("{}/{name}", self.home);
        let Some((_, text)) = self.files.iter().find(|(n, _)| n == name) else {
            return Err(PatternError {
                file,
                line: None,
                cause: "is missing; every pattern file must be there".into(),
            });
        };
        let raw: Raw = toml::from_str(text).map_err(|e| PatternError {
            file: file.clone(),
            line: e.span().map(|s| line_of(text, s.start)),
            cause: e.message().to_owned(),
        })?;
        compile(raw).map_err(|e| broken(file, text, e))
    }

    /// Gives what two files together broke its place in the file `name`.
    ///
    /// # Errors
    /// With file, line and cause, where `fit` is one.
    pub fn agreed(&self, name: &str, fit: Result<(), RuleError>) -> Result<(), PatternError> {
        let text = self.files.iter().find(|(n, _)| n == name).map_or("", |(_, text)| text);
        fit.map_err(|e| broken(format!("{}/{name}", self.home), text, e))
    }
}

fn broken(file: String, text: &str, e: RuleError) -> PatternError {
    PatternError {
        file,
        line: (!e.at.is_empty()).then(|| text.rfind(&e.at).map(|at| line_of(text, at))).flatten(),
        cause: if e.at.is_empty() { e.cause } else { format!("`{}`: {}", e.at, e.cause) },
    }
}

fn line_of(text: &str, byte: usize) -> usize {
    text[..byte.min(text.len())].matches('\n').count() + 1
}

/// Reads `*.toml` of a folder.
///
/// # Errors
/// Where the folder or a file in it cannot be read or is not UTF-8.
pub(super) fn read_dir(dir: &Path) -> Result<Files, PatternError> {
    let home = dir.display().to_string();
    let fail = |file: String, cause: String| PatternError { file, line: None, cause };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|e| fail(home.clone(), e.to_string()))? {
        let path = entry.map_err(|e| fail(home.clone(), e.to_string()))?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).map_err(|e| fail(format!("{home}/{name}"), e.to_string()))?;
            files.push((name, text));
        }
    }
    Ok(Files::new(home, files))
}
