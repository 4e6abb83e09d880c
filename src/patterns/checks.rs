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
    kind: RawKind,
    total: Option<String>,
    #[serde(default)]
    parts: Vec<String>,
    #[serde(default)]
    optional: Vec<String>,
    left: Option<String>,
    right: Option<String>,
    rate: Option<String>,
    part: Option<String>,
    whole: Option<String>,
    #[serde(default)]
    over: Vec<RawBasis>,
    small: Option<String>,
    large: Option<String>,
    percent: Option<u32>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawKind {
    Sum,
    Equal,
    Ratio,
    Order,
    Same,
    Capital,
    Across,
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
    /// A relation between reports: `hedui compare` judges it, one report alone cannot.
    Across,
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
                concepts
                    .id(id)
                    .ok_or_else(|| RuleError::new(&c.id, format!("no concept is called `{id}`; see concepts.toml")))
            };
            let one = |key: &str, id: &Option<String>| {
                id.as_ref()
                    .ok_or_else(|| RuleError::new(&c.id, format!("a check of this kind needs `{key}`")))
                    .and_then(find)
            };
            let all = |ids: &Vec<String>| ids.iter().map(find).collect::<Result<Vec<_>, _>>();
            let kind = match c.kind {
                RawKind::Sum => {
                    Kind::Sum { total: one("total", &c.total)?, parts: all(&c.parts)?, optional: all(&c.optional)? }
                }
                RawKind::Equal => Kind::Equal { left: one("left", &c.left)?, right: one("right", &c.right)? },
                RawKind::Ratio => Kind::Ratio {
                    rate: one("rate", &c.rate)?,
                    part: one("part", &c.part)?,
                    whole: one("whole", &c.whole)?,
                    over: c.over.iter().map(|b| Basis::from(*b)).collect(),
                },
                RawKind::Order => Kind::Order {
                    small: one("small", &c.small)?,
                    large: one("large", &c.large)?,
                    over: match c.over.as_slice() {
                        [one] => (*one).into(),
                        _ => return Err(RuleError::new(&c.id, "a check of this kind needs one stage in `over`")),
                    },
                    percent: c.percent.ok_or_else(|| RuleError::new(&c.id, "a check of this kind needs `percent`"))?,
                },
                RawKind::Same => Kind::Same,
                RawKind::Capital => Kind::Capital,
                RawKind::Across => Kind::Across,
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
