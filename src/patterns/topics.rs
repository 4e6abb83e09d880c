//! `topics.toml`: the one taxonomy onto which the outlines of all places are mapped.

use serde::Deserialize;

use super::load::RuleError;
use crate::model::TopicId;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    #[serde(default)]
    topic: Vec<RawTopic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTopic {
    id: String,
    name: String,
}

/// One entry of the taxonomy.
#[derive(Clone, Debug)]
pub struct Topic {
    /// `funding.basic`
    pub id: String,
    /// 基本支出
    pub name: String,
}

/// The taxonomy.
#[derive(Debug)]
pub struct Topics {
    list: Vec<Topic>,
}

impl Topics {
    pub(super) fn compile(raw: Raw) -> Result<Self, RuleError> {
        Ok(Topics { list: raw.topic.into_iter().map(|t| Topic { id: t.id, name: t.name }).collect() })
    }

    /// The topic behind an id of the model.
    pub fn get(&self, id: TopicId) -> &Topic {
        &self.list[id.0 as usize]
    }

    /// The id of the topic called `id`, where there is one.
    pub fn id(&self, id: &str) -> Option<TopicId> {
        self.list.iter().position(|t| t.id == id).map(|i| TopicId(i as u16))
    }

    /// All topics in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Topic> {
        self.list.iter()
    }
}
