//! A comparison in, files for people and programs out: JSON, an Excel working paper, a review page. Recomputes nothing.

mod excel;
mod html;
mod json;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::{WriteError, WriteErrorKind};
use super::file::PendingFile;
use super::{Context, TargetSpec};
use crate::model::{Bound, Comparison, Digest, Measure, Told, Verdict};

pub use json::{COMPARISON_SCHEMA, comparison_to_json};

/// `约` before an approximate number, `≥` before a lower bound; nothing before an exact one.
pub fn bound_mark(bound: Bound) -> &'static str {
    match bound {
        Bound::Exact => "",
        Bound::About => "约",
        Bound::Over => ">",
        Bound::Under => "<",
        Bound::AtLeast => "≥",
        Bound::AtMost => "≤",
    }
}

/// Where a comparison goes. Opened, and proved to be writable, before the first input is read.
pub struct SideTarget {
    kind: Kind,
    /// `None` for standard output.
    file: Option<PendingFile>,
}

enum Kind {
    Json,
    JsonLines,
    Excel,
    Html,
}

impl SideTarget {
    /// Opens the target.
    ///
    /// # Errors
    /// Where it cannot be written, or is of a kind that holds no comparison: place, cause and next step.
    pub fn open(spec: &TargetSpec) -> Result<SideTarget, WriteError> {
        let (kind, path) = match spec {
            TargetSpec::Stdout => (Kind::Json, None),
            TargetSpec::Json(path) => (Kind::Json, Some(path)),
            TargetSpec::JsonLines(path) => (Kind::JsonLines, Some(path)),
            TargetSpec::Excel(path) => (Kind::Excel, Some(path)),
            TargetSpec::Html(path) => (Kind::Html, Some(path)),
            other => {
                let place = other.path().map_or_else(String::new, |p| p.display().to_string());
                let next = "a comparison goes to *.xlsx, *.html, *.json, *.jsonl or - for standard output";
                let cause = "holds no comparison";
                return Err(WriteError::new(WriteErrorKind::Unsupported, place, cause, next));
            }
        };
        Ok(SideTarget { kind, file: path.map(|p| PendingFile::create(p)).transpose()? })
    }

    /// Writes the comparison and makes the file appear.
    ///
    /// # Errors
    /// Where the medium does not take it; then nothing appears.
    pub fn finish(self, comparison: &Comparison, context: &Context) -> Result<(), WriteError> {
        let place = self.file.as_ref().map_or("standard output", |f| f.place()).to_owned();
        let patterns = &context.patterns;
        let failed = |cause: String| WriteError::new(WriteErrorKind::Other, place.clone(), cause, "");
        let base = self.file.as_ref().map(|f| f.folder());
        let bytes = match self.kind {
            Kind::Json => comparison_to_json(comparison, patterns),
            Kind::JsonLines => json::lines(comparison, patterns),
            Kind::Excel => excel::workbook(comparison, patterns, base.as_deref()).map_err(failed)?,
            Kind::Html => html::page(comparison, patterns, base.as_deref()),
        };
        match self.file {
            Some(mut file) => {
                file.file().write_all(&bytes).map_err(|e| WriteError::io(place, &e))?;
                file.persist()
            }
            None => {
                let mut out = std::io::stdout().lock();
                out.write_all(&bytes).and_then(|()| out.flush()).map_err(|e| WriteError::io(place, &e))
            }
        }
    }
}

/// What is counted, as a heading says it; amounts are shown in 万元.
fn counted(measure: Option<Measure>) -> &'static str {
    match measure {
        Some(Measure::Yuan) => "万元",
        Some(Measure::Percent) => "%",
        Some(Measure::Person) => "人",
        Some(Measure::Score) => "分",
        _ => "",
    }
}

/// What the checks of single reports found that a person should see, by report, the gravest first.
fn own(c: &Comparison) -> Vec<(u32, &Told)> {
    let mut all: Vec<(u32, &Told)> = Vec::new();
    for (at, report) in (0..).zip(&c.reports) {
        all.extend(report.findings.iter().filter(|f| f.verdict > Verdict::Undecidable).map(|f| (at, f)));
    }
    all.sort_by_key(|(_, told)| std::cmp::Reverse(told.verdict));
    all
}

/// The head of every paper: how many organisations, which years, what was found in single reports and across them.
struct Totals {
    orgs: usize,
    years: BTreeSet<i16>,
    /// Conflicts, suspects, roundings of single reports.
    own: [u32; 3],
    /// The same across reports.
    across: [u32; 3],
}

impl Totals {
    fn new(c: &Comparison) -> Self {
        let across = |verdict| c.findings.iter().filter(|f| f.verdict == verdict).count() as u32;
        Totals {
            orgs: c.rows.iter().filter_map(|r| r.org.as_deref()).collect::<BTreeSet<_>>().len(),
            years: c.rows.iter().filter_map(|r| r.year).collect(),
            own: std::array::from_fn(|i| c.rows.iter().map(|r| r.told[i]).sum()),
            across: [Verdict::Conflict, Verdict::Suspect, Verdict::Rounding].map(across),
        }
    }
}

/// Links to the files of all reports, relative to the folder of the workbook.
fn links(c: &Comparison, base: Option<&Path>) -> Vec<String> {
    let link = |digest: &Digest| {
        let path = Path::new(&digest.path);
        let found = std::fs::canonicalize(path).ok();
        let shown = match (found, base) {
            (Some(found), Some(base)) => relative(base, &found),
            _ => path.to_owned(),
        };
        format!("file:///{}", shown.to_string_lossy().replace('\\', "/"))
    };
    c.reports.iter().map(link).collect()
}

/// `to` as seen from the folder `from`, both absolute.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| Path::new(".."));
    let down = to.components().skip(shared).map(|part| Path::new(part.as_os_str()));
    let path: PathBuf = up.chain(down).collect();
    if path.starts_with("..") { path } else { Path::new(".").join(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_linked_from_the_folder_of_the_workbook() {
        let from = |to: &str| relative(Path::new("/a/b"), Path::new(to)).to_string_lossy().into_owned();
        assert_eq!(from("/a/b/报告/甲.pdf"), "./报告/甲.pdf");
        assert_eq!(from("/a/c/甲.pdf"), "../c/甲.pdf");
    }
}
