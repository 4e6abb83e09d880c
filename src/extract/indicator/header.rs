//! Lines in, the header of a table of indicators out: what each of its columns says.

use super::{Piece, Row};
use crate::extract::table::lines::Layout;
use crate::patterns::{Column, Tables};

/// The header of a table of indicators.
pub(super) struct Header {
    pub columns: Vec<Column>,
    /// The place of each of `columns` among the cells of a row; empty where cells are told apart by their order.
    pub at: Vec<u16>,
    pub layout: Layout,
}

impl Header {
    /// Whether its cells have columns of their own.
    pub fn placed(&self) -> bool {
        !self.at.is_empty()
    }
}

/// The header that begins at line `i`, and the line behind it.
pub(super) fn header(rows: &[Row], i: usize, tables: &Tables) -> Option<(Header, usize)> {
    match rows[i].layout {
        Layout::Columns => placed(rows, i, tables),
        Layout::Words => words(rows, i, tables),
        Layout::Lone => words(rows, i, tables).or_else(|| lone(rows, i, tables)),
        Layout::Prose => None,
    }
}

/// Whether columns are those of a table of indicators.
fn whole(columns: &[Column], known: usize) -> bool {
    let has = |c| columns.contains(&c);
    known >= 3
        && has(Column::Level3)
        && (has(Column::Target) || has(Column::Actual) || has(Column::Weight) && has(Column::Score))
        && columns.len() <= 16
        && columns.len() - known <= 3
}

/// One row of cells with columns, or two above one another.
fn placed(rows: &[Row], i: usize, tables: &Tables) -> Option<(Header, usize)> {
    let mut found: Vec<(u16, Option<Column>)> = Vec::new();
    let mut next = i;
    while let Some(row) = rows.get(next).filter(|r| r.layout == Layout::Columns && next < i + 3) {
        let says = |text: &str| tables.column(text);
        let own: Vec<_> = row.cells.iter().filter(|c| !c.piece.text.is_empty() && !c.hangs).collect();
        let known = own.iter().filter(|c| says(&c.piece.text).is_some()).count();
        let long = own.iter().any(|c| c.piece.text.len() > 90);
        if known < 2 || known * 2 < own.len() || long {
            break;
        }
        for cell in row.cells.iter().filter(|c| !c.piece.text.is_empty()) {
            let column = says(&cell.piece.text);
            for place in cell.column..cell.end {
                match found.iter_mut().find(|(at, _)| *at == place) {
                    // 绩效指标 over 一级指标, 二级指标, 三级指标
                    Some(slot) if next > i => slot.1 = column.or(slot.1),
                    Some(_) => {}
                    None => found.push((place, column)),
                }
            }
        }
        next += 1;
    }
    found.sort_by_key(|(at, _)| *at);
    let known = found.iter().filter(|(_, c)| c.is_some()).count();
    let columns: Vec<Column> = found.iter().map(|(_, c)| c.unwrap_or(Column::Other)).collect();
    let mut apart = columns.clone();
    apart.dedup();
    let at = found.iter().map(|(at, _)| *at).collect();
    let spare = columns.len() - apart.len();
    (next > i && whole(&apart, known.saturating_sub(spare)))
        .then_some((Header { columns, at, layout: Layout::Columns }, next))
}

/// A row parted by white space, perhaps glued, perhaps broken over two lines.
fn words(rows: &[Row], i: usize, tables: &Tables) -> Option<(Header, usize)> {
    let mut pieces: Vec<Piece> = rows[i].pieces().iter().flat_map(|p| parted(p, tables)).collect();
    if pieces.len() < 3 || pieces.iter().filter(|p| tables.column(&p.text).is_some()).count() < 2 {
        return None;
    }
    let mut next = i + 1;
    while let Some(more) = rows.get(next).filter(|r| matches!(r.layout, Layout::Words | Layout::Lone) && next < i + 3) {
        let more = more.pieces();
        let (Some(last), Some(first)) = (pieces.last(), more.first()) else { break };
        let joined = format!("{}{}", last.text, first.text);
        let broken = tables.column(&first.text).is_none() && tables.column(&joined).is_some();
        let rest: Vec<Piece> = more[usize::from(broken)..].iter().flat_map(|p| parted(p, tables)).collect();
        if !rest.iter().all(|p| tables.column(&p.text).is_some()) || !broken && rest.is_empty() {
            break;
        }
        if broken {
            let span = last.span.join(first.span);
            pieces.pop();
            pieces.push(Piece { span, text: joined });
        }
        pieces.extend(rest);
        next += 1;
    }
    let columns: Vec<Option<Column>> = pieces.iter().map(|p| tables.column(&p.text)).collect();
    let known = columns.iter().flatten().count();
    let columns: Vec<Column> = columns.into_iter().map(|c| c.unwrap_or(Column::Other)).collect();
    whole(&columns, known).then_some((Header { columns, at: Vec::new(), layout: Layout::Words }, next))
}

/// One header cell a line, each perhaps broken over two or three.
fn lone(rows: &[Row], i: usize, tables: &Tables) -> Option<(Header, usize)> {
    let mut columns = Vec::new();
    let mut at = i;
    loop {
        let mut text = String::new();
        let mut found = None;
        for (n, row) in rows[at..].iter().take(3).enumerate() {
            let Some(cell) = row.cells.first().filter(|_| row.layout == Layout::Lone) else { break };
            // A word of its own begins no other one's end.
            if n > 0 && tables.column(&cell.piece.text).is_some() && tables.column(&text).is_some() {
                break;
            }
            text.push_str(&cell.piece.text);
            if let Some(column) = tables.column(&text) {
                found = Some((column, at + n + 1));
            }
        }
        let Some((column, next)) = found else { break };
        columns.push(column);
        at = next;
    }
    whole(&columns, columns.len()).then_some((Header { columns, at: Vec::new(), layout: Layout::Lone }, at))
}

/// `一级指标二级指标三级指标年度指标值`: headers that ran together; the piece itself where it is one word or not known.
fn parted(piece: &Piece, tables: &Tables) -> Vec<Piece> {
    let text = piece.text.as_str();
    if tables.column(text).is_some() || text.len() < 30 || text.len() > 300 {
        return vec![piece.clone()];
    }
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let ends = text[at..].char_indices().map(|(n, c)| at + n + c.len_utf8());
        let end = ends.take_while(|e| e - at <= 90).filter(|e| tables.column(&text[at..*e]).is_some()).max();
        let Some(end) = end else { return vec![piece.clone()] };
        // The places inside one piece are never cited: the whole piece stands for each.
        out.push(Piece { span: piece.span, text: text[at..end].to_owned() });
        at = end;
    }
    out
}
