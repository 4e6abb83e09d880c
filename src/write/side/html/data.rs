//! A comparison in, what the page's script reads out: short keys, numbers as they are shown. `hedui.comparison/1` is the exact form.

use std::path::Path;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::super::{bound_mark, links, own};
use crate::model::{Bound, Comparison, Content, Evidence, Nil, Place, SectionState, SideCell, Verdict};
use crate::patterns::Patterns;

#[derive(Serialize)]
struct Data<'a> {
    columns: Vec<Column<'a>>,
    sections: Vec<&'a str>,
    rows: Vec<Row<'a>>,
    reports: Vec<Report<'a>>,
    findings: Vec<Finding<'a>>,
    own: Vec<Finding<'a>>,
    copies: Vec<Copied<'a>>,
    changes: Vec<Changed>,
    left: &'a [(String, String)],
}

#[derive(Serialize)]
struct Column<'a> {
    id: &'a str,
    name: &'a str,
    measure: Option<&'a str>,
    formula: Option<&'a str>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    path: &'a str,
    year: Option<i16>,
    group: Option<&'a str>,
    size: Option<&'a str>,
    code: Option<&'a str>,
    whole: bool,
    told: [u32; 3],
    reports: &'a [u32],
    sections: Vec<u8>,
    cells: Vec<Option<Cell<'a>>>,
}

/// `k` is 1 for a number, which is `n`; otherwise `s` is what stands there: a text where `k` is 2, a kind of nothing where it is 0.
#[derive(Serialize)]
struct Cell<'a> {
    k: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r: Option<(u32, u32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    w: Option<&'a str>,
    at: Vec<At<'a>>,
}

type At<'a> = (u32, Spot<'a>);

#[derive(Serialize)]
struct Spot<'a> {
    page: u32,
    line: u32,
    start: u32,
    end: u32,
    quote: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<u32>,
}

#[derive(Serialize)]
struct Report<'a> {
    path: &'a str,
    link: String,
    org: Option<&'a str>,
    year: Option<i16>,
    paragraphs: Vec<(u32, &'a str, &'a str, &'a str)>,
}

#[derive(Serialize)]
struct Finding<'a> {
    verdict: u8,
    title: &'a str,
    why: &'a str,
    message: &'a str,
    reports: Vec<u32>,
    at: Vec<At<'a>>,
}

#[derive(Serialize)]
struct Copied<'a> {
    same: u32,
    characters: u32,
    first: At<'a>,
    second: At<'a>,
}

#[derive(Serialize)]
struct Changed {
    from: u32,
    to: u32,
    column: u32,
    percent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<u32>,
}

/// The data of the page as JSON.
pub(super) fn json(c: &Comparison, patterns: &Patterns, base: Option<&Path>) -> Vec<u8> {
    let check = |id: &str| patterns.checks.iter().find(|check| check.id == id);
    let title = |id: &'_ str| check(id).map_or("", |check| check.title.as_str());
    let why = |id: &'_ str| check(id).map_or("", |check| check.why.as_str());
    let links = links(c, base);
    let columns = c.columns.iter().map(|column| Column {
        id: &column.id,
        name: &column.name,
        measure: column.measure.map(|m| m.name()),
        formula: column.formula.as_deref(),
    });
    let rows = c.rows.iter().map(|row| Row {
        name: c.name(row),
        path: &c.reports[row.reports[0] as usize].path,
        year: row.year,
        group: row.group.as_deref(),
        size: row.size.as_deref(),
        code: row.code.as_deref(),
        whole: row.whole,
        told: row.told,
        reports: &row.reports,
        sections: row.sections.iter().map(state).collect(),
        cells: row.cells.iter().map(|x| cell(x, c)).collect(),
    });
    let reports = c.reports.iter().zip(links).map(|(d, link)| Report {
        path: &d.path,
        link,
        org: d.org.as_deref(),
        year: d.year,
        paragraphs: d
            .paragraphs
            .iter()
            .map(|p| (p.start, p.text.as_str(), p.before.as_str(), p.after.as_str()))
            .collect(),
    });
    let findings = c.findings.iter().map(|f| Finding {
        verdict: grade(f.verdict),
        title: title(&f.check),
        why: why(&f.check),
        message: &f.message,
        reports: f.reports.clone(),
        at: f.evidence.iter().map(spot).collect(),
    });
    let own = own(c).into_iter().map(|(at, f)| Finding {
        verdict: grade(f.verdict),
        title: title(&f.check),
        why: why(&f.check),
        message: &f.message,
        reports: vec![at],
        at: f.at.iter().map(|p| (at, place(p))).collect(),
    });
    let copies = c.copies.iter().map(|copy| Copied {
        same: copy.same,
        characters: copy.characters,
        first: spot(&copy.first),
        second: spot(&copy.second),
    });
    let changes = c.changes.iter().map(|change| Changed {
        from: change.from,
        to: change.to,
        column: change.column,
        percent: change.percent.and_then(|p| p.to_f64()),
        o: change.outlier,
    });
    let data = Data {
        columns: columns.collect(),
        sections: c.sections.iter().map(|t| patterns.topics.get(*t).name.as_str()).collect(),
        rows: rows.collect(),
        reports: reports.collect(),
        findings: findings.collect(),
        own: own.collect(),
        copies: copies.collect(),
        changes: changes.collect(),
        left: &c.left_out,
    };
    serde_json::to_vec(&data).unwrap_or_default()
}

fn grade(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Holds => 0,
        Verdict::Undecidable => 1,
        Verdict::Rounding => 2,
        Verdict::Suspect => 3,
        Verdict::Conflict => 4,
    }
}

fn state(state: &SectionState) -> u8 {
    match state {
        SectionState::Present => 0,
        SectionState::Nil => 1,
        SectionState::Missing => 2,
    }
}

fn cell<'a>(cell: &'a SideCell, c: &'a Comparison) -> Option<Cell<'a>> {
    let float = |v: &Decimal| v.to_f64();
    let (k, n, s, b) = match &cell.content {
        Content::Missing => return None,
        Content::Nil(Nil::None) => (0, None, Some("无"), None),
        Content::Nil(Nil::Blank) => (0, None, Some("—"), None),
        Content::Nil(Nil::Masked) => (0, None, Some("隐去"), None),
        Content::Text(text) => (2, None, Some(text.as_str()), None),
        Content::Number { value, bound: Bound::Exact } => (1, float(value), None, None),
        Content::Number { value, bound } => (1, float(value), None, Some(bound_mark(*bound))),
    };
    let at = cell.sources.iter().map(|&s| (s.report, place(&c.statement(s).at))).collect();
    Some(Cell { k, n, s, b, o: cell.outlier, r: cell.rank, a: cell.arithmetic.as_deref(), w: cell.why.as_deref(), at })
}

fn spot(e: &Evidence) -> At<'_> {
    (e.report, place(&e.at))
}

fn place(at: &Place) -> Spot<'_> {
    Spot { page: at.page, line: at.line, start: at.start, end: at.end, quote: &at.quote, p: at.paragraph }
}
