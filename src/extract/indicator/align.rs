//! The cells of a row and the columns of its header in, which cell stands in which column out: the cheapest way, in order.

use rust_decimal::Decimal;

use super::Piece;
use crate::patterns::{Column, Tables};

/// How costly it is that a column has no cell, or a cell of another kind. Small costs are usual, large ones desperate.
pub(super) const NEVER: u32 = 1000;

/// The points that a cell prints.
pub(super) fn number(text: &str) -> Option<Decimal> {
    let digits = text.trim_end_matches('分');
    let plain =
        digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && digits.starts_with(|c: char| c.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// The cheapest way to give each cell of a row its column, in order: the column of each cell. `None` where none fits.
pub(super) fn align(line: &[Piece], columns: &[Column], tables: &Tables) -> Option<(u32, Vec<usize>)> {
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
pub(super) fn mismatch(cell: &str, column: Column, tables: &Tables) -> Option<u32> {
    let level = tables.first_level(cell) || tables.second_level(cell);
    let numeric = number(cell.trim_end_matches('%')).is_some();
    let sign = tables.direction(cell).is_some();
    let blank = tables.blank(cell);
    let words = !numeric && !sign;
    if cell.is_empty() {
        // A blank cell that left its trace: a merged level leaves none.
        return match column {
            Column::Level1 | Column::Level2 => Some(14),
            Column::Level3 => Some(10),
            _ => Some(0),
        };
    }
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
