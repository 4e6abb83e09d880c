//! The lines of all pages in, out which of them are page furniture: running heads and feet, page numbers, footnotes, stamps and
//! water marks. What the text pipeline finds by words (`read::furniture`) is added by the caller.

use rustc_hash::FxHashMap;

use super::row::{Store, Strip};
use super::sheet::{Kept, Piece};
use crate::read::furniture::{Mark, page_mark};

/// So many lines from either end of a page may be furniture.
const EDGE: usize = 3;

/// What may be the number of a page.
struct Number {
    page: usize,
    strip: u32,
    number: u32,
    height: f32,
}

/// For each strip, whether it is furniture. `body` is the font size of the text.
pub(super) fn find(store: &Store, pages: &[Kept], pieces: &[Piece], body: f32) -> Vec<bool> {
    let mut aside = vec![false; store.strips.len()];
    let mut seen: FxHashMap<String, Vec<(f32, u32)>> = FxHashMap::default();
    let mut numbers: Vec<Number> = Vec::new();
    let mut lines: Vec<u32> = Vec::new();
    for (n, page) in pages.iter().enumerate() {
        for strip in page.slanted.clone() {
            aside[strip as usize] = true;
        }
        lines.clear();
        let line = |p: &Piece| match p {
            Piece::Line(strip) if !page.slanted.contains(strip) => Some(*strip),
            _ => None,
        };
        lines.extend(pieces[page.first..page.last].iter().filter_map(line));
        lines.sort_by(|a, b| store.strips[*a as usize].base.total_cmp(&store.strips[*b as usize].base));
        let count = lines.len();
        for (i, &strip) in lines.iter().enumerate().filter(|(i, _)| *i < EDGE || i + EDGE >= count) {
            let s = &store.strips[strip as usize];
            let text = store.of(s);
            // How far it stands from the rest of the page, in its own size.
            let apart = |a: usize, b: usize| {
                let (a, b) = (&store.strips[lines[a] as usize], &store.strips[lines[b] as usize]);
                (b.base - a.base) / s.size
            };
            let alone = if i < EDGE && s.base < 0.5 * page.size[1] {
                i + 1 < count && apart(i, i + 1) > 2.2
            } else {
                i > 0 && apart(i - 1, i) > 2.2
            };
            let high = s.base < 0.12 * page.size[1] || s.base > 0.88 * page.size[1];
            match page_mark(text) {
                Some(Mark::Page) => aside[strip as usize] = true,
                Some(Mark::Maybe(number, _)) if i == 0 || i + 1 == count => {
                    if pages.len() == 1 && page.last - page.first > 3 && alone && high {
                        aside[strip as usize] = true;
                    }
                    numbers.push(Number { page: n, strip, number, height: s.base });
                }
                _ => {}
            }
            // A title of each page's form is larger than the text and no running head.
            if (high || alone) && s.size <= 1.15 * body {
                let key: String = text.chars().filter(|c| !c.is_whitespace()).map(digit).collect();
                seen.entry(key).or_default().push((s.base, strip));
            }
        }
        notes(store, &lines, page, body, &mut aside);
    }
    let enough = if pages.len() <= 3 { 2 } else { 3 };
    for places in seen.into_values() {
        // At the same height on several pages.
        let mut heights: Vec<f32> = places.iter().map(|p| p.0).collect();
        heights.sort_by(f32::total_cmp);
        for (height, strip) in places {
            let same = heights.partition_point(|h| *h <= height + 3.0) - heights.partition_point(|h| *h < height - 3.0);
            let lone = page_mark(store.of(&store.strips[strip as usize])).is_some();
            if same >= enough && !lone {
                aside[strip as usize] = true;
            }
        }
    }
    // Page numbers that go up with the pages: neighbours with the same distance between number and page.
    numbers.sort_by_key(|n| (i64::from(n.number) - n.page as i64, n.page));
    for pair in numbers.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        let step = b.page as i64 - a.page as i64;
        if step > 0 && i64::from(b.number) - i64::from(a.number) == step && (a.height - b.height).abs() <= 30.0 {
            aside[a.strip as usize] = true;
            aside[b.strip as usize] = true;
        }
    }
    aside
}

fn digit(c: char) -> char {
    if c.is_ascii_digit() || ('０'..='９').contains(&c) { '#' } else { c }
}

/// Footnotes: small lines at the foot of a page, below a short rule.
fn notes(store: &Store, lines: &[u32], page: &Kept, body: f32, aside: &mut [bool]) {
    let Some(rule) = page.foot else { return };
    let strip = |i: &u32| -> &Strip { &store.strips[*i as usize] };
    let below: Vec<u32> = lines.iter().copied().filter(|i| strip(i).base > rule).collect();
    let Some(first) = below.first() else { return };
    let marked = store.of(strip(first)).starts_with(|c: char| c.is_ascii_digit() || "①②③④⑤⑥⑦⑧⑨[［〔*＊注†".contains(c));
    let small = below.iter().all(|i| strip(i).size <= 0.92 * body || page_mark(store.of(strip(i))).is_some());
    if marked && small && below.len() * 2 <= lines.len().max(4) {
        for i in below {
            aside[i as usize] = true;
        }
    }
}
