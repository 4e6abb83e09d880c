//! Reports side by side.

use rust_decimal::Decimal;

use super::{Answer, Bound, Digest, Measure, Nil, Place, TopicId, Verdict};

/// What a column of the comparison holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// `budget.total/initial`, `ratio.execution`
    pub id: String,
    /// Its heading.
    pub name: String,
    /// What its figures count; `None` for texts.
    pub measure: Option<Measure>,
    /// How it is computed, for a ratio.
    pub formula: Option<String>,
    /// Digits behind the point, for a ratio.
    pub decimals: Option<u32>,
}

/// A statement: which digest, and which of its statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementRef {
    /// Index into [`Comparison::reports`].
    pub report: u32,
    /// Index into its statements.
    pub statement: u32,
}

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Content {
    /// Nothing was found that answers it: neither 0 nor 无.
    #[default]
    Missing,
    /// An explicit nothing.
    Nil(Nil),
    /// A text.
    Text(String),
    /// A number in the measure's base.
    Number {
        /// The value.
        value: Decimal,
        /// How words bound it.
        bound: Bound,
    },
}

/// A cell of the comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideCell {
    /// What stands in it.
    pub content: Content,
    /// The statements it rests on.
    pub sources: Vec<StatementRef>,
    /// The computation in print, for a ratio.
    pub arithmetic: Option<String>,
    /// Where the papers state several numbers: which one stands here, and why.
    pub why: Option<String>,
    /// Its rank among its peers of the year, the largest first, and how many those are.
    pub rank: Option<(u32, u32)>,
    /// The finding that calls it far out: an index into [`Comparison::findings`].
    pub outlier: Option<u32>,
}

/// Whether a section is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionState {
    /// It has text.
    Present,
    /// All it says is 无.
    Nil,
    /// There is none.
    Missing,
}

/// One organisation in one year (or one project report).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The organisation, by the name of the directory where it has one; `None` where none is printed.
    pub org: Option<String>,
    /// Its code in the directory.
    pub code: Option<String>,
    /// Its kind; `None` where neither the directory nor the name tells.
    pub group: Option<String>,
    /// Its size.
    pub size: Option<String>,
    /// The fiscal year.
    pub year: Option<i16>,
    /// Whether it is about a whole department; otherwise about a project.
    pub whole: bool,
    /// The papers it rests on: indices into [`Comparison::reports`], the leading one first.
    pub reports: Vec<u32>,
    /// By column.
    pub cells: Vec<SideCell>,
    /// By [`Comparison::sections`]; empty for projects.
    pub sections: Vec<SectionState>,
    /// How many own findings of its papers are conflicts, suspects and roundings.
    pub told: [u32; 3],
}

/// A place in one of the reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Index into [`Comparison::reports`].
    pub report: u32,
    /// Where.
    pub at: Place,
}

/// A finding across reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The check's id in `patterns/checks.toml`.
    pub check: String,
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence in Chinese with the numbers.
    pub message: String,
    /// Where, in each of the reports.
    pub evidence: Vec<Evidence>,
    /// The reports it is about, also where it has no place.
    pub reports: Vec<u32>,
    /// How far figures are apart.
    pub gap: Option<Decimal>,
    /// How far they may be.
    pub allowed: Option<Decimal>,
    /// Stable over runs as long as check, organisations and quotes stay.
    pub fingerprint: String,
}

/// What is usual among peers for one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usual {
    /// The circle in words: `2022年 乡镇`
    pub circle: String,
    /// Index into [`Comparison::columns`].
    pub column: u32,
    /// How many values.
    pub count: u32,
    /// Smallest, lower quartile, median, upper quartile, largest.
    pub five: [Decimal; 5],
}

/// One column of one organisation in two years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Row of the earlier year.
    pub from: u32,
    /// Row of the later year.
    pub to: u32,
    /// Column.
    pub column: u32,
    /// Later less earlier.
    pub delta: Decimal,
    /// In per cent of the earlier, two digits; `None` where that is 0.
    pub percent: Option<Decimal>,
    /// The finding that calls it large beside those of the peers: an index into [`Comparison::findings`].
    pub outlier: Option<u32>,
}

/// A passage that stands in two reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedPassage {
    /// Report and place that come first in the order of reports.
    pub first: Evidence,
    /// The other.
    pub second: Evidence,
    /// Shared part of all threes of characters, in per cent.
    pub same: u32,
    /// Length of the second in characters.
    pub characters: u32,
}

/// Reports side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Every report that was compared.
    pub reports: Vec<Digest>,
    /// The columns, slots before ratios.
    pub columns: Vec<Column>,
    /// The sections that are looked for.
    pub sections: Vec<TopicId>,
    /// The rows: by kind of paper, year, kind of organisation, name.
    pub rows: Vec<Row>,
    /// What is usual, by circle and column.
    pub usual: Vec<Usual>,
    /// Findings across reports, gravest first.
    pub findings: Vec<Remark>,
    /// Changes of one organisation from year to year.
    pub changes: Vec<Change>,
    /// Copied passages.
    pub copies: Vec<CopiedPassage>,
    /// What could not be compared, and why: report and sentence.
    pub left_out: Vec<(String, String)>,
}

impl Comparison {
    /// The statement behind a reference.
    pub fn statement(&self, at: StatementRef) -> &super::Statement {
        &self.reports[at.report as usize].statements[at.statement as usize]
    }

    /// The name of a row for a person: the organisation, or the file where none is printed.
    pub fn name<'a>(&'a self, row: &'a Row) -> &'a str {
        let lead = row.reports.first().map(|&r| self.reports[r as usize].path.as_str());
        row.org.as_deref().or(lead).unwrap_or("-")
    }
}

impl Answer {
    /// What stands in a cell for it.
    pub fn content(&self) -> Content {
        match self {
            Answer::Figure { value, bound, .. } => Content::Number { value: *value, bound: *bound },
            Answer::Text(text) => Content::Text(text.clone()),
            Answer::Nil(nil) => Content::Nil(*nil),
        }
    }
}
