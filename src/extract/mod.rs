//! A document and its outline in, reports with figures and facts out.
//!
//! One pass finds the numbers, one the words; then sentence by sentence the words around each figure say what it is.

mod figures;
mod identity;
mod indicator;
mod prose;
mod resolve;
mod sentence;
mod table;

use std::sync::Arc;

use crate::model::{
    Bound, ConceptId, Coverage, Document, Fact, Figure, Fund, Measure, Nil, Note, Outline, Part, Report, Role, Section,
    Slot, Span, Standing, TopicId, Value,
};
use crate::patterns::{Hit, Patterns, Word};
use crate::text::figure::{self, Token, Unit};
use identity::identity;
use prose::{Answer, Context, Flow, Known, Reader, Reading};
use table::Row;

/// Every report of `doc`, in order; at least one (a file that is no report gives one record of its family).
pub fn extract(doc: &Arc<Document>, outline: &Outline, patterns: &Patterns) -> Vec<Report> {
    let text = doc.view.text.as_str();
    let mut tokens = figure::scan(text, &patterns.figures);
    let declared = figures::declarations(text);
    let lines = table::cut(doc, patterns);
    let tables = table::read(doc, &lines, &declared, patterns, &mut tokens);
    figures::bind_labels(text, &declared, &mut tokens);
    let contents = view_spans(doc, &outline.contents);
    outline
        .parts
        .iter()
        .map(|part| {
            let from = tokens.partition_point(|t| t.view.start < part.view.start);
            let to = tokens.partition_point(|t| t.view.start < part.view.end);
            let rows: Vec<Row> = tables
                .rows
                .iter()
                .filter(|r| part.view.contains(r.cells.first().map_or(r.label, |c| c.view)))
                .map(|r| {
                    let mut row = r.clone();
                    row.cells
                        .iter_mut()
                        .for_each(|c| c.token = c.token.filter(|t| (from..to).contains(t)).map(|t| t - from));
                    row
                })
                .collect();
            let tabled = Tabled { lines: &lines, rows: &rows, headers: &tables.headers, unread: &tables.unread };
            report(doc, outline, part, patterns, &mut tokens[from..to], &tabled, &contents)
        })
        .collect()
}

/// What was read of the tables of a document.
struct Tabled<'a> {
    lines: &'a [table::lines::Line],
    /// The rows of the report.
    rows: &'a [Row],
    /// Where the headers of the document's tables stand.
    headers: &'a [Span],
    /// Runs of numbers that ran together and that nothing parts.
    unread: &'a [Span],
}

/// Print spans as spans of the folded view.
fn view_spans(doc: &Document, spans: &[Span]) -> Vec<Span> {
    spans.iter().map(|s| Span { start: doc.view.view_at(s.start), end: doc.view.view_at(s.end) }).collect()
}

