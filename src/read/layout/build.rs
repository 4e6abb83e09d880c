//! All pieces of all pages in, the [`Document`] out: its text, lines, blocks and folded view. Joins what `paragraph` and `table`
//! say belongs together; judges nothing itself but where a cell's line ends for good.

use super::row::{Store, Strip};
use super::sheet::{Kept, Piece, Table, TableCell};
use super::table::{Continues, continues, says_so, strips};
use super::{Layout, edge, paragraph};
use crate::model::{Block, BlockKind, Cell, Document, Face, Line, Note, Source, Span};
use crate::read::{ReadError, furniture, line};
use crate::text::fold::Folder;

/// Builds the document.
pub(super) fn document(layout: Layout, mut source: Source, mut notes: Vec<Note>) -> Result<Document, ReadError> {
    let Layout { store, pieces, pages, crops, losses, .. } = layout;
    source.pages = pages.len() as u32;
    if pieces.is_empty() {
        let (id, message) = match losses.scanned() {
            0 => {
                ("read.empty", "holds no text on any of its pages; open it in a viewer to see what it shows".to_owned())
            }
            n if losses.tried() => (
                "ocr.nothing",
                format!(
                    "holds no text: {n} of its {} pages are pictures, and OCR found no text in them; look at them in a viewer",
                    pages.len()
                ),
            ),
            n => (
                "pdf.needs_ocr",
                format!("holds no text: {n} of its {} pages are pictures and need OCR; add --ocr", pages.len()),
            ),
        };
        return Err(ReadError { id, message });
    }
    let written = write(&store, &pages, &pieces);
    let body = body(&store, &pieces);
    let mut aside = edge::find(&store, &pages, &pieces, body);
    website(&store, &pieces, &written, &mut aside);
    let parts = tables(&store, &pages, &pieces, &mut aside);

    let flow: Vec<u32> = pieces.iter().filter_map(|p| prose(p, &aside)).collect();
    let setting = paragraph::setting(&store, &pages, &flow, body);
    let mut lines = written.lines;
    for (line, &strip) in lines.iter_mut().zip(&written.strips) {
        let s = &store.strips[strip as usize];
        line.face = Some(Face {
            size: (s.size * 100.0).round() / 100.0,
            bold: s.bold > 50,
            centred: !s.cell && setting.centred(s, &pages, body),
            recognised: s.hidden,
            sure: s.sure,
            edges: s.edges,
            down: s.turn.upright(),
        });
    }

    let mut builder = Builder {
        store: &store,
        spans: &written.spans,
        folder: Folder::new(&written.text),
        blocks: Vec::with_capacity(pieces.len()),
    };
    let mut i = 0;
    while i < pieces.len() {
        match &pieces[i] {
            Piece::Line(strip) if aside[*strip as usize] => {
                builder.furniture(*strip);
                i += 1;
            }
            Piece::Line(first) => {
                // Lines of the paragraph, furniture between them left out.
                let (mut paragraph, mut end, mut at) = (vec![*first], i + 1, i + 1);
                while let Some(Piece::Line(next)) = pieces.get(at) {
                    at += 1;
                    if aside[*next as usize] {
                        continue;
                    }
                    let (a, b) = (paragraph[paragraph.len() - 1], *next);
                    let (a, b) = (&store.strips[a as usize], &store.strips[b as usize]);
                    if !setting.joins(&store, &pages, a, b, paragraph.len() == 1, body) {
                        break;
                    }
                    paragraph.push(*next);
                    end = at;
                }
                builder.prose(&paragraph);
                for piece in &pieces[i..end] {
                    if let Piece::Line(strip) = piece
                        && aside[*strip as usize]
                    {
                        builder.furniture(*strip);
                    }
                }
                i = end;
            }
            Piece::Table(_) => {
                let mut end = i + 1;
                while parts.get(end).is_some_and(|p| p.inside) {
                    end += 1;
                }
                builder.table(&pieces[i..end], &parts[i..end], &aside);
                i = end;
            }
        }
    }
    let Builder { mut blocks, folder, .. } = builder;
    let view = folder.finish();
    // Furniture inside a paragraph or table comes behind the block whose hull it lies in.
    blocks.sort_by_key(|b| b.span.start);
    losses.notes(&mut notes);
    Ok(Document { source, text: written.text, lines, blocks, view, notes, edges: store.edges, crops })
}

/// The text of all pieces.
#[derive(Default)]
struct Written {
    text: String,
    /// For each strip, its place.
    spans: Vec<Span>,
    lines: Vec<Line>,
    /// For each line, its strip.
    strips: Vec<u32>,
}

impl Written {
    fn line(&mut self, store: &Store, strip: u32, page: u32, number: u32) {
        let s = &store.strips[strip as usize];
        let start = self.text.len();
        self.text.push_str(store.of(s));
        let span = Span::new(start, self.text.len());
        self.spans[strip as usize] = span;
        self.lines.push(Line { span, page, number, bbox: Some(s.bbox), face: None });
        self.strips.push(strip);
    }
}

