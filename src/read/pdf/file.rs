//! Bytes in, the objects of a file out, by whichever reader opens it. Knows what an object is, and nothing of pages or fonts.
//!
//! Three readers stand behind one trait: `hayro` reads lazily and is the fastest; `salvage` builds the table of a damaged file
//! anew by scanning it; `lopdf` opens what both cannot.

use std::borrow::Cow;
use std::cell::Cell;

use super::filter::{self, Decoded};
use super::object::{Dict, Id, Object, Stream};
use super::{hayro, lopdf, salvage};
use crate::read::ReadError;

/// The longest chain of references to references that is followed.
const CHAIN: u32 = 16;
/// How many filters one stream may have; two is the most that producers write.
const FILTERS: usize = 4;
/// How much may come out of one stream. A page of a report has some 50 KB of content, a CJK font up to 20 MB.
pub(super) const STREAM: usize = 64 << 20;
/// How much may come out of all streams of one file, for each byte of the file and at least: text compresses 10 times, and a
/// form may be on every page. What goes beyond is a bomb.
const FILE_FACTOR: u64 = 400;
const FILE_LEAST: u64 = 512 << 20;

/// Where objects come from.
pub(super) trait Objects {
    /// The object of this name, with the references in it as they stand.
    fn object(&self, id: Id) -> Option<Object>;

    /// The data of a stream, decrypted, its filters not undone.
    fn data(&self, id: Id) -> Option<Cow<'_, [u8]>>;

    /// The catalogue.
    fn root(&self) -> Option<Object>;

    /// Names of objects that may be pages, in the order of the file, for files whose page tree is lost.
    fn strays(&self) -> Vec<Id> {
        Vec::new()
    }
}

/// An open file.
pub(super) struct File {
    objects: Box<dyn Objects>,
    /// How many more bytes may come out of streams.
    left: Cell<u64>,
    /// Streams whose data was damaged or too much.
    pub cut: Cell<u64>,
    /// The file was put together again from its pieces.
    pub repaired: bool,
}

impl File {
    fn new(objects: Box<dyn Objects>, bytes: usize, repaired: bool) -> Self {
        let left = Cell::new((bytes as u64 * FILE_FACTOR).max(FILE_LEAST));
        File { objects, left, cut: Cell::new(0), repaired }
    }

    pub fn object(&self, id: Id) -> Option<Object> {
        let mut object = self.objects.object(id)?;
        for _ in 0..CHAIN {
            let Object::Ref(next) = object else { return Some(object) };
            object = self.objects.object(next)?;
        }
        None
    }

    /// What `object` stands for.
    pub fn resolve(&self, object: &Object) -> Option<Object> {
        match object {
            Object::Ref(id) => self.object(*id),
            other => Some(other.clone()),
        }
    }

    /// The value of a key, references followed; `None` where it is null.
    pub fn get(&self, dict: &Dict, key: &[u8]) -> Option<Object> {
        self.resolve(dict.get(key)?).filter(|object| *object != Object::Null)
    }

    pub fn dict(&self, dict: &Dict, key: &[u8]) -> Option<Dict> {
        self.get(dict, key)?.dict().cloned()
    }

    pub fn number(&self, dict: &Dict, key: &[u8]) -> Option<f64> {
        self.get(dict, key)?.number()
    }

    /// The numbers of an array.
    pub fn numbers(&self, dict: &Dict, key: &[u8]) -> Option<Vec<f64>> {
        let array = self.get(dict, key)?;
        array.array()?.iter().map(|item| self.resolve(item)?.number()).collect()
    }

    pub fn root(&self) -> Option<Object> {
        self.objects.root()
    }

    pub fn strays(&self) -> Vec<Id> {
        self.objects.strays()
    }

    /// The data of a stream with its filters undone; what came before the damage where it is damaged. `None` where there is
    /// none or where it is a picture.
    pub fn data(&self, stream: &Stream) -> Option<Decoded> {
        let raw = self.objects.data(stream.id)?;
        let decoded = self.undo(&stream.dict, raw)?;
        if decoded.cut {
            self.cut.set(self.cut.get() + 1);
        }
        Some(decoded)
    }

