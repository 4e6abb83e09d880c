//! The rows of an indicator table: weights, scores, targets and reasons.

use rust_decimal::Decimal;

use super::Ctx;
use super::ratio::fits;
use super::slip::slip;
use crate::model::{Bound, ConceptId, Finding, Indicator, Span, Verdict};
use crate::patterns::{RowRule, RowWords};

/// One rule on the rows of the report's indicator table.
pub(super) fn row(ctx: &Ctx<'_>, rule: &RowRule, out: &mut Vec<Finding>) {
    let rows = &ctx.report.indicators;
    if rows.is_empty() {
        return;
    }
    match rule {
        RowRule::Weights => weights(ctx, rows, out),
        RowRule::Scores { score } => scores(ctx, rows, *score, out),
        RowRule::OverWeight => {
            for row in rows {
                if let (Some(score), Some(weight)) = (row.score, row.weight)
                    && score > weight
                {
                    let message =
                        format!("指标“{}”得分{}高于分值{}。", row.level3, score.normalize(), weight.normalize());
                    out.push(ctx.finding(Verdict::Conflict, message, vec![row.span], Some(score - weight), None));
                }
            }
        }
        RowRule::Missed => rows.iter().for_each(|row| out.extend(missed(ctx, row))),
        RowRule::Direction(words) => rows.iter().for_each(|row| out.extend(contrary(ctx, row, words))),
        RowRule::Overshoot { percent, columns } => {
            for row in rows.iter().filter(|_| asks(ctx, rows, columns)) {
                out.extend(overshoot(ctx, row, *percent));
            }
        }
        RowRule::NoReason { columns } => {
            for row in rows.iter().filter(|_| asks(ctx, rows, columns)) {
                if let (Some(score), Some(weight), None) = (row.score, row.weight, &row.reason)
                    && score < weight
                {
                    let message = format!(
                        "指标“{}”分值{}、得分{}，扣{}分而未写原因。",
                        row.level3,
                        weight.normalize(),
                        score.normalize(),
                        (weight - score).normalize()
                    );
                    out.push(ctx.finding(Verdict::Suspect, message, vec![row.span], Some(weight - score), None));
                }
            }
        }
    }
}

/// Weights add up to 100 (with the points for execution), and under a level to the weight in its name: 产出指标（50分）.
fn weights(ctx: &Ctx<'_>, rows: &[Indicator], out: &mut Vec<Finding>) {
    let Some(sum) = rows.iter().map(|r| r.weight).sum::<Option<Decimal>>() else { return };
    let span = Span { start: rows[0].span.start, end: rows[rows.len() - 1].span.end };
    let execution = execution_points(ctx).map(|(weight, ..)| weight);
    let hundred = Decimal::ONE_HUNDRED;
    let usual = match execution {
        Some(weight) => sum + weight == hundred,
        None => [hundred, Decimal::from(90), Decimal::from(80)].contains(&sum),
    };
    if !usual && rows.len() > 1 {
        let with = execution.map_or(String::new(), |w| format!("＋预算执行率{}", w.normalize()));
        let all = sum + execution.unwrap_or_default();
        let message = format!("各指标分值合计{}{with}＝{}，不等于100。", sum.normalize(), all.normalize());
        out.push(ctx.finding(Verdict::Suspect, message, vec![span], Some((all - hundred).abs()), None));
    }
    let mut start = 0;
    for i in 1..=rows.len() {
        if i < rows.len() && rows[i].level1 == rows[start].level1 {
            continue;
        }
        let group = &rows[start..i];
        if let Some(name) = &group[0].level1
            && let Some(stated) = bracketed(name)
        {
            let sum: Decimal = group.iter().filter_map(|r| r.weight).sum();
            if sum != stated {
                let message = format!("{name}下各指标分值合计{}，不等于{}。", sum.normalize(), stated.normalize());
                let span = Span { start: group[0].span.start, end: group[group.len() - 1].span.end };
                out.push(ctx.finding(Verdict::Suspect, message, vec![span], Some((sum - stated).abs()), None));
            }
        }
        start = i;
    }
}

/// The number in the brackets of `产出指标（50分）`.
fn bracketed(name: &str) -> Option<Decimal> {
    let inside = name.split(['(', '（']).nth(1)?.split([')', '）']).next()?;
    inside.trim_end_matches('分').parse().ok()
}