fn report(
    doc: &Arc<Document>,
    outline: &Outline,
    part: &Part,
    patterns: &Patterns,
    tokens: &mut [Token],
    tabled: &Tabled<'_>,
    contents: &[Span],
) -> Report {
    let text = doc.view.text.as_str();
    let rows = tabled.rows;
    let identity = identity(doc, outline, part, patterns);
    let first = part.sections.start;
    let sections: Vec<Section> = outline.sections[part.sections.start as usize..part.sections.end as usize]
        .iter()
        .map(|s| Section { parent: s.parent.and_then(|p| p.checked_sub(first)), ..s.clone() })
        .collect();
    let title = identity.title.as_ref().map(|t| view_spans(doc, &[t.span])[0]);
    let project = patterns.families.get(identity.family).one_project;
    let outer = Context { year: identity.year, title, project, ..Context::default() };
    let contexts = contexts(doc, &sections, patterns, outer);

    // Where each heading begins in the folded view, and the concepts the grammar speaks of: looked up once a report.
    let starts: Vec<u32> = sections.iter().map(|s| doc.view.view_at(s.heading.start)).collect();
    let known = Known::new(patterns);
    let mut roles = vec![(Default::default(), None); tokens.len()];
    let mut readings: Vec<(Reading, Option<u32>)> = Vec::new();
    let mut hits: Vec<Hit> = Vec::new();
    let mut items = Vec::new();
    let mut batch = Vec::new();
    {
        let reader = Reader { text, patterns, tokens, known };
        let mut next_token = 0;
        let mut next_section = 0;
        let mut flow = Flow::default();
        let mut said_in = 0;
        for sentence in sentence::sentences(text, part.view) {
            if sentence.is_empty() {
                continue;
            }
            while starts.get(next_section).is_some_and(|s| *s <= sentence.start) {
                next_section += 1;
            }
            let from = next_token;
            while next_token < tokens.len() && tokens[next_token].view.start < sentence.end {
                next_token += 1;
            }
            let numbers = &tokens[from..next_token];
            let cut = sentence.of(text);
            let quantities = numbers
                .iter()
                .any(|t| !matches!(t.unit, Unit::Year | Unit::Date | Unit::Marker | Unit::Code | Unit::Count));
            if !quantities && !patterns.prose.speaks_without_digits(cut) {
                continue;
            }
            if contents.iter().any(|c| c.start <= sentence.start && sentence.start < c.end) {
                continue;
            }
            hits.clear();
            patterns.prose.find(cut, sentence.start as usize, &mut hits);
            sentence::behind_years(text, sentence, numbers, &patterns.prose, &mut hits);
            sentence::items(text, sentence, numbers, from, &hits, &patterns.prose, &mut items);
            let section = next_section.checked_sub(1);
            let context = section.map_or(&outer, |s| &contexts[s]);
            batch.clear();
            let before = text[part.view.start as usize..sentence.start as usize].trim_end();
            flow.next(said_in == next_section && before.ends_with(['；', ':', '，', '、']));
            said_in = next_section;
            reader.sentence(&items, context, &mut flow, &mut batch, |t, role, direction| roles[t] = (role, direction));
            readings.extend(batch.drain(..).map(|r| (r, section.map(|s| s as u32))));
        }
    }
    let at = |place: u32| {
        let n = starts.partition_point(|s| *s <= place);
        (n.checked_sub(1).map_or(outer, |s| contexts[s]), n.checked_sub(1).map(|s| s as u32))
    };
    // A cell is read by its header and row, not as prose.
    let cells: rustc_hash::FxHashSet<usize> =
        rows.iter().flat_map(|r| r.cells.iter().filter_map(|c| c.token)).collect();
    let head = |at: u32| {
        let n = tabled.headers.partition_point(|h| h.start <= at);
        n.checked_sub(1).is_some_and(|n| at < tabled.headers[n].end)
    };
    if !cells.is_empty() {
        readings.retain(|(r, _)| match r.answer {
            Answer::Figure(t) => !cells.contains(&t) && !head(tokens[t].view.start),
            Answer::Text(view) | Answer::Nil(_, view) => !head(view.start),
        });
    }
    // Nor does its row tell whose money it is: a column or row of differences holds changes, every other one amounts.
    for row in rows {
        for cell in &row.cells {
            let Some(t) = cell.token.filter(|t| tokens[*t].unit == Unit::Money) else { continue };
            let says = |span: &Span| patterns.prose.roles.difference(span.of(text));
            let change = says(&row.label) || cell.titles.iter().any(says);
            roles[t] = (if change { Role::Change } else { Role::Level }, None);
        }
    }
    let prose = readings.len();
    table::facts(text, rows, tokens, patterns, &known, at, &mut readings);
    let celled: rustc_hash::FxHashSet<u32> = readings[prose..]
        .iter()
        .map(|(r, _)| match r.answer {
            Answer::Figure(t) => tokens[t].view.start,
            Answer::Text(view) | Answer::Nil(_, view) => view.start,
        })
        .collect();
    let found = indicator::indicators(doc, part.view, tabled.lines, patterns);
    table::indicator_facts(doc, &found, tokens, patterns, &known, at, &mut readings);
    table::measured(doc, &found, tokens, &mut roles);
    empty_sections(doc, &sections, patterns, &contexts, &mut readings);
    // A form with rows filled in is no template, whatever its template left between them.
    let mut identity = identity;
    let filled = found.rows.iter().filter(|r| r.actual.is_some() && r.score.is_some()).count();
    if filled >= 3 && patterns.families.get(identity.family).id == "template" {
        identity.family = patterns.families.of(identity.title.as_ref().map_or("", |t| t.text.as_str()), "");
    }
    // A notice, a template, somebody else's evaluation states nothing for its sender.
    let family = patterns.families.get(identity.family);
    if !family.report && family.id != "rectification" {
        readings.clear();
    }
    // Nor is money in a notice its sender's: it is a threshold of the rules, or that of those whom the notice is about.
    if family.id == "notice" {
        for ((role, _), token) in roles.iter_mut().zip(tokens.iter()) {
            let bounded = !matches!(token.bound, Bound::Exact | Bound::About | Bound::Over) || token.range.is_some();
            *role = match *role {
                Role::Level if !bounded => Role::OtherParty,
                Role::Level | Role::UnitPrice | Role::Target if bounded => Role::Limit,
                other => other,
            };
        }
    }
    let row_views: Vec<Span> = found.rows.iter().map(|r| view_spans(doc, &[r.span])[0]).collect();
    let totals: Vec<u32> = found.totals.iter().map(|t| doc.view.view_at(t.start)).collect();
    let in_row = |view: Span| {
        let n = row_views.partition_point(|r| r.start <= view.start);
        n.checked_sub(1).is_some_and(|n| view.start < row_views[n].end)
    };

    posts(text, tokens, &known, &mut readings);

    // A bare number that answers a score or a headcount counts points or heads.
    for (reading, _) in &readings {
        if let Answer::Figure(t) = reading.answer
            && matches!(tokens[t].unit, Unit::Bare | Unit::Count)
        {
            tokens[t].unit = match patterns.concepts.get(reading.subject.concept).measure {
                Some(Measure::Score) => Unit::Score,
                Some(Measure::Person) => Unit::Person,
                _ => Unit::Bare,
            };
        }
    }

    let mut figures = Vec::new();
    let mut figure_of = vec![None; tokens.len()];
    let mut coverage = Coverage::default();
    let mut next_section = 0;
    for (i, token) in tokens.iter().enumerate() {
        coverage.digits += 1;
        if contents.iter().any(|c| c.start <= token.view.start && token.view.start < c.end) {
            coverage.explained += 1;
            continue;
        }
        while starts.get(next_section).is_some_and(|s| *s <= token.view.start) {
            next_section += 1;
        }
        let measure = match token.unit {
            Unit::Money => Measure::Yuan,
            Unit::Percent => Measure::Percent,
            Unit::PercentPoint => Measure::PercentPoint,
            Unit::Person => Measure::Person,
            Unit::Score => Measure::Score,
            // What an indicator says in its cells is understood, whatever it counts.
            Unit::Bare | Unit::Scale if in_row(token.view) => {
                coverage.explained += 1;
                continue;
            }
            Unit::Bare | Unit::Scale => {
                coverage.unexplained.push(doc.view.to_print(token.view, &doc.text));
                continue;
            }
            _ => {
                coverage.explained += 1;
                continue;
            }
        };
        coverage.explained += 1;
        figure_of[i] = Some(figures.len() as u32);
        let (role, direction) = roles[i];
        figures.push(Figure {
            value: token.value,
            range: token.range,
            step: token.step,
            measure,
            bound: token.bound,
            role,
            direction,
            span: doc.view.to_print(token.view, &doc.text),
            view: token.view,
            scale_from: token.scale_from.map(|s| doc.view.to_print(s, &doc.text)),
            section: next_section.checked_sub(1).map(|s| s as u32),
        });
    }

    let mut in_table = Vec::new();
    let mut facts: Vec<Fact> = readings
        .into_iter()
        .filter_map(|(r, section)| {
            let (value, view) = match r.answer {
                Answer::Figure(t) => (Value::Figure(figure_of[t]?), tokens[t].view),
                Answer::Text(view) => (Value::Text(view.of(text).trim_matches(['“', '”']).to_owned()), view),
                Answer::Nil(nil, view) => (Value::Nil(nil), view),
            };
            in_table.push(matches!(r.answer, Answer::Figure(t) if cells.contains(&t)) || in_row(view));
            Some(Fact {
                standing: Standing::default(),
                slot: Slot {
                    concept: r.subject.concept,
                    basis: r.subject.basis,
                    fund: r.subject.fund,
                    year: r.subject.year,
                    item: r.subject.item.map(|i| i.of(text).to_owned()),
                },
                value,
                span: doc.view.to_print(view, &doc.text),
                pattern: match celled.contains(&view.start) || totals.contains(&view.start) || in_row(view) {
                    true => patterns.concepts.table_pattern(r.subject.concept),
                    false => patterns.concepts.pattern(r.subject.concept),
                },
                section,
            })
        })
        .collect();
    resolve::resolve(&mut facts, &in_table, &figures, &sections, patterns);

    let notes = unread(doc, &found.unread, tabled.unread, part);
    Report {
        document: doc.clone(),
        extent: part.span,
        view: part.view,
        family: identity.family,
        title: identity.title,
        org: identity.org,
        year: identity.year,
        sections,
        figures,
        facts,
        indicators: found.rows,
        findings: Vec::new(),
        keywords: Vec::new(),
        section_keywords: Vec::new(),
        coverage,
        notes,
    }
}