/// Writes the text: lines end in `\n`, pages in `\f`; cells of a row are parted by tabs, the lines of a cell stay together.
fn write(store: &Store, pages: &[Kept], pieces: &[Piece]) -> Written {
    let mut out = Written {
        text: String::with_capacity(store.text.len() + store.strips.len() + pages.len()),
        spans: vec![Span::default(); store.strips.len()],
        ..Written::default()
    };
    for (n, page) in pages.iter().enumerate() {
        if n > 0 {
            out.text.push('\u{c}');
        }
        let mut number = 1;
        for piece in &pieces[page.first..page.last] {
            match piece {
                Piece::Line(strip) => {
                    out.line(store, *strip, page.number, number);
                    out.text.push('\n');
                    number += 1;
                }
                Piece::Table(table) => {
                    let mut cells = table.cells.as_slice();
                    while let Some(first) = cells.first() {
                        let many = cells.iter().take_while(|c| c.row == first.row).count();
                        let (row, rest) = cells.split_at(many);
                        cells = rest;
                        if row.iter().all(|c| c.first == c.last) {
                            continue;
                        }
                        for (i, cell) in row.iter().enumerate() {
                            if i > 0 {
                                out.text.push('\t');
                            }
                            for strip in cell.first..cell.last {
                                if strip > cell.first {
                                    out.text.push('\n');
                                    number += 1;
                                }
                                out.line(store, strip, page.number, number);
                            }
                        }
                        out.text.push('\n');
                        number += 1;
                    }
                }
            }
        }
    }
    out
}

/// The font size of most of the text.
fn body(store: &Store, pieces: &[Piece]) -> f32 {
    let mut sizes: std::collections::BTreeMap<u32, usize> = std::collections::BTreeMap::new();
    let mut count = |cells: bool| {
        for piece in pieces.iter().filter(|p| matches!(p, Piece::Table(_)) == cells) {
            for strip in strips(piece) {
                let s = &store.strips[strip as usize];
                *sizes.entry((s.size * 4.0).round() as u32).or_default() += (s.end - s.start) as usize;
            }
        }
        let most = sizes.iter().max_by_key(|(size, n)| (**n, **size));
        most.filter(|(_, n)| cells || **n > 300).map(|(size, _)| *size as f32 / 4.0)
    };
    count(false).or_else(|| count(true)).unwrap_or(10.5)
}

fn prose(piece: &Piece, aside: &[bool]) -> Option<u32> {
    match piece {
        Piece::Line(strip) if !aside[*strip as usize] => Some(*strip),
        _ => None,
    }
}

/// What a website prints around a text is furniture here too: the words decide, as they do in text files.
fn website(store: &Store, pieces: &[Piece], written: &Written, aside: &mut [bool]) {
    let mut rows = Vec::new();
    let mut of = Vec::new();
    let mut page = u32::MAX;
    for piece in pieces {
        let Piece::Line(strip) = piece else { continue };
        let s: &Strip = &store.strips[*strip as usize];
        let span = written.spans[*strip as usize];
        let width = line::width(span.of(&written.text));
        let top = s.page != page;
        page = s.page;
        rows.push(line::Row { span, line: of.len() as u32, indent: 0, width, chars: 0, gap: false, top });
        of.push(*strip);
    }
    let mut found = vec![false; rows.len()];
    furniture::website(&written.text, &rows, &mut found);
    for (found, strip) in found.into_iter().zip(of) {
        aside[strip as usize] |= found;
    }
}

/// What a piece is in a table that runs over pages.
#[derive(Clone, Copy, Default)]
struct PartOf {
    /// It goes on with the table before it, or stands between two parts of one.
    inside: bool,
    continues: Continues,
}

