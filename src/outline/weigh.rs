//! One title in, the evidence for or against a heading out. The numbers are tenths of a vote, found on the samples: what settles
//! a case by itself weighs 25 or more, a hint 5 to 15.

use super::item::Class;
use super::marker::{self, Firm, Mark};
use crate::model::Marker;
use crate::patterns::{Known, Numbering};

/// What ends a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing: the line ends.
    Line,
    /// A colon, full stop or semicolon at the end of the line.
    Mark(char),
    /// A colon or full stop with text behind it.
    Inline(char),
    /// The text under it begins without a sign (`单位职能1.拟订…`).
    Embedded,
}

/// The evidence of a marked line: its class and score. `own` says that text of its own follows,
/// `printed` that it is printed as headings are.
pub(super) fn weigh(
    title: &str,
    end: End,
    mark: Mark,
    known: Known,
    own: bool,
    printed: bool,
    words: &Numbering,
) -> (Class, i32) {
    let marker = mark.style.marker;
    let sure = mark.firm == Firm::Sure;
    if known >= Known::Parts && !(marker == Marker::Annex && matches!(end, End::Inline(_))) {
        return (Class::Heading, 40);
    }
    let core = without_brackets(title);
    let core = core.as_str();
    let n = core.chars().count();
    if marker == Marker::Annex {
        let number = title.starts_with(|c: char| c.is_ascii_digit()) && !marker::year(title);
        let listed = number || n > 45 || matches!(end, End::Inline(_));
        return if listed { (Class::Sentence, -40) } else { (Class::Heading, 20) };
    }
    if marker == Marker::Part {
        return if n <= 40 { (Class::Heading, 30) } else { (Class::Sentence, -30) };
    }
    if n == 0 || n > 90 || !core.chars().any(|c| (c as u32) >= 0x3400) {
        return (Class::Sentence, -40);
    }
    if words.finite(core) || states_amount(core, words) {
        return (Class::Sentence, -40);
    }
    let high = matches!(marker, Marker::Han | Marker::HanBracketed);
    let comma = core.contains('，');
    let verb = words.item_verb(core);
    let tail = words.heading_tail(core);
    let cue = known == Known::Cue;
    let mut score = match (end, marker) {
        (End::Line, Marker::Han) => 20,
        (End::Line, Marker::HanBracketed) => 15,
        (End::Line, _) => 12,
        (End::Mark(':'), _) => 15,
        (End::Mark('。'), Marker::Han) => 5,
        (End::Mark('。'), Marker::HanBracketed) => 0,
        (End::Mark('。'), Marker::Word) if own => 15,
        (End::Mark(_), _) => -20,
        (End::Inline('。'), Marker::Han | Marker::HanBracketed) => 15,
        (End::Inline('。'), _) => 10,
        (End::Inline(':'), _) => 12,
        (End::Inline(_), _) => -40,
        (End::Embedded, _) => 10,
    };
    score += if n <= 20 { 0 } else { -((n as i32 - 20) / if high { 2 } else { 1 }) };
    score += 8 * i32::from(tail) + 6 * i32::from(cue);
    if comma {
        score -= if tail && cue {
            6
        } else if high && n <= 20 {
            12
        } else {
            20
        };
    }
    if verb {
        score -= if own { 6 } else { 20 };
    }
    if !own {
        score -= match marker {
            Marker::Han => 0,
            Marker::HanBracketed => 8,
            _ => 14,
        };
    }
    if !sure {
        score -= 10;
    }
    score += 10 * i32::from(printed);
    let class = match score {
        25.. => Class::Heading,
        ..=-25 => Class::Sentence,
        _ => Class::Open,
    };
    (class, score)
}

/// `2022年预算资金113.52万元`: digits with something counted; a year or a number of points in brackets is none.
pub(super) fn states_amount(title: &str, words: &Numbering) -> bool {
    let b = title.as_bytes();
    let mut i = 0;
    while i < b.len() {
        if !b[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let start = i;
        while i < b.len() && (b[i].is_ascii_digit() || matches!(b[i], b'.' | b',')) {
            i += 1;
        }
        if title[start..i].contains('.') && i - start > 2 && b[i - 1].is_ascii_digit() {
            return true;
        }
        let rest = title[i..].trim_start();
        let year = i - start == 4 && rest.starts_with('年');
        if !year && words.measure(rest) {
            return true;
        }
    }
    false
}

/// `预算执行情况(10分)` → `预算执行情况`
fn without_brackets(title: &str) -> String {
    let mut depth = 0usize;
    title
        .chars()
        .filter(|c| {
            match c {
                '(' | '〔' | '【' => depth += 1,
                ')' | '〕' | '】' if depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}
