//! Words with frequencies in, the best cut of a text into them out: jieba's algorithm on a structure that fits the cache.
//!
//! The cut of jieba is the path of the highest product of frequencies through the words that occur in a run of characters;
//! what it leaves as single characters in a row is given to the hidden Markov model for unknown words. This module finds the
//! same path, to the last tie (tests compare it with jieba-rs word for word), in some half of the time: jieba-rs walks a trie
//! of 16 MB with a memory access for each character of each word, here the first two characters lead to one entry of a table
//! of 4 MB. The hidden Markov model is that of jieba-rs itself.

use jieba_rs::Jieba;
use rustc_hash::FxHashMap;

use super::restrict::joins;

/// A prefix of words.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// Its last character; in the table of pairs both, 16 bits each, so that 0 is free.
    key: u32,
    /// Where in `Lexicon::longer` the entries with one character more stand, in order.
    child: u32,
    /// How many there are.
    children: u16,
    /// The place in `Lexicon::weights` of the word that ends here; 0 where none does.
    weight: u16,
}

/// All words, by their first two characters and then by every further one.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// Of each character of the basic plane, the weight of the word that it is, and [`STARTS`] where it begins others.
    firsts: Vec<u32>,
    /// An open-addressing table of the first two characters of words, two thirds full.
    pairs: Vec<Entry>,
    /// A bit for each hash of a pair that is there: most pairs of a text are not, and need not be looked for.
    known: Vec<u64>,
    /// First characters and pairs beyond the basic plane.
    rare_firsts: FxHashMap<char, u32>,
    rare_pairs: FxHashMap<(char, char), Entry>,
    /// Prefixes of three characters and more.
    longer: Vec<Entry>,
    /// `ln(frequency) - ln(total)`, once for each frequency; the first is that of a character that is no word.
    weights: Vec<f64>,
}

/// Set in `firsts` where longer words begin with the character.
const STARTS: u32 = 1 << 16;

/// One step of the best path.
#[derive(Clone, Copy)]
struct Step {
    weight: f64,
    end: u32,
}

/// Buffers kept from one run of characters to the next.
#[derive(Default)]
pub(super) struct Scratch {
    chars: Vec<(u32, char)>,
    route: Vec<Step>,
}

