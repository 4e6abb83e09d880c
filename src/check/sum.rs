//! Totals and their parts. Says nothing where a part is missing, but which.

use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::slip::slip;
use super::stated::slack;
use super::weigh::{Suspect, weigh};
use super::{Ctx, Stated, amount};
use crate::model::{Basis, Bound, ConceptId, Figure, Finding, Fund, Measure, Nil, Role, Span, Value, Verdict};

type Terms<'a> = SmallVec<[&'a Stated<'a>; 8]>;

/// Where the parts of a total are looked for, nearest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Near {
    /// Behind it in its paragraph, up to the next mention of the total.
    Behind,
    /// Before it in its paragraph.
    Before,
    /// In its table.
    Table,
    /// Anywhere in the report, where it states one value.
    Report,
}

/// total = Σ parts: for every mention of the total with its parts beside it, else once for the whole report.
pub(super) fn sum<'a>(
    ctx: &Ctx<'a>,
    total: ConceptId,
    parts: &[ConceptId],
    optional: &[ConceptId],
    others: &[String],
    out: &mut Vec<Finding>,
) {
    if ctx.of(total).next().is_none() {
        return;
    }
    let mut judged: Vec<(Option<Basis>, Option<i16>)> = Vec::new();
    let first = out.len();
    for near in [Near::Behind, Near::Table, Near::Before, Near::Report] {
        for t in
            ctx.of(total).filter(|t| t.item.is_none() && (t.table == (near == Near::Table) || near == Near::Report))
        {
            if matches!(near, Near::Before | Near::Report) && judged.contains(&(t.basis, t.year)) {
                continue;
            }
            let mut terms = Terms::new();
            let mut missing: SmallVec<[ConceptId; 4]> = SmallVec::new();
            for c in parts {
                match pick(ctx, t, *c, near) {
                    Some(part) => terms.push(part),
                    None => {
                        // 购置费 and 运行维护费 for 公务用车费用, which is not printed itself.
                        let finer = ctx.patterns.concepts.iter().filter(|(_, p)| p.parts_of.contains(c));
                        let before = terms.len();
                        let fine = finer.filter(|(id, _)| !parts.contains(id) && *id != *c);
                        terms
                            .extend(fine.filter_map(|(id, _)| pick(ctx, t, id, near)).filter(|_| optional.contains(c)));
                        if terms.len() == before && !nothing(ctx, *c, t.year) {
                            missing.push(*c);
                        }
                    }
                }
            }
            let needed = missing.iter().any(|c| !optional.contains(c));
            if terms.is_empty() || terms.len() == 1 && (!missing.is_empty() || near == Near::Report) {
                continue;
            }
            if near == Near::Report && !missing.is_empty() {
                continue;
            }
            if needed && near != Near::Behind {
                continue;
            }
            judged.push((t.basis, t.year));
            let window = window(ctx, t, near);
            judge(ctx, t, &terms, &missing, optional, others, near, window, out);
        }
    }
    one_each(out, first);
}

/// One finding for the same figures.
fn one_each(out: &mut Vec<Finding>, first: usize) {
    let mut seen: Vec<String> = Vec::new();
    let mut at = first;
    while at < out.len() {
        if seen.contains(&out[at].message) {
            out.remove(at);
        } else {
            seen.push(out[at].message.clone());
            at += 1;
        }
    }
}

/// Whether the report says that there is none of `c`.
fn nothing(ctx: &Ctx<'_>, c: ConceptId, year: Option<i16>) -> bool {
    ctx.report
        .facts
        .iter()
        .any(|f| f.slot.concept == c && matches!(f.value, Value::Nil(Nil::None | Nil::Blank)) && f.slot.year == year)
}

