//! A folded text in, every printed number out, with what it counts. Decides nothing about what a figure means: roles and
//! concepts are the work of `extract`.
//!
//! One pass over the bytes finds the ASCII digits, a second one the 元 behind Chinese numerals. What looks like money and is
//! not (万亩, 万人次, document numbers, codes) is told apart by what follows; the lists are data ([`Lexicon`]).

mod compose;
mod list;
mod place;
mod suffix;

use rust_decimal::Decimal;

use super::numeral::{Numeral, digits, numeral};
use crate::model::{Bound, Span};

/// What a number counts, as far as its own neighbourhood tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 元, with or without 万 …
    Money,
    /// %
    Percent,
    /// 个百分点
    PercentPoint,
    /// 人, 名
    Person,
    /// 分
    Score,
    /// 万 or 亿 alone, and no counter behind it: money where the nouns before it say so.
    Scale,
    /// Something else that is counted: 件, 亩, 公里, 万人次, 美元 …
    Count,
    /// 2022年
    Year,
    /// A month, a day, a date.
    Date,
    /// The number of a heading or list item.
    Marker,
    /// Part of a document number, code, dimension, telephone number.
    Code,
    /// Nothing stands behind it.
    Bare,
}

/// A printed number in the folded view.
#[derive(Clone, Debug)]
pub struct Token {
    /// From the sign or first digit to the scale or measure.
    pub view: Span,
    /// What it counts.
    pub unit: Unit,
    /// Its value, scale included; `None` for a range and for what is no quantity.
    pub value: Option<Decimal>,
    /// The ends of a range.
    pub range: Option<(Decimal, Decimal)>,
    /// What one unit of its last digit is worth.
    pub step: Decimal,
    /// How the words around it bound it.
    pub bound: Bound,
    /// 元/亩, 元/人: a price per thing.
    pub per: bool,
    /// True where a minus sign or a bracket makes it negative.
    pub negative: bool,
    /// The number itself, for one whose scale stands elsewhere.
    pub number: Option<Numeral>,
    /// The power of ten of its scale (万元 is 10000).
    pub multiplier: i128,
    /// Where the words behind it (以上, 左右) end; the end of `view` where there are none.
    pub tail: u32,
    /// For an item of a list whose scale stands at the last item: that item's scale and measure.
    pub scale_from: Option<Span>,
}

/// Words around a number: data of `patterns/figures.toml`.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// Words before a number that bound it.
    pub before: Ends,
    /// Words behind a number that bound it.
    pub behind: Ends,
    /// What 万 and 亿 count when it is not money: 亩, 吨, 人次 …
    pub counters: Vec<String>,
    /// Nouns that make a bare 万 or 亿 money.
    pub money: Vec<String>,
    /// What may stand between a bounding word and its number (人民币).
    pub fillers: Vec<String>,
}

/// Bounding words in buckets of one byte that tells most of them apart, longest first in each.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    buckets: Vec<Vec<(String, Bound)>>,
}

impl Ends {
    /// Words that stand before a number: told apart by their last byte.
    pub fn before(words: Vec<(String, Bound)>) -> Self {
        Ends::new(words, |w| w.last().copied())
    }

    /// Words that stand behind a number: told apart by the last byte of their first character.
    pub fn behind(words: Vec<(String, Bound)>) -> Self {
        Ends::new(words, |w| w.get(2).or(w.last()).copied())
    }

    fn new(mut words: Vec<(String, Bound)>, key: impl Fn(&[u8]) -> Option<u8>) -> Self {
        words.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let mut buckets = vec![Vec::new(); 256];
        for (word, bound) in words {
            if let Some(key) = key(word.as_bytes()) {
                buckets[usize::from(key)].push((word, bound));
            }
        }
        Ends { buckets }
    }

    fn ending(&self, prefix: &str) -> Option<Bound> {
        let last = *prefix.as_bytes().last()?;
        self.bucket(last).iter().find(|(w, _)| prefix.ends_with(w.as_str())).map(|(_, b)| *b)
    }

    fn starting<'a>(&'a self, rest: &str) -> Option<(&'a str, Bound)> {
        let b = rest.as_bytes();
        let key = *b.get(2).or(b.last())?;
        self.bucket(key).iter().find(|(w, _)| rest.starts_with(w.as_str())).map(|(w, b)| (w.as_str(), *b))
    }

    fn bucket(&self, key: u8) -> &[(String, Bound)] {
        self.buckets.get(usize::from(key)).map_or(&[], Vec::as_slice)
    }
}