impl Lexicon {
    /// From words in ascending order, each once, with their frequencies; `total` is the sum of the frequencies of all words
    /// of the language, those left out included.
    pub fn new<'w>(words: impl Iterator<Item = (&'w str, u64)>, total: u64) -> Self {
        let log_total = (total as f64).ln();
        let mut lexicon = Lexicon {
            firsts: vec![0; 0x1_0000],
            pairs: Vec::new(),
            known: Vec::new(),
            rare_firsts: FxHashMap::default(),
            rare_pairs: FxHashMap::default(),
            longer: Vec::new(),
            weights: vec![0.0 - log_total],
        };
        let mut places: FxHashMap<u64, u16> = FxHashMap::default();
        let mut pairs: Vec<Entry> = Vec::new();
        // Words that begin with the same two characters follow each other.
        let mut group: Vec<(&str, u16)> = Vec::new();
        let mut head = ('\0', '\0');
        for (word, frequency) in words {
            let weight = *places.entry(frequency).or_insert_with(|| {
                lexicon.weights.push((frequency as f64).ln() - log_total);
                // More different frequencies than 16 bits can name: the last ones share a weight.
                (lexicon.weights.len() - 1).min(u16::MAX as usize) as u16
            });
            let mut chars = word.chars();
            let Some(first) = chars.next() else { continue };
            let Some(second) = chars.next() else {
                *lexicon.first_mut(first) |= u32::from(weight);
                continue;
            };
            *lexicon.first_mut(first) |= STARTS;
            if head != (first, second) {
                lexicon.close(head, &mut group, &mut pairs);
                head = (first, second);
            }
            group.push((chars.as_str(), weight));
        }
        lexicon.close(head, &mut group, &mut pairs);
        lexicon.build(pairs);
        lexicon
    }

    fn first_mut(&mut self, c: char) -> &mut u32 {
        match self.firsts.get_mut(c as usize) {
            Some(first) => first,
            None => self.rare_firsts.entry(c).or_insert(0),
        }
    }

    /// Makes the entry of a pair from what follows it in its words.
    fn close(&mut self, head: (char, char), group: &mut Vec<(&str, u16)>, pairs: &mut Vec<Entry>) {
        if group.is_empty() {
            return;
        }
        let mut entry = self.entry(0, group);
        group.clear();
        match pair_key(head.0, head.1) {
            Some(key) => {
                entry.key = key;
                pairs.push(entry);
            }
            None => _ = self.rare_pairs.insert(head, entry),
        }
    }

    /// The entry of a prefix from what follows it in its words, the word that ends there (nothing follows) first.
    fn entry(&mut self, key: u32, rests: &[(&str, u16)]) -> Entry {
        let (weight, rests) = match rests {
            [("", weight), rests @ ..] => (*weight, rests),
            rests => (0, rests),
        };
        let first = |rest: &str| rest.chars().next().map_or(0, |c| c as u32);
        let groups = rests.chunk_by(|a, b| first(a.0) == first(b.0));
        let (start, n) = (self.longer.len(), groups.clone().count());
        self.longer.resize(start + n, Entry::default());
        for (i, group) in groups.enumerate() {
            let key = first(group[0].0);
            let width = group[0].0.chars().next().map_or(0, char::len_utf8);
            let below: Vec<(&str, u16)> = group.iter().map(|(rest, weight)| (&rest[width..], *weight)).collect();
            self.longer[start + i] = self.entry(key, &below);
        }
        Entry { key, child: start as u32, children: n as u16, weight }
    }

    fn build(&mut self, pairs: Vec<Entry>) {
        self.pairs = vec![Entry::default(); pairs.len() * 3 / 2 + 1];
        self.known = vec![0; (pairs.len() * 10).next_power_of_two().max(64) / 64];
        for entry in pairs {
            let hash = hash(entry.key);
            let bit = self.bit(hash);
            self.known[bit / 64] |= 1 << (bit % 64);
            let mut i = self.slot(hash);
            while self.pairs[i].key != 0 {
                i = if i + 1 == self.pairs.len() { 0 } else { i + 1 };
            }
            self.pairs[i] = entry;
        }
    }

    fn bit(&self, hash: u64) -> usize {
        hash as usize & (self.known.len() * 64 - 1)
    }

    /// The upper half of the hash, scaled to the table (Lemire, "Fast random integer generation in an interval", 2019).
    fn slot(&self, hash: u64) -> usize {
        (((hash >> 32) * self.pairs.len() as u64) >> 32) as usize
    }

    fn first(&self, c: char) -> u32 {
        match self.firsts.get(c as usize) {
            Some(&first) => first,
            None => self.rare_firsts.get(&c).copied().unwrap_or(0),
        }
    }

    fn pair(&self, a: char, b: char) -> Option<Entry> {
        let Some(key) = pair_key(a, b) else { return self.rare_pairs.get(&(a, b)).copied() };
        let hash = hash(key);
        let bit = self.bit(hash);
        if self.known[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        let mut i = self.slot(hash);
        loop {
            let entry = self.pairs[i];
            if entry.key == key {
                return Some(entry);
            }
            if entry.key == 0 {
                return None;
            }
            i = if i + 1 == self.pairs.len() { 0 } else { i + 1 };
        }
    }

    fn child(&self, entry: Entry, c: char) -> Option<Entry> {
        let children = &self.longer[entry.child as usize..][..entry.children as usize];
        match children.len() {
            0 => None,
            1..=8 => children.iter().find(|child| child.key == c as u32).copied(),
            _ => children.binary_search_by_key(&(c as u32), |child| child.key).ok().map(|i| children[i]),
        }
    }

    /// Every word that begins at `chars[at]`, shortest first: where it ends, and its place in `weights`.
    #[inline(always)]
    fn words_at(&self, chars: &[(u32, char)], at: usize, mut each: impl FnMut(usize, u16)) {
        let first = self.first(chars[at].1);
        if first & 0xFFFF != 0 {
            each(at + 1, first as u16);
        }
        if first & STARTS == 0 || at + 1 >= chars.len() {
            return;
        }
        let Some(mut entry) = self.pair(chars[at].1, chars[at + 1].1) else { return };
        let mut end = at + 2;
        loop {
            if entry.weight != 0 {
                each(end, entry.weight);
            }
            if entry.children == 0 || end >= chars.len() {
                return;
            }
            let Some(child) = self.child(entry, chars[end].1) else { return };
            entry = child;
            end += 1;
        }
    }

    /// Hands every word of `text` with its byte offset to `each`, in order.
    pub fn cut<'t>(&self, hmm: &Jieba, text: &'t str, scratch: &mut Scratch, each: &mut impl FnMut(usize, &'t str)) {
        let mut chars = text.char_indices();
        let mut next = chars.next();
        while let Some((at, c)) = next {
            next = chars.next();
            if !joins(c) {
                let mut end = at + c.len_utf8();
                if c == '\r' && next.is_some_and(|next| next.1 == '\n') {
                    next = chars.next();
                    end += 1;
                }
                each(at, &text[at..end]);
                continue;
            }
            scratch.chars.clear();
            scratch.chars.push((at as u32, c));
            while let Some((at, c)) = next
                && joins(c)
            {
                scratch.chars.push((at as u32, c));
                next = chars.next();
            }
            let end = next.map_or(text.len(), |next| next.0);
            self.route(&scratch.chars, &mut scratch.route);
            self.follow(hmm, &text[..end], &scratch.chars, &scratch.route, each);
        }
    }

    /// The best path from every character to the end: of two equal ones that with the longer first word, as in jieba.
    fn route(&self, chars: &[(u32, char)], route: &mut Vec<Step>) {
        let n = chars.len();
        route.clear();
        route.resize(n + 1, Step { weight: 0.0, end: n as u32 });
        for at in (0..n).rev() {
            let mut best: Option<Step> = None;
            self.words_at(chars, at, |end, weight| {
                let weight = self.weights[weight as usize] + route[end].weight;
                if best.is_none_or(|b| weight > b.weight || (weight == b.weight && end as u32 > b.end)) {
                    best = Some(Step { weight, end: end as u32 });
                }
            });
            let single = || Step { weight: self.weights[0] + route[at + 1].weight, end: at as u32 + 1 };
            route[at] = best.unwrap_or_else(single);
        }
    }

    /// Walks along the path; single characters in a row go to the hidden Markov model, unless they are a word that the path
    /// has passed over.
    fn follow<'t>(
        &self,
        hmm: &Jieba,
        text: &'t str,
        chars: &[(u32, char)],
        route: &[Step],
        each: &mut impl FnMut(usize, &'t str),
    ) {
        let byte = |i: usize| chars.get(i).map_or(text.len(), |c| c.0 as usize);
        let mut at = 0;
        while at < chars.len() {
            let end = route[at].end as usize;
            if end - at > 1 {
                each(byte(at), &text[byte(at)..byte(end)]);
                at = end;
                continue;
            }
            let mut end = end;
            while end < chars.len() && route[end].end as usize == end + 1 {
                end += 1;
            }
            let mut is_word = false;
            if end - at > 1 {
                self.words_at(chars, at, |word, _| is_word |= word == end);
            }
            if end - at == 1 || is_word {
                (at..end).for_each(|i| each(byte(i), &text[byte(i)..byte(i + 1)]));
            } else {
                let run = &text[byte(at)..byte(end)];
                hmm.cut(run, true).iter().for_each(|token| each(byte(at) + token.byte_start, token.word));
            }
            at = end;
        }
    }
}

/// Both characters in one number, where each has 16 bits.
fn pair_key(a: char, b: char) -> Option<u32> {
    ((a as u32 | b as u32) < 0x1_0000).then_some((a as u32) << 16 | b as u32)
}

fn hash(key: u32) -> u64 {
    let hash = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash ^ hash >> 32
}