/// The stretch of the folded view in which the parts of `t` stand.
fn window(ctx: &Ctx<'_>, t: &Stated<'_>, near: Near) -> (u32, u32) {
    let until = || {
        // 上年为19.40万元 between a total and its parts ends nothing.
        let next =
            ctx.of(t.concept).find(|o| o.at() > t.at() && o.block == t.block && o.year == t.year).map(|o| o.at());
        next.unwrap_or_else(|| ctx.paragraph_end(t.at()))
    };
    match near {
        Near::Behind => (t.at(), until()),
        Near::Before => {
            let last = ctx.of(t.concept).rfind(|o| o.at() < t.at() && o.block == t.block).map(|o| o.at());
            (last.unwrap_or_else(|| ctx.paragraph_start(t.at())), t.at())
        }
        Near::Table | Near::Report => (t.at(), ctx.paragraph_end(t.at())),
    }
}

/// The figure of concept `c` that belongs to the total `t`: same stage and year, no other fund; the nearest that `near` allows.
fn pick<'a>(ctx: &Ctx<'a>, t: &Stated<'a>, c: ConceptId, near: Near) -> Option<&'a Stated<'a>> {
    let same = |f: &&'a Stated<'a>| f.basis == t.basis && f.year == t.year && f.item.is_none();
    let fits = move |f: &&'a Stated<'a>| same(f) && (f.fund == t.fund || f.fund.is_none() || t.fund.is_none());
    let (from, to) = match near {
        Near::Behind | Near::Before => window(ctx, t, near),
        Near::Table | Near::Report => (0, u32::MAX),
    };
    match near {
        Near::Behind => ctx.of(c).filter(fits).find(|f| f.block == t.block && from < f.at() && f.at() < to),
        Near::Before => ctx.of(c).filter(fits).rfind(|f| f.block == t.block && from <= f.at() && f.at() < to),
        Near::Table => {
            let mut rows = ctx.of(c).filter(|f| f.table && f.group == t.group && f.item.is_none() && f.beside(t));
            let one = rows.next()?;
            rows.all(|f| f.value == one.value).then_some(one)
        }
        Near::Report => {
            let mut all = ctx.of(c).filter(|f| f.beside(t) && f.item.is_none());
            let one = all.next()?;
            all.all(|f| f.value == one.value).then_some(one)
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn judge<'a>(
    ctx: &Ctx<'a>,
    t: &Stated<'a>,
    parts: &[&Stated<'a>],
    missing: &[ConceptId],
    optional: &[ConceptId],
    others: &[String],
    near: Near,
    window: (u32, u32),
    out: &mut Vec<Finding>,
) {
    let sum: Decimal = parts.iter().map(|p| p.value).sum();
    let gap = (sum - t.value).abs();
    // Half a unit of the last digit for every term: (n+1) × step/2 where all are printed alike.
    let allowed = (t.slack() + parts.iter().map(|p| p.slack()).sum::<Decimal>()) / Decimal::TWO;
    if gap.is_zero() {
        return;
    }
    let evidence = || -> Vec<Span> { std::iter::once(t).chain(parts.iter().copied()).map(|p| p.figure.span).collect() };
    let short = sum < t.value;
    let mut suspects = vec![Suspect { name: ctx.name(t.concept), value: t.value, step: t.step, should: sum }];
    suspects.extend(parts.iter().map(|p| Suspect {
        name: ctx.name(p.concept),
        value: p.value,
        step: p.step,
        should: t.value - (sum - p.value),
    }));
    if short && gap > allowed {
        // 收入合计 that holds 上年结转 too, stated elsewhere in the report.
        let besides = optional.iter().filter(|c| !parts.iter().any(|p| p.concept == **c)).flat_map(|c| ctx.of(*c));
        if besides.filter(|o| o.year == t.year && o.item.is_none()).any(|o| (o.value - gap).abs() <= allowed) {
            return;
        }
        // A part that the list does not name: 上缴上级支出, or one that is printed but answers no concept.
        let known: Vec<u32> = std::iter::once(t).chain(parts.iter().copied()).map(|p| p.at()).collect();
        if near != Near::Report && ctx.closed_by_another(window.0, window.1, gap, allowed, &known) {
            return;
        }
        let text = &ctx.text()[window.0 as usize..window.1 as usize];
        let named = others.iter().find(|w| text.contains(w.as_str()));
        // Parts that may be left out are most often none at all: a slip in what is printed comes first.
        let slipped = near != Near::Report
            && named.is_none()
            && missing.iter().all(|c| optional.contains(c))
            && suspects.iter().any(|s| slip(s.value, s.should, s.step, allowed).is_some());
        if !slipped && (!missing.is_empty() || named.is_some()) {
            let names: Vec<&str> = missing.iter().map(|c| ctx.name(*c)).chain(named.map(String::as_str)).collect();
            let message = format!(
                "{}＝{}，文中{}为{}；未见{}的数，无法判断。",
                added(ctx, parts),
                amount(t.figure.measure, sum),
                ctx.name(t.concept),
                ctx.print(t),
                names.join("、")
            );
            out.push(ctx.finding(Verdict::Undecidable, message, evidence(), Some(gap), Some(allowed)));
            return;
        }
    }
    // Two fifths apart, with no slip that explains it: figures of two things under one name, most often cells of other rows.
    let apart = gap * Decimal::from(5) > sum.max(t.value) * Decimal::TWO
        && t.table
        && !suspects.iter().any(|s| slip(s.value, s.should, s.step, allowed).is_some());
    if apart {
        let message = format!(
            "{}＝{}，文中{}为{}，相差过大，两处是否同一口径无法判断。",
            added(ctx, parts),
            amount(t.figure.measure, sum),
            ctx.name(t.concept),
            ctx.print(t)
        );
        out.push(ctx.finding(Verdict::Undecidable, message, evidence(), Some(gap), Some(allowed)));
        return;
    }
    // A row of a table that was not read leaves a list short.
    let listed = t.table && short && parts.iter().any(|p| p.item.is_some());
    let proven =
        near != Near::Report && !listed && parts.iter().all(|p| p.beside(t) || p.fund.is_none() || t.fund.is_none());
    let weighed = weigh(gap, allowed, t.figure.measure, proven, &suspects);
    let message = format!(
        "{}＝{}，文中{}为{}，相差{}{}。",
        added(ctx, parts),
        amount(t.figure.measure, sum),
        ctx.name(t.concept),
        ctx.print(t),
        amount(t.figure.measure, gap),
        weighed.because
    );
    out.push(ctx.finding(weighed.verdict, message, evidence(), Some(gap), Some(allowed)));
}

/// `人员经费113.97万元＋公用经费18.90万元`
fn added<'a>(ctx: &Ctx<'a>, parts: &[&Stated<'a>]) -> String {
    let one = |p: &&Stated<'a>| match (p.item, p.fund) {
        (Some(item), _) => format!("{item}{}", ctx.print(p)),
        _ => format!("{}{}", ctx.name(p.concept), ctx.print(p)),
    };
    match parts.len() {
        0..=8 => parts.iter().map(one).collect::<Vec<_>>().join("＋"),
        n => format!("{}＋…＋{}（共{n}项）", one(&parts[0]), one(&parts[n - 1])),
    }
}

/// The split of a total by kind of money: 一般公共预算 + 政府性基金 + 国有资本经营预算 + 其他 = total.
pub(super) fn funds<'a>(ctx: &Ctx<'a>, total: ConceptId, parts: &[ConceptId], out: &mut Vec<Finding>) {
    for t in ctx.of(total).filter(|t| t.fund.is_none() && t.item.is_none()) {
        let end = ctx.of(total).find(|o| o.fund.is_none() && o.at() > t.at()).map_or(u32::MAX, |o| o.at());
        let mut terms = Terms::new();
        for f in
            parts.iter().flat_map(|c| ctx.of(*c)).filter(|f| f.item.is_none() && f.basis == t.basis && f.year == t.year)
        {
            let here = f.group == t.group && (f.table || f.at() > t.at() && f.at() < end);
            let split = f.fund.is_some() || f.concept != parts[0];
            if here && split && !terms.iter().any(|o| o.fund == f.fund && o.concept == f.concept) {
                terms.push(f);
            }
        }
        let funds = terms.iter().filter(|f| f.fund.is_some()).count();
        if funds >= 2 && terms.iter().any(|f| f.fund == Some(Fund::GeneralPublic)) {
            judge(ctx, t, &terms, &[], &[], &[], Near::Table, (t.at(), ctx.paragraph_end(t.at())), out);
        }
    }
}

