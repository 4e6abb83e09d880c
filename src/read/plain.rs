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
    Ok(Document { source, text, lines, blocks, view, notes: decoded.notes })
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

fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}
