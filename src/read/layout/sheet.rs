//! A page as painted in, its pieces in reading order out: lines and tables. What runs over two pages is not its work.

use super::area::{self, Area};
use super::frame::{self, Frame};
use super::grid::{self, Grid};
use super::row::{self, Row, Run, Sheet, Store, Strip};
use crate::read::page::Page;

/// A piece of a page.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// A line: its strip.
    Line(u32),
    /// A table.
    Table(Table),
}

/// A table as found on one page.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Its cells by row and column; those that are merged stand at their upper left corner.
    pub cells: Vec<TableCell>,
    /// Where its columns begin, and where the last one ends.
    pub xs: Vec<f32>,
    pub rows: u32,
    /// It is drawn with lines.
    pub ruled: bool,
}

/// A cell of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct TableCell {
    pub row: u32,
    pub column: u32,
    pub rows: u32,
    pub columns: u32,
    /// Its strips.
    pub first: u32,
    pub last: u32,
    /// Its right edge, in reading position.
    pub right: f32,
}

/// What is kept of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    pub number: u32,
    /// Width and height in reading position.
    pub size: [f32; 2],
    /// Its pieces.
    pub first: usize,
    pub last: usize,
    /// A short line above its footnotes, from above.
    pub foot: Option<f32>,
    /// Its slanted strips: stamps, water marks.
    pub slanted: std::ops::Range<u32>,
}

/// From where, in parts of its height, a page's foot begins.
const FOOT: f32 = 0.9;

/// What is used again for every page.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    frames: Vec<Frame>,
    slanted: Vec<u32>,
    runs: Vec<Run>,
    rows: Vec<Row>,
    areas: Vec<Area>,
}

impl Scratch {
    /// Reads `page`, the `index`th.
    pub fn page(&mut self, page: &Page, index: u32, store: &mut Store, pieces: &mut Vec<Piece>) -> Kept {
        let first = pieces.len();
        let size = [page.width, page.height];
        frame::frames(page, &mut self.frames, &mut self.slanted);
        let mut kept = Kept { number: page.number, first, ..Kept::default() };
        let frames = std::mem::take(&mut self.frames);
        let mut frames = frames;
        for (n, frame) in frames.iter_mut().enumerate() {
            if frame.marks.is_empty() {
                continue;
            }
            let sheet = Sheet { page: index, turn: frame.turn, size };
            let (grids, alone) = if n == 0 { grid::grids(page, frame.turn) } else { (Vec::new(), Vec::new()) };
            if n == 0 {
                kept.size = if frame.turn.upright() { [size[1], size[0]] } else { size };
                kept.foot = foot(&alone, kept.size);
            }
            self.frame(frame, &grids, sheet, store, pieces);
        }
        self.frames = frames;
        if kept.size == [0.0, 0.0] {
            kept.size = size;
        }
        let slant = store.strips.len() as u32;
        let upright = pieces.len();
        self.slant(page, index, store, pieces);
        // A stamp is said with the text that it stands on, before the number at the foot of the page.
        let foot = |piece: &Piece| matches!(piece, Piece::Line(strip) if store.strips[*strip as usize].base > FOOT * kept.size[1]);
        let feet = pieces[first..upright].iter().rev().take_while(|piece| foot(piece)).count();
        pieces[upright - feet..].rotate_left(feet);
        kept.slanted = slant..store.strips.len() as u32;
        kept.last = pieces.len();
        kept
    }

    /// Reads the writing of one turn.
    fn frame(&mut self, frame: &mut Frame, grids: &[Grid], sheet: Sheet, store: &mut Store, pieces: &mut Vec<Piece>) {
        let used = zones(frame, grids);
        row::runs(&mut frame.marks, &mut self.runs);
        row::rows(&mut self.runs, &mut self.rows);
        let outside = self.rows.partition_point(|r| r.zone == 0);
        // Rows of each zone; zones ascend.
        let mut inside = outside;
        let mut tables = Vec::new();
        let mut zone = 1;
        for (grid, used) in grids.iter().zip(&used) {
            let areas = grid.areas.len() as u32;
            if *used {
                tables.push((grid.bbox(), self.table(frame, grid, zone, &mut inside, sheet, store)));
            }
            zone += areas;
        }
        // Lines and tables from above.
        let mut from = 0;
        for (bbox, table) in tables {
            let until = from + self.rows[from..outside].partition_point(|r| r.base < (bbox[1] + 1.0).max(bbox[1]));
            self.lines(frame, from..until, sheet, store, pieces);
            from = until;
            pieces.push(Piece::Table(table));
        }
        self.lines(frame, from..outside, sheet, store, pieces);
    }

