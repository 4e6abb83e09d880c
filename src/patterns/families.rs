//! `families.toml`: the kinds of papers that arrive in one folder.

use serde::Deserialize;

use super::load::RuleError;
use crate::model::FamilyId;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    #[serde(default)]
    family: Vec<RawFamily>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFamily {
    id: String,
    name: String,
    report: bool,
}

/// One kind of paper.
#[derive(Clone, Debug)]
pub struct Family {
    /// `department_overall`, `notice` …
    pub id: String,
    /// Its Chinese name.
    pub name: String,
    /// True for self-assessments; false for notices, templates, third-party evaluations and other text.
    pub report: bool,
}

/// All kinds of papers.
#[derive(Debug)]
pub struct Families {
    list: Vec<Family>,
}

impl Families {
    pub(super) fn compile(raw: Raw) -> Result<Self, RuleError> {
        Ok(Families {
            list: raw.family.into_iter().map(|f| Family { id: f.id, name: f.name, report: f.report }).collect(),
        })
    }

    /// The family behind an id of the model.
    pub fn get(&self, id: FamilyId) -> &Family {
        &self.list[id.0 as usize]
    }

    /// All families in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Family> {
        self.list.iter()
    }
}
