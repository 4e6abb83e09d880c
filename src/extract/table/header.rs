//! Lines of cells in, the headers of tables out: which columns there are, what stands above each. Rows are the work of `rows`.

use smallvec::SmallVec;

use super::lines::{Layout, Line, Piece};
use super::number::{Shows, shows};
use crate::extract::figures::Declared;
use crate::model::Span;
use crate::patterns::{Head, Heads, Patterns};

/// How long a header is that is printed without a gap to the next one, in bytes.
const LONGEST: usize = 90;

/// One column under a header.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// The headers above it, the outermost first.
    pub titles: SmallVec<[Span; 3]>,
    /// What they say together; `None` where no word of them is known.
    pub head: Option<Head>,
    /// Its place among the cells of a row.
    pub column: u16,
}

/// The header of a table.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub columns: Vec<Column>,
    /// Cells have columns of their own; else they are told apart by their order.
    pub placed: bool,
    /// Its cells stand one a line.
    pub lone: bool,
    /// Its whole place.
    pub view: Span,
}

impl Header {
    /// The columns that numbers stand in, for rows whose cells come in order: of two equal groups side by side (收入 | 支出) the first;
    /// without the numbers of the rows before their names.
    pub fn values(&self) -> impl Iterator<Item = &Column> {
        let name = |c: &Column| matches!(c.head, Some(Head::Name | Head::Project));
        let first = self.columns.iter().position(name);
        let numbers = self.indexed();
        let heads = |columns: &[Column]| columns.iter().map(|c| c.head).collect::<Vec<_>>();
        let second = first.and_then(|f| self.columns[f + 1..].iter().position(name).map(|n| f + 1 + n));
        let twice = second.filter(|s| first == Some(0) && heads(&self.columns[..*s]) == heads(&self.columns[*s..]));
        let columns = &self.columns[..twice.unwrap_or(self.columns.len())];
        columns
            .iter()
            .enumerate()
            .filter(move |(n, c)| c.head.is_some_and(Head::numbers) && !(numbers && first.is_some_and(|f| *n < f)))
            .map(|(_, c)| c)
    }

    /// Whether the rows have a number or a code before their name.
    pub fn indexed(&self) -> bool {
        let first = self.columns.iter().position(|c| matches!(c.head, Some(Head::Name | Head::Project)));
        first.is_some_and(|f| f > 0 && self.columns[..f].iter().all(|c| c.head == Some(Head::Count)))
    }

    /// `项目名称 预算数 支出数 合计 中央 省级`: what stands last divides the first column of money, where rows have one number more than
    /// the header columns. The children's titles are put below its title.
    fn unfold(&mut self) {
        let child = |c: &Column| c.head == Some(Head::Amount);
        let tail = self.columns.iter().rev().take_while(|c| child(c)).count();
        let from = self.columns.len() - tail;
        let money = self.columns[..from].iter().position(|c| matches!(c.head, Some(Head::Money(_) | Head::Budget)));
        let (Some(at), true) = (money, tail >= 2) else { return };
        let children = self.columns.split_off(from);
        let parent = self.columns[at].clone();
        let below = children.into_iter().map(|c| Column {
            titles: parent.titles.iter().chain(&c.titles).copied().collect(),
            head: parent.head,
            column: 0,
        });
        self.columns.splice(at..=at, below);
        self.columns.iter_mut().enumerate().for_each(|(n, c)| c.column = n as u16);
    }

    /// The columns that name the rows.
    pub fn names(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|c| matches!(c.head, Some(Head::Name | Head::Project)))
    }
}

/// What reads headers.
pub(super) struct Reader<'a> {
    pub text: &'a str,
    pub patterns: &'a Patterns,
    pub heads: &'a Heads,
    pub lines: &'a [Line],
    pub declared: &'a [Declared],
}

