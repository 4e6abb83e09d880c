//! Records that an earlier run wrote in, digests out: `hedui.report/1` and its minor versions, from JSON Lines or SQLite.
//!
//! Records hold no text, so there are no paragraphs around places and no passages to look for copies in.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::sqlite;
use super::view::{PROBLEM_SCHEMA, REPORT_SCHEMA};
use crate::model::{
    Amount, Answer, Basis, Bound, Digest, Fund, Measure, Nil, Place, Role, Slot, Standing, Statement, Told, Verdict,
    Why,
};
use crate::patterns::Patterns;

/// Why records could not be read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackError {
    /// The file.
    pub place: String,
    /// The line, from 1, in JSON Lines.
    pub line: Option<usize>,
    /// Cause and next step.
    pub cause: String,
}

impl fmt::Display for BackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.place, self.cause),
            None => write!(f, "{}: {}", self.place, self.cause),
        }
    }
}

impl std::error::Error for BackError {}

/// What the records of an earlier run give.
#[derive(Debug, Default)]
pub struct ReadBack {
    /// Reports to be compared.
    pub digests: Vec<Digest>,
    /// Papers that are no self-assessments: path and kind.
    pub others: Vec<(String, String)>,
    /// Inputs that could not be read then: path and message.
    pub problems: Vec<(String, String)>,
}

/// Whether a file by its name holds records: `*.jsonl`, `*.ndjson`, `*.sqlite`, `*.sqlite3`, `*.db`.
pub fn is_records(path: &Path) -> bool {
    is_lines(path) || is_database(path)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|e| endings.iter().any(|ending| e.eq_ignore_ascii_case(ending)))
}

fn is_lines(path: &Path) -> bool {
    has_ending(path, &["jsonl", "ndjson"])
}

fn is_database(path: &Path) -> bool {
    has_ending(path, &["sqlite", "sqlite3", "db"])
}

/// Reads the records of `path`.
///
/// # Errors
/// Where the file cannot be read, or a record is none of ours or of a newer major version.
pub fn read_back(path: &Path, patterns: &Patterns) -> Result<ReadBack, BackError> {
    let place = path.display().to_string();
    let fail = |line: Option<usize>, cause: String| BackError { place: place.clone(), line, cause };
    let mut reader = Reader { patterns, back: ReadBack::default(), ordinals: BTreeMap::new() };
    if is_database(path) {
        sqlite::records(path, |json| reader.record(json)).map_err(|cause| fail(None, cause))?;
        return Ok(reader.back);
    }
    let file = File::open(path).map_err(|e| fail(None, format!("cannot be read: {e}")))?;
    for (line, text) in (1..).zip(BufReader::new(file).lines()) {
        let text = text.map_err(|e| fail(Some(line), format!("cannot be read: {e}")))?;
        if !text.trim().is_empty() {
            reader.record(&text).map_err(|cause| fail(Some(line), cause))?;
        }
    }
    Ok(reader.back)
}

struct Reader<'p> {
    patterns: &'p Patterns,
    back: ReadBack,
    /// How many reports of each file there were.
    ordinals: BTreeMap<String, u32>,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    schema: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct SourceBack {
    path: String,
    sha256: Option<String>,
}

#[derive(Deserialize)]
struct ProblemBack {
    source: SourceBack,
    error: ErrorBack,
}

#[derive(Deserialize)]
struct ErrorBack {
    message: String,
}

#[derive(Deserialize)]
struct ReportBack {
    source: SourceBack,
    family: String,
    title: Option<String>,
    org: Option<String>,
    year: Option<i16>,
    sections: Vec<SectionBack>,
    figures: Vec<FigureBack>,
    facts: Vec<FactBack>,
    findings: Vec<FindingBack>,
    coverage: CoverageBack,
    #[serde(default)]
    notes: Vec<ErrorBack>,
}

#[derive(Deserialize)]
struct SectionBack {
    title: String,
    #[serde(default)]
    topics: Vec<String>,
    body: ExtentBack,
}

#[derive(Deserialize)]
struct ExtentBack {
    start: u32,
    end: u32,
}

/// A decimal in its string.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "Cow<'_, str>")]
struct Exact(Decimal);

impl TryFrom<Cow<'_, str>> for Exact {
    type Error = rust_decimal::Error;

    fn try_from(text: Cow<'_, str>) -> Result<Self, Self::Error> {
        text.parse().map(Exact)
    }
}

