//! Lines of cells in, the same lines with the rows of a table of indicators parted where conversion ran their cells together:
//! `产出指标数量指标栽植乔木≥3200株3260株1010`.
//!
//! A row is parted only where there is one way: the reached value repeats the measure of the wanted one, or both are dates; the points
//! are none above their weight. The weights of the whole table must come to a hundred, perhaps with ten or twenty for the execution of
//! the budget. Else the lines stay as they are.

use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::lines::{Layout, Line, Piece};
use crate::model::Span;
use crate::patterns::{Column, Patterns, Tables};

/// Parts `lines` below each header that ran together.
pub(super) fn part(lines: &mut [Line], text: &str, patterns: &Patterns) {
    let tables = &patterns.tables;
    let mut i = 0;
    while i < lines.len() {
        let Some((at, columns)) = alone(&lines[i]).and_then(|v| header(v.of(text), tables)) else {
            i += 1;
            continue;
        };
        let columns: SmallVec<[Span; 8]> = SmallVec::from_iter(columns.iter().map(|c| shift(*c, lines[i].view(), at)));
        let says: SmallVec<[Column; 8]> = columns.iter().filter_map(|c| tables.column(c.of(text))).collect();
        let from = i + 1;
        i = from;
        let mut rows: Vec<Option<Line>> = Vec::new();
        let mut sum = Decimal::ZERO;
        let mut ended = false;
        while let Some(view) = lines.get(i).and_then(alone).filter(|_| !ended) {
            let cell = view.of(text);
            let total = total(cell, &says, tables);
            ended = total.is_some();
            let Some((row, weight)) = total.or_else(|| row(cell, &says, tables)) else { break };
            sum += weight.unwrap_or_default();
            let cells = row.iter().map(|(column, span)| {
                let column = *column as u16;
                Piece { view: shift(*span, view, 0), column, end: column + 1, hangs: false }
            });
            let cells: SmallVec<[Piece; 8]> = cells.collect();
            let line = Line { layout: Layout::Columns, cells, gap: lines[i].gap };
            rows.push((!row.is_empty()).then_some(line));
            i += 1;
        }
        let rest = Decimal::ONE_HUNDRED - sum;
        let closes = !says.contains(&Column::Weight) || [0, 10, 20].iter().any(|r| rest == Decimal::from(*r));
        if !closes || !rows.iter().any(Option::is_some) {
            i = from;
            continue;
        }
        let cells = columns.iter().enumerate().map(|(n, view)| Piece {
            view: *view,
            column: n as u16,
            end: n as u16 + 1,
            hangs: false,
        });
        lines[from - 1] = Line { layout: Layout::Columns, cells: cells.collect(), gap: lines[from - 1].gap };
        for (line, row) in lines[from..].iter_mut().zip(rows) {
            if let Some(row) = row {
                *line = row;
            }
        }
    }
}

/// The one cell of a line that nothing parts.
fn alone(line: &Line) -> Option<Span> {
    (line.layout == Layout::Lone && line.cells.len() == 1).then(|| line.cells[0].view)
}

/// `span` of a cell as a place in the view.
fn shift(span: Span, cell: Span, by: usize) -> Span {
    let by = cell.start as usize + by;
    Span::new(by + span.start as usize, by + span.end as usize)
}

/// Where the headers begin in `cell`, and each of them from there on. A word over all of them (绩效指标) may stand in front.
fn header(cell: &str, tables: &Tables) -> Option<(usize, SmallVec<[Span; 8]>)> {
    if cell.len() < 36 || cell.len() > 300 || !cell.contains("指标") {
        return None;
    }
    let order = [
        Column::Level1,
        Column::Level2,
        Column::Level3,
        Column::Target,
        Column::Actual,
        Column::Weight,
        Column::Score,
        Column::Reason,
    ];
    cell.char_indices().map(|(at, _)| at).take_while(|at| *at <= 24).find_map(|at| {
        let found = segments(&cell[at..], tables)?;
        let says: SmallVec<[Column; 8]> = found.iter().filter_map(|s| tables.column(s.of(&cell[at..]))).collect();
        let places: Option<SmallVec<[usize; 8]>> = says.iter().map(|s| order.iter().position(|o| o == s)).collect();
        let sorted = places?.windows(2).all(|w| w[0] < w[1]);
        let has = |c| says.contains(&c);
        let whole = has(Column::Level3) && has(Column::Target) && has(Column::Actual) && has(Column::Score);
        (sorted && whole).then_some((at, found))
    })
}

