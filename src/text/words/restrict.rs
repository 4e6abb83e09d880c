//! The dictionary, and for given texts those of its words that can matter to them.

/// jieba's dictionary: lines `word frequency tag`, in byte order of the words, each word once.
pub(super) const DICT: &str = include_str!("dict.txt");

/// The sum of all its frequencies (a test adds them up).
pub(super) const TOTAL: u64 = 60_101_964;

/// True of the characters inside which jieba looks for words; it cuts at all others. (`is_han_default` in jieba-rs 0.11.)
pub(super) fn joins(c: char) -> bool {
    match c {
        '\u{4E00}'..='\u{9FFF}' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '&' | '.' | '_' | '%' | '-'),
        _ => matches!(c,
            '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2A6DF}' | '\u{2A700}'..='\u{2B73F}'
            | '\u{2B740}'..='\u{2B81F}' | '\u{2B820}'..='\u{2CEAF}' | '\u{2CEB0}'..='\u{2EBEF}' | '\u{2F800}'..='\u{2FA1F}'),
    }
}

/// The frequency of `word` in jieba's dictionary.
pub(super) fn frequency(word: &str) -> Option<u64> {
    let at = lower_bound(word.as_bytes());
    let line = DICT[at..].lines().next()?;
    let (found, rest) = line.split_once(' ')?;
    (found == word).then(|| parse_frequency(rest.as_bytes()))
}

/// Every word of jieba's dictionary and of `domain`, in ascending order; where both have a word, `domain` says its frequency.
pub(super) fn all(domain: &[(String, u32)]) -> impl Iterator<Item = (&str, u64)> {
    let mut theirs = Lines { at: 0, end: DICT.len() }.map(|(word, rest)| (word, parse_frequency(rest))).peekable();
    let mut ours = domain.iter().map(|(word, frequency)| (word.as_str(), u64::from(*frequency))).peekable();
    std::iter::from_fn(move || match (theirs.peek(), ours.peek()) {
        (Some(their), Some(our)) if their.0 < our.0 => theirs.next(),
        (Some(their), Some(our)) if their.0 > our.0 => ours.next(),
        (Some(_), Some(_)) => {
            theirs.next();
            ours.next()
        }
        (Some(_), None) => theirs.next(),
        (None, _) => ours.next(),
    })
}

/// Those of [`all`] in which every two neighbouring characters are neighbours in one of `texts`.
pub(super) fn some<'t, 'd>(
    texts: impl Iterator<Item = &'t str> + Clone,
    domain: &'d [(String, u32)],
) -> Vec<(&'d str, u64)> {
    let seen = Seen::new(texts);
    let ours = domain.iter().filter(|(word, _)| seen.may_hold(word));
    let mut words: Vec<(&str, u64)> = ours.map(|(word, frequency)| (word.as_str(), u64::from(*frequency))).collect();
    for &first in &seen.firsts {
        let mut buffer = [0; 4];
        let first: &str = first.encode_utf8(&mut buffer);
        let lines = Lines { at: lower_bound(first.as_bytes()), end: DICT.len() };
        let words_of = lines.take_while(|(word, _)| word.starts_with(first));
        let ours = |word: &str| domain.binary_search_by(|(ours, _)| ours.as_str().cmp(word)).is_ok();
        words.extend(
            words_of
                .filter(|(word, _)| seen.may_hold(word) && !ours(word))
                .map(|(word, rest)| (word as &str, parse_frequency(rest))),
        );
    }
    words.sort_unstable();
    words
}

/// The lines of a stretch of the dictionary: words, and what stands behind each, its frequency first.
struct Lines {
    at: usize,
    end: usize,
}

impl Iterator for Lines {
    type Item = (&'static str, &'static [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let line = &DICT.as_bytes()[self.at..self.end];
        let space = memchr::memchr(b' ', line).unwrap_or(line.len());
        let word = &DICT[self.at..self.at + space];
        let rest = &line[(space + 1).min(line.len())..];
        self.at += memchr::memchr(b'\n', rest).map_or(line.len(), |n| space + 1 + n + 1);
        Some((word, rest))
    }
}

/// The characters of some texts and which of them are neighbours, the latter as a bit set over a hash: a collision lets a
/// word in that does not occur, which costs a moment and changes nothing.
struct Seen {
    /// The distinct characters, ascending.
    firsts: Vec<char>,
    pairs: Vec<u64>,
    mask: u64,
}

impl Seen {
    fn new<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Self {
        let bytes: usize = texts.clone().map(str::len).sum();
        // At most a pair for every third byte; eight bits for each keeps collisions below one in eight.
        let bits = (bytes * 8 / 3).next_power_of_two().clamp(1 << 14, 1 << 22);
        let mut seen = Seen { firsts: Vec::new(), pairs: vec![0; bits / 64], mask: bits as u64 - 1 };
        let mut chars = vec![0_u64; 0x11_0000 / 64];
        for text in texts {
            let mut before = '\n';
            for c in text.chars() {
                chars[c as usize / 64] |= 1 << (c as usize % 64);
                let bit = seen.bit(before, c);
                seen.pairs[bit / 64] |= 1 << (bit % 64);
                before = c;
            }
        }
        for (i, &word) in chars.iter().enumerate().filter(|&(_, &word)| word != 0) {
            let ones = (0..64).filter(|bit| word >> bit & 1 == 1);
            seen.firsts.extend(ones.filter_map(|bit| char::from_u32(i as u32 * 64 + bit)).filter(|&c| joins(c)));
        }
        seen
    }

    fn bit(&self, a: char, b: char) -> usize {
        let key = u64::from(a as u32) << 21 | u64::from(b as u32);
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32 & self.mask) as usize
    }

    /// False only where `word` occurs in none of the texts.
    fn may_hold(&self, word: &str) -> bool {
        let mut chars = word.chars();
        let Some(mut before) = chars.next() else { return false };
        let mut single = true;
        for c in chars {
            let bit = self.bit(before, c);
            if self.pairs[bit / 64] >> (bit % 64) & 1 == 0 {
                return false;
            }
            before = c;
            single = false;
        }
        !single || self.firsts.binary_search(&before).is_ok()
    }
}

/// The offset of the first line that is not less than `prefix`.
fn lower_bound(prefix: &[u8]) -> usize {
    let dict = DICT.as_bytes();
    let line_start = |at: usize| memchr::memrchr(b'\n', &dict[..at]).map_or(0, |n| n + 1);
    let (mut low, mut high) = (0, dict.len());
    // `low` is the start of a line, all lines before it are less; the line at `high` is not.
    while low < high {
        let start = line_start((low + high) / 2);
        let end = memchr::memchr(b'\n', &dict[start..]).map_or(dict.len(), |n| start + n + 1);
        let line = &dict[start..end];
        let word = &line[..memchr::memchr(b' ', line).unwrap_or(line.len())];
        if word < prefix {
            low = end;
        } else {
            high = start;
        }
    }
    low
}

fn parse_frequency(digits: &[u8]) -> u64 {
    digits.iter().take_while(|b| b.is_ascii_digit()).fold(0, |n, b| n * 10 + u64::from(b - b'0'))
}
