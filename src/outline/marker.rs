//! The beginning of a line in, its numbering marker out. Looks at a few characters and decides nothing about what follows.

use crate::model::Marker;
use crate::patterns::Numbering;

/// A marker's style: `第一部分` and `第一章` differ, and so do `1.1` and `1.1.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub marker: Marker,
    pub sub: u8,
}

impl Style {
    /// Which style usually stands above which: the smaller above. Only asked where the document itself does not say.
    pub fn rank(self) -> u8 {
        match self.marker {
            Marker::Annex => 0,
            Marker::Part => 1 + self.sub,
            Marker::Han => 8,
            Marker::HanBracketed => 9,
            Marker::Decimal => 8 + self.sub,
            Marker::Arabic => 11,
            Marker::ArabicBracketed => 12 + self.sub,
            Marker::Circled => 14,
            Marker::Word => 10,
        }
    }
}

/// How sure the marker is by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Firm {
    /// `一基本情况`: no separator at all; only a known title makes it a marker.
    Glued,
    /// `一 基本情况`, `1：`: a space or an odd separator.
    Loose,
    /// `一、` `（一）` `1.`
    Sure,
}

/// A marker at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub style: Style,
    /// Its number; `None` where only the separator was left (`、一般性支出情况`) or none was printed (`附件`).
    pub value: Option<u16>,
    /// Length in bytes, separators included.
    pub len: usize,
    pub firm: Firm,
}

fn han_digit(c: char) -> Option<u16> {
    Some(match c {
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '廿' => 20,
        '〇' | '零' => 0,
        _ => return None,
    })
}

/// A Chinese numeral up to 99 at the start of `s`: its value and length.
pub(super) fn han(s: &str) -> Option<(u16, usize)> {
    let (mut value, mut digit, mut len, mut any) = (0u16, 0u16, 0, false);
    while len < 12 {
        let Some((c, n)) = s[len..].chars().next().and_then(|c| Some((c, han_digit(c)?))) else { break };
        match n {
            10 => value += if any && digit > 0 { digit * 10 } else { 10 },
            20 => value += 20,
            n => digit = n,
        }
        if n == 10 {
            digit = 0;
        }
        len += c.len_utf8();
        any = true;
        if value > 90 {
            break;
        }
    }
    let value = value + digit;
    (any && value > 0).then_some((value, len))
}

/// An Arabic numeral of one or two digits at the start of `s`.
fn arabic(s: &str) -> Option<(u16, usize)> {
    let len = s.bytes().take(3).take_while(u8::is_ascii_digit).count();
    let value = s.get(..len)?.parse().ok()?;
    ((1..=2).contains(&len) && value > 0).then_some((value, len))
}

fn style(marker: Marker) -> Style {
    Style { marker, sub: 0 }
}

/// `2022年`, `2022我中心`: four digits that are a year and no more.
pub(super) fn year(s: &str) -> bool {
    let b = s.as_bytes();
    b.len() >= 4
        && (s.starts_with("20") || s.starts_with("19"))
        && b[2..4].iter().all(u8::is_ascii_digit)
        && !b.get(4).is_some_and(|c| c.is_ascii_digit() || *c == b'.' || *c == b'%')
}

/// The marker at the start of `s`, a folded text. `gap(i)` says whether the print has white space in front of byte `i`.
pub(super) fn mark(s: &str, gap: impl Fn(usize) -> bool, words: &Numbering) -> Option<Mark> {
    let first = *s.as_bytes().first()?;
    let mark = match first {
        b'0'..=b'9' => digits(s, gap, words)?,
        b'(' | b'[' | b')' => bracket(s, 1, words)?,
        // `.公务接待费支出情况说明`: the digit is lost.
        b'.' if s[1..].trim_start().starts_with(crate::text::fold::is_han) => {
            Mark { style: style(Marker::Arabic), value: None, len: 1, firm: Firm::Loose }
        }
        0xE2 => circled(s)?,
        0xE3..=0xEF => wide(s, gap, words)?,
        _ => return None,
    };
    let rest = s[mark.len..].bytes().take_while(|b| *b == b' ').count();
    Some(Mark { len: mark.len + rest, ..mark })
}