#[derive(Deserialize)]
struct CiteBack {
    page: u32,
    line: u32,
    start: u32,
    end: u32,
    quote: String,
}

#[derive(Deserialize)]
struct FigureBack {
    raw: String,
    value: Option<Exact>,
    step: Exact,
    measure: String,
    bound: String,
    role: String,
    section: Option<u32>,
    at: CiteBack,
}

#[derive(Deserialize)]
struct FactBack {
    concept: String,
    basis: Option<String>,
    fund: Option<String>,
    year: Option<i16>,
    item: Option<String>,
    text: Option<String>,
    nil: Option<String>,
    figure: Option<u32>,
    /// Records of 0.1 before it was told have neither.
    #[serde(default = "yes")]
    chosen: bool,
    why: Option<String>,
    at: CiteBack,
}

#[derive(Deserialize)]
struct FindingBack {
    check: String,
    verdict: String,
    gap: Option<Exact>,
    allowed: Option<Exact>,
    message: String,
    fingerprint: String,
    at: Vec<CiteBack>,
}

#[derive(Deserialize)]
struct CoverageBack {
    digits: u32,
    unexplained: Vec<CiteBack>,
}

fn yes() -> bool {
    true
}

impl From<CiteBack> for Place {
    fn from(cite: CiteBack) -> Place {
        let CiteBack { page, line, start, end, quote } = cite;
        Place { page, line, start, end, quote, paragraph: None }
    }
}

/// The one of `all` that is called `name`.
fn named<T: Copy>(all: &[T], name_of: impl Fn(T) -> &'static str, name: &str) -> Option<T> {
    all.iter().copied().find(|&one| name_of(one) == name)
}

const MEASURES: &[Measure] = &[Measure::Yuan, Measure::Percent, Measure::PercentPoint, Measure::Person, Measure::Score];
const BOUNDS: &[Bound] = &[Bound::Exact, Bound::About, Bound::Over, Bound::Under, Bound::AtLeast, Bound::AtMost];
const ROLES: &[Role] =
    &[Role::Level, Role::Change, Role::UnitPrice, Role::Limit, Role::Share, Role::Target, Role::OtherParty];
const BASES: &[Basis] = &[Basis::Initial, Basis::Adjusted, Basis::Received, Basis::Final];
const FUNDS: &[Fund] = &[Fund::GeneralPublic, Fund::Government, Fund::StateCapital, Fund::SocialInsurance, Fund::Other];
const NILS: &[Nil] = &[Nil::None, Nil::Blank, Nil::Masked];
const WHYS: &[Why] = &[
    Why::Only,
    Why::Agreed,
    Why::Said,
    Why::Exact,
    Why::Table,
    Why::Home,
    Why::Precise,
    Why::First,
    Why::Repeats,
    Why::Differs,
];
const VERDICTS: &[Verdict] =
    &[Verdict::Holds, Verdict::Undecidable, Verdict::Rounding, Verdict::Suspect, Verdict::Conflict];

