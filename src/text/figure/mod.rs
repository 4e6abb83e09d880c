//! A folded text in, every printed number out, with what it counts. Decides nothing about what a figure means: roles and
//! concepts are the work of `extract`.
//!
//! One pass over the bytes finds the ASCII digits, a second one the 元 behind Chinese numerals. What looks like money and is
//! not (万亩, 万人次, document numbers, codes) is told apart by what follows; the lists are data ([`Lexicon`]).

use memchr::memmem;
use rust_decimal::Decimal;

use super::numeral::{self, Numeral, digits, exact, han, is_formal, is_han_numeral, numeral};
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

/// A scale and measure behind a number.
struct Suffix {
    unit: Unit,
    multiplier: i128,
    len: usize,
    /// 余 or 多 stood inside.
    over: bool,
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

    /// `1 286.37万元`: thousands parted by spaces, where money follows.
    fn spaced(&self, at: usize, first: &Numeral) -> Option<Numeral> {
        if first.len > 3 || first.decimals > 0 || self.b.get(at + first.len) != Some(&b' ') {
            return None;
        }
        if at >= 2 && self.b[at - 1] == b' ' && self.b[at - 2].is_ascii_digit() {
            return None;
        }
        let mut mantissa = first.mantissa;
        let mut end = at + first.len;
        let mut decimals = 0;
        while self.b.get(end) == Some(&b' ') && digits(self.b, end + 1) == end + 4 {
            let group = numeral(self.text, end + 1)?;
            mantissa = mantissa.checked_mul(1000 * 10i128.pow(group.decimals))?.checked_add(group.mantissa)?;
            decimals = group.decimals;
            end += 1 + group.len;
            if decimals > 0 {
                break;
            }
        }
        let money = self.suffix(end).is_some_and(|s| s.unit == Unit::Money);
        (end > at + first.len && money).then_some(Numeral { mantissa, decimals, len: end - at, grouped: true })
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

    /// Where a list or heading marker ends, if the number is one: `1.` `2、` `3)` at the start of a block or sentence, and
    /// `3.2022年` anywhere, which is a marker and a year and never 3.2022.
    fn marker(&self, at: usize, number: &Numeral, before: Option<char>) -> Option<usize> {
        let stop = digits(self.b, at);
        if stop - at > 2 {
            return None;
        }
        let fresh = matches!(before, None | Some('\n' | '。' | '；' | ':' | '!' | '？' | '！' | ' '));
        let next = self.b.get(stop).copied();
        if number.grouped {
            return None;
        }
        if number.decimals > 0 {
            let fraction = &self.text[stop + 1..at + number.len];
            let year = fraction.len() == 4 && (fraction.starts_with("19") || fraction.starts_with("20"));
            if !year {
                return None;
            }
            let behind = self.rest(at + number.len);
            let text =
                behind.starts_with(['年', '我', '本', '-', '—', '全', '度', '单', '部', '区', '县', '市', '中', '局']);
            return (fresh || matches!(before, Some('，' | '、' | '(')))
                .then_some(())
                .filter(|_| text)
                .map(|_| stop + 1);
        }
        if !fresh {
            return None;
        }
        match next {
            Some(b'.') => Some(stop + 1),
            Some(b')') if before != Some('(') => Some(stop + 1),
            Some(0xe3) if self.rest(stop).starts_with('、') => {
                // `3、5、8万元` is a list of amounts, not a marker.
                let behind = self.rest(stop + 3);
                let list = behind.starts_with(|c: char| c.is_ascii_digit()) && !behind.starts_with("20");
                (matches!(before, None | Some('\n')) || !list).then_some(stop + 3)
            }
            _ => None,
        }
    }

    fn date(&self, at: usize, end: usize, number: &Numeral) -> Option<Unit> {
        let rest = self.rest(end);
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let width = end - at;
        let c = rest.chars().next();
        let year = width == 4 && (1949..=2099).contains(&number.mantissa);
        match c {
            Some('年') if year => Some(Unit::Year),
            Some('年') if width <= 2 => Some(Unit::Count),
            Some('月') if width <= 2 || width > 4 => Some(Unit::Date),
            Some('日') => Some(Unit::Date),
            Some('号') => Some(Unit::Code),
            Some('时' | '点') if width <= 2 => Some(Unit::Date),
            Some('-' | '—' | '~' | '/' | '至' | '、' | '和') if year => {
                // 2021-2022年, 2021、2022年, 2022-03-05
                let behind = rest[c.map_or(0, char::len_utf8)..].trim_start_matches('—');
                let run = digits(behind.as_bytes(), 0);
                let next = behind[run..].chars().next();
                let date = run == 4 && (behind.starts_with("20") || behind.starts_with("19")) && next != Some('元');
                let short = (1..=2).contains(&run) && matches!(next, Some('-' | '/' | '月' | '年'));
                (date && matches!(next, Some('年' | '学')) || short).then_some(Unit::Year)
            }
            // 2022我中心: the 年 is lost.
            Some(c) if year && !c.is_ascii() && !"万亿千百十元余多人名个家户件次亩吨分".contains(c) => {
                (!matches!(
                    c,
                    '，' | '、' | '。' | '；' | '平' | '米' | '公' | '只' | '头' | '张' | '台' | '条' | '份' | '册'
                ))
                .then_some(Unit::Year)
            }
            _ => None,
        }
    }

    /// 〔2022〕15号, 〔20233号, 第0011号, 201612号
    fn document_number(&self, at: usize, end: usize) -> bool {
        let open = self.text[..at].chars().next_back();
        if matches!(open, Some('〕' | ']' | '】' | '﹞')) {
            return true;
        }
        // A list of document numbers: 财教[2021]41、181、193号
        let _ = end;
        false
    }

    /// Sign and currency sign before the number: where the figure starts, whether it is negative, whether ¥ stands there.
    fn sign(&self, at: usize, before: Option<char>) -> (usize, bool, bool) {
        match before {
            Some('¥') => {
                let start = at - '¥'.len_utf8();
                match self.char_before(start) {
                    Some('-') => (start - 1, true, true),
                    _ => (start, false, true),
                }
            }
            Some('-') => {
                let start = at - 1;
                let c = self.char_before(start);
                let between = c.is_some_and(|c| {
                    c.is_ascii_alphanumeric() || "年月日号第元万亿%]》〕-表件标期类".contains(c) || is_han_numeral(c)
                });
                if between { (at, false, false) } else { (start, true, false) }
            }
            Some('+') => (at, false, false),
            _ => (at, false, false),
        }
    }

    /// The scale and measure at `at`.
    fn suffix(&self, at: usize) -> Option<Suffix> {
        let rest = self.rest(at);
        let c = rest.chars().next()?;
        let found = |unit, multiplier, len, over| Some(Suffix { unit, multiplier, len, over });
        match c {
            '%' => return found(Unit::Percent, 1, 1, false),
            '‰' | '℃' | '㎡' | '°' => return found(Unit::Count, 1, c.len_utf8(), false),
            '元' => {
                return self.yuan(rest).then_some(Suffix { unit: Unit::Money, multiplier: 1, len: 3, over: false });
            }
            '万' | '亿' | '千' | '百' | '十' | '余' | '多' | '几' | '块' => {}
            '人' => {
                let unit =
                    if rest.starts_with("人次") || rest.starts_with("人份") { Unit::Count } else { Unit::Person };
                return found(unit, 1, if unit == Unit::Count { 6 } else { 3 }, false);
            }
            '名' => return found(Unit::Person, 1, 3, false),
            '个' => {
                if rest.starts_with("个百分点") {
                    return found(Unit::PercentPoint, 1, "个百分点".len(), false);
                }
                return found(Unit::Count, 1, 3, false);
            }
            '分' => {
                let next = rest[3..].chars().next().filter(|_| !rest.starts_with("分之间"));
                let other = next.is_some_and(|c| "钟别之公局类校行支管析享配工散店批部会队院场辨布米贝".contains(c));
                return (!other).then_some(Suffix { unit: Unit::Score, multiplier: 1, len: 3, over: false });
            }
            _ => return None,
        }
        // 余/多, a scale, 余/多, 元 in this order, each at most once.
        let mut len = 0;
        let mut over = false;
        let mut multiplier = 1i128;
        let mut scaled = false;
        loop {
            let here = &rest[len..];
            let Some(c) = here.chars().next() else { break };
            match c {
                '余' | '多' if !over => over = true,
                '十' if !scaled => multiplier *= 10,
                '百' if multiplier == 1 => multiplier = 100,
                '千' if multiplier == 1 => multiplier = 1000,
                '万' if !scaled => {
                    multiplier *= 10_000;
                    scaled = true;
                }
                '亿' if multiplier < 100_000_000 => {
                    multiplier *= 100_000_000;
                    scaled = true;
                }
                _ => break,
            }
            len += c.len_utf8();
        }
        let here = &rest[len..];
        if here.starts_with('元') && self.yuan(here) {
            return found(Unit::Money, multiplier, len + 3, over);
        }
        if let Some(behind) = here.strip_prefix(' ')
            && behind.starts_with('元')
            && scaled
        {
            return found(Unit::Money, multiplier, len + 4, over);
        }
        if here.starts_with("人民币") && scaled {
            return found(Unit::Money, multiplier, len, over);
        }
        if scaled && (multiplier == 10_000 || multiplier == 100_000_000) {
            if here.starts_with("人次") {
                return found(Unit::Count, multiplier, len + 6, over);
            }
            if self.lexicon.counters.iter().any(|w| here.starts_with(w.as_str())) {
                return found(Unit::Count, multiplier, len, over);
            }
            return found(Unit::Scale, multiplier, len, over);
        }
        if over && multiplier == 1 {
            if here.starts_with('人') && !here.starts_with("人次") || here.starts_with('名') {
                return found(Unit::Person, 1, len + 3, true);
            }
            if here.starts_with('%') {
                return found(Unit::Percent, 1, len + 1, true);
            }
        }
        found(Unit::Count, 1, if len > 0 { len } else { c.len_utf8() }, over)
    }

    /// False for 元旦, 元月 and the like.
    fn yuan(&self, rest: &str) -> bool {
        !rest['元'.len_utf8()..].starts_with(['旦', '月', '宵', '素', '件', '宇'])
    }

    /// Money or a count, for 万 or 亿 with nothing known behind it: the nouns of the clause before it decide.
    fn bare_scale(&self, at: usize, end: usize) -> Unit {
        let window_start = {
            let mut start = at.saturating_sub(90);
            while !self.text.is_char_boundary(start) {
                start += 1;
            }
            start
        };
        let window = &self.text[window_start..at];
        let clause = window.rsplit(['。', '；', '\n', '！']).next().unwrap_or(window);
        let next = self.rest(end).chars().next();
        if next.is_some_and(|c| c.is_ascii_alphabetic() || c == '㎡') {
            return Unit::Count;
        }
        // In a list of amounts (`10万、20万`) the noun stands before the first.
        let money = self.lexicon.money.iter().any(|w| clause.contains(w.as_str()));
        if money { Unit::Money } else { Unit::Scale }
    }

    /// What a number with nothing known behind it is: a count where a classifier follows, else bare.
    fn bare(&self, end: usize, at: usize) -> Unit {
        match self.rest(end).chars().next() {
            None | Some('\n') => Unit::Bare,
            Some(c) if c.is_ascii_digit() || c.is_ascii_punctuation() || c == ' ' => Unit::Bare,
            Some(
                '、' | '，' | '。' | '；' | '！' | '？' | '”' | '》' | '—' | '和' | '与' | '及' | '至' | '到' | '÷'
                | '×',
            ) => Unit::Bare,
            Some(_) if end - at > 11 => Unit::Code,
            Some(_) => Unit::Count,
        }
    }

    /// `2亿3000万元`, `12万8千元`, `1亿2千万元`, `3万5元`: the value, the step and the end, if the number goes on so.
    fn composite(&self, head: &Numeral, suffix: &Suffix, at: usize) -> Option<(Decimal, Decimal, usize)> {
        let next = if self.rest(at).starts_with('零') { at + 3 } else { at };
        if suffix.unit != Unit::Scale || !self.b.get(next)?.is_ascii_digit() || head.decimals > 0 {
            return None;
        }
        let mut total = head.mantissa.checked_mul(suffix.multiplier)?;
        let mut bound = suffix.multiplier;
        let mut pos = at;
        let (mut step, mut decimals) = (suffix.multiplier, 0u32);
        for _ in 0..3 {
            // 1亿零38.23万元
            if self.rest(pos).starts_with('零') && self.b.get(pos + 3).is_some_and(u8::is_ascii_digit) {
                pos += 3;
            }
            if !self.b.get(pos).is_some_and(u8::is_ascii_digit) {
                break;
            }
            let part = numeral(self.text, pos)?;
            let behind = pos + part.len;
            let (multiplier, len, done) = match self.suffix(behind) {
                Some(s) if s.unit == Unit::Money => (s.multiplier, s.len, true),
                Some(s) if s.unit == Unit::Scale => (s.multiplier, s.len, false),
                Some(_) if self.rest(behind).starts_with('千') => (1000, 3, false),
                Some(_) if self.rest(behind).starts_with('百') => (100, 3, false),
                _ => return None,
            };
            if multiplier >= bound
                || part.mantissa.checked_mul(multiplier)? >= bound.checked_mul(10i128.pow(part.decimals))?
            {
                return None;
            }
            let pow = 10i128.checked_pow(part.decimals)?;
            total = total.checked_mul(pow)?.checked_add(part.mantissa.checked_mul(multiplier)?)?;
            decimals += part.decimals;
            bound = multiplier;
            step = multiplier;
            pos = behind + len;
            if done {
                return Some((exact(total, decimals)?, exact(step, part.decimals)?, pos));
            }
            if part.decimals > 0 {
                return None;
            }
        }
        // 1亿2000万, 12万8千: without 元 only where the noun says money.
        (pos > at && self.bare_scale(at, pos) == Unit::Money).then_some(())?;
        Some((exact(total, 0)?, exact(step, 0)?, pos))
    }

    /// `35元5角`, `12元3角4分`.
    fn small_change(&self, yuan: &Numeral, at: usize) -> Option<(Decimal, Decimal, usize)> {
        if yuan.decimals > 0 || !self.b.get(at)?.is_ascii_digit() {
            return None;
        }
        let jiao = numeral(self.text, at)?;
        let mut end = at + jiao.len;
        if jiao.decimals > 0 || jiao.mantissa > 9 {
            return None;
        }
        let mut fen = yuan.mantissa.checked_mul(100)?;
        let mut step = 10;
        if self.rest(end).starts_with('角') {
            fen += jiao.mantissa * 10;
            end += 3;
            if self.b.get(end).is_some_and(u8::is_ascii_digit) {
                let last = numeral(self.text, end)?;
                if last.mantissa <= 9 && last.decimals == 0 && self.rest(end + last.len).starts_with('分') {
                    fen += last.mantissa;
                    step = 1;
                    end += last.len + 3;
                }
            }
        } else {
            return None;
        }
        Some((exact(fen, 2)?, exact(step, 2)?, end))
    }

    /// Merges `10-20万元`, `10万-20万元`, `10万元至20万元` into one range, written into the second token.
    fn range(&self, first: &mut Token, second: &mut Token) {
        if second.range.is_some() || first.range.is_some() {
            return;
        }
        if !matches!(second.unit, Unit::Money | Unit::Percent | Unit::Person | Unit::Score) {
            return;
        }
        let negative_sign = second.negative && self.b.get(second.view.start as usize) == Some(&b'-');
        let second_start = second.view.start as usize + usize::from(negative_sign);
        let between = &self.text[first.view.end as usize..second_start];
        if !matches!(between, "-" | "~" | "—" | "－" | "–" | "至" | "到" | "——" | "--") || first.negative {
            return;
        }
        let (Some(low), Some(high)) = (first.number, second.number) else { return };
        let multiplier = match first.unit {
            Unit::Bare | Unit::Count if first.view.len() == low.len => second.multiplier,
            Unit::Money | Unit::Scale => first.multiplier,
            Unit::Percent if second.unit == Unit::Percent => 1,
            Unit::Person if second.unit == Unit::Person => 1,
            Unit::Score if second.unit == Unit::Score => 1,
            _ => return,
        };
        let (Some(low), Some(high)) = (low.value(multiplier), high.value(second.multiplier)) else { return };
        if low >= high {
            return;
        }
        second.view.start = first.view.start;
        second.value = None;
        second.range = Some((low, high));
        second.negative = false;
        if first.bound != Bound::Exact {
            second.bound = first.bound;
        }
        let mut probe = self.plain(first.view.start as usize, second.view.end as usize, second.unit);
        self.bound(&mut probe, false);
        if probe.bound != Bound::Exact {
            second.bound = probe.bound;
        }
    }

    /// `分别为34.7、25.9、0.9万元`: the bare numbers before the last item take its scale and measure.
    fn share_scale(&self, out: &mut [Token]) {
        let Some((last, before)) = out.split_last_mut() else { return };
        let Some(number) = last.number else { return };
        let unit_span = Span::new(last.view.start as usize + self.numeral_end(last, &number), last.view.end as usize);
        let mut next_start = last.view.start as usize;
        let mut spread: Option<bool> = None;
        for token in before.iter_mut().rev() {
            let Some(n) = token.number else { break };
            if !(matches!(token.unit, Unit::Bare) || matches!(token.unit, Unit::Count) && token.view.len() == n.len)
                || token.scale_from.is_some()
            {
                break;
            }
            let between = &self.text[token.view.end as usize..next_start];
            let listed = match between {
                "、" => n.decimals > 0 || !(1949..=2099).contains(&n.mantissa),
                "和" | "与" | "及" | "，" | "以及" | "；" => *spread.get_or_insert_with(|| {
                    let mut from = (token.view.start as usize).saturating_sub(240);
                    while !self.text.is_char_boundary(from) {
                        from += 1;
                    }
                    let window = &self.text[from..token.view.start as usize];
                    window.rsplit(['。', '\n']).next().unwrap_or("").contains("分别")
                }),
                _ => false,
            };
            if !listed {
                break;
            }
            let Some(value) = n.value(last.multiplier) else { break };
            token.value = Some(if token.negative { -value } else { value });
            token.step = n.step(last.multiplier).unwrap_or(Decimal::ONE);
            token.unit = last.unit;
            token.multiplier = last.multiplier;
            token.scale_from = Some(unit_span);
            next_start = token.view.start as usize;
        }
    }

    fn numeral_end(&self, token: &Token, number: &Numeral) -> usize {
        let text = token.view.of(self.text);
        text.find(|c: char| c.is_ascii_digit()).unwrap_or(0) + number.len
    }

    /// Amounts in Chinese numerals: `三百二十万元`, `壹佰贰拾万元整`, `一千五百余万元`, `叁佰元伍角`; and `百分之九十五`.
    fn han_amounts(&self) -> Vec<Token> {
        let mut out = Vec::new();
        for at in memmem::find_iter(self.b, "元".as_bytes()) {
            if let Some(token) = self.han_amount(at) {
                out.push(token);
            }
        }
        for at in memmem::find_iter(self.b, "百分之".as_bytes()) {
            let from = at + "百分之".len();
            let rest = self.rest(from);
            let end = rest.find(|c| !is_han_numeral(c)).unwrap_or(rest.len());
            if let Some(value) = han(&rest[..end]).filter(|v| *v <= 1000) {
                let mut token = self.plain(at, from + end, Unit::Percent);
                token.value = exact(value, 0);
                self.bound(&mut token, false);
                out.push(token);
            }
        }
        out.sort_by_key(|t| t.view.start);
        out
    }

    fn han_amount(&self, yuan: usize) -> Option<Token> {
        let last = self.char_before(yuan)?;
        if !(is_han_numeral(last) || matches!(last, '余' | '多')) || !self.yuan(&self.text[yuan..]) {
            return None;
        }
        let mut start = yuan;
        let mut over = false;
        for c in self.text[..yuan].chars().rev() {
            if matches!(c, '余' | '多') {
                over = true;
            } else if !is_han_numeral(c) {
                break;
            }
            start -= c.len_utf8();
        }
        let mut print = &self.text[start..yuan];
        // 第一百万元, 十一百万元: what stands before a numeral can be a numeral character of another word (统一, 之一, 万一).
        while print.starts_with(['万', '百', '千', '亿', '余', '多', '佰', '仟']) {
            let c = print.chars().next()?;
            start += c.len_utf8();
            print = &self.text[start..yuan];
        }
        if matches!(self.char_before(start), Some(c) if c.is_ascii_digit() || matches!(c, '第' | '.' | '上' | '数' | '几'))
        {
            return None;
        }
        let clean: String = print.chars().filter(|c| !matches!(c, '余' | '多')).collect();
        let mut value = han(&clean)?;
        let chars = clean.chars().count();
        // 一元, 二元: words, not amounts, unless a 大写 digit says otherwise.
        if chars == 1 && !clean.chars().all(is_formal) || value == 0 {
            return None;
        }
        let behind = self.rest(yuan + 3);
        if behind.starts_with(['化', '论', '结', '区', '里', '次', '方']) {
            return None;
        }
        let mut end = yuan + 3;
        let mut decimals = 0;
        let mut step = match clean.chars().next_back() {
            Some('万' | '萬') => 10_000,
            Some('亿' | '億') => 100_000_000,
            Some('千' | '仟') => 1000,
            Some('百' | '佰') => 100,
            Some('十' | '拾') => 10,
            _ => 1,
        };
        let formal = clean.chars().any(is_formal) || behind.starts_with(['整', '正']);
        if formal {
            step = 1;
        }
        // 伍角陆分
        let mut small = behind;
        let mut change = 0;
        for (name, worth) in [('角', 10), ('分', 1)] {
            let trimmed = small.strip_prefix(['零', '〇']).unwrap_or(small);
            let mut chars = trimmed.char_indices();
            let (Some((_, digit)), Some((at, unit))) = (chars.next(), chars.next()) else { continue };
            if unit != name || !is_han_numeral(digit) {
                continue;
            }
            let d = numeral::han(&digit.to_string()).filter(|d| *d < 10)?;
            change += d * worth;
            decimals = 2;
            step = worth;
            small = &trimmed[at + name.len_utf8()..];
            end = self.text.len() - small.len();
        }
        if decimals == 2 {
            value = value * 100 + change;
        }
        let mut token = self.plain(start, end, Unit::Money);
        token.value = Some(exact(value, decimals)?);
        token.step = exact(step, decimals)?;
        self.bound(&mut token, over);
        let rest = self.rest(end);
        token.per = rest.strip_prefix('/').is_some_and(|r| !r.starts_with(|c: char| c.is_ascii_digit()));
        Some(token)
    }
}

#[cfg(test)]
mod tests;
