//! A damaged file in, its objects out, found by looking for `12 0 obj` from the first byte to the last. Believes no table and no
//! length; decrypts nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use memchr::memmem;

use super::file::Objects;
use super::filter;
use super::lexer::{Lexer, is_space};
use super::object::{Dict, Id, Object, Stream};

/// How many objects are kept; a report of 1,000 pages has some 20,000.
const MOST: usize = 1 << 20;
/// How much may come out of one object stream, and of all of them. Producers put a few hundred objects into one.
const OBJECT_STREAM: usize = 16 << 20;
const OBJECT_STREAMS: usize = 128 << 20;

/// What was found.
pub(super) struct Salvaged {
    bytes: Vec<u8>,
    places: BTreeMap<u32, Place>,
    /// Object streams, opened.
    opened: Vec<Vec<u8>>,
    root: Option<Id>,
    /// In the order of the file.
    pages: Vec<Id>,
    /// Content streams that no page names: their pages are lost.
    orphans: Vec<Id>,
}

#[derive(Clone, Copy)]
enum Place {
    /// Behind its `obj`.
    File { at: usize },
    /// In an object stream.
    Opened { stream: usize, at: usize },
}

/// Scans `bytes`; `None` where there is nothing to find, or where it is encrypted.
pub(super) fn open(bytes: &[u8]) -> Option<Salvaged> {
    let mut found = Salvaged {
        bytes: bytes.to_vec(),
        places: BTreeMap::new(),
        opened: Vec::new(),
        root: None,
        pages: Vec::new(),
        orphans: Vec::new(),
    };
    let mut streams = Vec::new();
    for end in memmem::find_iter(bytes, b"obj") {
        let Some(id) = header(bytes, end) else { continue };
        if found.places.len() >= MOST {
            break;
        }
        let at = end + 3;
        found.places.insert(id.number, Place::File { at });
        let mut lexer = Lexer::new(bytes, at);
        lexer.space();
        // Objects that are no dictionaries are short or no pages; they are read when asked for.
        if lexer.rest().starts_with(b"<<")
            && let Some(Object::Dict(dict)) = lexer.object(0)
        {
            found.meet(id, &dict);
            if dict.get(b"Type").and_then(Object::name) == Some(b"ObjStm") {
                streams.push((id, dict));
            } else if lexer.take(b"stream") && dict.get(b"Type").is_none() && dict.get(b"Subtype").is_none() {
                found.orphans.push(id);
            }
        }
    }
    for at in memmem::find_iter(bytes, b"trailer") {
        let mut lexer = Lexer::new(bytes, at + 7);
        if let Some(Object::Dict(dict)) = lexer.object(0) {
            found.trailer(&dict)?;
        }
    }
    let mut total = 0;
    for (id, dict) in streams {
        found.unpack(id, &dict, &mut total);
    }
    if found.encrypted() { None } else { Some(found) }
}

/// `12 0 obj` whose `obj` stands at `end`: its name.
fn header(bytes: &[u8], end: usize) -> Option<Id> {
    let back = |mut at: usize, is: fn(u8) -> bool| {
        let from = at;
        while at > 0 && is(bytes[at - 1]) && from - at < 12 {
            at -= 1;
        }
        (from > at).then_some(at)
    };
    let digit = |b: u8| b.is_ascii_digit();
    let generation = back(end, is_space).unwrap_or(end);
    let start = back(generation, digit)?;
    let number = back(start, is_space)?;
    let first = back(number, digit)?;
    let parse = |from: usize, to: usize| std::str::from_utf8(&bytes[from..to]).ok()?.parse::<u32>().ok();
    Some(Id { number: parse(first, number)?, generation: u16::try_from(parse(start, generation)?).ok()? })
}

impl Salvaged {
    fn encrypted(&self) -> bool {
        // A salvaged file whose streams are encrypted would give noise.
        memmem::find(&self.bytes, b"/Encrypt ").is_some() || memmem::find(&self.bytes, b"/Encrypt<").is_some()
    }

    /// Remembers what a dictionary is for.
    fn meet(&mut self, id: Id, dict: &Dict) {
        let is_page = |dict: &Dict| {
            dict.get(b"Contents").is_some() && (dict.get(b"Parent").is_some() || dict.get(b"MediaBox").is_some())
        };
        match dict.get(b"Type").and_then(Object::name) {
            Some(b"Catalog") => self.root = Some(id),
            Some(b"Page") => self.pages.push(id),
            Some(b"XRef") => {
                if let Some(root) = dict.get(b"Root").and_then(Object::reference) {
                    self.root = Some(root);
                }
            }
            None if is_page(dict) => self.pages.push(id),
            _ => {}
        }
    }

