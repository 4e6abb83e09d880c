//! Figures that should be equal: two sides of an account, repeated mentions, capital numerals and digits, scores.

use rust_decimal::Decimal;

use super::change::{label, sentence_start};
use super::slip::slip;
use super::weigh::{Suspect, weigh};
use super::{Ctx, Stated, amount};
use crate::model::{Bound, ConceptId, Finding, Measure, Span, Verdict};
use crate::patterns::Kind;
use crate::text::numeral::is_formal;

/// left = right, where one paragraph states both for the same stage, year and fund under one of `words` (总计).
pub(super) fn equal<'a>(ctx: &Ctx<'a>, left: ConceptId, right: ConceptId, words: &[String], out: &mut Vec<Finding>) {
    for l in ctx.of(left).filter(|l| grand(ctx, l, words)) {
        // 总计 against 总计: an income that says nothing of carry-over need not equal the expenditure.
        let Some(r) = ctx.of(right).find(|r| r.block == l.block && r.beside(l) && grand(ctx, r, words)) else {
            continue;
        };
        if l.value == r.value {
            continue;
        }
        let head = format!("{}{}与{}{}应当相等", ctx.name(l.concept), ctx.print(l), ctx.name(r.concept), ctx.print(r));
        out.push(unequal(ctx, l, r, true, head));
    }
}

/// Whether the words right before a figure call it a grand total (收入总计, 支出总计).
fn grand(ctx: &Ctx<'_>, fact: &Stated<'_>, words: &[String]) -> bool {
    let text = ctx.text();
    let mut from = (fact.at() as usize).saturating_sub(36);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = &text[from..fact.at() as usize];
    let clause = before.rsplit(['，', '。', '；', '\n']).next().unwrap_or(before);
    words.iter().any(|w| clause.contains(w.as_str()))
}

/// The finding that two figures differ which should be one.
fn unequal<'a>(ctx: &Ctx<'a>, a: &Stated<'a>, b: &Stated<'a>, proven: bool, head: String) -> Finding {
    let gap = (a.value - b.value).abs();
    // The coarser print decides: 73387.27万元 and 7.34亿元 are the same.
    let allowed = (a.slack() + b.slack()) / Decimal::TWO;
    let measure = a.figure.measure;
    let suspects = [
        Suspect { name: "后者", value: b.value, step: b.step, should: a.value },
        Suspect { name: "前者", value: a.value, step: a.step, should: b.value },
    ];
    let weighed = weigh(gap, allowed, measure, proven, &suspects);
    let message = format!("{head}，相差{}{}。", amount(measure, gap), weighed.because);
    ctx.finding(weighed.verdict, message, vec![a.figure.span, b.figure.span], Some(gap), Some(allowed))
}

/// Mentions of one slot agree: each value that differs from the first mention is said once.
pub(super) fn mentions(ctx: &Ctx<'_>, unless: &[String], out: &mut Vec<Finding>) {
    // One sort, so that a long report costs no more than its length.
    let mut sorted: Vec<&Stated<'_>> =
        ctx.facts.all().iter().filter(|f| f.item.is_none() && repeatable(ctx, f)).collect();
    // 县级预算86.5万元 is a part of 项目预算286.5万元.
    let figures = &ctx.report.figures;
    let part = |f: &Stated<'_>| {
        let i = figures.partition_point(|g| g.view.start < f.at());
        let label = label(ctx.text(), figures, i, sentence_start(ctx.text(), f.at()));
        unless.iter().any(|w| label.contains(w.as_str()))
    };
    sorted.sort_by_key(|f| (f.concept, f.basis, f.year, f.fund, f.at()));
    for run in sorted.chunk_by(|a, b| a.concept == b.concept && a.beside(b)) {
        let first = run[0];
        let Some(other) = run[1..].iter().find(|f| f.value != first.value && !part(f)) else { continue };
        if part(first) {
            continue;
        }
        let head = format!("{}前文为{}，后文为{}", ctx.name(first.concept), ctx.print(first), ctx.print(other));
        // Two mentions may speak of different things under one name; without a slip that explains the gap this is a question.
        let mut finding = unequal(ctx, first, other, false, head);
        // Far apart and no slip: two things under one name, most often.
        let (low, high) = (first.value.min(other.value), first.value.max(other.value));
        if !finding.message.contains('疑') && low * Decimal::TEN < high * Decimal::from(7) {
            finding.verdict = Verdict::Undecidable;
        }
        out.push(finding);
    }
}

