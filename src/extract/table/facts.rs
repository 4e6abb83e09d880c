//! Rows of tables in, what they state out: the stage from the header, the concept from the label of the row, or the other way round.

use super::number::Shows;
use super::rows::{Cell, Row};
use crate::extract::prose::{Answer, Context, Known, Reading, Subject};
use crate::model::{Basis, ConceptId, Fund, Measure, Nil, Span};
use crate::patterns::{Head, Hit, Label, Named, Patterns, Word};
use crate::text::figure::{Token, Unit};

/// What the rows of tables state.
pub(in crate::extract) fn facts(
    text: &str,
    rows: &[Row],
    tokens: &[Token],
    patterns: &Patterns,
    known: &Known,
    context: impl Fn(u32) -> (Context, Option<u32>),
    out: &mut Vec<(Reading, Option<u32>)>,
) {
    let mut reader = Reader { text, patterns, known, hits: Vec::new() };
    // Under a row of 项目支出 the rows without a name of their own are projects.
    let mut projects = Projects::default();
    for row in rows {
        let place = if row.label.is_empty() { row.cells.first().map_or(0, |c| c.view.start) } else { row.label.start };
        let (context, section) = context(place);
        if projects.table != row.table {
            projects = Projects { table: row.table, ..Projects::default() };
        }
        for reading in reader.row(row, tokens, &context, &mut projects) {
            out.push((reading, section));
        }
    }
}

/// Whether the rows of a table are projects without saying so themselves.
#[derive(Default)]
struct Projects {
    table: u32,
    /// They stand under a row of 项目支出.
    named: bool,
    /// They stand under 按子项目分; the sources of one project among them do not end that.
    divided: bool,
}

