//! Number × price = cost, where one sentence states all three.

use rust_decimal::Decimal;

use super::slip::slip;
use super::{Ctx, amount};
use crate::model::{Bound, Figure, Finding, Measure, Role, Verdict};

/// `慰问150人，每人300元，共4.5万元`: what is counted, a price for each, and what they come to.
pub(super) fn product(ctx: &Ctx<'_>, times: &[String], out: &mut Vec<Finding>) {
    let text = ctx.text();
    let figures = &ctx.report.figures;
    for price in figures {
        // 每块650元 may stand as a level: what is priced is looked for below.
        let priced = matches!(price.role, Role::UnitPrice | Role::Level);
        if price.measure != Measure::Yuan || !priced || price.bound != Bound::Exact {
            continue;
        }
        if price.role == Role::Level && !text[..price.view.start as usize].chars().rev().take(6).any(|c| c == '每') {
            continue;
        }
        let start = super::change::sentence_start(text, price.view.start);
        let end = text[price.view.end as usize..]
            .find(['。', '；', '\n'])
            .map_or(text.len(), |n| price.view.end as usize + n);
        let sentence = &text[start..end];
        let at = (price.view.start as usize - start, price.view.end as usize - start);
        let Some(thing) = thing(sentence, at) else { continue };
        // A price a month, or a standard that is raised, is no price of all.
        if times.iter().any(|w| *w != thing && sentence.contains(w.as_str())) {
            continue;
        }
        let first = figures.partition_point(|f| (f.view.start as usize) < start);
        let here = || figures[first..].iter().take_while(|f| (f.view.end as usize) <= end);
        let costs: Vec<&Figure> = here()
            .filter(|f| {
                f.span != price.span && f.measure == Measure::Yuan && f.role == Role::Level && f.value.is_some()
            })
            .collect();
        let prices = here().filter(|f| f.span == price.span || f.role == Role::UnitPrice).count();
        let ([cost], 1) = (costs.as_slice(), prices) else { continue };
        let Some((number, count)) = count(sentence, &thing) else { continue };
        if cost.bound != Bound::Exact {
            continue;
        }
        let value = |f: &Figure| f.value.unwrap_or_default();
        let right = number * value(price);
        let gap = (right - value(cost)).abs();
        // n × (p ± s/2) against the cost ± s/2
        let allowed = (number * price.step + cost.step) / Decimal::TWO;
        if gap <= allowed {
            continue;
        }
        let because = match slip(value(cost), right, cost.step, allowed) {
            Some(slip) => format!("；疑为{}，应为{}", slip.what, amount(Measure::Yuan, right)),
            None => "；数量、标准与金额是否同一口径须核对".to_owned(),
        };
        let message = format!(
            "{count}×{}＝{}，文中金额为{}，相差{}{because}。",
            price.view.of(text),
            amount(Measure::Yuan, right),
            cost.view.of(text),
            amount(Measure::Yuan, gap),
        );
        let evidence = vec![cost.span, price.span];
        out.push(ctx.finding(Verdict::Suspect, message, evidence, Some(gap), Some(allowed)));
    }
}

/// What the price is for: 套 of `每套1200元`, 人 of `人均300元` and `300元/人`.
fn thing(sentence: &str, (from, to): (usize, usize)) -> Option<String> {
    let (before, behind) = (&sentence[..from], &sentence[to..]);
    if let Some(at) = before.rfind('每') {
        let word: String = before[at + '每'.len_utf8()..].chars().take_while(|c| !is_small(*c)).collect();
        if (1..=3).contains(&word.chars().count()) && !word.chars().any(|c| "，、：(".contains(c)) {
            return Some(word);
        }
    }
    if let Some(rest) = behind.strip_prefix('/') {
        let word: String = rest.chars().take_while(|c| !"，、。；()/.·0123456789年月天次".contains(*c)).collect();
        return (1..=3).contains(&word.chars().count()).then_some(word);
    }
    before.trim_end_matches(is_small).ends_with("人均").then(|| "人".to_owned())
}

/// The small words between a thing and its price: `每套为`, `每人补助`.
fn is_small(c: char) -> bool {
    "补助发放安排标准为按给予奖励资支付约金: 单价".contains(c)
}

/// The only number of things in the sentence: `150套`, with its print. 名 and 人 are one thing.
fn count(sentence: &str, thing: &str) -> Option<(Decimal, String)> {
    let things: &[&str] = if matches!(thing, "人" | "名" | "位") { &["人", "名", "位"] } else { &[thing] };
    let mut found = None;
    for thing in things {
        for (at, _) in sentence.match_indices(thing) {
            let number = sentence[..at].trim_end_matches(' ');
            let digits = number.len() - number.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',').len();
            let print = &number[number.len() - digits..];
            if print.is_empty() || number[..number.len() - digits].ends_with(['.', '-', '/']) {
                continue;
            }
            let next = sentence[at + thing.len()..].chars().next();
            // 1200人次 are not 1200人; 150余套 does not come here.
            if *thing == "人" && next == Some('次') || next == Some('元') {
                continue;
            }
            let Ok(value) = print.replace(',', "").parse::<Decimal>() else { continue };
            if value.is_zero() || found.is_some() {
                return None;
            }
            found = Some((value, format!("{print}{thing}")));
        }
    }
    found
}
