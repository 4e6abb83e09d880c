//! Tables of indicators in, their rows out: from cells where the reader gave them, else from lines that conversion flattened (one
//! row a line, or one cell a line). A row that does not fit its header is no row; it is said to be not understood.

use rust_decimal::Decimal;

use crate::model::{BlockKind, Cell, Document, Indicator, Span};
use crate::patterns::{Column, Patterns, Tables};
use crate::text::fold::fold;

/// What was found in one report.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The rows, in print order.
    pub rows: Vec<Indicator>,
    /// For each of `rows` where its reached value is printed.
    pub actual: Vec<Option<Span>>,
    /// Where the total of a table is printed: the last number of its last row.
    pub totals: Vec<Span>,
    /// Rows that did not fit.
    pub unread: Vec<Span>,
}

/// A cell: its place and its folded text.
#[derive(Clone, Debug)]
struct Piece {
    span: Span,
    text: String,
}

/// How costly it is that a column has no cell, or a cell of another kind. Small costs are usual, large ones desperate.
const NEVER: u32 = 1000;

/// Every indicator of `part`.
pub(super) fn indicators(doc: &Document, part: Span, patterns: &Patterns) -> Found {
    let tables = &patterns.tables;
    let mut found = Found::default();
    // Most reports have no such table: the words of a header are looked for before anything is cut.
    let text = part.of(&doc.text);
    if memchr::memmem::find(text.as_bytes(), "指标".as_bytes()).is_none() {
        return found;
    }
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let mut at = doc.lines.partition_point(|l| l.span.start < part.start);
    for block in doc.blocks.iter().filter(|b| b.span.start >= part.start && b.span.start < part.end) {
        match &block.kind {
            BlockKind::Table(cells) if grid(doc, cells, tables, &mut found) => {
                flush(&mut lines, tables, &mut found);
                while doc.lines.get(at).is_some_and(|l| l.span.start < block.span.end) {
                    at += 1;
                }
            }
            BlockKind::Furniture => {}
            BlockKind::Table(_) | BlockKind::Prose => {
                at = doc.lines.partition_point(|l| l.span.start < block.span.start).max(at);
                while let Some(line) = doc.lines.get(at).filter(|l| l.span.start < block.span.end) {
                    lines.push(pieces(doc, line.span));
                    at += 1;
                }
            }
        }
    }
    flush(&mut lines, tables, &mut found);
    found
}

/// The cells of a line: what white space parts.
fn pieces(doc: &Document, line: Span) -> Vec<Piece> {
    let print = line.of(&doc.text);
    let mut out = Vec::new();
    let mut from = 0;
    for part in print.split([' ', '\t', '\u{3000}', '\u{a0}']) {
        if !part.is_empty() {
            let span = Span::new(line.start as usize + from, line.start as usize + from + part.len());
            out.push(Piece { span, text: fold(part) });
        }
        from += part.len();
        from += print[from..].chars().next().map_or(0, char::len_utf8);
    }
    out
}

/// Reads the tables in lines that are no cells.
fn flush(lines: &mut Vec<Vec<Piece>>, tables: &Tables, found: &mut Found) {
    let mut i = 0;
    while i < lines.len() {
        if let Some(header) = header(lines[i].iter(), tables) {
            i = rows_of_lines(lines, i + 1, &header, tables, found);
            continue;
        }
        // One header cell a line.
        let run = lines[i..].iter().take_while(|l| l.len() == 1 && tables.column(&l[0].text).is_some()).count();
        match header(lines[i..i + run].iter().flatten(), tables) {
            Some(header) => i = rows_of_cells(lines, i + run, &header, tables, found),
            None => i += run.max(1),
        }
    }
    lines.clear();
}

/// The columns that header cells announce.
fn header<'p>(cells: impl Iterator<Item = &'p Piece>, tables: &Tables) -> Option<Vec<Column>> {
    let mut known = 0;
    let columns: Vec<Column> = cells
        .map(|piece| {
            let column = tables.column(&piece.text);
            known += usize::from(column.is_some());
            column.unwrap_or(Column::Other)
        })
        .collect();
    let has = |c| columns.contains(&c);
    let whole = known >= 3 && has(Column::Level3) && (has(Column::Target) || has(Column::Actual));
    (whole && columns.len() <= 14 && columns.len() - known <= 2).then_some(columns)
}