    fn undo(&self, dict: &Dict, raw: Cow<'_, [u8]>) -> Option<Decoded> {
        let listed = |long: &[u8], short: &[u8]| {
            let object = self.get(dict, long).or_else(|| self.get(dict, short));
            match object {
                Some(Object::Array(items)) => items.iter().filter_map(|item| self.resolve(item)).collect(),
                Some(object) => vec![object],
                None => Vec::new(),
            }
        };
        let filters: Vec<Object> = listed(b"Filter", b"F");
        let parameters: Vec<Object> = listed(b"DecodeParms", b"DP");
        let mut decoded = Decoded { bytes: Vec::new(), cut: false };
        if filters.len() > FILTERS {
            return None;
        }
        let mut current = raw;
        for (i, name) in filters.iter().enumerate() {
            let limit = usize::try_from(self.left.get()).unwrap_or(STREAM).min(STREAM);
            let own = parameters.get(i).and_then(Object::dict).cloned().unwrap_or_default();
            let next = filter::undo(name.name()?, &current, &own, limit)?;
            self.left.set(self.left.get().saturating_sub(next.bytes.len() as u64));
            decoded.cut |= next.cut;
            current = Cow::Owned(next.bytes);
        }
        decoded.bytes = current.into_owned();
        Some(decoded)
    }
}

/// Opens a file with the first reader that finds pages in it, as `pages` counts them.
///
/// # Errors
/// `pdf.password`, `pdf.encrypted`, `pdf.damaged`.
pub(super) fn open(bytes: &[u8], pages: impl Fn(&File) -> usize) -> Result<File, ReadError> {
    let file = |objects, repaired| File::new(objects, bytes.len(), repaired);
    let first = hayro::open(bytes);
    let (mut best, mut most) = (None, 0);
    let mut refusal: fn() -> ReadError = damaged;
    if let Ok(objects) = &first
        && objects.sound()
    {
        let Ok(objects) = first else { return Err(damaged()) };
        let found = file(Box::new(objects), false);
        most = pages(&found);
        if most > 0 && intact(bytes) {
            return Ok(found);
        }
        best = Some(found);
    } else if let Err(refused) = first {
        match refused {
            hayro::Refused::Password => return Err(password()),
            hayro::Refused::Encryption => refusal = encrypted,
            hayro::Refused::Damaged => {}
        }
    }
    // Salvaging cannot decrypt.
    if let Some(objects) = salvage::open(bytes) {
        let found = file(Box::new(objects), true);
        let count = pages(&found);
        if count > most {
            (best, most) = (Some(found), count);
        }
    }
    if most == 0 {
        match lopdf::open(bytes) {
            Ok(objects) => {
                let found = file(Box::new(objects), true);
                let count = pages(&found);
                if count > most {
                    (best, most) = (Some(found), count);
                }
            }
            Err(lopdf::Refused::Password) => return Err(password()),
            Err(lopdf::Refused::Damaged) => {}
        }
    }
    best.filter(|_| most > 0).ok_or_else(refusal)
}

/// Whether the file's end says where its table is, and something is there.
fn intact(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    let Some(at) = memchr::memmem::rfind(tail, b"startxref") else { return false };
    let mut lexer = super::lexer::Lexer::new(tail, at + b"startxref".len());
    let Some(place) = lexer.whole().and_then(|n| usize::try_from(n).ok()) else { return false };
    let mut lexer = super::lexer::Lexer::new(bytes, place);
    place < bytes.len() && (lexer.take(b"xref") || lexer.id(b"obj").is_some())
}

fn password() -> ReadError {
    let message =
        "opens with a password only; remove the password in the program that made it, or print it to a new PDF";
    ReadError { id: "pdf.password", message: message.into() }
}

fn encrypted() -> ReadError {
    let message = "is encrypted in a way that is not known; print it to a new PDF in a viewer that opens it";
    ReadError { id: "pdf.encrypted", message: message.into() }
}

fn damaged() -> ReadError {
    let message = "is a PDF file too damaged to find any page in it; ask for the file again, or open it in a viewer and print it to a new PDF";
    ReadError { id: "pdf.damaged", message: message.into() }
}
