//! Ruling lines in, grids of cells out: which lines make a table, where its rows and columns are, which cells are merged.
//! Looks at no text.

use super::frame::Turn;
use crate::read::page::Page;

/// Lines closer than this are one line, in points.
const NEAR: f32 = 2.5;
/// More lines than this on a page are a drawing.
const MOST: usize = 4000;
/// More crossings than this are not worked through.
const MOST_CROSSINGS: usize = 400_000;

/// A table drawn with lines.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// Positions of the lines between columns and between rows, ascending.
    pub xs: Vec<f32>,
    pub ys: Vec<f32>,
    /// Its cells, by their upper left corner in reading order.
    pub areas: Vec<Area>,
    /// For each place of the finest grid, row by row, the index of its cell.
    map: Vec<u32>,
}

/// A cell: rows and columns of the finest grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub row: u32,
    pub column: u32,
    pub rows: u32,
    pub columns: u32,
}

impl Grid {
    /// The cell at a place, if it lies in the table.
    pub fn at(&self, x: f32, y: f32) -> Option<u32> {
        let column = self.xs.partition_point(|v| *v <= x).checked_sub(1)?;
        let row = self.ys.partition_point(|v| *v <= y).checked_sub(1)?;
        let columns = self.xs.len() - 1;
        (column < columns && row < self.ys.len() - 1).then(|| self.map[row * columns + column])
    }

    /// Left, top, right, bottom.
    pub fn bbox(&self) -> [f32; 4] {
        let ends = |v: &[f32]| (v[0], v[v.len() - 1]);
        let ((left, right), (top, bottom)) = (ends(&self.xs), ends(&self.ys));
        [left, top, right, bottom]
    }
}

/// A line: where it lies across, from where to where along.
#[derive(Clone, Copy, Debug)]
struct Bar {
    at: f32,
    from: f32,
    to: f32,
}

/// The grids of a page, from above, and its lone flat lines (`[from, at, to]`).
pub(super) fn grids(page: &Page, turn: Turn) -> (Vec<Grid>, Vec<[f32; 3]>) {
    if page.rules.is_empty() || page.rules.len() > MOST {
        return (Vec::new(), Vec::new());
    }
    let size = [page.width, page.height];
    let (mut flat, mut tall) = (Vec::new(), Vec::new());
    for rule in &page.rules {
        if !rule.bbox.iter().all(|x| x.is_finite() && x.abs() < 1e6) {
            continue;
        }
        let [l, t, r, b] = turn.frame(rule.bbox, size);
        // Dots of a dotted line and serifs of drawn letters are too short to part cells.
        if r - l >= b - t {
            flat.push(Bar { at: (t + b) / 2.0, from: l, to: r });
        } else {
            tall.push(Bar { at: (l + r) / 2.0, from: t, to: b });
        }
    }
    let (flat, tall) = (merged(flat), merged(tall));
    let mut alone: Vec<[f32; 3]> = Vec::new();
    if flat.len() * tall.len() > MOST_CROSSINGS {
        return (Vec::new(), Vec::new());
    }
    // Which lines touch which: lines that touch make one table.
    let mut sets = Sets::new(flat.len() + tall.len());
    for (i, f) in flat.iter().enumerate() {
        for (j, t) in tall.iter().enumerate() {
            let touch = t.at >= f.from - NEAR && t.at <= f.to + NEAR && f.at >= t.from - NEAR && f.at <= t.to + NEAR;
            if touch {
                sets.join(i, flat.len() + j);
            }
        }
    }
    let mut groups: Vec<(usize, Vec<Bar>, Vec<Bar>)> = Vec::new();
    let mut place = vec![usize::MAX; flat.len() + tall.len()];
    for i in 0..flat.len() + tall.len() {
        let root = sets.root(i);
        if place[root] == usize::MAX {
            place[root] = groups.len();
            groups.push((root, Vec::new(), Vec::new()));
        }
        let group = &mut groups[place[root]];
        if i < flat.len() { group.1.push(flat[i]) } else { group.2.push(tall[i - flat.len()]) }
    }
    let mut grids = Vec::new();
    for (_, flat, tall) in &groups {
        if tall.is_empty() {
            alone.extend(flat.iter().map(|f| [f.from, f.at, f.to]));
        } else if let Some(grid) = grid(flat, tall) {
            grids.push(grid);
        }
    }
    grids.sort_by(|a, b| a.ys[0].total_cmp(&b.ys[0]).then(a.xs[0].total_cmp(&b.xs[0])));
    (grids, alone)
}

