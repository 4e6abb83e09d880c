//! Shares of a whole: each is its part by the whole, and all together are 100 %.

use rust_decimal::Decimal;

use super::Ctx;
use super::change::{label, value};
use super::ratio::fits;
use super::slip::slip;
use crate::model::{Bound, Figure, Finding, Measure, Role, Verdict};

/// `基本支出88.86万元，占支出合计的88.86%`: the part before the share, and the whole that the paragraph names before both.
pub(super) fn part(ctx: &Ctx<'_>, whole: &[String], out: &mut Vec<Finding>) {
    let text = ctx.text();
    let figures = &ctx.report.figures;
    for (i, rate) in figures.iter().enumerate() {
        if rate.measure != Measure::Percent || rate.role != Role::Share || rate.bound != Bound::Exact {
            continue;
        }
        let start = ctx.paragraph_start(rate.view.start);
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
        let whole = |f: &&Figure| {
            f.measure == Measure::Yuan && f.role == Role::Level && value(f) >= value(part) && value(f) > Decimal::ZERO
        };
        let paragraph = figures[..i - 1].partition_point(|f| f.view.start < start);
        // 预算6.50万元，支出5.34万元，占27.58%: its budget is no whole of what was spent.
        let wholes: Vec<&Figure> = (paragraph..i - 1)
            .rev()
            .filter(|&j| !label(text, figures, j, start as usize).contains("预算"))
            .map(|j| &figures[j])
            .filter(whole)
            .collect();
        let printed = (value(rate), rate.step);
        // The whole may have been named before its paragraph.
        let named = figures[..paragraph].iter().rev().take(12).filter(whole);
        if named.clone().any(|w| fits((value(part), part.step), (value(w), w.step), printed)) {
            continue;
        }
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
        // One amount alone that could be the whole, and the sentence says no other name.
        let parts: Decimal = (paragraph..figures.len())
            .take_while(|&k| !text[start as usize..figures[k].view.start as usize].contains('\n'))
            .filter(|&k| k > 0 && figures[k].role == Role::Share && figures[k - 1].measure == Measure::Yuan)
            .map(|k| value(&figures[k - 1]))
            .sum();
        let proven = wholes.len() == 1 && words.chars().count() <= 5 && (parts - value(first)).abs() <= first.step;
        let slipped = slip(printed.0, exact.round_dp(rate.step.scale()), rate.step, rate.step);
        let (verdict, because) = match slipped {
            _ if gap <= rate.step => (Verdict::Rounding, "，由取舍造成".to_owned()),
            Some(slip) => (Verdict::Suspect, format!("；疑为{}", slip.what)),
            None if proven => (Verdict::Conflict, String::new()),
            None => (Verdict::Suspect, "；占比的分母须核对".to_owned()),
        };
        let message = format!(
            "{}÷{}＝{}%，文中占比为{}，相差{}个百分点{because}。",
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

/// The shares of one paragraph add up to 100, where their parts add up to one of its amounts; more than 100 is wrong in any case.
pub(super) fn total(ctx: &Ctx<'_>, out: &mut Vec<Finding>) {
    let text = ctx.text();
    let figures = &ctx.report.figures;
    let shares: Vec<usize> = (1..figures.len())
        .filter(|&i| {
            let (part, rate) = (&figures[i - 1], &figures[i]);
            let share = rate.measure == Measure::Percent && rate.role == Role::Share && rate.bound == Bound::Exact;
            share
                && part.measure == Measure::Yuan
                && part.role == Role::Level
                && part.value.is_some()
                && text[part.view.end as usize..rate.view.start as usize].chars().count() <= 12
        })
        .collect();
    let words = |i: usize| &text[figures[i - 1].view.end as usize..figures[i].view.start as usize];
    for run in shares.chunk_by(|a, b| {
        let between = &text[figures[*a].view.end as usize..figures[*b].view.start as usize];
        !between.contains('\n') && words(*a) == words(*b)
    }) {
        let (Some(&first), Some(&last)) = (run.first(), run.last()) else { continue };
        let Some(span) = text.get(figures[first].view.end as usize..figures[last].view.start as usize) else {
            continue;
        };
        if run.len() < 2 || span.contains("其中") {
            continue;
        }
        let sum: Decimal = run.iter().map(|&i| value(&figures[i])).sum();
        let parts: Decimal = run.iter().map(|&i| value(&figures[i - 1])).sum();
        let allowed = run.iter().map(|&i| figures[i].step).sum::<Decimal>() / Decimal::TWO;
        let gap = (sum - Decimal::ONE_HUNDRED).abs();
        let start = ctx.paragraph_start(figures[first].view.start);
        let before = figures[..first - 1].iter().rev().take_while(|f| f.view.start >= start);
        let step: Decimal = run.iter().map(|&i| figures[i - 1].step).sum();
        let whole = before
            .filter(|f| f.measure == Measure::Yuan && f.role == Role::Level)
            .find(|f| (value(f) - parts).abs() <= (step + f.step) / Decimal::TWO);
        if gap <= allowed || whole.is_none() && sum < Decimal::ONE_HUNDRED {
            continue;
        }
        let list: Vec<&str> = run.iter().map(|&i| figures[i].view.of(text)).collect();
        let verdict = match whole {
            Some(_) => Verdict::Conflict,
            None => Verdict::Suspect,
        };
        let message =
            format!("各项占比{}＝{}%，不等于100%，相差{}个百分点。", list.join("＋"), sum.normalize(), gap.normalize());
        let evidence = run.iter().map(|&i| figures[i].span).collect();
        out.push(ctx.finding(verdict, message, evidence, Some(gap), Some(allowed)));
    }
}