/// Scores add up to the total, with the points for execution.
fn scores(ctx: &Ctx<'_>, rows: &[Indicator], score: ConceptId, out: &mut Vec<Finding>) {
    let Some(sum) = rows.iter().map(|r| r.score).sum::<Option<Decimal>>() else { return };
    let Some(weights) = rows.iter().map(|r| r.weight).sum::<Option<Decimal>>() else { return };
    let hundred = Decimal::ONE_HUNDRED;
    if weights > hundred || rows.len() < 2 {
        return;
    }
    // The total of the form: the score behind its last row, else the only one of the report.
    let end = ctx.report.document.view.view_at(rows[rows.len() - 1].span.end);
    let totals = || ctx.of(score).filter(|s| s.item.is_none());
    let behind = totals().filter(|s| s.table && s.at() >= end).min_by_key(|s| s.at());
    let Some(total) = behind.or_else(|| totals().find(|s| s.table)).or_else(|| totals().next()) else { return };
    let execution = execution_points(ctx);
    let rest = hundred - weights;
    let (added, fits) = match execution {
        // The rows may be all, or the points for execution may come on top of them.
        Some((_, points, _)) if rest.is_zero() && sum + points == total.value => (sum, true),
        _ if rest.is_zero() => (sum, sum == total.value),
        Some((_, points, _)) => (sum + points, sum + points == total.value),
        // The points for execution are not printed: they are between none and all.
        None => (sum, sum <= total.value && total.value <= sum + rest),
    };
    let gap = (added - total.value).abs();
    if fits || gap.is_zero() {
        return;
    }
    let proven = rest.is_zero() || execution.is_some_and(|(weight, ..)| weight == rest);
    let slipped = slip(total.value, added, total.step, Decimal::ZERO);
    let verdict = if proven && slipped.is_none() { Verdict::Conflict } else { Verdict::Suspect };
    let because = slipped.map_or(String::new(), |s| format!("；疑为总分{}，应为{}", s.what, s.should));
    let with = execution
        .filter(|_| !rest.is_zero())
        .map_or(String::new(), |(_, points, _)| format!("＋预算执行率{}", points.normalize()));
    let message = format!(
        "各指标得分合计{}{with}＝{}，总分为{}，相差{}分{because}。",
        sum.normalize(),
        added.normalize(),
        ctx.print(total),
        gap.normalize()
    );
    let rows = Span { start: rows[0].span.start, end: rows[rows.len() - 1].span.end };
    out.push(ctx.finding(verdict, message, vec![total.figure.span, rows], Some(gap), Some(Decimal::ZERO)));
}

/// Target missed and full marks taken.
fn missed(ctx: &Ctx<'_>, row: &Indicator) -> Option<Finding> {
    let (target, actual) = (row.target.as_deref()?, row.actual.as_deref()?);
    if row.score? < row.weight? {
        return None;
    }
    let (wanted, sign, unit) = goal(target)?;
    let (reached, other, reached_unit) = goal(actual)?;
    // 90%以上 against ≥90%: what exactly was reached is not said.
    let same = unit == reached_unit || unit.is_empty() || reached_unit.is_empty();
    if other.is_some() || !same {
        return None;
    }
    let bad = match row.direction.or(sign)? {
        Bound::AtLeast => reached < wanted,
        Bound::Over => reached <= wanted,
        Bound::AtMost => reached > wanted,
        Bound::Under => reached >= wanted,
        Bound::Exact | Bound::About => false,
    };
    if !bad {
        return None;
    }
    let message =
        format!("指标“{}”目标{target}、完成{actual}，没有达到目标而得满分{}。", row.level3, row.weight?.normalize());
    Some(ctx.finding(Verdict::Suspect, message, vec![row.span], Some((wanted - reached).abs()), None))
}

/// Whether the table has a column for reasons: filled in somewhere, or in the header right before the first row.
fn asks(ctx: &Ctx<'_>, rows: &[Indicator], columns: &[String]) -> bool {
    let text = &ctx.report.document.text[..rows[0].span.start as usize];
    let from = ["三级指标", "指标名称"].iter().filter_map(|w| text.rfind(w)).max().unwrap_or(text.len());
    rows.iter().any(|r| r.reason.is_some()) || columns.iter().any(|c| text[from..].contains(c.as_str()))
}

/// Far more reached than wanted, and not a word about it.
fn overshoot(ctx: &Ctx<'_>, row: &Indicator, percent: u32) -> Option<Finding> {
    let (target, actual) = (row.target.as_deref()?, row.actual.as_deref()?);
    if row.reason.is_some() {
        return None;
    }
    let (wanted, sign, unit) = goal(target)?;
    let (reached, _, other) = goal(actual)?;
    let more = !matches!(row.direction.or(sign), Some(Bound::AtMost | Bound::Under));
    if !more
        || unit != other
        || wanted <= Decimal::ZERO
        || reached * Decimal::ONE_HUNDRED <= wanted * Decimal::from(percent)
    {
        return None;
    }
    let ratio = (reached / wanted * Decimal::ONE_HUNDRED).round_dp(0).normalize();
    let message =
        format!("指标“{}”目标{target}、完成{actual}，为目标的{ratio}%而未说明原因，目标可能定得过低。", row.level3);
    Some(ctx.finding(Verdict::Suspect, message, vec![row.span], Some(reached - wanted), None))
}