/// Rows from line `from` on, one a line; the line behind them.
fn rows_of_lines(lines: &[Vec<Piece>], from: usize, columns: &[Column], tables: &Tables, found: &mut Found) -> usize {
    let mut levels = Levels::default();
    let mut strange = 0;
    for (i, line) in lines.iter().enumerate().skip(from) {
        let Some(first) = line.first() else { continue };
        if header(line.iter(), tables).is_some() {
            continue;
        }
        if tables.ends(&first.text) {
            total(line, found);
            return i + 1;
        }
        let prose = line.iter().any(|p| p.text.contains('。')) && line.len() <= 2;
        if line.len() == 1 && !prose && (tables.first_level(&first.text) || tables.second_level(&first.text)) {
            levels.set(first, tables);
            continue;
        }
        match align(line, columns, tables).filter(|(cost, _)| *cost < NEVER && !prose) {
            Some((_, places)) => {
                strange = 0;
                row(line, &places, columns, tables, &mut levels, found);
            }
            None => {
                strange += 1;
                if prose || strange > 2 || line.len() < 2 && strange > 1 {
                    return i;
                }
                if line.len() > 1 {
                    found.unread.push(Span { start: first.span.start, end: line[line.len() - 1].span.end });
                }
            }
        }
    }
    lines.len()
}

/// Rows from line `from` on, one cell a line: the cheapest way to cut the cells into rows of this header.
fn rows_of_cells(lines: &[Vec<Piece>], from: usize, columns: &[Column], tables: &Tables, found: &mut Found) -> usize {
    let mut cells: Vec<Piece> = Vec::new();
    let mut end = from;
    while let Some(line) = lines.get(end) {
        let Some(first) = line.first() else {
            end += 1;
            continue;
        };
        if tables.ends(&first.text) || first.text.contains('。') || cells.len() >= 1200 {
            break;
        }
        let span = Span { start: first.span.start, end: line[line.len() - 1].span.end };
        cells.push(Piece { span, text: line.iter().map(|p| p.text.as_str()).collect() });
        end += 1;
    }
    // A prose line that ends the table may have been taken for cells before it: only whole rows count.
    let n = cells.len();
    let mut best: Vec<(u32, usize)> = vec![(u32::MAX, 0); n + 1];
    best[0] = (0, 0);
    for at in 0..n {
        if best[at].0 == u32::MAX {
            continue;
        }
        for len in 1..=columns.len().min(n - at) {
            let Some((cost, _)) = align(&cells[at..at + len], columns, tables) else { continue };
            let sum = best[at].0.saturating_add(cost + 1);
            if sum < best[at + len].0 {
                best[at + len] = (sum, len);
            }
        }
    }
    let whole = (0..=n).rev().find(|at| best[*at].0 < u32::MAX).unwrap_or(0);
    let mut cuts = Vec::new();
    let mut at = whole;
    while at > 0 {
        cuts.push((at - best[at].1, at));
        at -= best[at].1;
    }
    let mut levels = Levels::default();
    for (start, stop) in cuts.into_iter().rev() {
        let line = &cells[start..stop];
        match align(line, columns, tables) {
            Some((cost, places)) if cost < NEVER => row(line, &places, columns, tables, &mut levels, found),
            _ => found.unread.push(Span { start: line[0].span.start, end: line[line.len() - 1].span.end }),
        }
    }
    if whole < n {
        found.unread.push(Span { start: cells[whole].span.start, end: cells[n - 1].span.end });
    }
    // The total: the numbers behind 总分, one a line.
    if let Some(line) = lines.get(end).filter(|l| l.first().is_some_and(|f| tables.ends(&f.text))) {
        let mut row = line.clone();
        let numbers = lines[end + 1..].iter().take(3).take_while(|l| l.len() == 1 && number(&l[0].text).is_some());
        row.extend(numbers.flatten().cloned());
        total(&row, found);
    }
    end.max(from)
}

/// The points in the last row: weight and score, or the score alone.
fn total(line: &[Piece], found: &mut Found) {
    let last = line[1..].iter().filter(|p| number(&p.text).is_some()).collect::<Vec<_>>();
    let likely = |p: &Piece| number(&p.text).is_some_and(|n| n <= Decimal::ONE_HUNDRED && n > Decimal::TEN);
    match last.as_slice() {
        [.., weight, score] if likely(weight) && likely(score) => found.totals.push(score.span),
        [score] if likely(score) && number(&score.text) != Some(Decimal::ONE_HUNDRED) => found.totals.push(score.span),
        _ => {}
    }
}