/// `text` as headers without a rest, each as long as can be; a bracket belongs to the word before it.
fn segments(text: &str, tables: &Tables) -> Option<SmallVec<[Span; 8]>> {
    let mut out = SmallVec::new();
    let mut at = 0;
    while at < text.len() {
        let ends = text[at..].char_indices().map(|(n, c)| at + n + c.len_utf8()).take_while(|e| e - at <= 90);
        let one = |end: &usize| {
            let word = &text[at..*end];
            let closed = match word.find(['(', '/']) {
                Some(n) => word.find(')') == Some(word.len() - 1) && word[n..].starts_with('('),
                None => true,
            };
            closed && tables.column(word).is_some()
        };
        let end = ends.filter(one).max()?;
        out.push(Span::new(at, end));
        at = end;
    }
    Some(out)
}

/// The cells of a row: the place of each among the columns.
type Cells = SmallVec<[(usize, Span); 8]>;

/// `总分10097.50`
fn total(cell: &str, says: &[Column], tables: &Tables) -> Option<(Cells, Option<Decimal>)> {
    let from = cell.find(|c: char| c.is_ascii_digit())?;
    if !tables.ends(&cell[..from]) {
        return None;
    }
    let place = |column| says.iter().position(|c| *c == column);
    let mut out = Cells::from_iter([(0, Span::new(0, from))]);
    let mut at = from;
    if let Some(weight) = place(Column::Weight) {
        if !cell[from..].starts_with("100") {
            return None;
        }
        at += 3;
        out.push((weight, Span::new(from, at)));
    }
    if at < cell.len() {
        points(&cell[at..]).filter(|p| *p <= Decimal::ONE_HUNDRED)?;
        out.push((place(Column::Score)?, Span::new(at, cell.len())));
    }
    Some((out, None))
}

/// The cells of a row, and its weight. No cells where only its weight is certain.
fn row(cell: &str, says: &[Column], tables: &Tables) -> Option<(Cells, Option<Decimal>)> {
    let place = |column| says.iter().position(|c| *c == column);
    let weighed = place(Column::Weight).is_some();
    let mut out = Cells::new();
    let mut at = 0;
    let first = place(Column::Level1).and_then(|_| tables.level_before(cell, true));
    let second = |at: usize| place(Column::Level2).and_then(|_| tables.level_before(&cell[at..], false));
    if let (Some(len), Some(column)) = (first, place(Column::Level1))
        && (second(len).is_some() || cell[..len].ends_with("指标") && !tables.second_level(&cell[..len]))
    {
        out.push((column, Span::new(0, len)));
        at = len;
    }
    if let (Some(len), Some(column)) = (second(at), place(Column::Level2))
        && (at > 0 || cell[..len].ends_with("指标"))
    {
        out.push((column, Span::new(at, at + len)));
        at += len;
    }
    let levels = at > 0;
    let mut found: SmallVec<[[usize; 4]; 2]> = SmallVec::new();
    let signs = |c: char| "≥≤><=≧≦≈".contains(c);
    let mut before = None;
    for (n, c) in cell[at..].char_indices() {
        let start = at + n;
        let begins = signs(c) && !before.is_some_and(signs)
            || c.is_ascii_digit()
                && !before.is_some_and(|b: char| signs(b) || b.is_ascii_digit() || b == '.' || b == ',');
        before = Some(c);
        if begins && n > 0 {
            found.extend(values(cell, start).map(|(a, t, e)| [start, a, t, e]));
        }
    }
    let [[start, actual, tail, end]] = found.as_slice() else {
        // A text that was reached parts nowhere, yet its weight counts.
        let from = cell.len() - cell.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let weight = shared(&cell[from..]).map(|(w, _)| w).filter(|_| weighed);
        return (levels && (weight.is_some() || !weighed)).then_some((Cells::new(), weight));
    };
    let (start, actual, tail, end) = (*start, *actual, *tail, *end);
    out.push((place(Column::Level3)?, Span::new(at, start)));
    out.push((place(Column::Target)?, Span::new(start, actual)));
    out.push((place(Column::Actual)?, Span::new(actual, tail)));
    let mut weight = None;
    let mut score = tail;
    if let Some(column) = place(Column::Weight) {
        let (value, len) = shared(&cell[tail..end])?;
        weight = Some(value);
        score = tail + len;
        out.push((column, Span::new(tail, score)));
    } else {
        points(&cell[tail..end]).filter(|p| *p <= Decimal::from(40))?;
    }
    out.push((place(Column::Score)?, Span::new(score, end)));
    if end < cell.len() {
        out.push((place(Column::Reason)?, Span::new(end, cell.len())));
    }
    Some((out, weight))
}

