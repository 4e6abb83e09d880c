//! Lines in, candidates for headings out: each with its marker, the stretch of its title and the evidence that the print gives.
//! Decides only what one line and its successor can tell; lists, gaps and depth are `tree`'s work.

use memchr::memchr2_iter;
use smallvec::SmallVec;

use super::contents;
use super::line::{Line, Role};
use super::marker::{self, Firm, Mark, Style};
use super::weigh::{End, states_amount, weigh};
use crate::model::{Folded, Marker, TopicId};
use crate::patterns::{Known, Patterns, Reading};

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A heading.
    Heading,
    /// Its siblings decide.
    Open,
    /// A sentence.
    Sentence,
    /// A line without a marker that may head the text under it: its place in the sequence decides.
    Bare,
    /// A block of a form without numbers: `绩效指标（90分）`.
    Form,
    /// The word 目录 over a table of contents.
    Contents,
}

/// A candidate for a heading. All places are byte offsets of the folded view.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Index of its line.
    pub line: usize,
    /// Where it begins.
    pub at: usize,
    /// Its marker as printed.
    pub label: Option<(usize, usize)>,
    /// The style of its marker.
    pub style: Option<Style>,
    /// Its number as printed.
    pub value: Option<u16>,
    /// Its title.
    pub title: (usize, usize),
    /// Where the text under it begins.
    pub body: usize,
    /// How its title is known.
    pub known: Known,
    /// What it is about.
    pub topics: SmallVec<[TopicId; 2]>,
    /// What it is.
    pub class: Class,
    /// Evidence for (positive) or against a heading, in tenths.
    pub score: i32,
    /// Its body begins on its own line.
    pub inline: bool,
    /// Text of its own follows, not only the next item.
    pub own: bool,
}

/// Titles are looked for in so many bytes.
const WINDOW: usize = 260;

pub(super) struct Scanner<'a> {
    pub view: &'a Folded,
    pub lines: &'a [Line],
    pub patterns: &'a Patterns,
    pub items: Vec<Item>,
    /// Chapters with numbers stand in the file; where none do, it may be a form.
    pub chapters: bool,
}

