//! Lines of cells in, the same lines with rows mended that a line end inside a cell broke: `产出指标 | 数量指标 | 维修栏杆` ⏎
//! `长度 | 400米 | 420米 | 10`.

use super::lines::{Layout, Line, Piece};
use crate::model::Span;
use crate::patterns::{Patterns, Tables};

/// How many lines one row may have been broken into.
const PARTS: usize = 6;

/// Mends `lines`. Only where the parts together have as many cells as other rows of the table, and where the words at the break
/// make one, or the break stands between a label and its numbers.
pub(super) fn mend(lines: &mut Vec<Line>, text: &str, patterns: &Patterns) {
    if !lines.iter().any(|l| l.layout == Layout::Columns && !l.cells.iter().any(|c| c.hangs)) {
        return;
    }
    let mut out: Vec<Line> = Vec::with_capacity(lines.len());
    let mut i = 0;
    while i < lines.len() {
        let until = (i + PARTS).min(lines.len());
        // The number of cells of rows nearby.
        let around = &lines[i.saturating_sub(40)..(i + 40).min(lines.len())];
        let usual = |n: usize| {
            n >= 4 && around.iter().filter(|l| l.layout == Layout::Columns && l.cells.len() == n).count() >= 1
        };
        let mut joined: Option<(Line, usize)> = None;
        if starts(&lines[i]) {
            let mut row = lines[i].clone();
            for (n, next) in lines.iter().enumerate().take(until).skip(i + 1) {
                if next.gap > 0 || next.cells.is_empty() || next.layout == Layout::Prose || next.layout == Layout::Words
                {
                    break;
                }
                if !goes_on(&row, next, text, patterns) {
                    break;
                }
                row = join(&row, next);
                let wide = row.cells.len() > lines[i].cells.len();
                if wide && usual(row.cells.len()) || named(&row, text, &patterns.tables) {
                    joined = Some((row.clone(), n + 1));
                }
            }
        }
        match joined {
            Some((row, next)) => {
                out.push(row);
                i = next;
            }
            None => {
                out.push(lines[i].clone());
                i += 1;
            }
        }
    }
    *lines = out;
}

/// Whether a row can begin with this line: with cells of columns, or with one word.
fn starts(line: &Line) -> bool {
    match line.layout {
        Layout::Columns => !line.cells.iter().any(|c| c.hangs || c.end - c.column > 1),
        Layout::Lone => line.cells.first().is_some_and(|c| c.view.len() <= 60),
        _ => false,
    }
}

/// Whether all cells of `row` are headers of a table of indicators.
fn named(row: &Line, text: &str, tables: &Tables) -> bool {
    let shown = || row.cells.iter().filter(|c| !c.view.is_empty());
    let known = shown().filter(|c| tables.column(&clean(c.view, text)).is_some()).count();
    known >= 5 && known + 1 >= shown().count()
}

fn clean(view: Span, text: &str) -> String {
    view.of(text).split(['\n', ' ']).collect()
}

/// Whether the last cell of `row` goes on with the first one of `next`.
fn goes_on(row: &Line, next: &Line, text: &str, patterns: &Patterns) -> bool {
    let (Some(last), Some(first)) = (row.cells.last(), next.cells.first()) else { return false };
    if last.view.is_empty() || first.view.is_empty() || first.view.len() > 60 || last.view.len() > 120 {
        return false;
    }
    let (a, b) = (clean(last.view, text), clean(first.view, text));
    let digits = |s: &str| s.contains(|c: char| c.is_ascii_digit());
    if b.starts_with('(') && !a.ends_with(['。', ')']) {
        return true;
    }
    // What ends in a number is whole.
    if digits(&a) && !a.contains('(') {
        return false;
    }
    let (tables, word) = (&patterns.tables, format!("{a}{b}"));
    let level = |w: &str| tables.first_level(w) || tables.second_level(w);
    let column = |w: &str| tables.column(w).is_some();
    let head = |w: &str| tables.heads.head(w).is_some() || tables.heads.label(w).is_some();
    let one = |kind: &dyn Fn(&str) -> bool| kind(&word) && !(kind(&a) && kind(&b));
    if one(&level) || one(&column) || head(&word) && !head(&a) && !b.contains(':') {
        return true;
    }
    let known = |w: &str| level(w) || column(w) || head(w);
    // A name broken before its values: no digit so far, digits right behind.
    let values = next.cells[1..].iter().filter(|c| digits(c.view.of(text))).count();
    let before = row.cells.iter().any(|c| digits(c.view.of(text)) && !c.view.of(text).contains('('));
    !before
        && !known(&a)
        && !known(&b)
        && !digits(&b)
        && b.chars().count() <= 12
        && values >= 2
        && next.layout == Layout::Columns
        && row.layout == Layout::Columns
}

/// One row of two parts.
fn join(row: &Line, next: &Line) -> Line {
    let mut out = row.clone();
    let Some((last, first)) = out.cells.last_mut().zip(next.cells.first()) else { return out };
    last.view = last.view.join(first.view);
    let by = last.column;
    out.cells.extend(next.cells[1..].iter().map(|c| Piece { column: c.column + by, end: c.end + by, ..*c }));
    if out.cells.len() > 1 {
        out.layout = Layout::Columns;
    }
    out
}
