//! A report in, its serialised shape out: every key of `hedui.report/1` in its fixed order (see `docs/output.md`).
//!
//! Every format is a projection of these types, and none computes anything itself. The shape borrows from the report;
//! nothing is copied but what folding has to rewrite.

use std::borrow::Cow;

use serde::Serialize as Derive;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::Problem;
use super::decimal::DecimalText;
use super::json;
use super::place::{Cite, Extent, Places};
use crate::ENGINE;
use crate::model::{Bound, Fact, Figure, Finding, Indicator, Keyword, Note, Report, Section, Source, Value};
use crate::patterns::Patterns;

/// The schema of a report record. A reader refuses a newer major and reads a newer minor.
pub const REPORT_SCHEMA: &str = "hedui.report/1";
/// The schema of the record of an input that could not be read.
pub const PROBLEM_SCHEMA: &str = "hedui.problem/1";

/// Appends the JSON object of `report` to `out`: one line, without a line end.
pub fn to_json(report: &Report, patterns: &Patterns, out: &mut Vec<u8>) {
    write_json(&View::new(report, patterns), out);
}

/// Appends the JSON object of an input that could not be read to `out`: one line, without a line end.
pub fn problem_to_json(problem: &Problem, patterns: &Patterns, out: &mut Vec<u8>) {
    let shape = ProblemView {
        schema: PROBLEM_SCHEMA,
        engine: ENGINE,
        patterns: &patterns.hash,
        source: SourceView {
            path: &problem.path,
            format: None,
            encoding: None,
            sha256: problem.sha256.as_deref(),
            bytes: problem.bytes,
            pages: None,
        },
        error: ErrorView { id: &problem.id, message: &problem.message },
    };
    write_json(&shape, out);
}

fn write_json<T: Serialize>(shape: &T, out: &mut Vec<u8>) {
    let start = out.len();
    if json::write(shape, out).is_err() {
        // Cannot happen: the shapes of this file hold nothing that is refused. Half a record must not leave all the same.
        out.truncate(start);
    }
}

/// A report as it is written.
pub(super) struct View<'a> {
    report: &'a Report,
    patterns: &'a Patterns,
    places: Places<'a>,
    /// By section, where any section has some.
    section_keywords: Vec<&'a [Keyword]>,
}

/// `source`
#[derive(Derive)]
pub(super) struct SourceView<'a> {
    pub path: &'a str,
    pub format: Option<&'a str>,
    pub encoding: Option<&'a str>,
    pub sha256: Option<&'a str>,
    pub bytes: Option<u64>,
    pub pages: Option<u32>,
}

/// `sections[]`
#[derive(Derive)]
pub(super) struct SectionView<'a> {
    pub id: u32,
    pub parent: Option<u32>,
    pub depth: u8,
    pub label: Option<&'a str>,
    pub number: Option<u16>,
    pub recovered: bool,
    pub title: Cow<'a, str>,
    pub topic: Option<&'a str>,
    pub topics: Vec<&'a str>,
    pub body: Extent,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<Vec<KeywordView<'a>>>,
    pub at: Cite<'a>,
}

/// `figures[]`
#[derive(Derive)]
pub(super) struct FigureView<'a> {
    pub id: u32,
    pub raw: Cow<'a, str>,
    pub value: Option<DecimalText>,
    pub low: Option<DecimalText>,
    pub high: Option<DecimalText>,
    pub step: DecimalText,
    pub measure: &'a str,
    pub bound: &'a str,
    pub role: &'a str,
    pub direction: Option<&'a str>,
    pub scale_from: Option<Cite<'a>>,
    /// Only where another program read it off a picture: how sure it was, in per cent, 0 where it did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ocr: Option<u8>,
    pub section: Option<u32>,
    pub at: Cite<'a>,
}

/// `facts[]`
#[derive(Derive)]
pub(super) struct FactView<'a> {
    pub concept: &'a str,
    pub basis: Option<&'a str>,
    pub fund: Option<&'a str>,
    pub year: Option<i16>,
    pub item: Option<&'a str>,
    pub value: Option<DecimalText>,
    pub text: Option<&'a str>,
    pub nil: Option<&'a str>,
    pub figure: Option<u32>,
    pub chosen: bool,
    pub why: &'a str,
    pub pattern: &'a str,
    pub section: Option<u32>,
    pub at: Cite<'a>,
}

/// `indicators[]`
#[derive(Derive)]
pub(super) struct IndicatorView<'a> {
    pub level1: Option<&'a str>,
    pub level2: Option<&'a str>,
    pub level3: &'a str,
    pub direction: Option<&'a str>,
    pub target: Option<&'a str>,
    pub measure: Option<&'a str>,
    pub actual: Option<&'a str>,
    pub weight: Option<DecimalText>,
    pub score: Option<DecimalText>,
    pub reason: Option<&'a str>,
    pub at: Cite<'a>,
}

/// `findings[]`
#[derive(Derive)]
pub(super) struct FindingView<'a> {
    pub check: &'a str,
    pub verdict: &'a str,
    pub gap: Option<DecimalText>,
    pub allowed: Option<DecimalText>,
    pub message: &'a str,
    pub fingerprint: &'a str,
    pub at: Vec<Cite<'a>>,
}

