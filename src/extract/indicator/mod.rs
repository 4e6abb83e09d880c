//! Tables of indicators in, their rows out: from cells that have columns, or from lines that conversion flattened (one row a line,
//! or one cell a line). A row that does not fit its header is no row; it is said to be not understood.

mod align;
mod header;

use rust_decimal::Decimal;

use self::align::{NEVER, align, mismatch, number};
use self::header::Header;
use crate::extract::table::lines::{Layout, Line};
use crate::model::{Document, Indicator, Span};
use crate::patterns::{Column, Patterns, Tables};

/// What was found in one report.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The rows, in print order.
    pub rows: Vec<Indicator>,
    /// For each of `rows` where its wanted and its reached value, its measure and its reason are printed.
    pub places: Vec<Places>,
    /// Where the total of a table is printed: the last number of its last row.
    pub totals: Vec<Span>,
    /// Where the grade stands behind a total.
    pub grades: Vec<Span>,
    /// Rows that did not fit.
    pub unread: Vec<Span>,
}

/// Where cells of a row are printed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    pub target: Option<Span>,
    pub actual: Option<Span>,
    pub measure: Option<Span>,
    pub reason: Option<Span>,
}

/// A cell: its place in print and its folded text.
#[derive(Clone, Debug)]
struct Piece {
    span: Span,
    text: String,
}

/// The cells of a row that have columns, and the place of the row's name.
type Placed<'r> = (Vec<(Column, &'r Piece)>, Option<Span>);

/// A line as pieces.
struct Row {
    layout: Layout,
    gap: u16,
    cells: Vec<Cell>,
}

struct Cell {
    piece: Piece,
    column: u16,
    end: u16,
    hangs: bool,
}

impl Row {
    /// The cells that print something.
    fn pieces(&self) -> Vec<Piece> {
        self.cells.iter().filter(|c| !c.piece.text.is_empty() && !c.hangs).map(|c| c.piece.clone()).collect()
    }
}

/// Every indicator of the part of `doc` that is `view` in the folded text.
pub(super) fn indicators(doc: &Document, view: Span, lines: &[Line], patterns: &Patterns) -> Found {
    let mut found = Found::default();
    let text = doc.view.text.as_str();
    // Most reports have no such table: the words of a header are looked for before anything is cut.
    if memchr::memmem::find(view.of(text).as_bytes(), "指标".as_bytes()).is_none() {
        return found;
    }
    let from = lines.partition_point(|l| l.view().start < view.start);
    let to = lines.partition_point(|l| l.view().start < view.end);
    let mut reader = Reader { tables: &patterns.tables, found: &mut found, levels: Levels::default(), first: 0 };
    let mut at = from;
    while at < to {
        // Only what may be a table is made pieces of.
        let word = |l: &Line| l.layout != Layout::Prose && l.cells.iter().any(|c| c.view.of(text).contains("指标"));
        if !word(&lines[at]) {
            at += 1;
            continue;
        }
        let end = lines[at..to].iter().position(|l| l.layout == Layout::Prose).map_or(to, |n| at + n);
        let rows: Vec<Row> = lines[at..end].iter().map(|l| row(doc, l)).collect();
        reader.run(&rows);
        at = end.max(at + 1);
    }
    found
}

fn row(doc: &Document, line: &Line) -> Row {
    let cells = line.cells.iter().map(|c| {
        let text: String = c.view.of(&doc.view.text).split('\n').collect();
        let piece = Piece { span: doc.view.to_print(c.view, &doc.text), text };
        Cell { piece, column: c.column, end: c.end, hangs: c.hangs }
    });
    Row { layout: line.layout, gap: line.gap, cells: cells.collect() }
}

struct Reader<'a> {
    tables: &'a Tables,
    found: &'a mut Found,
    levels: Levels,
    /// The first row of the table that is read.
    first: usize,
}