struct Reader<'a> {
    text: &'a str,
    patterns: &'a Patterns,
    known: &'a Known,
    hits: Vec<Hit>,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row, tokens: &[Token], context: &Context, projects: &mut Projects) -> Vec<Reading> {
        let (text, known) = (self.text, self.known);
        let mut out = Vec::new();
        let heads = &self.patterns.tables.heads;
        let label = subject(row.label, text, self.patterns, &mut self.hits);
        let says = heads.label(row.label.of(text));
        if label.change || says == Some(Label::Skip) {
            return out;
        }
        if let Some(Label::Projects | Label::Sources) = says {
            projects.divided = says == Some(Label::Projects);
            projects.named = projects.divided;
            return out;
        }
        let plain = trim(row.label, text);
        let total = says == Some(Label::Total);
        let label = if total { Title { concept: None, ..label } } else { label };
        // A sum of its own table: rows of 单位 and of projects have a total too.
        if label.concept.is_some() || total || says == Some(Label::Source) {
            let source = says == Some(Label::Source);
            projects.named = label.concept == known.project && known.project.is_some() || projects.divided && source;
        }
        // What the title of the table names: a fund for all rows, “三公”经费 for its total.
        let named = row.title.map(|t| self.named(t)).unwrap_or_default();
        let income = row.cells.iter().any(|c| c.titles.iter().any(|t| t.of(text).contains("收入合计")));
        let executed = row
            .cells
            .iter()
            .any(|c| c.head == Some(Head::Money(Basis::Final)) && c.titles.iter().any(|t| t.of(text).contains("执行")));
        for (n, cell) in row.cells.iter().enumerate() {
            let title = self.title(cell, context, executed);
            let basis = title.basis.or(if row.pair { label.basis } else { None });
            let staged = basis.is_some();
            let measure = cell.token.map(|t| tokens[t].unit);
            let whole = |basis: Option<Basis>| match basis {
                Some(Basis::Final) => known.expenditure,
                Some(Basis::Received) => known.income,
                Some(_) => known.budget,
                None => None,
            };
            let mut item = None;
            let concept = if says == Some(Label::Score) {
                if n + 1 < row.cells.len() {
                    continue;
                }
                known.score
            } else if row.project
                && !total
                && cell.head == Some(Head::Points)
                && title.concept == known.score
                && !plain.is_empty()
            {
                // The score of one project.
                item = Some(plain);
                known.score
            } else if matches!(cell.head, Some(Head::Weight | Head::Points)) || title.source && staged {
                // The points of one row are no score of the report; a column of one source is no whole.
                None
            } else if measure == Some(Unit::Percent) || cell.head == Some(Head::Rate) {
                let rate = title.concept;
                let executed = rate.is_some_and(|r| self.patterns.concepts.get(r).id == "rate.execution");
                let all = [known.budget, known.expenditure, known.income].contains(&label.concept);
                if label.concept.is_some() && all {
                    // 支出合计: the rate of the whole.
                } else if executed && says != Some(Label::Source) && !total && !row.label.is_empty() {
                    // The rate of one row: of a project, of 基本支出.
                    let named = row.project || projects.named && !label.known || label.concept.is_some();
                    if !named || plain.is_empty() {
                        continue;
                    }
                    item = Some(plain);
                }
                rate.filter(|_| says != Some(Label::Source)).or(label.concept)
            } else if row.project && !total {
                if !staged || plain.is_empty() || says == Some(Label::Source) {
                    continue;
                }
                item = Some(plain);
                known.project
            } else if says == Some(Label::Source) {
                // 资金来源：财政拨款 in a budget form is a source of the budget, no income of its own.
                if staged || row.pair { None } else { label.concept }
            } else if label.concept.is_some() {
                if staged && (label.concept == known.budget || label.concept == known.expenditure) {
                    whole(basis)
                } else {
                    label.concept
                }
            } else if total && staged {
                if row.project { known.project } else { title.concept.or(named.concept).or(whole(basis)) }
            } else if projects.named && staged && !plain.is_empty() && !label.known {
                item = Some(plain);
                known.project
            } else if row.pair {
                if label.known { None } else { whole(label.basis) }
            } else if row.label.is_empty() && staged {
                title.concept.or(whole(basis))
            } else if total || !staged && (row.label.is_empty() || row.units || cell.head == Some(Head::Count)) {
                // 其他 beside 收入合计
                let other = cell.titles.last().is_some_and(|t| matches!(t.of(text), "其他" | "其它"));
                title.concept.or(known.other_income.filter(|_| income && other))
            } else {
                None
            };
            let Some(concept) = concept else { continue };
            let c = self.patterns.concepts.get(concept);
            let fits = match measure {
                Some(Unit::Money) => c.measure == Some(Measure::Yuan),
                Some(Unit::Percent) => c.measure == Some(Measure::Percent),
                Some(Unit::Person) => c.measure == Some(Measure::Person),
                Some(Unit::Score) => c.measure == Some(Measure::Score),
                Some(Unit::Bare | Unit::Count) => matches!(c.measure, Some(Measure::Score | Measure::Person)),
                None => c.nil,
                _ => false,
            };
            if !fits {
                continue;
            }
            let answer = match (cell.token, cell.shows) {
                (Some(t), _) => Answer::Figure(t),
                (None, Shows::Nothing(nil)) => Answer::Nil(nil, cell.view),
                (None, Shows::Blank) => Answer::Nil(Nil::Blank, cell.view),
                _ => continue,
            };
            let basis = if c.basis.is_some() { basis.or(label.basis).or(c.basis) } else { None };
            let year = title.year.or(label.year).or(context.year);
            let fund = title
                .fund
                .or(label.fund)
                .or(context.fund)
                .filter(|_| c.measure == Some(Measure::Yuan) && !c.id.starts_with("fund."));
            out.push(Reading { subject: Subject { concept, basis, fund, year, item }, answer });
        }
        out
    }

    /// What the title of a table says of all its rows.
    fn named(&mut self, title: Span) -> Title {
        let print = title.of(self.text);
        self.hits.clear();
        self.patterns.prose.find(print, 0, &mut self.hits);
        let mut out = Title::default();
        let mut funds = 0;
        for hit in &self.hits {
            match self.patterns.prose.word(hit) {
                Word::Fund(fund) => {
                    funds += 1;
                    out.fund = Some(*fund);
                }
                Word::Concept(c) if self.patterns.concepts.get(*c).id == "three_public.total" => out.concept = Some(*c),
                Word::Concept(c)
                    if self.patterns.concepts.get(*c).id.starts_with("income.fiscal")
                        && print.contains("一般公共预算") =>
                {
                    funds += 1;
                    out.fund = Some(Fund::GeneralPublic);
                }
                _ => {}
            }
        }
        out.fund = out.fund.filter(|_| funds == 1);
        out
    }

    /// What the headers above a cell say together.
    fn title(&mut self, cell: &Cell, context: &Context, executed: bool) -> Title {
        let (text, heads) = (self.text, &self.patterns.tables.heads);
        let mut out = Title::default();
        for title in &cell.titles {
            let here = subject(*title, text, self.patterns, &mut self.hits);
            let word = heads.label(title.of(text));
            out.source |= word == Some(Label::Source);
            // 合计 and 小计 under 公务用车购置及运行费 are the sum of what stands above them.
            if word != Some(Label::Total) || out.concept.is_none() {
                out.concept = here.concept.or(out.concept);
            }
            out.year = here.year.or(out.year);
            out.fund = here.fund.or(out.fund);
            out.year = match heads.head(title.of(text)) {
                Some((_, Some(Named::Year(year)))) => Some(year),
                Some((_, Some(Named::Last))) => context.year.map(|y| y - 1),
                _ => out.year,
            };
        }
        out.basis = match cell.head {
            Some(Head::Money(basis)) => Some(basis),
            Some(Head::Budget) if executed => Some(Basis::Adjusted),
            Some(Head::Budget) => Some(Basis::Initial),
            _ => None,
        };
        if out.basis.is_some() && (out.concept == self.known.budget || out.concept == self.known.expenditure) {
            out.concept = None;
        }
        out
    }
}

