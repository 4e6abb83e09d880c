//! Tables that conversion flattened into lines: header and rows, one row a line or one cell a line.
//!
//! A table begins under a declared scale (单位：万元) and ends with the first prose. Each number gets the header above it and the
//! label of its row; what is no money (scores, heads, shares) stays what it is.

use smallvec::SmallVec;

use super::figures::{Declared, bind};
use super::indicator::Found;
use super::prose::{Answer, Context, Known, Reading, Subject};
use crate::model::{Basis, ConceptId, Document, Measure, Nil, Span};
use crate::patterns::{Hit, Patterns, Word};
use crate::text::figure::{Token, Unit};

/// One row of a flattened table.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// What names it; empty where the header alone says what the cells are.
    pub label: Span,
    /// The header of the column that names the rows (项目名称), where there is one.
    pub names: Option<Span>,
    /// Its cells in print order.
    pub cells: Vec<Cell>,
}

/// One cell: the header above it and what it prints.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub title: Option<Span>,
    /// Index of its token in the document.
    pub token: Option<usize>,
    /// Its place, for a cell that prints a mark instead of a number.
    pub mark: Option<Span>,
}

/// Reads the table under `d`, up to `until`: binds its scale to the money cells and appends its rows.
pub(super) fn table(doc: &Document, d: &Declared, until: usize, tokens: &mut [Token], rows: &mut Vec<Row>) {
    let text = doc.view.text.as_str();
    let mut at = text[d.view.end as usize..].find('\n').map_or(text.len(), |n| d.view.end as usize + n + 1);
    let stop = until.min(text.len());
    let mut header: Vec<Span> = Vec::new();
    let mut open: Option<Row> = None;
    let mut in_rows = false;
    let mut names: Option<Span> = None;
    let mut index = tokens.partition_point(|t| (t.view.start as usize) < at);
    while at < stop {
        let line_end = text[at..].find('\n').map_or(text.len(), |n| at + n);
        let line = &text[at..line_end];
        let here = Span::new(at, line_end);
        let first = index;
        while index < tokens.len() && (tokens[index].view.start as usize) < line_end {
            index += 1;
        }
        if prose(line) || ["一级指标", "三级指标", "指标值"].iter().any(|w| line.contains(w)) {
            break;
        }
        let cells: SmallVec<[usize; 8]> = (first..index).filter(|i| cell(&tokens[*i])).collect();
        let lone = cells.len() == 1 && !line.contains(|c: char| c.is_alphabetic() && c != '万' && c != '元');
        if cells.is_empty() && blank(line) {
            if let Some(row) = &mut open {
                let title = header.get(row.cells.len()).copied();
                row.cells.push(Cell { title, token: None, mark: Some(here) });
            }
        } else if cells.is_empty() {
            rows.extend(open.take().filter(|r| !r.cells.is_empty()));
            let mut parts = Vec::new();
            columns(doc, here, &mut parts);
            if in_rows && parts.len() > 2 {
                header.clear();
                in_rows = false;
            }
            // A row of headers replaces the titles above it.
            if !in_rows && parts.len() > 2 {
                header.clear();
            }
            if in_rows {
                open = Some(Row { label: here, names, ..Row::default() });
            } else {
                columns(doc, here, &mut header);
            }
        } else if lone {
            if !in_rows {
                in_rows = true;
                names = header.first().copied().filter(|h| names_rows(h.of(text)));
                // As many numbers as headers: the cells have no label of their own.
                let values = text[at..stop].split('\n').take_while(|l| blank(l) || number(l)).count();
                let mut row = Row { names, ..Row::default() };
                if header.len() != values
                    && let Some(label) = header.pop()
                {
                    row.label = label;
                    if names.is_some() && !header.is_empty() {
                        header.remove(0);
                    }
                }
                open = Some(row);
            }
            let row = open.get_or_insert_with(Row::default);
            let title = header.get(row.cells.len()).copied();
            row.cells.push(Cell { title, token: Some(cells[0]), mark: None });
            let label = row.label.of(text);
            if !counts(label) && !title.is_some_and(|t| counts(t.of(text))) {
                for token in tokens[first..index].iter_mut().filter(|t| t.unit == Unit::Bare) {
                    bind(token, d, text);
                }
            }
        } else {
            rows.extend(open.take().filter(|r| !r.cells.is_empty()));
            in_rows = true;
            // Marks for nothing are cells too: what white space parts in the print counts.
            let mut pieces = Vec::new();
            columns(doc, here, &mut pieces);
            let piece = |t: &Token| pieces.iter().position(|p| p.start <= t.view.start && t.view.start < p.end);
            let even = pieces.len() == header.len();
            let columns = &header[header.len().saturating_sub(cells.len())..];
            let label = Span::new(at, tokens[cells[0]].view.start as usize);
            let named = label.of(text);
            let row_counts = counts(named.split(' ').next().unwrap_or("")) && !named.contains('费');
            names = header.first().copied().filter(|h| header.len() > cells.len() && names_rows(h.of(text)));
            let mut row = Row { label, names, cells: Vec::new() };
            for (column, i) in cells.iter().enumerate() {
                let title = if even {
                    piece(&tokens[*i]).and_then(|p| header.get(p)).copied()
                } else if columns.len() == cells.len() {
                    columns.get(column).copied()
                } else {
                    None
                };
                row.cells.push(Cell { title, token: Some(*i), mark: None });
                let before = &text[at..tokens[*i].view.start as usize];
                if tokens[*i].unit == Unit::Bare
                    && !row_counts
                    && !title.is_some_and(|t| counts(t.of(text)))
                    && !counts(before)
                {
                    bind(&mut tokens[*i], d, text);
                }
            }
            rows.push(row);
        }
        at = line_end + 1;
    }
    rows.extend(open.filter(|r| !r.cells.is_empty()));
}

