//! Headings with their own topics in, topics with those they take from the heading above out.

use smallvec::SmallVec;

use super::item::Item;
use crate::model::TopicId;
use crate::patterns::{Known, Topics};

/// The topics of the headings above.
pub(super) struct Inherit<'a> {
    topics: &'a Topics,
    above: Vec<SmallVec<[TopicId; 2]>>,
}

impl<'a> Inherit<'a> {
    /// Nothing stands above the first heading.
    pub fn new(topics: &'a Topics) -> Self {
        Inherit { topics, above: Vec::new() }
    }

    /// The topics of `item` at `depth`; a title that says nothing takes those of the heading above.
    pub fn of(&mut self, depth: u8, item: &Item) -> SmallVec<[TopicId; 2]> {
        self.above.truncate(usize::from(depth) - 1);
        let mut own = item.topics.clone();
        if let Some(above) = self.above.last() {
            let owner = above.iter().copied().find(|t| self.topics.get(*t).owns);
            if let (Some(owner), Known::Cue) = (owner, item.known)
                && !own.iter().any(|t| self.topics.get(*t).owns)
            {
                own = SmallVec::from_slice(&[owner]);
            }
            for (topic, parent) in own.iter_mut().zip(above.iter().cycle()) {
                *topic = self.topics.within(*parent, *topic);
            }
            if own.is_empty() {
                own.extend(above.iter().copied().filter(|t| self.topics.get(*t).inherit).take(1));
            }
        }
        self.above.push(own.clone());
        own
    }
}
