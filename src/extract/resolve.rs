//! The facts of a report in, their standing out: which of several statements of one slot speaks for the report, and why.
//!
//! Every statement is kept. The rules are tried in the order of [`Rank`]; the first that tells two statements apart decides.
//! Nothing here says that a report contradicts itself: that is the checks' work.

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

use crate::model::{Bound, Fact, Figure, Section, Slot, Standing, Value, Why};
use crate::patterns::Patterns;

/// What speaks for a statement, the weightiest first; less is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// 无 and blanks give way to what is said.
    silent: bool,
    /// 约 and 不超过 give way to a plain figure.
    bounded: bool,
    /// Tables are filled from the accounts, sentences are retyped.
    prose: bool,
    /// How far the section is from the one that is about the concept.
    away: usize,
    /// The step of the figure: more digits are nearer to the accounts.
    step: Decimal,
    /// The place in print.
    place: u32,
}

/// Sets the standing of all `facts`. `tabled` says of each whether it was read from a table.
pub(super) fn resolve(
    facts: &mut [Fact],
    tabled: &[bool],
    figures: &[Figure],
    sections: &[Section],
    patterns: &Patterns,
) {
    let mut of: FxHashMap<&Slot, u32> = FxHashMap::default();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (i, fact) in facts.iter().enumerate() {
        let next = groups.len() as u32;
        let group = *of.entry(&fact.slot).or_insert(next);
        if group == next {
            groups.push(vec![i]);
        } else {
            groups[group as usize].push(i);
        }
    }
    let figure = |f: &Fact| match f.value {
        Value::Figure(i) => figures.get(i as usize),
        _ => None,
    };
    let rank = |i: usize| {
        let fact = &facts[i];
        let concept = patterns.concepts.get(fact.slot.concept);
        let topics = fact.section.and_then(|s| sections.get(s as usize)).map_or(&[][..], |s| &s.topics[..]);
        Rank {
            silent: matches!(fact.value, Value::Nil(_)),
            bounded: figure(fact).is_some_and(|f| f.bound != Bound::Exact || f.range.is_some()),
            prose: !tabled[i],
            away: topics
                .iter()
                .filter_map(|t| concept.at_home(&patterns.topics.get(*t).id))
                .min()
                .unwrap_or(usize::MAX),
            step: figure(fact).map_or(Decimal::ZERO, |f| f.step),
            place: fact.span.start,
        }
    };
    let agree = |a: &Fact, b: &Fact| match (figure(a), figure(b)) {
        (Some(x), Some(y)) => match (x.value, y.value) {
            (Some(v), Some(w)) => {
                let apart = if v > w { v - w } else { w - v };
                apart + apart <= if v == w { Decimal::ZERO } else { x.step.max(y.step) }
            }
            _ => x.range == y.range,
        },
        _ => a.value == b.value,
    };
    let mut standing = vec![Standing::default(); facts.len()];
    for group in groups.iter().filter(|g| g.len() > 1) {
        let ranks: Vec<Rank> = group.iter().map(|i| rank(*i)).collect();
        let Some(best) = (0..group.len()).min_by_key(|n| ranks[*n]) else { continue };
        let chosen = &facts[group[best]];
        let mut why = Why::Agreed;
        // The rival that came nearest says by which rule it lost.
        let mut nearest = None;
        for (n, i) in group.iter().enumerate().filter(|(n, _)| *n != best) {
            let same = agree(chosen, &facts[*i]);
            standing[*i] = Standing { chosen: false, why: if same { Why::Repeats } else { Why::Differs } };
            if !same && nearest.is_none_or(|r: Reverse<Rank>| Reverse(ranks[n]) > r) {
                nearest = Some(Reverse(ranks[n]));
                why = decided(&ranks[best], &ranks[n]);
            }
        }
        standing[group[best]] = Standing { chosen: true, why };
    }
    for (fact, s) in facts.iter_mut().zip(standing) {
        fact.standing = s;
    }
}

/// The first rule that tells the better from the worse.
fn decided(better: &Rank, worse: &Rank) -> Why {
    if better.silent != worse.silent {
        Why::Said
    } else if better.bounded != worse.bounded {
        Why::Exact
    } else if better.prose != worse.prose {
        Why::Table
    } else if better.away != worse.away {
        Why::Home
    } else if better.step != worse.step {
        Why::Precise
    } else {
        Why::First
    }
}