/// What of the tables was not understood: said with its first place.
fn unread(doc: &Document, rows: &[Span], runs: &[Span], part: &Part) -> Vec<Note> {
    let runs: Vec<Span> =
        runs.iter().filter(|r| part.view.contains(**r)).map(|r| doc.view.to_print(*r, &doc.text)).collect();
    let shown = |first: &Span| first.of(&doc.text).lines().next().unwrap_or("").to_owned();
    let mut notes = Vec::new();
    if let Some(first) = rows.first() {
        let message = format!(
            "{} rows of a table of indicators do not fit its header and are not read; the first is `{}`",
            rows.len(),
            shown(first)
        );
        notes.push(Note { id: "table.unread", count: rows.len() as u64, message, span: Some(*first) });
    }
    if let Some(first) = runs.first() {
        let message = format!(
            "{} rows of numbers ran together in conversion, and no way to part them adds up; the first is `{}`",
            runs.len(),
            shown(first)
        );
        notes.push(Note { id: "table.glued", count: runs.len() as u64, message, span: Some(*first) });
    }
    notes
}

/// What each section's heading, and those above it, say about the sentences under it.
fn contexts(doc: &Document, sections: &[Section], patterns: &Patterns, outer: Context) -> Vec<Context> {
    let topic = |name: &str| patterns.topics.id(name);
    let by_topic: Vec<(TopicId, ConceptId)> =
        patterns.concepts.iter().flat_map(|(c, k)| k.heads.iter().filter_map(move |t| Some((topic(t)?, c)))).collect();
    let targets = topic("targets");
    let achieved = |id: TopicId| patterns.topics.get(id).id.starts_with("results");
    let mut out: Vec<Context> = Vec::with_capacity(sections.len());
    let mut hits = Vec::new();
    for (n, s) in sections.iter().enumerate() {
        let above = s.parent.and_then(|p| out.get(p as usize)).copied().unwrap_or(outer);
        let title = s.title.of(&doc.text);
        hits.clear();
        patterns.prose.find(title, 0, &mut hits);
        let mut funds = hits.iter().filter_map(|h| match patterns.prose.word(h) {
            Word::Fund(f) => Some(*f),
            Word::Concept(c) => match patterns.concepts.get(*c).id.as_str() {
                "fund.government" => Some(Fund::Government),
                "fund.state_capital" => Some(Fund::StateCapital),
                "fund.social_insurance" => Some(Fund::SocialInsurance),
                _ => None,
            },
            _ => None,
        });
        let (fund, more) = (funds.next(), funds.next());
        // 一般公共预算支出情况: …（一般公共预算193万元、政府性基金10万元）: what stands under it is of both.
        let end = sections[n + 1..]
            .iter()
            .find(|o| o.depth <= s.depth)
            .map_or(doc.view.text.len(), |o| o.view.start as usize);
        let under = doc.view.text.get(s.view.start as usize..end).unwrap_or("");
        let fund = fund.filter(|f| *f != Fund::GeneralPublic || !split_by_fund(under));
        let main = s.topics.first();
        let projects = above.concept.is_some() && above.concept == patterns.concepts.id("expenditure.project");
        let item = project_heading(doc, s, patterns, &outer, projects).or(above.item);
        out.push(Context {
            fund: if more.is_some() { None } else { fund },
            concept: expense(title, &hits, patterns).or(main
                .and_then(|t| by_topic.iter().find(|(topic, _)| topic == t))
                .map(|(_, c)| *c)
                .or(if s.depth > 1 { above.concept } else { None })),
            targets: main.is_some_and(|t| Some(*t) == targets) || above.targets,
            item,
            ahead: main.is_some_and(|t| patterns.topics.get(*t).id == "improvements") || above.ahead,
            // Under the name of a project its money is told with what it achieved.
            results: item.is_none() && main.map_or(above.results, |t| achieved(*t)),
            ..outer
        });
    }
    out
}

