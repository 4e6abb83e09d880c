//! Many reports to one comparison: digests on the way, the directory of organisations beside it.

use std::path::Path;
use std::sync::Arc;

use super::{Input, Options, Outcome, Problem, RunError, Watch, load, run};
use crate::compare::{compare, digest};
use crate::model::{Comparison, Digest, Report, Source};
use crate::patterns::{Directory, PatternError, Patterns};
use crate::read::read;

/// What a run over inputs that are to be compared gives.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Reports to be compared.
    pub digests: Vec<Digest>,
    /// Papers that are no self-assessments: path and kind.
    pub others: Vec<(String, String)>,
    /// Inputs that could not be read.
    pub problems: Vec<Problem>,
    /// How many inputs there were.
    pub inputs: u64,
}

/// Reads every input and keeps what comparing needs of it; the reports themselves are let go as the run goes on.
///
/// # Errors
/// [`RunError::Cancelled`] after [`Options::cancel`].
pub fn gather(
    inputs: impl Iterator<Item = Input>,
    patterns: &Arc<Patterns>,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Gathered, RunError<std::convert::Infallible>> {
    let mut gathered = Gathered::default();
    let options = Options { keywords: false, ..options.clone() };
    let prepare = |outcome: &Outcome| match outcome {
        Outcome::Read(reports) => digests(reports, patterns),
        Outcome::Failed(_) => Vec::new(),
    };
    run(inputs, patterns, &options, watch, prepare, |outcome, digests| {
        gathered.inputs += 1;
        match outcome {
            Outcome::Failed(problem) => gathered.problems.push(problem),
            Outcome::Read(reports) => {
                for report in &reports {
                    let family = patterns.families.get(report.family);
                    if !family.report {
                        gathered.others.push((report.document.source.path.clone(), family.name.clone()));
                    }
                }
                gathered.digests.extend(digests);
            }
        }
        Ok(())
    })?;
    Ok(gathered)
}

/// What comparing needs of the self-assessments among the reports of one file.
pub fn digests(reports: &[Report], patterns: &Patterns) -> Vec<Digest> {
    let own = (1..).zip(reports).filter(|(_, report)| patterns.families.get(report.family).report);
    own.map(|(ordinal, report)| digest(report, ordinal, patterns)).collect()
}

/// Puts reports side by side.
pub fn side_by_side(digests: Vec<Digest>, directory: &Directory, patterns: &Patterns) -> Comparison {
    compare(digests, directory, patterns)
}

/// Reads a directory of organisations, in any encoding that reports come in.
///
/// # Errors
/// Where the file cannot be read or is wrong: file, line and cause.
pub fn directory(path: &Path, max_bytes: u64) -> Result<Directory, PatternError> {
    let file = path.display().to_string();
    let fail = |cause: String| PatternError { file: file.clone(), line: None, cause };
    let bytes = load(path, max_bytes).map_err(|(_, message)| fail(message))?;
    let document = read(Source { path: file.clone(), ..Source::default() }, &bytes).map_err(|e| fail(e.message))?;
    Directory::parse(&document.text, &file)
}
