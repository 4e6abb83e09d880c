//! The rows of a page outside ruled tables in, their parts in reading order out: lines across the page, columns of a page in
//! two columns, tables without ruling lines. Reads no words.

use super::frame::{Mark, blank};
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
    /// A table: its columns' left edges, and its cells by row.
    Table(Vec<f32>, Vec<Vec<Cell>>),
}

/// A cell of a table without ruling lines.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub column: u32,
    pub columns: u32,
    /// Its lines: first run, last run.
    pub lines: Vec<[u32; 2]>,
    /// Where its last line begins and ends.
    from: f32,
    to: f32,
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

/// Parts `rows` (indices `range`, from above). `leader` says of a row that it is a line of a table of contents. Runs that reach
/// over two columns of a table are parted; the parts stand at the end of `runs`.
pub(super) fn areas(
    marks: &[Mark],
    runs: &mut Vec<Run>,
    rows: &[Row],
    range: std::ops::Range<usize>,
    leader: impl Fn(&[Run]) -> bool,
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
        } else if let Some((end, table)) = table(&lines, &all, marks, runs, rows, i, &leader) {
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
    marks: &[Mark],
    runs: &mut Vec<Run>,
    rows: &[Row],
    start: usize,
    leader: &impl Fn(&[Run]) -> bool,
) -> Option<(usize, Area)> {
    let count = |line: &Line| line.last - line.first;
    let own = |line: &Line| &runs[rows[line.row].first as usize..rows[line.row].last as usize];
    let wide = |i: usize| lines.get(i).is_some_and(|l| count(l) >= 2 && !leader(own(l)));
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
        let mut row: Vec<Cell> = Vec::new();
        for s in &all[line.first..line.last] {
            let place = |from: f32, to: f32| {
                let first = merged.partition_point(|c| c[1] <= from).min(full - 1);
                (first, merged.partition_point(|c| c[0] < to).max(first + 1))
            };
            let (first, last) = place(s.from, s.to);
            let parts = if last - first > 1 { part(marks, runs, s, &merged[first..last]) } else { None };
            for s in parts.as_deref().unwrap_or(&[*s]) {
                let (first, last) = place(s.from, s.to);
                whole += 1;
                odd += usize::from(last - first > 1);
                match row.last_mut() {
                    // Two segments in one column are one cell.
                    Some(before) if before.column + before.columns > first as u32 && before.lines[0][1] == s.first => {
                        before.lines[0][1] = s.last;
                        before.columns = before.columns.max(last as u32 - before.column);
                        before.to = s.to;
                        odd += 1;
                    }
                    _ => row.push(Cell {
                        column: first as u32,
                        columns: (last - first) as u32,
                        lines: vec![[s.first, s.last]],
                        from: s.from,
                        to: s.to,
                    }),
                }
            }
        }
        out.push(row);
    }
    if odd * 5 > whole {
        return None;
    }
    let mut places: Vec<[f32; 2]> = table.iter().map(|line| [line.base, line.size]).collect();
    // The second line of a cell of the last row stands alone.
    let last = lines.get(end).filter(|line| count(line) == 1).map(|line| (line, all[line.first]));
    if let Some((line, s)) = last {
        let column = merged.partition_point(|c| c[1] <= s.from) as u32;
        out.push(vec![Cell { column, columns: 1, lines: vec![[s.first, s.last]], from: s.from, to: s.to }]);
        places.push([line.base, line.size]);
    }
    let mut out = joined(marks, runs, out, &places, &merged);
    match last.zip(out.last()) {
        Some(((_, s), row)) if matches!(row.as_slice(), [cell] if cell.lines == [[s.first, s.last]]) => drop(out.pop()),
        Some(_) => end += 1,
        None => {}
    }
    Some((end, Area::Table(merged.iter().map(|c| c[0]).collect(), out)))
}