impl Reader<'_> {
    /// Reads the tables in lines without prose between them.
    fn run(&mut self, rows: &[Row]) {
        let mut i = 0;
        while i < rows.len() {
            let Some((header, next)) = header::header(rows, i, self.tables) else {
                i += 1;
                continue;
            };
            self.levels = Levels::default();
            self.first = self.found.rows.len();
            i = match header.layout {
                Layout::Lone => self.cells(rows, next, &header),
                _ => self.lines(rows, next, &header),
            };
        }
    }

    /// Rows from line `from` on, one a line; the line behind them.
    fn lines(&mut self, rows: &[Row], from: usize, header: &Header) -> usize {
        let columns = &header.columns[..];
        let mut strange = 0;
        let mut i = from;
        // The name of the row before, for cells merged over several rows.
        let mut last: Option<Span> = None;
        while i < rows.len() {
            let line = &rows[i];
            let pieces = line.pieces();
            let Some(first) = pieces.first() else {
                i += 1;
                continue;
            };
            if let Some((other, next)) = header::header(rows, i, self.tables).filter(|(h, _)| h.layout != Layout::Lone)
            {
                // The header is printed again on the next page.
                if other.columns != header.columns {
                    return i;
                }
                i = next;
                continue;
            }
            if self.tables.ends(&first.text) {
                self.total(&pieces);
                return i + 1;
            }
            if line.layout == Layout::Columns
                && header.placed()
                && let Some((cells, name)) = self.placed(line, header)
            {
                if name.is_some() && name != last {
                    let span = line_span(&pieces);
                    self.push(&cells, columns, span);
                    last = name;
                }
                strange = 0;
                i += 1;
                continue;
            }
            if pieces.len() == 1 && self.level_alone(first) {
                i += 1;
                continue;
            }
            if pieces.len() == 1 && self.goes_on(first, i > from) {
                i += 1;
                continue;
            }
            let whole = self.aligned(&pieces, columns).filter(|(cost, _)| *cost < 30);
            let joined = if whole.is_none() {
                rows.get(i + 1).and_then(|next| self.broken(&pieces, next, columns))
            } else {
                None
            };
            match (whole, joined) {
                (_, Some((pieces, places))) => {
                    strange = 0;
                    self.row(&pieces, &places, columns);
                    i += 1;
                    // The name goes on behind the values, for it was printed around them.
                    if let Some(more) = rows.get(i + 1).and_then(|r| self.rest_of_name(r, columns)) {
                        if let Some(row) = self.found.rows.last_mut() {
                            row.level3.push_str(&more.text);
                            row.span = row.span.join(more.span);
                        }
                        i += 1;
                    }
                }
                (Some((_, places)), None) => {
                    strange = 0;
                    self.row(&pieces, &places, columns);
                }
                (None, None) => {
                    strange += 1;
                    let loose = self.aligned(&pieces, columns).filter(|(cost, _)| *cost < NEVER);
                    if let Some((_, places)) = loose {
                        strange = 0;
                        self.row(&pieces, &places, columns);
                    } else {
                        if strange > 2 || pieces.len() < 2 && strange > 1 {
                            return i;
                        }
                        if pieces.len() > 1 {
                            self.found.unread.push(line_span(&pieces));
                        }
                    }
                }
            }
            i += 1;
        }
        rows.len()
    }

    fn aligned(&self, pieces: &[Piece], columns: &[Column]) -> Option<(u32, Vec<usize>)> {
        align(pieces, columns, self.tables)
    }

    /// The cells of a row that have columns, where each is of its column's kind; and the place of its name.
    fn placed<'r>(&self, line: &'r Row, header: &Header) -> Option<Placed<'r>> {
        let mut out: Vec<(Column, &Piece)> = Vec::new();
        let mut cost = 0;
        let mut name = None;
        for cell in line.cells.iter().filter(|c| !c.piece.text.is_empty()) {
            let at = header.at.iter().position(|column| cell.column <= *column && *column < cell.end)?;
            let column = header.columns[at];
            // What hangs from the row above is said for this row too, but a name that hangs is the row above.
            if cell.hangs && matches!(column, Column::Level3) {
                return Some((Vec::new(), Some(cell.piece.span)));
            }
            if !cell.hangs {
                cost += mismatch(&cell.piece.text, column, self.tables)?;
            }
            if out.iter().any(|(c, _)| *c == column && !matches!(c, Column::Other)) {
                continue;
            }
            if column == Column::Level3 {
                name = Some(cell.piece.span);
            }
            out.push((column, &cell.piece));
        }
        (cost < 16).then_some((out, name))
    }

    /// A row that goes on in the next line: `改造背街小巷及老旧` ⏎ `小区道路 ≥12条 12条 8 8`.
    fn broken(&self, pieces: &[Piece], next: &Row, columns: &[Column]) -> Option<(Vec<Piece>, Vec<usize>)> {
        let more = next.pieces();
        if more.is_empty() || next.layout == Layout::Columns || self.tables.ends(&more[0].text) {
            return None;
        }
        let mut joined = pieces[..pieces.len() - 1].to_vec();
        let (a, b) = (&pieces[pieces.len() - 1], &more[0]);
        joined.push(Piece { span: a.span.join(b.span), text: format!("{}{}", a.text, b.text) });
        joined.extend_from_slice(&more[1..]);
        let apart: Vec<Piece> = pieces.iter().chain(&more).cloned().collect();
        let best = [joined, apart]
            .into_iter()
            .filter_map(|row| self.aligned(&row, columns).map(|(cost, places)| (cost, row, places)))
            .min_by_key(|(cost, ..)| *cost)?;
        (best.0 < 8).then_some((best.1, best.2))
    }

    /// The line behind a row whose name was broken around its values: `率` of 变动率.
    fn rest_of_name(&self, line: &Row, columns: &[Column]) -> Option<Piece> {
        let pieces = line.pieces();
        let [piece] = pieces.as_slice() else { return None };
        let last = self.found.rows.last()?;
        let level = self.tables.first_level(&piece.text) || self.tables.second_level(&piece.text);
        let short = piece.text.chars().count() <= 8 && !piece.text.contains([':', '。']);
        let reason = columns.contains(&Column::Reason) && last.reason.is_some();
        (short && !level && !reason && number(&piece.text).is_none()).then(|| piece.clone())
    }

    /// A line that prints a level alone.
    fn level_alone(&mut self, piece: &Piece) -> bool {
        let first = self.tables.first_level(&piece.text);
        let second = self.tables.second_level(&piece.text);
        if !first && !second {
            return false;
        }
        // Levels printed behind their rows: those that have none take it.
        let as_first = first && !(second && (self.levels.first.is_some() || self.levels.behind));
        let rows = &mut self.found.rows[self.first..];
        if as_first && (self.levels.behind || !rows.is_empty() && rows.iter().all(|r| r.level1.is_none())) {
            for row in rows.iter_mut().filter(|r| r.level1.is_none()) {
                row.level1 = Some(piece.text.clone());
            }
            self.levels = Levels { behind: true, ..Levels::default() };
            return true;
        }
        // In the middle of a merged cell: as many rows before it as behind it.
        if !as_first {
            let mut before = 0;
            for row in rows
                .iter_mut()
                .rev()
                .take_while(|r| r.level2.is_none() && r.level1.is_none() == self.levels.first.is_none())
            {
                row.level2 = Some(piece.text.clone());
                before += 1;
            }
            if before > 0 {
                self.levels.second = Some(piece.text.clone());
                self.levels.forward = Some(before);
                return true;
            }
        }
        self.levels.set(piece, self.tables);
        true
    }

    /// A line that goes on with the reason of the row before.
    fn goes_on(&mut self, piece: &Piece, behind: bool) -> bool {
        let Some(row) = self.found.rows[self.first..].last_mut().filter(|_| behind) else { return false };
        let Some(reason) = &mut row.reason else { return false };
        // Only a cell that was full goes on, and a new sentence of the form does not begin so.
        let full = reason.chars().count() >= 6;
        if !full || number(&piece.text).is_some() || piece.text.contains([':', '。']) || piece.text.contains("得分")
        {
            return false;
        }
        reason.push_str(&piece.text);
        row.span = row.span.join(piece.span);
        true
    }

    /// Rows from line `from` on, one cell a line: the cheapest way to cut the cells into rows of this header.
    fn cells(&mut self, rows: &[Row], from: usize, header: &Header) -> usize {
        let columns = &header.columns[..];
        let mut cells: Vec<Piece> = Vec::new();
        let mut end = from;
        // Blank lines between all cells mean nothing; more of them are blank cells.
        let gaps = |rows: &[Row]| {
            let mut counts = [0u32; 3];
            rows.iter().for_each(|r| counts[usize::from(r.gap.min(2))] += 1);
            (0..3u16).max_by_key(|n| counts[usize::from(*n)]).unwrap_or(0)
        };
        let usual = gaps(&rows[from..rows.len().min(from + 60)]);
        while let Some(line) = rows.get(end) {
            let pieces = line.pieces();
            let Some(first) = pieces.first() else {
                end += 1;
                continue;
            };
            let ended = self.tables.ends(&first.text);
            if !ended && (first.text.contains('。') || cells.len() >= 1200) {
                break;
            }
            if usual > 0 && line.gap > usual && end > from {
                let blanks = usize::from((line.gap - usual) / (usual + 1)).min(columns.len());
                let place = Span { start: first.span.start, end: first.span.start };
                cells.extend((0..blanks).map(|_| Piece { span: place, text: String::new() }));
            }
            if ended {
                break;
            }
            let text: String = pieces.iter().map(|p| p.text.as_str()).collect();
            let span = line_span(&pieces);
            // 社会效益 ⏎ 指标: one word in two lines.
            let goes_on = cells.last().is_some_and(|l| {
                let joined = format!("{}{text}", l.text);
                let level = |t: &str| self.tables.first_level(t) || self.tables.second_level(t);
                !l.text.is_empty() && level(&joined) && !level(&text)
            });
            match cells.last_mut().filter(|_| goes_on) {
                Some(last) => {
                    last.text.push_str(&text);
                    last.span = last.span.join(span);
                }
                None => cells.push(Piece { span, text }),
            }
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
                let Some((cost, _)) = self.aligned(&cells[at..at + len], columns) else { continue };
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
        for (start, stop) in cuts.into_iter().rev() {
            let line = &cells[start..stop];
            match self.aligned(line, columns) {
                Some((cost, places)) if cost < NEVER => self.row(line, &places, columns),
                _ => self.found.unread.push(line_span(line)),
            }
        }
        let rest = cells[whole..].iter().filter(|c| !c.text.is_empty()).count();
        if rest > 0 {
            self.found.unread.push(line_span(&cells[whole..]));
        }
        // The total: the numbers behind 总分, one a line.
        let ends = rows.get(end).map(Row::pieces).filter(|l| l.first().is_some_and(|f| self.tables.ends(&f.text)));
        if let Some(mut row) = ends {
            let numbers = rows[end + 1..].iter().take(3).map(Row::pieces);
            row.extend(
                numbers.take_while(|l| l.len() == 1 && (number(&l[0].text).is_some() || grade(&l[0].text))).flatten(),
            );
            self.total(&row);
            return end + 1;
        }
        end.max(from)
    }

    /// The points in the last row: weight and score, or the score alone; a grade may stand behind them.
    fn total(&mut self, line: &[Piece]) {
        let numbers = line[1..].iter().filter(|p| number(&p.text).is_some()).collect::<Vec<_>>();
        let most = Decimal::from(if line[0].text.contains('分') { 150 } else { 100 });
        let likely = |p: &Piece| number(&p.text).is_some_and(|n| n <= most && n > Decimal::TEN);
        match numbers.as_slice() {
            [.., weight, score] if likely(weight) && likely(score) => self.found.totals.push(score.span),
            [score] if likely(score) && number(&score.text) != Some(Decimal::ONE_HUNDRED) => {
                self.found.totals.push(score.span);
            }
            _ => return,
        }
        self.found.grades.extend(line.last().filter(|p| grade(&p.text)).map(|p| p.span));
    }

    /// Appends the row that `line` prints; nothing for what a template left.
    fn row(&mut self, line: &[Piece], places: &[usize], columns: &[Column]) {
        let cells: Vec<(Column, &Piece)> =
            line.iter().zip(places).map(|(piece, place)| (columns[*place], piece)).collect();
        self.push(&cells, columns, line_span(line));
    }

    fn push(&mut self, cells: &[(Column, &Piece)], columns: &[Column], span: Span) {
        let (tables, levels) = (self.tables, &mut self.levels);
        let mut out = Indicator { span, ..Indicator::default() };
        let mut places = Places::default();
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
                Column::Level2 => (levels.second, levels.forward) = (text(), None),
                Column::Level3 => name = text(),
                Column::Direction => match tables.direction(&piece.text) {
                    Some(bound) => out.direction = bound,
                    None => out.target = text(),
                },
                Column::Target if out.target.is_none() => {
                    (out.target, places.target) = (text(), Some(piece.span));
                }
                Column::Target => {}
                Column::TargetAdjusted => (out.target, places.target) = (text(), Some(piece.span)),
                Column::Measure => (out.measure, places.measure) = (text(), Some(piece.span)),
                Column::Actual => (out.actual, places.actual) = (text(), Some(piece.span)),
                Column::Weight => out.weight = number(&piece.text),
                Column::Score => out.score = number(&piece.text),
                Column::Reason => (out.reason, places.reason) = (text(), Some(piece.span)),
                Column::Rate | Column::Other => {}
            }
        }
        match &mut levels.forward {
            Some(0) => (levels.second, levels.forward) = (None, None),
            Some(left) => *left -= 1,
            None => {}
        }
        if columns.contains(&Column::Level1) && !levels.behind {
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
        self.found.rows.push(out);
        self.found.places.push(places);
    }
}

fn line_span(pieces: &[Piece]) -> Span {
    let shown = || pieces.iter().filter(|p| !p.text.is_empty());
    Span {
        start: shown().map(|p| p.span.start).min().unwrap_or_default(),
        end: shown().map(|p| p.span.end).max().unwrap_or_default(),
    }
}

fn grade(text: &str) -> bool {
    matches!(text, "优" | "良" | "中" | "差" | "优秀" | "良好" | "一般" | "较差")
}

/// The first two levels, which merged cells pass on to the rows below.
#[derive(Default)]
struct Levels {
    first: Option<String>,
    second: Option<String>,
    /// The first level is printed behind its rows.
    behind: bool,
    /// For how many more rows the second level holds, where it was printed in their middle.
    forward: Option<u32>,
}

impl Levels {
    fn set(&mut self, piece: &Piece, tables: &Tables) {
        if tables.first_level(&piece.text) && !(tables.second_level(&piece.text) && self.first.is_some()) {
            (self.first, self.second, self.forward) = (Some(piece.text.clone()), None, None);
        } else {
            (self.second, self.forward) = (Some(piece.text.clone()), None);
        }
    }
}
