//! A comparison in, `hedui.comparison/1` out (see `docs/output.md`). Ids count from 1, decimals are strings.

use serde::Serialize;

use super::super::decimal::DecimalText;
use crate::ENGINE;
use crate::model::{Comparison, Content, CopiedPassage, Evidence, Place, Remark, Row, SectionState, SideCell};
use crate::patterns::Patterns;

/// The schema of a comparison. A reader refuses a newer major and reads a newer minor.
pub const COMPARISON_SCHEMA: &str = "hedui.comparison/1";

/// The comparison as one JSON object and a line end.
pub fn comparison_to_json(comparison: &Comparison, patterns: &Patterns) -> Vec<u8> {
    let shape = View::new(comparison, patterns);
    let mut out = serde_json::to_vec(&shape).unwrap_or_default();
    out.push(b'\n');
    out
}

/// The comparison as JSON Lines: a head, then one line per report, row, usual range, change, finding and copy.
pub(super) fn lines(comparison: &Comparison, patterns: &Patterns) -> Vec<u8> {
    #[derive(Serialize)]
    struct Line<'t, T> {
        kind: &'t str,
        #[serde(flatten)]
        of: T,
    }
    let mut out = Vec::new();
    fn put<T: Serialize>(kind: &str, of: T, out: &mut Vec<u8>) {
        // Every key is a string and a `Vec` takes every byte.
        if serde_json::to_writer(&mut *out, &Line { kind, of }).is_ok() {
            out.push(b'\n');
        }
    }
    let View { head, reports, rows, usual, changes, findings, copies, left_out } = View::new(comparison, patterns);
    put("head", head, &mut out);
    reports.into_iter().for_each(|r| put("report", r, &mut out));
    rows.into_iter().for_each(|r| put("row", r, &mut out));
    usual.into_iter().for_each(|u| put("usual", u, &mut out));
    changes.into_iter().for_each(|c| put("change", c, &mut out));
    findings.into_iter().for_each(|f| put("finding", f, &mut out));
    copies.into_iter().for_each(|c| put("copy", c, &mut out));
    left_out.into_iter().for_each(|l| put("left_out", l, &mut out));
    out
}

#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    reports: Vec<ReportView<'a>>,
    rows: Vec<RowView<'a>>,
    usual: Vec<UsualView<'a>>,
    changes: Vec<ChangeView>,
    findings: Vec<FindingView<'a>>,
    copies: Vec<CopyView<'a>>,
    left_out: Vec<LeftOut<'a>>,
}

#[derive(Serialize)]
struct Head<'a> {
    schema: &'a str,
    engine: &'a str,
    patterns: &'a str,
    columns: Vec<ColumnView<'a>>,
    sections: Vec<&'a str>,
}

#[derive(Serialize)]
struct ColumnView<'a> {
    id: &'a str,
    name: &'a str,
    measure: Option<&'a str>,
    formula: Option<&'a str>,
    decimals: Option<u32>,
}

#[derive(Serialize)]
struct ReportView<'a> {
    id: u32,
    path: &'a str,
    sha256: &'a str,
    ordinal: u32,
    family: &'a str,
    title: Option<&'a str>,
    org: Option<&'a str>,
    year: Option<i16>,
}

#[derive(Serialize)]
struct RowView<'a> {
    id: u32,
    org: Option<&'a str>,
    code: Option<&'a str>,
    group: Option<&'a str>,
    size: Option<&'a str>,
    year: Option<i16>,
    whole: bool,
    reports: Vec<u32>,
    conflicts: u32,
    suspects: u32,
    roundings: u32,
    sections: Vec<&'a str>,
    cells: Vec<CellView<'a>>,
}

#[derive(Serialize)]
struct CellView<'a> {
    column: &'a str,
    state: &'a str,
    value: Option<DecimalText>,
    text: Option<&'a str>,
    bound: Option<&'a str>,
    rank: Option<u32>,
    of: Option<u32>,
    outlier: Option<u32>,
    arithmetic: Option<&'a str>,
    why: Option<&'a str>,
    at: Vec<PlaceView<'a>>,
}

#[derive(Serialize)]
struct PlaceView<'a> {
    report: u32,
    page: u32,
    line: u32,
    start: u32,
    end: u32,
    quote: &'a str,
}

#[derive(Serialize)]
struct UsualView<'a> {
    circle: &'a str,
    column: &'a str,
    count: u32,
    min: DecimalText,
    lower: DecimalText,
    median: DecimalText,
    upper: DecimalText,
    max: DecimalText,
}

#[derive(Serialize)]
struct ChangeView {
    from: u32,
    to: u32,
    column: String,
    delta: DecimalText,
    percent: Option<DecimalText>,
    outlier: Option<u32>,
}

#[derive(Serialize)]
struct FindingView<'a> {
    id: u32,
    check: &'a str,
    verdict: &'a str,
    message: &'a str,
    gap: Option<DecimalText>,
    allowed: Option<DecimalText>,
    reports: Vec<u32>,
    fingerprint: &'a str,
    at: Vec<PlaceView<'a>>,
}

