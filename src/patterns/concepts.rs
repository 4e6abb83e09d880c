//! `concepts.toml`: what facts are about, and how reports call it.

use serde::Deserialize;

use super::load::RuleError;
use super::topics::Topics;
use crate::model::{Basis, ConceptId, Measure};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    concept: Vec<RawConcept>,
    #[serde(default)]
    pair: Vec<RawPair>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConcept {
    id: String,
    name: String,
    why: String,
    measure: RawMeasure,
    #[serde(default)]
    basis: Option<RawBasis>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    strict: Vec<String>,
    #[serde(default)]
    short: Vec<String>,
    #[serde(default)]
    parts_of: Vec<String>,
    #[serde(default)]
    topic: Option<String>,
    home: Vec<String>,
    #[serde(default)]
    heads: Vec<String>,
    #[serde(default)]
    nil: bool,
    #[serde(default)]
    item: bool,
    #[serde(default)]
    examples: Vec<Example>,
    #[serde(default)]
    counterexamples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPair {
    names: Vec<String>,
    concepts: Vec<String>,
}

/// A sentence and the fact that must be read off it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The sentence.
    pub text: String,
    /// The value in the measure's base, as a decimal string.
    #[serde(default)]
    pub value: Option<String>,
    /// The text, for a concept answered by one.
    #[serde(default)]
    pub says: Option<String>,
    /// The step of the figure.
    #[serde(default)]
    pub step: Option<String>,
    /// The stage of the budget, where it matters.
    #[serde(default)]
    pub basis: Option<RawBasis>,
}

/// A basis as `patterns/` spells it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RawBasis {
    /// 年初预算
    Initial,
    /// 调整预算
    Adjusted,
    /// 到位
    Received,
    /// 决算
    Final,
}