/// `keywords[]` and `sections[].keywords[]`
#[derive(Derive)]
pub(super) struct KeywordView<'a> {
    pub word: &'a str,
    pub count: u32,
    pub weight: DecimalText,
}

/// `notes[]`
#[derive(Derive)]
pub(super) struct NoteView<'a> {
    pub id: &'a str,
    pub count: u64,
    pub message: &'a str,
    pub at: Option<Cite<'a>>,
}

#[derive(Derive)]
struct ErrorView<'a> {
    id: &'a str,
    message: &'a str,
}

#[derive(Derive)]
struct ProblemView<'a> {
    schema: &'a str,
    engine: &'a str,
    patterns: &'a str,
    source: SourceView<'a>,
    error: ErrorView<'a>,
}

impl<'a> View<'a> {
    /// The shape of `report`.
    pub fn new(report: &'a Report, patterns: &'a Patterns) -> Self {
        let mut section_keywords: Vec<&[Keyword]> = Vec::new();
        for (section, words) in &report.section_keywords {
            if section_keywords.is_empty() {
                section_keywords.resize(report.sections.len(), &[]);
            }
            if let Some(slot) = section_keywords.get_mut(*section as usize) {
                *slot = words;
            }
        }
        View { report, patterns, places: Places::new(&report.document), section_keywords }
    }

    /// From bytes of the text to what is written of a place.
    pub fn places(&self) -> &Places<'a> {
        &self.places
    }

    pub fn source(&self) -> SourceView<'a> {
        let Source { path, format, encoding, sha256, bytes, pages } = &self.report.document.source;
        SourceView {
            path,
            format: Some(format.name()),
            encoding: *encoding,
            sha256: Some(sha256),
            bytes: Some(*bytes),
            pages: Some(*pages),
        }
    }

    pub fn family(&self) -> &'a str {
        &self.patterns.families.get(self.report.family).id
    }

    pub fn title(&self) -> Option<&'a str> {
        self.report.title.as_ref().map(|t| t.text.as_str())
    }

    pub fn title_at(&self) -> Option<Cite<'a>> {
        self.report.title.as_ref().map(|t| self.places.cite(t.span))
    }

    pub fn org(&self) -> Option<&'a str> {
        self.report.org.as_ref().map(|o| o.text.as_str())
    }

    pub fn org_at(&self) -> Option<Cite<'a>> {
        self.report.org.as_ref().map(|o| self.places.cite(o.span))
    }

    pub fn extent(&self) -> Extent {
        self.places.extent(self.report.extent)
    }

    pub fn sections(&self) -> impl Iterator<Item = SectionView<'a>> {
        (1..).zip(&self.report.sections).map(|(id, section)| self.section(id, section))
    }

    fn section(&self, id: u32, section: &'a Section) -> SectionView<'a> {
        let topics: Vec<&str> = section.topics.iter().map(|t| self.patterns.topics.get(*t).id.as_str()).collect();
        let words = self.section_keywords.get(id as usize - 1).filter(|w| !w.is_empty());
        SectionView {
            id,
            parent: section.parent.map(|p| p + 1),
            depth: section.depth,
            label: section.label.map(|l| self.places.quote(l)),
            number: section.number.map(|n| n.value),
            recovered: section.number.is_some_and(|n| n.recovered),
            title: self.places.folded(section.title),
            topic: topics.first().copied(),
            topics,
            body: self.places.extent(section.body),
            keywords: words.map(|w| w.iter().map(KeywordView::new).collect()),
            at: self.places.cite(section.heading),
        }
    }

    pub fn figures(&self) -> impl Iterator<Item = FigureView<'a>> {
        (1..).zip(&self.report.figures).map(|(id, figure)| self.figure(id, figure))
    }

    fn figure(&self, id: u32, figure: &'a Figure) -> FigureView<'a> {
        FigureView {
            id,
            raw: self.places.raw(figure.span, figure.view),
            value: figure.value.map(DecimalText::new),
            low: figure.range.map(|r| DecimalText::new(r.0)),
            high: figure.range.map(|r| DecimalText::new(r.1)),
            step: DecimalText::new(figure.step),
            measure: figure.measure.name(),
            bound: figure.bound.name(),
            role: figure.role.name(),
            direction: figure.direction.map(|d| d.name()),
            scale_from: figure.scale_from.map(|s| self.places.cite(s)),
            ocr: self.report.document.recognised(figure.span),
            section: figure.section.map(|s| s + 1),
            at: self.places.cite(figure.span),
        }
    }

    pub fn facts(&self) -> impl Iterator<Item = FactView<'a>> {
        self.report.facts.iter().map(|fact| self.fact(fact))
    }

    fn fact(&self, fact: &'a Fact) -> FactView<'a> {
        let (figure, text, nil) = match &fact.value {
            Value::Figure(index) => (Some(*index), None, None),
            Value::Text(text) => (None, Some(text.as_str()), None),
            Value::Nil(nil) => (None, None, Some(nil.name())),
        };
        FactView {
            concept: &self.patterns.concepts.get(fact.slot.concept).id,
            basis: fact.slot.basis.map(|b| b.name()),
            fund: fact.slot.fund.map(|f| f.name()),
            year: fact.slot.year,
            item: fact.slot.item.as_deref(),
            value: figure.and_then(|f| self.report.figures[f as usize].value).map(DecimalText::new),
            text,
            nil,
            figure: figure.map(|f| f + 1),
            chosen: fact.standing.chosen,
            why: fact.standing.why.name(),
            pattern: &fact.pattern,
            section: fact.section.map(|s| s + 1),
            at: self.places.cite(fact.span),
        }
    }

    pub fn indicators(&self) -> impl Iterator<Item = IndicatorView<'a>> {
        self.report.indicators.iter().map(|i| self.indicator(i))
    }

    fn indicator(&self, i: &'a Indicator) -> IndicatorView<'a> {
        IndicatorView {
            level1: i.level1.as_deref(),
            level2: i.level2.as_deref(),
            level3: &i.level3,
            direction: i.direction.map(|bound| match bound {
                Bound::Exact => "equal",
                other => other.name(),
            }),
            target: i.target.as_deref(),
            measure: i.measure.as_deref(),
            actual: i.actual.as_deref(),
            weight: i.weight.map(DecimalText::new),
            score: i.score.map(DecimalText::new),
            reason: i.reason.as_deref(),
            at: self.places.cite(i.span),
        }
    }

    pub fn findings(&self) -> impl Iterator<Item = FindingView<'a>> {
        self.report.findings.iter().map(|f| self.finding(f))
    }

    fn finding(&self, f: &'a Finding) -> FindingView<'a> {
        FindingView {
            check: &f.check,
            verdict: f.verdict.name(),
            gap: f.gap.map(DecimalText::new),
            allowed: f.allowed.map(DecimalText::new),
            message: &f.message,
            fingerprint: &f.fingerprint,
            at: f.evidence.iter().map(|s| self.places.cite(*s)).collect(),
        }
    }

    pub fn keywords(&self) -> impl Iterator<Item = KeywordView<'a>> {
        self.report.keywords.iter().map(KeywordView::new)
    }

    /// The places of digits that nothing explains.
    pub fn unexplained(&self) -> impl Iterator<Item = Cite<'a>> {
        self.report.coverage.unexplained.iter().map(|s| self.places.cite(*s))
    }

    /// The losses of the document, then those of the report.
    pub fn notes(&self) -> impl Iterator<Item = NoteView<'a>> {
        self.document_notes().chain(self.report_notes())
    }

    pub fn document_notes(&self) -> impl Iterator<Item = NoteView<'a>> {
        self.report.document.notes.iter().map(|n| self.note(n))
    }

    pub fn report_notes(&self) -> impl Iterator<Item = NoteView<'a>> {
        self.report.notes.iter().map(|n| self.note(n))
    }

    fn note(&self, note: &'a Note) -> NoteView<'a> {
        NoteView { id: note.id, count: note.count, message: &note.message, at: note.span.map(|s| self.places.cite(s)) }
    }
}