/// Pieces of one line joined.
fn merged(mut bars: Vec<Bar>) -> Vec<Bar> {
    bars.sort_by(|a, b| a.at.total_cmp(&b.at));
    // Lines within a hair of each other are drawn at one place.
    let mut start = 0;
    let mut out: Vec<Bar> = Vec::new();
    while start < bars.len() {
        let mut end = start + 1;
        while end < bars.len() && bars[end].at - bars[end - 1].at <= 0.8 && bars[end].at - bars[start].at <= NEAR {
            end += 1;
        }
        let row = &mut bars[start..end];
        let at = (row[0].at + row[row.len() - 1].at) / 2.0;
        row.sort_by(|a, b| a.from.total_cmp(&b.from));
        let first = out.len();
        for bar in row.iter() {
            match out.last_mut().filter(|_| first < usize::MAX) {
                Some(last) if last.at == at && bar.from <= last.to + NEAR => last.to = last.to.max(bar.to),
                _ => out.push(Bar { at, ..*bar }),
            }
        }
        start = end;
    }
    // A rule shorter than a character is none.
    out.retain(|b| b.to - b.from >= 5.0);
    out
}

/// Positions of lines, those within [`NEAR`] of each other as one.
fn positions(bars: &[Bar], extra: [f32; 2]) -> Vec<f32> {
    let mut all: Vec<f32> = bars.iter().map(|b| b.at).collect();
    all.sort_by(f32::total_cmp);
    let mut out: Vec<f32> = Vec::new();
    for at in all {
        match out.last() {
            Some(last) if at - last <= NEAR => {}
            _ => out.push(at),
        }
    }
    // Tables without an outer line on a side end where their other lines end.
    if let Some(first) = out.first().copied()
        && first - extra[0] > 8.0
    {
        out.insert(0, extra[0]);
    }
    if let Some(last) = out.last().copied()
        && extra[1] - last > 8.0
    {
        out.push(extra[1]);
    }
    out
}

/// The grid that these lines draw; `None` where they part nothing.
fn grid(flat: &[Bar], tall: &[Bar]) -> Option<Grid> {
    let ends = |bars: &[Bar]| {
        [
            bars.iter().map(|b| b.from).fold(f32::INFINITY, f32::min),
            bars.iter().map(|b| b.to).fold(f32::NEG_INFINITY, f32::max),
        ]
    };
    if flat.is_empty() {
        return None;
    }
    let (xs, ys) = (positions(tall, ends(flat)), positions(flat, ends(tall)));
    let (columns, rows) = (xs.len().checked_sub(1)?, ys.len().checked_sub(1)?);
    if columns * rows < 2 || columns * rows > 20_000 {
        return None;
    }
    // Whether a line at `at` covers most of `from..to`.
    let covers = |bars: &[Bar], at: f32, from: f32, to: f32| {
        let first = bars.partition_point(|b| b.at < at - NEAR - 0.1);
        let near = bars[first..].iter().take_while(|b| b.at <= at + NEAR + 0.1);
        let covered: f32 = near.map(|b| (b.to.min(to) - b.from.max(from)).max(0.0)).sum();
        covered * 2.0 > to - from
    };
    let mut sets = Sets::new(columns * rows);
    for r in 0..rows {
        for c in 0..columns {
            let here = r * columns + c;
            if c + 1 < columns && !covers(tall, xs[c + 1], ys[r], ys[r + 1]) {
                sets.join(here, here + 1);
            }
            if r + 1 < rows && !covers(flat, ys[r + 1], xs[c], xs[c + 1]) {
                sets.join(here, here + columns);
            }
        }
    }
    let mut areas: Vec<Area> = Vec::new();
    let mut map = vec![u32::MAX; columns * rows];
    let mut of = vec![u32::MAX; columns * rows];
    for r in 0..rows {
        for c in 0..columns {
            let here = r * columns + c;
            let root = sets.root(here);
            if of[root] == u32::MAX {
                of[root] = areas.len() as u32;
                areas.push(Area { row: r as u32, column: c as u32, rows: 1, columns: 1 });
            }
            let area = &mut areas[of[root] as usize];
            area.rows = area.rows.max(r as u32 - area.row + 1);
            let left = area.column.min(c as u32);
            area.columns = (area.column + area.columns).max(c as u32 + 1) - left;
            area.column = left;
            map[here] = of[root];
        }
    }
    (areas.len() >= 2).then_some(Grid { xs, ys, areas, map })
}