    fn trailer(&mut self, dict: &Dict) -> Option<()> {
        if dict.get(b"Encrypt").is_some() {
            return None;
        }
        if let Some(root) = dict.get(b"Root").and_then(Object::reference) {
            self.root = Some(root);
        }
        Some(())
    }

    /// Opens an object stream; an object that stands in the file itself as well is taken from there.
    fn unpack(&mut self, id: Id, dict: &Dict, total: &mut usize) {
        let limit = OBJECT_STREAM.min(OBJECT_STREAMS.saturating_sub(*total));
        let Some(data) = self.data(id) else { return };
        let Some(bytes) = undo(dict, &data, limit) else { return };
        *total += bytes.len();
        let whole = |key: &[u8]| dict.get(key).and_then(Object::int).and_then(|n| usize::try_from(n).ok());
        let Some(first) = whole(b"First") else { return };
        let mut lexer = Lexer::new(&bytes, 0);
        let mut inside = Vec::new();
        for _ in 0..whole(b"N").unwrap_or(0).min(MOST) {
            let (Some(number), Some(at)) = (lexer.whole(), lexer.whole()) else { break };
            let (Ok(number), Ok(at)) = (u32::try_from(number), usize::try_from(at)) else { break };
            if first.saturating_add(at) < bytes.len() {
                inside.push((number, first + at));
            }
        }
        let stream = self.opened.len();
        for (number, at) in inside {
            if self.places.len() >= MOST {
                break;
            }
            let place = Place::Opened { stream, at };
            match self.places.get(&number) {
                Some(Place::File { .. }) => continue,
                _ => self.places.insert(number, place),
            };
            if let Some(Object::Dict(dict)) = Lexer::new(&bytes, at).object(0) {
                self.meet(Id { number, generation: 0 }, &dict);
            }
        }
        self.opened.push(bytes);
    }
}

/// The filters of a stream whose dictionary holds no references.
fn undo(dict: &Dict, data: &[u8], limit: usize) -> Option<Vec<u8>> {
    let single = |object: &Object| match object {
        Object::Array(items) => items.first().cloned(),
        other => Some(other.clone()),
    };
    let parameters = dict.get(b"DecodeParms").and_then(single);
    let parameters = parameters.as_ref().and_then(Object::dict).cloned().unwrap_or_default();
    match dict.get(b"Filter").and_then(single) {
        Some(name) => filter::undo(name.name()?, data, &parameters, limit).map(|decoded| decoded.bytes),
        None => Some(data.to_vec()),
    }
}

impl Objects for Salvaged {
    fn object(&self, id: Id) -> Option<Object> {
        match *self.places.get(&id.number)? {
            Place::File { at } => {
                let mut lexer = Lexer::new(&self.bytes, at);
                let object = lexer.object(0)?;
                Some(match object {
                    Object::Dict(dict) if lexer.take(b"stream") => Object::Stream(Stream { dict, id }),
                    other => other,
                })
            }
            Place::Opened { stream, at } => Lexer::new(self.opened.get(stream)?, at).object(0),
        }
    }

    fn data(&self, id: Id) -> Option<Cow<'_, [u8]>> {
        let Place::File { at } = *self.places.get(&id.number)? else { return None };
        let mut lexer = Lexer::new(&self.bytes, at);
        let Object::Dict(dict) = lexer.object(0)? else { return None };
        if !lexer.take(b"stream") {
            return None;
        }
        let mut start = lexer.at;
        let bytes = &self.bytes;
        if bytes.get(start) == Some(&b'\r') {
            start += 1;
        }
        if bytes.get(start) == Some(&b'\n') {
            start += 1;
        }
        // The length is believed where `endstream` follows it.
        let told = dict.get(b"Length").and_then(Object::int).and_then(|n| usize::try_from(n).ok());
        if let Some(end) = told.and_then(|n| start.checked_add(n)).filter(|&end| end <= bytes.len())
            && Lexer::new(bytes, end).take(b"endstream")
        {
            return Some(Cow::Borrowed(&bytes[start..end]));
        }
        let rest = &bytes[start..];
        let end = memmem::find(rest, b"endstream").or_else(|| memmem::find(rest, b"endobj")).unwrap_or(rest.len());
        let data = &rest[..end];
        let data = data.strip_suffix(b"\n").unwrap_or(data);
        Some(Cow::Borrowed(data.strip_suffix(b"\r").unwrap_or(data)))
    }

    fn root(&self) -> Option<Object> {
        self.object(self.root?)
    }

    fn strays(&self) -> Vec<Id> {
        let mut ids = self.pages.clone();
        ids.extend(&self.orphans);
        ids
    }
}
