//! Numbers that conversion glued together, out the cells they were: `35.2035.2034.1096.88%109.69`.
//!
//! Only a split whose arithmetic closes is taken, and only where it is the only one: execution ÷ budget = rate, and weight × rate =
//! points. Where none or several close nothing is guessed.

use rust_decimal::Decimal;
use smallvec::SmallVec;

use crate::patterns::Head;

/// How many cells at most, how long at most: the search stays small.
const CELLS: usize = 8;
const LONG: usize = 64;

/// The lengths of the cells of `run` under `heads`, if exactly one way to part them closes.
pub(super) fn split(run: &str, heads: &[Head]) -> Option<SmallVec<[usize; 8]>> {
    if heads.len() < 3 || heads.len() > CELLS || run.len() > LONG || !heads.contains(&Head::Rate) {
        return None;
    }
    if !run.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'%')) {
        return None;
    }
    let mut search = Search { run, heads, cuts: SmallVec::new(), found: Vec::new() };
    search.go(0);
    // Money is printed to the same number of decimals in one row: such a split is better than others that close.
    let even = |cuts: &SmallVec<[usize; 8]>| {
        let mut decimals = cells(run, cuts).zip(heads).filter(|(_, h)| h.money()).map(|(c, _)| places(c));
        let first = decimals.next();
        decimals.all(|d| Some(d) == first)
    };
    let even: Vec<_> = search.found.iter().filter(|c| even(c)).collect();
    match (even.as_slice(), search.found.as_slice()) {
        ([one], _) => Some((*one).clone()),
        ([], [one]) => Some(one.clone()),
        _ => None,
    }
}

/// The lengths of the `count` amounts that `run` is made of where each has `decimals` of them, as the row above that closed has.
pub(super) fn even(run: &str, decimals: usize, count: usize) -> Option<SmallVec<[usize; 8]>> {
    let mut cuts = SmallVec::new();
    let mut at = 0;
    while at < run.len() {
        let len = run[at..].find('.')? + 1 + decimals;
        let cell = run.get(at..at + len).filter(|c| places(c) == decimals && fits(c, Head::Amount, run))?;
        cuts.push(cell.len());
        at += len;
    }
    (decimals > 0 && cuts.len() == count).then_some(cuts)
}

/// How many decimals the first amount of a row that was split has.
pub(super) fn decimals(run: &str, cuts: &[usize], heads: &[Head]) -> Option<usize> {
    cells(run, cuts).zip(heads).find(|(_, h)| h.money()).map(|(c, _)| places(c))
}

struct Search<'a> {
    run: &'a str,
    heads: &'a [Head],
    cuts: SmallVec<[usize; 8]>,
    found: Vec<SmallVec<[usize; 8]>>,
}

impl Search<'_> {
    fn go(&mut self, at: usize) {
        let n = self.cuts.len();
        if self.found.len() > 8 {
            return;
        }
        if n == self.heads.len() {
            if at == self.run.len() && closes(self.run, &self.cuts, self.heads) {
                self.found.push(self.cuts.clone());
            }
            return;
        }
        for len in 1..=(self.run.len() - at) {
            let cell = &self.run[at..at + len];
            if fits(cell, self.heads[n], self.run) {
                self.cuts.push(len);
                self.go(at + len);
                self.cuts.pop();
            }
        }
    }
}

fn cells<'r>(run: &'r str, cuts: &[usize]) -> impl Iterator<Item = &'r str> {
    let mut at = 0;
    cuts.iter().map(move |len| {
        at += len;
        &run[at - len..at]
    })
}

/// Whether `cell` is a number as its header wants it.
fn fits(cell: &str, head: Head, run: &str) -> bool {
    let percent = cell.ends_with('%');
    let digits = cell.trim_end_matches('%');
    if digits.is_empty() || cell.len() - digits.len() > 1 || digits.matches('.').count() > 1 {
        return false;
    }
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let grouped = whole.contains(',');
    let groups = !grouped
        || whole.split(',').enumerate().all(|(n, g)| if n == 0 { (1..=3).contains(&g.len()) } else { g.len() == 3 });
    let zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || part.is_empty() || part.contains(',') || zero || !groups || part.len() > 6 {
        return false;
    }
    let value = value(cell);
    match head {
        Head::Rate => percent || !run.contains('%') && value.is_some_and(|v| v <= Decimal::from(300)),
        Head::Weight => {
            !percent && !digits.contains('.') && value.is_some_and(|v| v >= Decimal::ONE && v <= Decimal::from(40))
        }
        Head::Points => !percent && part.len() <= 2 && value.is_some_and(|v| v <= Decimal::from(40)),
        Head::Money(_) | Head::Budget | Head::Amount => !percent,
        Head::Count => !percent && !digits.contains('.'),
        Head::Name | Head::Project | Head::Text => false,
    }
}

