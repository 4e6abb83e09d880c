//! The objects of a PDF file, whoever read them. Follows no reference: that is [`super::file`]'s work.

use std::rc::Rc;

/// The name of an indirect object: its number and generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id {
    pub number: u32,
    pub generation: u16,
}

/// One object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Bool(bool),
    /// Whole and broken numbers alike; those of a page lie far within its precision.
    Number(f64),
    /// Decrypted, escapes undone.
    Text(Rc<[u8]>),
    /// Without its slash, escapes undone.
    Name(Rc<[u8]>),
    Array(Rc<[Object]>),
    Dict(Dict),
    Stream(Stream),
    Ref(Id),
}

/// Keys and values in the order of the keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dict(Rc<[(Rc<[u8]>, Object)]>);

/// A stream that is read only when asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stream {
    pub dict: Dict,
    /// What the reader finds its data by.
    pub id: Id,
}

impl Dict {
    /// A dictionary of `entries`; of equal keys the last counts.
    pub fn new(mut entries: Vec<(Rc<[u8]>, Object)>) -> Self {
        entries.reverse();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries.dedup_by(|a, b| a.0 == b.0);
        Dict(entries.into())
    }

    /// The value of a key as it stands, perhaps a reference.
    pub fn get(&self, key: &[u8]) -> Option<&Object> {
        let at = self.0.binary_search_by(|entry| entry.0.as_ref().cmp(key)).ok()?;
        Some(&self.0[at].1)
    }
}

impl Object {
    pub fn number(&self) -> Option<f64> {
        if let Object::Number(n) = self { Some(*n) } else { None }
    }

    /// A whole number, cut where it is broken.
    pub fn int(&self) -> Option<i64> {
        self.number().map(|n| n as i64)
    }

    pub fn name(&self) -> Option<&[u8]> {
        if let Object::Name(name) = self { Some(name) } else { None }
    }

    pub fn text(&self) -> Option<&[u8]> {
        if let Object::Text(text) = self { Some(text) } else { None }
    }

    pub fn array(&self) -> Option<&[Object]> {
        if let Object::Array(array) = self { Some(array) } else { None }
    }

    /// A dictionary, that of a stream too.
    pub fn dict(&self) -> Option<&Dict> {
        match self {
            Object::Dict(dict) | Object::Stream(Stream { dict, .. }) => Some(dict),
            _ => None,
        }
    }

    pub fn stream(&self) -> Option<&Stream> {
        if let Object::Stream(stream) = self { Some(stream) } else { None }
    }

    pub fn reference(&self) -> Option<Id> {
        if let Object::Ref(id) = self { Some(*id) } else { None }
    }
}
