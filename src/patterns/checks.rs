//! `checks.toml`: the relations that a report must satisfy.

use serde::Deserialize;

use super::concepts::{Concepts, RawBasis};
use super::load::RuleError;
use crate::model::{Basis, ConceptId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    check: Vec<RawCheck>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    id: String,
    title: String,
    why: String,
    basis: String,
    holds: String,
    breaks: String,
    #[serde(flatten)]
    kind: RawKind,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum RawKind {
    Sum { total: String, parts: Vec<String>, #[serde(default)] optional: Vec<String> },
    Equal { left: String, right: String },
    Ratio { rate: String, part: String, whole: String, over: Vec<RawBasis> },
    Order { small: String, large: String, over: RawBasis, percent: u32 },
    Same,
    Capital,
}

/// What a check compares.
#[derive(Clone, Debug)]
pub enum Kind {
    /// total = Σ parts; parts in `optional` may be missing.
    Sum {
        /// The whole.
        total: ConceptId,
        /// What it is made of.
        parts: Vec<ConceptId>,
        /// Those of `parts` that need not be stated.
        optional: Vec<ConceptId>,
    },
    /// left = right, where one sentence states them as equal or the report states both.
    Equal {
        /// One side.
        left: ConceptId,
        /// The other side.
        right: ConceptId,
    },
    /// rate = part ÷ whole, the whole at one of several stages.
    Ratio {
        /// The printed rate, in per cent.
        rate: ConceptId,
        /// The numerator, at its final stage.
        part: ConceptId,
        /// The denominator.
        whole: ConceptId,
        /// The stages of the denominator that are tried, in order.
        over: Vec<Basis>,
    },
    /// small ≤ large × percent / 100.
    Order {
        /// What should not exceed.
        small: ConceptId,
        /// What it should not exceed.
        large: ConceptId,
        /// The stage of `large`.
        over: Basis,
        /// How far it may go, in per cent of `large`.
        percent: u32,
    },
    /// Mentions of one slot agree.
    Same,
    /// An amount in capital numerals and the one in digits beside it agree.
    Capital,
}

/// One relation.
#[derive(Clone, Debug)]
pub struct Check {
    /// `sum.basic`
    pub id: String,
    /// Its name in Chinese.
    pub title: String,
    /// Why it matters, in Chinese.
    pub why: String,
    /// The rule or practice it rests on, in Chinese.
    pub basis: String,
    /// A sentence for which it holds.
    pub holds: String,
    /// A sentence that breaks it.
    pub breaks: String,
    /// What it compares.
    pub kind: Kind,
}

/// All relations.
#[derive(Debug)]
pub struct Checks {
    list: Vec<Check>,
}

impl Checks {
    pub(super) fn compile(raw: Raw, concepts: &Concepts) -> Result<Self, RuleError> {
        let mut list: Vec<Check> = Vec::new();
        for c in raw.check {
            if list.iter().any(|other| other.id == c.id) {
                return Err(RuleError::new(&c.id, "this id stands twice; ids are unique"));
            }
            let find = |id: &String| {
                concepts.id(id).ok_or_else(|| RuleError::new(&c.id, format!("no concept is called `{id}`; see concepts.toml")))
            };
            let all = |ids: &Vec<String>| ids.iter().map(find).collect::<Result<Vec<_>, _>>();
            let kind = match &c.kind {
                RawKind::Sum { total, parts, optional } => {
                    Kind::Sum { total: find(total)?, parts: all(parts)?, optional: all(optional)? }
                }
                RawKind::Equal { left, right } => Kind::Equal { left: find(left)?, right: find(right)? },
                RawKind::Ratio { rate, part, whole, over } => Kind::Ratio {
                    rate: find(rate)?,
                    part: find(part)?,
                    whole: find(whole)?,
                    over: over.iter().map(|b| Basis::from(*b)).collect(),
                },
                RawKind::Order { small, large, over, percent } => Kind::Order {
                    small: find(small)?,
                    large: find(large)?,
                    over: (*over).into(),
                    percent: *percent,
                },
                RawKind::Same => Kind::Same,
                RawKind::Capital => Kind::Capital,
            };
            list.push(Check {
                id: c.id,
                title: c.title,
                why: c.why,
                basis: c.basis,
                holds: c.holds,
                breaks: c.breaks,
                kind,
            });
        }
        Ok(Checks { list })
    }

    /// All relations in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Check> {
        self.list.iter()
    }
}