/// Sets that can be joined.
struct Sets(Vec<u32>);

impl Sets {
    fn new(n: usize) -> Self {
        Sets((0..n as u32).collect())
    }

    fn root(&mut self, i: usize) -> usize {
        let mut root = i;
        while self.0[root] as usize != root {
            root = self.0[root] as usize;
        }
        let mut at = i;
        while self.0[at] as usize != root {
            at = std::mem::replace(&mut self.0[at], root as u32) as usize;
        }
        root
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b) as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::page::Rule;

    fn page(lines: &[[f32; 4]]) -> Page {
        let rules = lines.iter().map(|&bbox| Rule { bbox }).collect();
        Page { width: 600.0, height: 800.0, rules, ..Page::default() }
    }

    #[test]
    fn crossing_lines_make_a_grid_and_missing_ones_merge_its_cells() {
        // Two columns, three rows; the first row is one cell, and the first column of the others too.
        let lines = [
            [100.0, 100.0, 300.0, 100.5],
            [100.0, 120.0, 300.0, 120.5],
            [200.0, 140.0, 300.0, 140.5],
            [100.0, 160.0, 300.0, 160.5],
            [100.0, 100.0, 100.5, 160.0],
            [200.0, 120.0, 200.5, 160.0],
            [300.0, 100.0, 300.5, 160.0],
        ];
        let (grids, alone) = grids(&page(&lines), Turn::None);
        assert!(alone.is_empty());
        let area = |row, column, rows, columns| Area { row, column, rows, columns };
        assert_eq!(grids[0].areas, [area(0, 0, 1, 2), area(1, 0, 2, 1), area(1, 1, 1, 1), area(2, 1, 1, 1)]);
        assert_eq!(grids[0].at(250.0, 150.0), Some(3));
        assert_eq!(grids[0].at(150.0, 150.0), Some(1));
        assert_eq!(grids[0].at(50.0, 150.0), None);
    }

    #[test]
    fn lines_drawn_cell_by_cell_are_one_line() {
        let mut lines = Vec::new();
        for c in 0..3 {
            for r in 0..2 {
                let (x, y) = (100.0 + 50.0 * c as f32, 100.0 + 20.0 * r as f32);
                lines.extend([
                    [x, y, x + 49.5, y + 0.7],
                    [x, y + 19.6, x + 49.5, y + 20.1],
                    [x, y, x + 0.7, y + 20.0],
                    [x + 49.4, y, x + 50.1, y + 20.0],
                ]);
            }
        }
        let (grids, _) = grids(&page(&lines), Turn::None);
        assert_eq!((grids.len(), grids[0].areas.len(), grids[0].xs.len()), (1, 6, 4));
    }

    #[test]
    fn a_frame_around_a_page_and_an_underline_are_no_tables() {
        let lines = [
            [50.0, 50.0, 550.0, 50.5],
            [50.0, 750.0, 550.0, 750.5],
            [50.0, 50.0, 50.5, 750.0],
            [550.0, 50.0, 550.5, 750.0],
            [200.0, 300.0, 280.0, 300.5],
        ];
        let (grids, alone) = grids(&page(&lines), Turn::None);
        assert!(grids.is_empty());
        assert_eq!(alone.len(), 1);
    }

    #[test]
    fn a_table_without_outer_lines_ends_where_its_lines_end() {
        let lines = [
            [100.0, 100.0, 300.0, 100.5],
            [100.0, 120.0, 300.0, 120.5],
            [100.0, 140.0, 300.0, 140.5],
            [200.0, 100.0, 200.5, 140.0],
        ];
        let (grids, _) = grids(&page(&lines), Turn::None);
        assert_eq!(grids[0].xs.len(), 3);
        assert_eq!(grids[0].areas.len(), 4);
    }
}
