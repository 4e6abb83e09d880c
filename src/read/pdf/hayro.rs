//! The first reader: `hayro-syntax`, which parses only what it is asked for. The only file that knows its name.

use std::borrow::Cow;

use hayro_syntax::object::{self as theirs, MaybeRef, ObjectIdentifier};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::file::Objects;
use super::object::{Dict, Id, Object, Stream};

/// How deep arrays and dictionaries may stand in each other.
const DEPTH: u32 = 32;

/// Why a file does not open.
pub(super) enum Refused {
    Password,
    Encryption,
    Damaged,
}

/// An open file.
pub(super) struct Hayro(Pdf);

/// Opens a file with the empty password.
pub(super) fn open(bytes: &[u8]) -> Result<Hayro, Refused> {
    match Pdf::new(bytes.to_vec()) {
        Ok(pdf) => Ok(Hayro(pdf)),
        Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) => Err(Refused::Password),
        Err(LoadPdfError::Decryption(_)) => Err(Refused::Encryption),
        Err(LoadPdfError::Invalid) => Err(Refused::Damaged),
    }
}

impl Hayro {
    /// Whether it found any page.
    pub fn sound(&self) -> bool {
        !self.0.pages().is_empty()
    }
}

impl Objects for Hayro {
    fn object(&self, id: Id) -> Option<Object> {
        let object = self.0.xref().get::<theirs::Object<'_>>(their(id))?;
        Some(ours(&object, Some(id), 0))
    }

    fn data(&self, id: Id) -> Option<Cow<'_, [u8]>> {
        Some(self.0.xref().get::<theirs::Stream<'_>>(their(id))?.raw_data())
    }

    fn root(&self) -> Option<Object> {
        let id = self.0.xref().root_id();
        self.object(Id { number: id.obj_number, generation: u16::try_from(id.gen_number).unwrap_or(0) })
    }

    fn strays(&self) -> Vec<Id> {
        let ids = self.0.pages().iter().filter_map(|page| page.raw().obj_id());
        ids.map(|id| Id { number: id.obj_number, generation: u16::try_from(id.gen_number).unwrap_or(0) }).collect()
    }
}

fn their(id: Id) -> ObjectIdentifier {
    ObjectIdentifier::new(id.number, i32::from(id.generation))
}

/// `id` is the name of the object itself, which a stream keeps.
fn ours(object: &theirs::Object<'_>, id: Option<Id>, depth: u32) -> Object {
    match object {
        theirs::Object::Null(_) => Object::Null,
        theirs::Object::Boolean(value) => Object::Bool(*value),
        theirs::Object::Number(number) => Object::Number(number.as_f64()),
        theirs::Object::String(text) => Object::Text(text.as_bytes().into()),
        theirs::Object::Name(name) => Object::Name(name.as_ref().into()),
        _ if depth > DEPTH => Object::Null,
        theirs::Object::Array(array) => Object::Array(array.raw_iter().map(|item| maybe(&item, depth)).collect()),
        theirs::Object::Dict(own) => Object::Dict(dict(own, depth)),
        theirs::Object::Stream(stream) => match id {
            Some(id) => Object::Stream(Stream { dict: dict(stream.dict(), depth), id }),
            None => Object::Dict(dict(stream.dict(), depth)),
        },
    }
}

fn maybe(object: &MaybeRef<theirs::Object<'_>>, depth: u32) -> Object {
    match object {
        MaybeRef::Ref(id) => match u16::try_from(id.gen_number) {
            Ok(generation) => Object::Ref(Id { number: id.obj_number, generation }),
            Err(_) => Object::Null,
        },
        MaybeRef::NotRef(object) => ours(object, None, depth + 1),
    }
}

fn dict(dict: &theirs::Dict<'_>, depth: u32) -> Dict {
    Dict::new(dict.entries().map(|(key, value)| (key.as_ref().into(), maybe(&value, depth))).collect())
}
