//! Plain text: bytes in, a [`Document`] out.
//!
//! A paragraph is normally one physical line. Lines are joined into one block where [`super::wrap`] says that they were broken
//! to fit a page, and where a number or a sentence is certainly broken.

use sha2::{Digest, Sha256};

use super::line::{self, Row};
use super::{ReadError, decode, furniture, wrap};
use crate::model::{Block, BlockKind, Document, Format, Source, Span};
use crate::text::fold::Folder;

/// Reads `bytes` as plain text.
pub(super) fn read(mut source: Source, bytes: &[u8]) -> Result<Document, ReadError> {
    let decoded = decode::decode(bytes)?;
    let text = decoded.text;
    let (lines, rows) = line::lines(&text);
    if rows.is_empty() {
        let message = "holds no text at all; check whether the file was saved or converted completely".into();
        return Err(ReadError { id: "read.empty", message });
    }
    source.format = Format::Text;
    source.encoding = Some(decoded.encoding);
    source.sha256 = hex(&Sha256::digest(bytes));
    source.bytes = bytes.len() as u64;
    source.pages = rows.last().map_or(1, |r| lines[r.line as usize].page);

    let aside = furniture::find(&text, &rows);
    let kept: Vec<u32> = (0..rows.len() as u32).filter(|&i| !aside[i as usize]).collect();
    let joins = wrap::joins(&text, &rows, &kept);
    let (blocks, view) = blocks(&text, &rows, &aside, &kept, &joins);
    Ok(Document { source, text, lines, blocks, view, notes: decoded.notes, edges: Vec::new(), crops: Vec::new() })
}

/// Blocks in reading order with their folded view. `joins[i]` says that `kept[i]` goes on with the paragraph of `kept[i - 1]`.
fn blocks(
    text: &str,
    rows: &[Row],
    aside: &[bool],
    kept: &[u32],
    joins: &[bool],
) -> (Vec<Block>, crate::model::Folded) {
    let mut folder = Folder::new(text);
    let mut blocks = Vec::with_capacity(rows.len());
    // Furniture before `next` is placed.
    let mut next = 0usize;
    let mut place = |blocks: &mut Vec<Block>, until: usize| {
        while next < until {
            if aside[next] {
                blocks.push(Block { kind: BlockKind::Furniture, span: rows[next].span, view: Span::default() });
            }
            next += 1;
        }
    };
    let mut i = 0;
    while i < kept.len() {
        let mut end = i + 1;
        while end < kept.len() && joins[end] {
            end += 1;
        }
        let (first, last) = (kept[i] as usize, kept[end - 1] as usize);
        place(&mut blocks, first);
        let view = folder.block(kept[i..end].iter().map(|&r| rows[r as usize].span));
        blocks.push(Block { kind: BlockKind::Prose, span: rows[first].span.join(rows[last].span), view });
        i = end;
    }
    place(&mut blocks, rows.len());
    (blocks, folder.finish())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_source_says_how_it_was_read() {
        let doc = read(Source { path: "a.txt".into(), ..Source::default() }, "一、概况\n\x0c二、支出\n\x0c".as_bytes())
            .unwrap();
        assert_eq!(doc.source.sha256.len(), 64);
        assert_eq!((doc.source.pages, doc.source.bytes, doc.source.encoding), (2, 28, Some("utf-8")));
        assert_eq!(doc.lines.iter().map(|l| (l.number, l.page)).collect::<Vec<_>>(), [(1, 1), (2, 2)]);
        assert_eq!(doc.view.text, "一、概况\n二、支出");
    }

    #[test]
    fn the_hash_is_that_of_the_bytes() {
        let doc = read(Source::default(), b"abc").unwrap();
        assert_eq!(doc.source.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_file_without_text_is_a_problem() {
        for bytes in [&b""[..], b" \n\t\r\n", "\u{feff}　\n\u{200b}".as_bytes()] {
            assert_eq!(read(Source::default(), bytes).unwrap_err().id, "read.empty");
        }
    }

    #[test]
    fn furniture_between_two_lines_of_a_paragraph_lies_inside_its_hull() {
        let doc = read(Source::default(), "公用经费31.\n- 4 -\n62万元。".as_bytes()).unwrap();
        assert_eq!(doc.blocks.len(), 2);
        assert_eq!((&doc.blocks[0].kind, &doc.blocks[1].kind), (&BlockKind::Prose, &BlockKind::Furniture));
        assert!(doc.blocks[0].span.contains(doc.blocks[1].span));
        assert!(doc.blocks[1].view.is_empty());
    }

    fn sound(doc: &Document) -> Result<(), TestCaseError> {
        let shown = |s: Span| {
            s.of(&doc.text).chars().any(|c| !crate::text::fold::is_blank(c) && !crate::text::fold::is_dropped(c))
        };
        for line in &doc.lines {
            prop_assert!(!line.span.of(&doc.text).contains('\n'));
            let owners = doc.blocks.iter().filter(|b| {
                let furniture = doc.blocks.iter().any(|f| f.kind == BlockKind::Furniture && line.span.contains(f.span));
                shown(line.span)
                    && (b.kind == BlockKind::Furniture) == furniture
                    && b.span.start < line.span.end
                    && line.span.start < b.span.end
            });
            prop_assert_eq!(owners.count(), usize::from(shown(line.span)));
        }
        let views: Vec<_> =
            doc.blocks.iter().filter(|b| b.kind != BlockKind::Furniture).map(|b| b.view.of(&doc.view.text)).collect();
        prop_assert_eq!(views.join("\n"), doc.view.text.as_str());
        prop_assert!(doc.blocks.windows(2).all(|w| w[0].span.start < w[1].span.start));
        Ok(())
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(doc) = read(Source::default(), &bytes) {
                sound(&doc)?;
            }
        }

        #[test]
        fn any_lines_become_blocks(
            lines in prop::collection::vec(
                prop_oneof![
                    "[0-9]{1,3}", "[0-9]{1,4}[.,，][0-9]{0,3}", "- [0-9] -", "(万元|元|%)[，。]?", "[0-9．]{1,4}万元", "",
                    "[一二三（）、.0-9]{1,4}[预算支出情况]{2,6}", "[支出预算，、。；0-9]{15,40}", "\x0c?[预算]{1,30}报告", any::<String>(),
                    "[预算支出万元１２．]{26,29}", "第[0-9 ]{1,3}页?", "[（(第附][0-9一十件表部分]{0,4}[)）]?",
                ],
                0..80,
            ),
        ) {
            if let Ok(doc) = read(Source::default(), lines.join("\n").as_bytes()) {
                sound(&doc)?;
            }
        }
    }
}