    /// The cells of a ruled table whose first cell has the number `zone`; `next` is the first row not yet read.
    fn table(&self, frame: &Frame, grid: &Grid, zone: u32, next: &mut usize, sheet: Sheet, store: &mut Store) -> Table {
        let mut cells = Vec::with_capacity(grid.areas.len());
        for (n, area) in grid.areas.iter().enumerate() {
            let first = store.strips.len() as u32;
            while let Some(row) = self.rows.get(*next).filter(|r| r.zone == zone + n as u32) {
                store.add(frame, &self.runs[row.first as usize..row.last as usize], sheet, 0, true);
                *next += 1;
            }
            cells.push(TableCell {
                row: area.row,
                column: area.column,
                rows: area.rows,
                columns: area.columns,
                first,
                last: store.strips.len() as u32,
                right: grid.xs[(area.column + area.columns) as usize],
            });
        }
        Table { cells, xs: grid.xs.clone(), rows: grid.ys.len() as u32 - 1, ruled: true }
    }

    /// Rows outside ruled tables.
    fn lines(
        &mut self,
        frame: &Frame,
        range: std::ops::Range<usize>,
        sheet: Sheet,
        store: &mut Store,
        pieces: &mut Vec<Piece>,
    ) {
        self.areas.clear();
        let (runs, rows) = (&mut self.runs, &self.rows);
        area::areas(&frame.marks, runs, rows, range, |runs| leader(frame, runs), &mut self.areas);
        let mut add = |first: u32, last: u32, column: u32, cell: bool| {
            store.add(frame, &runs[first as usize..last as usize], sheet, column, cell)
        };
        for area in &self.areas {
            match area {
                Area::Line(row) => {
                    let row = &rows[*row];
                    pieces.extend(add(row.first, row.last, 0, false).map(Piece::Line));
                }
                Area::Column(column, first, last) => {
                    pieces.extend(add(*first, *last, *column, false).map(Piece::Line));
                }
                Area::Table(xs, lines) => {
                    let mut cells = Vec::new();
                    for (row, line) in lines.iter().enumerate() {
                        for area::Cell { column, columns, lines, .. } in line {
                            let mut strips = lines.iter().filter_map(|[first, last]| add(*first, *last, 0, true));
                            let Some(first) = strips.next() else { continue };
                            let right = xs.get((column + columns) as usize).copied().unwrap_or(f32::INFINITY);
                            cells.push(TableCell {
                                row: row as u32,
                                column: *column,
                                rows: 1,
                                columns: *columns,
                                first,
                                last: strips.last().unwrap_or(first) + 1,
                                right,
                            });
                        }
                    }
                    pieces.push(Piece::Table(Table { cells, xs: xs.clone(), rows: lines.len() as u32, ruled: false }));
                }
            }
        }
    }

    /// Slanted writing: characters near each other in the order of painting.
    fn slant(&self, page: &Page, index: u32, store: &mut Store, pieces: &mut Vec<Piece>) {
        let mut open: Option<(Strip, [f32; 2])> = None;
        for &i in &self.slanted {
            let g = &page.glyphs[i as usize];
            let near = |at: &[f32; 2]| (g.origin[0] - at[0]).hypot(g.origin[1] - at[1]) <= 3.0 * g.size;
            if let Some((strip, at)) = &mut open
                && near(at)
            {
                store.text.push(g.text);
                store.edges.push(g.bbox[0]);
                strip.end = store.text.len() as u32;
                let b = strip.bbox;
                strip.bbox = [b[0].min(g.bbox[0]), b[1].min(g.bbox[1]), b[2].max(g.bbox[2]), b[3].max(g.bbox[3])];
                *at = g.origin;
                continue;
            }
            store.close(&mut open, pieces);
            let strip = Strip {
                page: index,
                start: store.text.len() as u32,
                edges: store.edges.len() as u32,
                bbox: g.bbox,
                size: g.size,
                ..Strip::default()
            };
            store.text.push(g.text);
            store.edges.push(g.bbox[0]);
            open = Some((Strip { end: store.text.len() as u32, ..strip }, g.origin));
        }
        store.close(&mut open, pieces);
    }
}