/// What a header or a row label is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Title {
    pub concept: Option<ConceptId>,
    basis: Option<Basis>,
    year: Option<i16>,
    change: bool,
    /// Words of the vocabulary name something that is no concept (其中：财政拨款).
    known: bool,
    /// The fund that it names beside the concept.
    fund: Option<Fund>,
    /// A column of one source of money.
    source: bool,
}

pub(super) fn subject(span: Span, text: &str, patterns: &Patterns, hits: &mut Vec<Hit>) -> Title {
    let mut out = Title::default();
    let print = span.of(text);
    hits.clear();
    patterns.prose.find(print, 0, hits);
    let mut concepts = 0;
    let mut end = 0;
    // Behind this everything is known.
    let mut ground = 0;
    let mut behind = false;
    for hit in hits.iter() {
        // 采编设备购置 is no 公车购置, 住房保障支出 no 支出: a name stands alone, or behind words of its own kind.
        let before = &print[ground as usize..hit.view.start as usize];
        let strange =
            before.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) && !"一二三四五六七八九十".contains(c));
        let word = patterns.prose.word(hit);
        // 规模控制率, 公用经费控制率: a name that needs known ground has none behind another name.
        let linked = matches!(word, Word::Strict(_)) && (behind || out.concept.is_some());
        behind = matches!(word, Word::Link | Word::Concept(_));
        let strange = strange || linked;
        if strange && matches!(word, Word::Concept(_) | Word::Strict(_) | Word::Short(_)) {
            out.known = false;
            out.concept = None;
            return out;
        }
        ground = hit.view.end;
        match word {
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
            Word::Fund(fund) => out.fund = Some(*fund),
            Word::Up | Word::Down | Word::Than => out.change = true,
            Word::Link | Word::Prefix | Word::OfWhich => end = end.max(hit.view.end),
            _ => {}
        }
    }
    // 基本支出预算调整: something else than its last name.
    let rest = print[end as usize..].trim_matches(|c: char| "():：、 .。".contains(c));
    let bracket = print[end as usize..].trim_start().starts_with('(');
    // 一般公共预算 alone is where money comes from.
    out.known |= out.fund.is_some() && out.concept.is_none();
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
