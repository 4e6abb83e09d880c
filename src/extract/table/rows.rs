//! Lines of cells in, the rows of tables of money and heads out: each value with the headers above it and the label of its row.
//! What a value means is the work of `facts`.

use smallvec::SmallVec;

use super::assign::{assign, fits};
use super::header::{Column, Header, Reader};
use super::lines::{Layout, Line, Piece};
use super::number::{Shows, shows};
use crate::extract::figures::Declared;
use crate::model::Span;
use crate::patterns::{Column as Says, Head, Label, Tables};

/// One row.
#[derive(Clone, Debug, Default)]
pub(in crate::extract) struct Row {
    /// What names it; empty where the headers alone say what the cells are.
    pub label: Span,
    /// Its rows are projects.
    pub project: bool,
    /// Its rows are organisations: 单位名称.
    pub units: bool,
    /// Its table has columns that are no money.
    pub mixed: bool,
    /// The title of its table, which may name a fund or what all rows are about.
    pub title: Option<Span>,
    /// Its cells in print order.
    pub cells: SmallVec<[Cell; 6]>,
    /// Which table it stands in.
    pub table: u32,
    /// A label and its number in one cell or side by side, under no header.
    pub pair: bool,
}

/// One value.
#[derive(Clone, Debug)]
pub(in crate::extract) struct Cell {
    /// The headers above it, the outermost first.
    pub titles: SmallVec<[Span; 3]>,
    /// What they say.
    pub head: Option<Head>,
    /// Its place in the folded view.
    pub view: Span,
    pub(super) shows: Shows,
    /// Where its scale was declared.
    pub scale: Option<Declared>,
    /// Index of its token.
    pub token: Option<usize>,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(in crate::extract) struct Tables_ {
    pub rows: Vec<Row>,
    /// Cells whose numbers are to be read on their own.
    pub cells: Vec<Span>,
    /// Runs of numbers that conversion glued together and nothing parts.
    pub unread: Vec<Span>,
    /// Where headers stand.
    pub headers: Vec<Span>,
}

/// The header of the column that names the rows, and what it says.
pub(super) type Names = Option<(Span, Head)>;

pub(super) struct Builder<'a> {
    pub reader: Reader<'a>,
    pub tables: &'a Tables,
    pub out: Tables_,
    pub(super) open: Option<Open>,
    /// 单位：万元, until it is declared anew or prose begins.
    pub(super) scale: Option<Declared>,
    /// A table of indicators is being passed.
    passing: bool,
    pub(super) count: u32,
}

/// The table that rows are read into.
pub(super) struct Open {
    pub(super) header: Header,
    /// Its first row in `out.rows`.
    first: usize,
    scale: Option<Declared>,
    /// The last line of words, which may name the row of the numbers below it.
    pub(super) label: Option<Span>,
    /// Lines since the last number.
    idle: u32,
    /// Its title.
    title: Option<Span>,
    /// Blank lines between its lines, where it has one cell a line.
    spaced: u16,
    /// How many decimals the money of a row has that ran together and was parted.
    pub(super) decimals: Option<usize>,
}

impl<'a> Builder<'a> {
    pub fn new(reader: Reader<'a>, tables: &'a Tables) -> Self {
        Builder { reader, tables, out: Tables_::default(), open: None, scale: None, passing: false, count: 0 }
    }

    /// Reads all lines.
    pub fn run(mut self) -> Tables_ {
        let lines = self.reader.lines;
        let mut i = 0;
        while i < lines.len() {
            i = self.line(i);
        }
        self.close();
        self.out
    }

