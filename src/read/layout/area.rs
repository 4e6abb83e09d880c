//! The rows of a page outside ruled tables in, their parts in reading order out: lines across the page, columns of a page in
//! two columns, tables without ruling lines. Reads no words.

use super::row::{Row, Run};

/// A piece of a row: runs with no wide gap between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Its runs.
    pub first: u32,
    pub last: u32,
    pub from: f32,
    pub to: f32,
}

/// A part of the page.
#[derive(Clone, Debug)]
pub(super) enum Area {
    /// A line across the page: a row.
    Line(usize),
    /// A line in a column: a segment or several of a row, and which column (1, 2).
    Column(u32, u32, u32),
    /// A table: its columns' left edges, and for each row its cells (column, columns, first run, last run).
    Table(Vec<f32>, Vec<Vec<(u32, u32, u32, u32)>>),
}

/// The segments of a row: parted by gaps wider than an em.
fn segments(runs: &[Run], row: &Row, out: &mut Vec<Segment>) {
    for i in row.first..row.last {
        let run = runs[i as usize];
        match out.last_mut() {
            Some(last) if last.last == i && last.first >= row.first && run.from - last.to <= row.size => {
                last.last = i + 1;
                last.to = last.to.max(run.to);
            }
            _ => out.push(Segment { first: i, last: i + 1, from: run.from, to: run.to }),
        }
    }
}

/// A row with its segments.
struct Line {
    row: usize,
    size: f32,
    base: f32,
    first: usize,
    last: usize,
}

/// Parts `rows` (indices `range`, from above). `leader` says of a row that it is a line of a table of contents.
pub(super) fn areas(
    runs: &[Run],
    rows: &[Row],
    range: std::ops::Range<usize>,
    leader: impl Fn(&Row) -> bool,
    out: &mut Vec<Area>,
) {
    let mut all = Vec::new();
    let mut lines: Vec<Line> = Vec::with_capacity(range.len());
    for row in range {
        let first = all.len();
        segments(runs, &rows[row], &mut all);
        lines.push(Line { row, size: rows[row].size, base: rows[row].base, first, last: all.len() });
    }
    let left = all.iter().map(|s| s.from).fold(f32::INFINITY, f32::min);
    let right = all.iter().map(|s| s.to).fold(f32::NEG_INFINITY, f32::max);
    let mut i = 0;
    while i < lines.len() {
        if let Some((end, gutter)) = columns(&lines, &all, i, [left, right]) {
            for column in [1, 2] {
                for line in &lines[i..end] {
                    let side = all[line.first..line.last].iter().filter(|s| (s.from < gutter) == (column == 1));
                    let ends =
                        side.fold(None, |ends: Option<(u32, u32)>, s| Some((ends.map_or(s.first, |e| e.0), s.last)));
                    if let Some((first, last)) = ends {
                        out.push(Area::Column(column, first, last));
                    }
                }
            }
            i = end;
        } else if let Some((end, table)) = table(&lines, &all, rows, i, &leader) {
            out.push(table);
            i = end;
        } else {
            out.push(Area::Line(lines[i].row));
            i += 1;
        }
    }
}

