//! Sums, rates and orders.

use rust_decimal::Decimal;

use super::{Ctx, Stated, print, slip, wan};
use crate::model::{Basis, ConceptId, Finding, Verdict};

/// total = Σ parts: for every mention of the total with its parts beside it, else once for the whole report.
pub(super) fn sum(
    ctx: &Ctx<'_>,
    total: ConceptId,
    parts: &[ConceptId],
    optional: &[ConceptId],
    out: &mut Vec<Finding>,
) {
    let totals: Vec<&Stated<'_>> = ctx.of(total).filter(|t| t.item.is_none()).collect();
    let mut judged: Vec<(Option<Basis>, Option<i16>)> = Vec::new();
    // First those whose parts stand in the same paragraph.
    for here in [true, false] {
        for t in &totals {
            if !here && judged.contains(&(t.basis, t.year)) {
                continue;
            }
            let pick = |c: ConceptId| -> Vec<&Stated<'_>> { pick(ctx, t, c, here) };
            let terms: Vec<(ConceptId, Vec<&Stated<'_>>)> = parts.iter().map(|c| (*c, pick(*c))).collect();
            let missing = terms.iter().filter(|(c, v)| v.is_empty() && !optional.contains(c)).count();
            let present: Vec<&Stated<'_>> = terms.iter().flat_map(|(_, v)| v.iter().copied()).collect();
            if missing > 0 || present.len() < 2 || (!optional.is_empty() && terms.iter().any(|(_, v)| v.is_empty())) {
                continue;
            }
            judged.push((t.basis, t.year));
            judge(ctx, t, &present, out);
        }
    }
}

/// The facts of concept `c` that belong to the total `t`: same stage, year and fund; beside it, or the first of the report.
fn pick<'a>(ctx: &Ctx<'a>, t: &Stated<'a>, c: ConceptId, here: bool) -> Vec<&'a Stated<'a>> {
    let fits = |f: &&Stated<'_>| {
        f.basis == t.basis && f.year == t.year && (f.fund == t.fund || f.fund.is_none() || t.fund.is_none())
    };
    if here {
        // Behind the total, in its paragraph, before the next mention of the total.
        let until = ctx
            .of(t.concept)
            .filter(|o| o.figure.view.start > t.figure.view.start && o.block == t.block)
            .map(|o| o.figure.view.start)
            .min()
            .unwrap_or(u32::MAX);
        let after = |f: &&Stated<'_>| {
            f.block == t.block && f.figure.view.start > t.figure.view.start && f.figure.view.start < until
        };
        let mut found: Vec<&Stated<'_>> = ctx.of(c).filter(fits).filter(after).collect();
        if found.len() > 1 {
            let named: Vec<_> = found.iter().copied().filter(|f| f.item.is_none()).collect();
            if !named.is_empty() {
                found = named;
            }
            found.truncate(1);
        }
        return found;
    }
    // Elsewhere: only where the report states one value for the slot.
    let mut found: Vec<&Stated<'_>> = ctx.of(c).filter(fits).filter(|f| f.item.is_none() && f.fund == t.fund).collect();
    if found.windows(2).any(|w| w[0].value != w[1].value) {
        return Vec::new();
    }
    found.truncate(1);
    found
}

