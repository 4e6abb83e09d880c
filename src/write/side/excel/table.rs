//! 对比表: one line per organisation and year, one column per slot and ratio, every number linked to its place in 出处.
//! 出处: per organisation and year every number with its print, its paragraph and its file.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Color, ConditionalFormatCell, ConditionalFormatCellRule, Format, Note, Worksheet, XlsxError};

use super::{Done, Looks, Paper, Sheet, cut};
use crate::model::{Bound, Column, Content, Measure, Nil, Row, SectionState, SideCell, Statement};
use crate::write::side::bound_mark;

const FIRST: [&str; 7] = ["单位", "年度", "类别", "规模", "文种", "矛盾", "可疑"];

/// Both sheets.
pub(super) fn sheets(p: &Paper<'_>) -> Result<(Worksheet, Worksheet), XlsxError> {
    let mut side = Sheet::new("对比表", true)?;
    let mut sources = Sheet::new("出处", true)?;
    side.sheet.write_string_with_format(0, 0, "横向对比表", &p.looks.title)?;
    let note = "金额单位：万元。橙色为明显偏离同类单位（原因见批注和“核对发现”）；灰色“未写明”不等于0，也不等于“无”。点数字看出处。";
    side.sheet.write_string_with_format(1, 0, note, &p.looks.note)?;
    side.sheet.set_row_height(0, 28)?;
    side.row = 2;
    let titles: Vec<String> = p.c.columns.iter().map(titled).collect();
    let sections = p.c.sections.iter().map(|t| format!("章节：{}", p.patterns.topics.get(*t).name));
    let titles: Vec<String> = FIRST.iter().map(|t| (*t).to_owned()).chain(titles).chain(sections).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    side.head(&titles, &p.looks.head, 2)?;
    // Headings wrap; numbers decide the width.
    for (width, title) in side.widths.iter_mut().zip(&titles).skip(FIRST.len()) {
        *width = (title.chars().count().div_ceil(2) as f64 * 2.1 + 2.0).clamp(9.0, 16.0);
    }
    head_of_sources(p, &mut sources)?;
    for row in &p.c.rows {
        if sources.row as usize + p.c.columns.len() > super::ROWS {
            break;
        }
        line(p, &mut side, &mut sources, row)?;
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
    Ok((side, sources.finish(0, 60.0)?))
}

/// `支出合计（万元）`
fn titled(column: &Column) -> String {
    match column.measure {
        Some(Measure::Yuan) => format!("{}（万元）", column.name),
        Some(Measure::Percent) => format!("{}（%）", column.name),
        Some(Measure::Person) => format!("{}（人）", column.name),
        Some(Measure::Score) => format!("{}（分）", column.name),
        _ => column.name.clone(),
    }
}

const SOURCES: [&str; 8] =
    ["单位", "年度", "项目", "数值", "计算或同类排名", "印出的原样", "所在段落（红字为该数）", "文件和位置"];

fn head_of_sources(p: &Paper<'_>, sources: &mut Sheet) -> Done {
    sources.head(&SOURCES, &p.looks.head, 3)
}

fn line(p: &Paper<'_>, side: &mut Sheet, sources: &mut Sheet, row: &Row) -> Done {
    let looks = &p.looks;
    let name = p.c.name(row).to_owned();
    let year = |sheet: &mut Sheet| match row.year {
        Some(year) => {
            sheet.fit(1, "年度　");
            sheet.sheet.write_number_with_format(sheet.row, 1, f64::from(year), &looks.text).map(|_| ())
        }
        None => sheet.text(1, "未写明", &looks.missing),
    };
    side.link(0, &format!("internal:'出处'!A{}", sources.row + 1), &name, &looks.link)?;
    year(side)?;
    side.text(2, row.group.as_deref().unwrap_or("未分类"), &looks.text)?;
    side.text(3, row.size.as_deref().unwrap_or(""), &looks.text)?;
    let families: Vec<&str> =
        row.reports.iter().map(|&r| p.patterns.families.get(p.report(r).family).name.as_str()).collect();
    side.text(4, &families.join("、"), &looks.text)?;
    for (column, count) in [(5, row.told[0]), (6, row.told[1])] {
        let look = if count > 0 && column == 5 { &looks.verdicts[0] } else { &looks.whole };
        side.number(column, Decimal::from(count), look)?;
    }
    // The unit's card in 出处 begins with a band.
    sources.text(0, &name, &looks.band)?;
    for column in 1..SOURCES.len() as u16 {
        sources.sheet.write_blank(sources.row, column, &looks.band)?;
    }
    match row.year {
        Some(year) => {
            sources.sheet.write_number_with_format(sources.row, 1, f64::from(year), &looks.band).map(|_| ())?
        }
        None => sources.text(1, "未写明", &looks.band)?,
    }
    let standing = [row.group.as_deref(), row.size.as_deref(), row.code.as_deref()];
    sources.text(2, &standing.into_iter().flatten().collect::<Vec<_>>().join("　"), &looks.band)?;
    sources.row += 1;
    for (at, (cell, column)) in row.cells.iter().zip(&p.c.columns).enumerate() {
        let to = (FIRST.len() + at) as u16;
        if cell.content == Content::Missing {
            side.sheet.write_string_with_format(side.row, to, "未写明", &looks.missing)?;
            continue;
        }
        number(p, side, to, cell, column, sources.row)?;
        source(p, sources, &name, row, cell, column)?;
    }
    for (at, state) in row.sections.iter().enumerate() {
        let to = (FIRST.len() + p.c.columns.len() + at) as u16;
        let (text, look) = match state {
            SectionState::Present => ("有", &looks.text),
            SectionState::Nil => ("无", &looks.text),
            SectionState::Missing => ("缺", &looks.outlier),
        };
        side.sheet.write_string_with_format(side.row, to, text, look)?;
    }
    side.row += 1;
    Ok(())
}

/// A cell of 对比表, linked to line `source` of 出处.
fn number(p: &Paper<'_>, side: &mut Sheet, to: u16, cell: &SideCell, column: &Column, source: u32) -> Done {
    let plain = plain(&p.looks, column, cell);
    let link = format!("internal:'出处'!D{}", source + 1);
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

/// The lines of one number in 出处.
fn source(p: &Paper<'_>, sources: &mut Sheet, name: &str, row: &Row, cell: &SideCell, column: &Column) -> Done {
    let looks = &p.looks;
    for (at, &reference) in cell.sources.iter().enumerate() {
        let statement = p.c.statement(reference);
        sources.text(0, name, &looks.text)?;
        match row.year {
            Some(year) => {
                sources.sheet.write_number_with_format(sources.row, 1, f64::from(year), &looks.text)?;
            }
            None => sources.text(1, "未写明", &looks.missing)?,
        }
        let computed = column.formula.is_some();
        let title = match computed {
            true => format!("{}——{}", column.name, if at == 0 { "分子" } else { "分母" }),
            false => titled(column),
        };
        sources.text(2, &title, &looks.text)?;
        if at == 0 {
            let look = plain(looks, column, cell);
            match &cell.content {
                Content::Number { value, bound: Bound::Exact | Bound::About } => match column.measure {
                    Some(Measure::Yuan) => sources.wan(3, *value, &look)?,
                    _ => sources.number(3, *value, &look)?,
                },
                content => sources.text(3, &said(content, column), &look)?,
            }
            let rank = cell.rank.filter(|r| r.1 > 1).map(|(rank, of)| format!("同类第{rank}/{of}"));
            let told = cell.arithmetic.iter().cloned().chain(rank).collect::<Vec<_>>().join("；");
            sources.text(4, &told, &looks.text)?;
        } else {
            sources.sheet.write_blank(sources.row, 3, &looks.text)?;
            sources.sheet.write_blank(sources.row, 4, &looks.text)?;
        }
        sources.text(5, &one_line(&statement.at.quote), &looks.text)?;
        paragraph(p, sources, reference.report, statement)?;
        p.file(sources, 7, reference.report, Some(&statement.at))?;
        sources.next()?;
    }
    Ok(())
}

fn one_line(quote: &str) -> String {
    quote.chars().filter(|c| !c.is_control()).collect()
}

/// How much of a paragraph stands on each side of a number, in characters.
const AROUND: usize = 60;

/// The paragraph with the number in red.
fn paragraph(p: &Paper<'_>, sources: &mut Sheet, report: u32, statement: &Statement) -> Done {
    let place = &statement.at;
    let found = place.paragraph.map(|at| &p.report(report).paragraphs[at as usize]);
    let Some(paragraph) = found.filter(|x| x.start <= place.start) else {
        return sources.wrapped(6, &one_line(&place.quote), 56.0, &p.looks.wrap);
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
    sources.room(6, &format!("{before}{middle}{after}"), 56.0);
    let pieces: Vec<(&Format, &str)> =
        [(&p.looks.plain, before.as_str()), (&p.looks.red, middle.as_str()), (&p.looks.plain, after.as_str())]
            .into_iter()
            .filter(|piece| !piece.1.is_empty())
            .collect();
    match pieces.len() {
        0 => sources.sheet.write_blank(sources.row, 6, &p.looks.wrap)?,
        1 => sources.sheet.write_string_with_format(sources.row, 6, pieces[0].1, &p.looks.wrap)?,
        _ => sources.sheet.write_rich_string_with_format(sources.row, 6, &pieces, &p.looks.wrap)?,
    };
    Ok(())
}