/// `行政编制48名，年末实有45人；事业编制139名，年末实有131人`: two kinds of posts side by side are parts, each with the heads behind it.
fn posts(text: &str, tokens: &[Token], known: &Known, readings: &mut [(Reading, Option<u32>)]) {
    let heads = |r: &Reading| [known.quota, known.actual].contains(&Some(r.subject.concept));
    let mut at = 0;
    while at < readings.len() {
        let section = readings[at].1;
        let len = readings[at..].iter().take_while(|(r, s)| heads(r) && *s == section).count();
        let run = &mut readings[at..at + len];
        // The words between the number before and this one name the kind.
        let kinds: Vec<Option<Span>> = run
            .iter()
            .map(|(r, _)| match r.answer {
                Answer::Figure(t) if r.subject.item.is_none() => {
                    let from = t.checked_sub(1).map_or(0, |p| tokens[p].view.end).min(tokens[t].view.start);
                    prose::category(text, Span { start: from, end: tokens[t].view.start })
                }
                _ => None,
            })
            .collect();
        let quota = |n: usize, run: &[(Reading, Option<u32>)]| Some(run[n].0.subject.concept) == known.quota;
        let quotas: Vec<usize> = (0..len).filter(|n| quota(*n, run)).collect();
        let apart = |a: usize, b: usize| kinds[a].map(|k| k.of(text)) != kinds[b].map(|k| k.of(text));
        if quotas.len() > 1
            && quotas.iter().all(|n| kinds[*n].is_some())
            && quotas.windows(2).all(|w| apart(w[0], w[1]))
        {
            let mut kind = None;
            for n in 0..len {
                if quota(n, run) {
                    kind = kinds[n];
                }
                let own = kinds[n].or(kind.take());
                run[n].0.subject.item = run[n].0.subject.item.or(own);
                if quota(n, run) {
                    kind = kinds[n];
                }
            }
        }
        at += len.max(1);
    }
}