/// The cells of a line of text: what white space parts in the print, for folding drops it between Han characters.
fn columns(doc: &Document, line: Span, out: &mut Vec<Span>) {
    let print = doc.view.to_print(line, &doc.text);
    let mut from = print.start as usize;
    for part in print.of(&doc.text).split([' ', '\t', '\u{3000}']) {
        if !part.is_empty() {
            let start = doc.view.view_at(from as u32);
            let end = doc.view.view_at((from + part.len()) as u32).min(line.end);
            if start < end {
                out.push(Span { start, end });
            }
        }
        from += part.len() + doc.text[from + part.len()..].chars().next().map_or(0, char::len_utf8);
    }
}

/// What the rows of tables state.
pub(super) fn facts(
    text: &str,
    rows: &[Row],
    tokens: &[Token],
    patterns: &Patterns,
    known: &Known,
    context: impl Fn(u32) -> (Context, Option<u32>),
    out: &mut Vec<(Reading, Option<u32>)>,
) {
    let mut hits = Vec::new();
    // Under a row of 项目支出 the rows without a name of their own are projects.
    let mut under_projects = false;
    for row in rows {
        let place =
            if row.label.is_empty() { row.cells[0].token.map_or(0, |t| tokens[t].view.start) } else { row.label.start };
        let (context, section) = context(place);
        let label = subject(row.label, text, patterns, &mut hits);
        if label.change {
            continue;
        }
        let projects = row.names.is_some_and(|n| n.of(text).contains("项目名称"));
        let plain = trim(row.label, text);
        let total = matches!(
            plain.of(text),
            "合计" | "总计" | "总额" | "年度资金总额" | "资金总额" | "小计" | "项目资金总额" | "年度资金总额:"
        );
        if label.concept.is_some() || total {
            under_projects = label.concept == known.project && known.project.is_some();
        }
        let executed = row.cells.iter().filter_map(|c| c.title).any(|t| t.of(text).contains("执行数"));
        for (n, cell) in row.cells.iter().enumerate() {
            let title = cell.title.map(|t| subject(t, text, patterns, &mut hits)).unwrap_or_default();
            let budget = title.concept == known.budget && known.budget.is_some();
            let basis = title.basis.or(match (budget, executed) {
                (true, true) => Some(Basis::Adjusted),
                (true, false) => Some(Basis::Initial),
                _ if title.concept == known.expenditure && title.concept.is_some() => Some(Basis::Final),
                _ => None,
            });
            let staged = basis.is_some();
            let mut item = None;
            let measure = cell.token.map(|t| tokens[t].unit);
            let whole = |basis: Option<Basis>| match basis {
                Some(Basis::Final) => known.expenditure,
                Some(Basis::Received) => known.income,
                Some(_) => known.budget,
                None => None,
            };
            let concept = if plain.of(text) == "总分" {
                if n + 1 < row.cells.len() {
                    continue;
                }
                known.score
            } else if title.concept == known.score && known.score.is_some() {
                // The points of one row are no score of the report.
                None
            } else if measure == Some(Unit::Percent) {
                title.concept.filter(|_| total || row.label.is_empty()).or(label.concept)
            } else if projects && !total {
                if !staged || plain.is_empty() {
                    continue;
                }
                item = Some(plain);
                known.project
            } else if staged && [known.fiscal, known.other_income].contains(&label.concept) && label.concept.is_some() {
                // 资金来源：财政拨款 in a budget form is a source of the budget, no income.
                None
            } else if label.concept.is_some() {
                if staged && (label.concept == known.budget || label.concept == known.expenditure) {
                    whole(basis)
                } else {
                    label.concept
                }
            } else if total && staged {
                if projects { known.project } else { whole(basis) }
            } else if (projects || under_projects) && staged && !plain.is_empty() && !label.known {
                item = Some(plain);
                known.project
            } else if !staged {
                title.concept
            } else {
                None
            };
            let Some(concept) = concept else { continue };
            let c = patterns.concepts.get(concept);
            let fits = match measure {
                Some(Unit::Money) => c.measure == Some(Measure::Yuan),
                Some(Unit::Percent) => c.measure == Some(Measure::Percent),
                Some(Unit::Person) => c.measure == Some(Measure::Person),
                Some(Unit::Score) => c.measure == Some(Measure::Score),
                Some(Unit::Bare) => matches!(c.measure, Some(Measure::Score | Measure::Person)),
                None => c.nil,
                _ => false,
            };
            if !fits {
                continue;
            }
            let answer = match (cell.token, cell.mark) {
                (Some(t), _) => Answer::Figure(t),
                (None, Some(mark)) => Answer::Nil(if mark.of(text) == "无" { Nil::None } else { Nil::Blank }, mark),
                _ => continue,
            };
            let basis = if c.basis.is_some() { basis.or(label.basis).or(c.basis) } else { None };
            let year = title.year.or(label.year).or(context.year);
            let fund = context.fund.filter(|_| c.measure == Some(Measure::Yuan) && !c.id.starts_with("fund."));
            out.push((Reading { subject: Subject { concept, basis, fund, year, item }, answer }, section));
        }
    }
}

