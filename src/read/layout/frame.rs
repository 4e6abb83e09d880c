//! A page as painted in, its marks in reading position out: turned so that lines run to the right and follow each other
//! downwards, whatever way the page or the writing is turned. Decides nothing about lines.

use crate::read::page::Page;

/// How a stretch of writing is turned against the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Turn {
    /// Lines run to the right.
    #[default]
    None,
    /// Lines run upwards.
    Up,
    /// Lines run to the left, upside down.
    Over,
    /// Lines run downwards and follow each other to the left: turned letters, or vertical writing.
    Down,
}

impl Turn {
    /// The turn of an angle in degrees counter-clockwise; `None` for a slant.
    pub fn of(angle: u16, vertical: bool) -> Option<Turn> {
        if vertical {
            return Some(Turn::Down);
        }
        match angle % 360 {
            0..=3 | 357..=359 => Some(Turn::None),
            87..=93 => Some(Turn::Up),
            177..=183 => Some(Turn::Over),
            267..=273 => Some(Turn::Down),
            _ => None,
        }
    }

    /// A box of the page in reading position. `size` is the page's width and height.
    pub fn frame(self, b: [f32; 4], [width, height]: [f32; 2]) -> [f32; 4] {
        match self {
            Turn::None => b,
            Turn::Up => [height - b[3], b[0], height - b[1], b[2]],
            Turn::Over => [width - b[2], height - b[3], width - b[0], height - b[1]],
            Turn::Down => [b[1], width - b[2], b[3], width - b[0]],
        }
    }

    /// The way back of [`Turn::frame`].
    pub fn page(self, f: [f32; 4], [width, height]: [f32; 2]) -> [f32; 4] {
        match self {
            Turn::None => f,
            Turn::Up => [f[1], height - f[2], f[3], height - f[0]],
            Turn::Over => [width - f[2], height - f[3], width - f[0], height - f[1]],
            Turn::Down => [width - f[3], f[0], width - f[1], f[2]],
        }
    }

    /// Where on the page a place along the line lies: its x, or its y where lines run along the height.
    pub fn along(self, u: f32, [width, height]: [f32; 2]) -> f32 {
        match self {
            Turn::None | Turn::Down => u,
            Turn::Up => height - u,
            Turn::Over => width - u,
        }
    }

    /// Whether lines run along the height of the page.
    pub fn upright(self) -> bool {
        matches!(self, Turn::Up | Turn::Down)
    }
}

/// A glyph in reading position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub text: char,
    /// Where it begins and where the pen stands behind it, along the line.
    pub from: f32,
    pub to: f32,
    /// Its upper and lower edge.
    pub top: f32,
    pub bottom: f32,
    /// Its baseline; in vertical writing the middle of its column.
    pub base: f32,
    pub size: f32,
    pub bold: bool,
    pub hidden: bool,
    /// In per cent.
    pub sure: u8,
    /// 0 outside tables, otherwise the number of its cell.
    pub zone: u32,
}

/// The marks of one turn.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub turn: Turn,
    pub marks: Vec<Mark>,
}

/// Whether a character is white space of any width.
pub(super) fn blank(c: char) -> bool {
    crate::text::fold::is_blank(c)
}

/// What stands on a page: the writing by its turn, most of it first, and what is slanted, in the order of painting.
pub(super) fn frames(page: &Page, frames: &mut Vec<Frame>, slanted: &mut Vec<u32>) {
    slanted.clear();
    for frame in frames.iter_mut() {
        frame.marks.clear();
    }
    let size = [page.width, page.height];
    let layer = layer(page);
    let mut last = 0;
    for (i, g) in page.glyphs.iter().enumerate() {
        if g.hidden && !layer || g.text.is_control() || !g.size.is_finite() || g.size <= 0.0 {
            continue;
        }
        if !g.bbox.iter().chain(&g.origin).chain(&g.end).all(|x| x.is_finite() && x.abs() < 1e6) {
            continue;
        }
        // On the arc of a stamp some characters stand nearly upright.
        let arc = g.angle % 90 != 0 && slanted.last().is_some_and(|s| *s as usize + 1 == i);
        let Some(turn) = Turn::of(g.angle, g.vertical).filter(|_| !arc) else {
            if !blank(g.text) {
                slanted.push(i as u32);
            }
            continue;
        };
        if frames.get(last).is_none_or(|f| f.turn != turn) {
            last = frames.iter().position(|f| f.turn == turn).unwrap_or_else(|| {
                frames.push(Frame { turn, marks: Vec::new() });
                frames.len() - 1
            });
        }
        let b = turn.frame(g.bbox, size);
        let o = turn.frame([g.origin[0], g.origin[1], g.origin[0], g.origin[1]], size);
        let e = turn.frame([g.end[0], g.end[1], g.end[0], g.end[1]], size);
        let (from, to) = if e[0] > o[0] { (o[0], e[0]) } else { (b[0], b[2]) };
        frames[last].marks.push(Mark {
            text: g.text,
            from,
            to,
            top: b[1],
            bottom: b[3],
            base: o[1],
            size: g.size,
            bold: g.bold,
            hidden: g.hidden,
            sure: g.sure,
            zone: 0,
        });
    }
    // Stable, so that equal pages give equal orders.
    frames.sort_by_key(|f| (std::cmp::Reverse(f.marks.len()), f.turn));
}

/// Whether the invisible writing of a page is read: where it is the text of a picture, or all there is. Invisible writing
/// beside a page full of visible text is a copy of it or a trick.
fn layer(page: &Page) -> bool {
    let hidden = page.glyphs.iter().filter(|g| g.hidden).count();
    if hidden == 0 {
        return false;
    }
    let seen = page.glyphs.len() - hidden;
    let area = page.width * page.height;
    let pictures: f32 = page.pictures.iter().map(|p| (p.bbox[2] - p.bbox[0]) * (p.bbox[3] - p.bbox[1])).sum();
    seen * 4 < hidden || pictures * 2.0 > area && seen < hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_turn_has_its_way_back() {
        let size = [600.0, 800.0];
        let b = [100.0, 50.0, 140.0, 62.0];
        for turn in [Turn::None, Turn::Up, Turn::Over, Turn::Down] {
            assert_eq!(turn.page(turn.frame(b, size), size), b, "{turn:?}");
        }
        assert_eq!(Turn::Up.frame([10.0, 700.0, 22.0, 790.0], size), [10.0, 10.0, 100.0, 22.0]);
        assert_eq!(Turn::of(90, false), Some(Turn::Up));
        assert_eq!(Turn::of(45, false), None);
        assert_eq!(Turn::of(0, true), Some(Turn::Down));
    }
}
