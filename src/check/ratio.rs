//! Rates and orders: interval arithmetic on the printed figures.

use rust_decimal::Decimal;

use super::slip::slip;
use super::{Ctx, Stated};
use crate::model::{Basis, ConceptId, Finding, Measure, Verdict};
use crate::patterns::Order;

/// Whether part ÷ whole can be `rate` per cent within the printed precision of all three.
pub(super) fn fits(part: (Decimal, Decimal), whole: (Decimal, Decimal), rate: (Decimal, Decimal)) -> bool {
    let half = Decimal::TWO;
    let hundred = Decimal::ONE_HUNDRED;
    let least = (whole.0 - whole.1 / half).max(whole.1 / half);
    if least <= Decimal::ZERO {
        return true;
    }
    let low = (part.0 - part.1 / half) / (whole.0 + whole.1 / half) * hundred - rate.1 / half;
    let high = (part.0 + part.1 / half) / least * hundred + rate.1 / half;
    low <= rate.0 && rate.0 <= high
}

/// rate = part ÷ whole, judged by the interval of the printed inputs. Any base that fits is accepted: which one is meant is not said.
pub(super) fn ratio<'a>(
    ctx: &Ctx<'a>,
    rate: ConceptId,
    part: ConceptId,
    whole: ConceptId,
    over: &[Basis],
    out: &mut Vec<Finding>,
) {
    let project = ctx.patterns.concepts.id("expenditure.project");
    let mut told: Vec<(Decimal, Decimal)> = Vec::new();
    for r in ctx.of(rate) {
        let item = r.item;
        // A named project has its own money.
        let (part, whole) = match (item, project) {
            (Some(_), Some(project)) => (project, project),
            _ => (part, whole),
        };
        let of = |c: ConceptId, basis: Option<Basis>| {
            ctx.of(c).filter(move |f| f.item == item && (basis.is_none() || f.basis == basis) && f.year == r.year)
        };
        let near = |c: ConceptId, basis: Option<Basis>| -> Option<(&'a Stated<'a>, bool)> {
            let same = of(c, basis).filter(|f| f.group == r.group).min_by_key(|f| f.at().abs_diff(r.at()));
            same.map(|f| (f, true)).or_else(|| {
                let mut all = of(c, basis);
                let one = all.next()?;
                all.all(|f| f.value == one.value).then_some((one, false))
            })
        };
        let staged = over.is_empty();
        // Heads have no stage that tells them apart: several values are several groups of people.
        let several = |c: ConceptId| of(c, None).zip(of(c, None).skip(1)).any(|(a, b)| a.value != b.value);
        if staged && (several(part) || several(whole)) {
            continue;
        }
        let Some((p, here)) = near(part, if staged { None } else { Some(Basis::Final) }) else { continue };
        let stages: Vec<Option<Basis>> = if staged { vec![None] } else { over.iter().map(|b| Some(*b)).collect() };
        let wholes: Vec<(&Stated<'_>, bool)> =
            stages.into_iter().filter_map(|b| near(whole, b)).filter(|w| w.0.value > Decimal::ZERO).collect();
        if wholes.is_empty() {
            continue;
        }
        // Every money that could be meant: another mention, what came in, what was carried over besides.
        let rate_is = (r.value, r.step);
        let bases =
            of(whole, None).chain(ctx.patterns.concepts.id("income.total").into_iter().flat_map(|c| of(c, None)));
        let spent: Vec<&Stated<'_>> = of(part, None).collect();
        let holds = bases.clone().any(|w| {
            spent.iter().any(|p| p.at() != w.at() && fits((p.value, p.slack()), (w.value, w.slack()), rate_is))
        });
        if holds {
            continue;
        }
        // The right rate is printed beside it: a wrong one is being quoted or corrected.
        let (from, to) = (ctx.paragraph_start(r.at()), ctx.paragraph_end(r.at()));
        let corrected = ctx.report.figures.iter().any(|other| {
            other.measure == Measure::Percent
                && (from..to).contains(&other.view.start)
                && other.span != r.figure.span
                && wholes.iter().any(|(w, _)| {
                    let printed = (other.value.unwrap_or_default(), other.step);
                    fits((p.value, p.slack()), (w.value, w.slack()), printed)
                })
        });
        // Other money of the paragraph: 执行率 of 项目支出, of what arrived.
        let paragraph: Vec<(Decimal, Decimal)> = ctx
            .report
            .figures
            .iter()
            .filter(|f| f.measure == p.figure.measure && (from..to).contains(&f.view.start))
            .filter_map(|f| Some((f.value?, super::stated::slack(f))))
            .collect();
        let other = paragraph.iter().enumerate().any(|(i, a)| {
            paragraph
                .iter()
                .enumerate()
                .any(|(j, b)| i != j && b.0 > Decimal::ZERO && a.0 > Decimal::ZERO && fits(*a, *b, rate_is))
        });
        if other {
            continue;
        }
        if corrected || of_another(ctx, r, &[part, whole]) {
            continue;
        }
        let exact = |w: &Stated<'_>| p.value / w.value * Decimal::ONE_HUNDRED;
        let Some((w, beside)) = wholes.iter().min_by_key(|(w, _)| (exact(w) - r.value).abs()) else { continue };
        let exact = exact(w);
        if told.contains(&(r.value, exact)) {
            continue;
        }
        told.push((r.value, exact));
        let gap = (exact - r.value).abs();
        let allowed = r.step / Decimal::TWO;
        // Heads that are a tenth of the posts are some of the heads.
        if staged && (exact < Decimal::from(50) || exact > Decimal::from(200)) {
            continue;
        }
        let slipped = slip(r.value, exact.round_dp(r.step.scale()), r.step, r.step);
        // 100 % where more was spent than planned: some forms print no more.
        let capped = r.value == Decimal::ONE_HUNDRED && exact > r.value;
        let verdict = match slipped {
            // Cut instead of rounded.
            _ if gap <= r.step => Verdict::Rounding,
            Some(_) => Verdict::Suspect,
            None if capped || !(here && *beside) => Verdict::Suspect,
            None => Verdict::Conflict,
        };
        let mut message = format!(
            "{}{}÷{}{}＝{}%，文中{}为{}，相差{}个百分点",
            ctx.name(p.concept),
            ctx.print(p),
            stage_name(ctx, w),
            ctx.print(w),
            exact.round_dp(2).normalize(),
            ctx.name(r.concept),
            ctx.print(r),
            gap.round_dp(2).normalize()
        );
        if let Some(slip) = slipped {
            message.push_str(&format!("；疑为{}，应为{}%", slip.what, exact.round_dp(2).normalize()));
        } else if capped {
            message.push_str("；执行率按100%封顶与否须核对");
        } else if verdict == Verdict::Suspect {
            message.push_str("；两处口径是否相同须核对");
        }
        message.push('。');
        let evidence = vec![r.figure.span, p.figure.span, w.figure.span];
        out.push(ctx.finding(verdict, message, evidence, Some(gap.round_dp(4)), Some(allowed)));
    }
}

/// Whether a rate is said of something else than `of`: the amount before it in its sentence answers another concept.
pub(super) fn of_another(ctx: &Ctx<'_>, rate: &Stated<'_>, of: &[ConceptId]) -> bool {
    if rate.table {
        return false;
    }
    let figures = &ctx.report.figures;
    let i = figures.partition_point(|f| f.view.start < rate.at());
    let start = super::change::sentence_start(ctx.text(), rate.at()) as u32;
    let before = figures[..i].iter().rev().take_while(|f| f.view.start >= start).find(|f| f.measure == Measure::Yuan);
    let fact = before.and_then(|f| ctx.facts.all().iter().find(|s| s.at() == f.view.start));
    let money = |s: &Stated<'_>| ctx.patterns.concepts.get(s.concept).id.starts_with("three_public.");
    fact.is_some_and(|s| !of.contains(&s.concept) && money(s))
}

/// 年初预算总额, 调整后预算总额
fn stage_name(ctx: &Ctx<'_>, f: &Stated<'_>) -> String {
    let stage = match f.basis {
        Some(Basis::Initial) => "年初",
        Some(Basis::Adjusted) => "全年（调整后）",
        Some(Basis::Received) => "到位",
        Some(Basis::Final) | None => "",
    };
    format!("{stage}{}", ctx.name(f.concept))
}

/// small ≤ large × percent/100, once for each of the named concepts; said with the ratio.
pub(super) fn order<'a>(ctx: &Ctx<'a>, order: &Order, out: &mut Vec<Finding>) {
    // A reason stands in the paragraph of the figure or in the one behind it.
    let explained = |f: &Stated<'_>| {
        let (from, end) = (ctx.paragraph_start(f.at()), ctx.paragraph_end(f.at()));
        let behind = ctx.paragraph_end((end + 1).min(ctx.report.view.end.max(end)));
        let here = ctx.text().get(from as usize..behind as usize).unwrap_or("");
        order.unless.iter().any(|w| here.contains(w.as_str()))
    };
    for (small, large) in &order.pairs {
        let stated = |c: ConceptId, basis: Option<Basis>| {
            ctx.of(c).filter(move |f| f.item.is_none() && (basis.is_none() || f.basis == basis))
        };
        // The first stage that is printed is the one that binds: 全年预算 before 年初预算.
        let Some((over, percent)) = order.over.iter().find(|(basis, _)| stated(*large, *basis).next().is_some()) else {
            continue;
        };
        let mut found = None;
        for w in stated(*large, *over).filter(|w| w.value > Decimal::ZERO) {
            let year = w.year.map(|y| y + order.years);
            let fits = |s: &&'a Stated<'a>| {
                s.at() != w.at()
                    && (s.year == year && year.is_some() || order.years == 0 && s.year == w.year)
                    && (s.fund == w.fund || s.fund.is_none() || w.fund.is_none())
            };
            let near =
                stated(*small, order.basis).filter(fits).min_by_key(|s| (s.group != w.group, s.at().abs_diff(w.at())));
            let Some(s) = near else { continue };
            // A larger one of the same name is the whole; what was carried over may be spent besides.
            let whole = stated(*large, *over).any(|o| o.year == w.year && o.value > w.value);
            let plus: Decimal =
                order.plus.and_then(|c| ctx.of(c).find(|p| p.year == s.year)).map_or(Decimal::ZERO, |p| p.value);
            let ratio = s.value / w.value * Decimal::ONE_HUNDRED;
            let above = (s.value - plus) / w.value * Decimal::ONE_HUNDRED > Decimal::from(*percent) && !whole;
            let under = order.least.is_some_and(|least| ratio < Decimal::from(least));
            // What rounding explains is no excess.
            if (s.value - w.value).abs() > (s.slack() + w.slack()) / Decimal::TWO && (above || under) {
                found = Some((s, w, ratio));
                break;
            }
        }
        let Some((s, w, ratio)) = found else { continue };
        if explained(s) || explained(w) {
            continue;
        }
        let year = |f: &Stated<'_>| match (order.years, f.year) {
            (0, _) | (_, None) => String::new(),
            (_, Some(y)) => format!("{y}年"),
        };
        let message = format!(
            "{}{}{}÷{}{}{}＝{}%，{}。",
            year(s),
            stage_name(ctx, s),
            ctx.print(s),
            year(w),
            stage_name(ctx, w),
            ctx.print(w),
            ratio.round_dp(1).normalize(),
            order.says
        );
        let allowed = w.value * Decimal::from(*percent) / Decimal::ONE_HUNDRED - w.value;
        let evidence = vec![s.figure.span, w.figure.span];
        let gap = (s.value - w.value).abs();
        out.push(ctx.finding(Verdict::Suspect, message, evidence, Some(gap), Some(allowed)));
    }
}