    pub(super) fn text(&self) -> &'a str {
        self.reader.text
    }

    /// Reads what begins at line `i`; the line behind it.
    fn line(&mut self, i: usize) -> usize {
        let lines = self.reader.lines;
        let line = &lines[i];
        let view = line.view();
        let declared = self.reader.declared(view);
        // 单位：万元, or the title of a table that ends in its scale.
        let titled = line.layout == Layout::Lone && line.cells.iter().all(|c| c.view.len() <= 90);
        let apart = declared.is_some_and(|d| d.view.of(self.text()).contains("单位") || titled && d.header);
        if line.layout == Layout::Prose {
            self.close();
            (self.scale, self.passing) = (None, false);
            return i + 1;
        }
        if self.indicators(line) {
            self.close();
            self.passing = true;
            return i + 1;
        }
        let told = self.scale.is_some_and(|d| {
            let since = i.checked_sub(3).map_or(0, |n| lines[n].view().start);
            d.view.start >= since
        });
        if let Some((header, next)) = self.reader.header(i, told && !self.passing) {
            self.close();
            self.passing = false;
            self.out.headers.push(header.view);
            lines[i..next].iter().for_each(|l| self.alone(l));
            self.open(header, i);
            return next;
        }
        if apart {
            self.scale = declared;
            if line.cells.len() == 1 {
                if let Some(open) = &mut self.open {
                    open.scale = declared;
                }
                return i + 1;
            }
        }
        if self.passing {
            if line.cells.len() > 1 {
                self.alone(line);
            }
            return i + 1;
        }
        if self.open.is_some() {
            if self.divided(line) {
                return i + 1;
            }
            if sentence(line, self.text()) {
                if line.layout != Layout::Columns {
                    self.close();
                }
                return i + 1;
            }
            return match line.layout {
                Layout::Columns => self.placed(line, i),
                Layout::Words => self.words(line, i),
                _ => self.lone(i),
            };
        }
        if matches!(line.layout, Layout::Columns | Layout::Words) {
            self.pairs(line, i);
        } else {
            self.heads_alone(i);
        }
        i + 1
    }

    /// What `line` says that the rows below divide the whole by, as a row without numbers: 按子项目分. True where that is all of it.
    fn divided(&mut self, line: &Line) -> bool {
        let says = |c: &&Piece| {
            let label = self.tables.heads.label(self.reader.of(c));
            !c.hangs && matches!(label, Some(Label::Projects | Label::Sources))
        };
        let Some(label) = line.cells.iter().find(says).map(|c| c.view) else { return false };
        let names = self.names();
        self.push(label, SmallVec::new(), names);
        line.cells.iter().filter(|c| !c.view.is_empty()).count() == 1
    }

    /// The numbers of the cells of `line` are read cell by cell.
    pub(super) fn alone(&mut self, line: &Line) {
        let text = self.text();
        self.out.cells.extend(line.cells.iter().filter(|c| !c.hangs && is_cell(c, text)).map(|c| c.view));
    }

    /// Whether a line is the header of a table of indicators, or a part of it.
    fn indicators(&self, line: &Line) -> bool {
        let says = |c: &&Piece| {
            let column = self.tables.column(self.reader.of(c));
            matches!(
                column,
                Some(Says::Level1 | Says::Level2 | Says::Level3 | Says::Target | Says::Actual | Says::TargetAdjusted)
            )
        };
        let known = line.cells.iter().filter(|c| c.view.len() <= 60).filter(says).count();
        let first = line
            .cells
            .first()
            .is_some_and(|c| self.tables.first_level(self.reader.of(c)) || self.reader.of(c).contains("三级指标"));
        known >= 2 || known == 1 && line.cells.len() == 1 || first && line.cells.len() > 3
    }

    fn open(&mut self, header: Header, i: usize) {
        // The scale: in a header cell that is no column of numbers, right before the header, or declared for what follows.
        let corner = header.columns.iter().filter(|c| !c.head.is_some_and(Head::numbers)).flat_map(|c| c.titles.iter());
        let mut scale = corner.filter_map(|t| self.reader.declared(*t)).next();
        let lines = self.reader.lines;
        for line in lines[i.saturating_sub(4)..i].iter().rev() {
            if scale.is_some()
                || line.layout == Layout::Prose
                || line.cells.iter().any(|c| shows(self.reader.of(c)).number())
            {
                break;
            }
            scale = self.reader.declared(line.view());
        }
        // 一般公共预算财政拨款基本支出决算表, a few lines above.
        let above = lines[i.saturating_sub(8)..i].iter().rev().take_while(|l| l.layout != Layout::Prose);
        let title = above.filter(|l| l.cells.len() == 1).map(|l| l.cells[0].view).find(|v| {
            let words = v.of(self.text());
            // 公开06表 is a number, not a title.
            let title = words.ends_with('表') && !words.starts_with("公开") && v.len() >= 15;
            v.len() <= 150 && (title || words.contains("三公"))
        });
        let mut gaps = [0u32; 3];
        let near = &lines[i..lines.len().min(i + 40)];
        near.iter().skip(1).for_each(|l| gaps[usize::from(l.gap.min(2))] += 1);
        let spaced = (0..3u16).max_by_key(|n| (gaps[usize::from(*n)], 3 - n)).unwrap_or(0);
        let first = self.out.rows.len();
        let scale = scale.or(self.scale);
        self.count += 1;
        self.open = Some(Open { header, first, scale, label: None, idle: 0, title, spaced, decimals: None });
    }

    /// Ends the open table: its rows take the scale that was found for it.
    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        for row in &mut self.out.rows[open.first..] {
            for cell in &mut row.cells {
                cell.scale = cell.scale.or(open.scale);
            }
        }
    }

    /// A value under `column`, with the scale that its own headers declare.
    pub(super) fn cell(&self, column: Option<&Column>, view: Span) -> Cell {
        let titles = column.map(|c| c.titles.clone()).unwrap_or_default();
        let scale = titles.iter().rev().find_map(|t| self.reader.declared(*t));
        Cell { titles, head: column.and_then(|c| c.head), view, shows: shows(view.of(self.text())), scale, token: None }
    }

    /// Appends a row of the open table.
    pub(super) fn push(&mut self, label: Span, cells: SmallVec<[Cell; 6]>, names: Names) {
        let label_scale = self.reader.declared(label);
        let Some(open) = &mut self.open else { return };
        open.idle = 0;
        let mut row = Row {
            label,
            title: open.title,
            mixed: open.header.columns.iter().any(|c| c.head.is_some_and(|h| h.numbers() && !h.money())),
            units: names.is_some_and(|n| ["单位", "机构", "部门"].iter().any(|w| n.0.of(self.reader.text).contains(w))),
            project: names.is_some_and(|n| n.1 == Head::Project),
            cells,
            table: self.count,
            pair: false,
        };
        for cell in &mut row.cells {
            cell.scale = cell.scale.or(label_scale);
        }
        self.out.rows.push(row);
    }

    pub(super) fn names(&self) -> Names {
        let header = &self.open.as_ref()?.header;
        let column = header.names().next()?;
        Some((*column.titles.last()?, column.head?))
    }

    /// A row of cells that have columns.
    fn placed(&mut self, line: &Line, i: usize) -> usize {
        if self.open.as_ref().is_none_or(|o| !o.header.placed) {
            return self.words(line, i);
        }
        let text = self.text();
        self.alone(line);
        let Some(open) = &self.open else { return i + 1 };
        let header = &open.header;
        let kinds: SmallVec<[Shows; 16]> = line.cells.iter().map(|c| shows(c.view.of(text))).collect();
        if !kinds.iter().any(|k| k.number() || matches!(k, Shows::Nothing(_))) {
            return self.blank_row(line, i);
        }
        let names: Vec<(u16, Span, Head)> = header
            .columns
            .iter()
            .filter_map(|c| {
                Some((c.column, *c.titles.last()?, c.head.filter(|h| matches!(h, Head::Name | Head::Project))?))
            })
            .collect();
        let under =
            |c: &Piece| header.columns.iter().find(|h| h.column >= c.column && h.column < c.end.max(c.column + 1));
        // Each number under a header of its kind? Else a merged cell was printed once and all behind it has moved.
        let misplaced = line
            .cells
            .iter()
            .zip(&kinds)
            .any(|(c, k)| k.number() && !under(c).is_some_and(|h| h.head.is_none_or(|h| fits(h, *k))));
        let values: Vec<Column> = header.values().cloned().collect();
        let shown: SmallVec<[(&Piece, Shows); 16]> = line
            .cells
            .iter()
            .zip(&kinds)
            .filter(|(c, k)| !c.view.is_empty() && k.value())
            .map(|(c, k)| (c, *k))
            .collect();
        let moved = misplaced.then(|| assign(&shown.iter().map(|s| s.1).collect::<Vec<_>>(), &values)).flatten();
        let mut groups: Vec<(Span, Names, SmallVec<[Cell; 6]>)> = Vec::new();
        for (n, (piece, kind)) in line.cells.iter().zip(&kinds).enumerate() {
            let column = match &moved {
                Some(places) => {
                    let at = shown.iter().position(|(c, _)| *c == piece);
                    at.and_then(|at| places[at]).and_then(|at| values.get(at))
                }
                None if misplaced => None,
                None => under(piece),
            };
            let number = column.is_some_and(|c| c.head.is_some_and(Head::numbers));
            if !(kind.number()
                || matches!(kind, Shows::Nothing(_)) && column.is_some()
                || *kind == Shows::Blank && number)
            {
                continue;
            }
            // A number that names the row (行次) or its code is no value; nor is a blank that hangs from above.
            if piece.hangs {
                continue;
            }
            let name = names.iter().rev().find(|(c, ..)| *c < piece.column);
            let named = name.and_then(|(c, title, head)| {
                let cell = line.cells.iter().find(|p| p.column <= *c && *c < p.end)?;
                // 项目资金（万元） over all rows is the corner, and names none of them.
                let corner = cell.hangs || cell.view.of(text) == title.of(text);
                (!corner && !cell.view.is_empty() && shows(cell.view.of(text)) == Shows::Words)
                    .then_some((cell.view, Some((*title, *head))))
            });
            let nearest = || {
                let words = |p: &&Piece| !p.view.is_empty() && shows(p.view.of(text)) == Shows::Words;
                line.cells[..n].iter().rev().find(words).map(|p| (p.view, name.map(|(_, t, h)| (*t, *h))))
            };
            let (label, names) =
                named.or_else(nearest).unwrap_or((Span { start: piece.view.start, end: piece.view.start }, None));
            let cell = self.cell(column, piece.view);
            match groups.last_mut() {
                Some((l, _, cells)) if *l == label || l.is_empty() && label.is_empty() => cells.push(cell),
                _ => groups.push((label, names, SmallVec::from_iter([cell]))),
            }
        }
        for (label, names, cells) in groups {
            self.push(label, cells, names);
        }
        self.labelled(line);
        i + 1
    }

    /// A row of words and blanks: its label may stand over the rows below it, and its blanks say nothing.
    fn blank_row(&mut self, line: &Line, i: usize) -> usize {
        self.labelled(line);
        let text = self.text();
        let shown: SmallVec<[&Piece; 8]> = line.cells.iter().filter(|c| !c.view.is_empty() && !c.hangs).collect();
        let [label] = shown.as_slice() else { return i + 1 };
        let label = label.view;
        if label.len() > 90 || label.of(text).contains('。') {
            return i + 1;
        }
        let blanks: SmallVec<[Cell; 6]> = {
            let header = &self.open.as_ref().map(|o| o.header.clone());
            let Some(header) = header else { return i + 1 };
            let blank =
                |c: &&Column| line.cells.iter().any(|p| p.column <= c.column && c.column < p.end && p.view.is_empty());
            let place = Span { start: label.end, end: label.end };
            header.values().filter(blank).map(|c| self.cell(Some(c), place)).collect()
        };
        if !blanks.is_empty() {
            let names = self.names();
            self.push(label, blanks, names);
        }
        i + 1
    }

    /// A row of cells in order.
    fn words(&mut self, line: &Line, i: usize) -> usize {
        let text = self.text();
        let cells: SmallVec<[Piece; 8]> = line.cells.iter().filter(|c| !c.view.is_empty()).copied().collect();
        if cells.len() > 1 {
            self.alone(line);
        }
        let mut cells = cells;
        let mut kinds: SmallVec<[Shows; 8]> = cells.iter().map(|c| shows(c.view.of(text))).collect();
        // 208 社会保障和就业支出 96.84: the code of the row is no value.
        let coded = self.open.as_ref().is_some_and(|o| o.header.indexed());
        if coded && kinds.len() > 2 && kinds[0] == Shows::Whole && kinds[1] == Shows::Words {
            cells.remove(0);
            kinds.remove(0);
        }
        let first = kinds.iter().position(|k| k.value());
        let Some(first) = first else {
            if !self.glued(line)
                && !self.labelled(line)
                && let Some(open) = &mut self.open
            {
                open.idle += 1;
                if open.idle > 8 {
                    self.close();
                }
            }
            return i + 1;
        };
        let last = kinds.iter().rposition(|k| k.value()).unwrap_or(first);
        // Words between numbers: labels and numbers side by side, under no header.
        if kinds[first..=last].iter().any(|k| !k.value()) {
            if self.open.as_ref().is_some_and(|o| o.header.names().count() > 1) {
                self.groups(&cells, &kinds);
            } else if !self.labelled(line) {
                self.pairs(line, i);
            }
            return i + 1;
        }
        if self.glued(line) {
            return i + 1;
        }
        let Some(open) = &self.open else { return i + 1 };
        let label = match (first, self.names_at()) {
            (0, _) => open
                .label
                .filter(|_| open.header.lone)
                .unwrap_or(Span { start: cells[0].view.start, end: cells[0].view.start }),
            (_, Some(at))
                if at < first
                    && open.header.columns.iter().filter(|c| !c.head.is_some_and(Head::numbers)).count() == first =>
            {
                cells[at].view
            }
            _ => cells[first - 1].view,
        };
        let values: Vec<Column> = open.header.values().cloned().collect();
        // The row goes on in the next lines: exactly the numbers that it lacks, one a line.
        let (mut last, mut next) = (last, i + 1);
        let lack = values.len().saturating_sub(last + 1 - first);
        let lines = self.reader.lines;
        let more = lines[i + 1..].iter().take(lack).take_while(|l| {
            l.layout == Layout::Lone
                && l.gap == 0
                && l.cells.first().is_some_and(|c| shows(c.view.of(text)) == Shows::Plain)
        });
        let more: SmallVec<[Piece; 8]> = more.map(|l| l.cells[0]).collect();
        if lack > 0 && more.len() == lack && last + 1 == cells.len() && first > 0 {
            kinds.extend(more.iter().map(|c| shows(c.view.of(text))));
            cells.extend(more);
            last = cells.len() - 1;
            next = i + 1 + lack;
        }
        let places = assign(&kinds[first..=last], &values);
        let made = (first..=last)
            .map(|n| {
                let column = places.as_ref().and_then(|p| p[n - first]).and_then(|p| values.get(p));
                self.cell(column, cells[n].view)
            })
            .collect();
        let names = self.names();
        self.push(label, made, names);
        next
    }

    /// `一、事业收入 5 0.00 五、教育支出 36 0.00`: labels with their numbers, side by side under headers that come twice.
    fn groups(&mut self, cells: &[Piece], kinds: &[Shows]) {
        let Some(open) = &self.open else { return };
        let values: Vec<Column> = open.header.values().cloned().collect();
        let mut at = 0;
        while at < cells.len() {
            if kinds[at].value() {
                at += 1;
                continue;
            }
            let label = cells[at].view;
            let count = kinds[at + 1..].iter().take_while(|k| k.value()).count();
            let run = at + 1..at + 1 + count;
            let places = assign(&kinds[run.clone()], &values);
            let made = run
                .map(|n| {
                    let column = places.as_ref().and_then(|p| p[n - at - 1]).and_then(|p| values.get(p));
                    self.cell(column, cells[n].view)
                })
                .collect();
            let names = self.names();
            if count > 0 {
                self.push(label, made, names);
            }
            at += 1 + count;
        }
    }

    /// Which of the leading columns names the rows.
    fn names_at(&self) -> Option<usize> {
        let header = &self.open.as_ref()?.header;
        header
            .columns
            .iter()
            .position(|c| matches!(c.head, Some(Head::Project)))
            .or_else(|| header.columns.iter().position(|c| c.head == Some(Head::Name)))
    }

    /// One cell a line: a label, or the numbers that begin here.
    fn lone(&mut self, i: usize) -> usize {
        let text = self.text();
        let lines = self.reader.lines;
        let Some(piece) = lines[i].cells.first().copied() else { return i + 1 };
        let kind = shows(piece.view.of(text));
        if !kind.value() {
            if self.glued(&lines[i]) || self.labelled(&lines[i]) {
                return i + 1;
            }
            let declared = self.reader.declared(piece.view).filter(|d| d.view.len() + 4 >= piece.view.len());
            let Some(open) = &mut self.open else { return i + 1 };
            if declared.is_some() {
                open.scale = open.scale.or(declared);
                return i + 1;
            }
            open.label = Some(piece.view);
            open.idle += 1;
            if open.idle > 10 || piece.view.len() > 120 {
                self.close();
            }
            return i + 1;
        }
        let Some(open) = &self.open else { return i + 1 };
        // A number alone under rows that have their own is the page's.
        if !open.header.lone && open.label.is_none() {
            return i + 1;
        }
        // The number or code before a name is no value.
        let named =
            lines.get(i + 1).and_then(|l| l.cells.first()).is_some_and(|c| shows(c.view.of(text)) == Shows::Words);
        if open.header.indexed() && kind == Shows::Whole && named && open.label.is_none() {
            return i + 1;
        }
        let values: Vec<Column> = open.header.values().cloned().collect();
        let mut cells: Vec<(Span, Shows)> = Vec::new();
        let mut at = i;
        let spaced = open.spaced;
        // More blank lines than usual are cells that print nothing.
        let blanks = |line: &Line| usize::from(line.gap.saturating_sub(spaced) / (spaced + 1));
        while let Some(line) = lines.get(at).filter(|l| l.layout == Layout::Lone) {
            let Some(piece) = line.cells.first() else { break };
            let kind = shows(piece.view.of(text));
            let room = values.len().max(1) - cells.len();
            if room == 0 {
                break;
            }
            if at > i || open.label.is_some() {
                let place = Span { start: piece.view.start, end: piece.view.start };
                let some = blanks(line).min(if kind.value() { room - 1 } else { room });
                cells.extend((0..some).map(|_| (place, Shows::Blank)));
            }
            // 208 begins the next row of a table whose rows have codes.
            let behind = lines.get(at + 1).and_then(|l| l.cells.first()).map(|c| shows(c.view.of(text)));
            let code = open.header.indexed() && kind == Shows::Whole && behind == Some(Shows::Words);
            if !kind.value() || at > i && code && piece.view.len() >= 3 {
                break;
            }
            cells.push((piece.view, kind));
            at += 1;
        }
        let kinds: Vec<Shows> = cells.iter().map(|c| c.1).collect();
        let places = assign(&kinds, &values);
        let label = open.label.unwrap_or(Span { start: piece.view.start, end: piece.view.start });
        let made = cells
            .iter()
            .enumerate()
            .map(|(n, (view, _))| self.cell(places.as_ref().and_then(|p| p[n]).and_then(|p| values.get(p)), *view))
            .collect();
        let names = self.names();
        self.push(label, made, names);
        if let Some(open) = &mut self.open {
            open.label = None;
        }
        at.max(i + 1)
    }
}

/// Whether a piece is a cell and no text in one.
pub(super) fn is_cell(piece: &Piece, text: &str) -> bool {
    let cell = piece.view.of(text);
    !cell.is_empty() && cell.len() <= 120 && !cell.contains(['。', '；']) && cell.matches('，').count() < 2
}

/// A sentence and no row.
fn sentence(line: &Line, text: &str) -> bool {
    let view = line.view().of(text);
    let long = line.layout != Layout::Columns
        && (view.matches('，').count() >= 2 || view.contains('；') || view.chars().count() > 120);
    view.contains('。') || long
}
