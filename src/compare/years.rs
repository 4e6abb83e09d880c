//! Rows of one organisation in, what changed from year to year out, which of it is large beside what changed elsewhere, and whether
//! last year's figure is the one last year printed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::peers::{Circles, robust};
use super::{allowed, amount, peers, remark, table};
use crate::model::{Change, Comparison, Evidence, Measure, StatementRef, Verdict};
use crate::patterns::Patterns;

/// Changes between the years of one organisation; `keys` are the identities of the rows' organisations.
pub(super) fn changes(comparison: &mut Comparison, keys: &[Option<String>], patterns: &Patterns) {
    let mut orgs: BTreeMap<&str, BTreeMap<i16, usize>> = BTreeMap::new();
    for (at, key) in keys.iter().enumerate() {
        let row = &comparison.rows[at];
        if let (Some(key), Some(year), true) = (key, row.year, row.whole) {
            orgs.entry(key).or_default().insert(year, at);
        }
    }
    for years in orgs.values() {
        for (&year, &to) in years {
            if let Some(&from) = years.get(&(year - 1)) {
                pair(comparison, from, to);
                last(comparison, from, to, year, patterns);
            }
        }
    }
    jumps(comparison, patterns);
}

fn pair(comparison: &mut Comparison, from: usize, to: usize) {
    for column in 0..comparison.columns.len() {
        let numbers = [from, to].map(|r| peers::number(&comparison.rows[r], column));
        let [Some(before), Some(after)] = numbers else { continue };
        let delta = after - before;
        let percent = (delta * Decimal::ONE_HUNDRED).checked_div(before.abs()).map(|p| amount::round(p, 2).normalize());
        let (at, delta) = (column as u32, delta.normalize());
        let (from, to) = (from as u32, to as u32);
        comparison.changes.push(Change { from, to, column: at, delta, percent, outlier: None });
    }
}

/// A change in per cent of the smaller number, so that doubling and halving are equally far from none.
fn swing(before: Decimal, after: Decimal) -> Option<Decimal> {
    let smaller = before.min(after);
    if smaller <= Decimal::ZERO {
        return None;
    }
    ((after - before) * Decimal::ONE_HUNDRED).checked_div(smaller)
}

/// A [`swing`] in per cent of the earlier number, as people say it.
fn said(swing: Decimal) -> String {
    let percent = match swing.is_sign_negative() {
        true => (swing * Decimal::ONE_HUNDRED).checked_div(Decimal::ONE_HUNDRED - swing).unwrap_or_default(),
        false => swing,
    };
    let sign = if percent > Decimal::ZERO { "+" } else { "" };
    format!("{sign}{}%", amount::round(percent, 1).normalize())
}

/// Changes that are large beside those of the peers, one finding for each organisation and year. Where too few peers have two
/// years, only what is more than `jump_alone` is told.
fn jumps(comparison: &mut Comparison, patterns: &Patterns) {
    let told: Vec<bool> = patterns.ratios.columns.iter().map(|c| c.jump).collect();
    let circles = Circles::new(comparison);
    let mut swings: BTreeMap<(usize, u32), Vec<Decimal>> = BTreeMap::new();
    let mut large: Vec<(usize, Decimal)> = Vec::new();
    for (at, change) in comparison.changes.iter().enumerate() {
        if !told.get(change.column as usize).is_some_and(|told| *told) {
            continue;
        }
        let [from, to] = [change.from, change.to].map(|r| &comparison.rows[r as usize]);
        let numbers = [from, to].map(|r| peers::number(r, change.column as usize));
        let [Some(before), Some(after)] = numbers else { continue };
        let Some(swing) = swing(before, after) else { continue };
        for &circle in circles.of(change.to as usize) {
            swings.entry((circle, change.column)).or_default().push(swing);
        }
        if swing.abs() > patterns.peers.jump_percent && change.delta.abs() > patterns.peers.jump_least {
            large.push((at, swing));
        }
    }
    swings.values_mut().for_each(|values| values.sort());
    let mut of: BTreeMap<(u32, u32), Vec<Jump>> = BTreeMap::new();
    for (at, swing) in large {
        let change = &comparison.changes[at];
        let narrowest = circles.of(change.to as usize).iter().find_map(|&circle| {
            let values = &swings[&(circle, change.column)];
            (values.len() >= patterns.peers.members).then_some((circle, values))
        });
        let (limit, beside) = match narrowest {
            // Peers who all change alike leave no spread; then the least change alone decides.
            Some((circle, values)) => {
                let (median, spread) = robust(values).unwrap_or((values[values.len() / 2], Decimal::ZERO));
                let limit = (patterns.peers.times * spread).max(patterns.peers.jump_percent);
                if (swing - median).abs() <= limit {
                    continue;
                }
                let beside = format!(
                    "{}的{}家该项变化的中位数为{}，通常在{}至{}之间",
                    circles.name(circle),
                    values.len(),
                    said(median),
                    said(median - limit),
                    said(median + limit)
                );
                (limit, beside)
            }
            None if swing.abs() > patterns.peers.jump_alone => {
                (patterns.peers.jump_alone, "有两个年度的同类不足，无从比较".to_owned())
            }
            None => continue,
        };
        let jump = Jump { change: at, beyond: swing.abs() - limit, beside };
        of.entry((change.to, change.from)).or_default().push(jump);
    }
    for ((to, from), jumps) in of {
        let found = jump(comparison, from as usize, to as usize, &jumps);
        let at = comparison.findings.len() as u32;
        jumps.iter().for_each(|jump| comparison.changes[jump.change].outlier = Some(at));
        comparison.findings.push(found);
    }
}

