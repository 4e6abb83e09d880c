//! Changes against last year, and shares of a whole: said in one sentence with what they are computed from.

use rust_decimal::Decimal;

use super::ratio::fits;
use super::slip::slip;
use super::stated::slack;
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
    /// Other amounts of the sentence that may be meant instead of `this`.
    others: Vec<&'a Figure>,
    /// Nothing else stands between this year's and last year's amount that could be meant.
    sure: bool,
}

/// Δ = this − last, and Δ ÷ last = rate.
pub(super) fn change(ctx: &Ctx<'_>, last: &[String], what: ChangeKind, out: &mut Vec<Finding>) {
    let text = ctx.text();
    let figures = &ctx.report.figures;
    let year = ctx.report.year.map(|y| format!("{}年", y - 1));
    for (i, figure) in figures.iter().enumerate() {
        if figure.role != Role::Change || figure.direction.is_none() {
            continue;
        }
        let head = figure.measure == Measure::Yuan || figure.measure == Measure::Percent && !follows(text, figures, i);
        if !head {
            continue;
        }
        let Some(change) = statement(ctx, i, &Last { words: last, year: year.as_deref() }) else { continue };
        let found = match what {
            ChangeKind::Amount => amounts(ctx, &change),
            ChangeKind::Rate => rates(ctx, &change),
        };
        out.extend(found);
    }
}

/// How last year is called in this report.
pub(super) struct Last<'w> {
    pub words: &'w [String],
    pub year: Option<&'w str>,
}

impl Last<'_> {
    /// The first of its names in `text`.
    pub fn find<'t>(&'t self, text: &str) -> Option<&'t str> {
        self.words.iter().map(String::as_str).chain(self.year).find(|w| text.contains(w))
    }

    /// What `label` says besides that it is last year's: `上年会议费支出为` names 会议费支出.
    fn rest(&self, label: &str) -> String {
        let mut rest = label.to_owned();
        for word in self.words.iter().map(String::as_str).chain(self.year) {
            rest = rest.replace(word, "");
        }
        rest.chars().filter(|c| !"，、,(（)）：: 为的是数共比较与同期相度决算支出年".contains(*c)).collect()
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

/// The words before figure `i` in its sentence, from the figure before it on.
pub(super) fn label<'t>(text: &'t str, figures: &[Figure], i: usize, start: usize) -> &'t str {
    let at = figures[i].view.start as usize;
    let from = figures[..i].iter().rev().map(|g| g.view.end as usize).find(|end| *end <= at);
    &text[from.map_or(start, |end| end.max(start)).min(at)..at]
}

/// What a change is compared with when it is not last year.
const OTHER_BASES: [&str; 5] = ["预算", "目标", "计划", "其中", "累计"];

