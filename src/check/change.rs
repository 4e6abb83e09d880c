//! Changes against last year, and shares of a whole: said in one sentence with what they are computed from.

use rust_decimal::Decimal;

use super::ratio::fits;
use super::slip::slip;
use super::weigh::{Suspect, weigh};
use super::{Ctx, amount};
use crate::model::{Bound, Direction, Figure, Finding, Measure, Role, Verdict};
use crate::patterns::ChangeKind;

/// One sentence's statement of a change: `2022年9.78万元，上年9.07万元，比上年增加0.71万元，增长7.83%`.
struct Change<'a> {
    this: Option<&'a Figure>,
    last: Option<&'a Figure>,
    amount: Option<&'a Figure>,
    rate: Option<&'a Figure>,
}

/// Δ = this − last, and Δ ÷ last = rate.
pub(super) fn change(ctx: &Ctx<'_>, last: &[String], what: ChangeKind, out: &mut Vec<Finding>) {
    let text = ctx.text();
    let figures = &ctx.report.figures;
    let mut last = last.to_vec();
    last.extend(ctx.report.year.map(|y| format!("{}年", y - 1)));
    for (i, figure) in figures.iter().enumerate() {
        let head = figure.measure == Measure::Yuan || figure.measure == Measure::Percent && !follows(text, figures, i);
        if figure.role != Role::Change || !head || figure.direction.is_none() {
            continue;
        }
        let Some(change) = statement(text, figures, i, &last) else { continue };
        let found = match what {
            ChangeKind::Amount => amounts(ctx, &change),
            ChangeKind::Rate => rates(ctx, &change),
        };
        out.extend(found);
    }
}

/// Where the sentence of `at` begins.
pub(super) fn sentence_start(text: &str, at: u32) -> usize {
    text[..at as usize].rmatch_indices(['。', '；', '\n']).next().map_or(0, |(end, mark)| end + mark.len())
}

/// Whether a percentage only adds to the amount right before it (增加0.71万元，增长7.83%).
fn follows(text: &str, figures: &[Figure], i: usize) -> bool {
    let Some(before) = i.checked_sub(1).map(|b| &figures[b]) else { return false };
    let between = &text[before.view.end as usize..figures[i].view.start as usize];
    before.role == Role::Change
        && before.measure == Measure::Yuan
        && !between.contains(['。', '；', '\n'])
        && between.chars().count() <= 12
}

/// The figures of the sentence around the change `i`. `None` where it is not against last year.
fn statement<'a>(text: &str, figures: &'a [Figure], i: usize, last: &[String]) -> Option<Change<'a>> {
    let figure = &figures[i];
    let start = sentence_start(text, figure.view.start);
    let sure = |f: &Figure| f.bound == Bound::Exact && f.value.is_some();
    if !sure(figure) {
        return None;
    }
    let clause_start = figures[..i].last().map_or(start, |f| (f.view.end as usize).max(start));
    let before = text.get(clause_start..figure.view.start as usize)?;
    // Against what? 较年初预算, 较目标 are other bases; nothing said leaves it open.
    let against = last.iter().find(|w| before.contains(w.as_str()))?;
    if ["预算", "目标", "计划", "其中", "累计"].iter().any(|w| before.contains(w)) {
        return None;
    }
    // `上年` must be what it is compared with, not the label of another figure.
    let compared = ["较", "比", "同比", "与"].iter().any(|w| before.contains(w)) || against.as_str() == "同比";
    if !compared {
        return None;
    }
    let levels: Vec<&Figure> = figures[..i]
        .iter()
        .rev()
        .take_while(|f| f.view.start as usize >= start)
        .filter(|f| f.measure == Measure::Yuan)
        .collect();
    let label = |f: &Figure| {
        let from = figures[..i]
            .iter()
            .rev()
            .map(|g| g.view.end as usize)
            .find(|end| *end <= f.view.start as usize)
            .map_or(start, |end| end.max(start));
        text[from..f.view.start as usize].to_owned()
    };
    // The nearest level before it is this year's, unless its words say last year's; a list of levels is ambiguous.
    let mut this = None;
    let mut previous = None;
    for f in levels.iter().take_while(|f| f.role == Role::Level).take(2) {
        let words = label(f);
        let old = last.iter().any(|w| words.contains(w.as_str()));
        match (old, this, previous) {
            (true, None, None) => previous = Some(*f),
            (false, None, _) => this = Some(*f),
            (true, Some(_), None) => previous = Some(*f),
            _ => {}
        }
    }
    let rate = match figure.measure {
        Measure::Percent => Some(figure),
        _ => figures.get(i + 1).filter(|r| {
            r.measure == Measure::Percent
                && r.role == Role::Change
                && r.direction == figure.direction
                && sure(r)
                && follows(text, figures, i + 1)
        }),
    };
    let change = Change {
        this: this.filter(|f| sure(f)),
        last: previous.filter(|f| sure(f)),
        amount: Some(figure).filter(|f| f.measure == Measure::Yuan),
        rate,
    };
    Some(change)
}

