//! Changes against last year of a total and of its parts: they add up as the amounts do.

use rust_decimal::Decimal;

use super::change::{Last, label, sentence_start, signed, value};
use super::stated::slack;
use super::weigh::{Suspect, weigh};
use super::{Ctx, amount};
use crate::model::{Bound, ConceptId, Figure, Finding, Measure, Role};

/// Δtotal = Σ Δparts, where the report prints the change of the total and those of its parts.
pub(super) fn parts(ctx: &Ctx<'_>, sums: &[Vec<ConceptId>], last: &[String], out: &mut Vec<Finding>) {
    let changes = || {
        ctx.report.figures.iter().filter(|f| {
            f.role == Role::Change && f.measure == Measure::Yuan && f.direction.is_some() && f.bound == Bound::Exact
        })
    };
    if changes().take(3).count() < 3 || !sums.iter().any(|s| s.first().is_some_and(|t| ctx.of(*t).next().is_some())) {
        return;
    }
    let year = ctx.report.year.map(|y| format!("{}年", y - 1));
    let last = Last { words: last, year: year.as_deref() };
    let all: Vec<(&Figure, ConceptId)> =
        changes().filter_map(|f| subject(ctx, f, sums, &last).map(|concept| (f, concept))).collect();
    for sum in sums {
        let Some((total, parts)) = sum.split_first() else { continue };
        // Two changes of one thing: against what each is, is not to be seen.
        let one = |c: ConceptId| {
            let mut of = all.iter().filter(|(_, concept)| *concept == c);
            let first = of.next()?.0;
            of.all(|(f, _)| signed(f) == signed(first)).then_some(first)
        };
        let Some(delta) = one(*total) else { continue };
        let mut terms: Vec<(ConceptId, &Figure)> = Vec::new();
        let mut missing: Vec<ConceptId> = Vec::new();
        for c in parts {
            // 公务用车运行维护费 for 公务用车费用, where only it changed.
            let finer = || ctx.patterns.concepts.iter().filter(|(id, p)| p.parts_of.contains(c) && !parts.contains(id));
            let fine: Vec<(ConceptId, &Figure)> = finer().filter_map(|(id, _)| Some((id, one(id)?))).collect();
            match one(*c) {
                Some(figure) => terms.push((*c, figure)),
                None if !fine.is_empty() => terms.extend(fine),
                None => missing.push(*c),
            }
        }
        if terms.len() < 2 && (terms.is_empty() || !missing.is_empty()) {
            continue;
        }
        let added: Decimal = terms.iter().map(|(_, f)| signed(f)).sum();
        let gap = (added - signed(delta)).abs();
        let allowed = (slack(delta) + terms.iter().map(|(_, f)| slack(f)).sum::<Decimal>()) / Decimal::TWO;
        if gap.is_zero() {
            continue;
        }
        let sign = |f: &Figure| if signed(f) < Decimal::ZERO { "－" } else { "＋" };
        let list: String = terms
            .iter()
            .map(|(c, f)| format!("{}{}{}", sign(f), ctx.name(*c), f.view.of(ctx.text()).trim_start_matches('-')))
            .collect();
        // What is nothing this year and has no change of its own changed by nothing, most likely.
        let open: Vec<&str> = missing.iter().filter(|c| !none(ctx, **c)).map(|c| ctx.name(*c)).collect();
        let should = signed(delta) - added;
        let suspects: Vec<Suspect<'_>> = std::iter::once((*total, delta, added))
            .chain(terms.iter().map(|(c, f)| (*c, *f, signed(f) + should)))
            .map(|(c, f, should)| Suspect {
                name: ctx.name(c),
                value: value(f).abs(),
                step: f.step,
                should: should.abs(),
            })
            .collect();
        let mut weighed = weigh(gap, allowed, Measure::Yuan, missing.is_empty(), &suspects);
        if !open.is_empty() && gap > allowed {
            weighed.verdict = crate::model::Verdict::Undecidable;
            weighed.because = format!("；未见{}的增减额，无法判断", open.join("、"));
        }
        let message = format!(
            "各项增减额{list}＝{}，文中{}{}{}，相差{}{}。",
            amount(Measure::Yuan, added),
            ctx.name(*total),
            sign(delta),
            delta.view.of(ctx.text()).trim_start_matches('-'),
            amount(Measure::Yuan, gap),
            weighed.because
        );
        let evidence = std::iter::once(delta.span).chain(terms.iter().map(|(_, f)| f.span)).collect();
        out.push(ctx.finding(weighed.verdict, message, evidence, Some(gap), Some(allowed)));
    }
}

/// Whether the report says that there is none of `c`: 0 or 无.
fn none(ctx: &Ctx<'_>, c: ConceptId) -> bool {
    ctx.of(c).any(|f| f.value.is_zero() && f.year == ctx.report.year)
        || ctx.report.facts.iter().any(|f| f.slot.concept == c && matches!(f.value, crate::model::Value::Nil(_)))
}

/// What changed: a concept that the words before the change name, or that of the amount right before it. `None` where the change
/// is not against last year.
fn subject(ctx: &Ctx<'_>, f: &Figure, sums: &[Vec<ConceptId>], last: &Last<'_>) -> Option<ConceptId> {
    let (text, figures) = (ctx.text(), &ctx.report.figures);
    let i = figures.partition_point(|g| g.view.start < f.view.start);
    let start = sentence_start(text, f.view.start);
    let own = label(text, figures, i, start);
    let before = i.checked_sub(1).map(|j| &figures[j]).filter(|g| g.view.start as usize >= start);
    let implied = i > 0 && before.is_some() && last.find(label(text, figures, i - 1, start)).is_some();
    if last.find(own).is_none() && !implied || ["预算", "目标", "计划"].iter().any(|w| own.contains(w)) {
        return None;
    }
    let wanted = || {
        let of = sums.iter().flatten().copied();
        let finer = ctx.patterns.concepts.iter();
        let fine = finer.filter(|(_, p)| p.parts_of.iter().any(|w| sums.iter().any(|s| s.contains(w))));
        of.chain(fine.map(|(id, _)| id))
    };
    // The longest name wins: 公务用车购置及运行维护费 holds 公务用车购置.
    let named = Some(())
        .filter(|()| own.chars().count() > 8)
        .into_iter()
        .flat_map(|()| wanted())
        .flat_map(|c| ctx.patterns.concepts.get(c).names.iter().map(move |n| (c, n)))
        .filter(|(_, n)| own.contains(n.as_str()))
        .max_by_key(|(_, n)| n.len());
    if let Some((concept, _)) = named {
        return Some(concept);
    }
    if own.chars().count() > 12 {
        return None;
    }
    // The amount of this year before it.
    let levels = figures[..i].iter().rev().take_while(|g| g.view.start as usize >= start);
    let level = levels
        .enumerate()
        .find(|(k, g)| {
            g.role == Role::Level
                && g.measure == Measure::Yuan
                && last.find(label(text, figures, i - 1 - k, start)).is_none()
        })?
        .1;
    let fact = ctx.facts.all().iter().find(|s| s.at() == level.view.start && s.item.is_none())?;
    wanted().any(|c| c == fact.concept).then_some(fact.concept)
}