struct Jump {
    /// Index into [`Comparison::changes`].
    change: usize,
    /// How far it lies beyond what is usual.
    beyond: Decimal,
    /// What is usual, in words.
    beside: String,
}

fn jump(c: &Comparison, from: usize, to: usize, jumps: &[Jump]) -> crate::model::Remark {
    let part = |jump: &Jump| {
        let change = &c.changes[jump.change];
        let column = change.column as usize;
        let measure = table::measure(c, change.column);
        let number = |row: usize| peers::number(&c.rows[row], column).unwrap_or_default();
        format!(
            "{}由{}到{}，{}{}（{}%）",
            c.columns[column].name,
            amount::shown(number(from), measure),
            amount::shown(number(to), measure),
            if change.delta.is_sign_negative() { "减少" } else { "增加" },
            amount::shown(change.delta.abs(), measure),
            change.percent.unwrap_or_default(),
        )
    };
    let most = jumps.iter().max_by_key(|j| j.beyond);
    let year = |row: usize| c.rows[row].year.map_or(String::new(), |y| format!("{y}年"));
    let message = format!(
        "{}{}与{}相比，{}；{}。",
        c.name(&c.rows[to]),
        year(to),
        year(from),
        jumps.iter().map(part).collect::<Vec<_>>().join("，"),
        most.map_or("", |j| j.beside.as_str()),
    );
    let sources = |column: u32| {
        let at = move |row: usize| c.rows[row].cells[column as usize].sources.iter().copied();
        at(from).chain(at(to))
    };
    let all = jumps.iter().flat_map(|j| sources(c.changes[j.change].column));
    let evidence = all.map(|s| Evidence { report: s.report, at: c.statement(s).at.clone() }).collect();
    let reports = vec![c.rows[from].reports[0], c.rows[to].reports[0]];
    let mut found = remark(c, "years.jump", Verdict::Suspect, message, evidence, reports);
    found.gap = most.map(|j| c.changes[j.change].delta.abs());
    found
}

/// What this year's papers say of last year, against what last year's own say in the same slot.
fn last(comparison: &mut Comparison, from: usize, to: usize, year: i16, patterns: &Patterns) {
    let own = |slot: &crate::model::Slot| {
        comparison.rows[from].reports.iter().find_map(|&report| {
            let statements = &comparison.reports[report as usize].statements;
            let at = statements.iter().position(|s| {
                s.standing.chosen
                    && (s.slot.concept, s.slot.basis, s.slot.fund) == (slot.concept, slot.basis, slot.fund)
                    && s.slot.item.is_none()
                    && s.slot.year.is_none_or(|y| y == year - 1)
                    && table::figure(s).is_some()
            })?;
            Some(StatementRef { report, statement: at as u32 })
        })
    };
    let mut found = Vec::new();
    for &report in &comparison.rows[to].reports {
        let statements = &comparison.reports[report as usize].statements;
        for cited in statements {
            let known = |c: &&crate::patterns::SideColumn| {
                (c.slot.concept, c.slot.basis) == (cited.slot.concept, cited.slot.basis)
            };
            let Some(column) = patterns.ratios.columns.iter().find(known) else { continue };
            if !cited.standing.chosen || cited.slot.item.is_some() || cited.slot.year != Some(year - 1) {
                continue;
            }
            let Some((value, other)) = table::figure(cited) else { continue };
            let Some(own) = own(&cited.slot) else { continue };
            let stated = comparison.statement(own);
            let Some((before, step)) = table::figure(stated) else { continue };
            let (gap, allowed) = ((value - before).abs(), allowed(step, other));
            if gap.is_zero() {
                continue;
            }
            let measure = patterns.concepts.get(column.slot.concept).measure;
            let shown = |v| {
                if measure == Some(Measure::Yuan) { amount::shown(v, measure) } else { amount::distance(v, measure) }
            };
            let (verdict, why) = match gap <= allowed {
                true => (Verdict::Rounding, "，由四舍五入造成"),
                false => (Verdict::Conflict, ""),
            };
            let message = format!(
                "{}{year}年报告称{}年{}为{}，{}年报告为{}，相差{}{why}。",
                comparison.name(&comparison.rows[to]),
                year - 1,
                column.name,
                cited.at.quote.replace('\n', ""),
                year - 1,
                stated.at.quote.replace('\n', ""),
                shown(gap),
            );
            let evidence =
                vec![Evidence { report, at: cited.at.clone() }, Evidence { report: own.report, at: stated.at.clone() }];
            let mut one = remark(comparison, "years.last", verdict, message, evidence, vec![report, own.report]);
            (one.gap, one.allowed) = (Some(gap.normalize()), Some(allowed.normalize()));
            found.push(one);
        }
    }
    comparison.findings.append(&mut found);
}