fn value(f: &Figure) -> Decimal {
    f.value.unwrap_or_default()
}

fn signed(f: &Figure) -> Decimal {
    if f.direction == Some(Direction::Decrease) { -value(f).abs() } else { value(f) }
}

fn amounts(ctx: &Ctx<'_>, change: &Change<'_>) -> Option<Finding> {
    let (this, last, delta) = (change.this?, change.last?, change.amount?);
    let text = ctx.text();
    let right = value(this) - value(last);
    let gap = (right - signed(delta)).abs();
    let allowed = (this.step + last.step + delta.step) / Decimal::TWO;
    if gap.is_zero() {
        return None;
    }
    let suspects = [
        Suspect { name: "增减额", value: value(delta), step: delta.step, should: right.abs() },
        Suspect { name: "本年数", value: value(this), step: this.step, should: value(last) + signed(delta) },
        Suspect { name: "上年数", value: value(last), step: last.step, should: value(this) - signed(delta) },
    ];
    let weighed = weigh(gap, allowed, Measure::Yuan, true, &suspects);
    let turned = (right + signed(delta)).abs() <= allowed;
    let because = if turned { "；增减方向写反".to_owned() } else { weighed.because };
    let message = format!(
        "本年{}－上年{}＝{}，文中{}{}，相差{}{because}。",
        this.view.of(text),
        last.view.of(text),
        amount(Measure::Yuan, right),
        word(delta),
        delta.view.of(text),
        amount(Measure::Yuan, gap),
    );
    let evidence = vec![delta.span, this.span, last.span];
    Some(ctx.finding(weighed.verdict, message, evidence, Some(gap), Some(allowed)))
}

fn word(f: &Figure) -> &'static str {
    if f.direction == Some(Direction::Decrease) { "减少" } else { "增加" }
}

fn rates(ctx: &Ctx<'_>, change: &Change<'_>) -> Option<Finding> {
    let rate = change.rate?;
    let text = ctx.text();
    // Last year's value, printed or from this year's and the difference.
    let (base, delta, step) = match (change.this, change.last, change.amount) {
        (_, Some(last), Some(delta)) => (value(last), value(delta).abs(), last.step),
        (Some(this), None, Some(delta)) => (value(this) - signed(delta), value(delta).abs(), this.step + delta.step),
        (Some(this), Some(last), None) => (value(last), (value(this) - value(last)).abs(), last.step),
        _ => return None,
    };
    if base <= Decimal::ZERO {
        return None;
    }
    let delta_step = change.amount.map_or(step, |d| d.step);
    let printed = (value(rate).abs(), rate.step);
    if fits((delta, delta_step), (base, step), printed) {
        return None;
    }
    let exact = delta / base * Decimal::ONE_HUNDRED;
    let gap = (exact - printed.0).abs();
    let this = change.this.map(|t| (value(t), t.step));
    let wrong_base = this.is_some_and(|t| t.0 > Decimal::ZERO && fits((delta, delta_step), t, printed));
    let slipped = slip(printed.0, exact.round_dp(rate.step.scale()), rate.step, rate.step);
    let (verdict, because) = match (wrong_base, slipped) {
        _ if gap <= rate.step => (Verdict::Rounding, "，由取舍造成".to_owned()),
        (true, _) => (Verdict::Conflict, "；误以本年数为基数".to_owned()),
        (_, Some(slip)) => (Verdict::Suspect, format!("；疑为{}", slip.what)),
        // The level before it may be of something else where last year's is not printed.
        _ if change.last.is_none() => (Verdict::Suspect, "；基数是否为上年数须核对".to_owned()),
        _ => (Verdict::Conflict, String::new()),
    };
    let message = format!(
        "{}÷上年{}＝{}%，文中为{}，相差{}个百分点{because}。",
        change.amount.map_or_else(|| amount(Measure::Yuan, delta), |d| format!("{}{}", word(d), d.view.of(text))),
        change.last.map_or_else(|| amount(Measure::Yuan, base), |l| l.view.of(text).to_owned()),
        exact.round_dp(2).normalize(),
        rate.view.of(text),
        gap.round_dp(2).normalize()
    );
    let evidence = std::iter::once(rate.span)
        .chain([change.amount, change.this, change.last].into_iter().flatten().map(|f| f.span))
        .fold(Vec::new(), |mut all: Vec<_>, span| {
            if !all.contains(&span) {
                all.push(span);
            }
            all
        });
    Some(ctx.finding(verdict, message, evidence, Some(gap.round_dp(4)), Some(rate.step / Decimal::TWO)))
}

