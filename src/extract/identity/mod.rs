//! Who reports, on which year, under which title, in which family of papers.
//!
//! Looks at the first and last lines of a part, folded; gives back what is printed there. What is not printed is absent.

mod org;
mod title;
mod year;

use crate::model::{Document, FamilyId, Outline, Part, Printed, Span};
use crate::patterns::{Families, Patterns};

/// What a report says about itself.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What kind of paper it is.
    pub family: FamilyId,
    /// Its title, over the lines it is broken into.
    pub title: Option<Printed>,
    /// The organisation that reports.
    pub org: Option<Printed>,
    /// The fiscal year it reports on.
    pub year: Option<i16>,
}

/// Reads title, organisation, year and family of one part of a document.
pub fn identity(doc: &Document, outline: &Outline, part: &Part, patterns: &Patterns) -> Identity {
    let families = &patterns.families;
    let page = Page::new(doc, outline, part, families);
    let title = title::find(&page, part, families);
    let flat = title.as_ref().map(|t| Flat::of(&page, &t.pieces));
    let words = flat.as_ref().map_or("", |f| f.text.as_str());
    Identity {
        family: families.of(words, page.beginning()),
        title: flat.as_ref().map(|f| f.printed(&page, 0..f.text.len())),
        org: org::find(&page, title.as_ref(), flat.as_ref(), families),
        year: year::find(&page, title.as_ref(), words),
    }
}

/// A line of the folded view.
#[derive(Clone, Copy, Debug)]
struct Row<'a> {
    /// Where it starts in the view.
    at: u32,
    text: &'a str,
}

impl Row<'_> {
    fn span(&self) -> Span {
        Span::new(self.at as usize, self.at as usize + self.text.len())
    }

    fn chars(&self) -> usize {
        self.text.chars().count()
    }
}

/// What identity looks at: the lines of a part.
struct Page<'a> {
    doc: &'a Document,
    /// The part in the view.
    text: &'a str,
    at: u32,
    /// Its first lines.
    head: Vec<Row<'a>>,
    /// Where its first section starts in the view, where the outline found any.
    body: Option<u32>,
    /// Tables of contents, in the view.
    contents: Vec<Span>,
}

impl<'a> Page<'a> {
    /// A cover, a table of contents and the fields of a form take no more lines.
    const HEAD: usize = 80;

    fn new(doc: &'a Document, outline: &Outline, part: &Part, families: &Families) -> Self {
        let text = doc.view.text.get(part.view.range()).unwrap_or("");
        let at = part.view.start;
        let sections = outline.sections.get(part.sections.start as usize..part.sections.end as usize).unwrap_or(&[]);
        let body = sections.first().map(|s| doc.view.view_at(s.heading.start));
        let contents = outline.contents.iter().map(|s| view_of(doc, *s)).collect();
        let head = rows(text, at).take(Self::HEAD).flat_map(|row| cells(doc, row, families)).collect();
        Page { doc, text, at, head, body, contents }
    }

    /// The beginning of the text, enough to tell what it is.
    fn beginning(&self) -> &'a str {
        cut(self.text, 20_000)
    }
    fn rows(&self) -> impl Iterator<Item = Row<'a>> + use<'a> {
        rows(self.text, self.at)
    }

    fn in_contents(&self, row: &Row) -> bool {
        self.contents.iter().any(|c| c.start <= row.at && row.at < c.end)
    }
}

/// The lines of a view; cells that pipes part are lines of their own.
fn rows(text: &str, at: u32) -> impl Iterator<Item = Row<'_>> {
    let mut from = 0;
    let ends = memchr::memchr2_iter(b'\n', b'|', text.as_bytes()).chain(std::iter::once(text.len()));
    ends.map(move |end| {
        let row = Row { at: at + from as u32, text: &text[from..end] };
        from = end + 1;
        row
    })
    .filter(|r| !r.text.is_empty())
}

/// A line whose words are parted by single spaces (`主管部门 某县财政局 实施单位 某县信息中心`), which folding drops: its cells, if
/// one of them is a label of an organisation.
fn cells<'a>(doc: &Document, row: Row<'a>, families: &Families) -> Vec<Row<'a>> {
    let text = row.text;
    if text.len() > 240
        || memchr::memchr(b':', text.as_bytes()).is_some()
        || text.contains('。')
        || !(text.contains("单位") || text.contains("部门"))
    {
        return vec![row];
    }
    let mut cells = Vec::new();
    let (mut start, mut end) = (0, None);
    for (i, c) in text.char_indices() {
        let print = doc.view.print_at(row.at + i as u32) as usize;
        let gap = end.is_some_and(|end: usize| {
            doc.text.get(end..print).is_some_and(|g| g.contains([' ', '\u{3000}', '\t', '\u{a0}']))
        });
        if gap && i > start {
            cells.push(Row { at: row.at + start as u32, text: text[start..i].trim() });
            start = i;
        }
        end = doc.text[print..].chars().next().map(|p| print + p.len_utf8()).filter(|_| c != ' ').or(end);
    }
    let rest = text[start..].trim_start();
    cells.push(Row { at: row.at + (text.len() - rest.len()) as u32, text: rest });
    let label = |cell: &Row| {
        cell.text.len() >= 12 && families.org_label(cell.text).is_some_and(|(_, end)| end == cell.text.len())
    };
    if cells.iter().any(label) { cells } else { vec![row] }
}

/// The stretch of the view that a stretch of the print became.
fn view_of(doc: &Document, span: Span) -> Span {
    let start = doc.view.view_at(span.start);
    Span { start, end: doc.view.view_at(span.end).max(start) }
}

/// At most `bytes` of `text`.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Stretches of the view put together without line breaks and spaces, with the way back.
struct Flat {
    text: String,
    /// Where each character starts: in `text`, in the view.
    at: Vec<(u32, u32)>,
}

impl Flat {
    /// A space stays only between two ASCII letters or digits.
    fn of(page: &Page, pieces: &[Span]) -> Self {
        let view = &page.doc.view.text;
        let mut flat = Flat { text: String::new(), at: Vec::new() };
        for piece in pieces {
            let start = piece.start;
            let text = piece.of(view);
            for (i, c) in text.char_indices() {
                let around = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                if c == '\n'
                    || c == ' ' && !(around(text[..i].chars().next_back()) && around(text[i + 1..].chars().next()))
                {
                    continue;
                }
                flat.at.push((flat.text.len() as u32, start + i as u32));
                flat.text.push(c);
            }
        }
        flat
    }

    /// The characters behind `range` of the text as they are printed.
    fn printed(&self, page: &Page, range: std::ops::Range<usize>) -> Printed {
        let doc = page.doc;
        let mut text = String::with_capacity(range.len() + 8);
        let mut span: Option<Span> = None;
        for &(_, view) in self.at.iter().filter(|(at, _)| range.contains(&(*at as usize))) {
            let print = doc.view.print_at(view);
            let Some(c) = doc.text[print as usize..].chars().next() else { continue };
            text.push(if crate::text::fold::is_blank(c) { ' ' } else { c });
            let here = Span { start: print, end: print + c.len_utf8() as u32 };
            span = Some(span.map_or(here, |s| s.join(here)));
        }
        Printed { text, span: span.unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests;