/// Every number of `text`, in order, never overlapping.
pub fn scan(text: &str, lexicon: &Lexicon) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(text.len() / 48);
    Scanner { text, b: text.as_bytes(), lexicon }.run(&mut out);
    out
}

struct Scanner<'a> {
    text: &'a str,
    b: &'a [u8],
    lexicon: &'a Lexicon,
}

impl<'a> Scanner<'a> {
    fn run(&self, out: &mut Vec<Token>) {
        let han = self.han_amounts();
        let mut han = han.into_iter().peekable();
        let mut at = 0;
        while at < self.b.len() {
            if !self.b[at].is_ascii_digit() {
                at += 1;
                continue;
            }
            while han.peek().is_some_and(|t| (t.view.start as usize) < at) {
                out.extend(han.next());
            }
            if let Some(last) = out.last()
                && (last.view.end as usize) > at
            {
                at = last.view.end as usize;
                continue;
            }
            let token = self.number(at);
            at = (token.view.end as usize).max(at + 1);
            if han.peek().is_some_and(|t| t.view.start < token.view.end) {
                han.next();
            }
            self.push(out, token);
        }
        out.extend(han);
    }

    fn push(&self, out: &mut Vec<Token>, mut token: Token) {
        if let Some(last) = out.last_mut() {
            self.range(last, &mut token);
            if token.range.is_some() {
                out.pop();
            }
        }
        let done = matches!(token.unit, Unit::Money | Unit::Person | Unit::Percent) && token.range.is_none();
        out.push(token);
        if done {
            self.share_scale(out);
        }
    }

    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or("")
    }

    fn char_before(&self, at: usize) -> Option<char> {
        // At most four bytes back: `chars().next_back()` of the prefix looks no further.
        self.text[..at].chars().next_back()
    }

    /// The token of the number whose first digit stands at `at`.
    fn number(&self, at: usize) -> Token {
        let before = self.char_before(at);
        let Some(mut number) = numeral(self.text, at) else {
            return self.plain(at, digits(self.b, at), Unit::Code);
        };
        if let Some(end) = self.iso_date(at) {
            return self.plain(at, end, Unit::Date);
        }
        if let Some(spaced) = self.spaced(at, &number) {
            number = spaced;
        }
        let end = at + number.len;
        // (1)财政拨款: a marker inside a line.
        if before == Some('(') && self.b.get(end) == Some(&b')') && number.len <= 2 && self.han_at(end + 1) {
            return self.plain(at, end, Unit::Marker);
        }
        if let Some(end) = self.marker(at, &number, before) {
            return self.plain(at, end, Unit::Marker);
        }
        // 1.2.3, 2022.03.05, 35.2035.2034: no single number.
        if self.b.get(end) == Some(&b'.') && self.b.get(end + 1).is_some_and(u8::is_ascii_digit) {
            let mut stop = end;
            while self.b.get(stop).is_some_and(|c| c.is_ascii_digit() || *c == b'.') {
                stop += 1;
            }
            return self.plain(at, stop, Unit::Code);
        }
        if before.is_some_and(|c| c.is_ascii_alphabetic() || c == '第' || c == '_') {
            return self.plain(at, end, Unit::Code);
        }
        if number.decimals == 0 && !number.grouped {
            if let Some(unit) = self.date(at, end, &number) {
                return self.plain(at, end, unit);
            }
            if matches!(before, Some('〔' | '[' | '【' | '﹝')) || self.document_number(at, end) {
                return self.plain(at, end, Unit::Code);
            }
        }
        let gap = usize::from(self.b.get(end) == Some(&b' '));
        let suffix = self.suffix(end + gap).or_else(|| self.suffix(end));
        let (start, negative, yuan_sign) = self.sign(at, before);
        // (12.5)万元: the bracket makes it negative; `(其中:12.5万元)` does not come here.
        if before == Some('(')
            && self.b.get(end) == Some(&b')')
            && let Some(inner) = self.suffix(end + 1).filter(|s| s.unit == Unit::Money)
        {
            return self.quantity(at - 1, end + 1 + inner.len, number, Unit::Money, inner.multiplier, true, false);
        }
        let Some(suffix) = suffix else {
            let unit = match self.b.get(end) {
                Some(c) if c.is_ascii_alphabetic() || *c == b'*' => Unit::Code,
                _ if yuan_sign => Unit::Money,
                _ => self.bare(end + gap, at),
            };
            return self.quantity(start, end, number, unit, 1, negative, false);
        };
        let stop = end + if self.rest(end).starts_with(' ') && suffix.len > 0 { gap } else { 0 } + suffix.len;
        let mut unit = suffix.unit;
        let mut token;
        if matches!(unit, Unit::Scale | Unit::Money) && suffix.multiplier >= 10_000 {
            if let Some((value, step, composite_end)) = self.composite(&number, &suffix, stop) {
                token = self.quantity(start, composite_end, number, Unit::Money, suffix.multiplier, negative, false);
                token.value = Some(if negative { -value } else { value });
                token.step = step;
                token.number = None;
                return token;
            }
            if unit == Unit::Scale {
                unit = if yuan_sign { Unit::Money } else { self.bare_scale(at, stop) };
            }
        }
        if unit == Unit::Money
            && suffix.multiplier == 1
            && let Some((value, step, small_end)) = self.small_change(&number, stop)
        {
            token = self.quantity(start, small_end, number, Unit::Money, 1, negative, suffix.over);
            token.value = Some(value);
            token.step = step;
            return token;
        }
        self.quantity(start, stop, number, unit, suffix.multiplier, negative, suffix.over)
    }

    /// True where a Han character that is no scale stands at `at`.
    fn han_at(&self, at: usize) -> bool {
        self.rest(at).chars().next().is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) && !"万亿元".contains(c))
    }

    /// The end of `2016-07-12` or `2016/7/12`.
    fn iso_date(&self, at: usize) -> Option<usize> {
        let mut end = digits(self.b, at);
        if end - at != 4 || !matches!(self.b[at], b'1' | b'2') {
            return None;
        }
        for _ in 0..2 {
            if !matches!(self.b.get(end), Some(b'-' | b'/')) {
                return None;
            }
            let stop = digits(self.b, end + 1);
            if !(1..=2).contains(&(stop - end - 1)) {
                return None;
            }
            end = stop;
        }
        Some(end)
    }

    fn plain(&self, start: usize, end: usize, unit: Unit) -> Token {
        Token {
            view: Span::new(start, end),
            unit,
            value: None,
            range: None,
            step: Decimal::ONE,
            bound: Bound::Exact,
            per: false,
            negative: false,
            number: None,
            multiplier: 1,
            tail: end as u32,
            scale_from: None,
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn quantity(
        &self,
        start: usize,
        end: usize,
        number: Numeral,
        unit: Unit,
        multiplier: i128,
        negative: bool,
        over: bool,
    ) -> Token {
        let mut token = self.plain(start, end, unit);
        token.value = number.value(multiplier).map(|v| if negative { -v } else { v });
        token.step = number.step(multiplier).unwrap_or(Decimal::ONE);
        token.negative = negative;
        token.number = Some(number);
        token.multiplier = multiplier;
        if token.value.is_none() {
            token.unit = Unit::Code;
            return token;
        }
        if matches!(unit, Unit::Bare | Unit::Year | Unit::Code | Unit::Marker | Unit::Date) {
            return token;
        }
        self.bound(&mut token, over);
        if matches!(unit, Unit::Money) {
            let rest = self.rest(token.view.end as usize);
            token.per = rest.starts_with('/') || rest.starts_with("每") && !rest.starts_with("每年");
            if let Some(behind) = rest.strip_prefix('/') {
                // 元/年 is a price per year; 151.47万元/113.52万元 is a quotient.
                token.per = !behind.starts_with(|c: char| c.is_ascii_digit());
            }
        }
        token
    }

    fn bound(&self, token: &mut Token, over: bool) {
        let mut prefix = &self.text[..token.view.start as usize];
        if prefix.ends_with('¥') || prefix.ends_with('币') || prefix.ends_with('B') {
            for filler in &self.lexicon.fillers {
                prefix = prefix.strip_suffix(filler.as_str()).unwrap_or(prefix);
            }
        }
        if let Some(bound) = self.lexicon.before.ending(prefix) {
            token.bound = bound;
        }
        if over {
            token.bound = Bound::Over;
        }
        let end = token.view.end as usize;
        let mut rest = self.rest(end);
        let mut skipped = 0;
        if let Some(inside) = rest.strip_prefix("(含")
            && let Some(close) = inside.find(')').filter(|c| *c <= 30)
        {
            skipped = "(含".len() + close + 1;
            rest = &inside[close + 1..];
        }
        if rest.as_bytes().first().is_some_and(|c| *c >= 0x80 || *c == b'(')
            && let Some((word, bound)) = self.lexicon.behind.starting(rest)
        {
            token.bound = bound;
            token.tail = (end + skipped + word.len()) as u32;
        }
    }
}

#[cfg(test)]
mod tests;
