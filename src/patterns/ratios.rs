//! `ratios.toml`: what is put side by side when reports are compared, and what is computed from it.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::concepts::{Concepts, RawBasis};
use super::load::RuleError;
use super::topics::Topics;
use crate::model::{Basis, ConceptId, TopicId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    sections: Vec<String>,
    column: Vec<RawColumn>,
    ratio: Vec<RawRatio>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumn {
    slot: String,
    name: String,
    #[serde(default)]
    jump: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRatio {
    id: String,
    name: String,
    of: Vec<String>,
    over: Vec<String>,
    percent: bool,
    decimals: u32,
    judged: bool,
    least: String,
    why: String,
}

/// A concept at a stage of the budget: what a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotKey {
    /// What it is about.
    pub concept: ConceptId,
    /// The stage; `None` for what has none.
    pub basis: Option<Basis>,
}

/// A slot that is put side by side.
#[derive(Clone, Debug)]
pub struct SideColumn {
    /// `budget.total/initial`
    pub id: String,
    /// Its heading.
    pub name: String,
    /// The slot.
    pub slot: SlotKey,
    /// Whether large changes from year to year are told.
    pub jump: bool,
}

/// A ratio of two slots.
#[derive(Clone, Debug)]
pub struct Ratio {
    /// `ratio.execution`
    pub id: String,
    /// Its heading.
    pub name: String,
    /// Numerators in order of preference.
    pub of: Vec<SlotKey>,
    /// Denominators in order of preference.
    pub over: Vec<SlotKey>,
    /// In per cent; otherwise 元 per head.
    pub percent: bool,
    /// Digits that remain behind the point, half rounded up.
    pub decimals: u32,
    /// Whether peers are compared by it.
    pub judged: bool,
    /// How far from the median a value lies at least before it is told, in its measure.
    pub least: Decimal,
    /// The formula in words and why it is looked at, in Chinese.
    pub why: String,
}

/// What is put side by side.
#[derive(Debug)]
pub struct Ratios {
    /// Topics that a report on a whole department should have.
    pub sections: Vec<TopicId>,
    /// Slots in the order of the table.
    pub columns: Vec<SideColumn>,
    /// What is computed.
    pub ratios: Vec<Ratio>,
}

impl Ratios {
    pub(super) fn compile(raw: Raw, concepts: &Concepts, topics: &Topics) -> Result<Self, RuleError> {
        let slot = |typed: &str| {
            let (concept, basis) = typed.split_once('/').map_or((typed, None), |(c, b)| (c, Some(b)));
            let concept = concepts
                .id(concept)
                .ok_or_else(|| RuleError::new(typed, format!("no concept is called `{concept}`; see concepts.toml")))?;
            let basis = match basis {
                None => None,
                Some("initial") => Some(RawBasis::Initial),
                Some("adjusted") => Some(RawBasis::Adjusted),
                Some("received") => Some(RawBasis::Received),
                Some("final") => Some(RawBasis::Final),
                Some(other) => {
                    return Err(RuleError::new(
                        typed,
                        format!("no stage is called `{other}`; there are initial, adjusted, received and final"),
                    ));
                }
            };
            Ok(SlotKey { concept, basis: basis.map(Basis::from) })
        };
        let slots = |at: &str, typed: &[String]| match typed {
            [] => Err(RuleError::new(at, "names no slot to compute from")),
            typed => typed.iter().map(|t| slot(t)).collect::<Result<Vec<_>, _>>(),
        };
        let mut seen: Vec<String> = Vec::new();
        let mut once = |id: &str| {
            if seen.iter().any(|other| other == id) {
                return Err(RuleError::new(id, "stands twice; ids are unique"));
            }
            seen.push(id.to_owned());
            Ok(())
        };
        let mut columns = Vec::new();
        for c in raw.column {
            once(&c.slot)?;
            columns.push(SideColumn { slot: slot(&c.slot)?, id: c.slot, name: c.name, jump: c.jump });
        }
        let mut ratios = Vec::new();
        for r in raw.ratio {
            once(&r.id)?;
            if r.decimals > 8 {
                return Err(RuleError::new(
                    &r.id,
                    "keeps more than 8 digits behind the point, more than any report prints",
                ));
            }
            let least = r
                .least
                .parse()
                .map_err(|_| RuleError::new(&r.id, format!("`least` is `{}`, which is no number", r.least)))?;
            ratios.push(Ratio {
                of: slots(&r.id, &r.of)?,
                over: slots(&r.id, &r.over)?,
                id: r.id,
                name: r.name,
                percent: r.percent,
                decimals: r.decimals,
                judged: r.judged,
                least,
                why: r.why,
            });
        }
        let topic =
            |id: &String| topics.id(id).ok_or_else(|| RuleError::new(id, "no topic is called so; see topics.toml"));
        let sections = raw.sections.iter().map(topic).collect::<Result<_, _>>()?;
        Ok(Ratios { sections, columns, ratios })
    }
}
