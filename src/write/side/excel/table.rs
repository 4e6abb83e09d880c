//! 对比表: one line per organisation and year, one column per slot and ratio, every number linked to its place in 单位卡.
//! 单位卡: per organisation and year a card with every number, its print, its paragraph and its file, and what is missing. All cards
//! stand in one sheet: a sheet for each of hundreds of organisations could not be found again, filtered or printed.

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, Format, Note, Workbook, Worksheet, XlsxError,
};

use super::{Done, Looks, Paper, Sheet, cut};
use crate::model::{Bound, Column, Content, Measure, Nil, Row, SectionState, SideCell, Statement};
use crate::write::side::{bound_mark, counted};

const FIRST: [&str; 6] = ["单位", "年度", "类别", "规模", "矛盾", "可疑"];

/// Both sheets.
pub(super) fn sheets(p: &Paper<'_>, book: &mut Workbook) -> Result<(Worksheet, Worksheet), XlsxError> {
    let mut side = Sheet::new("对比表", true)?;
    let mut cards = Sheet::long(book, "单位卡")?;
    side.sheet.write_string_with_format(0, 0, "横向对比表", &p.looks.title)?;
    let note = "金额单位：万元。橙色为明显偏离同类单位（原因见批注和“核对发现”）；灰色“未写明”不等于0，也不等于“无”。点单位名称看单位卡，点数字看出处。";
    side.sheet.write_string_with_format(1, 0, note, &p.looks.note)?;
    side.sheet.set_row_height(0, 28)?;
    side.row = 2;
    let titles: Vec<String> = p.c.columns.iter().map(headed).collect();
    let sections = p.c.sections.iter().map(|t| format!("章节：{}", p.patterns.topics.get(*t).name));
    let titles: Vec<String> =
        FIRST.iter().map(|t| (*t).to_owned()).chain(titles).chain(sections).chain(["文种".to_owned()]).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    side.head(&titles, &p.looks.head, 2)?;
    // Headings wrap; numbers decide the width.
    for (width, title) in side.widths.iter_mut().zip(&titles).skip(4) {
        *width = super::width(title).clamp(7.0, 16.0);
    }
    cards.head(&CARD, &p.looks.head, 3)?;
    for row in &p.c.rows {
        if cards.row as usize + p.c.columns.len() + 3 > super::ROWS {
            break;
        }
        line(p, &mut side, &mut cards, row)?;
    }
    let last = side.row.max(4) - 1;
    if let Some(at) = p.c.columns.iter().position(|c| c.id == "ratio.execution") {
        let over = Format::new().set_font_color(Color::RGB(0xC00000));
        let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::GreaterThan(100)).set_format(over);
        let column = (FIRST.len() + at) as u16;
        side.sheet.add_conditional_format(3, column, last, column, &rule)?;
    }
    let hidden: Vec<u16> = (0..p.c.columns.len())
        .filter(|&at| p.c.rows.iter().all(|r| r.cells[at].content == Content::Missing))
        .map(|at| (FIRST.len() + at) as u16)
        .collect();
    let mut side = side.finish(2, 40.0)?;
    for column in hidden {
        side.set_column_hidden(column)?;
    }
    // Three pages side by side, each with the organisation and the year.
    side.set_print_fit_to_pages(3, 0).set_repeat_columns(0, 1)?;
    side.set_tab_color(Color::RGB(0x1F6FB2));
    let mut cards = cards.finish(0, 52.0)?;
    cards.set_tab_color(Color::RGB(0x6B4FA0));
    Ok((side, cards))
}

/// The same on two lines.
fn headed(column: &Column) -> String {
    match counted(column.measure) {
        "" => column.name.clone(),
        counted => format!("{}\n（{counted}）", column.name),
    }
}

/// `支出合计（万元）`
fn titled(column: &Column) -> String {
    match counted(column.measure) {
        "" => column.name.clone(),
        counted => format!("{}（{counted}）", column.name),
    }
}

const CARD: [&str; 8] =
    ["单位", "年度", "项目", "数值", "同类排名、算式或取数说明", "印出的原样", "所在段落（红字为该数）", "文件和位置"];
/// How wide its columns of longer texts are, in characters.
const TOLD: f64 = 30.0;
const TEXT: f64 = 50.0;