fn judge(ctx: &Ctx<'_>, t: &Stated<'_>, parts: &[&Stated<'_>], out: &mut Vec<Finding>) {
    let sum: Decimal = parts.iter().map(|p| p.value).sum();
    let gap = (sum - t.value).abs();
    // Half a unit of the last digit for every term: (n+1) × step/2 where all are printed alike.
    let allowed = (t.step + parts.iter().map(|p| p.step).sum::<Decimal>()) / Decimal::TWO;
    if gap.is_zero() {
        return;
    }
    let arithmetic =
        parts.iter().map(|p| format!("{}{}", ctx.name(p.concept), print(ctx.report, p))).collect::<Vec<_>>().join("＋");
    let mut message =
        format!("{arithmetic}＝{}，文中{}为{}，相差{}", wan(sum), ctx.name(t.concept), print(ctx.report, t), wan(gap));
    let verdict = if gap <= allowed {
        message.push_str(&format!("，在四舍五入允许的{}以内", wan(allowed)));
        Verdict::Rounding
    } else {
        let others = |p: &Stated<'_>| t.value - (sum - p.value);
        let explained = slip::slip(t.value, sum, t.step, allowed).map(|s| (ctx.name(t.concept), s)).or_else(|| {
            parts.iter().find_map(|p| slip::slip(p.value, others(p), p.step, allowed).map(|s| (ctx.name(p.concept), s)))
        });
        match explained {
            Some((name, slip)) => {
                message.push_str(&format!("，超出允许的{}；疑为{name}{slip}", wan(allowed)));
                Verdict::Suspect
            }
            None => {
                message.push_str(&format!("，超出允许的{}", wan(allowed)));
                Verdict::Conflict
            }
        }
    };
    message.push('。');
    let evidence = std::iter::once(t).chain(parts.iter().copied()).map(|p| p.figure.span).collect();
    out.push(ctx.finding(verdict, message, evidence, Some(gap), Some(allowed)));
}

/// rate = part ÷ whole, judged by the interval of the printed inputs.
pub(super) fn ratio(
    ctx: &Ctx<'_>,
    rate: ConceptId,
    part: ConceptId,
    whole: ConceptId,
    over: &[Basis],
    out: &mut Vec<Finding>,
) {
    let hundred = Decimal::ONE_HUNDRED;
    for r in ctx.of(rate).filter(|r| r.item.is_none()) {
        let near = |c: ConceptId, basis: Option<Basis>| -> Option<&Stated<'_>> {
            let fits = |f: &&Stated<'_>| f.item.is_none() && (basis.is_none() || f.basis == basis) && f.year == r.year;
            let same = ctx
                .of(c)
                .filter(fits)
                .filter(|f| f.block == r.block)
                .min_by_key(|f| f.figure.view.start.abs_diff(r.figure.view.start));
            same.or_else(|| {
                let all: Vec<&Stated<'_>> = ctx.of(c).filter(fits).collect();
                let one = all.first().copied()?;
                all.iter().all(|f| f.value == one.value).then_some(one)
            })
        };
        let Some(p) = near(part, Some(Basis::Final)) else { continue };
        let wholes: Vec<&Stated<'_>> =
            over.iter().filter_map(|b| near(whole, Some(*b))).filter(|w| !w.value.is_zero()).collect();
        let Some(first) = wholes.first() else { continue };
        let mut closest: Option<(Decimal, &Stated<'_>, Decimal, Decimal)> = None;
        let mut holds = false;
        for w in &wholes {
            let half = Decimal::TWO;
            let low_w = w.value + w.step / half;
            let high_w = (w.value - w.step / half).max(w.step / half);
            let low = (p.value - p.step / half) / low_w * hundred - r.step / half;
            let high = (p.value + p.step / half) / high_w * hundred + r.step / half;
            if low <= r.value && r.value <= high {
                holds = true;
            }
            let exact = (p.value / w.value * hundred).round_dp(4);
            let gap = (exact - r.value).abs();
            let allowed = r.step / half;
            if closest.is_none_or(|c| gap < c.0) {
                closest = Some((gap, w, exact, allowed));
            }
        }
        if holds {
            continue;
        }
        let Some((gap, w, exact, allowed)) = closest.or(Some((Decimal::ZERO, first, Decimal::ZERO, Decimal::ZERO)))
        else {
            continue;
        };
        let verdict = if gap <= Decimal::ONE && gap > allowed || slip::slip(r.value, exact, r.step, r.step).is_some() {
            Verdict::Suspect
        } else {
            Verdict::Conflict
        };
        let message = format!(
            "{}{}÷{}{}＝{}%，文中{}为{}，相差{}个百分点。",
            ctx.name(p.concept),
            print(ctx.report, p),
            ctx.name(w.concept),
            print(ctx.report, w),
            exact.round_dp(2).normalize(),
            ctx.name(r.concept),
            print(ctx.report, r),
            gap.round_dp(2).normalize()
        );
        let evidence = vec![r.figure.span, p.figure.span, w.figure.span];
        out.push(ctx.finding(verdict, message, evidence, Some(gap), Some(allowed)));
    }
}

/// small ≤ large × percent/100; said once, with the ratio.
pub(super) fn order(
    ctx: &Ctx<'_>,
    small: ConceptId,
    large: ConceptId,
    over: Basis,
    percent: u32,
    out: &mut Vec<Finding>,
) {
    let adjusted = ctx.of(large).any(|f| matches!(f.basis, Some(Basis::Adjusted | Basis::Received)));
    if adjusted {
        return;
    }
    for w in ctx.of(large).filter(|f| f.basis == Some(over) && f.item.is_none() && !f.value.is_zero()) {
        let Some(s) = ctx.of(small).find(|f| f.basis == Some(Basis::Final) && f.item.is_none() && f.year == w.year)
        else {
            continue;
        };
        let ratio = s.value / w.value * Decimal::ONE_HUNDRED;
        if ratio > Decimal::from(percent) {
            let message = format!(
                "{}{}÷{}{}＝{}%，支出明显超过预算，文中未见调整后的预算，请核对是否有追加。",
                ctx.name(s.concept),
                print(ctx.report, s),
                ctx.name(w.concept),
                print(ctx.report, w),
                ratio.round_dp(1).normalize()
            );
            let allowed = w.value * Decimal::from(percent) / Decimal::ONE_HUNDRED - w.value;
            let evidence = vec![s.figure.span, w.figure.span];
            out.push(ctx.finding(Verdict::Suspect, message, evidence, Some(s.value - w.value), Some(allowed)));
            return;
        }
    }
}
