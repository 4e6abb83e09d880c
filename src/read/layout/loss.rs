//! Pages in, out what cannot be read on them: characters without a value, private-use characters, pictures without text. Every
//! loss is a note with its number and its pages; none becomes text.

use super::row::Store;
use super::sheet::{Kept, Piece};
use crate::model::Note;
use crate::read::page::Page;

/// What was lost, by kind.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// Characters without a value, by page.
    unmapped: Vec<(u32, u64)>,
    /// Pages that were left out because most of their characters have no value.
    garbled: Vec<(u32, u64)>,
    /// Private-use characters, by page.
    private_use: Vec<(u32, u64)>,
    /// Pages that are pictures without text.
    pictures: Vec<(u32, u64)>,
    /// The same, though someone who reads pictures was asked.
    silent: Vec<(u32, u64)>,
    /// Pages whose text is another program's reading of a picture: its characters.
    recognised: Vec<(u32, u64)>,
    /// Pages that could not be read to their end.
    cut: Vec<(u32, u64)>,
}

impl Losses {
    /// Looks at a page and at what was read of it. A page of characters without value gives no text at all.
    pub fn page(&mut self, page: &Page, kept: &Kept, store: &Store, pieces: &mut Vec<Piece>) {
        let add = |list: &mut Vec<(u32, u64)>, count: usize| {
            if count > 0 {
                list.push((page.number, count as u64));
            }
        };
        let unmapped = page.unmapped as usize;
        if page.is_garbled() {
            pieces.truncate(kept.first);
            let list = if page.tried { &mut self.silent } else { &mut self.garbled };
            add(list, if page.tried { 1 } else { unmapped });
        } else {
            add(&mut self.unmapped, unmapped);
        }
        add(&mut self.private_use, page.private_use as usize);
        let recognised: usize = pieces[kept.first..]
            .iter()
            .flat_map(super::table::strips)
            .filter_map(|s| store.strips.get(s as usize))
            .filter(|s| s.hidden)
            .map(|s| store.of(s).chars().count())
            .sum();
        add(&mut self.recognised, recognised);
        let list = if page.tried { &mut self.silent } else { &mut self.pictures };
        add(list, usize::from(page.is_picture() && recognised == 0));
        add(&mut self.cut, usize::from(page.cut));
    }

    /// Whether pages are pictures.
    pub fn scanned(&self) -> usize {
        self.pictures.len() + self.garbled.len() + self.silent.len()
    }

    /// Whether someone who reads pictures was asked for one of them.
    pub fn tried(&self) -> bool {
        !self.silent.is_empty()
    }

    /// What is said of it.
    pub fn notes(&self, out: &mut Vec<Note>) {
        let mut note = |id: &'static str, list: &[(u32, u64)], message: &dyn Fn(u64, String) -> String| {
            if !list.is_empty() {
                let count = list.iter().map(|l| l.1).sum();
                out.push(Note { id, count, message: message(count, pages(list)), span: None });
            }
        };
        note("pdf.picture", &self.pictures, &|n, pages| {
            format!("{n} pages are pictures without text ({pages}) and need OCR: add --ocr")
        });
        note("ocr.nothing", &self.silent, &|n, pages| {
            format!("{n} pages are pictures on which OCR read no text ({pages}): look at them in a viewer")
        });
        note("pdf.garbled", &self.garbled, &|n, pages| {
            format!(
                "{n} characters have no Unicode value in their fonts; the pages that are made of them ({pages}) are left out \
                 and need OCR: add --ocr"
            )
        });
        note("pdf.unmapped", &self.unmapped, &|n, pages| {
            format!(
                "{n} characters have no Unicode value in their fonts and stand as U+FFFD ({pages}); such pages need OCR: add --ocr"
            )
        });
        note("pdf.private_use", &self.private_use, &|n, pages| {
            format!(
                "{n} characters are private-use code points of some font and cannot be read ({pages}); such pages need OCR: add --ocr"
            )
        });
        note("pdf.ocr_layer", &self.recognised, &|n, pages| {
            format!(
                "{n} characters come from the OCR layer of scanned pages ({pages}); figures there may be misread: look at the page"
            )
        });
        note("pdf.cut", &self.cut, &|n, pages| {
            format!(
                "{n} pages could not be read to their end ({pages}); open the file in a viewer to see what is missing"
            )
        });
    }
}

/// `page 3`, `pages 1–4, 7`; long lists are cut.
fn pages(list: &[(u32, u64)]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for (page, _) in list {
        match runs.last_mut() {
            Some(last) if last.1 + 1 == *page => last.1 = *page,
            _ => runs.push((*page, *page)),
        }
    }
    let shown: Vec<String> =
        runs.iter().take(8).map(|(a, b)| if a == b { a.to_string() } else { format!("{a}–{b}") }).collect();
    let more = if runs.len() > 8 { ", …" } else { "" };
    format!("{} {}{more}", if list.len() == 1 { "page" } else { "pages" }, shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_listed_as_runs() {
        let list: Vec<(u32, u64)> = [1, 2, 3, 7].iter().map(|p| (*p, 1)).collect();
        assert_eq!(pages(&list), "pages 1–3, 7");
        assert_eq!(pages(&list[3..]), "page 7");
    }
}
