//! Marks in reading position in, rows of runs out, and the text of a row: which marks stand on one line, and where the print
//! has a space. Decides nothing about tables, columns or paragraphs.

use super::frame::{Frame, Mark, Turn, blank};

/// Marks that follow each other closely on one baseline, in the order of painting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Its marks.
    pub first: u32,
    pub last: u32,
    pub from: f32,
    pub to: f32,
    pub top: f32,
    pub bottom: f32,
    pub base: f32,
    pub size: f32,
    /// 0 outside tables, otherwise the number of its cell.
    pub zone: u32,
}

/// Runs on one line, from left to right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Its runs.
    pub first: u32,
    pub last: u32,
    pub base: f32,
    pub size: f32,
    pub zone: u32,
}

/// A line of text in one column or cell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Strip {
    /// Index of its page among those read.
    pub page: u32,
    /// Its text in [`Store::text`].
    pub start: u32,
    pub end: u32,
    /// Its first edge in [`Store::edges`].
    pub edges: u32,
    pub turn: Turn,
    /// Left, top, right, bottom on the page.
    pub bbox: [f32; 4],
    /// In reading position.
    pub from: f32,
    pub to: f32,
    pub base: f32,
    pub size: f32,
    /// How many of a hundred of its characters are bold.
    pub bold: u8,
    pub hidden: bool,
    /// How sure the reader of its least sure character is, in per cent.
    pub sure: u8,
    /// 0 where it stands across the page, otherwise the number of its column.
    pub column: u32,
    /// It stands in a table.
    pub cell: bool,
}

/// The text of all strips of a document, as they are found.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub text: String,
    /// Along the line, on the page.
    pub edges: Vec<f32>,
    pub strips: Vec<Strip>,
}

impl Store {
    /// What a strip prints.
    pub fn of(&self, strip: &Strip) -> &str {
        &self.text[strip.start as usize..strip.end as usize]
    }
}

/// Cuts marks into runs. Marks painted twice are blanked out.
pub(super) fn runs(marks: &mut [Mark], runs: &mut Vec<Run>) {
    runs.clear();
    let mut open: Option<Run> = None;
    for i in 0..marks.len() {
        let m = marks[i];
        if let Some(run) = &mut open {
            let near = (m.base - run.base).abs() <= 0.15 * m.size.max(run.size)
                && m.zone == run.zone
                && m.size < run.size * 1.3
                && run.size < m.size * 1.3;
            let before = marks[run.last as usize - 1];
            if near && before.text == m.text && (m.from - before.from).abs() <= 0.2 * m.size && !blank(m.text) {
                marks[i].text = '\0';
                marks[run.last as usize - 1].bold = true;
                // The copy stands in the run, so that the run goes on behind it.
                marks[i].from = before.from;
                marks[i].to = before.to;
                run.last = i as u32 + 1;
                continue;
            }
            let gap = m.from - run.to;
            if near && gap <= 0.6 * m.size && gap >= -0.5 * m.size {
                run.last = i as u32 + 1;
                run.to = run.to.max(m.to);
                run.top = run.top.min(m.top);
                run.bottom = run.bottom.max(m.bottom);
                run.size = run.size.max(m.size);
                continue;
            }
            runs.push(*run);
            open = None;
        }
        // White space between runs says no more than the gap does.
        if !blank(m.text) {
            let (first, last) = (i as u32, i as u32 + 1);
            let Mark { from, to, top, bottom, base, size, zone, .. } = m;
            open = Some(Run { first, last, from, to, top, bottom, base, size, zone });
        }
    }
    runs.extend(open);
}

/// Puts runs on rows, by zone and from above. `runs` is sorted so that each row's runs follow each other.
pub(super) fn rows(runs: &mut [Run], rows: &mut Vec<Row>) {
    rows.clear();
    let order = |a: &Run, b: &Run| a.zone.cmp(&b.zone).then(a.base.total_cmp(&b.base)).then(a.from.total_cmp(&b.from));
    if !runs.is_sorted_by(|a, b| order(a, b).is_le()) {
        runs.sort_by(order);
    }
    for (i, run) in runs.iter().enumerate() {
        let (first, last) = (i as u32, i as u32 + 1);
        match rows.last_mut() {
            Some(row)
                if row.zone == run.zone && (run.base - row.base).abs() <= 0.3 * run.size.min(row.size).max(0.1) =>
            {
                row.last = last;
                if run.size > row.size {
                    (row.base, row.size) = (run.base, run.size);
                }
            }
            _ => rows.push(Row { first, last, base: run.base, size: run.size, zone: run.zone }),
        }
    }
    raise(runs, rows);
    for row in rows.iter() {
        let runs = &mut runs[row.first as usize..row.last as usize];
        if !runs.is_sorted_by(|a, b| a.from <= b.from) {
            runs.sort_by(|a, b| a.from.total_cmp(&b.from));
        }
    }
}

/// Joins rows of small raised or lowered characters (`m²`, a footnote's number) with the row that they stand beside.
fn raise(runs: &[Run], rows: &mut Vec<Row>) {
    let beside = |small: &Row, large: &Row| {
        let apart = large.base - small.base;
        small.zone == large.zone
            && small.size <= 0.78 * large.size
            && (-0.35 * large.size..0.75 * large.size).contains(&apart)
            && runs[small.first as usize..small.last as usize].iter().all(|s| {
                let near = 0.35 * large.size;
                runs[large.first as usize..large.last as usize]
                    .iter()
                    .any(|l| (s.from - l.to).abs() <= near || (l.from - s.to).abs() <= near)
            })
    };
    let mut kept = 0;
    for i in 0..rows.len() {
        let row = rows[i];
        if kept > 0 {
            let last = rows[kept - 1];
            if beside(&last, &row) {
                rows[kept - 1] = Row { first: last.first, ..row };
                continue;
            }
            if beside(&row, &last) {
                rows[kept - 1].last = row.last;
                continue;
            }
        }
        rows[kept] = row;
        kept += 1;
    }
    rows.truncate(kept);
}