/// Two columns that begin at line `start`: the line behind them, and where between them they part.
fn columns(lines: &[Line], all: &[Segment], start: usize, [left, right]: [f32; 2]) -> Option<(usize, f32)> {
    let width = right - left;
    let mut gutter = [left + 0.3 * width, left + 0.7 * width];
    let mut end = start;
    let (mut rows, mut fill) = ([0usize; 2], [0f32; 2]);
    let (mut many, mut most_left, mut least_right) = (0usize, left, right);
    while end < lines.len() {
        let line = &lines[end];
        let own = &all[line.first..line.last];
        // The widest free stretch of the row inside the gutter so far.
        let mut best: Option<[f32; 2]> = None;
        let mut from = gutter[0];
        for s in own.iter().chain(std::iter::once(&Segment { first: 0, last: 0, from: f32::INFINITY, to: 0.0 })) {
            let free = [from, s.from.min(gutter[1])];
            if free[1] - free[0] > best.map_or(0.0, |b| b[1] - b[0]) {
                best = Some(free);
            }
            from = from.max(s.to);
        }
        let Some(best) = best.filter(|b| b[1] - b[0] >= 0.8 * line.size) else { break };
        let mid = (best[0] + best[1]) / 2.0;
        let sides = [own.iter().filter(|s| s.to <= mid).count(), own.iter().filter(|s| s.from >= mid).count()];
        // The first row may stand on one side, but not be a short line of its own across the page.
        if own.len() == 1 && end == start && sides[1] == 0 && own[0].to < left + 0.3 * width {
            return None;
        }
        many += usize::from(own.len() > 2);
        gutter = best;
        for side in [0, 1] {
            rows[side] += usize::from(sides[side] > 0);
        }
        let ink =
            |side: usize| -> f32 { own.iter().filter(|s| (s.to <= mid) == (side == 0)).map(|s| s.to - s.from).sum() };
        fill[0] += ink(0);
        fill[1] += ink(1);
        for s in own {
            if s.to <= mid {
                most_left = most_left.max(s.to);
            } else {
                least_right = least_right.min(s.from);
            }
        }
        end += 1;
    }
    let total = end - start;
    if total < 5 || rows[0] < 4 || rows[1] < 4 || many * 4 > total {
        return None;
    }
    let room = [most_left - left, right - least_right];
    let filled = |side: usize| fill[side] / rows[side] as f32 >= 0.6 * room[side] && room[side] >= 0.25 * width;
    // Columns stand side by side: most of the rows of the shorter one have a neighbour, and rows are whole lines of prose.
    (filled(0) && filled(1)).then_some((end, (most_left + least_right) / 2.0))
}

/// A table without ruling lines that begins at line `start`: the line behind it, and its cells.
fn table(
    lines: &[Line],
    all: &[Segment],
    rows: &[Row],
    start: usize,
    leader: &impl Fn(&Row) -> bool,
) -> Option<(usize, Area)> {
    let count = |line: &Line| line.last - line.first;
    let wide = |i: usize| lines.get(i).is_some_and(|l| count(l) >= 2 && !leader(&rows[l.row]));
    if !wide(start) {
        return None;
    }
    // Rows of the same pitch; one lone label may stand between two rows of cells.
    let mut end = start + 1;
    while end < lines.len() && lines[end].base - lines[end - 1].base <= 3.0 * lines[end].size.max(lines[end - 1].size) {
        if !(wide(end) || wide(end + 1) && count(&lines[end]) == 1) {
            break;
        }
        end += 1;
    }
    let table = &lines[start..end];
    let full = table.iter().map(count).max()?;
    // Columns are where the fullest rows have their cells.
    let mut columns: Vec<[f32; 2]> = Vec::new();
    for line in table.iter().filter(|l| count(l) == full) {
        for s in &all[line.first..line.last] {
            columns.push([s.from, s.to]);
        }
    }
    columns.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut merged: Vec<[f32; 2]> = Vec::new();
    for c in columns {
        match merged.last_mut() {
            Some(last) if c[0] < last[1] => last[1] = last[1].max(c[1]),
            _ => merged.push(c),
        }
    }
    let cells = table.iter().filter(|l| count(l) >= 2).count();
    if merged.len() != full || cells < 3 || full < 3 {
        return None;
    }
    let mut out = Vec::with_capacity(table.len());
    let (mut odd, mut whole) = (0, 0);
    for line in table {
        let mut row: Vec<(u32, u32, u32, u32)> = Vec::new();
        for s in &all[line.first..line.last] {
            let first = merged.partition_point(|c| c[1] <= s.from).min(full - 1);
            let last = merged.partition_point(|c| c[0] < s.to).max(first + 1);
            whole += 1;
            odd += usize::from(last - first > 1);
            match row.last_mut() {
                // Two segments in one column are one cell.
                Some(before) if before.0 + before.1 > first as u32 => {
                    before.3 = s.last;
                    before.1 = before.1.max(last as u32 - before.0);
                    odd += 1;
                }
                _ => row.push((first as u32, (last - first) as u32, s.first, s.last)),
            }
        }
        out.push(row);
    }
    (odd * 5 <= whole).then(|| (end, Area::Table(merged.iter().map(|c| c[0]).collect(), out)))
}
