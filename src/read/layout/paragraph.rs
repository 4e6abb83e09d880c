//! The lines of a document in, out which of them go on with the paragraph of the line before. Judges by place, size and font;
//! of the words it looks at how a line begins and ends.

use std::collections::BTreeMap;

use super::row::{Store, Strip};
use super::sheet::Kept;
use crate::read::{line, wrap};

/// Where lines begin and end: by odd and even page, by column, by the width of the page.
type Place = (u32, u32, i32);

/// How the paragraphs of a document are set.
#[derive(Debug, Default)]
pub(super) struct Setting {
    margins: BTreeMap<Place, [f32; 2]>,
    /// First lines are indented.
    indented: bool,
    /// So are lines that begin with a number: one at the margin goes on with the line before.
    items: bool,
    /// From baseline to baseline within a paragraph, in font sizes.
    pitch: f32,
    /// Paragraphs stand further apart than their lines.
    spaced: bool,
}

fn place(strip: &Strip, pages: &[Kept]) -> Place {
    let width = pages.get(strip.page as usize).map_or(0.0, |p| p.size[0]);
    (strip.page % 2, strip.column, (width / 10.0) as i32)
}

/// Measures the lines of `flow` (strips in reading order, furniture and tables left out).
pub(super) fn setting(store: &Store, pages: &[Kept], flow: &[u32], body: f32) -> Setting {
    let strip = |i: &u32| &store.strips[*i as usize];
    let mut edges: BTreeMap<Place, [Vec<f32>; 2]> = BTreeMap::new();
    for s in flow.iter().map(strip) {
        let [left, right] = edges.entry(place(s, pages)).or_default();
        left.push(s.from);
        // A mark may hang over the margin.
        let hangs = store.of(s).trim_end().ends_with(['，', '。', '、', '；', '：', '”', '）', '》']);
        right.push(if hangs { s.to - s.size } else { s.to });
    }
    let mut setting = Setting::default();
    for (place, [left, right]) in &mut edges {
        left.sort_by(f32::total_cmp);
        right.sort_by(|a, b| b.total_cmp(a));
        let many = |n: usize| (n / 20).max(2);
        // The outermost place at which several lines begin or end.
        // Both lists are sorted, inwards from the margin.
        let within = |list: &[f32], i: usize, reach: f32| list[i..].partition_point(|x| (x - list[i]).abs() <= reach);
        let outermost = |list: &[f32], reach: f32| {
            (0..list.len()).find(|&i| within(list, i, reach) >= many(list.len())).map(|i| list[i])
        };
        let first = outermost(left, 0.4 * body).unwrap_or(left[0]);
        let width = place.2 as f32 * 10.0;
        let last = outermost(right, 1.1 * body);
        // Too few lines to tell: the margins of a page are alike.
        let alike = width - first;
        let last = match last {
            Some(last) if place.1 > 0 || last >= first + 0.8 * (alike - first) => last,
            _ if place.1 > 0 => right[0],
            _ => right[0].max(alike),
        };
        setting.margins.insert(*place, [first, last]);
    }
    // Odd and even pages of one width share their margins where one of them has few lines.
    let keys: Vec<Place> = setting.margins.keys().copied().collect();
    for key in keys {
        let other = (1 - key.0, key.1, key.2);
        let few = edges[&key][0].len() < 8;
        if let Some(there) = setting.margins.get(&other).copied().filter(|_| few && key.1 == 0) {
            let here = setting.margins[&key];
            if (there[0] - here[0]).abs() < 4.0 * body {
                setting.margins.insert(key, [here[0].min(there[0]), there[1].max(right_most(&edges[&key][1]))]);
            }
        }
    }
    setting.measure(store, pages, flow, body);
    setting
}