/// What a report states once: money and heads.
fn repeatable(ctx: &Ctx<'_>, fact: &Stated<'_>) -> bool {
    match fact.figure.measure {
        Measure::Yuan => true,
        Measure::Person => ctx.patterns.concepts.get(fact.concept).id.starts_with("headcount."),
        _ => false,
    }
}

/// `6.5亿元（65000万元）`: one amount said twice in one breath.
pub(super) fn restated(ctx: &Ctx<'_>, words: &[String], out: &mut Vec<Finding>) {
    let text = ctx.text();
    for pair in ctx.report.figures.windows(2) {
        let [a, b] = pair else { continue };
        if a.measure != Measure::Yuan || b.measure != Measure::Yuan || a.role != b.role || a.view.end > b.view.start {
            continue;
        }
        let between = text[a.view.end as usize..b.view.start as usize].trim_start_matches(['(', '，']);
        let close = &text[b.view.end as usize..];
        let said = words.iter().any(|w| between == w) || between.is_empty() && close.starts_with(')');
        let (Some(x), Some(y)) = (a.value, b.value) else { continue };
        // 23.5万元（2.3万元）: without a word only another scale tells that the same amount is meant, or a slip of it.
        let scale = |s: Span| s.of(text).trim_start_matches(|c: char| c.is_ascii_digit() || ".,- ".contains(c));
        let told =
            !between.is_empty() || scale(a.view) != scale(b.view) || x == y * Decimal::TEN || y == x * Decimal::TEN;
        let exact = a.bound == Bound::Exact && b.bound == Bound::Exact;
        if !said || !told || x == y || !exact || formal(text, a.view) || formal(text, b.view) {
            continue;
        }
        let (gap, allowed) = ((x - y).abs(), (a.step + b.step) / Decimal::TWO);
        let suspects = [
            Suspect { name: "后者", value: y, step: b.step, should: x },
            Suspect { name: "前者", value: x, step: a.step, should: y },
        ];
        let weighed = weigh(gap, allowed, Measure::Yuan, true, &suspects);
        if weighed.verdict == Verdict::Rounding {
            continue;
        }
        let message = format!(
            "{}与{}应为同一金额，相差{}{}。",
            a.view.of(text),
            b.view.of(text),
            amount(Measure::Yuan, gap),
            weighed.because
        );
        out.push(ctx.finding(weighed.verdict, message, vec![a.span, b.span], Some(gap), Some(allowed)));
    }
}

/// The scores of one report agree: in prose, on the cover, in the total row of its form.
pub(super) fn score(ctx: &Ctx<'_>, score: ConceptId, out: &mut Vec<Finding>) {
    let total = |f: &&Stated<'_>| {
        let whole = f.item.is_none() && f.value >= Decimal::from(60) && f.value <= Decimal::ONE_HUNDRED;
        whole && !about_project(ctx, f)
    };
    let mut all = ctx.of(score).filter(total);
    let Some(first) = all.next() else { return };
    if let Some(other) = all.find(|f| f.value != first.value && f.year == first.year) {
        let head = format!("自评得分前文为{}，后文为{}", ctx.print(first), ctx.print(other));
        out.push(unequal(ctx, first, other, true, head));
    }
}

/// Whether a score is one of a project or of a part of the whole: its sentence says so, or the head of its paragraph or section.
fn about_project(ctx: &Ctx<'_>, fact: &Stated<'_>) -> bool {
    let start = ctx.paragraph_start(fact.at()) as usize;
    let before = &ctx.text()[start..fact.at() as usize];
    let sentence = before.rsplit('。').next().unwrap_or(before);
    if ["项目", "指标", "产出", "效益", "部分"].iter().any(|w| sentence.contains(w)) {
        return true;
    }
    let head = before.split(['。', '，', ':']).next().unwrap_or(before);
    let section = fact.figure.section.map(|s| &ctx.report.sections[s as usize]);
    let title = section.map_or("", |s| s.title.of(&ctx.report.document.text));
    ctx.check.families.contains(&ctx.patterns.families.get(ctx.report.family).id)
        && (head.contains("项目") || title.contains("项目"))
}

