//! The words of a report in, those that mark it and its sections out, against the background of the batch.

use rustc_hash::FxHashMap;

use super::Cutter;
use crate::model::{Keyword, Span};

/// How many keywords a report has at most.
const PER_REPORT: usize = 12;
/// How many keywords a section has at most, and of how many different words each is chosen: a line or two has fewer.
const PER_SECTION: usize = 5;
const PER_KEYWORD: usize = 3;
/// In a text of so many words a keyword stands more than once; what stands once in a long text does not mark it out.
const SHORT: u32 = 100;
/// How many reports the background holds before the first is read: so many, and every `common` word in all of them.
const PRIOR: u64 = 16;
/// How many distinct words the background keeps: 4 MB at most, and as many again while a block is added.
const CAP: usize = 200_000;

/// Which words can be keywords, and which of them say little in this field.
#[derive(Debug, Default)]
pub struct Filter {
    kinds: FxHashMap<u64, Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Stop,
    Common,
}

impl Filter {
    /// Words that are never keywords, and words that nearly every report has.
    pub fn new<'w>(stop: impl Iterator<Item = &'w str>, common: impl Iterator<Item = &'w str>) -> Self {
        let common = common.map(|word| (hash(word), Kind::Common));
        Filter { kinds: common.chain(stop.map(|word| (hash(word), Kind::Stop))).collect() }
    }
}

/// The words of one report and of its sections that can be keywords, counted.
#[derive(Debug, Default)]
pub struct Tally {
    words: Vec<Counted>,
    /// Section by section: its number, and where its stretch of `in_sections` ends.
    sections: Vec<(u32, u32)>,
    /// Indices into `words` with counts.
    in_sections: Vec<(u32, u32)>,
}

#[derive(Clone, Debug)]
struct Counted {
    hash: u64,
    /// Where it stands first.
    at: Span,
    count: u32,
    /// One past its latest entry in `in_sections`; 0 before it has one.
    entry: u32,
    common: bool,
}

impl Tally {
    /// Cuts the stretch `report` of `text` into words and counts those of two ideographs or more that are neither stop words
    /// nor numbers and, but in a short text, stand there more than once; `sections` are stretches of `text` in ascending
    /// order, by their number.
    pub fn new(
        cutter: &Cutter,
        text: &str,
        report: Span,
        sections: impl Iterator<Item = (u32, Span)>,
        filter: &Filter,
    ) -> Tally {
        let mut tally = Tally::default();
        let mut ids = Ids::new(report.len());
        let mut sections = sections.filter(|(_, span)| !span.is_empty());
        let mut section = sections.next();
        let mut first = 0;
        let mut total = 0_u32;
        cutter.cut(report.of(text), |at, word| {
            if !is_han(word) {
                return;
            }
            let at = report.start + at as u32;
            let hash = hash(word);
            let new = || match filter.kinds.get(&hash) {
                Some(Kind::Stop) => None,
                _ if is_number(word) => None,
                kind => Some(kind.is_some()),
            };
            let Some(id) = ids.get(hash, &mut tally.words, at, word.len(), new) else { return };
            total += 1;
            let counted = &mut tally.words[id];
            counted.count += 1;
            while let Some((number, span)) = section
                && span.end <= at
            {
                tally.sections.push((number, tally.in_sections.len() as u32));
                first = tally.in_sections.len() as u32;
                section = sections.next();
            }
            if section.is_some_and(|(_, span)| span.start <= at) {
                if counted.entry > first {
                    tally.in_sections[counted.entry as usize - 1].1 += 1;
                } else {
                    tally.in_sections.push((id as u32, 1));
                    counted.entry = tally.in_sections.len() as u32;
                }
            }
        });
        if let Some((number, _)) = section {
            tally.sections.push((number, tally.in_sections.len() as u32));
        }
        tally.keep(if total < SHORT { 1 } else { 2 });
        tally
    }

    /// Forgets the words that stand less than `least` times in the report.
    fn keep(&mut self, least: u32) {
        let mut ids = Vec::with_capacity(self.words.len());
        let mut kept = 0;
        for word in &self.words {
            ids.push(if word.count >= least { kept } else { u32::MAX });
            kept += u32::from(word.count >= least);
        }
        self.words.retain(|word| word.count >= least);
        let mut entries = Vec::with_capacity(self.in_sections.len());
        let mut start = 0;
        for section in &mut self.sections {
            let here = &self.in_sections[start as usize..section.1 as usize];
            start = section.1;
            let ids = here.iter().map(|&(id, count)| (ids[id as usize], count));
            entries.extend(ids.filter(|&(id, _)| id != u32::MAX));
            section.1 = entries.len() as u32;
        }
        entries.shrink_to_fit();
        self.words.shrink_to_fit();
        self.in_sections = entries;
    }

