//! The folded view of a text and the way back to the print.

use super::Span;

/// A view of a text in which width, line breaks and stray spaces are folded away, so that a pattern needs one spelling.
///
/// Every character of the view stands for exactly one character of the print; characters are dropped or replaced, never
/// invented, except the `\n` that parts two blocks. Blocks never fuse: a `\n` stands between any two of them.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// Where the offset between view and print changes; ascending in both fields. Between two anchors the offset is constant.
    pub anchors: Vec<Anchor>,
}

/// From view offset `view` on, the print stands at `print + (offset - view)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Byte offset in the view.
    pub view: u32,
    /// Byte offset in the print.
    pub print: u32,
}

impl Folded {
    /// The byte offset in the print of the character that starts at `view` (for the end of the view: the end of the print).
    pub fn print_at(&self, view: u32) -> u32 {
        let i = self.anchors.partition_point(|a| a.view <= view);
        match i.checked_sub(1).map(|i| self.anchors[i]) {
            Some(a) => a.print + (view - a.view),
            None => view,
        }
    }

    /// The stretch of `print` from the first to the last character of `view`, both included. Characters that folding dropped
    /// between them (a line break inside a number) lie inside the stretch; those around it do not.
    pub fn to_print(&self, view: Span, print: &str) -> Span {
        let start = self.print_at(view.start);
        if view.is_empty() {
            return Span { start, end: start };
        }
        let last = self.text[..view.end as usize].chars().next_back().map_or(0, char::len_utf8) as u32;
        let at = self.print_at(view.end - last);
        let width = print[at as usize..].chars().next().map_or(0, char::len_utf8) as u32;
        Span { start, end: (at + width).max(start) }
    }

    /// The first view offset whose character stands at or after `print` in the print.
    pub fn view_at(&self, print: u32) -> u32 {
        let i = self.anchors.partition_point(|a| a.print <= print);
        let Some(a) = i.checked_sub(1).map(|i| self.anchors[i]) else {
            return self.anchors.first().map_or(print, |a| a.view);
        };
        let next = self.anchors.get(i).map_or(self.text.len() as u32, |n| n.view);
        // A character of the view may be longer than the printed one it stands for.
        let mut at = (a.view + (print - a.print)).min(next);
        while !self.text.is_char_boundary(at as usize) {
            at += 1;
        }
        at
    }
}