impl From<RawBasis> for Basis {
    fn from(raw: RawBasis) -> Basis {
        match raw {
            RawBasis::Initial => Basis::Initial,
            RawBasis::Adjusted => Basis::Adjusted,
            RawBasis::Received => Basis::Received,
            RawBasis::Final => Basis::Final,
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawMeasure {
    Yuan,
    Percent,
    Person,
    Score,
    Text,
}

/// One concept.
#[derive(Clone, Debug)]
pub struct Concept {
    /// `expenditure.basic`
    pub id: String,
    /// 基本支出
    pub name: String,
    /// What it is and why auditors compare it, in Chinese.
    pub why: String,
    /// What its figures count; `None` where a text answers (a grade).
    pub measure: Option<Measure>,
    /// The stage of the budget where the text says none; `None` for what has no stage.
    pub basis: Option<Basis>,
    /// Names that stand for it wherever they occur.
    pub names: Vec<String>,
    /// Names that stand for it only where nothing unknown stands before them in the clause (支出, 得分).
    pub strict: Vec<String>,
    /// Names that stand for it only inside a composition of one of `parts_of` (项目, 人员).
    pub short: Vec<String>,
    /// The concepts of which it is a part.
    pub parts_of: Vec<ConceptId>,
    /// The topic whose empty section (无。) states that there is none.
    pub topic: Option<String>,
    /// The topics whose sections are the place for such a statement, best first; each holds its subtopics.
    pub home: Vec<String>,
    /// The topics whose headings make a figure without a name a figure of this concept.
    pub heads: Vec<String>,
    /// True where `无` is a common answer.
    pub nil: bool,
    /// True where the words before the name are a named project or category.
    pub item: bool,
    /// Sentences that must give it.
    pub examples: Vec<Example>,
    /// Sentences that must not.
    pub counterexamples: Vec<String>,
}

/// `公务接待{费|经费}{|支出}` as the four names it stands for.
fn expand(name: &str) -> Vec<String> {
    let Some((head, rest)) = name.split_once('{') else { return vec![name.to_owned()] };
    let Some((choices, tail)) = rest.split_once('}') else { return vec![name.to_owned()] };
    let tails = expand(tail);
    choices.split('|').flat_map(|c| tails.iter().map(move |t| format!("{head}{c}{t}"))).collect()
}

/// Whether the topic `id` is a subtopic of `of`.
fn within(id: &str, of: &str) -> bool {
    id.strip_prefix(of).is_some_and(|rest| rest.starts_with('.'))
}

impl Concept {
    /// How near a section on `topic` is to the place for statements on this concept: 0 is the best, `None` is elsewhere.
    pub fn at_home(&self, topic: &str) -> Option<usize> {
        self.home.iter().position(|h| h == topic || within(topic, h))
    }
}

/// All concepts.
#[derive(Debug)]
pub struct Concepts {
    list: Vec<Concept>,
    /// Names that state two concepts with one figure (收、支总计).
    pub(super) pairs: Vec<(String, Vec<ConceptId>)>,
    /// `prose.` and the concept's id, ready to be cited by facts.
    patterns: Vec<std::sync::Arc<str>>,
    /// `table.` and the concept's id.
    table_patterns: Vec<std::sync::Arc<str>>,
}

impl Concepts {
    pub(super) fn compile(raw: Raw) -> Result<Self, RuleError> {
        let ids: Vec<String> = raw.concept.iter().map(|c| c.id.clone()).collect();
        let find = |id: &str, at: &str| {
            ids.iter()
                .position(|i| i == id)
                .map(|i| ConceptId(i as u16))
                .ok_or_else(|| RuleError::new(at, format!("no concept is called `{id}`; see the ids of this file")))
        };
        let mut list: Vec<Concept> = Vec::with_capacity(raw.concept.len());
        for c in raw.concept {
            if list.iter().any(|other| other.id == c.id) {
                return Err(RuleError::new(&c.id, "this id stands twice; ids are unique"));
            }
            if c.names.is_empty() && c.strict.is_empty() {
                return Err(RuleError::new(&c.id, "has neither names nor strict names, so nothing could match it"));
            }
            let parts_of = c.parts_of.iter().map(|p| find(p, &c.id)).collect::<Result<_, _>>()?;
            list.push(Concept {
                parts_of,
                measure: match c.measure {
                    RawMeasure::Yuan => Some(Measure::Yuan),
                    RawMeasure::Percent => Some(Measure::Percent),
                    RawMeasure::Person => Some(Measure::Person),
                    RawMeasure::Score => Some(Measure::Score),
                    RawMeasure::Text => None,
                },
                basis: c.basis.map(Basis::from),
                id: c.id,
                name: c.name,
                why: c.why,
                names: c.names.iter().flat_map(|n| expand(n)).collect(),
                strict: c.strict.iter().flat_map(|n| expand(n)).collect(),
                short: c.short.iter().flat_map(|n| expand(n)).collect(),
                topic: c.topic,
                home: c.home,
                heads: c.heads,
                nil: c.nil,
                item: c.item,
                examples: c.examples,
                counterexamples: c.counterexamples,
            });
        }
        let mut pairs = Vec::new();
        for pair in raw.pair {
            let concepts = pair.concepts.iter().map(|id| find(id, id)).collect::<Result<Vec<_>, _>>()?;
            pairs.extend(pair.names.iter().flat_map(|n| expand(n)).map(|name| (name, concepts.clone())));
        }
        let patterns = list.iter().map(|c| format!("prose.{}", c.id).into()).collect();
        let table_patterns = list.iter().map(|c| format!("table.{}", c.id).into()).collect();
        Ok(Concepts { list, pairs, patterns, table_patterns })
    }

    /// Every topic that a concept names is a topic.
    pub(super) fn fit(&self, topics: &Topics) -> Result<(), RuleError> {
        for c in &self.list {
            for topic in c.topic.iter().chain(&c.home).chain(&c.heads) {
                if !topics.iter().any(|t| t.id == *topic || within(&t.id, topic)) {
                    return Err(RuleError::new(&c.id, format!("no topic is called `{topic}`; see topics.toml")));
                }
            }
        }
        Ok(())
    }

    /// The concept behind an id of the model.
    pub fn get(&self, id: ConceptId) -> &Concept {
        &self.list[id.0 as usize]
    }

    /// The id of the concept called `id`, where there is one.
    pub fn id(&self, id: &str) -> Option<ConceptId> {
        self.list.iter().position(|c| c.id == id).map(|i| ConceptId(i as u16))
    }

    /// How many there are.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// All concepts in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (ConceptId, &Concept)> {
        self.list.iter().enumerate().map(|(i, c)| (ConceptId(i as u16), c))
    }

    /// The name under which facts of a concept cite their pattern.
    pub fn pattern(&self, id: ConceptId) -> std::sync::Arc<str> {
        self.patterns[id.0 as usize].clone()
    }

    /// The name under which facts of a concept that were read off a table cite their pattern.
    pub fn table_pattern(&self, id: ConceptId) -> std::sync::Arc<str> {
        self.table_patterns[id.0 as usize].clone()
    }
}