/// Σ named items = their total, where the list ends in a total or stands under one.
pub(super) fn items<'a>(ctx: &Ctx<'a>, concept: ConceptId, out: &mut Vec<Finding>) {
    if !ctx.of(concept).any(|f| f.item.is_some()) {
        return;
    }
    for t in ctx.of(concept).filter(|t| t.item.is_none()) {
        let mut terms = Terms::new();
        for f in ctx.of(concept).filter(|f| f.item.is_some() && f.group == t.group && f.beside(t)) {
            if terms.iter().any(|other| other.item == f.item) {
                continue;
            }
            terms.push(f);
        }
        if terms.len() < 2 {
            continue;
        }
        let sum: Decimal = terms.iter().map(|f| f.value).sum();
        // A list in prose may be a choice (主要有, 其中): only what exceeds the total is wrong for certain.
        if !t.table && sum < t.value && !complete(ctx, t, &terms) {
            continue;
        }
        // Projects of projects: an item that is the sum of others is counted twice.
        if terms.iter().any(|f| (sum - f.value - f.value).abs() <= f.step && terms.len() > 2) {
            continue;
        }
        let ends = (t.at(), ctx.paragraph_end(t.at()));
        judge(ctx, t, &terms, &[], &[], &[], Near::Behind, ends, out);
    }
}