fn line(p: &Paper<'_>, side: &mut Sheet, cards: &mut Sheet, row: &Row) -> Done {
    let looks = &p.looks;
    let name = p.c.name(row).to_owned();
    side.fit(0, &name);
    side.link(0, &format!("internal:'单位卡'!A{}", cards.row + 1), &name, &looks.link)?;
    side.year(row.year, looks)?;
    side.text(2, row.group.as_deref().unwrap_or("未分类"), &looks.text)?;
    side.text(3, row.size.as_deref().unwrap_or(""), &looks.text)?;
    for (column, count) in [(4, row.told[0]), (5, row.told[1])] {
        let look = if count > 0 && column == 4 { &looks.verdicts[0] } else { &looks.count };
        side.number(column, Decimal::from(count), look)?;
    }
    band(p, cards, row, &name, side.row)?;
    for (at, (cell, column)) in row.cells.iter().zip(&p.c.columns).enumerate() {
        let to = (FIRST.len() + at) as u16;
        if cell.content == Content::Missing {
            side.sheet.write_string_with_format(side.row, to, "未写明", &looks.missing)?;
            continue;
        }
        number(p, side, to, cell, column, cards.row)?;
        entry(p, cards, &name, row, cell, column)?;
    }
    for (at, state) in row.sections.iter().enumerate() {
        let to = (FIRST.len() + p.c.columns.len() + at) as u16;
        let (text, look) = match state {
            SectionState::Present => ("有", &looks.year),
            SectionState::Nil => ("无", &looks.year),
            SectionState::Missing => ("缺", &looks.outlier),
        };
        side.sheet.write_string_with_format(side.row, to, text, look)?;
    }
    let families: Vec<&str> =
        row.reports.iter().map(|&r| p.patterns.families.get(p.report(r).family).name.as_str()).collect();
    side.text((FIRST.len() + p.c.columns.len() + p.c.sections.len()) as u16, &families.join("、"), &looks.text)?;
    missing(p, cards, row, &name)?;
    side.row += 1;
    Ok(())
}

/// The head of a card: who, when, of which kind, what was found; `from` is its line in 对比表.
fn band(p: &Paper<'_>, cards: &mut Sheet, row: &Row, name: &str, from: u32) -> Done {
    let looks = &p.looks;
    cards.text(0, name, &looks.band)?;
    for column in 1..CARD.len() as u16 {
        cards.sheet.write_blank(cards.row, column, &looks.band)?;
    }
    if let Some(year) = row.year {
        cards.sheet.write_number_with_format(cards.row, 1, f64::from(year), &looks.band_year)?;
    }
    let standing = [row.group.as_deref(), row.size.as_deref(), row.code.as_deref()];
    let standing = standing.into_iter().flatten().collect::<Vec<_>>().join("，");
    cards.sheet.write_string_with_format(cards.row, 2, &standing, &looks.band)?;
    let [conflicts, suspects, roundings] = row.told;
    let told = format!("报告自身：矛盾{conflicts}处，可疑{suspects}处，四舍五入{roundings}处");
    cards.sheet.write_string_with_format(cards.row, 6, &told, &looks.band)?;
    cards.link(7, &format!("internal:'对比表'!A{}", from + 1), "回到对比表", &looks.band)?;
    cards.row += 1;
    Ok(())
}

/// The foot of a card: what was looked for and not found.
fn missing(p: &Paper<'_>, cards: &mut Sheet, row: &Row, name: &str) -> Done {
    let columns = row.cells.iter().zip(&p.c.columns);
    let unsaid = columns.filter(|(cell, column)| cell.content == Content::Missing && column.formula.is_none());
    let unsaid: Vec<&str> = unsaid.map(|(_, column)| column.name.as_str()).collect();
    let sections = row.sections.iter().zip(&p.c.sections).filter(|(state, _)| **state == SectionState::Missing);
    let sections: Vec<&str> = sections.map(|(_, t)| p.patterns.topics.get(*t).name.as_str()).collect();
    for (title, names) in [("未写明的项目", unsaid), ("没有的章节", sections)] {
        if names.is_empty() {
            continue;
        }
        cards.text(0, name, &p.looks.text)?;
        cards.year(row.year, &p.looks)?;
        cards.text(2, title, &p.looks.missing)?;
        for column in [3, 4, 5, 7] {
            cards.sheet.write_blank(cards.row, column, &p.looks.text)?;
        }
        cards.wrapped(6, &names.join("、"), TEXT, &p.looks.wrap)?;
        cards.next()?;
    }
    Ok(())
}

/// A cell of 对比表, linked to line `source` of 单位卡.
fn number(p: &Paper<'_>, side: &mut Sheet, to: u16, cell: &SideCell, column: &Column, source: u32) -> Done {
    let plain = plain(&p.looks, column, cell);
    let link = format!("internal:'单位卡'!D{}", source + 1);
    let linked = side.links < super::LINKS;
    if linked {
        side.links += 1;
        side.sheet.write_url_with_options(side.row, to, link.as_str(), "·", "", Some(&plain))?;
    }
    match &cell.content {
        // Over the text of the link: the cell stays a number and keeps the link.
        Content::Number { value, bound: Bound::Exact | Bound::About } => match column.measure {
            Some(Measure::Yuan) => side.wan(to, *value, &plain)?,
            _ => side.number(to, *value, &plain)?,
        },
        content => {
            side.sheet.write_string_with_format(side.row, to, said(content, column), &plain)?;
        }
    }
    if let Some(finding) = cell.outlier {
        let message = &p.c.findings[finding as usize].message;
        let note = Note::new(message).set_author("hedui").add_author_prefix(false).set_width(320);
        side.sheet.insert_note(side.row, to, &note)?;
    }
    Ok(())
}