/// The parts of a segment that reaches over `columns`, where a gap between its characters lies between each two of them: cells set
/// so close that they look like one line.
fn part(marks: &[Mark], runs: &mut Vec<Run>, segment: &Segment, columns: &[[f32; 2]]) -> Option<Vec<Segment>> {
    /// The least gap, in parts of the font size; between Han characters and digits many a program sets a quarter.
    const GAP: f32 = 0.3;
    let mut parts: Vec<Vec<Run>> = vec![Vec::new()];
    let mut between = columns.windows(2).map(|pair| [pair[0][1], pair[1][0]]).peekable();
    let mut last: Option<f32> = None;
    for run in runs[segment.first as usize..segment.last as usize].iter().copied() {
        let mut open: Option<Run> = None;
        for i in run.first..run.last {
            let m = marks[i as usize];
            if blank(m.text) || m.text == '\0' {
                if let Some(run) = &mut open {
                    run.last = i + 1;
                }
                continue;
            }
            let gap = last.map(|last| [last, m.from]).filter(|g| g[1] - g[0] >= GAP * m.size);
            // The gap and the stretch between the columns overlap.
            if let (Some(gap), Some(free)) = (gap, between.peek())
                && gap[0] < free[1]
                && free[0] < gap[1]
            {
                parts.last_mut()?.extend(open.take());
                parts.push(Vec::new());
                between.next();
            }
            let run = open.get_or_insert(Run { first: i, from: m.from, to: m.to, ..run });
            (run.last, run.to) = (i + 1, run.to.max(m.to));
            last = Some(m.to);
        }
        parts.last_mut()?.extend(open);
    }
    if parts.len() != columns.len() || parts.iter().any(Vec::is_empty) {
        return None;
    }
    let add = |part: Vec<Run>| {
        let (from, to) = (part[0].from, part[part.len() - 1].to);
        let first = runs.len() as u32;
        runs.extend(part);
        Segment { first, last: runs.len() as u32, from, to }
    };
    Some(parts.into_iter().map(add).collect())
}

/// Joins lines that are one row: a cell's text goes on in the next line where it filled its column, and cells of one line stand in the
/// middle beside cells of two. A number never goes on.
fn joined(
    marks: &[Mark],
    runs: &[Run],
    lines: Vec<Vec<Cell>>,
    places: &[[f32; 2]],
    columns: &[[f32; 2]],
) -> Vec<Vec<Cell>> {
    let number = |cell: &Cell| {
        let runs = cell.lines.iter().flat_map(|l| &runs[l[0] as usize..l[1] as usize]);
        let mut all = runs.flat_map(|run| &marks[run.first as usize..run.last as usize]).map(|m| m.text);
        all.all(|c| blank(c) || c == '\0' || c.is_ascii_digit() || ".,%-—–+≥≤=／/".contains(c))
    };
    let full = |cell: &Cell, size: f32| {
        let [column, next] = [0, 1].map(|i| columns.get(cell.column as usize + i));
        let Some(column) = column.filter(|_| cell.columns == 1) else { return false };
        let width = cell.to - cell.from;
        // Hardly room for another character, in the column and behind it.
        width + 1.2 * size >= column[1] - column[0]
            && width >= 2.5 * size
            && next.is_none_or(|next| next[0] - column[1] <= 2.5 * size)
    };
    let goes_on = |above: &[Cell], below: &[Cell], size: f32| {
        below.len() < above.len()
            && below.iter().all(|b| {
                let above = above.iter().find(|a| a.column == b.column);
                above.is_some_and(|a| full(a, size) && !number(a) && b.to - b.from <= a.to - a.from + 0.5 * size)
            })
    };
    let apart = |a: &[Cell], b: &[Cell]| {
        a.iter().all(|a| b.iter().all(|b| a.column + a.columns <= b.column || b.column + b.columns <= a.column))
    };
    // Whether the lines from `i` on are the first of some cells, others in the middle, and the second of those.
    let centred = |i: usize| {
        let (Some([over, middle, under]), Some([a, b, c])) = (lines.get(i..i + 3), places.get(i..i + 3)) else {
            return false;
        };
        apart(over, middle)
            && apart(middle, under)
            && ((b[0] - a[0]) - (c[0] - b[0])).abs() <= 0.2 * a[1]
            && c[0] - a[0] <= 3.0 * a[1]
            && goes_on(&[over.as_slice(), middle].concat(), under, a[1])
    };
    let mut out: Vec<Vec<Cell>> = Vec::with_capacity(lines.len());
    let mut i = 0;
    while i < lines.len() {
        let size = places[i][1];
        let (mut row, mut end) = (lines[i].clone(), i + 1);
        let add = |row: &mut Vec<Cell>, under: &[Cell]| {
            for b in under {
                match row.iter_mut().find(|a| a.column == b.column) {
                    Some(a) => a.lines.extend(&b.lines),
                    None => row.push(b.clone()),
                }
            }
        };
        if centred(i) {
            add(&mut row, &lines[i + 1]);
            add(&mut row, &lines[i + 2]);
            row.sort_by_key(|cell| cell.column);
            end += 2;
        }
        while end < lines.len()
            && places[end][0] - places[end - 1][0] <= 2.0 * size
            && goes_on(&lines[end - 1], &lines[end], size)
            && !centred(end)
        {
            add(&mut row, &lines[end]);
            end += 1;
        }
        out.push(row);
        i = end;
    }
    out
}
