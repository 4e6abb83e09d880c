//! Rows in, who is far from his peers out: by median and median absolute deviation, which one wild value does not move.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{amount, remark, table};
use crate::model::{Bound, Comparison, Content, Evidence, Row, Usual, Verdict};
use crate::patterns::Patterns;

/// Ranks, what is usual, and what is far out.
pub(super) fn judge(comparison: &mut Comparison, patterns: &Patterns) {
    let circles = Circles::new(comparison);
    ranks(comparison);
    usual(comparison, &circles);
    let slots = patterns.ratios.columns.len();
    for (at, ratio) in patterns.ratios.ratios.iter().enumerate().filter(|(_, r)| r.judged) {
        far(comparison, &circles, slots + at, ratio.least, patterns);
    }
    for at in 0..slots {
        if comparison.columns[at].measure == Some(crate::model::Measure::Yuan) {
            scale(comparison, &circles, at, patterns);
        }
    }
}

/// The number in a cell, where one stands there as printed.
pub(super) fn number(row: &Row, column: usize) -> Option<Decimal> {
    match row.cells[column].content {
        Content::Number { value, bound: Bound::Exact | Bound::About } => Some(value),
        _ => None,
    }
}

/// Rows that are compared with each other, from the narrowest circle to the widest.
pub(super) struct Circles {
    /// For each row the circles it is in: kind and size, kind, all.
    of: Vec<Vec<usize>>,
    circles: Vec<(String, Vec<usize>)>,
}

impl Circles {
    pub fn new(comparison: &Comparison) -> Self {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut circles: Vec<(String, Vec<usize>)> = Vec::new();
        let mut of = Vec::new();
        for (at, row) in comparison.rows.iter().enumerate() {
            let mut mine = Vec::new();
            if let (Some(year), true) = (row.year, row.whole) {
                let mut wanted = Vec::new();
                if let Some(group) = &row.group {
                    wanted.extend(row.size.as_ref().map(|size| format!("{year}年{group}（{size}）")));
                    wanted.push(format!("{year}年{group}"));
                }
                wanted.push(format!("{year}年全部单位"));
                for name in wanted {
                    let circle = *names.entry(name.clone()).or_insert_with(|| {
                        circles.push((name, Vec::new()));
                        circles.len() - 1
                    });
                    circles[circle].1.push(at);
                    mine.push(circle);
                }
            }
            of.push(mine);
        }
        Circles { of, circles }
    }

    /// The circles that a row is in, the narrowest first.
    pub fn of(&self, row: usize) -> &[usize] {
        &self.of[row]
    }

    /// A circle in words.
    pub fn name(&self, circle: usize) -> &str {
        &self.circles[circle].0
    }

    fn values(&self, comparison: &Comparison, circle: usize, column: usize) -> Vec<Decimal> {
        let members = self.circles[circle].1.iter();
        let mut values: Vec<Decimal> = members.filter_map(|&r| number(&comparison.rows[r], column)).collect();
        values.sort();
        values
    }
}

/// The place of each number among those of its kind in its year, the largest first; equal ones share it.
fn ranks(comparison: &mut Comparison) {
    let mut circles: BTreeMap<(bool, Option<i16>, Option<String>), Vec<usize>> = BTreeMap::new();
    for (at, row) in comparison.rows.iter().enumerate() {
        circles.entry((row.whole, row.year, row.group.clone())).or_default().push(at);
    }
    for members in circles.values() {
        for column in 0..comparison.columns.len() {
            let mut values: Vec<(Decimal, usize)> =
                members.iter().filter_map(|&r| number(&comparison.rows[r], column).map(|v| (v, r))).collect();
            values.sort_by_key(|value| std::cmp::Reverse(value.0));
            let count = values.len() as u32;
            let mut rank = 0;
            for (i, (value, row)) in values.iter().enumerate() {
                if i == 0 || values[i - 1].0 != *value {
                    rank = i as u32 + 1;
                }
                comparison.rows[*row].cells[column].rank = Some((rank, count));
            }
        }
    }
}

/// Five numbers for each column of each kind and year, and of all.
fn usual(comparison: &mut Comparison, circles: &Circles) {
    for (circle, (name, _)) in circles.circles.iter().enumerate() {
        if name.ends_with('）') {
            continue;
        }
        for column in 0..comparison.columns.len() {
            let values = circles.values(comparison, circle, column);
            if values.len() < 3 {
                continue;
            }
            let at = |quarter: usize| quantile(&values, quarter);
            let five = [at(0), at(1), at(2), at(3), at(4)];
            let (circle, column, count) = (name.clone(), column as u32, values.len() as u32);
            comparison.usual.push(Usual { circle, column, count, five });
        }
    }
}

/// A quartile of sorted values, linear between neighbours (the usual definition of spreadsheets).
fn quantile(sorted: &[Decimal], quarter: usize) -> Decimal {
    let steps = (sorted.len() - 1) * quarter;
    let (at, rest) = (steps / 4, Decimal::from(steps as u64 % 4));
    match sorted.get(at + 1) {
        Some(next) if !rest.is_zero() => sorted[at] + (next - sorted[at]) * rest / Decimal::from(4),
        _ => sorted[at],
    }
}