/// The only number of a cell, how it is bounded, and what it counts.
fn goal(cell: &str) -> Option<(Decimal, Option<Bound>, &str)> {
    let cell = cell.trim();
    let start = cell.find(|c: char| c.is_ascii_digit())?;
    let len = cell[start..].find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(cell.len() - start);
    let (before, number, behind) = (&cell[..start], &cell[start..start + len], cell[start + len..].trim());
    if behind.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let sign = match before.trim() {
        "≥" | "≧" | "＞＝" | ">=" | "大于等于" | "不低于" | "不少于" | "达到" => Some(Bound::AtLeast),
        "≤" | "≦" | "<=" | "小于等于" | "不超过" | "不高于" | "控制在" => Some(Bound::AtMost),
        "＞" | ">" | "大于" | "超过" => Some(Bound::Over),
        "＜" | "<" | "小于" | "低于" => Some(Bound::Under),
        "" | "=" | "＝" => None,
        _ => return None,
    };
    let words = [("以上", Bound::AtLeast), ("以内", Bound::AtMost), ("以下", Bound::AtMost), ("余", Bound::Over)];
    let behind_sign = words.iter().find(|(w, _)| behind.ends_with(w));
    let unit = behind_sign.map_or(behind, |(w, _)| behind.trim_end_matches(w));
    Some((number.parse().ok()?, sign.or(behind_sign.map(|(_, b)| *b)), unit))
}

/// ≤ where more is better, ≥ where less is, and what no number can exceed.
fn contrary(ctx: &Ctx<'_>, row: &Indicator, words: &RowWords) -> Option<Finding> {
    let target = row.target.as_deref()?;
    let (_, sign, _) = goal(target)?;
    let direction = row.direction.or(sign)?;
    let name = format!("{}{}", row.level2.as_deref().unwrap_or(""), row.level3);
    let less = words.less.iter().find(|w| name.contains(w.as_str()));
    let because = match direction {
        Bound::AtMost | Bound::Under if less.is_none() => words
            .more
            .iter()
            .find(|w| name.contains(w.as_str()))
            .map(|w| format!("“{w}”越多越好，目标却以{target}封顶")),
        Bound::AtLeast | Bound::Over => less.map(|w| format!("“{w}”越少越好，目标却是{target}起")),
        _ => None,
    }?;
    let message = format!("指标“{}”的方向存疑：{because}。", row.level3);
    Some(ctx.finding(Verdict::Suspect, message, vec![row.span], None, None))
}

/// Weight and points for execution beside the printed rate (`10 96.88% 9.69`, `96.88% 10 9.69`), and where they stand.
fn execution_points(ctx: &Ctx<'_>) -> Option<(Decimal, Decimal, Span)> {
    let rate = ctx.patterns.concepts.id("rate.execution")?;
    // A row of indicators that is called 执行率 is counted with the rows.
    let in_row = |view: Span| {
        let at = ctx.place(view).start;
        ctx.report.indicators.iter().any(|i| i.span.start <= at && at < i.span.end)
    };
    ctx.of(rate).filter(|r| !in_row(r.figure.view)).find_map(|r| beside(ctx, r.figure.view))
}

fn beside(ctx: &Ctx<'_>, rate: Span) -> Option<(Decimal, Decimal, Span)> {
    let text = ctx.text();
    let view = ctx.report.view;
    let number = |word: &str| -> Option<Decimal> {
        let word = word.trim_end_matches('分');
        let plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        plain.then(|| word.parse().ok()).flatten()
    };
    let mut before = text[view.start as usize..rate.start as usize].split_whitespace().rev();
    let mut behind = text[rate.end as usize..view.end as usize].split_whitespace();
    let (w0, s1, s2) = (before.next().and_then(number), behind.next().and_then(number), behind.next().and_then(number));
    let usual = |w: &Decimal| *w >= Decimal::ONE && *w <= Decimal::from(40) && w.fract().is_zero();
    let (weight, points) = match (w0.filter(usual), s1, s2) {
        (Some(w), Some(s), _) if s <= w => (w, s),
        (_, Some(w), Some(s)) if usual(&w) && s <= w => (w, s),
        _ => return None,
    };
    let end = rate.end + text[rate.end as usize..].find('\n').map_or(0, |n| n as u32);
    Some((weight, points, Span { start: rate.start, end: end.max(rate.end) }))
}

/// Points for execution = weight × min(rate, 1), as far as the print of the points tells.
pub(super) fn execution_score(ctx: &Ctx<'_>, rate: ConceptId, out: &mut Vec<Finding>) {
    for r in ctx.of(rate) {
        let Some((weight, points, span)) = beside(ctx, r.figure.view) else { continue };
        let capped = r.value.min(Decimal::ONE_HUNDRED);
        let right = weight * capped / Decimal::ONE_HUNDRED;
        // 86 % of 10 printed as 9: points are rounded as the writer likes.
        let step = Decimal::new(1, points.scale());
        if (right - points).abs() <= step / Decimal::TWO
            || fits((points, step), (weight, Decimal::ZERO), (capped, r.step))
        {
            continue;
        }
        let gap = (right - points).abs();
        let message = format!(
            "分值{}×执行率{}＝{}，得分为{}，相差{}分；扣分办法是否另有规定须核对。",
            weight.normalize(),
            ctx.print(r),
            right.round_dp(2).normalize(),
            points.normalize(),
            gap.round_dp(2).normalize()
        );
        let evidence = vec![ctx.place(span)];
        out.push(ctx.finding(Verdict::Suspect, message, evidence, Some(gap.round_dp(4)), Some(step / Decimal::TWO)));
    }
}
