//! A document in, its lines as cells out: rows of real cells, and of lines what tabs, pipes or white space part. Knows no words.

use smallvec::SmallVec;

use crate::model::{BlockKind, Cell, Document, Line as Printed, Span};

/// How the cells of a line are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract) enum Layout {
    /// Cells of the reader, tabs or pipes: every cell has its column.
    Columns,
    /// White space: a blank cell leaves no trace.
    Words,
    /// One cell a line.
    Lone,
    /// A sentence, or the like.
    Prose,
}

/// One line of cells.
#[derive(Clone, Debug)]
pub(in crate::extract) struct Line {
    pub layout: Layout,
    pub cells: SmallVec<[Piece; 8]>,
    /// Blank lines before it.
    pub gap: u16,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Piece {
    /// Its text in the folded view; empty for a blank cell.
    pub view: Span,
    /// Its first column, and behind its last.
    pub column: u16,
    pub end: u16,
    /// It begins in a row above.
    pub hangs: bool,
}

impl Line {
    /// Its stretch of the folded view.
    pub fn view(&self) -> Span {
        let shown = || self.cells.iter().filter(|c| !c.view.is_empty() && !c.hangs);
        let start = shown().map(|c| c.view.start).min();
        let start = start.or(self.cells.first().map(|c| c.view.start)).unwrap_or_default();
        Span { start, end: shown().map(|c| c.view.end).max().unwrap_or(start).max(start) }
    }
}

/// The lines of `doc` that are no furniture, in reading order.
pub(in crate::extract) fn lines(doc: &Document) -> Vec<Line> {
    let mut out = Vec::with_capacity(doc.lines.len());
    let mut at = 0;
    let mut gap = 0;
    for block in &doc.blocks {
        match &block.kind {
            BlockKind::Table(cells) => {
                grid(doc, cells, &mut out);
                while doc.lines.get(at).is_some_and(|l| l.span.start < block.span.end) {
                    at += 1;
                }
                gap = 0;
            }
            BlockKind::Furniture => {}
            BlockKind::Prose => {
                while let Some(line) = doc.lines.get(at).filter(|l| l.span.start < block.span.end) {
                    at += 1;
                    if line.span.start + 1 < block.span.start && line.span.end <= block.span.start {
                        // Furniture, or a line that shows nothing.
                        gap += u16::from(blank(doc, line));
                        continue;
                    }
                    if blank(doc, line) {
                        gap += 1;
                        continue;
                    }
                    let (layout, cells) = cut(doc, line.span);
                    // Furniture inside a paragraph has no place in the view.
                    if cells.is_empty() && layout == Layout::Lone {
                        continue;
                    }
                    out.push(Line { layout, cells, gap });
                    gap = 0;
                }
            }
        }
    }
    out
}

fn blank(doc: &Document, line: &Printed) -> bool {
    line.span.of(&doc.text).trim().is_empty()
}

/// Real cells, row by row; a merged cell stands in every row it covers.
fn grid(doc: &Document, cells: &[Cell], out: &mut Vec<Line>) {
    let height = cells.iter().map(|c| c.row + c.rows.max(1)).max().unwrap_or(0).min(4096);
    let mut rows: Vec<SmallVec<[Piece; 8]>> = vec![SmallVec::new(); height as usize];
    for cell in cells {
        let view = view(doc, cell.span.start as usize, cell.span.end as usize);
        for (n, row) in rows.iter_mut().enumerate().skip(cell.row as usize).take(cell.rows.max(1) as usize) {
            row.push(Piece {
                view,
                column: cell.column as u16,
                end: (cell.column + cell.columns.max(1)) as u16,
                hangs: n as u32 > cell.row,
            });
        }
    }
    for mut cells in rows {
        cells.sort_by_key(|c| c.column);
        out.push(Line { layout: Layout::Columns, cells, gap: 0 });
    }
}

/// The cells of a printed line.
fn cut(doc: &Document, line: Span) -> (Layout, SmallVec<[Piece; 8]>) {
    let print = line.of(&doc.text);
    let mut cells = SmallVec::new();
    let tabs = memchr::memchr(b'\t', print.trim_start().as_bytes()).is_some();
    let pipes = !tabs && print.matches(['|', '｜', '│', '┃']).count() >= 2;
    if tabs || pipes {
        let mut column = 0;
        let mut from = 0;
        let shown = print.trim();
        let outer = pipes && shown.starts_with(['|', '｜', '│', '┃']);
        let parts: Vec<&str> =
            if tabs { print.split('\t').collect() } else { print.split(['|', '｜', '│', '┃']).collect() };
        let count = parts.len();
        for (n, part) in parts.into_iter().enumerate() {
            let edge = outer && (n == 0 || n + 1 == count && part.trim().is_empty());
            if !edge {
                let lead = part.len() - part.trim_start().len();
                let start = line.start as usize + from + lead;
                let view = view(doc, start, start + part.trim().len());
                cells.push(Piece { view, column, end: column + 1, hangs: false });
                column += 1;
            }
            from += part.len();
            from += print[from..].chars().next().map_or(0, char::len_utf8);
        }
        // |---|---|
        let text = doc.view.text.as_str();
        if pipes && cells.iter().all(|c: &Piece| c.view.of(text).bytes().all(|b| matches!(b, b'-' | b':' | b'='))) {
            cells.clear();
        }
        return (Layout::Columns, cells);
    }
    if print.len() > 480 || memchr::memmem::find(print.as_bytes(), "。".as_bytes()).is_some() {
        return (Layout::Prose, cells);
    }
    let gaps: Vec<(usize, usize)> = gaps(print);
    let mut from = 0;
    let mut add = |start: usize, end: usize| {
        let view = view(doc, line.start as usize + start, line.start as usize + end);
        if !view.is_empty() {
            let column = cells.len() as u16;
            cells.push(Piece { view, column, end: column + 1, hangs: false });
        }
    };
    for (start, end) in gaps {
        if start > from {
            add(from, start);
        }
        from = end;
    }
    if from < print.len() {
        add(from, print.len());
    }
    (if cells.len() > 1 { Layout::Words } else { Layout::Lone }, cells)
}

/// The white space that parts cells: all of it, but for one space inside `2022 年决算数` or `34.10 万元`, and for one between words of a
/// line whose cells stand further apart.
fn gaps(print: &str) -> Vec<(usize, usize)> {
    let space = |c: char| matches!(c, ' ' | '\u{3000}' | '\u{a0}');
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, c) in print.char_indices().filter(|(_, c)| space(*c)) {
        match out.last_mut() {
            Some((_, end)) if *end == at => *end += c.len_utf8(),
            _ => out.push((at, at + c.len_utf8())),
        }
    }
    let wide = |g: &(usize, usize)| g.1 - g.0 > 1;
    let lead = out.first().is_some_and(|g| g.0 == 0);
    let spread = out.iter().skip(usize::from(lead)).filter(|g| wide(g) && g.1 < print.len()).count() >= 2;
    out.retain(|g| {
        if wide(g) {
            return true;
        }
        let before = print[..g.0].chars().next_back();
        let behind = print[g.1..].chars().next();
        let (Some(before), Some(behind)) = (before, behind) else { return true };
        let number = |c: char| c.is_ascii_digit() || matches!(c, '%' | '-' | '—' | '/');
        // ≥ | 98 | %: sign, value and measure have columns of their own.
        let signed = print[..g.0]
            .split([' ', '\t', '\u{3000}'])
            .rev()
            .nth(1)
            .is_some_and(|w| !w.is_empty() && w.chars().all(|c| "≥≤＞＜＝=<>≧≦﹦═".contains(c)));
        let year = behind == '年' && print[..g.0].bytes().rev().take_while(u8::is_ascii_digit).count() == 4;
        let measured = year || matches!(behind, '%' | '％') || measure(&print[g.1..]);
        let inside = before.is_ascii_digit() && measured && !signed;
        !inside && (!spread || number(before) || number(behind))
    });
    out
}

/// 万元 and 元 behind a number, where nothing else follows in the word.
fn measure(rest: &str) -> bool {
    let word = rest.split([' ', '\t', '\u{3000}']).next().unwrap_or("");
    matches!(word, "万元" | "元" | "亿元" | "人" | "分" | "名")
}

/// The folded stretch of a printed one.
fn view(doc: &Document, start: usize, end: usize) -> Span {
    let from = doc.view.view_at(start as u32);
    let to = doc.view.view_at(end as u32).max(from);
    let text = Span { start: from, end: to }.of(&doc.view.text);
    let trimmed = text.trim();
    let lead = text.len() - text.trim_start().len();
    Span::new(from as usize + lead, from as usize + lead + trimmed.len())
}