fn plain(looks: &Looks, column: &Column, cell: &SideCell) -> Format {
    match (&cell.content, cell.outlier) {
        (_, Some(_)) => looks.outlier.clone().set_num_format(match column.measure {
            Some(Measure::Person) => "#,##0",
            _ => "#,##0.00",
        }),
        (Content::Number { .. }, None) => looks.of(column.measure).clone(),
        (Content::Text(_), None) => looks.year.clone(),
        _ => looks.missing.clone(),
    }
}

/// What stands in a cell that is no exact number.
fn said(content: &Content, column: &Column) -> String {
    match content {
        Content::Missing => "未写明".to_owned(),
        Content::Nil(Nil::None) => "无".to_owned(),
        Content::Nil(Nil::Blank) => "—".to_owned(),
        Content::Nil(Nil::Masked) => "隐去".to_owned(),
        Content::Text(text) => cut(text),
        Content::Number { value, bound } => {
            let value = match column.measure {
                Some(Measure::Yuan) => value / Decimal::from(10_000),
                _ => *value,
            };
            format!("{}{}", bound_mark(*bound), value.normalize())
        }
    }
}

/// The line of one number in its card. A ratio has its arithmetic; the numbers in it have lines of their own.
fn entry(p: &Paper<'_>, cards: &mut Sheet, name: &str, row: &Row, cell: &SideCell, column: &Column) -> Done {
    let looks = &p.looks;
    let Some(&first) = cell.sources.first() else { return Ok(()) };
    cards.text(0, name, &looks.text)?;
    cards.year(row.year, looks)?;
    cards.text(2, &titled(column), &looks.text)?;
    let look = plain(looks, column, cell);
    match &cell.content {
        Content::Number { value, bound: Bound::Exact | Bound::About } => match column.measure {
            Some(Measure::Yuan) => cards.wan(3, *value, &look)?,
            _ => cards.number(3, *value, &look)?,
        },
        content => cards.text(3, &said(content, column), &look)?,
    }
    let rank = cell.rank.filter(|r| r.1 > 1).map(|(rank, of)| format!("同类第{rank}/{of}"));
    let told: Vec<String> = cell.arithmetic.iter().chain(&cell.why).cloned().chain(rank).collect();
    cards.wrapped(4, &told.join("；"), TOLD, &looks.wrap)?;
    let statements = cell.sources.iter().map(|&s| p.c.statement(s));
    let quotes: Vec<String> = statements.map(|s| one_line(&s.at.quote)).collect();
    cards.text(5, &quotes.join("、"), &looks.text)?;
    let statement = p.c.statement(first);
    match column.formula.is_some() {
        true => cards.sheet.write_string_with_format(cards.row, 6, "见本卡中各数", &looks.missing).map(drop)?,
        false => paragraph(p, cards, first.report, statement)?,
    }
    p.file(cards, 7, first.report, Some(&statement.at), super::FILE)?;
    cards.next()
}

fn one_line(quote: &str) -> String {
    quote.chars().filter(|c| !c.is_control()).collect()
}

/// How much of a paragraph stands on each side of a number, in characters.
const AROUND: usize = 60;

/// The paragraph with the number in red.
fn paragraph(p: &Paper<'_>, cards: &mut Sheet, report: u32, statement: &Statement) -> Done {
    let place = &statement.at;
    let found = place.paragraph.map(|at| &p.report(report).paragraphs[at as usize]);
    let Some(paragraph) = found.filter(|x| x.start <= place.start) else {
        return cards.wrapped(6, &one_line(&place.quote), TEXT, &p.looks.wrap);
    };
    let chars: Vec<char> = paragraph.text.chars().collect();
    let from = (place.start - paragraph.start) as usize;
    let to = ((place.end - paragraph.start) as usize).min(chars.len());
    let part = |range: std::ops::Range<usize>| one_line(&chars[range].iter().collect::<String>());
    let begin = from.min(to).saturating_sub(AROUND);
    let end = (to + AROUND).min(chars.len());
    let before = format!("{}{}", if begin > 0 { "…" } else { "" }, part(begin..from.min(to)));
    let after = format!("{}{}", part(to..end), if end < chars.len() { "…" } else { "" });
    let middle = part(from.min(to)..to);
    cards.room(6, &format!("{before}{middle}{after}"), TEXT);
    let pieces: Vec<(&Format, &str)> =
        [(&p.looks.plain, before.as_str()), (&p.looks.red, middle.as_str()), (&p.looks.plain, after.as_str())]
            .into_iter()
            .filter(|piece| !piece.1.is_empty())
            .collect();
    match pieces.len() {
        0 => cards.sheet.write_blank(cards.row, 6, &p.looks.wrap)?,
        1 => cards.sheet.write_string_with_format(cards.row, 6, pieces[0].1, &p.looks.wrap)?,
        _ => cards.sheet.write_rich_string_with_format(cards.row, 6, &pieces, &p.looks.wrap)?,
    };
    Ok(())
}
