//! The second reader: `lopdf`, which reads every object up front, for files that the first cannot open.

use std::borrow::Cow;

use ::lopdf::{Dictionary, Document, Error, Object as Theirs};

use super::file::Objects;
use super::object::{Dict, Id, Object, Stream};

/// How deep arrays and dictionaries may stand in each other.
const DEPTH: u32 = 32;
/// Larger files are not tried: all objects are held at once, and a file that the first reader refuses is rarely long.
const LARGEST: usize = 64 << 20;

/// Why a file does not open.
pub(super) enum Refused {
    Password,
    Damaged,
}

/// An open file.
pub(super) struct Lopdf(Document);

/// Opens a file with the empty password.
pub(super) fn open(bytes: &[u8]) -> Result<Lopdf, Refused> {
    if bytes.len() > LARGEST {
        return Err(Refused::Damaged);
    }
    match Document::load_mem(bytes) {
        Ok(document) if document.is_encrypted() => Err(Refused::Password),
        Ok(document) => Ok(Lopdf(document)),
        Err(Error::InvalidPassword) => Err(Refused::Password),
        Err(_) => Err(Refused::Damaged),
    }
}

impl Objects for Lopdf {
    fn object(&self, id: Id) -> Option<Object> {
        Some(ours(self.0.get_object((id.number, id.generation)).ok()?, Some(id), 0))
    }

    fn data(&self, id: Id) -> Option<Cow<'_, [u8]>> {
        let stream = self.0.get_object((id.number, id.generation)).ok()?.as_stream().ok()?;
        Some(Cow::Borrowed(&stream.content))
    }

    fn root(&self) -> Option<Object> {
        self.0.catalog().ok().map(|root| Object::Dict(dict(root, 0)))
    }
}

fn ours(object: &Theirs, id: Option<Id>, depth: u32) -> Object {
    match object {
        Theirs::Null => Object::Null,
        Theirs::Boolean(value) => Object::Bool(*value),
        Theirs::Integer(value) => Object::Number(*value as f64),
        Theirs::Real(value) => Object::Number(f64::from(*value)),
        Theirs::Name(name) => Object::Name(name.as_slice().into()),
        Theirs::String(text, _) => Object::Text(text.as_slice().into()),
        Theirs::Reference((number, generation)) => Object::Ref(Id { number: *number, generation: *generation }),
        _ if depth > DEPTH => Object::Null,
        Theirs::Array(items) => Object::Array(items.iter().map(|item| ours(item, None, depth + 1)).collect()),
        Theirs::Dictionary(own) => Object::Dict(dict(own, depth)),
        Theirs::Stream(stream) => match id {
            Some(id) => Object::Stream(Stream { dict: dict(&stream.dict, depth), id }),
            None => Object::Dict(dict(&stream.dict, depth)),
        },
    }
}

fn dict(dict: &Dictionary, depth: u32) -> Dict {
    Dict::new(dict.iter().map(|(key, value)| (key.as_slice().into(), ours(value, None, depth + 1))).collect())
}