    /// The keywords of the report, and of each section by its number; `text` as it was given to [`Tally::new`].
    pub fn keywords(&self, text: &str, background: &Background) -> (Vec<Keyword>, Vec<(u32, Vec<Keyword>)>) {
        let rarity = background.rarity(&self.words);
        let keyword = |&(weight, count, id): &(u32, u32, u32)| {
            let word = self.words[id as usize].at.of(text).to_owned();
            Keyword { word, count, weight }
        };
        let counts = self.words.iter().enumerate().map(|(id, word)| (id as u32, word.count));
        let report = top(PER_REPORT, counts, &rarity).iter().map(keyword).collect();
        let mut start = 0;
        let sections = self.sections.iter().filter_map(|&(number, end)| {
            let here = &self.in_sections[start as usize..end as usize];
            start = end;
            let wanted = here.len().div_ceil(PER_KEYWORD).min(PER_SECTION);
            let words = top(wanted, here.iter().copied(), &rarity);
            (!words.is_empty()).then(|| (number, words.iter().map(keyword).collect()))
        });
        (report, sections.collect())
    }
}

/// The words met so far: an open-addressing table, at most half full, of hash above [`ID_BITS`] and place in the list plus
/// one below; 0 is free, the highest place is that of a word which is not counted.
struct Ids {
    slots: Vec<u64>,
    len: usize,
}

const ID_BITS: u32 = 26;
const ID_MASK: u64 = (1 << ID_BITS) - 1;

impl Ids {
    fn new(bytes: usize) -> Self {
        // A report of 7 kB has some 500 distinct words.
        Ids { slots: vec![0; (bytes / 7).next_power_of_two().clamp(256, 1 << 14)], len: 0 }
    }

    /// The place of a word in the list; `new` says of one that is not there yet whether it is common, or not to be counted.
    fn get(
        &mut self,
        hash: u64,
        words: &mut Vec<Counted>,
        at: u32,
        len: usize,
        new: impl FnOnce() -> Option<bool>,
    ) -> Option<usize> {
        let mut i = self.slot(hash);
        let found = self.slots[i];
        if found != 0 {
            let id = found & ID_MASK;
            return (id != ID_MASK).then_some(id as usize - 1);
        }
        if self.len * 2 >= self.slots.len() {
            self.grow();
            i = self.slot(hash);
        }
        self.len += 1;
        let id = match new() {
            // A report of more distinct words than 26 bits can name does not fit into memory.
            Some(common) if words.len() as u64 + 1 < ID_MASK => {
                let at = Span { start: at, end: at + len as u32 };
                words.push(Counted { hash, at, count: 0, entry: 0, common });
                words.len() as u64
            }
            _ => ID_MASK,
        };
        self.slots[i] = hash & !ID_MASK | id;
        (id != ID_MASK).then_some(id as usize - 1)
    }

    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut i = (hash >> ID_BITS) as usize & mask;
        while self.slots[i] != 0 && (self.slots[i] ^ hash) & !ID_MASK != 0 {
            i = (i + 1) & mask;
        }
        i
    }

    fn grow(&mut self) {
        let slots = vec![0; self.slots.len() * 2];
        for slot in std::mem::replace(&mut self.slots, slots).into_iter().filter(|&slot| slot != 0) {
            let i = self.slot(slot);
            self.slots[i] = slot;
        }
    }
}

/// The `n` heaviest as (weight, count, id): by weight, count, and first place.
fn top(n: usize, counts: impl Iterator<Item = (u32, u32)>, rarity: &[u32]) -> Vec<(u32, u32, u32)> {
    let key = |&(weight, count, id): &(u32, u32, u32)| (weight, count, u32::MAX - id);
    let mut best: Vec<(u32, u32, u32)> = Vec::with_capacity(n + 1);
    let mut least = 1;
    for (id, count) in counts {
        let weight = count.saturating_mul(rarity[id as usize]);
        if weight < least {
            continue;
        }
        let candidate = (weight, count, id);
        let at = best.partition_point(|other| key(other) > key(&candidate));
        best.insert(at, candidate);
        best.truncate(n);
        if best.len() == n {
            least = best[n - 1].0;
        }
    }
    best
}

