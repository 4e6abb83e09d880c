//! Digests in, rows with their cells out: which statement stands for a slot, which papers belong together, and what is
//! computed from them.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{allowed, amount, remark};
use crate::model::{
    Answer, Bound, Comparison, Content, Digest, Evidence, Fund, Measure, Row, SectionState, SideCell, Statement,
    StatementRef, TopicId, Verdict, Why,
};
use crate::patterns::{Directory, Patterns, Ratio, SlotKey, fold_name};

/// Fills `rows`; gives the identity of each row's organisation, `None` where none is printed.
pub(super) fn rows(comparison: &mut Comparison, directory: &Directory, patterns: &Patterns) -> Vec<Option<String>> {
    let identity = |name: &str| directory.find(name).map_or_else(|| fold_name(name), |e| fold_name(&e.name));
    // Papers on one department and year form one row; each paper on a project is its own.
    let mut sets: Vec<(Option<String>, bool, Vec<u32>)> = Vec::new();
    let mut known: BTreeMap<(String, Option<i16>), usize> = BTreeMap::new();
    for (at, digest) in (0..).zip(&comparison.reports) {
        let whole = patterns.peers.is_whole(digest.family);
        let key = digest.org.as_deref().map(identity);
        let set = match &key {
            Some(key) if whole => *known.entry((key.clone(), digest.year)).or_insert(sets.len()),
            _ => sets.len(),
        };
        match sets.get_mut(set) {
            Some((_, _, papers)) => papers.push(at),
            None => sets.push((key, whole, vec![at])),
        }
        let who = match (&digest.org, digest.year) {
            (None, None) => "未写明单位和年度，只列入对比表，不与同类、上年比较",
            (None, Some(_)) => "未写明单位，只列入对比表，不与上年比较",
            (Some(_), None) => "未写明年度，只列入对比表，不与上年比较",
            (Some(_), Some(_)) => continue,
        };
        comparison.left_out.push((digest.path.clone(), who.to_owned()));
    }
    let mut made = Vec::new();
    for (key, whole, papers) in sets {
        let papers = if whole { leading(comparison, papers, patterns) } else { papers };
        made.push((key, row(comparison, papers, whole, directory, patterns)));
    }
    // Whole departments first; then year, kind, name.
    made.sort_by_cached_key(|(key, row)| {
        let lead = &comparison.reports[row.reports[0] as usize];
        let name = key.clone().unwrap_or_else(|| lead.path.clone());
        (!row.whole, row.year.is_none(), row.year, row.group.is_none(), row.group.clone(), name, row.reports[0])
    });
    let (keys, rows): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    comparison.rows = rows;
    comparison.left_out.sort();
    keys
}

/// One paper per family, the one that states most first; what is left over is told of.
fn leading(comparison: &mut Comparison, papers: Vec<u32>, patterns: &Patterns) -> Vec<u32> {
    let mut kept: Vec<u32> = Vec::new();
    for &paper in &papers {
        let same = |r: &u32| comparison.reports[*r as usize].family == comparison.reports[paper as usize].family;
        match kept.iter().position(same) {
            None => kept.push(paper),
            Some(at) => {
                let (a, b) = (kept[at], paper);
                versions(comparison, a, b, patterns);
                let states = |r: u32| comparison.reports[r as usize].statements.len();
                let (more, less) = if states(b) > states(a) { (b, a) } else { (a, b) };
                kept[at] = more;
                let family = &patterns.families.get(comparison.reports[less as usize].family).name;
                let other = comparison.reports[more as usize].path.clone();
                let why = format!("与 {other} 是同一单位同一年度的{family}；对比表采用数据较全的后者");
                comparison.left_out.push((comparison.reports[less as usize].path.clone(), why));
            }
        }
    }
    kept.sort_by_key(|&r| (std::cmp::Reverse(comparison.reports[r as usize].statements.len()), r));
    papers_agree(comparison, &kept, patterns);
    kept
}