/// From a wanted value at `start` on: where the reached one begins, where the points begin and end.
fn values(cell: &str, start: usize) -> Option<(usize, usize, usize)> {
    let sign = cell[start..].chars().take_while(|c| !c.is_ascii_digit()).map(char::len_utf8).sum::<usize>();
    let from = start + sign;
    let dated = date(&cell[from..]).and_then(|a| Some((from + a, from + a + date(&cell[from + a..])?)));
    let measured = || {
        let wanted = number(&cell[from..])?;
        let behind = &cell[from + wanted..];
        let measure = &behind[..behind.find(|c: char| c.is_ascii_digit())?];
        let known = !measure.is_empty()
            && measure.chars().count() <= 8
            && !measure.contains(|c: char| "≥≤><=≧≦≈,,。;:、.-".contains(c));
        let actual = from + wanted + measure.len();
        let reached = number(&cell[actual..])?;
        (known && cell[actual + reached..].starts_with(measure)).then_some((actual, actual + reached + measure.len()))
    };
    let (actual, tail) = dated.or_else(measured)?;
    let len = number(&cell[tail..])?;
    let reason = &cell[tail + len..];
    let word = reason.is_empty() || reason.chars().count() >= 3 && reason.starts_with(|c: char| c >= '\u{4e00}');
    word.then_some((actual, tail, tail + len))
}

/// The length of the run of digits that `text` begins with.
fn number(text: &str) -> Option<usize> {
    let len = text.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
    (len > 0 && text.as_bytes()[0].is_ascii_digit()).then_some(len)
}

/// The length of the date that `text` begins with: `4月30日前`, `2022年10月`.
fn date(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut parts = 0;
    for (mark, most) in [('年', 4), ('月', 2), ('日', 2)] {
        let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        if (1..=most).contains(&digits) && (most == 2 || digits == 4) && text[at + digits..].starts_with(mark) {
            at += digits + mark.len_utf8();
            parts += 1;
        }
    }
    let tail = ["底前", "底", "前", "之前", "以前"].iter().find(|w| text[at..].starts_with(**w)).map_or(0, |w| w.len());
    (parts > 0).then_some(at + tail)
}