/// In how many reports of the batch each word stands.
///
/// Words are known by the upper 44 bits of their hash. Above `CAP` words the rarest are forgotten when a block ends, as
/// lossy counting does (Manku and Motwani, "Approximate frequency counts over data streams", VLDB 2002): a word forgotten
/// counts as new.
#[derive(Debug)]
pub struct Background {
    reports: u64,
    /// How many slots are taken.
    len: usize,
    /// An open-addressing table, at most half full: hash above [`COUNT_BITS`], number of reports below; 0 is free. One
    /// memory access for a word, where a map of the standard library takes two.
    slots: Vec<u64>,
}

/// How many bits of a slot count reports; the count stays at its highest value.
const COUNT_BITS: u32 = 20;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;

impl Default for Background {
    fn default() -> Self {
        Background { reports: 0, len: 0, slots: vec![0; 1 << 15] }
    }
}

impl Background {
    /// Counts one report.
    pub fn add(&mut self, report: &Tally) {
        self.reports += 1;
        while (self.len + report.words.len()) * 2 > self.slots.len() {
            self.rebuild(self.slots.len() * 2, 0);
        }
        for word in &report.words {
            let i = self.slot(word.hash);
            match self.slots[i] {
                0 => {
                    self.slots[i] = word.hash & !COUNT_MASK | 1;
                    self.len += 1;
                }
                slot if slot & COUNT_MASK < COUNT_MASK => self.slots[i] += 1,
                _ => {}
            }
        }
    }

    /// Ends a block: forgets the rarest words where there are too many.
    pub fn settle(&mut self) {
        let mut rare = 1;
        while self.len > CAP {
            self.rebuild((4 * CAP).next_power_of_two() / 2, rare);
            rare += 1;
        }
    }

    /// The slot of a word, or the free one where it would go.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut i = (hash >> COUNT_BITS) as usize & mask;
        while self.slots[i] != 0 && (self.slots[i] ^ hash) & !COUNT_MASK != 0 {
            i = (i + 1) & mask;
        }
        i
    }

    /// Moves all words that stand in more than `rare` reports to a table of so many slots (or more, where they need them).
    fn rebuild(&mut self, slots: usize, rare: u64) {
        let kept: Vec<u64> = self.slots.iter().copied().filter(|slot| slot & COUNT_MASK > rare).collect();
        self.len = kept.len();
        self.slots.clear();
        self.slots.resize(slots.max((kept.len() * 2).next_power_of_two()), 0);
        for slot in kept {
            let i = self.slot(slot);
            self.slots[i] = slot;
        }
    }

    /// How little each word is to be expected, in thousandths of a bit: `log2((reports + prior + 1) / (its reports + ½))`.
    fn rarity(&self, words: &[Counted]) -> Vec<u32> {
        let all = log2(2 * (self.reports + PRIOR + 1));
        let rarity = |word: &Counted| {
            let expected = if word.common { 2 * PRIOR } else { 1 };
            let reports = self.slots[self.slot(word.hash)] & COUNT_MASK;
            all.saturating_sub(log2(2 * reports + expected))
        };
        words.iter().map(rarity).collect()
    }
}

/// The binary logarithm in thousandths, rounded down, without floating point: equal on every machine.
fn log2(x: u64) -> u32 {
    static KNOWN: [u32; 512] = {
        let mut known = [0; 512];
        let mut x = 1;
        while x < known.len() {
            known[x] = log2_slow(x as u64);
            x += 1;
        }
        known
    };
    if x < KNOWN.len() as u64 { KNOWN[x as usize] } else { log2_slow(x) }
}

/// By repeated squaring of the mantissa: each square above 2 is a one bit of the fraction.
const fn log2_slow(x: u64) -> u32 {
    let whole = x.ilog2();
    let mut mantissa = (x << (63 - whole)) >> 32; // 1.31 fixed point
    let mut fraction = 0_u64;
    let mut bit = 0;
    while bit < 16 {
        mantissa = (mantissa * mantissa) >> 31;
        fraction <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            fraction |= 1;
        }
        bit += 1;
    }
    whole * 1000 + ((fraction * 1000) >> 16) as u32
}

/// Two or more characters of the main block of ideographs (U+4E00 to U+9FFF) and nothing else.
fn is_han(word: &str) -> bool {
    let ideograph = |c: &[u8]| matches!(c[0], 0xE5..=0xE9) || (c[0] == 0xE4 && c[1] >= 0xB8);
    word.len() >= 6 && word.len().is_multiple_of(3) && word.as_bytes().chunks_exact(3).all(ideograph)
}