/// Whether the words between a total and its list leave nothing out.
fn complete(ctx: &Ctx<'_>, t: &Stated<'_>, terms: &[&Stated<'_>]) -> bool {
    let (Some(first), Some(last)) = (terms.first(), terms.last()) else { return false };
    let text = ctx.text();
    let list = &text[t.at().min(first.at()) as usize..last.figure.view.end.max(t.figure.view.end) as usize];
    let rest = &text[last.figure.view.end as usize..ctx.paragraph_end(last.at()) as usize];
    !["主要", "含", "等", "包括", "其余", "部分"].iter().any(|w| list.contains(w)) && !rest.starts_with('等')
}

/// heads = Σ categories (行政 + 事业 + 参公 + 工勤), all in one sentence or one row.
pub(super) fn categories<'a>(ctx: &Ctx<'a>, concept: ConceptId, names: &[String], out: &mut Vec<Finding>) {
    for t in ctx.of(concept).filter(|t| t.item.is_none()) {
        let end = ctx.of(concept).find(|o| o.item.is_none() && o.at() > t.at()).map_or(u32::MAX, |o| o.at());
        let mut terms = Terms::new();
        for f in ctx.of(concept).filter(|f| f.block == t.block && f.at() > t.at() && f.at() < end) {
            let known = f.item.is_some_and(|i| names.iter().any(|n| n == i));
            if known && f.year == t.year && !terms.iter().any(|other| other.item == f.item) {
                terms.push(f);
            }
        }
        let behind = terms.last().map_or("", |l| {
            let rest = &ctx.text()[l.figure.view.end as usize..ctx.paragraph_end(l.at()) as usize];
            rest.split('。').next().unwrap_or("")
        });
        // Only what the sentence closes: 现有65人，其中行政30人，事业35人。 More numbers behind are more categories.
        if terms.len() >= 2 && !behind.bytes().any(|b| b.is_ascii_digit()) {
            judge(ctx, t, &terms, &[], &[], &[], Near::Behind, (t.at(), ctx.paragraph_end(t.at())), out);
        }
    }
}

