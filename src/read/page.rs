//! The nouns between a page reader and the layout: one page as painted. Decides nothing about lines or words.
//!
//! All places are in points from the upper left corner of the page as a viewer shows it, after its rotation.

use crate::model::Crop;
use crate::text::fold::is_blank;

/// One page as painted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::read) struct Page {
    /// From 1.
    pub number: u32,
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
    /// Where it lies in its own space.
    pub crop: Crop,
    /// Characters in the order of painting. What is painted twice to look bold is here once.
    pub glyphs: Vec<Glyph>,
    /// Ruling lines in the order of painting, unjoined.
    pub rules: Vec<Rule>,
    /// Places of pictures in the order of painting.
    pub pictures: Vec<Picture>,
    /// Glyphs whose character is not known; they are in `glyphs` as U+FFFD.
    pub unmapped: u32,
    /// Characters of private use; they are in `glyphs` as they are.
    pub private_use: u32,
    /// Someone who reads pictures was asked for it.
    pub tried: bool,
    /// Something on this page could not be read, or was more than is read.
    pub cut: bool,
}

impl Page {
    /// Characters that can be seen.
    pub fn inked(&self) -> usize {
        self.glyphs.iter().filter(|glyph| !is_blank(glyph.text)).count()
    }

    /// Whether most of what is painted has no Unicode value, so that its text is worth nothing.
    pub fn is_garbled(&self) -> bool {
        self.unmapped > 3 && self.unmapped as usize * 3 > self.inked()
    }

    /// Whether it is a picture, with at most a page number or a stamp beside it.
    pub fn is_picture(&self) -> bool {
        const BESIDE: usize = 20;
        let area = self.width * self.height;
        // A third of the page.
        let large = |b: [f32; 4]| (b[2] - b[0]).max(0.0) * (b[3] - b[1]).max(0.0) * 3.0 > area;
        self.pictures.iter().any(|picture| large(picture.bbox)) && self.inked() < BESIDE
    }
}

/// One character as painted. A glyph that stands for several characters (`ﬁ`, a word with one ActualText) is several of
/// these, which share its width evenly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::read) struct Glyph {
    /// The character as printed: nothing is folded, U+FFFD where it is not known. Spaces of the file are characters too.
    pub text: char,
    /// Left, top, right, bottom: the advance by the ascent and descent of a common font, not the ink.
    pub bbox: [f32; 4],
    /// Its origin on the baseline; in vertical writing the middle of the upper edge.
    pub origin: [f32; 2],
    /// Where the pen stands after it: the origin of a glyph that follows without a gap.
    pub end: [f32; 2],
    /// The font size as seen, in points.
    pub size: f32,
    /// Degrees counter-clockwise by which its upright is turned, 0–359; 0 for nearly all.
    pub angle: u16,
    /// Which font of the file; fonts are numbered as they are met.
    pub font: u16,
    /// By the font's name, flags or weight, by a stroked outline, or because it is painted twice a fraction apart.
    pub bold: bool,
    /// Written downwards.
    pub vertical: bool,
    /// Painted invisibly: the text layer of a scan.
    pub hidden: bool,
    /// How sure its reader is, in per cent: 100 for what is printed, 0 where a reader of pictures did not say.
    pub sure: u8,
}

/// A straight line, horizontal or vertical: a stroked segment or a thin filled rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::read) struct Rule {
    /// Left, top, right, bottom; the shorter side is the width of the line.
    pub bbox: [f32; 4],
}

/// A picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::read) struct Picture {
    /// Left, top, right, bottom.
    pub bbox: [f32; 4],
}
