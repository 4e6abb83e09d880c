//! Candidates of one report in, headings with depth and number out. Marked headings are placed by the styles that are open;
//! lines without a marker are placed where the sequence has a gap or the taxonomy a neighbour, whichever explains more.

use smallvec::SmallVec;

use super::item::{Class, Item};
use super::marker::Style;
use crate::model::{Marker, Number, TopicId};
use crate::patterns::{Known, Topics};

/// A heading in its place.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    /// Index of its item.
    pub item: usize,
    /// From 1.
    pub depth: u8,
    /// Its number, printed or recovered.
    pub number: Option<Number>,
}

/// An open list of headings: the last one at this depth.
#[derive(Clone, Debug, Default)]
struct Level {
    style: Option<Style>,
    value: Option<u16>,
    /// How many numbers were printed twice in it.
    twice: u16,
    topic: Option<TopicId>,
    /// Its last heading.
    item: Option<usize>,
    /// Placed headings of a list whose style is still unknown, with their numbers.
    pending: SmallVec<[(u32, u16); 1]>,
}

type Stack = SmallVec<[Level; 6]>;

/// One way to place the lines without markers between two marked headings.
#[derive(Clone)]
struct Path {
    stack: Stack,
    placed: SmallVec<[Placed; 4]>,
    score: i32,
}

/// One more step on a path.
struct Way {
    path: usize,
    kind: Kind,
    score: i32,
}

#[derive(Clone, Copy)]
enum Kind {
    /// It is no heading.
    Skip,
    /// A label without a number in the list at this level.
    Label(usize),
    /// The next of the list at this level, after so many numbers that were skipped.
    Next(usize, u16),
    /// The first of a new list.
    First,
}

/// How many ways are kept while they are compared, and how far they may lie behind the best: further than any gap that the next
/// marked heading could show (60) or than a neighbour (40).
const BEAM: usize = 16;
const SPREAD: i32 = 90;
/// Lines without a marker between two marked headings, of which more are no headings but a flattened table.
const MOST: usize = 40;

pub(super) struct Tree<'a> {
    items: &'a [Item],
    topics: &'a Topics,
    /// Styles in the order in which they first stood in this report.
    seen: SmallVec<[Style; 8]>,
    /// Which style was opened under which: the upper one first.
    nested: SmallVec<[(Style, Style); 8]>,
    stack: Stack,
    placed: Vec<Placed>,
}

/// Places the items of one report. `range` are its items.
pub(super) fn place(items: &[Item], range: std::ops::Range<usize>, topics: &Topics) -> Vec<Placed> {
    let mut tree = Tree {
        items,
        topics,
        seen: SmallVec::new(),
        nested: SmallVec::new(),
        stack: SmallVec::new(),
        placed: Vec::with_capacity(range.len()),
    };
    let mut bare: Vec<usize> = Vec::new();
    for i in range {
        match items[i].class {
            Class::Bare => bare.push(i),
            Class::Heading => {
                tree.between(&bare, Some(i));
                bare.clear();
                tree.marked(i);
            }
            Class::Contents | Class::Form => {
                tree.between(&bare, None);
                bare.clear();
                tree.placed.push(Placed { item: i, depth: 1, number: None });
                if items[i].class == Class::Form {
                    tree.stack.clear();
                    let topic = items[i].topics.first().copied();
                    tree.stack.push(Level { topic, ..Level::default() });
                }
            }
            Class::Sentence | Class::Open => {}
        }
    }
    tree.between(&bare, None);
    tree.placed
}