/// income + carry-over from last year = expenditure + carry-over to next year: where one paragraph or table states all four, else once
/// for the report, where it states one value of each.
pub(super) fn balance<'a>(ctx: &Ctx<'a>, gives: &[ConceptId], takes: &[ConceptId], out: &mut Vec<Finding>) {
    let Some(lead) = gives.first() else { return };
    let mut judged: Vec<u32> = Vec::new();
    let own = |f: &&Stated<'_>| f.item.is_none() && matches!(f.basis, Some(Basis::Final | Basis::Received));
    for near in [true, false] {
        for i in ctx.of(*lead).filter(own) {
            if judged.contains(&i.group) || !near && !judged.is_empty() {
                continue;
            }
            let side = |ids: &[ConceptId]| -> Option<Terms<'a>> {
                let pick = |c: &ConceptId| {
                    let basis = if c == lead { i.basis } else { Some(Basis::Final) };
                    let mut here = ctx.of(*c).filter(|f| {
                        let group = !near || f.group == i.group;
                        f.item.is_none() && group && f.basis == basis && f.year == i.year && f.fund == i.fund
                    });
                    let one = here.next()?;
                    here.all(|f| f.value == one.value).then_some(one)
                };
                ids.iter().map(pick).collect()
            };
            let (Some(left), Some(right)) = (side(gives), side(takes)) else { continue };
            judged.push(i.group);
            out.extend(balanced(ctx, &left, &right, near));
        }
    }
}

/// Both sides of an account; the last of each is the carry-over.
fn balanced<'a>(ctx: &Ctx<'a>, left: &Terms<'a>, right: &Terms<'a>, near: bool) -> Option<Finding> {
    let total = |terms: &Terms<'_>| terms.iter().map(|f| f.value).sum::<Decimal>();
    let (l, r) = (total(left), total(right));
    let gap = (l - r).abs();
    if gap.is_zero() {
        return None;
    }
    let all: Terms<'a> = left.iter().chain(right).copied().collect();
    let allowed = all.iter().map(|f| f.slack()).sum::<Decimal>() / Decimal::TWO;
    // 收入总计 already holds what was carried over; a balance to another fund or to 分配 is printed between them.
    let from = all.iter().map(|f| f.at()).min().unwrap_or(0);
    let known: Vec<u32> = all.iter().map(|f| f.at()).collect();
    let end = ctx.paragraph_end(all.iter().map(|f| f.at()).max().unwrap_or(0));
    let grand = [l - left[left.len() - 1].value, l]
        .iter()
        .any(|x| [r, r - right[right.len() - 1].value].iter().any(|y| (x - y).abs() <= allowed));
    if grand || near && ctx.closed_by_another(from, end, gap, allowed, &known) {
        return None;
    }
    let suspects: Vec<Suspect<'_>> = left
        .iter()
        .map(|f| (f, r - (l - f.value)))
        .chain(right.iter().map(|f| (f, l - (r - f.value))))
        .map(|(f, should)| Suspect { name: ctx.name(f.concept), value: f.value, step: f.step, should })
        .collect();
    // 收入 may or may not hold the carry-over, and 结余 may be of one fund only: the question is put, nobody is accused.
    let weighed = weigh(gap, allowed, Measure::Yuan, false, &suspects);
    let message = format!(
        "{}＝{}，{}＝{}，两边相差{}{}。",
        added(ctx, left),
        amount(Measure::Yuan, l),
        added(ctx, right),
        amount(Measure::Yuan, r),
        amount(Measure::Yuan, gap),
        weighed.because
    );
    let evidence = all.iter().map(|f| f.figure.span).collect();
    Some(ctx.finding(weighed.verdict, message, evidence, Some(gap), Some(allowed)))
}