/// Whether a text divides money between the general public budget and another fund: 一般公共预算193万元、政府性基金10万元.
fn split_by_fund(text: &str) -> bool {
    ["政府性基金", "国有资本经营预算"].iter().any(|fund| {
        text.match_indices(fund).any(|(at, _)| {
            let behind = text[at + fund.len()..].trim_start_matches([
                '预', '算', '财', '政', '拨', '款', '资', '金', '收', '入', '支', '出', '为', ':',
            ]);
            let clause = text[..at].rsplit(['。', '；', '\n']).next().unwrap_or("");
            behind.starts_with(|c: char| c.is_ascii_digit() && c != '0')
                && clause
                    .rsplit_once("一般公共预算")
                    .is_some_and(|(_, between)| between.contains(|c: char| c.is_ascii_digit()))
        })
    })
}

/// The one expense that a heading names: `3.公务用车运行维护费用支出情况说明`.
fn expense(title: &str, hits: &[Hit], patterns: &Patterns) -> Option<ConceptId> {
    let mut named = hits.iter().filter_map(|h| match patterns.prose.word(h) {
        Word::Concept(c) => Some(*c),
        _ => None,
    });
    let (first, more) = (named.next()?, named.next());
    let home = |id: &str| id.starts_with("three_public.") || matches!(id, "meeting.total" | "training.total");
    (more.is_none() && !title.contains('、') && home(&patterns.concepts.get(first).id)).then_some(first)
}