/// What rows of indicators state: the total of their scores, and the reached value of what a concept of its own names.
pub(super) fn indicator_facts(
    doc: &Document,
    found: &Found,
    tokens: &mut [Token],
    patterns: &Patterns,
    known: &Known,
    context: impl Fn(u32) -> (Context, Option<u32>),
    out: &mut Vec<(Reading, Option<u32>)>,
) {
    let token = |tokens: &[Token], print: Span| -> Option<usize> {
        let (start, end) = (doc.view.view_at(print.start), doc.view.view_at(print.end));
        let i = tokens.partition_point(|t| t.view.start < start);
        tokens.get(i).filter(|t| t.view.start < end).map(|_| i)
    };
    let stated = |out: &[(Reading, Option<u32>)], t: usize| {
        out.iter().position(|(r, _)| matches!(r.answer, Answer::Figure(other) if other == t))
    };
    let subject_of = |concept: ConceptId, context: &Context| Subject {
        concept,
        basis: patterns.concepts.get(concept).basis,
        fund: None,
        year: context.year,
        item: None,
    };
    for span in &found.totals {
        let (Some(t), Some(score)) = (token(tokens, *span), known.score) else { continue };
        if stated(out, t).is_none() {
            let (context, section) = context(tokens[t].view.start);
            out.push((Reading { subject: subject_of(score, &context), answer: Answer::Figure(t) }, section));
        }
    }
    let satisfaction = patterns.concepts.id("satisfaction");
    let mut hits = Vec::new();
    for (row, actual) in found.rows.iter().zip(&found.actual) {
        let start = doc.view.view_at(row.span.start);
        let end = doc.view.view_at(row.span.end);
        // A row is read by its columns: what the words of its line seemed to say is dropped.
        let inside = |r: &Reading| matches!(r.answer, Answer::Figure(t) if start <= tokens[t].view.start && tokens[t].view.start < end);
        out.retain(|(r, _)| !inside(r));
        let Some(t) = actual.and_then(|span| token(tokens, span)) else { continue };
        hits.clear();
        let named = subject(Span::new(0, row.level3.len()), &row.level3, patterns, &mut hits).concept;
        let percent =
            tokens[t].unit == Unit::Percent || tokens[t].unit == Unit::Bare && row.measure.as_deref() == Some("%");
        let pleased = [row.level1.as_deref(), row.level2.as_deref(), Some(row.level3.as_str())]
            .into_iter()
            .flatten()
            .any(|level| level.contains("满意"));
        let Some(concept) = named.or(satisfaction.filter(|_| pleased && percent)) else { continue };
        let c = patterns.concepts.get(concept);
        let fits = match c.measure {
            Some(Measure::Percent) => percent,
            // 资金总额 as an indicator repeats the money of the form; the costs of the office do not.
            Some(Measure::Yuan) => tokens[t].unit == Unit::Money && c.nil && !c.id.starts_with("carryover"),
            _ => false,
        };
        if !fits || stated(out, t).is_some() {
            continue;
        }
        if percent {
            tokens[t].unit = Unit::Percent;
        }
        let (context, section) = context(tokens[t].view.start);
        out.push((Reading { subject: subject_of(concept, &context), answer: Answer::Figure(t) }, section));
    }
}