/// `基本支出88.86万元，占支出合计的88.86%`: the part before the share, and the whole that the paragraph names before both.
pub(super) fn share(ctx: &Ctx<'_>, whole: &[String], out: &mut Vec<Finding>) {
    let text = ctx.text();
    let figures = &ctx.report.figures;
    let mut shares: Vec<&Figure> = Vec::new();
    let mut paragraph = u32::MAX;
    for (i, rate) in figures.iter().enumerate() {
        if rate.measure != Measure::Percent || rate.role != Role::Share || rate.bound != Bound::Exact {
            continue;
        }
        let start = ctx.paragraph_start(rate.view.start);
        if start != paragraph {
            shares.clear();
            paragraph = start;
        }
        shares.push(rate);
        let Some(part) = i.checked_sub(1).map(|p| &figures[p]).filter(|p| {
            p.measure == Measure::Yuan
                && p.role == Role::Level
                && p.bound == Bound::Exact
                && p.view.start >= start
                && !text[p.view.end as usize..rate.view.start as usize].contains(['。', '；'])
        }) else {
            continue;
        };
        let words = &text[part.view.end as usize..rate.view.start as usize];
        // 占全年支出的, 占总支出: a whole of the paragraph. Another name (占全市) speaks of what is not printed here.
        if words.chars().count() > 3 && !whole.iter().any(|w| words.contains(w.as_str())) {
            continue;
        }
        let before = figures[..i - 1].iter().rev().take_while(|f| f.view.start >= start);
        let wholes: Vec<&Figure> = before
            .filter(|f| {
                f.measure == Measure::Yuan
                    && f.role == Role::Level
                    && value(f) >= value(part)
                    && value(f) > Decimal::ZERO
            })
            .collect();
        let printed = (value(rate), rate.step);
        if wholes.is_empty() || wholes.iter().any(|w| fits((value(part), part.step), (value(w), w.step), printed)) {
            continue;
        }
        // The parts themselves may be the whole: 88.86 of 88.86 + 11.14.
        let first = wholes[wholes.len() - 1];
        let total: Decimal = wholes.iter().map(|w| value(w)).sum::<Decimal>() + value(part);
        if total > Decimal::ZERO && fits((value(part), part.step), (total, part.step), printed) {
            continue;
        }
        let exact = value(part) / value(first) * Decimal::ONE_HUNDRED;
        let gap = (exact - printed.0).abs();
        let verdict = if gap <= rate.step { Verdict::Rounding } else { Verdict::Suspect };
        let message = format!(
            "{}÷{}＝{}%，文中占比为{}，相差{}个百分点；占比的分母须核对。",
            part.view.of(text),
            first.view.of(text),
            exact.round_dp(2).normalize(),
            rate.view.of(text),
            gap.round_dp(2).normalize()
        );
        let evidence = vec![rate.span, part.span, first.span];
        out.push(ctx.finding(verdict, message, evidence, Some(gap.round_dp(4)), Some(rate.step / Decimal::TWO)));
    }
}
