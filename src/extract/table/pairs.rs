//! Numbers that stand with their label alone, and runs of numbers that conversion glued together: what [`super::rows`] meets between
//! the rows of tables.

use smallvec::SmallVec;

use super::glued;
use super::header::Column;
use super::lines::{Layout, Line};
use super::number::{Shows, labelled, shows};
use super::rows::{Builder, Cell, Row};
use crate::extract::figures::Declared;
use crate::model::Span;
use crate::patterns::{Head, Label};

impl Builder<'_> {
    /// A row whose numbers run together; true where it was one, understood or not.
    pub(super) fn glued(&mut self, line: &Line) -> bool {
        let text = self.text();
        let Some(open) = &self.open else { return false };
        let Some(piece) = line.cells.last().filter(|_| line.cells.len() <= 2) else { return false };
        let cell = piece.view.of(text);
        // The run of digits at the end of the cell.
        let run = cell.rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '%')));
        let from = run.map_or(0, |n| n + cell[n..].chars().next().map_or(1, char::len_utf8));
        let run = cell[from..].trim_start_matches(['.', ',']);
        let from = cell.len() - run.len();
        let points = run.matches('.').count();
        if points < 2 && !(run.contains('%') && !run.ends_with('%') && points > 0) || run.len() < 8 {
            return false;
        }
        let heads: SmallVec<[Head; 8]> = open.header.values().filter_map(|c| c.head).collect();
        let values: Vec<Column> = open.header.values().cloned().collect();
        let start = piece.view.start as usize + from;
        let whole = Span::new(start, piece.view.end as usize);
        let label = match line.cells.len() {
            2 if from == 0 => line.cells[0].view,
            _ => Span::new(piece.view.start as usize, start),
        };
        let label = if label.is_empty() { open.label.unwrap_or(label) } else { label };
        // 96.88%109.69 under 分值, 执行率, 得分: the two in front may change places.
        let mut values = values;
        let cuts = glued::split(run, &heads).or_else(|| {
            let at = heads.windows(2).position(|w| w == [Head::Weight, Head::Rate])?;
            let mut swapped = heads.clone();
            swapped.swap(at, at + 1);
            values.swap(at, at + 1);
            glued::split(run, &swapped)
        });
        if let (Some(cuts), Some(open)) = (&cuts, &mut self.open) {
            open.decimals = glued::decimals(run, cuts, &heads);
        }
        // 其中：当年财政拨款: weight, rate and points are printed for the whole alone.
        let cuts = cuts.or_else(|| {
            let decimals = self.open.as_ref()?.decimals?;
            values.retain(|c| c.head.is_some_and(Head::money));
            glued::even(run, decimals, values.len())
        });
        let Some(cuts) = cuts else {
            self.out.unread.push(whole);
            return true;
        };
        let mut at = start;
        let mut cells: SmallVec<[Cell; 6]> = SmallVec::new();
        for (len, column) in cuts.iter().zip(&values) {
            cells.push(self.cell(Some(column), Span::new(at, at + len)));
            at += len;
        }
        self.out.cells.extend(cells.iter().map(|c| c.view));
        let names = self.names();
        self.push(label, cells, names);
        true
    }

    /// Cells that hold a label and its number: `一般公共预算：3,071.26`. True where there was one.
    pub(super) fn labelled(&mut self, line: &Line) -> bool {
        let text = self.text();
        let mut found = false;
        for piece in line.cells.iter().filter(|c| !c.hangs) {
            let cell = piece.view.of(text);
            let Some(at) = labelled(cell).filter(|at| *at <= 72) else { continue };
            let number = Span::new(piece.view.start as usize + at, piece.view.end as usize);
            let label = Span::new(piece.view.start as usize, number.start as usize);
            let money = self.tables.heads.label(label.of(text)) == Some(Label::Source)
                || ["基本支出", "项目支出", "人员经费", "公用经费"].iter().any(|w| label.of(text).contains(w));
            let scaled = self.open.is_some() || self.scale.is_some();
            if !money || !scaled {
                continue;
            }
            found = true;
            self.out.cells.push(number);
            self.pair(label, number);
        }
        found
    }

    /// A label and a number on their own.
    pub(super) fn pair(&mut self, label: Span, number: Span) {
        let cell = self.cell(None, number);
        let scale = self.reader.declared(label);
        let table = self.count;
        let cell = Cell { scale: cell.scale.or(scale).or(self.scale.filter(|_| self.open.is_none())), ..cell };
        let row = Row { label, table, pair: true, cells: SmallVec::from_iter([cell]), ..Row::default() };
        self.out.rows.push(row);
    }

    /// Labels and numbers side by side: `计划安排资金（元） 3,800,000.00 实际到位资金（元） 3,800,000.00`. A row under such a one takes
    /// its scale.
    pub(super) fn pairs(&mut self, line: &Line, i: usize) {
        let text = self.text();
        let kinds: SmallVec<[Shows; 8]> = line.cells.iter().map(|c| shows(c.view.of(text))).collect();
        if !kinds.iter().any(|k| k.number()) || line.cells.len() < 2 {
            return;
        }
        let mut any = false;
        for n in 1..line.cells.len() {
            let (label, number) = (&line.cells[n - 1], &line.cells[n]);
            let words = kinds[n - 1] == Shows::Words && label.view.len() <= 72;
            if !words || !matches!(kinds[n], Shows::Plain | Shows::Whole | Shows::Money) {
                continue;
            }
            let own = self.reader.declared(label.view);
            let above = own.is_none().then(|| self.above(i, label.column)).flatten();
            let source =
                self.tables.heads.label(label.view.of(text)).is_some() || label.view.of(text).starts_with("其中");
            // 自评总分 94.35
            if self.tables.heads.label(label.view.of(text)) == Some(Label::Score)
                && matches!(kinds[n], Shows::Plain | Shows::Whole)
            {
                any = true;
                self.pair(label.view, number.view);
                if let Some(cell) = self.out.rows.last_mut().and_then(|r| r.cells.first_mut()) {
                    cell.scale = None;
                    cell.head = Some(Head::Points);
                }
                continue;
            }
            let Some(scale) = own.or(above.filter(|_| source)).or(self.scale) else { continue };
            if self.tables.heads.counts(label.view.of(text)) {
                continue;
            }
            any = true;
            self.pair(label.view, number.view);
            if let Some(cell) = self.out.rows.last_mut().and_then(|r| r.cells.first_mut()) {
                cell.scale = Some(scale);
            }
        }
        if any {
            self.alone(line);
        }
    }

    /// `人员编制` ⏎ `26`: heads of a form, one cell a line.
    pub(super) fn heads_alone(&mut self, i: usize) {
        let text = self.text();
        let lines = self.reader.lines;
        let number = lines.get(i + 1).filter(|l| l.layout == Layout::Lone).and_then(|l| l.cells.first());
        let Some((label, number)) = lines[i].cells.first().zip(number) else { return };
        let few = number.view.len() <= 5 && shows(number.view.of(text)) == Shows::Whole;
        if few && label.view.len() <= 45 && self.reader.counts_heads(label.view) {
            self.pair(label.view, number.view);
        }
    }

    /// The scale in the label of the same column in the lines right above.
    fn above(&self, i: usize, column: u16) -> Option<Declared> {
        let lines = &self.reader.lines[i.saturating_sub(6)..i];
        let near = lines.iter().rev().take_while(|l| l.layout == self.reader.lines[i].layout);
        near.filter_map(|l| l.cells.iter().find(|c| c.column == column)).find_map(|c| self.reader.declared(c.view))
    }
}
