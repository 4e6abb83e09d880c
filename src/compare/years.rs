//! Rows of one organisation in, what changed from year to year out, and whether last year's figure is the one last year printed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{allowed, amount, peers, remark, table};
use crate::model::{Change, Comparison, Evidence, Measure, Verdict};
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
                pair(comparison, from, to, patterns);
                last(comparison, from, to, year, patterns);
            }
        }
    }
}

fn pair(comparison: &mut Comparison, from: usize, to: usize, patterns: &Patterns) {
    for column in 0..comparison.columns.len() {
        let numbers = [from, to].map(|r| peers::number(&comparison.rows[r], column));
        let [Some(before), Some(after)] = numbers else { continue };
        let delta = after - before;
        let percent = (delta * Decimal::ONE_HUNDRED).checked_div(before.abs()).map(|p| amount::round(p, 2).normalize());
        let (at, delta) = (column as u32, delta.normalize());
        comparison.changes.push(Change { from: from as u32, to: to as u32, column: at, delta, percent });
        let told = patterns.ratios.columns.get(column).is_some_and(|c| c.jump);
        let large = percent.is_some_and(|p| p.abs() > patterns.peers.jump_percent);
        if told && large && delta.abs() > patterns.peers.jump_least {
            jump(comparison, from, to, column, [before, after], percent.unwrap_or_default());
        }
    }
}

fn jump(c: &mut Comparison, from: usize, to: usize, column: usize, numbers: [Decimal; 2], percent: Decimal) {
    let measure = table::measure(c, column as u32);
    let year = |row: usize| c.rows[row].year.map_or(String::new(), |y| format!("{y}年"));
    let message = format!(
        "{}{}{}{}，{}{}，{}{}（{}%）。",
        c.name(&c.rows[to]),
        c.columns[column].name,
        year(from),
        amount::shown(numbers[0], measure),
        year(to),
        amount::shown(numbers[1], measure),
        if percent.is_sign_negative() { "减少" } else { "增加" },
        amount::shown((numbers[1] - numbers[0]).abs(), measure),
        percent,
    );
    let sources = [from, to].into_iter().flat_map(|r| &c.rows[r].cells[column].sources);
    let evidence = sources.map(|&s| Evidence { report: s.report, at: c.statement(s).at.clone() }).collect();
    let reports = vec![c.rows[from].reports[0], c.rows[to].reports[0]];
    let mut found = remark(c, "years.jump", Verdict::Suspect, message, evidence, reports);
    found.gap = Some((numbers[1] - numbers[0]).abs().normalize());
    c.findings.push(found);
}

/// What this year's papers say of last year, against last year's own.
fn last(comparison: &mut Comparison, from: usize, to: usize, year: i16, patterns: &Patterns) {
    for (at, column) in patterns.ratios.columns.iter().enumerate() {
        let Some(&own) = comparison.rows[from].cells[at].sources.first() else { continue };
        let Some((before, step)) = table::figure(comparison.statement(own)) else { continue };
        let papers = comparison.rows[to].reports.clone();
        for report in papers {
            let digest = &comparison.reports[report as usize];
            let cited = digest.statements.iter().find(|s| {
                s.slot.concept == column.slot.concept
                    && s.slot.basis == column.slot.basis
                    && s.slot.item.is_none()
                    && s.slot.year == Some(year - 1)
                    && table::figure(s).is_some()
            });
            let Some((cited, (value, other))) = cited.and_then(|s| Some((s, table::figure(s)?))) else { continue };
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
            let row = &comparison.rows[to];
            let stated = comparison.statement(own);
            let message = format!(
                "{}{year}年报告称{}年{}为{}，{}年报告为{}，相差{}{why}。",
                comparison.name(row),
                year - 1,
                column.name,
                cited.at.quote.replace('\n', ""),
                year - 1,
                stated.at.quote.replace('\n', ""),
                shown(gap),
            );
            let evidence =
                vec![Evidence { report, at: cited.at.clone() }, Evidence { report: own.report, at: stated.at.clone() }];
            let mut found = remark(comparison, "years.last", verdict, message, evidence, vec![report, own.report]);
            (found.gap, found.allowed) = (Some(gap.normalize()), Some(allowed.normalize()));
            comparison.findings.push(found);
        }
    }
}
