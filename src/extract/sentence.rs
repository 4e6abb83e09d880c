//! One sentence of the folded view as a row of items: words of the vocabulary, figures, years, marks and unknown text.

use crate::model::Span;
use crate::patterns::{Hit, Prose, Word};
use crate::text::figure::{Token, Unit};

/// One item of a sentence.
#[derive(Clone, Debug)]
pub(super) struct Item<'p> {
    pub kind: Kind<'p>,
    pub view: Span,
}

/// The kinds of items.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'p> {
    /// A word of the vocabulary.
    Word(&'p Word),
    /// A figure: index into the token list of the document.
    Figure(usize),
    /// A year, printed.
    Year(i16),
    /// A month, a day, a list marker: known, without meaning here.
    Known,
    /// `，` `、` `;` and the like.
    Mark(char),
    Open,
    Close,
    /// Text that no pattern knows.
    Gap,
}

/// Cuts `view` of the folded text into items. `tokens` are the numbers in it, `base` the index of the first.
pub(super) fn items<'p>(
    text: &str,
    view: Span,
    tokens: &[Token],
    base: usize,
    hits: &[Hit],
    prose: &'p Prose,
    out: &mut Vec<Item<'p>>,
) {
    out.clear();
    let mut at = view.start as usize;
    let end = view.end as usize;
    let mut hits = hits.iter().peekable();
    let mut tokens = tokens.iter().enumerate().peekable();
    while at < end {
        while hits.peek().is_some_and(|h| (h.view.start as usize) < at) {
            hits.next();
        }
        let token = tokens.peek().map_or(end, |(_, t)| t.view.start as usize);
        let hit = hits.peek().map_or(end, |h| h.view.start as usize);
        let next = token.min(hit).min(end);
        if next > at {
            gap(text, at, next, out);
            at = next;
            continue;
        }
        if token <= hit {
            let Some((i, t)) = tokens.next() else { break };
            let kind = match t.unit {
                Unit::Year => match year(text, t) {
                    Some(year) => Kind::Year(year),
                    None => Kind::Known,
                },
                Unit::Date | Unit::Marker => Kind::Known,
                _ => Kind::Figure(base + i),
            };
            // Words behind a figure that bound it (以上, 左右) belong to it.
            let stop = (t.tail.max(t.view.end) as usize).min(end);
            out.push(Item { kind, view: t.view });
            at = stop.max(at + 1);
            continue;
        }
        let Some(h) = hits.next() else { break };
        // A word may reach over the beginning of the next number only by mistake of the text; numbers win.
        out.push(Item { kind: Kind::Word(prose.word(h)), view: h.view });
        at = h.view.end as usize;
    }
}

/// Finds the words behind a year anew where one reaches into it: the 年 of `2023年度收入总计` is the year's.
pub(super) fn behind_years(text: &str, view: Span, tokens: &[Token], prose: &Prose, hits: &mut Vec<Hit>) {
    for token in tokens.iter().filter(|t| t.unit == Unit::Year) {
        let end = token.view.end;
        let from = hits.partition_point(|h| h.view.end <= end);
        if hits.get(from).is_some_and(|h| h.view.start < end) {
            hits.truncate(from);
            prose.find(&text[end as usize..view.end as usize], end as usize, hits);
        }
    }
}

fn year(text: &str, token: &Token) -> Option<i16> {
    token.view.of(text).get(..4)?.parse().ok()
}

/// Unknown text, parted at the marks in it.
fn gap(text: &str, from: usize, to: usize, out: &mut Vec<Item<'_>>) {
    let mut start = from;
    for (i, c) in text[from..to].char_indices() {
        let kind = match c {
            '，' | '、' | '；' | ',' | ';' => Kind::Mark(c),
            '(' | '[' | '【' => Kind::Open,
            ')' | ']' | '】' => Kind::Close,
            ' ' | '"' | '‘' | '’' | '《' | '》' | '。' | '=' | '-' | '—' | '+' => Kind::Known,
            _ => continue,
        };
        let at = from + i;
        if at > start {
            out.push(Item { kind: Kind::Gap, view: Span::new(start, at) });
        }
        out.push(Item { kind, view: Span::new(at, at + c.len_utf8()) });
        start = at + c.len_utf8();
    }
    if to > start {
        out.push(Item { kind: Kind::Gap, view: Span::new(start, to) });
    }
}

/// The sentences of `view`: cut behind 。；！？ and at line ends.
pub(super) fn sentences(text: &str, view: Span) -> impl Iterator<Item = Span> + '_ {
    let bytes = text.as_bytes();
    let mut at = view.start as usize;
    let end = view.end as usize;
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let start = at;
        let mut i = at;
        while i < end {
            match bytes[i] {
                b'\n' => {
                    at = i + 1;
                    return Some(Span::new(start, i));
                }
                // 。 is E3 80 82; ！ EF BC 81, ； EF BC 9B, ？ EF BC 9F
                0xe3 if bytes[i + 1..].starts_with(&[0x80, 0x82]) => {
                    at = i + 3;
                    return Some(Span::new(start, i));
                }
                0xef if bytes[i + 1..].starts_with(&[0xbc]) && matches!(bytes.get(i + 2), Some(0x81 | 0x9b | 0x9f)) => {
                    at = i + 3;
                    return Some(Span::new(start, i));
                }
                // Han characters but for the rarest begin with these bytes and have three.
                0xe4..=0xe9 => i += 3,
                _ => i += 1,
            }
        }
        at = end;
        Some(Span::new(start, end))
    })
}
