//! Lists in prose that say themselves that they are complete: `A 12万元、B 13万元，合计25万元`, `25万元，共2个项目：A…、B…`.
//! Works on the figures alone, whatever they answer.

use rust_decimal::Decimal;

use super::change::{label, sentence_start};
use super::stated::slack;
use super::weigh::{Suspect, weigh};
use super::{Ctx, amount};
use crate::model::{Bound, Figure, Finding, Measure, Role};

/// A list and its total: figures of one sentence.
struct List<'a> {
    total: &'a Figure,
    items: Vec<&'a Figure>,
}

/// Σ items = total, for each list that is closed by a total or opened by one with the number of its items.
pub(super) fn lists(ctx: &Ctx<'_>, closing: &[String], opening: &[String], out: &mut Vec<Finding>) {
    let text = ctx.text();
    let figures = &ctx.report.figures;
    let mut i = 0;
    while i < figures.len() {
        let start = sentence_start(text, figures[i].view.start);
        let end = text[figures[i].view.end as usize..]
            .find(['。', '；', '\n'])
            .map_or(text.len(), |n| figures[i].view.end as usize + n);
        let next = i + figures[i..].partition_point(|f| (f.view.start as usize) < end);
        let money: Vec<usize> = (i..next).filter(|&j| figures[j].measure == Measure::Yuan).collect();
        i = next.max(i + 1);
        // A list that is bounded or changes somewhere is no list of amounts.
        let plain = |j: &usize| {
            let f = &figures[*j];
            f.role == Role::Level && f.bound == Bound::Exact && f.value.is_some()
        };
        if money.len() < 3 || !money.iter().all(plain) {
            continue;
        }
        let of = |j: usize| label(text, figures, j, start);
        let list = closed(figures, &money, &of, closing).or_else(|| opened(figures, &money, &of, opening));
        if let Some(list) = list {
            out.extend(judge(ctx, &list));
        }
    }
}

/// `A 12万元、B 13万元，合计25万元`: the total stands last.
fn closed<'a, 't>(
    figures: &'a [Figure],
    money: &[usize],
    of: &dyn Fn(usize) -> &'t str,
    words: &[String],
) -> Option<List<'a>> {
    let is_total = |j: usize| {
        let said = of(j).trim_start_matches(['，', '、', '(', ')']);
        said.chars().count() <= 6 && words.iter().any(|w| said.contains(w.as_str()))
    };
    let (&last, rest) = money.split_last()?;
    // More totals than one: which list belongs to which is not to be seen.
    if !is_total(last) || rest.iter().any(|&j| is_total(j)) {
        return None;
    }
    // What stands before a colon or 其中 is the total once more, or another matter.
    let opens = |j: usize| ["其中", ":", "明细", "包括", "分别"].iter().any(|w| of(j).contains(w));
    let from = rest.iter().rposition(|&j| opens(j)).unwrap_or(0);
    let items: Vec<&Figure> = rest[from..].iter().map(|&j| &figures[j]).collect();
    let total = &figures[last];
    let value = |f: &Figure| f.value.unwrap_or_default();
    // The end of the sentence alone may be what is added up.
    let suffix = (1..items.len().saturating_sub(1)).any(|k| {
        let sum: Decimal = items[k..].iter().map(|f| value(f)).sum();
        (sum - value(total)).abs() <= total.step
    });
    (items.len() >= 2 && !suffix).then_some(List { total, items })
}

/// `25万元，共2个项目：A 12万元、B 13万元`: the total stands first and says how many follow.
fn opened<'a, 't>(
    figures: &'a [Figure],
    money: &[usize],
    of: &dyn Fn(usize) -> &'t str,
    words: &[String],
) -> Option<List<'a>> {
    let (&first, rest) = money.split_first()?;
    let said = of(*rest.first()?);
    let (head, _) = said.split_once(':')?;
    let at = words.iter().find_map(|w| head.find(w.as_str()))?;
    let before = head[..at].trim_end();
    let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let number: usize = before[before.len() - digits..].parse().ok()?;
    (number == rest.len() && number >= 2)
        .then(|| List { total: &figures[first], items: rest.iter().map(|&j| &figures[j]).collect() })
}

fn judge(ctx: &Ctx<'_>, list: &List<'_>) -> Option<Finding> {
    let text = ctx.text();
    let value = |f: &Figure| f.value.unwrap_or_default();
    let sum: Decimal = list.items.iter().map(|f| value(f)).sum();
    let total = value(list.total);
    let gap = (sum - total).abs();
    let allowed = (slack(list.total) + list.items.iter().map(|f| slack(f)).sum::<Decimal>()) / Decimal::TWO;
    if gap.is_zero() {
        return None;
    }
    let mut suspects = vec![Suspect { name: "合计", value: total, step: list.total.step, should: sum }];
    suspects.extend(list.items.iter().map(|f| Suspect {
        name: f.view.of(text),
        value: value(f),
        step: f.step,
        should: total - (sum - value(f)),
    }));
    let weighed = weigh(gap, allowed, Measure::Yuan, true, &suspects);
    let print = |f: &&Figure| f.view.of(text).to_owned();
    let added = match list.items.len() {
        0..=8 => list.items.iter().map(print).collect::<Vec<_>>().join("＋"),
        n => format!("{}＋…＋{}（共{n}项）", print(&list.items[0]), print(&list.items[n - 1])),
    };
    let message = format!(
        "{added}＝{}，文中合计为{}，相差{}{}。",
        amount(Measure::Yuan, sum),
        list.total.view.of(text),
        amount(Measure::Yuan, gap),
        weighed.because
    );
    let evidence = std::iter::once(list.total.span).chain(list.items.iter().map(|f| f.span)).collect();
    Some(ctx.finding(weighed.verdict, message, evidence, Some(gap), Some(allowed)))
}