/// The points that `print` is.
fn points(print: &str) -> Option<Decimal> {
    let (whole, part) = print.split_once('.').unwrap_or((print, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let plain = digits(whole) && digits(part) && part.len() <= 2 && !(whole.len() > 1 && whole.starts_with('0'));
    plain.then(|| print.parse().ok()).flatten()
}

/// The weight that `run` begins with and its length, the rest being points that are not above it; if there is one way only.
fn shared(run: &str) -> Option<(Decimal, usize)> {
    let mut ways = (1..run.len()).filter_map(|n| {
        let (weight, score) = (points(&run[..n])?, points(&run[n..])?);
        let fits = weight > Decimal::ZERO && weight <= Decimal::from(60) && score <= weight;
        fits.then_some((weight, n))
    });
    let way = ways.next()?;
    ways.next().is_none().then_some(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows below a header that ran together, as they were parted.
    fn parted(header_: &str, rows: &[&str]) -> Vec<String> {
        let text = std::iter::once(&header_).chain(rows).copied().collect::<Vec<_>>().join("\n");
        let mut at = 0;
        let mut lines: Vec<Line> = Vec::new();
        for line in text.split('\n') {
            let view = Span::new(at, at + line.len());
            at += line.len() + 1;
            let cells = SmallVec::from_iter([Piece { view, column: 0, end: 1, hangs: false }]);
            lines.push(Line { layout: Layout::Lone, cells, gap: 0 });
        }
        part(&mut lines, &text, &Patterns::builtin());
        let show = |l: &Line| l.cells.iter().map(|c| c.view.of(&text)).collect::<Vec<_>>().join("|");
        lines[1..].iter().map(show).collect()
    }

    const HEADER: &str = "绩效指标一级指标二级指标三级指标年度指标值实际完成值分值得分偏差原因分析及改进措施";

    #[test]
    fn rows_are_parted_where_weights_come_to_a_hundred() {
        let rows = [
            "产出指标数量指标管护河道≥62.5公里64公里2020",
            "产出指标质量指标水质达标率≥95%94.2%209.5上游来水偏少",
            "产出指标时效指标完工时间11月底前12月5日108",
            "效益指标社会效益指标受益村庄18个18个3030",
            "满意度指标服务对象满意度指标村民满意度≥90%93%1010",
            "总分10087.5",
        ];
        let expected = [
            "产出指标|数量指标|管护河道|≥62.5公里|64公里|20|20",
            "产出指标|质量指标|水质达标率|≥95%|94.2%|20|9.5|上游来水偏少",
            "产出指标|时效指标|完工时间|11月底前|12月5日|10|8",
            "效益指标|社会效益指标|受益村庄|18个|18个|30|30",
            "满意度指标|服务对象满意度指标|村民满意度|≥90%|93%|10|10",
            "总分|100|87.5",
        ];
        assert_eq!(parted(HEADER, &rows), expected);
        // One row less, and nothing closes.
        assert_eq!(parted(HEADER, &rows[1..]), rows[1..]);
    }

    #[test]
    fn a_text_that_was_reached_parts_nowhere_but_its_weight_counts() {
        let rows = ["产出指标数量指标培训学员≥500人512人5050", "效益指标可持续影响指标管护机制健全基本健全4038"];
        assert_eq!(parted(HEADER, &rows), ["产出指标|数量指标|培训学员|≥500人|512人|50|50", rows[1]]);
    }

    #[test]
    fn points_alone_need_no_weight() {
        let header = "一级指标二级指标三级指标年初目标值(A)实际完成值(B)得分";
        let rows = ["产出指标成本指标单株管护费≤18元17.5元10", "总分96.40"];
        assert_eq!(parted(header, &rows), ["产出指标|成本指标|单株管护费|≤18元|17.5元|10", "总分|96.40"]);
    }

    #[test]
    fn two_ways_are_none() {
        assert_eq!(shared("1010"), Some((Decimal::TEN, 2)));
        assert_eq!(shared("108"), Some((Decimal::TEN, 2)));
        assert_eq!(shared("7.57.5"), Some((Decimal::new(75, 1), 3)));
        // 8 and 10 is above, 81 too heavy; 2 and 11 is above, 21 and 1 is one way.
        assert_eq!(shared("810"), None);
        assert_eq!(shared("211"), Some((Decimal::from(21), 2)));
        assert_eq!(shared("5.15.1"), Some((Decimal::new(51, 1), 3)));
        assert_eq!(values("栽植5030株1010", "栽植".len()), None);
    }
}