#[derive(Serialize)]
struct CopyView<'a> {
    same: u32,
    characters: u32,
    first: PlaceView<'a>,
    second: PlaceView<'a>,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    path: &'a str,
    message: &'a str,
}

impl<'a> View<'a> {
    fn new(c: &'a Comparison, patterns: &'a Patterns) -> Self {
        let columns = c.columns.iter().map(|column| ColumnView {
            id: &column.id,
            name: &column.name,
            measure: column.measure.map(|m| m.name()),
            formula: column.formula.as_deref(),
            decimals: column.decimals,
        });
        let sections = c.sections.iter().map(|t| patterns.topics.get(*t).id.as_str());
        let head = Head {
            schema: COMPARISON_SCHEMA,
            engine: ENGINE,
            patterns: &patterns.hash,
            columns: columns.collect(),
            sections: sections.collect(),
        };
        let reports = (1..).zip(&c.reports).map(|(id, d)| ReportView {
            id,
            path: &d.path,
            sha256: &d.sha256,
            ordinal: d.ordinal,
            family: &patterns.families.get(d.family).id,
            title: d.title.as_deref(),
            org: d.org.as_deref(),
            year: d.year,
        });
        View {
            head,
            reports: reports.collect(),
            rows: (1..).zip(&c.rows).map(|(id, r)| row(id, r, c)).collect(),
            usual: c.usual.iter().map(|u| usual(u, c)).collect(),
            changes: c.changes.iter().map(|change| changed(change, c)).collect(),
            findings: (1..).zip(&c.findings).map(|(id, f)| finding(id, f)).collect(),
            copies: c.copies.iter().map(copied).collect(),
            left_out: c.left_out.iter().map(|(path, message)| LeftOut { path, message }).collect(),
        }
    }
}

fn row<'a>(id: u32, r: &'a Row, c: &'a Comparison) -> RowView<'a> {
    let state = |s: &SectionState| match s {
        SectionState::Present => "present",
        SectionState::Nil => "none",
        SectionState::Missing => "missing",
    };
    let [conflicts, suspects, roundings] = r.told;
    RowView {
        id,
        org: r.org.as_deref(),
        code: r.code.as_deref(),
        group: r.group.as_deref(),
        size: r.size.as_deref(),
        year: r.year,
        whole: r.whole,
        reports: r.reports.iter().map(|r| r + 1).collect(),
        conflicts,
        suspects,
        roundings,
        sections: r.sections.iter().map(state).collect(),
        cells: r.cells.iter().zip(&c.columns).map(|(cell, column)| self::cell(cell, &column.id, c)).collect(),
    }
}

fn cell<'a>(cell: &'a SideCell, column: &'a str, c: &'a Comparison) -> CellView<'a> {
    let (state, value, text, bound) = match &cell.content {
        Content::Missing => ("missing", None, None, None),
        Content::Nil(nil) => (nil.name(), None, None, None),
        Content::Text(text) => ("text", None, Some(text.as_str()), None),
        Content::Number { value, bound } => ("number", Some(DecimalText::new(*value)), None, Some(bound.name())),
    };
    let at = cell.sources.iter().map(|&s| place(s.report, &c.statement(s).at));
    CellView {
        column,
        state,
        value,
        text,
        bound,
        rank: cell.rank.map(|r| r.0),
        of: cell.rank.map(|r| r.1),
        outlier: cell.outlier.map(|o| o + 1),
        arithmetic: cell.arithmetic.as_deref(),
        why: cell.why.as_deref(),
        at: at.collect(),
    }
}

fn place(report: u32, at: &Place) -> PlaceView<'_> {
    let Place { page, line, start, end, quote, .. } = at;
    PlaceView { report: report + 1, page: *page, line: *line, start: *start, end: *end, quote }
}

fn evidence(e: &Evidence) -> PlaceView<'_> {
    place(e.report, &e.at)
}

fn usual<'a>(u: &'a crate::model::Usual, c: &'a Comparison) -> UsualView<'a> {
    let [min, lower, median, upper, max] = u.five.map(DecimalText::new);
    let column = &c.columns[u.column as usize].id;
    UsualView { circle: &u.circle, column, count: u.count, min, lower, median, upper, max }
}

fn changed(change: &crate::model::Change, c: &Comparison) -> ChangeView {
    ChangeView {
        from: change.from + 1,
        to: change.to + 1,
        column: c.columns[change.column as usize].id.clone(),
        delta: DecimalText::new(change.delta),
        percent: change.percent.map(DecimalText::new),
        outlier: change.outlier.map(|o| o + 1),
    }
}

fn finding(id: u32, f: &Remark) -> FindingView<'_> {
    FindingView {
        id,
        check: &f.check,
        verdict: f.verdict.name(),
        message: &f.message,
        gap: f.gap.map(DecimalText::new),
        allowed: f.allowed.map(DecimalText::new),
        reports: f.reports.iter().map(|r| r + 1).collect(),
        fingerprint: &f.fingerprint,
        at: f.evidence.iter().map(evidence).collect(),
    }
}

fn copied(copy: &CopiedPassage) -> CopyView<'_> {
    let CopiedPassage { first, second, same, characters } = copy;
    CopyView { same: *same, characters: *characters, first: evidence(first), second: evidence(second) }
}