impl<'a> Scanner<'a> {
    fn text(&self, line: usize) -> &'a str {
        let (start, end) = self.lines[line].view;
        &self.view.text[start..end]
    }

    /// The marker at view offset `at`, whose line ends at `end`.
    fn mark(&self, at: usize, end: usize) -> Option<Mark> {
        let text = self.view.text.get(at..end)?;
        let gap = |i: usize| {
            let here = (at + i) as u32;
            let before = text[..i].chars().next_back().map_or(0, char::len_utf8) as u32;
            self.view.print_at(here) > self.view.print_at(here - before) + before
        };
        marker::mark(text, gap, &self.patterns.numbering)
    }

    /// All candidates of all lines, in print order.
    pub fn scan(mut self) -> Vec<Item> {
        let mut next = 0;
        let chapter = |l: &Line| {
            let head = &self.view.text[l.view.0..l.view.1];
            marker::han(head).is_some_and(|(_, n)| head[n..].starts_with('、')) || head.starts_with("第一部分")
        };
        self.chapters = self.lines.iter().any(chapter);
        for line in 0..self.lines.len() {
            if self.lines[line].role == Role::Contents && contents::is_word(self.text(line)) {
                self.contents(line);
            }
            if line < next || !self.lines[line].open() {
                continue;
            }
            next = line + 1;
            let (start, end) = self.lines[line].view;
            let from = match self.mark(start, end) {
                Some(mark) => self.marked(line, start, mark, &mut next),
                None => self.bare(line),
            };
            // A heading that went on over the next line has its text there.
            self.inside(next - 1, from.max(self.lines[next - 1].view.0).max(start));
        }
        self.items
    }

    /// A line that begins with a marker. Returns where the rest of the line begins.
    fn marked(&mut self, line: usize, at: usize, mark: Mark, next: &mut usize) -> usize {
        let (start, end) = self.lines[line].view;
        let from = at + mark.len;
        let (mut title_line, mut from, mut end) = (line, from, end);
        if from >= end {
            // The marker stands alone; its text is the next line.
            let follows = self.lines.get(line + 1).filter(|l| l.open());
            let Some(follower) = follows.filter(|_| mark.firm == Firm::Sure) else { return end };
            let (a, b) = follower.view;
            if self.mark(a, b).is_some_and(|m| m.firm == Firm::Sure) {
                return end;
            }
            (title_line, from, end) = (line + 1, a, b);
            *next = line + 2;
        }
        let text = &self.view.text[from..end];
        let (mut len, delimiter, behind) = self.title_end(text);
        // Long sentences are not even looked up.
        let short = match delimiter {
            End::Line | End::Embedded => len <= WINDOW,
            End::Mark(':') | End::Inline(_) => len <= 105,
            End::Mark(_) => len <= 75,
        };
        let reading = if short { self.patterns.topics.read(&text[..len]) } else { Reading::none() };
        let glued = mark.firm == Firm::Glued && mark.style.marker != Marker::Annex;
        let whole = mark.style.marker == Marker::Han && self.known_whole(&self.view.text[start..end]);
        if glued && (reading.known < Known::Title || whole) {
            return if title_line == line { self.bare(line) } else { end };
        }
        let mut body = from + behind;
        let mut title_end = from + len;
        // A heading broken over two lines: the second only ends it.
        if delimiter == End::Line
            && let Some(follower) = self.lines.get(title_line + 1).filter(|l| l.open())
        {
            let tail = &self.view.text[follower.view.0..follower.view.1];
            // `…情况(含日常养护三` | `类专项)`
            let opened = text.rfind('(').is_some_and(|i| !text[i..].contains(')'));
            let closes = opened && tail.len() <= 75 && tail.ends_with(')') && !tail.contains('(');
            if (self.patterns.numbering.continuation(tail) || closes) && len > 12 {
                title_end = follower.view.1;
                body = title_end;
                *next = title_line + 2;
                len = 0;
            }
        }
        let joined;
        let title = if len == 0 {
            joined = self.view.text[from..title_end].replace('\n', "");
            joined.as_str()
        } else {
            &text[..len]
        };
        if title.is_empty() || row_of_tables(title) {
            return end;
        }
        let reading = if len == 0 { self.patterns.topics.read(title) } else { reading };
        let inline = matches!(delimiter, End::Inline(_) | End::Embedded);
        let own = inline || self.has_own(*next, mark.style);
        let printed = self.lines[title_line].stands_out && !inline;
        let (mut class, mut score) =
            weigh(title, delimiter, mark, reading.known, own, printed, &self.patterns.numbering);
        // 分别是: announces a list, not chapters.
        let announced = line.checked_sub(1).is_some_and(|b| self.lines[b].open() && self.text(b).ends_with(':'));
        if announced && mark.value == Some(1) && class == Class::Open {
            score -= 15;
        }
        let low = !matches!(mark.style.marker, Marker::Han | Marker::Part | Marker::Annex | Marker::HanBracketed);
        // In a form a number marks a row.
        let row = !self.chapters && reading.known < Known::Parts && !self.followed(*next, 0);
        let annex = |t: &TopicId| self.patterns.topics.get(*t).id.starts_with("annex");
        let listed = low && !reading.topics.is_empty() && reading.topics.iter().all(annex);
        if listed || low && !inline && (row || self.cells(*next)) {
            class = Class::Sentence;
        }
        self.items.push(Item {
            line,
            at,
            label: Some((at, at + self.view.text[at..at + mark.len].trim_end().len())),
            style: Some(mark.style),
            value: mark.value,
            title: (from, title_end),
            body,
            known: reading.known,
            topics: reading.topics,
            class,
            score,
            inline,
            own,
        });
        if class == Class::Sentence { at + mark.len } else { body }
    }

    /// The word 目录.
    fn contents(&mut self, line: usize) {
        let (start, end) = self.lines[line].view;
        let reading = self.patterns.topics.read("目录");
        self.push_bare(line, start, (start, end), end, reading, 0, false);
        if let Some(item) = self.items.last_mut() {
            item.class = Class::Contents;
        }
    }

    /// True where the lines from `next` on are the cells of a row: `1、公务接待` / `2.66` / `3.00`.
    fn cells(&self, next: usize) -> bool {
        let cell = |i: usize| {
            self.lines.get(i).filter(|l| l.open()).map(|_| self.text(i)).is_some_and(|t| {
                t.len() <= 24 && (t == "无" || t.chars().all(|c| c.is_ascii_digit() || ".,%-—/+ ".contains(c)))
            })
        };
        cell(next) && (cell(next + 1) || self.text(next) != "无")
    }

    /// True where a line as a whole is a known title (`一般公共预算支出`: no 一 in front of 般公共…).
    fn known_whole(&self, text: &str) -> bool {
        let (len, _, _) = self.title_end(text);
        self.patterns.topics.read(&text[..len]).known >= Known::Cue
    }

    /// True where the text at line `next` belongs to the heading before it: no item of its list or of one above.
    fn has_own(&self, next: usize, style: Style) -> bool {
        let Some(line) = self.lines.get(next) else { return false };
        if !line.open() {
            return line.table;
        }
        match self.mark(line.view.0, line.view.1) {
            Some(m) if m.firm == Firm::Sure => m.style != style && m.value == Some(1) && m.style.marker != Marker::Han,
            _ => true,
        }
    }

    /// The length of the title at the start of `text`, what ends it, and where the text under it begins.
    fn title_end(&self, text: &str) -> (usize, End, usize) {
        let found = self.delimiter(text, true).or_else(|| self.delimiter(text, false));
        let Some((at, c)) = found else {
            return (text.trim_end().len(), End::Line, text.len());
        };
        if c == ' ' || !matches!(c, ':' | '。' | '；') {
            let len = text[..at].trim_end().len();
            return (len, End::Embedded, at + usize::from(c == ' '));
        }
        let behind = at + c.len_utf8();
        if text[behind..].trim().is_empty() {
            return (at, End::Mark(c), text.len());
        }
        (at, End::Inline(c), behind)
    }

    fn delimiter(&self, text: &str, brackets: bool) -> Option<(usize, char)> {
        let bytes = text.as_bytes();
        let (mut depth, mut i) = (0usize, 0);
        while i < bytes.len() && i <= WINDOW {
            // Most bytes belong to characters that say nothing here.
            if !matches!(bytes[i], b':' | b' ' | b'1' | b'(' | b')' | 0xE2 | 0xE3 | 0xE4 | 0xEF) {
                i += 1;
                continue;
            }
            let Some(c) = text.get(i..).and_then(|rest| rest.chars().next()) else {
                i += 1;
                continue;
            };
            match c {
                ':' | '。' | '；' if depth == 0 => return Some((i, c)),
                ' ' | '1' | '①' | '(' | '⑴' | '一' if depth == 0 && (6..=75).contains(&i) => {
                    let starts = c == ' '
                        || c == '一' && text[i..].starts_with("一是")
                        || c != '一'
                            && marker::mark(&text[i..], |_| false, &self.patterns.numbering)
                                .is_some_and(|m| m.value == Some(1) && m.firm == Firm::Sure);
                    if starts && self.patterns.topics.read(&text[..i]).known == Known::Title {
                        return Some((i, c));
                    }
                }
                _ => {}
            }
            match c {
                '(' | '《' | '“' if brackets => depth += 1,
                ')' | '》' | '”' if brackets => depth = depth.saturating_sub(1),
                _ => {}
            }
            i += c.len_utf8();
        }
        None
    }

    /// A line without a marker. Returns where the rest of the line begins.
    fn bare(&mut self, line: usize) -> usize {
        let (start, end) = self.lines[line].view;
        let text = self.text(line);
        // A paragraph heads its own text within a few characters or not at all.
        let head = if text.len() > WINDOW { &text[..floor(text, 64)] } else { text };
        let Some((at, c)) = self.delimiter(head, true) else {
            return if text.len() <= WINDOW { self.bare_whole(line, text.len()) } else { start };
        };
        let behind = at + c.len_utf8();
        if matches!(c, ':' | '。') && text[behind..].trim().is_empty() {
            return if c == ':' { self.bare_whole(line, at) } else { start };
        }
        if at > 60 || !matches!(c, ':' | '。') {
            return start;
        }
        let reading = self.patterns.topics.read(&text[..at]);
        // `3.河长制工作项目。…` | `山洪灾害防治项目。…`: the number of the next in a row of projects is lost.
        let project = |t: &str| t.ends_with("项目") && (5..=30).contains(&t.chars().count()) && !t.contains('，');
        if c == '。'
            && project(&text[..at])
            && self.items.last().is_some_and(|i| {
                i.inline && i.value.is_some() && i.line + 3 > line && project(&self.view.text[i.title.0..i.title.1])
            })
        {
            self.push_bare(line, start, (start, start + at), start + behind, reading, 10, true);
            return start + behind;
        }
        if reading.known < Known::Title || text[..at].chars().count() < 4 {
            return start;
        }
        let inline = reading.topics.iter().all(|t| self.patterns.topics.get(*t).inline);
        let rest = text[behind..].trim_start();
        // 自评得分:92.4分 is a field, 资金来源:(1)… a row of a form.
        if !inline && c == ':' && (rest.len() < 20 || rest.starts_with(|c: char| c.is_ascii())) {
            return start;
        }
        let score = if inline { 10 } else { -12 };
        self.push_bare(line, start, (start, start + at), start + behind, reading, score, true);
        let _ = end;
        start + behind
    }

    /// A line without a marker whose first `len` bytes may be a heading as a whole.
    fn bare_whole(&mut self, line: usize, len: usize) -> usize {
        let (start, end) = self.lines[line].view;
        let title = self.text(line)[..len].trim_end();
        let n = title.chars().count();
        if !(2..=80).contains(&n) || title.starts_with(|c: char| c.is_ascii()) && !title.starts_with(['(', '2']) {
            return start;
        }
        if row_of_tables(title) {
            return start;
        }
        let topics = &self.patterns.topics;
        let reading = if topics.may_be_title(title) { topics.read(title) } else { Reading::none() };
        let words = &self.patterns.numbering;
        let score = match reading.known {
            Known::Title | Known::Parts if n >= 4 || reading.topics.is_empty() => 10,
            Known::Title => -2,
            _ if n > 30 || title.contains(['，', '。', '；', '\t', ' ', '、', '/', '|', '□', '√']) => {
                return start;
            }
            _ if words.finite(title) || words.not_title(title) || states_amount(title, words) || n < 4 => return start,
            Known::Cue if words.heading_tail(title) && !words.item_verb(title) => -5,
            _ if words.item_verb(title) || title.starts_with(|c: char| c.is_ascii_digit()) => return start,
            _ => -16,
        };
        // How it is printed speaks for a line that no words know.
        let score = if score < 0 && self.lines[line].stands_out { score + 10 } else { score };
        let note = title.ends_with(')');
        if note && self.chapters && ["元)", "人)", "㎡)"].iter().any(|m| title.ends_with(m)) {
            return start;
        }
        let form = note && !self.chapters && reading.known >= Known::Parts;
        if !form && !self.followed(line + 1, 0) {
            return start;
        }
        self.push_bare(line, start, (start, start + title.len()), end, reading, score, false);
        if let Some(item) = self.items.last_mut().filter(|_| form) {
            item.class = Class::Form;
        }
        end
    }

    /// True where a text follows that a heading at the line before could head: not the short cells of a flattened table.
    fn followed(&self, next: usize, seen: usize) -> bool {
        let Some(line) = self.lines.get(next) else { return false };
        if !line.open() {
            return line.table;
        }
        let text = self.text(next);
        if text.len() >= 60
            || text.ends_with(['。', '；'])
            || text.len() >= 18 && text.ends_with(':')
            || matches!(text, "无" | "暂无" | "没有")
        {
            return true;
        }
        if self.mark(line.view.0, line.view.1).is_some_and(|m| m.firm == Firm::Sure && m.style.marker != Marker::Word) {
            return true;
        }
        seen < 4
            && self.patterns.topics.may_be_title(text)
            && self.patterns.topics.read(text).known >= Known::Parts
            && self.followed(next + 1, seen + 1)
    }

    #[allow(clippy::too_many_arguments)]
    fn push_bare(
        &mut self,
        line: usize,
        at: usize,
        title: (usize, usize),
        body: usize,
        reading: Reading,
        score: i32,
        inline: bool,
    ) {
        self.items.push(Item {
            line,
            at,
            label: None,
            style: None,
            value: None,
            title,
            body,
            known: reading.known,
            topics: reading.topics,
            class: Class::Bare,
            score,
            inline,
            own: true,
        });
    }

    /// Headings inside a paragraph, from view offset `from` on: `…。质量指标：…`, `…。(二)项目支出。…`. Only known titles count.
    fn inside(&mut self, line: usize, from: usize) {
        let (start, end) = self.lines[line].view;
        let whole = &self.view.text;
        if from >= end {
            return;
        }
        let mut floor_at = from;
        for hit in memchr2_iter(b':', b'(', &whole.as_bytes()[from..end]) {
            let at = from + hit;
            if at < floor_at {
                continue;
            }
            let (head, mark, title_end) = if whole.as_bytes()[at] == b'(' {
                if !whole[start..at].ends_with(['。', '；']) {
                    continue;
                }
                let Some(mark) = self.mark(at, end).filter(|m| m.firm == Firm::Sure) else { continue };
                let text = &whole[at + mark.len..end];
                let (len, delimiter, _) = self.title_end(text);
                if !matches!(delimiter, End::Inline(':' | '。')) || len > 60 {
                    continue;
                }
                (at, Some(mark), at + mark.len + len)
            } else {
                let window = &whole[ceil(whole, at.saturating_sub(48).max(floor_at))..at];
                let cut = window.char_indices().rev().find(|(_, c)| matches!(c, '。' | '；' | ':' | '，' | '！'));
                let head = at - window.len() + cut.map_or(0, |(i, c)| i + c.len_utf8());
                // Either a stop stands in front of it, or the heading of the line does.
                let stop = cut.is_some_and(|(_, c)| matches!(c, '。' | '；'));
                if !(stop || head == floor_at && head > start) {
                    continue;
                }
                (head, self.mark(head, at).filter(|m| m.firm == Firm::Sure), at)
            };
            let title = head + mark.map_or(0, |m| m.len);
            if title >= title_end {
                continue;
            }
            let reading = self.patterns.topics.read(&whole[title..title_end]);
            let inline = reading.topics.iter().all(|t| self.patterns.topics.get(*t).inline);
            if reading.known < Known::Title || !(inline || mark.is_some()) {
                continue;
            }
            if mark.is_none() && whole[title..title_end].chars().count() < 4 {
                continue;
            }
            let stop = whole[title_end..end].chars().next().map_or(0, char::len_utf8);
            let body = title_end + stop;
            match mark {
                None => self.push_bare(line, head, (title, title_end), body, reading, 10, true),
                Some(mark) => self.items.push(Item {
                    line,
                    at: head,
                    label: Some((head, title)),
                    style: Some(mark.style),
                    value: mark.value,
                    title: (title, title_end),
                    body,
                    known: reading.known,
                    topics: reading.topics,
                    class: Class::Heading,
                    score: 40,
                    inline: true,
                    own: true,
                }),
            }
            floor_at = body;
        }
    }
}

/// `收入支出决算总表否`: a row of a list of tables, and whether the table is empty.
fn row_of_tables(title: &str) -> bool {
    title.ends_with("表否") || title.ends_with("表是")
}

/// The last character boundary of `s` at or before `at`.
pub(super) fn floor(s: &str, at: usize) -> usize {
    let mut at = at.min(s.len());
    while !s.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first character boundary of `s` at or after `at`.
fn ceil(s: &str, at: usize) -> usize {
    let mut at = at.min(s.len());
    while !s.is_char_boundary(at) {
        at += 1;
    }
    at
}