/// The project that a heading names, in a report on a whole organisation: `（二）动物防疫项目`; `projects` says that it stands under a
/// heading about the projects, where `1.节水宣传经费：` names one too.
fn project_heading(
    doc: &Document,
    section: &Section,
    patterns: &Patterns,
    outer: &Context,
    projects: bool,
) -> Option<Span> {
    let mut view = view_spans(doc, &[section.title])[0];
    let full = view.of(&doc.view.text);
    // 戏曲进乡村项目绩效自评综述
    let title = match full.rfind("项目") {
        Some(at)
            if full[at + "项目".len()..].starts_with(['绩', '自', '情'])
                && !["部门", "单位", "资金", "整体", "其他", "其它", "及", "决算", "各"]
                    .iter()
                    .any(|w| full[..at].contains(w)) =>
        {
            &full[..at + "项目".len()]
        }
        _ => full,
    };
    let named = title.ends_with("项目") || projects && patterns.prose.project_by_its_end(title);
    if section.depth < 2 || !named || title.chars().count() < 4 {
        return None;
    }
    let mut hits = Vec::new();
    patterns.prose.find(title, 0, &mut hits);
    let known = hits.iter().any(|h| matches!(patterns.prose.word(h), Word::Concept(_)));
    view.end = view.start + title.len() as u32;
    let own =
        outer.title.is_some_and(|t| t.of(&doc.view.text).contains(view.of(&doc.view.text).trim_end_matches("项目")));
    (!known && !own).then_some(view)
}

/// Sections whose whole text is 无。 state that there is none of what their heading names.
fn empty_sections(
    doc: &Document,
    sections: &[Section],
    patterns: &Patterns,
    contexts: &[Context],
    readings: &mut Vec<(Reading, Option<u32>)>,
) {
    for (i, section) in sections.iter().enumerate() {
        let body = section.view.of(&doc.view.text).trim_matches(|c: char| "。.；;，, \n:、".contains(c));
        if !patterns.prose.says_nothing(body) {
            continue;
        }
        for topic in &section.topics {
            let id = &patterns.topics.get(*topic).id;
            if let Some((concept, c)) = patterns.concepts.iter().find(|(_, c)| c.topic.as_deref() == Some(id)) {
                let start = doc.view.text[section.view.range()].find(body).unwrap_or(0) + section.view.start as usize;
                readings.push((
                    Reading {
                        subject: prose::Subject {
                            concept,
                            basis: c.basis,
                            fund: None,
                            year: contexts[i].year,
                            item: None,
                        },
                        answer: Answer::Nil(Nil::None, Span::new(start, start + body.len())),
                    },
                    Some(i as u32),
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests;