impl Reader<'_> {
    pub fn of(&self, piece: &Piece) -> &str {
        piece.view.of(self.text)
    }

    /// A scale declared inside `view`.
    pub fn declared(&self, view: Span) -> Option<Declared> {
        let from = self.declared.partition_point(|d| d.view.start < view.start);
        self.declared[from..].iter().find(|d| d.view.end <= view.end).copied()
    }

    /// 年度预算数（万元） before 年初预算, 调整后预算数: the first header has a scale and the others have none. It names the rows.
    fn corner(&self, columns: &mut [Column]) {
        let scaled = |c: &Column| c.titles.iter().any(|t| self.declared(*t).is_some());
        let money = |c: &Column| c.head.is_some_and(Head::money);
        if let Some((first, rest)) = columns.split_first_mut()
            && money(first)
            && scaled(first)
            && rest.iter().filter(|c| money(c)).count() >= 2
            && !rest.iter().any(|c| money(c) && scaled(c))
        {
            first.head = Some(Head::Name);
        }
    }

    fn head(&self, view: Span) -> Option<Head> {
        self.heads.head(view.of(self.text)).map(|(h, _)| h)
    }

    /// Whether a line has no number in it and is short enough for a header.
    fn worded(&self, line: &Line) -> bool {
        line.cells.iter().filter(|c| !c.view.is_empty()).all(|c| {
            let text = self.of(c);
            text.len() <= 90 && matches!(shows(text), Shows::Words) && !text.contains(['。', '；'])
        })
    }

    /// The header that begins at line `i`, and the line behind it. `told` says that a scale was declared right before.
    pub fn header(&self, i: usize, told: bool) -> Option<(Header, usize)> {
        let line = self.lines.get(i)?;
        match line.layout {
            Layout::Columns => self.placed(i, told),
            Layout::Words => self.zipped(i).or_else(|| self.words(i, told)),
            Layout::Lone => {
                let told = told.then(|| self.told(i)).flatten();
                told.or_else(|| self.glued(i)).or_else(|| self.zipped(i)).or_else(|| self.lone(i))
            }
            Layout::Prose => None,
        }
    }

    /// Cells in columns: one row of headers, or several above one another.
    fn placed(&self, i: usize, told: bool) -> Option<(Header, usize)> {
        let line = &self.lines[i];
        if !self.worded(line) {
            return None;
        }
        let shown: SmallVec<[&Piece; 16]> = line.cells.iter().filter(|c| !c.view.is_empty()).collect();
        let known = shown.iter().filter(|c| self.head(c.view).is_some_and(Head::numbers)).count();
        let spoken = shown.iter().filter(|c| self.concept(c.view)).count();
        let named = shown.iter().any(|c| matches!(self.head(c.view), Some(Head::Name | Head::Project)));
        let below = self.lines.get(i + 1).filter(|l| l.layout == Layout::Columns);
        let numbers = below.is_some_and(|l| l.cells.iter().any(|c| shows(self.of(c)).number()));
        let enough = known >= 2 || known == 1 && named || numbers && (told || spoken >= 2);
        if shown.len() < 2 || !enough {
            return None;
        }
        let mut rows: SmallVec<[usize; 4]> = SmallVec::new();
        if let Some(above) = i.checked_sub(1).filter(|a| self.parents(*a, i)) {
            rows.push(above);
        }
        rows.push(i);
        let mut next = i + 1;
        while next < self.lines.len() && rows.len() < 4 && self.below(&rows, next) {
            rows.push(next);
            next += 1;
        }
        let width = rows.iter().flat_map(|r| &self.lines[*r].cells).map(|c| c.end).max().unwrap_or(0);
        let mut columns = Vec::with_capacity(width as usize);
        for column in 0..width {
            let mut titles: SmallVec<[Span; 3]> = SmallVec::new();
            for (n, row) in rows.iter().enumerate() {
                let cells = &self.lines[*row].cells;
                let at = cells.iter().find(|c| c.column <= column && column < c.end);
                let mut view = at.map(|c| c.view).filter(|v| !v.is_empty());
                // Printed once over several columns: what stands to its left goes on where a row below divides it.
                let divided = rows[n + 1..].iter().any(|r| self.filled(*r, column));
                if view.is_none() && divided {
                    let left = cells.iter().rev().find(|c| c.column < column && !c.view.is_empty());
                    view = left.map(|c| c.view);
                }
                if let Some(view) = view
                    && titles.last().is_none_or(|t| t.of(self.text) != view.of(self.text))
                {
                    titles.push(view);
                }
            }
            if !titles.is_empty() {
                let head = self.together(&titles);
                columns.push(Column { titles, head, column });
            }
        }
        self.corner(&mut columns);
        let first = self.lines[rows[0]].view();
        let view = rows.iter().map(|r| self.lines[*r].view()).fold(first, Span::join);
        Some((Header { columns, placed: true, lone: false, view }, next))
    }

    /// Whether a header names a concept: 公务接待费.
    fn concept(&self, view: Span) -> bool {
        let text = view.of(self.text);
        text.len() <= 72 && self.head(view).is_none() && {
            let mut hits = Vec::new();
            super::facts::subject(view, self.text, self.patterns, &mut hits).concept.is_some()
        }
    }

    /// Whether a label names a number of heads.
    pub fn counts_heads(&self, view: Span) -> bool {
        let mut hits = Vec::new();
        let concept = super::facts::subject(view, self.text, self.patterns, &mut hits).concept;
        concept.is_some_and(|c| self.patterns.concepts.get(c).measure == Some(crate::model::Measure::Person))
    }

    /// What a path of titles says: the innermost word that says a stage or a kind.
    fn together(&self, titles: &[Span]) -> Option<Head> {
        let mut found = None;
        for title in titles.iter().rev() {
            match (self.head(*title), found) {
                (Some(head @ (Head::Money(_) | Head::Budget)), None | Some(Head::Amount)) => return Some(head),
                (Some(head), None) => found = Some(head),
                _ => {}
            }
        }
        found
    }

    fn filled(&self, row: usize, column: u16) -> bool {
        self.lines[row].cells.iter().any(|c| c.column <= column && column < c.end && !c.view.is_empty() && !c.hangs)
    }

    /// Whether line `above` is a row of wider headers over `i`: 收入 | 支出.
    fn parents(&self, above: usize, i: usize) -> bool {
        let (a, b) = (&self.lines[above], &self.lines[i]);
        let shown = a.cells.iter().filter(|c| !c.view.is_empty()).count();
        let count = b.cells.iter().filter(|c| !c.view.is_empty()).count();
        let wide = a.cells.iter().any(|c| c.end - c.column > 1 || c.view.is_empty());
        let known = |c: &Piece| {
            let text = self.of(c);
            self.head(c.view).is_some_and(Head::numbers) || text.ends_with("收入") || text.ends_with("支出")
        };
        let parts = a.cells.iter().filter(|c| !c.view.is_empty()).all(known);
        a.layout == Layout::Columns && shown >= 2 && shown < count && wide && parts && self.worded(a)
    }

    /// Whether line `next` divides the headers above it.
    fn below(&self, rows: &[usize], next: usize) -> bool {
        let line = &self.lines[next];
        if line.layout != Layout::Columns || !self.worded(line) {
            return false;
        }
        let above = &self.lines[rows[rows.len() - 1]].cells;
        let first = above.iter().filter(|c| self.head(c.view).is_some_and(Head::numbers)).map(|c| c.column).min();
        let mut own = 0;
        for cell in line.cells.iter().filter(|c| !c.view.is_empty() && !c.hangs) {
            let over = above.iter().find(|c| c.column <= cell.column && cell.column < c.end);
            let text = self.of(cell);
            let (blank, wide, same) = match over {
                None => (true, false, false),
                Some(over) => {
                    let twin = above.iter().any(|c| {
                        c.column != over.column
                            && !c.view.is_empty()
                            && self.of(c) == self.of(over)
                            && c.column.abs_diff(over.column) == 1
                    });
                    let open = above.iter().any(|c| c.column == over.end && c.view.is_empty());
                    (over.view.is_empty(), over.end - over.column > 1 || twin || open, self.of(over) == text)
                }
            };
            if same {
                continue;
            }
            let inside = first.is_some_and(|f| cell.column >= f) || self.head(cell.view).is_some();
            if !(blank || wide) || !inside {
                return false;
            }
            own += 1;
        }
        own > 0
    }

    /// Headers parted by white space; the line may be broken.
    fn words(&self, i: usize, told: bool) -> Option<(Header, usize)> {
        let line = &self.lines[i];
        if !self.worded(line) || line.cells.len() < 2 {
            return None;
        }
        let mut views: Vec<Span> = line.cells.iter().flat_map(|c| self.parted(c.view)).collect();
        let mut next = i + 1;
        // A word, or the row, broken over lines of one paragraph or of neighbouring ones.
        while let Some(more) = self.lines.get(next).filter(|l| matches!(l.layout, Layout::Words | Layout::Lone)) {
            let (Some(last), Some(first)) = (views.last().copied(), more.cells.first()) else { break };
            if !self.worded(more) || next > i + 3 {
                break;
            }
            let joined = Span { start: last.start, end: first.view.end };
            let broken = self.head(first.view).is_none() && self.joined_head(last, first.view).is_some();
            let rest = &more.cells[usize::from(broken)..];
            let rest: Vec<Span> = rest.iter().flat_map(|c| self.parted(c.view)).collect();
            let known = rest.iter().all(|v| self.head(*v).is_some_and(|h| h.numbers() || h == Head::Text));
            if !known || !broken && rest.is_empty() {
                break;
            }
            if broken {
                views.pop();
                views.push(joined);
            }
            views.extend(rest);
            next += 1;
        }
        let known = views.iter().filter(|v| self.head(**v).is_some_and(Head::numbers)).count();
        let strange = views.iter().filter(|v| self.head(**v).is_none()).count();
        let below = self.lines.get(next);
        let numbers = below.is_some_and(|l| l.cells.iter().any(|c| shows(self.of(c)).number()));
        let ok = known >= 2 && strange <= 1 + known / 2 || known == 1 && strange == 0 && numbers && views.len() >= 2;
        (ok || told && numbers && views.len() >= 2).then(|| (self.listed(views, false), next))
    }

    /// One header cell a line, each perhaps broken over several.
    fn lone(&self, i: usize) -> Option<(Header, usize)> {
        let (mut views, mut at) = (Vec::new(), i);
        loop {
            if let Some((view, next)) = self.lone_cell(at) {
                views.push(view);
                at = next;
                continue;
            }
            // 本年支出合计 among headers is one.
            let line = self.lines.get(at).filter(|l| l.layout == Layout::Lone && !views.is_empty());
            match line.and_then(|l| l.cells.first()).filter(|c| self.concept(c.view)) {
                Some(cell) => {
                    views.push(cell.view);
                    at += 1;
                }
                None => break,
            }
        }
        let known = views.iter().filter(|v| self.head(**v).is_some_and(Head::numbers)).count();
        if known < 2 {
            return None;
        }
        let number = |l: &&Line| l.layout == Layout::Lone && l.cells.first().is_some_and(|c| shows(self.of(c)).value());
        let behind = self.lines[at..].iter().take(16).take_while(number).count();
        let last = *views.last()?;
        let mut header = self.listed(views, true);
        for column in header.columns.iter_mut().filter(|c| c.head.is_none() && self.concept(c.titles[0])) {
            column.head = Some(Head::Amount);
        }
        // The last word names the first row where one number is missing: 合计, 基本支出.
        let names = self.heads.label(last.of(self.text)).is_some()
            || self.concept(last)
            || self.head(last) == Some(Head::Amount);
        if names && behind > 0 && behind + 1 == header.values().count() {
            header.columns.retain(|c| !c.titles.contains(&last));
            at -= 1;
        }
        (header.values().count() >= 2).then_some((header, at))
    }

    /// Under a title with a scale: words one a line, as many as numbers follow, and perhaps one more that names them.
    fn told(&self, i: usize) -> Option<(Header, usize)> {
        let word = |l: &Line| {
            l.layout == Layout::Lone && self.worded(l) && l.cells.first().is_some_and(|c| c.view.len() <= 60)
        };
        let number = |l: &Line| l.layout == Layout::Lone && l.cells.first().is_some_and(|c| shows(self.of(c)).value());
        let words = self.lines[i..].iter().take(16).take_while(|l| word(l) && !number(l)).count();
        let numbers = self.lines[i + words..].iter().take(16).take_while(|l| number(l)).count();
        let mut views: Vec<Span> =
            self.lines[i..i + words].iter().filter_map(|l| Some(l.cells.first()?.view)).collect();
        // 其中：alone is no header.
        views.retain(|v| v.of(self.text).trim_end_matches(':') != "其中");
        let names = views.first().is_some_and(|v| matches!(self.head(*v), Some(Head::Name | Head::Project)));
        let labelled = usize::from(names);
        let spoken = views.iter().filter(|v| self.concept(**v) || self.head(**v).is_some_and(Head::numbers)).count();
        if numbers < 2 || views.len() != numbers + 2 * labelled || spoken < 2 {
            return None;
        }
        let next = if names { i + words - 1 } else { i + words };
        views.truncate(numbers + labelled);
        let mut header = self.listed(views, true);
        for column in &mut header.columns {
            column.head = column.head.or(Some(Head::Amount));
        }
        Some((header, next))
    }

    /// The header cell that begins at the lone line `at`: the most lines that make a known word.
    fn lone_cell(&self, at: usize) -> Option<(Span, usize)> {
        let mut found = None;
        let mut view: Option<Span> = None;
        for (n, line) in self.lines[at..].iter().take(3).enumerate() {
            let cell = line.cells.first().filter(|_| line.layout == Layout::Lone && self.worded(line))?;
            // Two headers are not one word, but for 年初 and 全年, which end in the next line.
            let short = |v: Span| v.len() <= "调整后".len() && self.head(v).is_some_and(Head::money);
            if view.is_some_and(|v| self.head(cell.view).is_some() && self.head(v).is_some() && !short(v)) {
                break;
            }
            let whole = view.map_or(cell.view, |v| v.join(cell.view));
            view = Some(whole);
            if self.head(whole).is_some() {
                found = Some((whole, at + n + 1));
            }
            if n + 1 == self.lines.len() - at {
                break;
            }
            if self.lines.get(at + n + 1).is_none_or(|l| l.layout != Layout::Lone || !self.worded(l)) {
                break;
            }
        }
        found
    }

    fn joined_head(&self, a: Span, b: Span) -> Option<Head> {
        let word = format!("{}{}", a.of(self.text), b.of(self.text));
        self.heads.head(&word).map(|(h, _)| h)
    }

    /// `年初 全年 全年` over `预算数 预算数 执行数`: cells of one header in two lines, other headers between them.
    fn zipped(&self, i: usize) -> Option<(Header, usize)> {
        let line = &self.lines[i];
        let part = |c: &Piece| {
            matches!(self.of(c), "年初" | "全年" | "调整后" | "上年" | "本年" | "年度" | "全年(调整)" | "当年" | "实际")
        };
        if line.cells.len() < 2 || !line.cells.iter().all(part) {
            return None;
        }
        let mut rest = Vec::new();
        for (n, more) in self.lines.iter().enumerate().skip(i + 1).take(4) {
            if !matches!(more.layout, Layout::Words | Layout::Lone) || !self.worded(more) {
                return None;
            }
            let heads: Vec<Option<Head>> =
                line.cells.iter().zip(&more.cells).map(|(a, b)| self.joined_head(a.view, b.view)).collect();
            if more.cells.len() == line.cells.len() && heads.iter().all(Option::is_some) {
                let titles = |a: &Piece, b: &Piece| SmallVec::from_iter([a.view, b.view]);
                let mut columns: Vec<Column> = line
                    .cells
                    .iter()
                    .zip(&more.cells)
                    .zip(heads)
                    .map(|((a, b), head)| Column { titles: titles(a, b), head, column: 0 })
                    .collect();
                columns.extend(rest);
                columns.iter_mut().enumerate().for_each(|(n, c)| c.column = n as u16);
                let view = line.view().join(more.view());
                return Some((Header { columns, placed: false, lone: false, view }, n + 1));
            }
            rest.extend(more.cells.iter().filter_map(|c| {
                let head = self.head(c.view).filter(|h| matches!(h, Head::Rate | Head::Weight | Head::Points))?;
                Some(Column { titles: SmallVec::from_iter([c.view]), head: Some(head), column: 0 })
            }));
        }
        None
    }

    /// Headers glued into one word: `年初预算数全年预算数（A）全年执行数（B）`.
    fn glued(&self, i: usize) -> Option<(Header, usize)> {
        let cell = self.lines[i].cells.first()?;
        let views = self.parted(cell.view);
        (views.len() >= 3).then(|| (self.listed(views.into_vec(), false), i + 1))
    }

    /// The headers that `view` is made of; itself where it is one, or none.
    fn parted(&self, view: Span) -> SmallVec<[Span; 8]> {
        let text = view.of(self.text);
        if self.heads.head(text).is_some() || text.len() < 24 || text.len() > 300 {
            return SmallVec::from_iter([view]);
        }
        // No header holds a mark that ends a sentence.
        if text.ends_with(['。', '；', '，', '、']) {
            return SmallVec::from_iter([view]);
        }
        let starts: SmallVec<[usize; 64]> = text.char_indices().map(|(i, _)| i).collect();
        // The last of them ends where the text does: asked first, because most lines of prose are told by it.
        let near = starts.iter().rev().take_while(|start| text.len() - **start <= LONGEST);
        if !near.clone().any(|start| self.heads.head(&text[*start..]).is_some()) {
            return SmallVec::from_iter([view]);
        }
        for from in &starts {
            if let Some(cuts) = self.segments(text, *from, &starts).filter(|c| c.len() >= 3) {
                let mut out: SmallVec<[Span; 8]> = SmallVec::new();
                let base = view.start as usize;
                if *from > 0 {
                    out.push(Span::new(base, base + from));
                }
                out.extend(cuts.iter().map(|(s, e)| Span::new(base + s, base + e)));
                return out;
            }
        }
        SmallVec::from_iter([view])
    }

    /// `text` from `from` on as headers without a rest, each as long as can be.
    fn segments(&self, text: &str, from: usize, starts: &[usize]) -> Option<SmallVec<[(usize, usize); 8]>> {
        let mut out = SmallVec::new();
        let mut at = from;
        while at < text.len() {
            let ends = starts.iter().copied().chain([text.len()]).filter(|e| *e > at && *e - at <= LONGEST);
            let end = ends
                .filter(|e| {
                    // A bracket belongs to the word before it.
                    let open = text[at..*e].matches('(').count() == text[at..*e].matches(')').count();
                    // 执行率(B/A)得分 is two: what ends in a bracket and is a header ends there.
                    let cell = &text[at..*e];
                    let two =
                        cell.rfind(')').is_some_and(|n| n + 1 < cell.len() && self.heads.head(&cell[..=n]).is_some());
                    open && !two && !text[*e..].starts_with('(') && self.heads.head(cell).is_some()
                })
                .max()?;
            out.push((at, end));
            at = end;
        }
        Some(out)
    }

    /// A header of cells in order.
    fn listed(&self, views: Vec<Span>, lone: bool) -> Header {
        let view = views.iter().copied().reduce(Span::join).unwrap_or_default();
        let column = |(n, view): (usize, Span)| {
            let word: String = view.of(self.text).split(['\n', ' ']).collect();
            let head = self.heads.head(&word).map(|(h, _)| h);
            Column { titles: SmallVec::from_iter([view]), head, column: n as u16 }
        };
        let mut columns: Vec<Column> = views.into_iter().enumerate().map(column).collect();
        self.corner(&mut columns);
        let mut header = Header { columns, placed: false, lone, view };
        header.unfold();
        header
    }
}