/// Finds tables that run over pages; lines between their parts that only say so become furniture.
fn tables(store: &Store, pages: &[Kept], pieces: &[Piece], aside: &mut [bool]) -> Vec<PartOf> {
    let mut parts = vec![PartOf::default(); pieces.len()];
    let mut page_of = vec![0u32; pieces.len()];
    for (n, page) in pages.iter().enumerate() {
        page_of[page.first..page.last].fill(n as u32);
    }
    // The first and the last part of the table before.
    let mut before: Option<(usize, usize)> = None;
    for i in 0..pieces.len() {
        let Piece::Table(table) = &pieces[i] else { continue };
        let joined = before.and_then(|(first, last)| {
            let (Piece::Table(a), Piece::Table(b)) = (&pieces[first], &pieces[last]) else { return None };
            if page_of[i] != page_of[last] + 1 {
                return None;
            }
            // Only furniture between, or what is printed above the table again.
            let again = |strip: u32| {
                let text = store.of(&store.strips[strip as usize]);
                let caption = pieces[first.saturating_sub(3)..first].iter().any(|p| match p {
                    Piece::Line(s) => store.of(&store.strips[*s as usize]) == text,
                    Piece::Table(_) => false,
                });
                caption || says_so(text)
            };
            let between = |p: &Piece| matches!(p, Piece::Line(s) if aside[*s as usize] || again(*s));
            if !pieces[last + 1..i].iter().all(between) {
                return None;
            }
            continues(store, a, b, table).map(|c| (first, last, c))
        });
        match joined {
            Some((first, last, c)) => {
                for p in last + 1..i {
                    parts[p].inside = true;
                    if let Piece::Line(s) = &pieces[p] {
                        aside[*s as usize] = true;
                    }
                }
                parts[i] = PartOf { inside: true, continues: c };
                before = Some((first, i));
            }
            None => before = Some((i, i)),
        }
    }
    parts
}

struct Builder<'a> {
    store: &'a Store,
    spans: &'a [Span],
    folder: Folder<'a>,
    blocks: Vec<Block>,
}

impl Builder<'_> {
    fn span(&self, strip: u32) -> Span {
        self.spans[strip as usize]
    }

    fn furniture(&mut self, strip: u32) {
        let span = self.span(strip);
        self.blocks.push(Block { kind: BlockKind::Furniture, span, view: Span::default() });
    }

    fn prose(&mut self, paragraph: &[u32]) {
        let spans = self.spans;
        let view = self.folder.block(paragraph.iter().map(|s| spans[*s as usize]));
        let span = self.span(paragraph[0]).join(self.span(paragraph[paragraph.len() - 1]));
        self.blocks.push(Block { kind: BlockKind::Prose, span, view });
    }

    /// A table with all its parts; what repeats its header, and what stands between its parts, is furniture.
    fn table(&mut self, pieces: &[Piece], parts: &[PartOf], aside: &[bool]) {
        let mut cells: Vec<Cell> = Vec::new();
        let (mut hull, mut view): (Option<Span>, Option<Span>) = (None, None);
        let mut offset = 0;
        // Where empty cells stand: behind the last one that prints something.
        let mut at = strips(&pieces[0]).map(|s| self.span(s).start).next().unwrap_or(0);
        for (piece, part) in pieces.iter().zip(parts) {
            let table = match piece {
                Piece::Table(table) => table,
                Piece::Line(strip) => {
                    debug_assert!(aside[*strip as usize]);
                    self.furniture(*strip);
                    continue;
                }
            };
            let header = part.continues.header;
            for cell in &table.cells {
                if cell.row < header {
                    for strip in cell.first..cell.last {
                        self.furniture(strip);
                    }
                    continue;
                }
                let span = if cell.first < cell.last {
                    let span = self.span(cell.first).join(self.span(cell.last - 1));
                    let shown = self.cell(table, cell);
                    hull = Some(hull.map_or(span, |h| h.join(span)));
                    view = Some(view.map_or(shown, |v| v.join(shown)));
                    at = span.end;
                    span
                } else {
                    Span { start: at, end: at }
                };
                cells.push(Cell {
                    row: cell.row + offset - header,
                    column: cell.column,
                    rows: cell.rows,
                    columns: cell.columns,
                    span,
                });
            }
            offset += table.rows - header;
        }
        if let (Some(span), Some(view)) = (hull, view) {
            self.blocks.push(Block { kind: BlockKind::Table(cells), span, view });
        }
    }

    /// Folds a cell: its lines as one text, but for lines that end for good before one that would fuse with them.
    fn cell(&mut self, _table: &Table, cell: &TableCell) -> Span {
        let mut view: Option<Span> = None;
        let mut first = cell.first;
        for strip in cell.first..cell.last {
            let last = strip + 1 == cell.last;
            if last || self.parted(strip, strip + 1, cell.right) {
                let spans = self.spans;
                let shown = self.folder.block((first..=strip).map(|s| spans[s as usize]));
                view = Some(view.map_or(shown, |v| v.join(shown)));
                first = strip + 1;
            }
        }
        view.unwrap_or_default()
    }

    /// Whether a cell's line ends for good: it had room for the next word, and what follows is an item or a number of its own.
    fn parted(&self, a: u32, b: u32, right: f32) -> bool {
        let (a, b) = (&self.store.strips[a as usize], &self.store.strips[b as usize]);
        let room = right - 0.6 * a.size - a.to;
        if paragraph::first_word(self.store, b) > room {
            return false;
        }
        let (before, after) = (self.store.of(a), self.store.of(b));
        let digits = before.ends_with(|c: char| c.is_ascii_digit() || c == '%')
            && after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '≥' | '≤'));
        line::ends_sentence(before) || line::marker(after) > 0 || digits
    }
}
