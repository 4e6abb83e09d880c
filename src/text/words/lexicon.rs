//! Words with frequencies in, the best cut of a text into them out: jieba's algorithm on a structure that fits the cache.
//!
//! The cut of jieba is the path of the highest product of frequencies through the words that occur in a run of characters;
//! what it leaves as single characters in a row is given to the hidden Markov model for unknown words. This module finds the
//! same path, to the last tie (tests compare it with jieba-rs word for word), in some half of the time: jieba-rs walks a trie
//! of 16 MB with a memory access for each character of each word, here the first two characters lead to one entry of a table
//! of 4 MB. The hidden Markov model is that of jieba-rs (`hmm.rs`), and jieba-rs itself for runs that hold letters or digits.

use jieba_rs::Jieba;
use rustc_hash::FxHashMap;

use super::hmm;
use super::restrict::joins;

/// A prefix of words.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// Its last character; in the table of pairs both, 16 bits each, so that 0 is free.
    key: u32,
    /// Where in `Lexicon::longer` the entries with one character more stand.
    child: u32,
    /// A bit for each of their characters: most characters that follow go no further, and this tells without looking there.
    next: u32,
    /// How many places they take there: up to [`FEW`] in order, or [`HASHED`] and the binary logarithm of the size of a table.
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

/// So many entries are looked through one by one; they share a line of the cache.
const FEW: usize = 4;
/// The entries stand in an open-addressing table.
const HASHED: u16 = 256;

/// Set in `firsts` where longer words begin with the character.
const STARTS: u32 = 1 << 16;

/// One step of the best path.
#[derive(Clone, Copy)]
struct Step {
    weight: f64,
    end: u32,
}

/// Buffers kept from one window to the next.
#[derive(Default)]
pub(super) struct Scratch {
    /// The characters of a window, with their offsets in the text.
    chars: Vec<(u32, char)>,
    /// What is known of each of them.
    starts: Vec<Start>,
    route: Vec<Step>,
    model: hmm::Scratch,
    /// Nothing that matters; it is written so that looking ahead is not optimised away.
    touched: u32,
}

/// What a dictionary says of a character and the one behind it.
#[derive(Clone, Copy)]
struct Start {
    /// What `Lexicon::firsts` holds.
    first: u32,
    /// Where in `Lexicon::pairs` to look for the two; or [`NOWHERE`], or [`RARE`].
    pair: u32,
}

/// No word begins with this pair.
const NOWHERE: u32 = u32::MAX;
/// A pair with a character beyond the basic plane.
const RARE: u32 = u32::MAX - 1;