/// `1.` `1、` `1)` `1.1` `1 `
fn digits(s: &str, gap: impl Fn(usize) -> bool, words: &Numbering) -> Option<Mark> {
    let (value, len) = arabic(s)?;
    let rest = &s[len..];
    let arabic_mark = |len, firm| Some(Mark { style: style(Marker::Arabic), value: Some(value), len, firm });
    if let Some(after) = rest.strip_prefix('.') {
        if !after.starts_with(|c: char| c.is_ascii_digit()) || year(after) {
            let extra = if after.starts_with('、') { '、'.len_utf8() } else { 0 };
            return arabic_mark(len + 1 + extra, Firm::Sure);
        }
        return decimal(s);
    }
    if let Some(after) = rest.strip_prefix('、') {
        // `1、2、3号楼` lists numbers.
        let list = arabic(after).is_some_and(|(_, n)| after[n..].starts_with('、') || words.measure(&after[n..]));
        return if list { None } else { arabic_mark(len + '、'.len_utf8(), Firm::Sure) };
    }
    if let Some(after) = rest.strip_prefix(')') {
        let extra = if after.starts_with('、') { 3 } else { 0 };
        let style = Style { marker: Marker::ArabicBracketed, sub: 1 };
        return Some(Mark { style, value: Some(value), len: len + 1 + extra, firm: Firm::Sure });
    }
    if let Some(after) = rest.strip_prefix(':').or_else(|| rest.strip_prefix('，')) {
        return if after.starts_with(|c: char| c.is_ascii_digit()) {
            None
        } else {
            arabic_mark(s.len() - after.len(), Firm::Loose)
        };
    }
    let next = rest.trim_start().chars().next()?;
    if (next as u32) < 0x2E80 && !matches!(next, '“' | '(') {
        return None;
    }
    // `3 人员情况` is a heading, `3 人` is not: the title decides.
    let counts = words.measure(rest.trim_start());
    arabic_mark(len, if !counts && (rest.starts_with(' ') || gap(len)) { Firm::Loose } else { Firm::Glued })
}

/// What follows a decimal number and no heading number (`1.5万元`, but `1.1项目概况`).
const FRACTIONS: [&str; 20] = [
    "万", "亿", "元", "%", "‰", "倍", "公里", "公顷", "米", "亩", "吨", "平方", "分", "个", "千", "小时", "立方", "折",
    "级", "版",
];

/// `1.1` `2.3.1`
fn decimal(s: &str) -> Option<Mark> {
    let (mut at, mut components) = (0, 0u8);
    let value = loop {
        let (value, len) = arabic(&s[at..])?;
        (at, components) = (at + len, components + 1);
        let more = s[at..].strip_prefix('.').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()));
        if !more {
            break value;
        }
        at += 1;
        if year(&s[at..]) {
            break value;
        }
    };
    let mut len = at;
    len += s[len..].strip_prefix('、').map_or(0, |_| 3);
    len += usize::from(s[len..].starts_with('.'));
    let rest = s[len..].trim_start();
    let next = rest.chars().next()?;
    if (next as u32) < 0x2E80 || FRACTIONS.iter().any(|f| rest.starts_with(f)) || components > 4 {
        return None;
    }
    let style = Style { marker: Marker::Decimal, sub: components };
    Some(Mark { style, value: Some(value), len, firm: Firm::Loose })
}

/// `（一）` `(1)` and what brackets lose: `(一基本情况`, `)基本情况`, `()基本情况`. `open` is the length of the opening bracket.
fn bracket(s: &str, open: usize, words: &Numbering) -> Option<Mark> {
    if s.starts_with(')') {
        return Some(Mark { style: style(Marker::HanBracketed), value: None, len: 1, firm: Firm::Glued });
    }
    let inner = &s[open..];
    let close = |rest: &str| [")", "〕", "】", "]"].iter().find(|c| rest.starts_with(**c)).map(|c| c.len());
    let extra = |len: usize| {
        let rest = &s[len..];
        len + ["、", ".", "．"].iter().find(|c| rest.starts_with(**c)).map_or(0, |c| c.len())
    };
    if let Some((value, n)) = han(inner) {
        let st = style(Marker::HanBracketed);
        return match close(&inner[n..]) {
            Some(c) => Some(Mark { style: st, value: Some(value), len: extra(open + n + c), firm: Firm::Sure }),
            None => {
                let sep = if inner[n..].starts_with('、') { 3 } else { 0 };
                Some(Mark { style: st, value: Some(value), len: open + n + sep, firm: Firm::Glued })
            }
        };
    }
    if let Some((value, n)) = arabic(inner) {
        let st = style(Marker::ArabicBracketed);
        return match close(&inner[n..]) {
            Some(c) => Some(Mark { style: st, value: Some(value), len: extra(open + n + c), firm: Firm::Sure }),
            None if words.measure(&inner[n..]) || open > 1 => None,
            None => {
                let next = inner[n..].chars().next()?;
                ((next as u32) >= 0x2E80).then_some(Mark {
                    style: st,
                    value: Some(value),
                    len: open + n,
                    firm: Firm::Glued,
                })
            }
        };
    }
    let c = close(inner)?;
    Some(Mark { style: style(Marker::HanBracketed), value: None, len: extra(open + c), firm: Firm::Glued })
}

