//! A grey, level picture in, its ruling lines and the cells between them out. Reads no text.

use super::image::{Grey, INK};

/// Left, top, right, bottom in pixels.
pub(super) type Area = [u32; 4];

/// The ruling lines of a page and the cells of its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ruling {
    /// Level and upright lines that meet others.
    pub rules: Vec<Area>,
    /// Rectangles between them, from top to bottom and left to right; merged cells are one.
    pub cells: Vec<Area>,
}

/// Finds ruling lines at `dpi` pixels an inch.
///
/// A rule is at least a third of an inch long and at most a thirtieth thick, and meets another one that stands across it:
/// strokes of characters do not.
pub(super) fn find(page: &Grey, dpi: u32) -> Ruling {
    let (long, thick) = ((dpi / 3).max(20), (dpi / 30).max(3));
    let turned = turn(page);
    let level = lines(page, long, thick);
    let upright: Vec<Area> = lines(&turned, long, thick).into_iter().map(|[l, t, r, b]| [t, l, b, r]).collect();
    let near = thick.max(4);
    let meets =
        |a: &Area, b: &Area| a[0] <= b[2] + near && b[0] <= a[2] + near && a[1] <= b[3] + near && b[1] <= a[3] + near;
    let rows: Vec<Area> =
        level.iter().filter(|l| upright.iter().filter(|u| meets(l, u)).count() >= 2).copied().collect();
    let columns: Vec<Area> =
        upright.iter().filter(|u| rows.iter().filter(|l| meets(l, u)).count() >= 2).copied().collect();
    let cells = cells(&rows, &columns, near);
    Ruling { rules: rows.into_iter().chain(columns).collect(), cells }
}

/// Rows become columns.
fn turn(page: &Grey) -> Grey {
    let (width, height) = (page.width as usize, page.height as usize);
    let mut pixels = vec![255; width * height];
    for (y, row) in page.pixels.chunks_exact(width.max(1)).enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            pixels[x * height + y] = *pixel;
        }
    }
    Grey { width: page.height, height: page.width, pixels }
}

/// Level lines: runs of ink on neighbouring rows, with holes of a few pixels, joined to one.
fn lines(page: &Grey, long: u32, thick: u32) -> Vec<Area> {
    const HOLE: u32 = 4;
    let mut open: Vec<Area> = Vec::new();
    let mut done: Vec<Area> = Vec::new();
    for y in 0..page.height {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for (x, pixel) in page.row(y).iter().enumerate() {
            if *pixel < INK {
                let x = x as u32;
                match runs.last_mut() {
                    Some(run) if x - run.1 <= HOLE => run.1 = x + 1,
                    _ => runs.push((x, x + 1)),
                }
            }
        }
        runs.retain(|run| run.1 - run.0 >= long);
        for (left, right) in runs {
            // A rule that is not quite level goes on one row below, a little to the side.
            match open.iter_mut().find(|o| o[0] <= right && left <= o[2] && y <= o[3] + 2) {
                Some(o) => *o = [o[0].min(left), o[1], o[2].max(right), y + 1],
                None => open.push([left, y, right, y + 1]),
            }
        }
        let (closed, still): (Vec<Area>, Vec<Area>) = open.into_iter().partition(|o| o[3] + 2 < y);
        done.extend(closed);
        open = still;
    }
    done.extend(open);
    done.retain(|o| o[3] - o[1] <= thick);
    done
}

