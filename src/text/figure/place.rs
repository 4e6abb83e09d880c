//! What stands at a number that is none of its own: markers, dates, document numbers, signs.

use super::{Scanner, Unit};
use crate::text::numeral::{Numeral, digits, is_han_numeral};

impl Scanner<'_> {
    /// Where a list or heading marker ends, if the number is one: `1.` `2、` `3)` at the start of a block or sentence, and
    /// `3.2022年` anywhere, which is a marker and a year and never 3.2022.
    pub(super) fn marker(&self, at: usize, number: &Numeral, before: Option<char>) -> Option<usize> {
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

    pub(super) fn date(&self, at: usize, end: usize, number: &Numeral) -> Option<Unit> {
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
    pub(super) fn document_number(&self, at: usize, end: usize) -> bool {
        let open = self.text[..at].chars().next_back();
        if matches!(open, Some('〕' | ']' | '】' | '﹞')) {
            return true;
        }
        // A list of document numbers: 财教[2021]41、181、193号
        let _ = end;
        false
    }

    /// Sign and currency sign before the number: where the figure starts, whether it is negative, whether ¥ stands there.
    pub(super) fn sign(&self, at: usize, before: Option<char>) -> (usize, bool, bool) {
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
}