/// Two papers of one family, organisation and year: what differs.
fn versions(comparison: &mut Comparison, a: u32, b: u32, patterns: &Patterns) {
    let (one, two) = (&comparison.reports[a as usize], &comparison.reports[b as usize]);
    let name = one.org.as_deref().unwrap_or(&one.path);
    let year = one.year.map_or(String::new(), |y| format!("{y}年"));
    if one.sha256 == two.sha256 && one.ordinal == two.ordinal {
        let message = format!("{name}{year}的报告有两个内容完全相同的文件：{}、{}。", one.path, two.path);
        let found = remark(comparison, "versions.same", Verdict::Suspect, message, Vec::new(), vec![a, b]);
        comparison.findings.push(found);
        return;
    }
    let mut parts = Vec::new();
    let mut evidence = Vec::new();
    for column in &patterns.ratios.columns {
        let [left, right] = [one, two].map(|d| chosen(d, column.slot, d.year).map(|at| &d.statements[at]));
        let said = |s: Option<&Statement>| s.map_or("未写明".to_owned(), |s| s.at.quote.replace('\n', ""));
        let same = match (left, right) {
            (Some(l), Some(r)) => match (&l.answer, &r.answer) {
                (Answer::Figure { value: x, .. }, Answer::Figure { value: y, .. }) => x == y,
                (x, y) => x == y,
            },
            (None, None) => true,
            _ => false,
        };
        if !same {
            parts.push(format!("{}{}→{}", column.name, said(left), said(right)));
            evidence.extend(left.map(|s| Evidence { report: a, at: s.at.clone() }));
            evidence.extend(right.map(|s| Evidence { report: b, at: s.at.clone() }));
        }
    }
    let told = match parts.len() {
        0 => "所列数据相同，文字不同".to_owned(),
        n if n > 6 => format!("{}等{n}项不同", parts[..6].join("，")),
        n => format!("{}，共{n}项不同", parts.join("，")),
    };
    let message = format!("{name}{year}有两个版本（{}→{}）：{told}。", one.path, two.path);
    let verdict = if parts.is_empty() { Verdict::Rounding } else { Verdict::Suspect };
    let found = remark(comparison, "versions.differ", verdict, message, evidence, vec![a, b]);
    comparison.findings.push(found);
}

/// The papers of one row state the same.
fn papers_agree(comparison: &mut Comparison, papers: &[u32], patterns: &Patterns) {
    let [lead, others @ ..] = papers else { return };
    for &other in others {
        for column in &patterns.ratios.columns {
            let (one, two) = (&comparison.reports[*lead as usize], &comparison.reports[other as usize]);
            let [left, right] = [one, two].map(|d| chosen(d, column.slot, d.year).map(|at| &d.statements[at]));
            let (Some(l), Some(r)) = (left, right) else { continue };
            let (Some((x, s)), Some((y, t))) = (figure(l), figure(r)) else { continue };
            let (gap, allowed) = ((x - y).abs(), allowed(s, t));
            if gap.is_zero() {
                continue;
            }
            let family = |d: &Digest| patterns.families.get(d.family).name.clone();
            let measure = patterns.concepts.get(column.slot.concept).measure;
            let name = one.org.as_deref().unwrap_or(&one.path);
            let (verdict, why) = match gap <= allowed {
                true => (Verdict::Rounding, "，由四舍五入造成"),
                false => (Verdict::Suspect, ""),
            };
            let message = format!(
                "{name}{}：{}为{}，{}为{}，相差{}{why}。",
                column.name,
                family(one),
                l.at.quote.replace('\n', ""),
                family(two),
                r.at.quote.replace('\n', ""),
                amount::distance(gap, measure)
            );
            let evidence =
                vec![Evidence { report: *lead, at: l.at.clone() }, Evidence { report: other, at: r.at.clone() }];
            let mut found = remark(comparison, "versions.papers", verdict, message, evidence, vec![*lead, other]);
            (found.gap, found.allowed) = (Some(gap.normalize()), Some(allowed.normalize()));
            comparison.findings.push(found);
        }
    }
}

