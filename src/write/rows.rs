//! Records in, rows of the tables out, in the order of [`tables`](super::tables). Knows no database: a [`Sink`] takes the rows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::decimal::DecimalText;
use super::place::Cite;
use super::tables::{COUNT, NAMES, SCHEMA_VERSION, T};
use super::view::{KeywordView, NoteView, View};
use super::{Context, Problem, Record};
use crate::ENGINE;
use crate::model::{FamilyId, Report, Span, TopicId};
use crate::patterns::Patterns;

/// One value of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    Null,
    Int(i64),
    Bool(bool),
    Text(&'a str),
    /// Also for amounts in 万元.
    Decimal(DecimalText),
}

/// Where rows go.
pub(super) trait Sink {
    /// Why a row was not taken.
    type Error;

    /// The number of the row of a file, which no other file has: counted from 1, or the one the file had before.
    fn source_id(&mut self, path: &str, sha256: Option<&str>) -> Result<i64, Self::Error>;

    /// Takes a row: a cell for each of the table's columns.
    fn row(&mut self, table: T, cells: &[Cell<'_>]) -> Result<(), Self::Error>;
}

/// How rows are numbered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// From 1 on in each table, over the whole run.
    Running,
    /// From the number of the file on, [`PER_SOURCE`] for each: what a file's rows are called depends on that file alone.
    BySource,
}

/// How many rows of a table a file can have with [`Numbers::BySource`]; a figure takes two bytes, so that is a file of 128 MB at least.
pub(super) const PER_SOURCE: i64 = 1 << 26;

/// From records to rows.
pub(super) struct Rows {
    patterns: Arc<Patterns>,
    numbers: Numbers,
    /// The last number given in each table.
    last: [i64; COUNT],
    run: i64,
    named: HashSet<Named>,
    sources: HashMap<String, i64>,
}

/// What has its Chinese name in the table `name`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Named {
    Family(FamilyId),
    Topic(TopicId),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(text)
    }
}

impl From<DecimalText> for Cell<'_> {
    fn from(decimal: DecimalText) -> Self {
        Cell::Decimal(decimal)
    }
}

impl From<bool> for Cell<'_> {
    fn from(yes: bool) -> Self {
        Cell::Bool(yes)
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Cell<'_> {
            fn from(number: $integer) -> Self {
                Cell::Int(i64::from(number))
            }
        }
    )*};
}
from_integers!(u8 i16 u16 u32 i64);

impl<'a, V: Into<Cell<'a>>> From<Option<V>> for Cell<'a> {
    fn from(value: Option<V>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

/// A row: anything that is a cell.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { [$(Cell::from($value)),*] };
}

/// A row that ends with its place.
macro_rules! placed {
    ($at:expr, $bbox:expr; $($value:expr),* $(,)?) => {
        [$(Cell::from($value),)* Cell::from($at.page), Cell::from($at.line), Cell::from($at.start), Cell::from($at.end),
         Cell::from($at.quote), Cell::from($bbox.as_deref())]
    };
}

impl Rows {
    /// Starts a run, whose row is numbered `run`, and gives the names of everything that has one whatever is read.
    pub fn start<S: Sink>(context: &Context, numbers: Numbers, run: i64, sink: &mut S) -> Result<Rows, S::Error> {
        let patterns = context.patterns.clone();
        let arguments = arguments(context);
        sink.row(T::Run, &cells![run, ENGINE, patterns.hash.as_str(), i64::from(SCHEMA_VERSION), arguments.as_str()])?;
        for (kind, id, name) in NAMES {
            sink.row(T::Name, &cells![*kind, *id, *name])?;
        }
        for (_, concept) in patterns.concepts.iter() {
            sink.row(T::Name, &cells!["concept", concept.id.as_str(), concept.name.as_str()])?;
        }
        for check in patterns.checks.iter() {
            sink.row(T::Name, &cells!["check", check.id.as_str(), check.title.as_str()])?;
        }
        Ok(Rows { patterns, numbers, last: [0; COUNT], run, named: HashSet::new(), sources: HashMap::new() })
    }