impl Tree<'_> {
    /// The topic of an item under a heading on `parent`, from which a title that says little takes its own.
    fn topic(&self, item: usize, parent: Option<TopicId>) -> Option<TopicId> {
        let item = &self.items[item];
        let own = item.topics.first().copied();
        let parent = parent.filter(|p| self.topics.get(*p).inherit);
        match (own, parent) {
            (Some(_), Some(parent)) if item.known == Known::Cue && self.topics.get(parent).owns => Some(parent),
            (None, Some(parent)) if item.style.is_some() => Some(parent),
            _ => own,
        }
    }

    /// Places a heading with a marker.
    fn marked(&mut self, i: usize) {
        let item = &self.items[i];
        let Some(style) = item.style else { return };
        let style = self.same(&self.stack, style, item.value);
        let style = self.empty(style, item.value);
        let mut stack = std::mem::take(&mut self.stack);
        let at = self.find(&mut stack, style, item.value, i);
        // A list whose style is now known gives its lost numbers back.
        for (placed, value) in std::mem::take(&mut stack[at].pending) {
            self.placed[placed as usize].number = Some(Number { value, marker: style.marker, recovered: true });
        }
        let before = stack[at].value;
        let value = item.value.or_else(|| before.map_or(Some(1), |v| Some(v + 1)));
        let value = if style.marker == Marker::Annex { item.value } else { value };
        stack[at].twice = match (before, item.value) {
            (Some(b), Some(v)) if b == v => stack[at].twice.saturating_add(1),
            (Some(b), Some(v)) if v == b + 1 => stack[at].twice,
            _ => 0,
        };
        stack[at].style = Some(style);
        stack[at].value = value;
        let parent = at.checked_sub(1).and_then(|p| stack[p].topic);
        stack[at].topic = self.topic(i, parent);
        stack[at].item = Some(i);
        if let Some(upper) = at.checked_sub(1).and_then(|p| stack[p].style)
            && !self.nested.contains(&(upper, style))
        {
            self.nested.push((upper, style));
        }
        self.stack = stack;
        if !self.seen.contains(&style) {
            self.seen.push(style);
        }
        let number = value.map(|value| Number { value, marker: style.marker, recovered: false });
        self.placed.push(Placed { item: i, depth: depth(at), number });
    }

    /// `2)` continues `（1）` where its opening bracket was lost.
    fn same(&self, stack: &Stack, style: Style, value: Option<u16>) -> Style {
        if style.marker != Marker::ArabicBracketed || stack.iter().any(|l| l.style == Some(style)) {
            return style;
        }
        let other = Style { sub: 1 - style.sub.min(1), ..style };
        let goes_on = stack.iter().any(|l| l.style == Some(other) && l.value.map(|v| v + 1) == value);
        if goes_on { other } else { style }
    }

    /// `（）` is of the innermost list in brackets that is open.
    fn empty(&self, style: Style, value: Option<u16>) -> Style {
        if value.is_some() || style.marker != Marker::HanBracketed {
            return style;
        }
        let bracketed = |s: &Style| matches!(s.marker, Marker::HanBracketed | Marker::ArabicBracketed);
        self.stack.iter().rev().find_map(|l| l.style.filter(bracketed)).unwrap_or(style)
    }

    /// The level of a marked heading; levels below it are closed and a new one is opened where none fits.
    fn find(&self, stack: &mut Stack, style: Style, value: Option<u16>, i: usize) -> usize {
        if let Some(at) = stack.iter().rposition(|l| l.style == Some(style)) {
            stack.truncate(at + 1);
            return at;
        }
        if style.marker == Marker::Annex {
            stack.clear();
        } else if style.marker == Marker::Part {
            let at = stack
                .iter()
                .position(|l| l.style.is_none_or(|s| s.marker != Marker::Part || s.sub > style.sub))
                .unwrap_or(stack.len());
            stack.truncate(at);
        } else {
            // A list that began with lost numbers.
            let waits = |l: &Level| l.style.is_none() && l.value.is_some() && l.value.map(|v| v + 1) == value;
            if let Some(at) = stack.iter().rposition(waits) {
                stack.truncate(at + 1);
                return at;
            }
            if style.marker == Marker::Han {
                let at = stack
                    .iter()
                    .position(|l| !l.style.is_some_and(|s| matches!(s.marker, Marker::Part | Marker::Annex)))
                    .unwrap_or(stack.len());
                // Only a list of Arabic numbers with a value of its own keeps 一、 below it.
                stack.truncate(at);
            } else if value.is_none_or(|v| v == 1) {
                while let Some(top) = stack.last().and_then(|l| l.style) {
                    if !self.above(style, top) || self.goes_on(top, stack, i) {
                        break;
                    }
                    stack.pop();
                }
            } else {
                while stack.last().is_some_and(|l| l.style.is_some_and(|s| s.rank() >= style.rank())) {
                    stack.pop();
                }
            }
        }
        stack.push(Level::default());
        stack.len() - 1
    }

    /// True where this report has shown that `style` stands above `other`: a list of the one was opened under the other, or the
    /// one came first and usually stands above.
    fn above(&self, style: Style, other: Style) -> bool {
        let rank = |s: Style| self.seen.iter().position(|x| *x == s);
        let first = || rank(style).is_some_and(|mine| rank(other).is_some_and(|theirs| mine < theirs));
        let usual = style.rank() + 3 <= other.rank() || style.rank() < other.rank() && first();
        self.nested.contains(&(style, other)) || usual && !self.nested.contains(&(other, style))
    }

    /// True where the list on top goes on behind item `i` before a list above it does.
    fn goes_on(&self, top: Style, stack: &Stack, i: usize) -> bool {
        let Some(value) = stack.last().and_then(|l| l.value) else { return false };
        for item in self.items[i + 1..].iter().take(40).filter(|x| x.class == Class::Heading) {
            let Some(style) = item.style else { continue };
            if style == top {
                return item.value == Some(value + 1);
            }
            if stack[..stack.len() - 1].iter().any(|l| l.style == Some(style)) {
                return false;
            }
        }
        false
    }

    /// Places the lines without markers before the marked heading `next` (or the end of the report).
    fn between(&mut self, bare: &[usize], next: Option<usize>) {
        if bare.is_empty() {
            return;
        }
        let known: Vec<usize> = bare.iter().copied().filter(|i| self.items[*i].known >= Known::Cue).collect();
        let bare = if bare.len() > MOST { &known } else { bare };
        let base = self.placed.len();
        let mut paths = vec![Path { stack: self.stack.clone(), placed: SmallVec::new(), score: 0 }];
        let mut ways: Vec<Way> = Vec::new();
        for &i in bare {
            ways.clear();
            for (p, path) in paths.iter().enumerate() {
                self.ways(p, path, i, &mut ways);
            }
            // Stable: of two equal ways the first, which is the plainer one, stays in front.
            ways.sort_by_key(|w| std::cmp::Reverse(w.score));
            let best = ways.first().map_or(0, |w| w.score);
            ways.retain(|w| w.score >= best - SPREAD);
            ways.truncate(BEAM);
            paths = ways.iter().map(|w| self.take(&paths[w.path], w, i, base)).collect();
        }
        for path in &mut paths {
            path.score += self.fits(path, next);
        }
        let Some(best) = paths.into_iter().reduce(|a, b| if b.score > a.score { b } else { a }) else { return };
        self.stack = best.stack;
        self.placed.extend(best.placed);
    }

    /// How well a heading on `topic` stands at level `at` of `stack`, beside the last one there or as the first below it.
    fn kinship(&self, stack: &Stack, at: usize, sibling: bool, item: &Item, topic: Option<TopicId>) -> i32 {
        let Some(topic) = topic.filter(|_| item.known >= Known::Cue) else { return -4 };
        let parent = at.checked_sub(1).map(|p| &stack[p]);
        let under = match parent {
            None => self.topics.under(topic, None),
            Some(parent) => parent.topic.is_some_and(|p| self.topics.under(topic, Some(p))),
        };
        // 问题与建议 announces 建议 below it.
        let told = parent.and_then(|p| p.item).map(|i| &self.items[i].topics);
        let told = told.is_some_and(|t| t.len() > 1 && t.contains(&topic));
        let beside = match stack.get(at).filter(|_| sibling).and_then(|l| l.topic) {
            // Two on one topic (总体绩效目标完成情况, 绩效指标完成情况) rather stand side by side than one under the other.
            Some(other) if other == topic => 12,
            Some(other) if self.topics.beside(topic, other) => 30,
            Some(_) => -15,
            None => 0,
        };
        beside + 10 * i32::from(under) + 8 * i32::from(told)
    }

    /// All ways to place the line `i` after `path`.
    fn ways(&self, p: usize, path: &Path, i: usize, out: &mut Vec<Way>) {
        let item = &self.items[i];
        let topic = self.topic(i, None);
        let skip = if item.known >= Known::Parts && item.score > 0 { 12 } else { 0 };
        out.push(Way { path: p, kind: Kind::Skip, score: path.score - skip });
        for (at, level) in path.stack.iter().enumerate() {
            if level.style.is_some_and(|s| matches!(s.marker, Marker::Part | Marker::Annex)) {
                continue;
            }
            // A text of its own line right behind another such is its neighbour: `3.甲项目。…` | `乙项目。…`.
            let row = level.item.map(|j| &self.items[j]);
            let row = item.inline && row.is_some_and(|r| r.inline && r.label.is_some() && r.line + 3 > item.line);
            let kin = self.kinship(&path.stack, at, true, item, topic) + 10 * i32::from(row);
            let score = path.score + item.score + kin - at as i32;
            // 问题1 … 整改措施 … 问题2: a label between the numbers takes none.
            if item.inline && level.style.is_some_and(|s| s.marker == Marker::Word) {
                out.push(Way { path: p, kind: Kind::Label(at), score });
                continue;
            }
            out.push(Way { path: p, kind: Kind::Next(at, 0), score });
            if level.twice > 0 {
                out.push(Way { path: p, kind: Kind::Next(at, level.twice), score });
            }
        }
        // A first heading below the last one.
        let at = path.stack.len();
        if at < 8 {
            let near = self.kinship(&path.stack, at, false, item, topic);
            let near = if near > 0 { near + 5 } else { -15 };
            out.push(Way { path: p, kind: Kind::First, score: path.score + item.score + near - at as i32 });
        }
    }

    /// `path` with line `i` placed.
    fn take(&self, path: &Path, way: &Way, i: usize, base: usize) -> Path {
        let mut path = Path { score: way.score, ..path.clone() };
        let topic = self.topic(i, None);
        let here = (base + path.placed.len()) as u32;
        match way.kind {
            Kind::Skip => {}
            Kind::Label(at) => {
                path.stack.truncate(at + 1);
                path.placed.push(Placed { item: i, depth: depth(at), number: None });
            }
            Kind::Next(at, skipped) => {
                path.stack.truncate(at + 1);
                let level = &mut path.stack[at];
                let value = level.value.map(|v| v + 1 + skipped);
                let number = match (level.style, value) {
                    (Some(style), Some(value)) => Some(Number { value, marker: style.marker, recovered: true }),
                    _ => None,
                };
                if let (None, Some(value)) = (level.style, value) {
                    level.pending.push((here, value));
                }
                (level.value, level.twice, level.topic, level.item) = (value, 0, topic, Some(i));
                path.placed.push(Placed { item: i, depth: depth(at), number });
            }
            Kind::First => {
                let pending = SmallVec::from_slice(&[(here, 1)]);
                path.placed.push(Placed { item: i, depth: depth(path.stack.len()), number: None });
                path.stack.push(Level { value: Some(1), topic, item: Some(i), pending, ..Level::default() });
            }
        }
        path
    }

    /// How well the marked heading `next` follows on `path`.
    fn fits(&self, path: &Path, next: Option<usize>) -> i32 {
        let Some((i, style)) = next.and_then(|i| self.items[i].style.map(|s| (i, s))) else { return 0 };
        let Some(value) = self.items[i].value else { return 0 };
        let mut stack = path.stack.clone();
        let before = stack.len();
        let style = self.same(&stack, style, Some(value));
        let at = self.find(&mut stack, style, Some(value), i);
        let opened = at >= before || stack[at].value.is_none();
        let later: i32 = (0..at.min(stack.len())).map(|l| self.later(&stack, l, i)).sum();
        later
            + match stack[at].value.filter(|_| !opened) {
                Some(last) if value == last + 1 => 20,
                Some(last) if value == last => -10,
                Some(last) if value > last => -20 * i32::from((value - last - 1).min(3)),
                Some(_) if value == 1 => -5,
                Some(_) => -20,
                None => -10 * i32::from((value - 1).min(3)),
            }
    }
}

impl Tree<'_> {
    /// How well the list at level `l` goes on behind the marked heading `i`: its next number must not have been given away.
    fn later(&self, stack: &Stack, l: usize, i: usize) -> i32 {
        let (Some(style), Some(last)) = (stack[l].style, stack[l].value) else { return 0 };
        let above = |s: Style| stack[..l].iter().any(|x| x.style == Some(s));
        let next = self.items[i + 1..]
            .iter()
            .take(200)
            .filter(|x| x.class == Class::Heading)
            .find(|x| x.style.is_some_and(|s| s == style || above(s)))
            .filter(|x| x.style == Some(style));
        match next.and_then(|x| x.value) {
            Some(v) if v == last + 1 => 6,
            Some(v) if v == last => -10,
            _ => 0,
        }
    }
}

fn depth(at: usize) -> u8 {
    (at + 1).min(usize::from(u8::MAX)) as u8
}