fn row(comparison: &Comparison, papers: Vec<u32>, whole: bool, directory: &Directory, patterns: &Patterns) -> Row {
    let lead = &comparison.reports[papers[0] as usize];
    let entry = lead.org.as_deref().and_then(|name| directory.find(name));
    let org = entry.map(|e| e.name.clone()).or_else(|| lead.org.clone());
    let named = org.as_deref().map(fold_name);
    let group = entry
        .and_then(|e| e.group.clone())
        .or_else(|| named.as_deref().and_then(|n| patterns.peers.group(n)).map(|g| g.name.clone()));
    let slots = patterns.ratios.columns.iter().map(|column| cell(comparison, &papers, column.slot, lead.year));
    let ratios = patterns.ratios.ratios.iter().map(|ratio| computed(comparison, &papers, ratio, lead.year));
    let cells: Vec<SideCell> = slots.chain(ratios).collect();
    let spent = |id: &str| {
        let at = patterns.ratios.columns.iter().position(|c| c.id == id)?;
        match cells[at].content {
            Content::Number { value, .. } => Some(value),
            _ => None,
        }
    };
    let size = spent("expenditure.total/final")
        .or_else(|| spent("budget.total/adjusted"))
        .or_else(|| spent("budget.total/initial"))
        .and_then(|yuan| patterns.peers.size(yuan))
        .map(str::to_owned);
    let mut told = [0; 3];
    for finding in papers.iter().flat_map(|&r| &comparison.reports[r as usize].findings) {
        match finding.verdict {
            Verdict::Conflict => told[0] += 1,
            Verdict::Suspect => told[1] += 1,
            Verdict::Rounding => told[2] += 1,
            Verdict::Holds | Verdict::Undecidable => {}
        }
    }
    let sections = match whole {
        true => comparison.sections.iter().map(|&t| section(comparison, &papers, t, patterns)).collect(),
        false => Vec::new(),
    };
    let code = entry.and_then(|e| e.code.clone());
    Row { org, code, group, size, year: lead.year, whole, reports: papers, cells, sections, told }
}

/// The statement that stands for a slot in one paper: of those that speak for it (one for each fund and year), of the report's own
/// year, about the whole and not an item, a figure rather than 无, and about all funds rather than one, unless one of them is
/// larger: then what names no fund is a part.
pub(super) fn chosen(digest: &Digest, slot: SlotKey, year: Option<i16>) -> Option<usize> {
    let fits = |s: &Statement| {
        s.standing.chosen
            && s.slot.concept == slot.concept
            && s.slot.basis == slot.basis
            && s.slot.item.is_none()
            && (s.slot.year.is_none() || s.slot.year == year)
    };
    let candidates: Vec<(usize, &Statement)> = digest.statements.iter().enumerate().filter(|(_, s)| fits(s)).collect();
    let general = |s: &Statement| s.slot.fund == Some(Fund::GeneralPublic);
    let largest = candidates.iter().filter(|(_, s)| general(s)).filter_map(|(_, s)| figure(s)).max();
    let part = |s: &Statement| match (figure(s), largest) {
        (Some((value, step)), Some((general, other))) => general - value > allowed(step, other),
        _ => false,
    };
    let merit = |s: &Statement| {
        let kind = match &s.answer {
            Answer::Figure { bound: Bound::Exact, .. } => 0,
            Answer::Figure { bound: Bound::About, .. } | Answer::Text(_) => 1,
            Answer::Figure { .. } => 2,
            Answer::Nil(_) => 3,
        };
        let fund = match s.slot.fund {
            None if part(s) => 2,
            None => 0,
            Some(Fund::GeneralPublic) => 1,
            Some(_) => 3,
        };
        (kind, fund, s.slot.year.is_none())
    };
    candidates.iter().min_by_key(|(at, s)| (merit(s), *at)).map(|(at, _)| *at)
}

