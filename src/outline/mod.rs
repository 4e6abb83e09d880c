//! A document in, its numbered sections out. Decides nothing about amounts.
//!
//! Blocks become lines (`line`); titles of papers and tables of contents are set aside (`part`, `contents`); what is left
//! gives candidates with their evidence (`item`, `marker`); siblings settle the doubtful ones; `tree` gives depth and number
//! and puts lines that lost their number where the sequence has room for them.

mod contents;
mod item;
mod line;
mod list;
mod marker;
mod part;
mod topic;
mod tree;
mod weigh;

#[cfg(test)]
mod tests;

use crate::model::{Document, Outline, Part, Section, Span};
use crate::patterns::Patterns;

use item::{Item, Scanner};
use line::Line;

/// The outline of `doc`: parts (reports), sections with recovered numbers, tables of contents.
///
/// `（一）` / `基本支出情况` / `项目支出情况` / `政府性基金预算支出情况` / `六、` gives back the （二） and the 三 that the file lost.
pub fn outline(doc: &Document, patterns: &Patterns) -> Outline {
    let text = doc.view.text.as_str();
    let mut lines = line::lines(doc);
    let runs = contents::mark(text, &mut lines, &patterns.numbering);
    let titles = part::titles(text, &mut lines, patterns);
    let scanner = Scanner { view: &doc.view, lines: &lines, patterns, items: Vec::new(), chapters: false };
    let mut items = scanner.scan();
    list::tidy(text, &mut items);
    list::settle(&mut items);
    let starts = part::starts(text, &titles, &items, &lines);
    let print = |start: usize, end: usize| doc.view.to_print(Span::new(start, end), &doc.text);

    let mut outline = Outline::default();
    for (first, last) in runs {
        outline.contents.push(print(lines[first].view.0, lines[last].view.1));
    }
    for (n, begin) in starts.iter().enumerate() {
        let (first, until) = (begin.line, starts.get(n + 1).map_or(lines.len(), |next| next.line));
        let title = begin.title.map(|t| &titles[t]);
        let title = title.map(|t| print(lines[t.first].view.0, lines[t.last].view.1));
        // The first report begins with the file, whatever stands before its title.
        let start = if n == 0 { 0 } else { lines[first].view.0 };
        let end = lines.get(until).map_or(text.len(), |l| l.view.0);
        let from = outline.sections.len() as u32;
        let range = span_of(&items, first, until);
        let placed = tree::place(&items, range, &patterns.topics);
        sections(doc, patterns, &items, &placed, end, &lines, &mut outline.sections);
        let printed = |view: usize, default: u32| {
            if view == 0 || view >= text.len() { default } else { doc.view.print_at(view as u32) }
        };
        outline.parts.push(Part {
            span: Span { start: printed(start, 0), end: printed(end, doc.text.len() as u32) },
            view: Span::new(start, end),
            title,
            sections: from..outline.sections.len() as u32,
        });
    }
    outline
}

/// The items on lines `first..until`.
fn span_of(items: &[Item], first: usize, until: usize) -> std::ops::Range<usize> {
    items.partition_point(|i| i.line < first)..items.partition_point(|i| i.line < until)
}

/// Turns placed headings into sections of the report that ends at view offset `end`.
fn sections(
    doc: &Document,
    patterns: &Patterns,
    items: &[Item],
    placed: &[tree::Placed],
    end: usize,
    lines: &[Line],
    out: &mut Vec<Section>,
) {
    let text = doc.view.text.as_str();
    let print = |(start, end): (usize, usize)| doc.view.to_print(Span::new(start, end), &doc.text);
    let mut parents: Vec<u32> = Vec::new();
    let mut topics = topic::Inherit::new(&patterns.topics);
    for (n, p) in placed.iter().enumerate() {
        let item = &items[p.item];
        parents.truncate(usize::from(p.depth) - 1);
        let until = placed.get(n + 1).map_or(end, |next| items[next.item].at).max(item.body);
        // A table of contents or the next paper's title ends the text too.
        let until = lines[item.line..]
            .iter()
            .take_while(|l| l.view.0 < until)
            .find(|l| l.role == line::Role::Contents && l.view.0 >= item.body)
            .map_or(until, |l| l.view.0);
        let body = trim(text, item.body.min(until), until);
        let view = Span::new(body.0, body.1);
        let id = out.len() as u32;
        out.push(Section {
            depth: p.depth,
            parent: parents.last().copied(),
            label: item.label.map(print),
            number: p.number,
            title: print(item.title),
            heading: print((item.label.map_or(item.at, |l| l.0), item.title.1)),
            body: print(body),
            view,
            topics: topics.of(p.depth, item),
        });
        parents.push(id);
    }
}

/// The stretch without white space around it.
fn trim(text: &str, start: usize, end: usize) -> (usize, usize) {
    let whole = &text[start..end];
    let from = start + (whole.len() - whole.trim_start().len());
    let whole = whole.trim();
    (from, from + whole.len())
}
