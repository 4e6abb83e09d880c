//! Number × price = cost, where one sentence states all three.

use rust_decimal::Decimal;

use super::slip::slip;
use super::{Ctx, amount};
use crate::model::{Bound, Figure, Finding, Measure, Role, Verdict};

/// `慰问150人，每人300元，共4.5万元`: heads, a price for each, and what they come to.
pub(super) fn product(ctx: &Ctx<'_>, each: &[String], times: &[String], out: &mut Vec<Finding>) {
    let text = ctx.text();
    let figures = &ctx.report.figures;
    for price in figures {
        if price.measure != Measure::Yuan || price.role != Role::UnitPrice || price.bound != Bound::Exact {
            continue;
        }
        let start = super::change::sentence_start(text, price.view.start) as u32;
        let end = text[price.view.end as usize..]
            .find(['。', '；', '\n'])
            .map_or(text.len(), |n| price.view.end as usize + n);
        let sentence = &text[start as usize..end];
        // A price a month or a standard that is raised is no price of all.
        if times.iter().any(|w| sentence.contains(w.as_str())) || !each.iter().any(|w| sentence.contains(w.as_str())) {
            continue;
        }
        let here: Vec<&Figure> =
            figures.iter().filter(|f| f.view.start >= start && (f.view.end as usize) <= end).collect();
        let exact = |f: &&&Figure| f.bound == Bound::Exact && f.value.is_some();
        let heads: Vec<&&Figure> = here.iter().filter(|f| f.measure == Measure::Person).filter(exact).collect();
        let costs: Vec<&&Figure> =
            here.iter().filter(|f| f.measure == Measure::Yuan && f.role == Role::Level).filter(exact).collect();
        let prices = here.iter().filter(|f| f.role == Role::UnitPrice).count();
        let ([heads], [cost], 1) = (heads.as_slice(), costs.as_slice(), prices) else { continue };
        let value = |f: &Figure| f.value.unwrap_or_default();
        let right = value(heads) * value(price);
        let gap = (right - value(cost)).abs();
        // n × (p ± s/2) against the cost ± s/2.
        let allowed = (value(heads) * price.step.min(Decimal::ONE) + cost.step) / Decimal::TWO;
        if gap <= allowed {
            continue;
        }
        let slipped = slip(value(cost), right, cost.step, allowed);
        let because = match slipped {
            Some(slip) => format!("；疑为{}，应为{}", slip.what, amount(Measure::Yuan, right)),
            None => "；人数、标准与金额是否同一口径须核对".to_owned(),
        };
        let message = format!(
            "{}×{}＝{}，文中金额为{}，相差{}{because}。",
            heads.view.of(text),
            price.view.of(text),
            amount(Measure::Yuan, right),
            cost.view.of(text),
            amount(Measure::Yuan, gap),
        );
        let evidence = vec![cost.span, heads.span, price.span];
        out.push(ctx.finding(Verdict::Suspect, message, evidence, Some(gap), Some(allowed)));
    }
}