impl Reader<'_> {
    fn record(&mut self, json: &str) -> Result<(), String> {
        let broken = |e: serde_json::Error| format!("is no record of hedui: {e}");
        let head: Head<'_> = serde_json::from_str(json).map_err(broken)?;
        let schema = head.schema.as_deref().unwrap_or_default();
        let ours =
            |known: &str| schema == known || schema.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'));
        if ours(PROBLEM_SCHEMA) {
            let problem: ProblemBack = serde_json::from_str(json).map_err(broken)?;
            self.back.problems.push((problem.source.path, problem.error.message));
            return Ok(());
        }
        if !ours(REPORT_SCHEMA) {
            return Err(match schema.strip_prefix("hedui.report/") {
                Some(version) => {
                    format!("has version {version} of the schema, newer than this program; use a newer hedui")
                }
                None if schema.is_empty() => "is no record of hedui: it has no `schema`".to_owned(),
                None => format!("is a record of `{schema}`, not of {REPORT_SCHEMA}; give what `hedui extract` wrote"),
            });
        }
        let report: ReportBack = serde_json::from_str(json).map_err(broken)?;
        let ordinal = self.ordinals.entry(report.source.path.clone()).or_insert(0);
        *ordinal += 1;
        let ordinal = *ordinal;
        let family = self.patterns.families.id(&report.family);
        match family.filter(|&f| self.patterns.families.get(f).report) {
            Some(family) => self.back.digests.push(self.digest(report, family, ordinal)),
            None => {
                let kind = family.map_or(report.family, |f| self.patterns.families.get(f).name.clone());
                self.back.others.push((report.source.path, kind));
            }
        }
        Ok(())
    }

    fn digest(&self, report: ReportBack, family: crate::model::FamilyId, ordinal: u32) -> Digest {
        let topics = &self.patterns.topics;
        let mut sections: Vec<_> = Vec::new();
        for section in &report.sections {
            // 无。 and a line break: the text itself is not in the record.
            let said = section.body.end - section.body.start > 4 || section.body.end == section.body.start;
            for topic in section.topics.iter().filter_map(|t| topics.id(t)) {
                match sections.iter_mut().find(|(t, _)| *t == topic) {
                    Some((_, has)) => *has |= said,
                    None => sections.push((topic, said)),
                }
            }
        }
        sections.sort();
        let mut concepts = vec![None; report.figures.len()];
        let mut statements = Vec::new();
        for fact in report.facts {
            let Some(concept) = self.patterns.concepts.id(&fact.concept) else { continue };
            let figure = fact.figure.and_then(|f| report.figures.get(f as usize - 1));
            if let Some(at) = fact.figure {
                concepts[at as usize - 1] = Some(concept);
            }
            let role = figure.and_then(|f| named(ROLES, Role::name, &f.role));
            if role.is_some_and(|role| !matches!(role, Role::Level | Role::Share)) {
                continue;
            }
            let number = figure.and_then(|f| {
                let measure = named(MEASURES, Measure::name, &f.measure)?;
                let bound = named(BOUNDS, Bound::name, &f.bound)?;
                Some(Answer::Figure { value: f.value?.0, step: f.step.0, measure, bound })
            });
            let nil = fact.nil.as_deref().and_then(|n| named(NILS, Nil::name, n)).map(Answer::Nil);
            let range = figure.map(|f| Answer::Text(f.raw.clone()));
            let Some(answer) = number.or(nil).or(fact.text.map(Answer::Text)).or(range) else { continue };
            let slot = Slot {
                concept,
                basis: fact.basis.as_deref().and_then(|b| named(BASES, Basis::name, b)),
                fund: fact.fund.as_deref().and_then(|f| named(FUNDS, Fund::name, f)),
                year: fact.year,
                item: fact.item,
            };
            let why = fact.why.as_deref().and_then(|w| named(WHYS, Why::name, w)).unwrap_or(Why::Only);
            let standing = Standing { chosen: fact.chosen, why };
            statements.push(Statement { slot, answer, standing, at: fact.at.into() });
        }
        let titles: Vec<String> = report.sections.into_iter().map(|s| s.title).collect();
        let money = report.figures.into_iter().zip(concepts).filter(|(f, _)| f.measure == Measure::Yuan.name());
        let amounts = money
            .map(|(figure, concept)| Amount {
                raw: figure.raw,
                value: figure.value.map(|v| v.0),
                role: named(ROLES, Role::name, &figure.role).unwrap_or_default().name(),
                concept,
                section: figure.section.and_then(|s| titles.get(s as usize - 1).cloned()),
                at: figure.at.into(),
            })
            .collect();
        let findings = report
            .findings
            .into_iter()
            .map(|f| Told {
                verdict: named(VERDICTS, Verdict::name, &f.verdict).unwrap_or(Verdict::Undecidable),
                check: f.check,
                message: f.message,
                gap: f.gap.map(|g| g.0),
                allowed: f.allowed.map(|a| a.0),
                fingerprint: f.fingerprint,
                at: f.at.into_iter().map(Place::from).collect(),
            })
            .collect();
        Digest {
            path: report.source.path,
            sha256: report.source.sha256.unwrap_or_default(),
            ordinal,
            family,
            title: report.title,
            org: report.org,
            year: report.year,
            sections,
            statements,
            amounts,
            findings,
            unread: report.coverage.unexplained.into_iter().map(Place::from).collect(),
            digits: report.coverage.digits,
            notes: report.notes.into_iter().map(|n| n.message).collect(),
            paragraphs: Vec::new(),
            passages: None,
            selves: Vec::new(),
            reported_years: Vec::new(),
        }
    }
}