/// How many bytes of text are looked at in one go: so many memory accesses can be under way at the same time, and what they
/// bring fits the nearest cache.
const WINDOW: usize = 1500;

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
        let (size, children) = match n {
            0..=FEW => (n, n as u16),
            n => {
                let size = (n + n / 2).next_power_of_two();
                (size, HASHED + size.ilog2() as u16)
            }
        };
        self.longer.resize(start + size, Entry::default());
        let mut next = 0;
        for (i, group) in groups.enumerate() {
            let key = first(group[0].0);
            let width = group[0].0.chars().next().map_or(0, char::len_utf8);
            let below: Vec<(&str, u16)> = group.iter().map(|(rest, weight)| (&rest[width..], *weight)).collect();
            let entry = self.entry(key, &below);
            next |= next_bit(key);
            let mut at = if size > FEW { child_slot(key, size.ilog2()) } else { i };
            while self.longer[start + at].key != 0 {
                at = (at + 1) & (size - 1);
            }
            self.longer[start + at] = entry;
        }
        Entry { key, child: start as u32, next, children, weight }
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

    /// Where the entry of a pair is to be looked for; [`NOWHERE`] where no word begins with it.
    fn place(&self, a: char, b: char) -> u32 {
        let Some(key) = pair_key(a, b) else { return RARE };
        let hash = hash(key);
        let bit = self.bit(hash);
        if self.known[bit / 64] >> (bit % 64) & 1 == 0 { NOWHERE } else { self.slot(hash) as u32 }
    }

    /// The entry of a pair whose [`Lexicon::place`] is known.
    #[inline(always)]
    fn pair(&self, place: u32, a: char, b: char) -> Option<Entry> {
        let Some(key) = pair_key(a, b) else { return self.rare_pairs.get(&(a, b)).copied() };
        let mut i = place as usize;
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

    #[inline(always)]
    fn child(&self, entry: Entry, c: char) -> Option<Entry> {
        if entry.next & next_bit(c as u32) == 0 {
            return None;
        }
        let start = entry.child as usize;
        if entry.children <= FEW as u16 {
            return self.longer[start..start + entry.children as usize]
                .iter()
                .find(|child| child.key == c as u32)
                .copied();
        }
        let log = u32::from(entry.children - HASHED);
        let mut at = child_slot(c as u32, log);
        loop {
            let child = self.longer[start + at];
            if child.key == c as u32 {
                return Some(child);
            }
            if child.key == 0 {
                return None;
            }
            at = (at + 1) & ((1 << log) - 1);
        }
    }

    /// Where in `longer` the entry of `c` is looked for first; the first place of all where it need not be looked for.
    #[inline(always)]
    fn child_place(&self, entry: Entry, c: char) -> usize {
        match entry.children {
            _ if entry.next & next_bit(c as u32) == 0 => 0,
            HASHED.. => entry.child as usize + child_slot(c as u32, u32::from(entry.children - HASHED)),
            _ => entry.child as usize,
        }
    }

    /// Every word that begins at `chars[at]`, shortest first: where it ends, and its place in `weights`.
    #[inline(always)]
    fn words_at(&self, run: Run<'_>, at: usize, mut each: impl FnMut(usize, u16)) {
        let chars = run.chars;
        let Start { first, pair } = run.starts[at];
        if first & 0xFFFF != 0 {
            each(at + 1, first as u16);
        }
        if pair == NOWHERE || at + 1 >= chars.len() {
            return;
        }
        let Some(mut entry) = self.pair(pair, chars[at].1, chars[at + 1].1) else { return };
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
    pub fn cut<'t>(&self, jieba: &Jieba, text: &'t str, scratch: &mut Scratch, each: &mut impl FnMut(usize, &'t str)) {
        let mut start = 0;
        while start < text.len() {
            let end = window_end(text, start);
            self.look_ahead(&text[start..end], start as u32, scratch);
            self.window(jieba, &text[..end], scratch, each);
            start = end;
        }
    }

    /// Finds out where the pairs of a window are to be looked for, and brings those places near. One access does not wait for
    /// another here, as it does while words are followed.
    fn look_ahead(&self, window: &str, offset: u32, scratch: &mut Scratch) {
        let Scratch { chars, starts, touched, .. } = scratch;
        chars.clear();
        chars.extend(window.char_indices().map(|(at, c)| (offset + at as u32, c)));
        let start = |c: char, next: Option<char>| {
            let first = self.first(c);
            let next = next.filter(|_| first & STARTS != 0);
            Start { first, pair: next.map_or(NOWHERE, |next| self.place(c, next)) }
        };
        starts.clear();
        starts.extend(chars.windows(2).map(|pair| start(pair[0].1, Some(pair[1].1))));
        starts.extend(chars.last().map(|last| start(last.1, None)));
        // Unknown pairs touch the first place, which is near already.
        let place = |start: &Start| if start.pair < RARE { start.pair as usize } else { 0 };
        for start in starts.iter() {
            *touched ^= self.pairs[place(start)].key;
        }
        for (pair, start) in chars.windows(3).zip(starts.iter()) {
            // Where the pair itself is not at its first place, this one is not near; that is rare.
            let place = self.child_place(self.pairs[place(start)], pair[2].1);
            *touched ^= self.longer.get(place).map_or(0, |entry| entry.key);
        }
    }

    /// Hands the words of a window to `each`; `text` ends where the window does.
    fn window<'t>(&self, jieba: &Jieba, text: &'t str, scratch: &mut Scratch, each: &mut impl FnMut(usize, &'t str)) {
        let Scratch { chars, starts, route, model, .. } = scratch;
        let byte = |i: usize| chars.get(i).map_or(text.len(), |c| c.0 as usize);
        let mut i = 0;
        while i < chars.len() {
            let start = i;
            let c = chars[i].1;
            i += 1;
            if !joins(c) {
                if c == '\r' && chars.get(i).is_some_and(|next| next.1 == '\n') {
                    i += 1;
                }
                each(byte(start), &text[byte(start)..byte(i)]);
                continue;
            }
            while chars.get(i).is_some_and(|c| joins(c.1)) {
                i += 1;
            }
            let run = Run { chars: &chars[start..i], starts: &starts[start..i] };
            self.route(run, route);
            self.follow(jieba, &text[..byte(i)], run, route, model, each);
        }
    }

    /// The best path from every character to the end: of two equal ones that with the longer first word, as in jieba.
    fn route(&self, run: Run<'_>, route: &mut Vec<Step>) {
        let n = run.chars.len();
        route.clear();
        route.resize(n + 1, Step { weight: 0.0, end: n as u32 });
        for at in (0..n).rev() {
            let mut best = Step { weight: f64::NEG_INFINITY, end: 0 };
            // Shortest first, so that the later one of two equal ones is the longer one.
            self.words_at(run, at, |end, weight| {
                let weight = self.weights[weight as usize] + route[end].weight;
                if weight >= best.weight {
                    best = Step { weight, end: end as u32 };
                }
            });
            if best.end == 0 {
                best = Step { weight: self.weights[0] + route[at + 1].weight, end: at as u32 + 1 };
            }
            route[at] = best;
        }
    }

    /// Walks along the path; single characters in a row go to the hidden Markov model, unless they are a word that the path
    /// has passed over.
    fn follow<'t>(
        &self,
        jieba: &Jieba,
        text: &'t str,
        run: Run<'_>,
        route: &[Step],
        model: &mut hmm::Scratch,
        each: &mut impl FnMut(usize, &'t str),
    ) {
        let chars = run.chars;
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
                self.words_at(run, at, |word, _| is_word |= word == end);
            }
            if end - at == 1 || is_word {
                (at..end).for_each(|i| each(byte(i), &text[byte(i)..byte(i + 1)]));
            } else if chars[at..end].iter().all(|c| hmm::covers(c.1)) {
                let each = |from: usize, to: usize| each(byte(at + from), &text[byte(at + from)..byte(at + to)]);
                hmm::cut(&chars[at..end], model, each);
            } else {
                let run = &text[byte(at)..byte(end)];
                jieba.cut(run, true).iter().for_each(|token| each(byte(at) + token.byte_start, token.word));
            }
            at = end;
        }
    }
}