    /// Gives the rows of one record; `json` is the record as it is written elsewhere.
    pub fn put<S: Sink>(&mut self, record: &Record<'_>, json: &[u8], sink: &mut S) -> Result<(), S::Error> {
        match record {
            Record::Report { report, ordinal } => self.report(report, *ordinal, json, sink),
            Record::Problem(problem) => self.problem(problem, json, sink),
        }
    }

    fn problem<S: Sink>(&mut self, problem: &Problem, json: &[u8], sink: &mut S) -> Result<(), S::Error> {
        let Problem { path, sha256, bytes, id: error, message } = problem;
        let id = self.begin_source(path, sha256.as_deref(), sink)?;
        sink.row(
            T::Source,
            &cells![
                id,
                self.run,
                path.as_str(),
                None::<&str>,
                None::<&str>,
                sha256.as_deref(),
                bytes.map(|b| b as i64),
                None::<u32>,
                &**error,
                message.as_str(),
            ],
        )?;
        self.record(id, None, json, sink)
    }

    /// The number of a new file.
    fn begin_source<S: Sink>(&mut self, path: &str, sha256: Option<&str>, sink: &mut S) -> Result<i64, S::Error> {
        let id = sink.source_id(path, sha256)?;
        if self.numbers == Numbers::BySource {
            self.last = [id.saturating_mul(PER_SOURCE); COUNT];
        }
        Ok(id)
    }

    fn record<S: Sink>(
        &mut self,
        source: i64,
        ordinal: Option<u32>,
        json: &[u8],
        sink: &mut S,
    ) -> Result<(), S::Error> {
        let id = self.next(T::Record);
        sink.row(T::Record, &cells![id, source, ordinal, std::str::from_utf8(json).unwrap_or_default()])
    }

    fn next(&mut self, table: T) -> i64 {
        self.last[table as usize] += 1;
        self.last[table as usize]
    }

    fn report<S: Sink>(&mut self, report: &Report, ordinal: u32, json: &[u8], sink: &mut S) -> Result<(), S::Error> {
        let patterns = self.patterns.clone();
        let view = View::new(report, &patterns);
        let source = self.source(&view, ordinal, sink)?;
        self.names(report, &patterns, sink)?;
        self.record(source, Some(ordinal), json, sink)?;
        let id = self.next(T::Report);
        let (extent, coverage) = (view.extent(), &report.coverage);
        sink.row(
            T::Report,
            &cells![
                id,
                source,
                ordinal,
                view.family(),
                view.title(),
                view.org(),
                report.year,
                extent.start,
                extent.end,
                coverage.digits,
                coverage.explained,
            ],
        )?;
        // Sections and figures are numbered from 1 in their report: what they are called here is that and this.
        let sections = self.last[T::Section as usize];
        let figures = self.last[T::Figure as usize];
        let mut one = One { rows: self, view: &view, report, id, sections, figures, sink };
        one.sections()?;
        let wan = one.figures()?;
        one.facts(&wan)?;
        one.indicators()?;
        one.findings()?;
        one.keywords()?;
        for at in view.unexplained() {
            let row = one.rows.next(T::Unexplained);
            one.sink.row(T::Unexplained, &placed![at, bbox(&at); row, id])?;
        }
        one.rows.notes(source, Some(id), view.report_notes(), one.sink)?;
        one.passages()
    }

    /// The row of the report's file, made with the first of its reports.
    fn source<S: Sink>(&mut self, view: &View<'_>, ordinal: u32, sink: &mut S) -> Result<i64, S::Error> {
        let source = view.source();
        if let Some(id) = self.sources.get(source.path).filter(|_| ordinal > 1) {
            return Ok(*id);
        }
        let id = self.begin_source(source.path, source.sha256, sink)?;
        sink.row(
            T::Source,
            &cells![
                id,
                self.run,
                source.path,
                source.format,
                source.encoding,
                source.sha256,
                source.bytes.map(|b| b as i64),
                source.pages,
                None::<&str>,
                None::<&str>,
            ],
        )?;
        self.notes(id, None, view.document_notes(), sink)?;
        // Reports of a file come one after another.
        self.sources.clear();
        self.sources.insert(source.path.to_owned(), id);
        Ok(id)
    }

