//! The text of a cell in, whether it prints a number, a mark for nothing, or words.

use crate::model::Nil;

/// What a cell prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// A number and nothing else.
    Plain,
    /// One without a point and without thousands.
    Whole,
    /// 96.88%
    Percent,
    /// 151.47万元
    Money,
    /// 9.6分, 12人
    Counted,
    /// 无, —
    Nothing(Nil),
    /// Nothing at all.
    Blank,
    /// Words.
    Words,
}

impl Shows {
    /// Whether it is a number.
    pub fn number(self) -> bool {
        matches!(self, Shows::Plain | Shows::Whole | Shows::Percent | Shows::Money | Shows::Counted)
    }

    /// Whether it can stand under a header of numbers.
    pub fn value(self) -> bool {
        self != Shows::Words
    }
}

/// What the cell `text` (folded) prints.
pub(super) fn shows(text: &str) -> Shows {
    if text.is_empty() {
        return Shows::Blank;
    }
    if matches!(text, "无" | "没有" | "不涉及") {
        return Shows::Nothing(Nil::None);
    }
    if matches!(text, "-" | "—" | "/" | "——" | "--" | "---" | "\\" | "－" | "――" | "…" | "——-" | "*") {
        return Shows::Nothing(Nil::Blank);
    }
    if !text.contains(|c: char| c.is_ascii_digit()) || text.len() > 48 {
        return Shows::Words;
    }
    let bare = text.trim_start_matches(['¥', '-', '+', '(', '￥', '≥', '≤', '约']);
    let len = numeral(bare);
    if len == 0 {
        return Shows::Words;
    }
    match bare[len..].trim_start_matches([')', ' ']) {
        "" if text.bytes().all(|b| b.is_ascii_digit()) => Shows::Whole,
        "" => Shows::Plain,
        "%" => Shows::Percent,
        "万元" | "元" | "亿元" | "千元" | "百元" | "百万元" | "万" | "亿" | "元整" => Shows::Money,
        "分" | "人" | "名" | "个" | "㎡" | "平方米" | "辆" | "台" | "次" | "批次" | "人次" | "批" | "户" | "天"
        | "件" => Shows::Counted,
        _ => Shows::Words,
    }
}

/// How long the numeral at the start of `text` is: digits, thousands and decimals.
pub(super) fn numeral(text: &str) -> usize {
    let b = text.as_bytes();
    let mut at = 0;
    let mut point = false;
    while at < b.len() {
        match b[at] {
            b'0'..=b'9' => {}
            b',' if !point && b.get(at + 1).is_some_and(u8::is_ascii_digit) && at > 0 => {}
            b'.' if !point && b.get(at + 1).is_some_and(u8::is_ascii_digit) && at > 0 => point = true,
            _ => break,
        }
        at += 1;
    }
    if b.first().is_some_and(u8::is_ascii_digit) { at } else { 0 }
}

/// A label and the number glued or tied to its end: `一般公共预算800.40`, `基本支出：1,862.57`. The length of the label.
pub(super) fn labelled(text: &str) -> Option<usize> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (label, rest) = text.split_at(at);
    let label = label.trim_end_matches(['-', '¥', '￥']);
    let han = label.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    let number = shows(&text[label.len()..]);
    (han >= 2 && matches!(number, Shows::Plain | Shows::Whole | Shows::Money) && !rest.is_empty())
        .then_some(label.len())
}
