//! Text in, words out; words of a report in, those that mark it out. The only home of jieba.
//!
//! The dictionary is jieba's own (`dict.txt`, see `LICENSE-jieba.txt`) and the domain words of `patterns/words.toml`. Texts are
//! cut exactly as jieba-rs cuts them with the same words, by a faster walk through the dictionary (`lexicon.rs`). Loading all of
//! it takes 30 ms where `Jieba::new()` takes 100; [`Dictionary::for_texts`] makes a small one in 4 ms for a short report.

mod hmm;
mod keywords;
mod lexicon;
mod restrict;

use std::sync::{LazyLock, OnceLock};

use jieba_rs::Jieba;

use self::lexicon::{Lexicon, Scratch};

pub use keywords::{Background, Filter, Tally};

/// Texts up to this length in all are cut with a dictionary made for them; above it, making one is dearer than loading all.
pub const SMALL: usize = 128 * 1024;

/// The frequency of a domain word that states none: of 60 million, enough to win over its parts, however common they are.
pub const DEFAULT_FREQUENCY: u32 = 3_000;

/// How much text is cut at once, so that the tokens of a large file need not be in memory together.
const CHUNK: usize = 128 * 1024;

/// jieba's dictionary and the domain words on top of it.
#[derive(Debug)]
pub struct Dictionary {
    domain: Vec<(String, u32)>,
    /// The sum of all frequencies, domain words in place of jieba's own.
    total: u64,
    full: OnceLock<Cutter>,
}

impl Dictionary {
    /// jieba's dictionary, and these words with their frequencies instead of or beside its own.
    pub fn new(mut domain: Vec<(String, u32)>) -> Self {
        domain.sort();
        domain.dedup_by(|later, first| later.0 == first.0);
        let replaced: u64 = domain.iter().filter_map(|(word, _)| restrict::frequency(word)).sum();
        let added: u64 = domain.iter().map(|&(_, frequency)| u64::from(frequency)).sum();
        Dictionary { domain, total: restrict::TOTAL - replaced + added, full: OnceLock::new() }
    }

    /// The cutter with every word, loaded on first use (others that ask meanwhile wait for it).
    pub fn full(&self) -> &Cutter {
        self.full.get_or_init(|| Cutter { lexicon: Lexicon::new(restrict::all(&self.domain), self.total) })
    }

    /// The full cutter, where it has been loaded.
    pub fn loaded(&self) -> Option<&Cutter> {
        self.full.get()
    }

    /// A cutter that cuts each of `texts` exactly as [`Dictionary::full`] does and holds only the words that can occur there:
    /// how a text is cut depends on the words that occur in it, their frequencies and the sum of all frequencies.
    pub fn for_texts<'t>(&self, texts: impl Iterator<Item = &'t str> + Clone) -> Cutter {
        Cutter { lexicon: Lexicon::new(restrict::some(texts, &self.domain).into_iter(), self.total) }
    }

    /// The words of `text` in order; together they are the text.
    pub fn segment<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut words = Vec::new();
        match self.loaded() {
            None if text.len() <= SMALL => self.for_texts([text].into_iter()).cut(text, |_, word| words.push(word)),
            _ => self.full().cut(text, |_, word| words.push(word)),
        }
        words
    }
}

/// Cuts text into words.
#[derive(Debug)]
pub struct Cutter {
    lexicon: Lexicon,
}

impl Cutter {
    /// Hands every word of `text` with its byte offset to `each`, in order.
    ///
    /// Unknown words are found by jieba's hidden Markov model (`hmm = true`): names of places and people are what marks a
    /// report out, and with it a cut of the whole view is no slower.
    pub fn cut<'t>(&self, text: &'t str, mut each: impl FnMut(usize, &'t str)) {
        // Without a dictionary jieba gives all that it is asked to cut to its model.
        static MODEL: LazyLock<Jieba> = LazyLock::new(Jieba::empty);
        let mut scratch = Scratch::default();
        let mut start = 0;
        while start < text.len() {
            let end = chunk_end(text, start);
            let mut each = |at, word| each(start + at, word);
            self.lexicon.cut(&MODEL, &text[start..end], &mut scratch, &mut each);
            start = end;
        }
    }
}

/// The end of the chunk that begins at `start`: behind the last line end or, in a line that is longer than a chunk, the last
/// character at which jieba cuts anyway. A longer run without any such character is cut where the chunk ends.
fn chunk_end(text: &str, start: usize) -> usize {
    if text.len() - start <= CHUNK {
        return text.len();
    }
    let mut limit = start + CHUNK;
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let chunk = &text[start..limit];
    if let Some(at) = memchr::memrchr(b'\n', chunk.as_bytes()) {
        return start + at + 1;
    }
    match chunk.char_indices().rev().find(|&(_, c)| !restrict::joins(c) && c != '\r') {
        Some((at, c)) => start + at + c.len_utf8(),
        None => limit,
    }
}

/// Whether jieba can ever find `word`: it cuts at everything but ideographs, ASCII letters, digits and `+#&._%-` first.
pub fn can_be_found(word: &str) -> bool {
    !word.is_empty() && word.chars().all(restrict::joins)
}

#[cfg(test)]
mod tests;