impl<'a> KeywordView<'a> {
    fn new(keyword: &'a Keyword) -> Self {
        KeywordView { word: &keyword.word, count: keyword.count, weight: DecimalText::thousandths(keyword.weight) }
    }
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Report", 19)?;
        out.serialize_field("schema", REPORT_SCHEMA)?;
        out.serialize_field("engine", ENGINE)?;
        out.serialize_field("patterns", &self.patterns.hash)?;
        out.serialize_field("source", &self.source())?;
        out.serialize_field("extent", &self.extent())?;
        out.serialize_field("family", self.family())?;
        out.serialize_field("title", &self.title())?;
        out.serialize_field("org", &self.org())?;
        out.serialize_field("year", &self.report.year)?;
        out.serialize_field("title_at", &self.title_at())?;
        out.serialize_field("org_at", &self.org_at())?;
        out.serialize_field("sections", &Each(|| self.sections()))?;
        out.serialize_field("figures", &Each(|| self.figures()))?;
        out.serialize_field("facts", &Each(|| self.facts()))?;
        out.serialize_field("indicators", &Each(|| self.indicators()))?;
        out.serialize_field("findings", &Each(|| self.findings()))?;
        out.serialize_field("keywords", &Each(|| self.keywords()))?;
        out.serialize_field("coverage", &CoverageView(self))?;
        out.serialize_field("notes", &Each(|| self.notes()))?;
        out.end()
    }
}

struct CoverageView<'v, 'a>(&'v View<'a>);

impl Serialize for CoverageView<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let coverage = &self.0.report.coverage;
        let mut out = serializer.serialize_struct("Coverage", 3)?;
        out.serialize_field("digits", &coverage.digits)?;
        out.serialize_field("explained", &coverage.explained)?;
        out.serialize_field("unexplained", &Each(|| self.0.unexplained()))?;
        out.end()
    }
}

/// A list whose items are made while it is written, so that only one exists at a time.
struct Each<F>(F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
