//! The scale and measure behind a number: 万元, 余亿元, %, 个百分点, 人.

use super::{Scanner, Unit};

/// A scale and measure behind a number.
pub(super) struct Suffix {
    pub(super) unit: Unit,
    pub(super) multiplier: i128,
    pub(super) len: usize,
    /// 余 or 多 stood inside.
    pub(super) over: bool,
}

impl Scanner<'_> {
    /// The scale and measure at `at`.
    pub(super) fn suffix(&self, at: usize) -> Option<Suffix> {
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
    pub(super) fn yuan(&self, rest: &str) -> bool {
        !rest['元'.len_utf8()..].starts_with(['旦', '月', '宵', '素', '件', '宇'])
    }

    /// Money or a count, for 万 or 亿 with nothing known behind it: the nouns of the clause before it decide.
    pub(super) fn bare_scale(&self, at: usize, end: usize) -> Unit {
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
    pub(super) fn bare(&self, end: usize, at: usize) -> Unit {
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
}