    fn names<S: Sink>(&mut self, report: &Report, patterns: &Patterns, sink: &mut S) -> Result<(), S::Error> {
        let topics = report.sections.iter().flat_map(|s| &s.topics).map(|t| Named::Topic(*t));
        for named in std::iter::once(Named::Family(report.family)).chain(topics) {
            if !self.named.insert(named) {
                continue;
            }
            let (kind, id, name) = match named {
                Named::Family(id) => ("family", &patterns.families.get(id).id, &patterns.families.get(id).name),
                Named::Topic(id) => ("topic", &patterns.topics.get(id).id, &patterns.topics.get(id).name),
            };
            sink.row(T::Name, &cells![kind, id.as_str(), name.as_str()])?;
        }
        Ok(())
    }

    fn notes<'n, S: Sink>(
        &mut self,
        source: i64,
        report: Option<i64>,
        notes: impl Iterator<Item = NoteView<'n>>,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        for n in notes {
            let id = self.next(T::Note);
            let at = n.at.as_ref();
            let boxed = at.and_then(bbox);
            sink.row(
                T::Note,
                &cells![
                    id,
                    source,
                    report,
                    n.id,
                    n.count as i64,
                    n.message,
                    at.map(|a| a.page),
                    at.map(|a| a.line),
                    at.map(|a| a.start),
                    at.map(|a| a.end),
                    at.map(|a| a.quote),
                    boxed.as_deref(),
                ],
            )?;
        }
        Ok(())
    }
}

/// The arguments of the run as a JSON array.
pub(super) fn arguments(context: &Context) -> String {
    serde_json::to_string(&context.arguments).unwrap_or_default()
}

/// One report on its way into the tables.
struct One<'r, 'a, S> {
    rows: &'r mut Rows,
    view: &'r View<'a>,
    report: &'a Report,
    id: i64,
    /// The number before that of its first section.
    sections: i64,
    /// The number before that of its first figure.
    figures: i64,
    sink: &'r mut S,
}

impl<S: Sink> One<'_, '_, S> {
    fn section(&self, id: Option<u32>) -> Option<i64> {
        id.map(|id| self.sections + i64::from(id))
    }

    fn sections(&mut self) -> Result<(), S::Error> {
        for s in self.view.sections() {
            let id = self.rows.next(T::Section);
            let parent = self.section(s.parent);
            self.sink.row(
                T::Section,
                &placed![s.at, bbox(&s.at);
                    id, self.id, s.id, parent, s.depth, s.label, s.number, s.recovered, &*s.title, s.topic,
                    s.body.start, s.body.end
                ],
            )?;
            for (position, topic) in (1u32..).zip(&s.topics) {
                self.sink.row(T::SectionTopic, &cells![id, position, *topic])?;
            }
        }
        Ok(())
    }

    /// Gives each figure's value in 万元, where it is money.
    fn figures(&mut self) -> Result<Vec<Option<DecimalText>>, S::Error> {
        let mut all = Vec::with_capacity(self.report.figures.len());
        for (f, figure) in self.view.figures().zip(&self.report.figures) {
            let id = self.rows.next(T::Figure);
            let wan = figure.value.filter(|_| f.measure == "yuan").map(DecimalText::ten_thousands);
            let section = self.section(f.section);
            let scale = f.scale_from.as_ref();
            self.sink.row(
                T::Figure,
                &placed![f.at, bbox(&f.at);
                    id, self.id, f.id, section, &*f.raw, f.value, f.low, f.high, f.step, wan, f.measure, f.bound, f.role,
                    f.direction, scale.map(|s| s.start), scale.map(|s| s.end), scale.map(|s| s.quote)
                ],
            )?;
            all.push(wan);
        }
        Ok(all)
    }