/// `①` `⑴` `⒈`
fn circled(s: &str) -> Option<Mark> {
    let c = s.chars().next()?;
    let (marker, base) = match c {
        '①'..='⑳' => (Marker::Circled, '①'),
        '❶'..='❿' => (Marker::Circled, '❶'),
        '➀'..='➉' => (Marker::Circled, '➀'),
        '⑴'..='⒇' => (Marker::ArabicBracketed, '⑴'),
        '⒈'..='⒛' => (Marker::Arabic, '⒈'),
        _ => return None,
    };
    let len = c.len_utf8();
    let len = len + ["、", "."].iter().find(|x| s[len..].starts_with(**x)).map_or(0, |x| x.len());
    Some(Mark { style: style(marker), value: Some((c as u32 - base as u32 + 1) as u16), len, firm: Firm::Sure })
}

/// Everything that begins with a character of three bytes in the CJK range.
fn wide(s: &str, gap: impl Fn(usize) -> bool, words: &Numbering) -> Option<Mark> {
    if let Some((value, len)) = han(s) {
        return han_mark(s, value, len, gap);
    }
    let c = s.chars().next()?;
    match c {
        '第' => part(s),
        '附' => annex(s),
        '、' => Some(Mark { style: style(Marker::Han), value: None, len: 3, firm: Firm::Loose }),
        '〔' | '【' => bracket(s, 3, words).filter(|m| m.firm == Firm::Sure),
        '㈠'..='㈩' => {
            let value = Some((c as u32 - '㈠' as u32 + 1) as u16);
            Some(Mark { style: style(Marker::HanBracketed), value, len: 3, firm: Firm::Sure })
        }
        // What is left of `（一）` when one byte of it was lost in GBK.
        'ㄒ' | '。' => {
            let rest = s.strip_prefix('。').unwrap_or(s).strip_prefix("ㄒ唬")?;
            let len = s.len() - rest.len();
            Some(Mark { style: style(Marker::HanBracketed), value: Some(1), len, firm: Firm::Sure })
        }
        _ => word(s, &gap, words),
    }
}

/// `一、` `一.` `一 ` `一）`
fn han_mark(s: &str, value: u16, len: usize, gap: impl Fn(usize) -> bool) -> Option<Mark> {
    let rest = &s[len..];
    let mark = |marker, len, firm| Some(Mark { style: style(marker), value: Some(value), len, firm });
    let next = rest.chars().next()?;
    match next {
        '、' => {
            // `一、二级预算单位` names ranks and is no marker.
            let after = &rest[3..];
            let ranks = han(after).is_some_and(|(_, n)| after[n..].starts_with(['级', '类', '、', '期']));
            if ranks { None } else { mark(Marker::Han, len + 3, Firm::Sure) }
        }
        '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) || year(&rest[1..]) => {
            mark(Marker::Han, len + 1, Firm::Sure)
        }
        ')' => mark(Marker::HanBracketed, len + 1 + if rest[1..].starts_with('、') { 3 } else { 0 }, Firm::Sure),
        ':' => mark(Marker::Han, len + 1, Firm::Loose),
        '，' => mark(Marker::Han, len + 3, Firm::Loose),
        '是' | '般' | '方' | '次' => None,
        ' ' => mark(Marker::Han, len, Firm::Loose),
        _ if gap(len) => mark(Marker::Han, len, Firm::Loose),
        _ => mark(Marker::Han, len, Firm::Glued),
    }
}

/// `第一部分` `第二章` `第3节`
fn part(s: &str) -> Option<Mark> {
    let rest = &s[3..];
    let (value, len) = han(rest).or_else(|| arabic(rest))?;
    let (sub, word) =
        [(0, "部分"), (1, "篇"), (2, "章"), (3, "节")].into_iter().find(|(_, w)| rest[len..].starts_with(w))?;
    let len = 3 + len + word.len();
    let rest = &s[len..];
    if rest.starts_with(['的', '，', '。', '第', '是', '为']) {
        return None;
    }
    Some(Mark { style: Style { marker: Marker::Part, sub }, value: Some(value), len, firm: Firm::Sure })
}

/// `附件1` `附表二：` `附件3-2`
fn annex(s: &str) -> Option<Mark> {
    let rest = s.strip_prefix("附件").or_else(|| s.strip_prefix("附表")).or_else(|| s.strip_prefix("附录"))?;
    let mut len = s.len() - rest.len();
    let spaces = rest.bytes().take_while(|b| *b == b' ').count();
    let rest = &rest[spaces..];
    let number = han(rest).or_else(|| arabic(rest));
    let value = number.map(|(v, _)| v);
    if let Some((_, n)) = number {
        len += spaces + n;
        let sub = s[len..].strip_prefix(['-', '—', '.']).and_then(arabic);
        if let Some((_, n)) = sub {
            let dash = s[len..].chars().next().map_or(0, char::len_utf8);
            len += dash + n;
        }
    }
    let rest = &s[len..];
    let sep = [":", "、", ".", "．"].iter().find(|c| rest.starts_with(**c)).map_or(0, |c| c.len());
    let firm = if value.is_some() || sep > 0 || rest.is_empty() { Firm::Sure } else { Firm::Glued };
    Some(Mark { style: style(Marker::Annex), value, len: len + sep, firm })
}