fn value(cell: &str) -> Option<Decimal> {
    cell.trim_end_matches('%').replace(',', "").parse().ok()
}

fn places(cell: &str) -> usize {
    cell.split_once('.').map_or(0, |(_, part)| part.len())
}

/// Whether the printed rate is that of the printed amounts, and the points those of the weight.
fn closes(run: &str, cuts: &[usize], heads: &[Head]) -> bool {
    let all: SmallVec<[(Head, &str, Decimal); 8]> =
        heads.iter().zip(cells(run, cuts)).filter_map(|(h, c)| Some((*h, c, value(c)?))).collect();
    let last = |want: &dyn Fn(Head) -> bool| all.iter().rev().find(|(h, ..)| want(*h));
    let first = |want: &dyn Fn(Head) -> bool| all.iter().find(|(h, ..)| want(*h));
    use crate::model::Basis;
    let spent = last(&|h| h == Head::Money(Basis::Final));
    let Some((_, _, spent)) = spent else { return false };
    let Some((_, print, rate)) = last(&|h| h == Head::Rate) else { return false };
    let half = Decimal::new(5, places(print.trim_end_matches('%')) as u32 + 1);
    let hundred = Decimal::ONE_HUNDRED;
    let of = |budget: Option<&(Head, &str, Decimal)>| {
        budget.is_some_and(|(_, _, b)| !b.is_zero() && (*spent * hundred / *b - *rate).abs() <= half)
    };
    let adjusted = last(&|h| matches!(h, Head::Money(Basis::Adjusted) | Head::Budget));
    let rated = of(adjusted) || of(first(&|h| matches!(h, Head::Money(Basis::Initial))));
    let scored = match (last(&|h| h == Head::Weight), last(&|h| h == Head::Points)) {
        (Some((_, _, weight)), Some((_, print, points))) => {
            let right = *weight * (*rate).min(hundred) / hundred;
            (right - *points).abs() <= Decimal::new(5, places(print) as u32 + 1)
        }
        _ => true,
    };
    rated && scored
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Basis;

    const FORM: [Head; 6] = [
        Head::Money(Basis::Initial),
        Head::Money(Basis::Adjusted),
        Head::Money(Basis::Final),
        Head::Weight,
        Head::Rate,
        Head::Points,
    ];

    #[track_caller]
    fn cut(run: &str, heads: &[Head], expected: &str) {
        let found = split(run, heads).map(|cuts| cells(run, &cuts).collect::<Vec<_>>().join("|"));
        assert_eq!(found.as_deref(), Some(expected));
    }

    #[test]
    fn the_split_whose_rate_and_points_close_is_taken() {
        cut("835.20880.40845.181096.00%9.60", &FORM, "835.20|880.40|845.18|10|96.00%|9.60");
        cut("486.20538.75529.411098.27%9.83", &FORM, "486.20|538.75|529.41|10|98.27%|9.83");
        cut("1,286.501,340.001,273.001095%9.5", &FORM, "1,286.50|1,340.00|1,273.00|10|95%|9.5");
        let [a, b, c, w, r, p] = FORM;
        cut("35.2035.2034.1096.88%109.69", &[a, b, c, r, w, p], "35.20|35.20|34.10|96.88%|10|9.69");
    }

    #[test]
    fn amounts_below_a_row_that_closed_have_its_decimals() {
        let parts = |run| even(run, 2, 3).map(|cuts| cells(run, &cuts).collect::<Vec<_>>().join("|"));
        assert_eq!(parts("96.00108.5099.47").as_deref(), Some("96.00|108.50|99.47"));
        assert_eq!(parts("0.0020.001,020.00").as_deref(), Some("0.00|20.00|1,020.00"));
        for run in ["96.00108.50", "96.0108.599.47", "96.00108.5099.471", "96.00008.5099.47"] {
            assert_eq!(parts(run), None, "{run}");
        }
    }

    #[test]
    fn a_row_that_does_not_close_is_left_alone() {
        assert_eq!(split("835.20880.40845.181091.00%9.10", &FORM), None);
        assert_eq!(split("202010100.00%10", &FORM), None);
    }
}