    fn facts(&mut self, wan: &[Option<DecimalText>]) -> Result<(), S::Error> {
        for f in self.view.facts() {
            let id = self.rows.next(T::Fact);
            let section = self.section(f.section);
            let figure = f.figure.map(|figure| self.figures + i64::from(figure));
            self.sink.row(
                T::Fact,
                &placed![f.at, bbox(&f.at);
                    id, self.id, section, f.concept, f.basis, f.fund, f.year, f.item, f.value,
                    f.figure.and_then(|i| wan[i as usize - 1]), f.text, f.nil, figure, f.chosen, f.why, f.pattern
                ],
            )?;
        }
        Ok(())
    }

    fn indicators(&mut self) -> Result<(), S::Error> {
        for i in self.view.indicators() {
            let id = self.rows.next(T::Indicator);
            self.sink.row(
                T::Indicator,
                &placed![i.at, bbox(&i.at);
                    id, self.id, i.level1, i.level2, i.level3, i.direction, i.target, i.measure, i.actual, i.weight, i.score, i.reason
                ],
            )?;
        }
        Ok(())
    }

    fn findings(&mut self) -> Result<(), S::Error> {
        for (f, severity) in self.view.findings().zip(self.report.findings.iter().map(|f| f.verdict as u8)) {
            let id = self.rows.next(T::Finding);
            self.sink.row(
                T::Finding,
                &cells![id, self.id, f.check, f.verdict, severity, f.gap, f.allowed, f.message, f.fingerprint],
            )?;
            for (position, at) in (1u32..).zip(&f.at) {
                self.sink.row(T::Cite, &placed![at, bbox(at); id, position])?;
            }
        }
        Ok(())
    }

    fn keywords(&mut self) -> Result<(), S::Error> {
        for k in self.view.keywords() {
            self.keyword(None, &k)?;
        }
        for section in self.view.sections().filter(|s| s.keywords.is_some()) {
            for k in section.keywords.iter().flatten() {
                self.keyword(self.section(Some(section.id)), k)?;
            }
        }
        Ok(())
    }

    fn keyword(&mut self, section: Option<i64>, k: &KeywordView<'_>) -> Result<(), S::Error> {
        let id = self.rows.next(T::Keyword);
        self.sink.row(T::Keyword, &cells![id, self.id, section, k.word, k.count, k.weight])
    }

    /// The text of the report, cut before each heading, so that nothing of it is left out.
    fn passages(&mut self) -> Result<(), S::Error> {
        let (fold, print) = (&self.report.document.view, &self.report.document.text);
        let whole = self.report.view;
        let starts = self.report.sections.iter().map(|s| fold.view_at(s.heading.start));
        let (mut section, mut start) = (None, whole.start);
        for (next_section, next) in (1..).map(Some).zip(starts.chain(std::iter::once(whole.end))) {
            let end = next.clamp(start, whole.end);
            let stretch = trimmed(&fold.text, Span { start, end });
            if !stretch.is_empty() {
                let text = stretch.of(&fold.text);
                let at = self.view.places().extent(fold.to_print(stretch, print));
                let id = self.rows.next(T::Passage);
                self.sink.row(T::Passage, &cells![id, self.id, self.section(section), text, at.start, at.end])?;
            }
            (section, start) = (next_section, end);
        }
        Ok(())
    }
}

/// `[72.0,90.5,180.25,104.0]`
fn bbox(at: &Cite<'_>) -> Option<String> {
    at.bbox.and_then(|b| serde_json::to_string(&b).ok())
}

/// The stretch without white space at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let part = span.of(text);
    let behind = part.len() - part.trim_end().len();
    let before = part.len() - part.trim_start().len();
    if before == part.len() {
        return Span { start: span.start, end: span.start };
    }
    Span { start: span.start + before as u32, end: span.end - behind as u32 }
}