/// The figures of the sentence around the change `i`. `None` where it is not against last year.
fn statement<'a>(ctx: &Ctx<'a>, i: usize, last: &Last<'_>) -> Option<Change<'a>> {
    let text = ctx.text();
    let figures = &ctx.report.figures;
    let figure = &figures[i];
    let start = sentence_start(text, figure.view.start);
    let sure = |f: &Figure| f.bound == Bound::Exact && f.value.is_some();
    let own = label(text, figures, i, start);
    if !sure(figure) || OTHER_BASES.iter().any(|w| own.contains(w)) {
        return None;
    }
    let of = |j: usize| label(text, figures, j, start);
    // `比上年的221.40万元增加27.20万元`, `上年为1.20万元，下降33.33%`: the amount right before it is last year's.
    let previous = i.checked_sub(1).filter(|&j| {
        let f = &figures[j];
        f.view.start as usize >= start
            && f.measure == Measure::Yuan
            && f.role == Role::Level
            && last.find(of(j)).is_some()
    });
    // Against what? Nothing said leaves it open; `上年` must be what it is compared with, not the label of another figure.
    let against = last.find(own).is_some() && ["较", "比", "同比", "与"].iter().any(|w| own.contains(w));
    let implied = previous.is_some() && own.chars().filter(|c| !"，、,".contains(*c)).count() <= 6;
    if !against && !implied {
        return None;
    }
    let levels: Vec<usize> = (0..i)
        .rev()
        .take_while(|&j| figures[j].view.start as usize >= start)
        .filter(|&j| figures[j].measure == Measure::Yuan && figures[j].role == Role::Level)
        .collect();
    // The nearest amount that is not last year's, of the same name where last year's has one.
    let old = |j: usize| last.find(of(j)).is_some();
    let before = previous.or_else(|| levels.iter().copied().take(2).find(|&j| old(j)));
    let rest = before.map_or(String::new(), |j| last.rest(of(j)));
    let new: Vec<usize> = levels.iter().copied().filter(|&j| !old(j)).collect();
    let this = match rest.is_empty() {
        true => new.first().copied(),
        false => new.iter().copied().find(|&j| of(j).contains(&rest)),
    };
    let between = this.map_or("", |j| &text[figures[j].view.end as usize..figure.view.start as usize]);
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
    Some(Change {
        this: this.map(|j| &figures[j]).filter(|f| sure(f)),
        last: before.map(|j| &figures[j]).filter(|f| sure(f)),
        amount: Some(figure).filter(|f| f.measure == Measure::Yuan),
        rate,
        others: new.iter().filter(|&&j| Some(j) != this).map(|&j| &figures[j]).collect(),
        sure: !between.contains("其中")
            && this == new.first().copied()
            && (new.len() == 1 || rest.is_empty() || this.is_some_and(|j| of(j).contains(&rest))),
    })
}

pub(super) fn value(f: &Figure) -> Decimal {
    f.value.unwrap_or_default()
}

pub(super) fn signed(f: &Figure) -> Decimal {
    if f.direction == Some(Direction::Decrease) { -value(f).abs() } else { value(f) }
}

fn amounts(ctx: &Ctx<'_>, change: &Change<'_>) -> Option<Finding> {
    let (this, last, delta) = (change.this?, change.last?, change.amount?);
    let text = ctx.text();
    let right = value(this) - value(last);
    let gap = (right - signed(delta)).abs();
    let allowed = (slack(this) + slack(last) + slack(delta)) / Decimal::TWO;
    // Another amount of the sentence is the one that changed.
    let other = |f: &&Figure| (value(f) - value(last) - signed(delta)).abs() <= allowed;
    if gap.is_zero() || gap > allowed && change.others.iter().any(other) {
        return None;
    }
    let suspects = [
        Suspect { name: "增减额", value: value(delta), step: delta.step, should: right.abs() },
        Suspect { name: "本年数", value: value(this), step: this.step, should: value(last) + signed(delta) },
        Suspect { name: "上年数", value: value(last), step: last.step, should: value(this) - signed(delta) },
    ];
    let weighed = weigh(gap, allowed, Measure::Yuan, change.sure, &suspects);
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
    // Another amount of the sentence is the one that changed.
    let other = |f: &&Figure| {
        change.last.is_some_and(|l| {
            fits(((value(f) - value(l)).abs(), f.step + l.step), (value(l), l.step), (value(rate).abs(), rate.step))
        })
    };
    if change.amount.is_none() && change.others.iter().any(other) {
        return None;
    }
    if base <= Decimal::ZERO {
        return None;
    }
    let delta_step = change.amount.map_or(step + change.this.map_or(step, |t| t.step), |d| d.step);
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
        (true, _) if change.sure => (Verdict::Conflict, "；误以本年数为基数".to_owned()),
        (true, _) => (Verdict::Suspect, "；误以本年数为基数".to_owned()),
        (_, Some(slip)) => (Verdict::Suspect, format!("；疑为{}", slip.what)),
        // The level before it may be of something else where last year's is not printed.
        _ if change.last.is_none() || !change.sure => (Verdict::Suspect, "；基数是否为上年数须核对".to_owned()),
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