/// Nothing but numerals and what is counted with them.
#[rustfmt::skip]
fn is_number(word: &str) -> bool {
    word.chars().all(|c| {
        matches!(c, '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '万' | '亿' | '两' | '几'
            | '第' | '多' | '余' | '半' | '年' | '月' | '日' | '号' | '元' | '角' | '分' | '个' | '名' | '次'
            | '壹' | '贰' | '叁' | '肆' | '伍' | '陆' | '柒' | '捌' | '玖' | '拾' | '佰' | '仟')
    })
}

/// Only equality matters, and that it is the same on every machine. Nearly all words have six bytes.
fn hash(word: &str) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let bytes = word.as_bytes();
    let four = |at: usize| u64::from(u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")));
    let mix = |hash: u64, piece: u64| {
        let hash = (hash ^ piece).wrapping_mul(K);
        hash ^ hash >> 29
    };
    let n = bytes.len();
    let start = (n as u64).wrapping_mul(K);
    match n {
        0..4 => mix(start, bytes.iter().fold(0, |sum, &b| sum << 8 | u64::from(b))),
        4..=8 => mix(start, four(0) << 32 | four(n - 4)),
        _ => {
            // Pieces of four from the front, then the last four, which may overlap.
            let front = (0..n - 4).step_by(4).fold(start, |hash, at| mix(hash, four(at)));
            mix(front, four(n - 4))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words::Dictionary;

    fn tallied(dictionary: &Dictionary, filter: &Filter, text: &str) -> Tally {
        let whole = Span::new(0, text.len());
        let cut = text.find('\n').map_or(text.len(), |at| at + 1);
        let sections = [(3, Span::new(0, cut)), (7, Span::new(cut, text.len()))];
        Tally::new(dictionary.full(), text, whole, sections.into_iter(), filter)
    }

    #[test]
    fn what_marks_one_report_out_is_what_the_others_do_not_have() {
        let dictionary = Dictionary::new(vec![("营商环境".into(), 3_000)]);
        let filter = Filter::new(["我们"].into_iter(), ["资金"].into_iter());
        let first = "我们优化营商环境，资金到位，资金充足，减少审批手续，压缩办理时限。\n\
            营商环境评价位居前列，投资二百万元，企业满意，窗口服务规范，材料精简。";
        let texts = [first, "资金用于修建水库。\n水库蓄水。", "资金用于学校食堂。\n学校开学。"];
        let tallies = texts.map(|text| tallied(&dictionary, &filter, text));
        let mut background = Background::default();
        tallies.iter().for_each(|tally| background.add(tally));
        background.settle();
        let (report, sections) = tallies[0].keywords(first, &background);
        assert_eq!((report[0].word.as_str(), report[0].count), ("营商环境", 2));
        assert!(report.iter().all(|k| k.word != "我们" && k.word != "二百万元" && k.word != "的"));
        assert!(report.iter().position(|k| k.word == "资金").is_none_or(|at| at > 3));
        assert_eq!(sections.iter().map(|s| s.0).collect::<Vec<_>>(), [3, 7]);
        assert!(sections[1].1.iter().any(|k| k.word == "营商环境" && k.count == 1));
        assert!(sections[1].1.iter().all(|k| k.word != "资金"));
    }

    #[test]
    fn logarithms_are_those_of_the_textbook() {
        for x in [1_u64, 2, 3, 7, 10, 511, 512, 1000, 40_033, u64::from(u32::MAX)] {
            assert!((f64::from(log2(x)) - (x as f64).log2() * 1000.0).abs() < 1.1, "{x}: {}", log2(x));
        }
    }

    #[test]
    fn a_background_that_is_too_large_forgets_its_rarest_words() {
        let word =
            |n: u64| Counted { hash: (n + 1) << COUNT_BITS, at: Span::default(), count: 1, entry: 0, common: false };
        let mut background = Background::default();
        let often = Tally { words: (0..10).map(word).collect(), ..Tally::default() };
        let rare = Tally { words: (0..CAP as u64 + 5).map(word).collect(), ..Tally::default() };
        background.add(&often);
        background.add(&rare);
        background.settle();
        assert_eq!((background.len, background.reports), (10, 2));
        let found = |n: u64| background.slots[background.slot((n + 1) << COUNT_BITS)] & COUNT_MASK;
        assert_eq!((found(0), found(9), found(10)), (2, 2, 0));
    }
}