/// What a header or a row label is about.
#[derive(Clone, Copy, Debug, Default)]
struct Title {
    concept: Option<ConceptId>,
    basis: Option<Basis>,
    year: Option<i16>,
    change: bool,
    /// Words of the vocabulary name something that is no concept (其中：财政拨款).
    known: bool,
}

fn subject(span: Span, text: &str, patterns: &Patterns, hits: &mut Vec<Hit>) -> Title {
    let mut out = Title::default();
    let print = span.of(text);
    hits.clear();
    patterns.prose.find(print, 0, hits);
    let mut concepts = 0;
    let mut end = 0;
    for hit in hits.iter() {
        match patterns.prose.word(hit) {
            Word::Concept(c) | Word::Strict(c) | Word::Short(c) => {
                // 会议费、培训费: one cell for two.
                if concepts > 0 && print[end as usize..hit.view.start as usize].contains(['、', '和', '及']) {
                    out.known = true;
                }
                out.concept = Some(*c);
                concepts += 1;
                end = hit.view.end;
            }
            Word::Basis(b) => {
                out.basis = Some(*b);
                end = end.max(hit.view.end);
            }
            Word::Fund(_) => out.known = true,
            Word::Up | Word::Down | Word::Than => out.change = true,
            Word::Link | Word::Prefix | Word::OfWhich => end = end.max(hit.view.end),
            _ => {}
        }
    }
    // 基本支出预算调整: something else than its last name.
    let rest = print[end as usize..].trim_matches(|c: char| "():：、 .。".contains(c));
    let bracket = print[end as usize..].trim_start().starts_with('(');
    if out.known || out.concept.is_some() && !rest.is_empty() && !bracket {
        out.concept = None;
        out.known = true;
    }
    if let Some(at) = print.find("年").filter(|at| *at >= 4)
        && let Some(year) = print.get(at - 4..at).and_then(|y| y.parse::<i16>().ok())
    {
        out.year = Some(year);
    }
    out
}

/// A row label without marker and colon.
fn trim(span: Span, text: &str) -> Span {
    let print = span.of(text);
    let start =
        print.len() - print.trim_start_matches(|c: char| c.is_ascii_digit() || "、.()其中:： ".contains(c)).len();
    let end = print.trim_end_matches([':', ' ', '：']).len();
    if start >= end {
        Span { start: span.start, end: span.start }
    } else {
        Span::new(span.start as usize + start, span.start as usize + end)
    }
}

/// A line that prints a number alone.
fn number(line: &str) -> bool {
    !line.is_empty()
        && line.bytes().all(|b| b.is_ascii_digit() || b".,-%()".contains(&b))
        && line.bytes().any(|b| b.is_ascii_digit())
}

/// A cell that says nothing.
fn blank(line: &str) -> bool {
    matches!(line, "-" | "—" | "/" | "——" | "--" | "无" | "\\" | "－")
}

/// The header of the column that names the rows.
fn names_rows(header: &str) -> bool {
    ["项目", "指标", "名称", "类别", "内容", "科目", "单位", "类型", "项  目", "资金来源"]
        .iter()
        .any(|w| header.ends_with(w))
}

/// A cell of a table that prints a number.
fn cell(token: &Token) -> bool {
    matches!(token.unit, Unit::Bare | Unit::Money | Unit::Percent)
}

/// Headers and row labels whose numbers are no money.
fn counts(label: &str) -> bool {
    const WORDS: [&str; 25] = [
        "分值",
        "得分",
        "权重",
        "人数",
        "编制",
        "数量",
        "执行率",
        "比例",
        "占比",
        "%",
        "序号",
        "控制率",
        "面积",
        "批次",
        "人次",
        "辆",
        "台",
        "编号",
        "编码",
        "代码",
        "年度",
        "行次",
        "完成率",
        "(人)",
        "㎡",
    ];
    WORDS.iter().any(|w| label.contains(w))
}

/// A line that is a sentence and no row of a table.
fn prose(line: &str) -> bool {
    line.contains('。') || line.matches('，').count() >= 2 || line.chars().count() > 120
}