/// `任务1：` `问题二、` `项目一 `
fn word(s: &str, gap: &impl Fn(usize) -> bool, words: &Numbering) -> Option<Mark> {
    let word = words.numbered_words.iter().find(|w| s.starts_with(w.as_str()))?;
    let rest = &s[word.len()..];
    let (value, n) = han(rest).or_else(|| arabic(rest))?;
    let len = word.len() + n;
    let rest = &s[len..];
    let sep = [":", "、", ".", "．"].iter().find(|c| rest.starts_with(**c)).map_or(0, |c| c.len());
    if sep == 0 && !rest.starts_with(' ') && !gap(len) {
        return None;
    }
    let firm = if sep > 0 { Firm::Sure } else { Firm::Loose };
    Some(Mark { style: style(Marker::Word), value: Some(value), len: len + sep, firm })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::Patterns;

    fn read(s: &str) -> Option<(Marker, Option<u16>, &str, Firm)> {
        mark(s, |_| false, &Patterns::builtin().numbering).map(|m| (m.style.marker, m.value, &s[m.len..], m.firm))
    }

    #[test]
    fn every_style_of_the_field_is_read() {
        for (text, marker, value, rest) in [
            ("一、基本情况", Marker::Han, 1, "基本情况"),
            ("十二、其他", Marker::Han, 12, "其他"),
            ("二十一、其他", Marker::Han, 21, "其他"),
            ("三.绩效", Marker::Han, 3, "绩效"),
            ("(二)项目", Marker::HanBracketed, 2, "项目"),
            ("(十)、项目", Marker::HanBracketed, 10, "项目"),
            ("三)当年目标", Marker::HanBracketed, 3, "当年目标"),
            ("㈡项目", Marker::HanBracketed, 2, "项目"),
            ("。ㄒ唬基本情况", Marker::HanBracketed, 1, "基本情况"),
            ("1.职能", Marker::Arabic, 1, "职能"),
            ("10、职能", Marker::Arabic, 10, "职能"),
            ("⒉职能", Marker::Arabic, 2, "职能"),
            ("1.2022年预算资金", Marker::Arabic, 1, "2022年预算资金"),
            ("3.2022我中心", Marker::Arabic, 3, "2022我中心"),
            ("(1)数量", Marker::ArabicBracketed, 1, "数量"),
            ("⑵质量", Marker::ArabicBracketed, 2, "质量"),
            ("2)质量", Marker::ArabicBracketed, 2, "质量"),
            ("1.1项目概况", Marker::Decimal, 1, "项目概况"),
            ("2.3.4项目概况", Marker::Decimal, 4, "项目概况"),
            ("③质量", Marker::Circled, 3, "质量"),
            ("第一部分部门概况", Marker::Part, 1, "部门概况"),
            ("第三章 绩效", Marker::Part, 3, "绩效"),
            ("附件1:自评表", Marker::Annex, 1, "自评表"),
            ("附件3-2自评表", Marker::Annex, 3, "自评表"),
            ("附表二自评表", Marker::Annex, 2, "自评表"),
            ("任务1:创建", Marker::Word, 1, "创建"),
            ("问题二:预算", Marker::Word, 2, "预算"),
        ] {
            let (m, v, r, _) = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((m, v, r), (marker, Some(value), rest), "{text}");
        }
    }

    #[test]
    fn numbers_that_mark_nothing_are_none() {
        for text in [
            "1.5万元",
            "151.47万元",
            "2022年",
            "一般公共预算",
            "一是加强",
            "一方面",
            "第三方评价",
            "第一季度",
            "1、2、3号楼",
            "一、二级指标",
            "12",
            "100人",
            "3个",
            "",
        ] {
            assert!(read(text).is_none_or(|m| m.3 == Firm::Glued), "{text} {:?}", read(text));
        }
    }

    #[test]
    fn a_separator_without_its_numeral_is_a_marker_without_a_value() {
        assert_eq!(read(".公务接待费"), Some((Marker::Arabic, None, "公务接待费", Firm::Loose)));
        assert_eq!(read(".5万元"), None);
        assert_eq!(read("、一般性支出"), Some((Marker::Han, None, "一般性支出", Firm::Loose)));
    }
}