impl Store {
    fn close(&mut self, open: &mut Option<(Strip, [f32; 2])>, pieces: &mut Vec<Piece>) {
        if let Some((strip, _)) = open.take() {
            self.edges.push(strip.bbox[2]);
            pieces.push(Piece::Line(self.strips.len() as u32));
            self.strips.push(strip);
        }
    }
}

/// Gives every mark the number of its cell; says which grids hold text in more than one cell. A box around a text is no table.
fn zones(frame: &mut Frame, grids: &[Grid]) -> Vec<bool> {
    if grids.is_empty() {
        return Vec::new();
    }
    let mut first = Vec::with_capacity(grids.len());
    let mut zone = 1u32;
    for grid in grids {
        first.push(zone);
        zone += grid.areas.len() as u32;
    }
    let boxes: Vec<[f32; 4]> = grids.iter().map(Grid::bbox).collect();
    let area = |b: &[f32; 4]| (b[2] - b[0]) * (b[3] - b[1]);
    let mut seen: Vec<Option<u32>> = vec![None; grids.len()];
    let mut used = vec![false; grids.len()];
    let mut last = 0;
    // The mark before: where the pen stood, on which line, in which cell.
    let mut pen: Option<(f32, f32, u32)> = None;
    for m in &mut frame.marks {
        // Print that runs on without a gap stays in its cell, also where it runs over the line.
        if let Some((to, base, zone)) = pen
            && zone > 0
            && !frame::blank(m.text)
            && (m.from - to).abs() < 0.04 * m.size
            && (m.base - base).abs() < 0.04 * m.size
        {
            m.zone = zone;
            pen = Some((m.to, m.base, zone));
            continue;
        }
        pen = None;
        let (x, y) = ((m.from + m.to) / 2.0, m.base - 0.35 * m.size);
        let inside = |b: &[f32; 4]| b[0] <= x && x < b[2] && b[1] <= y && y < b[3];
        // The innermost of nested grids; mostly the one of the mark before.
        let mut found: Option<usize> = None;
        for n in std::iter::once(last).chain(0..grids.len()) {
            if inside(&boxes[n]) && found.is_none_or(|f| area(&boxes[n]) < area(&boxes[f])) {
                found = Some(n);
            }
        }
        if let Some(n) = found
            && let Some(cell) = grids[n].at(x, y)
        {
            m.zone = first[n] + cell;
            last = n;
            if !frame::blank(m.text) {
                used[n] |= seen[n].is_some_and(|before| before != m.zone);
                seen[n] = Some(m.zone);
                pen = Some((m.to, m.base, m.zone));
            }
        }
    }
    if used.contains(&false) {
        for m in &mut frame.marks {
            if m.zone > 0 {
                let n = first.partition_point(|f| *f <= m.zone) - 1;
                if !used[n] {
                    m.zone = 0;
                }
            }
        }
    }
    used
}

/// Whether a row holds the dots of a table of contents.
fn leader(frame: &Frame, runs: &[Run]) -> bool {
    let mut dots = 0;
    for run in runs {
        for m in &frame.marks[run.first as usize..run.last as usize] {
            match m.text {
                '.' | '·' | '．' | '・' | '_' => dots += 1,
                '…' | '⋯' => dots += 3,
                c if frame::blank(c) => {}
                _ => dots = 0,
            }
            if dots >= 5 {
                return true;
            }
        }
    }
    false
}

/// The short line over the footnotes of a page.
fn foot(alone: &[[f32; 3]], [width, height]: [f32; 2]) -> Option<f32> {
    let fits = |l: &&[f32; 3]| {
        let long = l[2] - l[0];
        l[1] > 0.4 * height && l[0] < 0.3 * width && long > 0.1 * width && long < 0.5 * width
    };
    alone.iter().filter(fits).map(|l| l[1]).reduce(f32::max)
}
