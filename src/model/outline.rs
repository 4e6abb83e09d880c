//! The numbered sections of a document.

use smallvec::SmallVec;

use super::Span;

/// An entry of the topic taxonomy: its index in `Patterns::topics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(pub u16);

/// The sections of a document in print order (which is preorder), and the reports they fall into.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// The reports of the file, in order; at least one. They do not overlap and leave nothing out.
    pub parts: Vec<Part>,
    /// The sections of all parts.
    pub sections: Vec<Section>,
    /// Tables of contents: their lines repeat headings and are neither sections nor facts.
    pub contents: Vec<Span>,
}

/// One report inside a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// From its title (or the start of the file) to the next part.
    pub span: Span,
    /// Its stretch of the folded view.
    pub view: Span,
    /// Its title lines as printed, over the lines it is broken into; `None` where there is none.
    pub title: Option<Span>,
    /// Its sections: indices into `Outline::sections`.
    pub sections: std::ops::Range<u32>,
}

/// A heading and the text under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Depth in this document's outline, from 1.
    pub depth: u8,
    /// The section it stands under: an index into `Outline::sections`.
    pub parent: Option<u32>,
    /// The marker exactly as printed (`（一）`, `三)`, `1.`); `None` where the file lost it or the heading never had one.
    pub label: Option<Span>,
    /// Its number; `None` for a heading that has none and whose sequence gives none.
    pub number: Option<Number>,
    /// The title without marker, trailing colon and body text.
    pub title: Span,
    /// From the marker (or the title, where there is no marker) to the end of the title.
    pub heading: Span,
    /// The text under it up to the next heading of any depth (an inline heading's body starts behind its colon).
    pub body: Span,
    /// `body` in the folded view.
    pub view: Span,
    /// What it is about; several for compound headings, the main one first; empty where no topic fits.
    pub topics: SmallVec<[TopicId; 2]>,
}

/// The number of a heading.
///
/// `（三）` is `{ value: 3, marker: Bracketed, recovered: false }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its value.
    pub value: u16,
    /// How it is (or would have been) printed.
    pub marker: Marker,
    /// Lost in the file, given back by the sequence.
    pub recovered: bool,
}

/// The styles of heading markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Marker {
    /// `第一部分`, `第一章`, `第二节`
    Part,
    /// `附件1`, `附表二`
    Annex,
    /// `一、` `一.` `一 `
    Han,
    /// `（一）` `(一)` and, with a bracket lost, `一）`
    HanBracketed,
    /// `1.` `1、` `1．` `1 `
    Arabic,
    /// `（1）` `(1)` `1）`
    ArabicBracketed,
    /// `1.1` `2.3.1`
    Decimal,
    /// `①`
    Circled,
    /// `任务1：` `问题二：` `项目一：`
    Word,
}