fn right_most(right: &[f32]) -> f32 {
    right.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

impl Setting {
    /// The left and right margin of a strip.
    fn margins(&self, strip: &Strip, pages: &[Kept]) -> [f32; 2] {
        self.margins.get(&place(strip, pages)).copied().unwrap_or([strip.from, strip.to])
    }

    fn measure(&mut self, store: &Store, pages: &[Kept], flow: &[u32], body: f32) {
        let (mut inner, mut starts, mut deep) = (Vec::new(), 0usize, 0usize);
        let (mut marked, mut marked_deep) = (0usize, 0usize);
        for pair in flow.windows(2) {
            let (a, b) = (&store.strips[pair[0] as usize], &store.strips[pair[1] as usize]);
            if (a.size - body).abs() > 0.1 * body || (b.size - body).abs() > 0.1 * body {
                continue;
            }
            let [left, right] = self.margins(b, pages);
            let set_in = (1.2..6.0).contains(&((b.from - left) / b.size));
            let full = a.to + first_word(store, b) > self.margins(a, pages)[1] - 0.3 * a.size;
            let (before, after) = (store.of(a).trim_end(), store.of(b));
            if !full && line::marker(after) > 0 {
                marked += 1;
                marked_deep += usize::from(set_in);
            }
            if full && !line::ends_sentence(before) && line::marker(after) == 0 {
                if a.page == b.page && b.base > a.base {
                    inner.push((b.base - a.base) / a.size);
                }
            } else if !full && b.to > right - 1.2 * b.size {
                starts += 1;
                deep += usize::from(set_in);
            }
        }
        inner.sort_by(f32::total_cmp);
        self.pitch = inner.get(inner.len() / 3).copied().unwrap_or(0.0);
        self.indented = starts > 0 && deep * 5 >= starts * 2;
        self.items = marked >= 3 && marked_deep * 20 >= marked * 19;
        // Whether a gap tells paragraphs apart.
        let (mut apart, mut ends) = (0usize, 0usize);
        for pair in flow.windows(2) {
            let (a, b) = (&store.strips[pair[0] as usize], &store.strips[pair[1] as usize]);
            let short = a.to + 3.0 * a.size < self.margins(a, pages)[1];
            if short && a.page == b.page && b.base > a.base && self.pitch > 0.0 {
                ends += 1;
                apart += usize::from((b.base - a.base) / a.size > self.pitch * 1.2 + 0.05);
            }
        }
        self.spaced = ends >= 3 && apart * 10 >= ends * 7;
    }

    /// Whether a line stands in the middle, with room on both sides.
    pub fn centred(&self, strip: &Strip, pages: &[Kept], body: f32) -> bool {
        let [left, right] = self.margins(strip, pages);
        let (before, after) = (strip.from - left, right - strip.to);
        let room = if strip.size > 1.1 * body { 1.0 } else { 3.0 };
        (before - after).abs() <= strip.size.max(body) && before > room * strip.size
    }

    /// Whether `b` goes on with the paragraph of `a`. `first` says that `a` is the first line of its paragraph.
    pub fn joins(&self, store: &Store, pages: &[Kept], a: &Strip, b: &Strip, first: bool, body: f32) -> bool {
        let em = a.size.max(b.size);
        if a.turn != b.turn || em > 1.12 * a.size.min(b.size) || a.column > 0 && b.column == 0 {
            return false;
        }
        // All bold against not bold at all: a heading and its text.
        if a.bold >= 95 && b.bold <= 5 || a.bold <= 5 && b.bold >= 95 {
            return false;
        }
        let (before, after) = (store.of(a).trim_end(), store.of(b));
        if entry(before) || entry(after) {
            return false;
        }
        // As in text files: the cells of a table that was flattened into lines break numbers too.
        if wrap::broken_number(before, after) {
            return true;
        }
        let ([left, right], [b_left, _]) = (self.margins(a, pages), self.margins(b, pages));
        let need = first_word(store, b);
        let centred = self.centred(a, pages, body) && self.centred(b, pages, body);
        let room = if centred { right - left - (a.to - a.from) } else { right - a.to };
        if need < room - 0.5 * em {
            return false;
        }
        let follows = a.page == b.page && a.column == b.column;
        let gap = (b.base - a.base) / em;
        if follows && (gap <= 0.0 || gap > self.pitch.max(1.0) * 1.35 + 0.1) {
            return false;
        }
        if centred {
            return true;
        }
        let ended = line::ends_sentence(before);
        let list = before.ends_with(['、', '，']) && after.starts_with(|c: char| c.is_ascii_digit());
        let item = line::marker(after) > 0 && !list;
        let indent = (b.from - b_left) / em;
        if self.indented {
            if indent > 1.2 {
                // A block set in from the margin, or a hanging item: only an open sentence goes on.
                let block = (b.from - a.from).abs() <= 0.6 * em && !(first && indent < 3.0);
                let hanging = line::marker(before) > 0 && b.from > a.from;
                return !ended && !item && (block || hanging);
            }
            return !(item && ended) || self.items;
        }
        if item {
            return false;
        }
        // Where neither indents nor gaps part paragraphs, a full line that ends a sentence ends its paragraph.
        !ended || self.spaced && follows
    }
}

/// A line of a table of contents: dots and a page number behind them.
fn entry(line: &str) -> bool {
    let body = line.trim_end_matches(|c: char| c.is_ascii_digit() || " )）-".contains(c));
    let dots = body.len() - body.trim_end_matches(['.', '…', '·', '．', '・', '⋯', '_', ' ']).len();
    body.len() < line.len() && dots >= 4 && body.len() > dots
}

/// How much room the beginning of a line takes that cannot be parted: a Han character with the marks that must not begin a
/// line, or a run of letters and digits.
pub(super) fn first_word(store: &Store, strip: &Strip) -> f32 {
    let edges = &store.edges[strip.edges as usize..];
    let mut n = 0;
    let mut chars = store.of(strip).chars();
    let Some(first) = chars.next() else { return 0.0 };
    n += 1;
    if first.is_ascii_alphanumeric() {
        n += chars.take(40).take_while(|c| c.is_ascii_alphanumeric() || ".,%".contains(*c)).count();
    } else {
        let open = "（“《〔【(".contains(first);
        n += usize::from(open);
        if open {
            chars.next();
        }
        n += chars.take_while(|c| "，。、；：”）》！？％%)".contains(*c)).count();
    }
    let end = edges.get(n).or(edges.last()).copied().unwrap_or(0.0);
    (end - edges.first().copied().unwrap_or(0.0)).abs()
}