/// What a line is printed on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    pub page: u32,
    pub turn: Turn,
    /// Width and height of the page as shown.
    pub size: [f32; 2],
}

impl Store {
    /// Adds the line that `runs` print; `None` where they print nothing.
    pub fn add(&mut self, frame: &Frame, runs: &[Run], sheet: Sheet, column: u32, cell: bool) -> Option<u32> {
        let (start, first_edge) = (self.text.len(), self.edges.len());
        let mut last: Option<Mark> = None;
        // Blanks wait until a character follows.
        let mut waiting: Option<(u32, f32)> = None;
        let (mut bold, mut count, mut hidden, mut sure) = (0u32, 0u32, 0u32, 100u8);
        let mut shape = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        let mut sizes = Sizes::default();
        for run in runs {
            for (i, m) in frame.marks[run.first as usize..run.last as usize].iter().enumerate() {
                if m.text == '\0' {
                    continue;
                }
                if blank(m.text) {
                    if last.is_some() && waiting.is_none() {
                        waiting = Some((run.first + i as u32, m.from));
                    }
                    continue;
                }
                if let Some(before) = last {
                    if let Some((from, _)) = waiting.take() {
                        self.blanks(frame, from, run.first + i as u32, before, m, sheet);
                    } else {
                        let wide = space(before, *m);
                        for n in 0..wide {
                            self.text.push(' ');
                            let at = before.to + (m.from - before.to) * n as f32 / wide as f32;
                            self.edges.push(sheet.turn.along(at, sheet.size));
                        }
                    }
                }
                self.text.push(m.text);
                self.edges.push(sheet.turn.along(m.from, sheet.size));
                count += 1;
                bold += u32::from(m.bold);
                hidden += u32::from(m.hidden);
                sure = sure.min(m.sure);
                sizes.add(m.size);
                shape = [shape[0].min(m.from), shape[1].min(m.top), shape[2].max(m.to), shape[3].max(m.bottom)];
                last = Some(*m);
            }
        }
        let end = last?;
        // A blank where the line was broken parts what stands on its two sides.
        if waiting.is_some() && !cell {
            self.text.push(' ');
            self.edges.push(sheet.turn.along(end.to, sheet.size));
        }
        self.edges.push(sheet.turn.along(end.to, sheet.size));
        let base = runs.iter().max_by(|a, b| a.size.total_cmp(&b.size)).map_or(0.0, |r| r.base);
        self.strips.push(Strip {
            page: sheet.page,
            start: start as u32,
            end: self.text.len() as u32,
            edges: first_edge as u32,
            turn: sheet.turn,
            bbox: sheet.turn.page(shape, sheet.size),
            from: shape[0],
            to: shape[2],
            base,
            size: sizes.most(),
            bold: (bold * 100 / count) as u8,
            hidden: hidden * 2 > count,
            sure,
            column,
            cell,
        });
        Some(self.strips.len() as u32 - 1)
    }

    /// The white space of the file between two characters, marks `from..to`; at most what a line can hold.
    fn blanks(&mut self, frame: &Frame, from: u32, to: u32, before: Mark, next: &Mark, sheet: Sheet) {
        // A blank that takes no room between two Han characters is none: justified lines are made that way.
        let gap = next.from - before.to;
        if gap < 0.05 * next.size && !(narrow(before.text) && narrow(next.text)) {
            return;
        }
        let blanks = frame.marks.get(from as usize..to as usize).unwrap_or_default();
        let mut n = 0;
        for m in blanks.iter().filter(|m| blank(m.text)).take(200) {
            self.text.push(if m.text == '\t' { ' ' } else { m.text });
            self.edges.push(sheet.turn.along(m.from, sheet.size));
            n += 1;
        }
        if n == 0 {
            self.text.push(' ');
            self.edges.push(sheet.turn.along(before.to, sheet.size));
        }
    }
}

fn narrow(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// How many spaces the gap between two marks stands for.
fn space(a: Mark, b: Mark) -> usize {
    let gap = (b.from - a.to) / a.size.max(b.size).max(0.1);
    if gap > 1.2 {
        // Columns: folding tells them from letter spacing by their two spaces.
        return 2;
    }
    let least = match (a.text, b.text) {
        (x, y) if x.is_ascii_digit() && (y.is_ascii_digit() || matches!(y, '.' | ',' | '%')) => 0.25,
        ('.' | ',', y) if y.is_ascii_digit() => 0.25,
        (x, y) if x.is_ascii_graphic() && y.is_ascii_graphic() => 0.17,
        // A quarter of an em is set between Han characters and digits by many a program.
        (x, y) if x.is_ascii_graphic() || y.is_ascii_graphic() => 0.6,
        _ => f32::INFINITY,
    };
    usize::from(gap > least)
}

/// The size that most characters have.
#[derive(Default)]
struct Sizes([(f32, u32); 4]);

impl Sizes {
    fn add(&mut self, size: f32) {
        for slot in &mut self.0 {
            if slot.1 == 0 || (slot.0 - size).abs() < 0.25 {
                slot.0 = if slot.1 == 0 { size } else { slot.0 };
                slot.1 += 1;
                return;
            }
        }
    }

    fn most(&self) -> f32 {
        // The first of equals, so that the answer does not depend on the order of comparison.
        self.0.iter().fold((0.0, 0), |best, s| if s.1 > best.1 { *s } else { best }).0
    }
}