/// Cells of the grid that the lines span. Two neighbouring fields of the grid are one cell where no line parts them.
fn cells(rows: &[Area], columns: &[Area], near: u32) -> Vec<Area> {
    let mut out = Vec::new();
    for (rows, columns) in tables(rows, columns, near) {
        let ys = edges(rows.iter().map(|r| (r[1], r[3])), near);
        let xs = edges(columns.iter().map(|c| (c[0], c[2])), near);
        if ys.len() < 2 || xs.len() < 2 {
            continue;
        }
        let (wide, high) = (xs.len() - 1, ys.len() - 1);
        let mut of: Vec<usize> = (0..wide * high).collect();
        fn root(of: &[usize], mut i: usize) -> usize {
            while of[i] != i {
                i = of[i];
            }
            i
        }
        for y in 0..high {
            for x in 0..wide {
                let (mid_x, mid_y) = ((xs[x].1 + xs[x + 1].0) / 2, (ys[y].1 + ys[y + 1].0) / 2);
                let side = xs[x + 1];
                let upright =
                    columns.iter().any(|c| c[0] <= side.1 && side.0 <= c[2] && c[1] <= mid_y && mid_y <= c[3]);
                if x + 1 < wide && !upright {
                    let (a, b) = (root(&of, y * wide + x), root(&of, y * wide + x + 1));
                    of[a.max(b)] = a.min(b);
                }
                let foot = ys[y + 1];
                let level = rows.iter().any(|r| r[1] <= foot.1 && foot.0 <= r[3] && r[0] <= mid_x && mid_x <= r[2]);
                if y + 1 < high && !level {
                    let (a, b) = (root(&of, y * wide + x), root(&of, (y + 1) * wide + x));
                    of[a.max(b)] = a.min(b);
                }
            }
        }
        for first in 0..wide * high {
            if of[first] != first {
                continue;
            }
            let members = (first..wide * high).filter(|i| root(&of, *i) == first);
            let area = members.fold([u32::MAX, u32::MAX, 0, 0], |a: Area, i| {
                let (x, y) = (i % wide, i / wide);
                [a[0].min(xs[x].1), a[1].min(ys[y].1), a[2].max(xs[x + 1].0), a[3].max(ys[y + 1].0)]
            });
            if area[0] + 4 < area[2] && area[1] + 4 < area[3] {
                out.push(area);
            }
        }
    }
    out
}

/// Lines that hang together, table by table.
fn tables(rows: &[Area], columns: &[Area], near: u32) -> Vec<(Vec<Area>, Vec<Area>)> {
    let mut left: Vec<Area> = columns.to_vec();
    let mut rest: Vec<Area> = rows.to_vec();
    let mut out = Vec::new();
    let meets =
        |a: &Area, b: &Area| a[0] <= b[2] + near && b[0] <= a[2] + near && a[1] <= b[3] + near && b[1] <= a[3] + near;
    while let Some(seed) = rest.first().copied() {
        rest.remove(0);
        let (mut mine, mut mine_upright) = (vec![seed], Vec::new());
        loop {
            let before = mine.len() + mine_upright.len();
            let (with, without) = left.into_iter().partition(|c| mine.iter().any(|r| meets(r, c)));
            left = without;
            mine_upright.extend::<Vec<Area>>(with);
            let (with, without) = rest.into_iter().partition(|r| mine_upright.iter().any(|c| meets(r, c)));
            rest = without;
            mine.extend::<Vec<Area>>(with);
            if mine.len() + mine_upright.len() == before {
                break;
            }
        }
        out.push((mine, mine_upright));
    }
    out
}

/// The places of lines along one axis, those next to each other taken together.
fn edges(places: impl Iterator<Item = (u32, u32)>, near: u32) -> Vec<(u32, u32)> {
    let mut places: Vec<(u32, u32)> = places.collect();
    places.sort_unstable();
    let mut out: Vec<(u32, u32)> = Vec::new();
    for (from, to) in places {
        match out.last_mut() {
            Some(last) if from <= last.1 + near => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(page: &mut Grey, [left, top, right, bottom]: Area) {
        for y in top..bottom {
            for x in left..right {
                page.pixels[(y * page.width + x) as usize] = 0;
            }
        }
    }

    #[test]
    fn a_grid_with_a_merged_cell_has_a_cell_for_each_rectangle() {
        let mut page = Grey::white(700, 400);
        for y in [50, 150, 250] {
            rule(&mut page, [50, y, 650, y + 2]);
        }
        rule(&mut page, [50, 50, 52, 252]);
        rule(&mut page, [350, 150, 352, 252]);
        rule(&mut page, [648, 50, 650, 252]);
        // Not part of any table: an underline and a stroke.
        rule(&mut page, [60, 330, 300, 332]);
        rule(&mut page, [500, 300, 502, 380]);
        let found = find(&page, 200);
        assert_eq!(found.cells, [[52, 52, 648, 150], [52, 152, 350, 250], [352, 152, 648, 250]]);
        assert_eq!(found.rules.len(), 6);
    }

    #[test]
    fn a_page_of_prose_has_no_rules() {
        assert_eq!(find(&Grey::white(300, 300), 200), Ruling::default());
    }
}