/// What two reports of one file state for one slot: overall report and form, text and table.
pub(super) fn across<'a>(one: &Ctx<'a>, other: &Ctx<'a>, out: &mut Vec<Finding>) {
    let scope = |ctx: &Ctx<'_>| {
        let id = &ctx.patterns.families.get(ctx.report.family).id;
        ctx.check.families.iter().any(|f| f == id)
    };
    let org = |ctx: &Ctx<'a>| ctx.report.org.as_ref().map(|o| o.text.as_str());
    let alike = match (org(one), org(other)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    if !scope(one) || !scope(other) || !alike || one.report.year != other.report.year {
        return;
    }
    for a in first_of_each(one) {
        let mut same = other.of(a.concept).filter(|b| b.beside(a) && b.item.is_none());
        let Some(b) = same.next() else { continue };
        // A value that either side also prints is no contradiction.
        let known = other.of(a.concept).any(|b| b.value == a.value) || one.of(a.concept).any(|x| x.value == b.value);
        if known || same.any(|x| x.value != b.value) {
            continue;
        }
        let head = format!(
            "同一文件中{}的{}为{}，{}的为{}",
            title(one),
            one.name(a.concept),
            one.print(a),
            title(other),
            other.print(b)
        );
        out.push(unequal(other, b, a, false, head));
    }
}

fn title<'a>(ctx: &Ctx<'a>) -> &'a str {
    ctx.report.title.as_ref().map_or("另一份材料", |t| t.text.as_str())
}

/// The first mention of each slot that a check on repetitions is about.
fn first_of_each<'a>(ctx: &Ctx<'a>) -> Vec<&'a Stated<'a>> {
    let wanted = |f: &&'a Stated<'a>| match ctx.check.kind {
        Kind::Score { score } => f.concept == score && f.value >= Decimal::from(60),
        _ => repeatable(ctx, f),
    };
    let mut out: Vec<&'a Stated<'a>> = Vec::new();
    for f in ctx.facts.all().iter().filter(|f| f.item.is_none()).filter(wanted) {
        // By concept and place: an equal slot is among the last few.
        if !out.iter().rev().take_while(|o| o.concept == f.concept).any(|o| o.beside(f)) {
            out.push(f);
        }
    }
    out
}

fn formal(text: &str, view: Span) -> bool {
    view.of(text).chars().any(is_formal)
}

/// `壹拾贰万叁仟元整（¥123000.00元）`: capital numerals and the digits beside them.
pub(super) fn capital(ctx: &Ctx<'_>, out: &mut Vec<Finding>) {
    let text = ctx.text();
    for pair in ctx.report.figures.windows(2) {
        let [a, b] = pair else { continue };
        if a.measure != Measure::Yuan || b.measure != Measure::Yuan {
            continue;
        }
        if formal(text, a.view) == formal(text, b.view) {
            continue;
        }
        let between = &text[a.view.end as usize..b.view.start as usize];
        let beside = between.chars().count() <= 12
            && between.contains(['(', '（', ':'])
            && between.chars().all(|c| "整正()（）:，大小写人民币¥即计".contains(c));
        let (Some(x), Some(y)) = (a.value, b.value) else { continue };
        if !beside || x == y {
            continue;
        }
        let gap = (x - y).abs();
        let (capital, digits) = if formal(text, a.view) { (a, b) } else { (b, a) };
        let allowed = if digits.step > Decimal::ONE { digits.step / Decimal::TWO } else { Decimal::ZERO };
        // Which of the two is right is not to be seen; a slip is looked for in the digits.
        let (said, printed) = (capital.value.unwrap_or_default(), digits.value.unwrap_or_default());
        let slipped = slip(printed, said, digits.step.min(Decimal::ONE), allowed);
        let (verdict, because) = match slipped {
            _ if gap <= allowed => (Verdict::Rounding, String::new()),
            Some(slip) => (Verdict::Suspect, format!("；疑为小写{}", slip.what)),
            None => (Verdict::Conflict, String::new()),
        };
        let message = format!(
            "大写{}与小写{}不一致，相差{}元{because}。",
            capital.view.of(text),
            digits.view.of(text),
            gap.normalize()
        );
        out.push(ctx.finding(verdict, message, vec![a.span, b.span], Some(gap), Some(allowed)));
    }
}
