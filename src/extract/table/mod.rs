//! Tables of money and heads in, figures with scale and facts out: from the reader's cells, or from lines that conversion flattened.
//!
//! [`lines`] cuts the document into cells, [`header`] and [`rows`] say which header and which label each value has, [`glued`] parts
//! numbers that ran together, [`facts`] says what the values answer. Nothing here guesses: a value whose column is not certain is
//! money where a scale is declared for it, and no fact.

mod assign;
mod facts;
mod glued;
mod header;
mod indicator;
pub(super) mod lines;
mod mend;
mod number;
mod pairs;
mod ran;
mod rows;

use super::figures::{Declared, bind};
use crate::model::{Document, Span};
use crate::patterns::{Head, Patterns};
use crate::text::figure::{self, Token, Unit};
pub(super) use facts::facts;
pub(super) use indicator::{indicator_facts, measured};
pub(super) use rows::{Row, Tables_ as Found};

/// The lines of `doc` as cells, rows that a line end inside a cell broke mended.
pub(super) fn cut(doc: &Document, patterns: &Patterns) -> Vec<lines::Line> {
    let mut lines = lines::lines(doc);
    mend::mend(&mut lines, &doc.view.text, patterns);
    ran::part(&mut lines, &doc.view.text, patterns);
    lines
}

/// Every table of `doc`: its values are bound to their scales in `tokens`, which are told apart cell by cell.
pub(super) fn read(
    doc: &Document,
    lines: &[lines::Line],
    declared: &[Declared],
    patterns: &Patterns,
    tokens: &mut Vec<Token>,
) -> Found {
    let text = doc.view.text.as_str();
    let reader = header::Reader { text, patterns, heads: &patterns.tables.heads, lines, declared };
    let mut found = rows::Builder::new(reader, &patterns.tables).run();
    cells_alone(text, &mut found, patterns, tokens);
    for row in &mut found.rows {
        let label = row.label.of(text);
        let counted = patterns.tables.heads.counts(label.split('(').next().unwrap_or("")) && !label.contains('费');
        let skip = patterns.tables.heads.label(label) == Some(crate::patterns::Label::Skip);
        for cell in &mut row.cells {
            let at = tokens.partition_point(|t| t.view.start < cell.view.start);
            let token = tokens.get(at).filter(|t| t.view.start < cell.view.end).map(|_| at);
            cell.token = token;
            let (Some(token), false) = (token, skip) else { continue };
            let token = &mut tokens[token];
            let titled = cell.titles.last().map(|t| t.of(text)).unwrap_or("");
            match cell.head {
                Some(Head::Rate) => {
                    if matches!(token.unit, Unit::Bare | Unit::Count) && token.value.is_some() {
                        token.unit = Unit::Percent;
                    }
                    continue;
                }
                Some(head) if !head.money() => continue,
                Some(_) => {}
                None if counted || patterns.tables.heads.counts(titled) => continue,
                // Its column is not certain, and not all columns are money.
                None if row.mixed && cell.titles.is_empty() && token.number.is_none_or(|n| n.decimals != 2) => continue,
                None => {}
            }
            if counted && cell.head == Some(Head::Amount) {
                continue;
            }
            let number = token.number.is_some_and(|n| n.len == token.view.len() || token.negative);
            if let Some(scale) = cell.scale
                && number
                && matches!(token.unit, Unit::Bare | Unit::Count | Unit::Year)
            {
                bind(token, &scale, text, cell.head.is_some());
            }
        }
    }
    found
}

/// Reads the numbers of cells without what stands in the cells beside them: `60 | 龛 | 64` is not 60龛64.
fn cells_alone(text: &str, found: &mut Found, patterns: &Patterns, tokens: &mut Vec<Token>) {
    if found.cells.is_empty() && found.unread.is_empty() {
        return;
    }
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut old = std::mem::take(tokens).into_iter().peekable();
    // Behind this place a token that was dropped reached.
    let mut reach = 0;
    let mut marks: Vec<(Span, bool)> =
        found.cells.iter().map(|c| (*c, true)).chain(found.unread.iter().map(|u| (*u, false))).collect();
    marks.sort_unstable();
    marks.dedup_by_key(|m| m.0);
    for (n, (cell, alone)) in marks.iter().enumerate() {
        // A cell that was parted once more is read by its parts.
        if marks.get(n + 1).is_some_and(|(next, _)| next.start < cell.end) {
            continue;
        }
        while let Some(token) = old.next_if(|t| t.view.end <= cell.start) {
            out.push(token);
        }
        // A token that reaches over a cell's edge was never one number.
        let mut had = reach > cell.start;
        while let Some(token) = old.next_if(|t| t.view.start < cell.end) {
            reach = reach.max(token.view.end);
            had = true;
        }
        if !had {
            continue;
        }
        for mut token in figure::scan(cell.of(text), &patterns.figures) {
            let by = cell.start;
            token.view = Span { start: token.view.start + by, end: token.view.end + by };
            token.tail += by;
            token.scale_from = token.scale_from.map(|s| Span { start: s.start + by, end: s.end + by });
            if !alone {
                (token.unit, token.value) = (Unit::Bare, None);
            }
            if out.last().is_none_or(|l| l.view.end <= token.view.start) {
                out.push(token);
            }
        }
    }
    out.extend(old);
    *tokens = out;
}
