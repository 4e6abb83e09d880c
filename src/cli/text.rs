//! `hedui text`: the text as read, the words in it, or its blocks.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use super::args::{Global, Text};
use super::inputs::{Inputs, Walk, shown};
use super::lang::Say;
use super::terminal::{FAILED, Terminal};
use crate::model::{BlockKind, Document, Format, Span};
use crate::patterns::Patterns;
use crate::pipeline::{self, Input, Options, Outcome, Problem};

/// Runs the command.
pub fn run(global: &Global, text: &Text, terminal: &Terminal) -> ExitCode {
    let patterns = match super::patterns(terminal, global.patterns.as_deref()) {
        Ok(patterns) => patterns,
        Err(code) => return code,
    };
    let options = match global.options(terminal) {
        Ok(options) => options,
        Err(code) => return code,
    };
    match document(&options, &text.file, &patterns) {
        Ok(document) => {
            let shown = match (text.words, text.layout) {
                (true, _) => words(&document, &patterns),
                (_, true) => layout(&document),
                (false, false) => return terminal.product(|out| out.write_all(document.text.as_bytes())),
            };
            terminal.product(|out| out.write_all(shown.as_bytes()))
        }
        Err(problem) => {
            terminal.insist(Say::Problem(&problem));
            ExitCode::from(FAILED)
        }
    }
}

/// The file, read; refused with the same words as in a run over many.
fn document(options: &Options, file: &Path, patterns: &Arc<Patterns>) -> Result<Arc<Document>, Problem> {
    let input: Box<dyn Iterator<Item = Input>> = if file.as_os_str() == "-" {
        Box::new(Inputs::new(Walk::new(&[file.to_owned()], Arc::default()), options.max_bytes, Arc::default()))
    } else {
        // Not walked: a folder is refused here.
        Box::new(std::iter::once(Input::File { path: file.to_owned(), shown: shown(file) }))
    };
    let mut result = None;
    let keep = |outcome: Outcome, ()| {
        result = Some(match outcome {
            Outcome::Read(reports) => reports.first().map(|report| report.document.clone()).ok_or_else(|| Problem {
                shown: shown(file),
                id: "internal",
                message: "internal error: no record came of it; please report it with this file".into(),
            }),
            Outcome::Failed(problem) => Err(problem),
        });
        Ok::<(), std::convert::Infallible>(())
    };
    // Neither can it be cancelled nor can `keep` fail.
    let _ = pipeline::run(input, patterns, options, &(), |_| (), keep);
    result
        .unwrap_or_else(|| Err(Problem { shown: shown(file), id: "file.unreadable", message: "cannot be read".into() }))
}

/// Words parted by spaces, a block a line.
fn words(document: &Document, patterns: &Patterns) -> String {
    let mut out = String::with_capacity(document.view.text.len() * 4 / 3);
    for block in document.view.text.lines() {
        let words = patterns.words.dictionary.segment(block);
        out += &words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        out.push('\n');
    }
    out
}

/// Every block on a line: its page (in paged formats) and lines, its kind, its text. Cells of a table are parted by `|`, its rows
/// by `||`; a cell that covers several rows or columns says so (`2×1`).
fn layout(document: &Document) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        let first = line(document, block.span.start);
        let last = line(document, block.span.end.max(block.span.start + 1) - 1);
        let page = match document.source.format {
            Format::Text => String::new(),
            _ => format!("{}:", page(document, block.span.start)),
        };
        let _ = write!(out, "{page}{first}-{last}\t");
        let print = |span: Span| span.of(&document.text).split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = match &block.kind {
            BlockKind::Prose => writeln!(out, "prose\t{}", block.view.of(&document.view.text)),
            BlockKind::Furniture => writeln!(out, "furniture\t{}", print(block.span)),
            BlockKind::Table(cells) => {
                let mut shown = String::new();
                let mut row = 0;
                for (i, cell) in cells.iter().enumerate() {
                    if i > 0 {
                        shown += if cell.row == row { " | " } else { " || " };
                    }
                    row = cell.row;
                    if cell.rows > 1 || cell.columns > 1 {
                        let _ = write!(shown, "[{}×{}] ", cell.rows, cell.columns);
                    }
                    shown += &print(cell.span);
                }
                writeln!(out, "table\t{shown}")
            }
        };
    }
    out
}

fn page(document: &Document, byte: u32) -> u32 {
    let at = document.lines.partition_point(|line| line.span.start <= byte).saturating_sub(1);
    document.lines.get(at).map_or(1, |line| line.page)
}

fn line(document: &Document, byte: u32) -> u32 {
    let at = document.lines.partition_point(|line| line.span.start <= byte).saturating_sub(1);
    document.lines.get(at).map_or(1, |line| line.number)
}