/// Median and spread; nothing where the values do not spread at all.
pub(super) fn robust(sorted: &[Decimal]) -> Option<(Decimal, Decimal)> {
    let median = quantile(sorted, 2);
    let mut apart: Vec<Decimal> = sorted.iter().map(|v| (v - median).abs()).collect();
    apart.sort();
    let mad = quantile(&apart, 2);
    let spread = if mad.is_zero() { (quantile(sorted, 3) - quantile(sorted, 1)) / Decimal::TWO } else { mad };
    (!spread.is_zero()).then_some((median, spread))
}

fn far(comparison: &mut Comparison, circles: &Circles, column: usize, least: Decimal, patterns: &Patterns) {
    let measure = table::measure(comparison, column as u32);
    let mut judged: BTreeMap<usize, Option<(Decimal, Decimal, usize)>> = BTreeMap::new();
    for at in 0..comparison.rows.len() {
        let Some(value) = number(&comparison.rows[at], column) else { continue };
        // The narrowest circle that is large enough.
        let Some((circle, (median, spread, count))) = circles.of[at].iter().find_map(|&circle| {
            let judged = judged.entry(circle).or_insert_with(|| {
                let values = circles.values(comparison, circle, column);
                let enough = values.len() >= patterns.peers.members;
                enough.then(|| robust(&values)).flatten().map(|(median, spread)| (median, spread, values.len()))
            });
            judged.map(|j| (circle, j))
        }) else {
            continue;
        };
        let gap = (value - median).abs();
        let limit = (patterns.peers.times * spread).max(least);
        if gap <= limit {
            continue;
        }
        let row = &comparison.rows[at];
        let (low, high) = (median - limit, median + limit);
        let shown = |v: Decimal| amount::shown(v, measure);
        let low = if low.is_sign_negative() { "0".to_owned() } else { shown(low) };
        let how = if value > median { "偏高" } else { "偏低" };
        let heading = &comparison.columns[column].name;
        let name = comparison.name(row);
        let computed = row.cells[column].arithmetic.as_ref().map_or(String::new(), |a| format!("（{a}）"));
        let message = format!(
            "{name}{}{heading}为{}{computed}，{}的{count}个数中位数为{}，通常在{low}至{}之间，{how}{}。",
            row.year.map_or(String::new(), |y| format!("{y}年")),
            shown(value),
            circles.circles[circle].0,
            shown(median),
            shown(high),
            amount::distance(gap, measure),
        );
        tell(comparison, at, column, "peers.ratio", message, gap, limit);
    }
}

/// Amounts that a factor of 10,000 brings back to where those of the peers lie.
fn scale(comparison: &mut Comparison, circles: &Circles, column: usize, patterns: &Patterns) {
    let factor = Decimal::from(10_000);
    let mut medians: BTreeMap<usize, Option<(Decimal, usize)>> = BTreeMap::new();
    for at in 0..comparison.rows.len() {
        let Some(value) = number(&comparison.rows[at], column).filter(|v| v.is_sign_positive() && !v.is_zero()) else {
            continue;
        };
        let Some((circle, (median, count))) = circles.of[at].iter().find_map(|&circle| {
            let found = medians.entry(circle).or_insert_with(|| {
                let values = circles.values(comparison, circle, column);
                (values.len() >= patterns.peers.members).then(|| (quantile(&values, 2), values.len()))
            });
            found.filter(|(median, _)| !median.is_zero()).map(|m| (circle, m))
        }) else {
            continue;
        };
        let near = |v: Decimal| v <= median * Decimal::TEN && v * Decimal::TEN >= median;
        let slip = if value >= median * patterns.peers.scale && near(value / factor) {
            "除以一万"
        } else if value * patterns.peers.scale <= median && near(value * factor) {
            "乘以一万"
        } else {
            continue;
        };
        let measure = table::measure(comparison, column as u32);
        let row = &comparison.rows[at];
        let message = format!(
            "{}{}{}为{}，{}的{count}个数中位数为{}；{slip}后与同类相近，疑为元与万元写错。",
            comparison.name(row),
            row.year.map_or(String::new(), |y| format!("{y}年")),
            comparison.columns[column].name,
            amount::shown(value, measure),
            circles.circles[circle].0,
            amount::shown(median, measure),
        );
        let gap = (value - median).abs();
        tell(comparison, at, column, "peers.scale", message, gap, median * patterns.peers.scale);
    }
}

fn tell(c: &mut Comparison, row: usize, column: usize, check: &str, message: String, gap: Decimal, limit: Decimal) {
    let cell = &c.rows[row].cells[column];
    let evidence: Vec<Evidence> =
        cell.sources.iter().map(|&s| Evidence { report: s.report, at: c.statement(s).at.clone() }).collect();
    let reports = c.rows[row].reports.clone();
    let mut found = remark(c, check, Verdict::Suspect, message, evidence, reports);
    (found.gap, found.allowed) = (Some(gap.normalize()), Some(limit.normalize()));
    let at = c.findings.len() as u32;
    c.rows[row].cells[column].outlier = Some(at);
    c.findings.push(found);
}
