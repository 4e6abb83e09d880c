//! The bytes of a PDF file in, its pages as painted out. Knows nothing of lines, words or reports.
//!
//! One way leads through here: `file` opens the bytes with the first of its readers that can, `tree` finds the pages, `content`
//! runs what a page paints, `font` says which characters that is, `path` which lines, and `spell` what they are meant to be.

mod cmap;
mod content;
mod file;
mod filter;
mod font;
mod hayro;
mod lexer;
mod lopdf;
mod matrix;
mod names;
mod object;
mod path;
mod program;
pub(super) mod render;
mod salvage;
mod spell;
mod tounicode;
mod tree;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use self::content::Painter;
use self::file::File;
use self::font::Font;
use self::matrix::Matrix;
use self::object::{Dict, Id, Object};
use self::tree::{Sheet, Tree};
use super::ReadError;
use super::page::Page;
use crate::model::{Crop, Note};

/// How many fonts of a file are kept. Browsers make some 150 of one typeface.
const FONTS: usize = 8192;
/// How many characters are read of one file: some 50,000 full pages.
const CHARACTERS: u64 = 64 << 20;

/// The fonts of a file, each read once.
#[derive(Default)]
struct Fonts {
    by_id: FxHashMap<Id, Rc<Font>>,
    /// Fonts that stand in the resources themselves.
    direct: Vec<(Dict, Rc<Font>)>,
    met: usize,
}

impl Fonts {
    fn get(&mut self, file: &File, font: &Object) -> Option<Rc<Font>> {
        let id = font.reference();
        if let Some(known) = id.and_then(|id| self.by_id.get(&id)) {
            return Some(known.clone());
        }
        let dict = file.resolve(font)?.dict()?.clone();
        if id.is_none()
            && let Some((_, known)) = self.direct.iter().find(|(own, _)| *own == dict)
        {
            return Some(known.clone());
        }
        if self.by_id.len() + self.direct.len() >= FONTS {
            self.by_id.clear();
            self.direct.clear();
        }
        let font = Rc::new(Font::new(file, &dict, u16::try_from(self.met).unwrap_or(u16::MAX)));
        self.met += 1;
        match id {
            Some(id) => drop(self.by_id.insert(id, font.clone())),
            None => self.direct.push((dict, font.clone())),
        }
        Some(font)
    }
}

/// The pages of a file in order, each made when it is asked for, so that a long file does not hold all its glyphs.
pub(super) struct Pages {
    file: File,
    tree: Tree,
    fonts: Fonts,
    next: usize,
    /// Layers that are switched off.
    off: Vec<Id>,
    characters: u64,
    lost: Lost,
}

/// What was lost on the way, pages counted.
#[derive(Default)]
struct Lost {
    cut: u64,
    first_cut: u32,
}

impl Pages {
    /// How many pages the iterator gives.
    pub fn total(&self) -> u32 {
        self.tree.leaves.len() as u32
    }

    /// What was lost in reading, complete when the last page is taken. What single pages lack is told by them.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut note = |id, count: u64, message: String| {
            if count > 0 {
                notes.push(Note { id, count, message, span: None });
            }
        };
        let repaired = self.file.repaired || self.tree.strayed;
        let order = if self.tree.strayed { "; the order of its pages is that of the file" } else { "" };
        note(
            "pdf.repaired",
            u64::from(repaired),
            format!(
                "the file is damaged and was put together again from its pieces: check that no page is missing{order}"
            ),
        );
        note(
            "pdf.cut",
            self.lost.cut,
            format!(
                "{} pages (the first is page {}) are damaged or larger than what is read; parts of them are missing",
                self.lost.cut, self.lost.first_cut
            ),
        );
        note(
            "pdf.too_many_pages",
            u64::from(self.tree.cut),
            format!("only the first {} pages are read; split the file", self.total()),
        );
        notes
    }
}

impl Iterator for Pages {
    type Item = Page;

    fn next(&mut self) -> Option<Page> {
        let leaf = self.tree.leaves.get(self.next)?.clone();
        self.next += 1;
        let sheet = leaf.sheet(&self.file);
        let [left, bottom, right, top] = sheet.shown;
        let (width, height) = (right - left, top - bottom);
        let (width, height) = if sheet.turns % 2 == 0 { (width, height) } else { (height, width) };
        let crop = Crop { shown: sheet.shown.map(|n| n as f32), turns: sheet.turns };
        let (width, height) = (width as f32, height as f32);
        let mut page = Page { number: self.next as u32, width, height, crop, ..Page::default() };
        if self.characters > CHARACTERS {
            page.cut = true;
        } else {
            self.paint(&sheet, &mut page);
        }
        self.characters += page.glyphs.len() as u64;
        if page.cut {
            if self.lost.cut == 0 {
                self.lost.first_cut = page.number;
            }
            self.lost.cut += 1;
        }
        Some(page)
    }
}

impl Pages {
    fn paint(&mut self, sheet: &Sheet, page: &mut Page) {
        let mut content = Vec::new();
        for stream in sheet.contents.iter().filter_map(Object::stream) {
            match self.file.data(stream) {
                Some(data) => {
                    page.cut |= data.cut;
                    content.extend_from_slice(&data.bytes);
                    content.push(b'\n');
                }
                None => page.cut = true,
            }
            if content.len() > file::STREAM {
                page.cut = true;
                break;
            }
        }
        let [left, bottom, right, top] = sheet.shown;
        let base = Matrix(match sheet.turns {
            0 => [1.0, 0.0, 0.0, -1.0, -left, top],
            1 => [0.0, 1.0, 1.0, 0.0, -bottom, -left],
            2 => [-1.0, 0.0, 0.0, 1.0, right, -bottom],
            _ => [0.0, -1.0, -1.0, 0.0, top, right],
        });
        let mut painter = Painter::new(&self.file, &mut self.fonts, page, base, &self.off);
        painter.run(&content, &sheet.resources);
        painter.finish();
    }
}

/// Whether `bytes` are a PDF file: its header stands within the first KB, whatever is before it.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF").is_some()
}

/// Opens a file.
///
/// # Errors
/// `pdf.password` where it opens with a password only, `pdf.damaged` where no page can be found in it.
pub(super) fn pages(bytes: &[u8]) -> Result<Pages, ReadError> {
    let file = file::open(bytes, |file| tree::pages(file).leaves.len())?;
    let tree = tree::pages(&file);
    let off = layers_off(&file);
    Ok(Pages { file, tree, fonts: Fonts::default(), next: 0, off, characters: 0, lost: Lost::default() })
}

/// The layers that are not shown when the file is opened (ISO 32000-2, 8.11.4).
fn layers_off(file: &File) -> Vec<Id> {
    let list = || {
        let root = file.root()?;
        let layers = file.dict(root.dict()?, b"OCProperties")?;
        let default = file.dict(&layers, b"D")?;
        Some(file.get(&default, b"OFF")?.array()?.iter().filter_map(Object::reference).collect())
    };
    list().unwrap_or_default()
}

#[cfg(test)]
mod tests;
