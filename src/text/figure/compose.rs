//! Amounts printed in pieces: `1 286.37万元`, `2亿3000万元`, `35元5角`; and those in Chinese numerals.

use memchr::memmem;
use rust_decimal::Decimal;

use super::suffix::Suffix;
use super::{Scanner, Token, Unit};
use crate::text::numeral::{self, Numeral, digits, exact, han, is_formal, is_han_numeral, numeral};

impl Scanner<'_> {
    /// `1 286.37万元`: thousands parted by spaces, where money follows.
    pub(super) fn spaced(&self, at: usize, first: &Numeral) -> Option<Numeral> {
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

    /// `2亿3000万元`, `12万8千元`, `1亿2千万元`, `3万5元`: the value, the step and the end, if the number goes on so.
    pub(super) fn composite(&self, head: &Numeral, suffix: &Suffix, at: usize) -> Option<(Decimal, Decimal, usize)> {
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
    pub(super) fn small_change(&self, yuan: &Numeral, at: usize) -> Option<(Decimal, Decimal, usize)> {
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

    /// Amounts in Chinese numerals: `三百二十万元`, `壹佰贰拾万元整`, `一千五百余万元`, `叁佰元伍角`; and `百分之九十五`.
    pub(super) fn han_amounts(&self) -> Vec<Token> {
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

    pub(super) fn han_amount(&self, yuan: usize) -> Option<Token> {
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
        // 结余六万元: the 余 belongs to the word before.
        let over = over && print.contains(['余', '多']);
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
