//! Lines of reports and what we make of them.

mod golden;
mod heading;
mod lost;
mod random;
mod tree;

use crate::model::{Anchor, Block, BlockKind, Document, Folded, Outline, Span};
use crate::patterns::Patterns;

/// A document with one block a line that is not blank, and a plain folding: width, and no spaces.
pub(super) fn document(text: &str) -> Document {
    let mut view = Folded::default();
    let mut blocks = Vec::new();
    let mut at = 0;
    let mut delta = i64::MIN;
    let mut put = |view: &mut Folded, c: char, print: usize| {
        let here = print as i64 - view.text.len() as i64;
        if here != delta {
            delta = here;
            view.anchors.push(Anchor { view: view.text.len() as u32, print: print as u32 });
        }
        view.text.push(c);
    };
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let kept = line.trim();
        if kept.is_empty() {
            continue;
        }
        if !view.text.is_empty() {
            put(&mut view, '\n', start.saturating_sub(1));
        }
        let from = view.text.len();
        let first = start + line.find(kept).unwrap_or(0);
        for (i, c) in kept.char_indices() {
            let folded = match c {
                '，' | '；' | '！' | '？' => Some(c),
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
                c if c.is_whitespace() => {
                    let (before, after) = (kept[..i].chars().next_back(), kept[i..].trim_start().chars().next());
                    let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                    (ascii(before) && ascii(after)).then_some(' ')
                }
                c => Some(c),
            };
            if let Some(c) = folded {
                put(&mut view, c, first + i);
            }
        }
        let view_span = Span::new(from, view.text.len());
        blocks.push(Block { kind: BlockKind::Prose, span: Span::new(first, first + kept.len()), view: view_span });
    }
    view.anchors.push(Anchor { view: view.text.len() as u32, print: text.len() as u32 });
    Document { text: text.to_owned(), blocks, view, ..Document::default() }
}

/// Each section as `depth label [number] title = topics`; `~` marks a recovered number.
pub(super) fn show(text: &str) -> Vec<String> {
    let doc = document(text);
    let outline = crate::outline::outline(&doc, &Patterns::builtin());
    check(&doc, &outline);
    outline
        .sections
        .iter()
        .map(|s| {
            let label = s.label.map_or("", |l| l.of(&doc.text));
            let number =
                s.number.map_or("-".to_owned(), |n| format!("{}{}", if n.recovered { "~" } else { "" }, n.value));
            format!("{} {label}[{number}] {}", s.depth, s.title.of(&doc.text))
        })
        .collect()
}

/// What holds for every outline.
pub(super) fn check(doc: &Document, outline: &Outline) {
    assert!(!outline.parts.is_empty());
    assert_eq!(outline.parts[0].span.start, 0);
    assert_eq!(outline.parts.last().map(|p| p.span.end as usize), Some(doc.text.len()));
    for pair in outline.parts.windows(2) {
        assert_eq!(pair[0].span.end, pair[1].span.start);
        assert_eq!(pair[0].sections.end, pair[1].sections.start);
    }
    let mut before = 0;
    for section in &outline.sections {
        for span in [section.title, section.heading, section.body].into_iter().chain(section.label) {
            assert!(doc.text.get(span.range()).is_some(), "{span:?}");
        }
        assert!(section.heading.start >= before, "headings stand in print order");
        before = section.heading.end;
        assert!(section.depth >= 1);
        if let Some(parent) = section.parent {
            assert!(outline.sections[parent as usize].depth < section.depth);
        }
        assert!(section.number.is_none_or(|n| !n.recovered || section.label.is_none()));
    }
}