/// `中央资金169.35万元，市级资金254.03万元` inside or before a total: money by the level that gave it.
pub(super) fn levels(ctx: &Ctx<'_>, names: &[String], out: &mut Vec<Finding>) {
    let text = ctx.text();
    let figures: Vec<_> = ctx
        .report
        .figures
        .iter()
        .filter(|f| f.measure == Measure::Yuan && f.role == Role::Level && f.value.is_some())
        .collect();
    let level = |i: usize| -> Option<&String> {
        let f = figures[i];
        let from = if i > 0 { figures[i - 1].view.end } else { ctx.report.view.start };
        let before = &text[from.min(f.view.start) as usize..f.view.start as usize];
        let clause = before.rsplit(['，', '、', '；', '。', '(', ':', '\n', '+', '和']).next().unwrap_or(before);
        let clause = if clause.is_empty() { before } else { clause };
        if clause.len() > 60 || clause.chars().count() > 14 || clause.contains("上年") || clause.contains("结转") {
            return None;
        }
        names.iter().find(|n| clause.contains(n.as_str()))
    };
    let mut i = 0;
    while i < figures.len() {
        if level(i).is_none() {
            i += 1;
            continue;
        }
        let mut end = i;
        let mut seen: Vec<&String> = Vec::new();
        while end < figures.len() {
            let Some(name) = level(end) else { break };
            let gap =
                if end > i { &text[figures[end - 1].view.end as usize..figures[end].view.start as usize] } else { "" };
            if seen.contains(&name) || gap.contains(['。', '\n', '；']) {
                break;
            }
            seen.push(name);
            end += 1;
        }
        let terms = &figures[i..end];
        // The total right before the list (`423.38万元（其中：中央…`), or behind it (`合计423.38万元`).
        let before = i.checked_sub(1).map(|t| figures[t]).filter(|t| {
            let between = &text[t.view.end as usize..terms[0].view.start as usize];
            between.chars().count() <= 16
                && (between.contains("其中") || between.contains("包括"))
                && !between.contains(['。', '\n'])
        });
        let behind = figures.get(end).copied().filter(|t| {
            let between = &text[terms[terms.len() - 1].view.end as usize..t.view.start as usize];
            between.chars().count() <= 12
                && ["合计", "共计", "总计"].iter().any(|w| between.contains(w))
                && !between.contains(['。', '\n'])
        });
        if let (Some(t), true) = (before.or(behind), terms.len() >= 2) {
            let value = |f: &Figure| f.value.unwrap_or_default();
            let sum: Decimal = terms.iter().map(|f| value(f)).sum();
            let gap = (sum - value(t)).abs();
            let allowed = (slack(t) + terms.iter().map(|f| slack(f)).sum::<Decimal>()) / Decimal::TWO;
            let exact = terms.iter().chain([&t]).all(|f| f.bound == Bound::Exact);
            let known: Vec<u32> = terms.iter().chain([&t]).map(|f| f.view.start).collect();
            let ends = (t.view.start.min(terms[0].view.start), ctx.paragraph_end(t.view.start));
            let short = sum < value(t) && ctx.closed_by_another(ends.0, ends.1, gap, allowed, &known);
            if !gap.is_zero() && exact && !short {
                let mut suspects = vec![Suspect { name: "合计", value: value(t), step: t.step, should: sum }];
                suspects.extend(terms.iter().zip(&seen).map(|(f, name)| Suspect {
                    name,
                    value: value(f),
                    step: f.step,
                    should: value(t) - (sum - value(f)),
                }));
                let weighed = weigh(gap, allowed, Measure::Yuan, true, &suspects);
                let list: Vec<String> =
                    terms.iter().zip(&seen).map(|(f, name)| format!("{name}{}", f.view.of(text))).collect();
                let message = format!(
                    "{}＝{}，文中合计为{}，相差{}{}。",
                    list.join("＋"),
                    amount(Measure::Yuan, sum),
                    t.view.of(text),
                    amount(Measure::Yuan, gap),
                    weighed.because
                );
                let evidence = std::iter::once(t.span).chain(terms.iter().map(|f| f.span)).collect();
                out.push(ctx.finding(weighed.verdict, message, evidence, Some(gap), Some(allowed)));
            }
        }
        i = end.max(i + 1);
    }
}