/// A run of characters in which words are looked for.
#[derive(Clone, Copy)]
struct Run<'s> {
    chars: &'s [(u32, char)],
    starts: &'s [Start],
}

/// The end of the window that begins at `start`: [`WINDOW`] bytes on or further, where jieba cuts anyway.
fn window_end(text: &str, start: usize) -> usize {
    let mut end = start + WINDOW;
    if end >= text.len() {
        return text.len();
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let mut behind_cr = text.as_bytes()[end - 1] == b'\r';
    for (at, c) in text[end..].char_indices() {
        if !joins(c) && (c != '\n' || !behind_cr) {
            return end + at;
        }
        behind_cr = c == '\r';
    }
    text.len()
}

/// The first place of a character in a table of `1 << log` entries.
#[inline(always)]
fn child_slot(c: u32, log: u32) -> usize {
    (c.wrapping_mul(0x9E37_79B9) >> (32 - log)) as usize
}

/// One of 32 bits, by a multiplicative hash.
#[inline(always)]
fn next_bit(c: u32) -> u32 {
    1 << (c.wrapping_mul(0x9E37_79B9) >> 27)
}

/// Both characters in one number, where each has 16 bits.
fn pair_key(a: char, b: char) -> Option<u32> {
    ((a as u32 | b as u32) < 0x1_0000).then_some((a as u32) << 16 | b as u32)
}

fn hash(key: u32) -> u64 {
    let hash = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash ^ hash >> 32
}