/// Why this statement stands in a cell and not another of its paper, where they differ.
fn reason(digest: &Digest, at: usize) -> Option<String> {
    let one = &digest.statements[at];
    let rivals = digest.statements.iter().filter(|s| s.slot == one.slot && s.standing.why == Why::Differs);
    let mut quotes: Vec<String> = Vec::new();
    for quote in rivals.map(|s| s.at.quote.replace(['\n', ' '], "")) {
        if !quotes.contains(&quote) {
            quotes.push(quote);
        }
    }
    let because = match one.standing.why {
        Why::Said => "采用写明的数",
        Why::Exact => "采用没有“约”“不超过”等限定的数",
        Why::Table => "采用表格中的数",
        Why::Home => "采用专述该项的章节中的数",
        Why::Precise => "采用位数较多的数",
        Why::First => "采用先写的数",
        Why::Only | Why::Agreed | Why::Repeats | Why::Differs => return None,
    };
    quotes.truncate(3);
    (!quotes.is_empty()).then(|| format!("文中另写{}；{because}", quotes.join("、")))
}

fn cell(comparison: &Comparison, papers: &[u32], slot: SlotKey, year: Option<i16>) -> SideCell {
    let found = papers.iter().filter_map(|&report| {
        let digest = &comparison.reports[report as usize];
        let statement = chosen(digest, slot, year)?;
        Some((report, statement, &digest.statements[statement]))
    });
    // What one paper leaves as 无 another may state.
    let best = found.min_by_key(|(_, _, s)| matches!(s.answer, Answer::Nil(_)));
    best.map_or_else(SideCell::default, |(report, statement, stated)| SideCell {
        content: stated.answer.content(),
        sources: vec![StatementRef { report, statement: statement as u32 }],
        why: reason(&comparison.reports[report as usize], statement),
        ..SideCell::default()
    })
}

/// A statement's exact number and its step.
pub(super) fn figure(statement: &Statement) -> Option<(Decimal, Decimal)> {
    match statement.answer {
        Answer::Figure { value, step, bound: Bound::Exact | Bound::About, .. } => Some((value, step)),
        _ => None,
    }
}

fn computed(comparison: &Comparison, papers: &[u32], ratio: &Ratio, year: Option<i16>) -> SideCell {
    let number = |slots: &[SlotKey]| {
        slots.iter().find_map(|&slot| {
            let cell = cell(comparison, papers, slot, year);
            let source = *cell.sources.first()?;
            figure(comparison.statement(source)).map(|(value, _)| (value, source))
        })
    };
    let (Some((of, above)), Some((over, below))) = (number(&ratio.of), number(&ratio.over)) else {
        return SideCell::default();
    };
    let times = if ratio.percent { Decimal::ONE_HUNDRED } else { Decimal::ONE };
    let Some(exact) = of.checked_mul(times).and_then(|n| n.checked_div(over)) else { return SideCell::default() };
    let value = amount::round(exact, ratio.decimals);
    let print = |at: StatementRef| comparison.statement(at).at.quote.replace(['\n', ' '], "");
    let sign = if value == exact { "=" } else { "≈" };
    let measure = if ratio.percent { "%" } else { "元" };
    let arithmetic = format!("{}÷{}{sign}{}{measure}", print(above), print(below), value.normalize());
    SideCell {
        content: Content::Number { value, bound: Bound::Exact },
        sources: vec![above, below],
        arithmetic: Some(arithmetic),
        ..SideCell::default()
    }
}

/// A section on `topic` or on a part of it, in any of the papers.
fn section(comparison: &Comparison, papers: &[u32], topic: TopicId, patterns: &Patterns) -> SectionState {
    let wanted = &patterns.topics.get(topic).id;
    let part = |t: TopicId| {
        let id = &patterns.topics.get(t).id;
        id == wanted || id.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'))
    };
    let sections = papers.iter().flat_map(|&r| &comparison.reports[r as usize].sections);
    let mut state = SectionState::Missing;
    for (_, said) in sections.filter(|(t, _)| part(*t)) {
        match said {
            true => return SectionState::Present,
            false => state = SectionState::Nil,
        }
    }
    state
}

/// What a column's numbers count, for messages.
pub(super) fn measure(comparison: &Comparison, column: u32) -> Option<Measure> {
    comparison.columns[column as usize].measure
}