fn number(text: &str) -> Option<Decimal> {
    let digits = text.trim_end_matches('分');
    let plain =
        digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && digits.starts_with(|c: char| c.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// The cheapest way to give each cell of a row its column, in order: the column of each cell. `None` where none fits.
fn align(line: &[Piece], columns: &[Column], tables: &Tables) -> Option<(u32, Vec<usize>)> {
    let (n, h) = (line.len(), columns.len());
    if n == 0 || n > h {
        return None;
    }
    let mut cost = vec![vec![u32::MAX; h + 1]; n + 1];
    let mut taken = vec![vec![false; h + 1]; n + 1];
    cost[0][0] = 0;
    for (j, column) in columns.iter().enumerate() {
        for i in 0..=n.min(j + 1) {
            let without = cost[i][j].saturating_add(missing(*column));
            let with = match i.checked_sub(1) {
                Some(k) if cost[k][j] < u32::MAX => {
                    mismatch(&line[k].text, *column, tables).map(|m| cost[k][j].saturating_add(m))
                }
                _ => None,
            };
            let (best, took) = match with {
                Some(with) if with <= without => (with, true),
                _ => (without, false),
            };
            cost[i][j + 1] = best;
            taken[i][j + 1] = took;
        }
    }
    let least = cost[n][h];
    if least >= NEVER {
        return None;
    }
    let mut places = vec![0; n];
    let mut i = n;
    for j in (1..=h).rev() {
        if taken[i][j] {
            i -= 1;
            places[i] = j - 1;
        }
    }
    Some((least, places))
}

/// What it costs that a row has no cell for a column.
fn missing(column: Column) -> u32 {
    match column {
        Column::Level1 => 0,
        Column::Level2 | Column::Reason | Column::TargetAdjusted => 1,
        Column::Level3 => NEVER,
        Column::Other => 2,
        Column::Rate => 3,
        Column::Direction | Column::Measure => 5,
        Column::Target | Column::Actual => 8,
        Column::Weight | Column::Score => 9,
    }
}

/// What it costs that `cell` stands in a column; `None` where it cannot.
fn mismatch(cell: &str, column: Column, tables: &Tables) -> Option<u32> {
    let level = tables.first_level(cell) || tables.second_level(cell);
    let numeric = number(cell.trim_end_matches('%')).is_some();
    let sign = tables.direction(cell).is_some();
    let blank = tables.blank(cell);
    let words = !numeric && !sign;
    match column {
        Column::Level1 if tables.first_level(cell) => Some(0),
        Column::Level1 => words.then_some(if level || cell.contains(|c: char| c.is_ascii_digit()) { 12 } else { 4 }),
        Column::Level2 if tables.second_level(cell) => Some(0),
        Column::Level2 => words.then_some(if level || cell.contains(|c: char| c.is_ascii_digit()) { 8 } else { 4 }),
        Column::Level3 => words.then_some(if level {
            6
        } else if blank {
            5
        } else {
            0
        }),
        Column::Direction => (sign || blank).then_some(if sign { 0 } else { 2 }),
        Column::Target | Column::TargetAdjusted | Column::Actual => Some(if level {
            20
        } else if sign && cell != "定性" {
            10
        } else if blank {
            2
        } else {
            0
        }),
        Column::Measure => (!numeric && !sign).then_some(if blank {
            1
        } else if cell.chars().count() <= 6 {
            0
        } else {
            4
        }),
        Column::Weight | Column::Score => match (number(cell), blank) {
            (Some(n), _) => Some(if n > Decimal::ONE_HUNDRED { 10 } else { 0 }),
            (None, true) => Some(1),
            (None, false) => None,
        },
        Column::Rate => (numeric || blank).then_some(u32::from(blank)),
        Column::Reason => Some(if level {
            20
        } else if numeric {
            8
        } else {
            0
        }),
        Column::Other => Some(1),
    }
}

/// The first two levels, which merged cells pass on to the rows below.
#[derive(Default)]
struct Levels {
    first: Option<String>,
    second: Option<String>,
}

impl Levels {
    fn set(&mut self, piece: &Piece, tables: &Tables) {
        if tables.first_level(&piece.text) && !(tables.second_level(&piece.text) && self.first.is_some()) {
            (self.first, self.second) = (Some(piece.text.clone()), None);
        } else {
            self.second = Some(piece.text.clone());
        }
    }
}

/// Appends the row that `line` prints; nothing for what a template left.
fn row(line: &[Piece], places: &[usize], columns: &[Column], tables: &Tables, levels: &mut Levels, found: &mut Found) {
    let cells = line.iter().zip(places).map(|(piece, place)| (columns[*place], piece));
    let span = Span { start: line[0].span.start, end: line[line.len() - 1].span.end };
    push(cells, columns, span, tables, levels, found);
}

fn push<'p>(
    cells: impl Iterator<Item = (Column, &'p Piece)>,
    columns: &[Column],
    span: Span,
    tables: &Tables,
    levels: &mut Levels,
    found: &mut Found,
) {
    let mut out = Indicator { span, ..Indicator::default() };
    let mut actual = None;
    let mut name = None;
    for (column, piece) in cells {
        if tables.blank(&piece.text) {
            continue;
        }
        let text = || Some(piece.text.clone());
        match column {
            Column::Level1 => {
                if levels.first != text() {
                    levels.second = None;
                }
                levels.first = text();
            }
            Column::Level2 => levels.second = text(),
            Column::Level3 => name = text(),
            Column::Direction => match tables.direction(&piece.text) {
                Some(bound) => out.direction = bound,
                None => out.target = text(),
            },
            Column::Target if out.target.is_none() => out.target = text(),
            Column::Target => {}
            Column::TargetAdjusted => out.target = text(),
            Column::Measure => out.measure = text(),
            Column::Actual => {
                out.actual = text();
                actual = Some(piece.span);
            }
            Column::Weight => out.weight = number(&piece.text),
            Column::Score => out.score = number(&piece.text),
            Column::Reason => out.reason = text(),
            Column::Rate | Column::Other => {}
        }
    }
    if columns.contains(&Column::Level1) {
        out.level1.clone_from(&levels.first);
    }
    if columns.contains(&Column::Level2) {
        out.level2.clone_from(&levels.second);
    }
    let Some(name) = name else { return };
    let stated = out.target.is_some() || out.actual.is_some() || out.score.is_some();
    if tables.residue(&name) && out.target.as_deref().is_none_or(|t| tables.residue(t)) || !stated {
        return;
    }
    out.level3 = name;
    found.rows.push(out);
    found.actual.push(actual);
}

/// Rows of a table whose cells the reader gave; false where it is no table of indicators.
fn grid(doc: &Document, cells: &[Cell], tables: &Tables, found: &mut Found) -> bool {
    let height = cells.iter().map(|c| c.row + c.rows.max(1)).max().unwrap_or(0) as usize;
    let width = cells.iter().map(|c| c.column + c.columns.max(1)).max().unwrap_or(0) as usize;
    if height < 2 || width < 3 || height * width > 1 << 20 {
        return false;
    }
    let pieces: Vec<Piece> =
        cells.iter().map(|c| Piece { span: c.span, text: fold(c.span.of(&doc.text)).replace('\n', "") }).collect();
    let mut at: Vec<Vec<Option<usize>>> = vec![vec![None; width]; height];
    for (i, c) in cells.iter().enumerate() {
        for line in at.iter_mut().skip(c.row as usize).take(c.rows.max(1) as usize) {
            line.iter_mut().skip(c.column as usize).take(c.columns.max(1) as usize).for_each(|slot| *slot = Some(i));
        }
    }
    let mut columns: Option<Vec<Option<Column>>> = None;
    let mut levels = Levels::default();
    let mut last = None;
    for line in &at {
        let mut own: Vec<usize> = line.iter().flatten().copied().collect();
        own.dedup();
        if let Some(names) = header(own.iter().map(|i| &pieces[*i]), tables).filter(|_| own.len() >= 3) {
            // A column of the grid says what the header cell above it says.
            let says = |i: &Option<usize>| i.and_then(|i| own.iter().position(|o| *o == i)).map(|n| names[n]);
            columns = Some(line.iter().map(says).collect());
            levels = Levels::default();
            continue;
        }
        let Some(says) = &columns else { continue };
        let filled: Vec<usize> = own.iter().copied().filter(|i| !pieces[*i].text.is_empty()).collect();
        let Some(first) = filled.first() else { continue };
        if tables.ends(&pieces[*first].text) {
            let line: Vec<Piece> = filled.iter().map(|i| pieces[*i].clone()).collect();
            total(&line, found);
            columns = None;
            continue;
        }
        let mut row: Vec<(Column, usize)> = Vec::new();
        for (column, slot) in says.iter().zip(line) {
            if let (Some(column), Some(i)) = (column, slot)
                && !pieces[*i].text.is_empty()
                && !row.iter().any(|(c, other)| c == column || other == i)
            {
                row.push((*column, *i));
            }
        }
        let name = row.iter().find(|(c, _)| *c == Column::Level3).map(|(_, i)| *i);
        if name.is_none() || name == last {
            continue;
        }
        last = name;
        let own: Vec<Span> = row
            .iter()
            .filter(|(c, _)| !matches!(c, Column::Level1 | Column::Level2))
            .map(|(_, i)| pieces[*i].span)
            .collect();
        let span = Span {
            start: own.iter().map(|s| s.start).min().unwrap_or_default(),
            end: own.iter().map(|s| s.end).max().unwrap_or_default(),
        };
        let kept: Vec<Column> = says.iter().flatten().copied().collect();
        push(row.iter().map(|(c, i)| (*c, &pieces[*i])), &kept, span, tables, &mut levels, found);
    }
    !found.rows.is_empty() && last.is_some()
}
