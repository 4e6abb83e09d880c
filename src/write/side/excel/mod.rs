//! A comparison in, an Excel working paper (底稿) out. The only home of `rust_xlsxwriter`.
//!
//! Amounts are shown in 万元 and stay numbers, so that they can be filtered and added up; their exact print stands beside them
//! in 单位卡. Equal comparisons give equal bytes: the dates of the file are fixed.

mod lists;
mod overview;
mod table;

use std::path::Path;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::links;
use crate::model::{Comparison, Digest, Measure, Place, Verdict};
use crate::patterns::Patterns;

/// Excel takes 65,530 links in a sheet; beyond, places are named without one.
const LINKS: usize = 60_000;
/// Excel takes 32,767 characters in a cell.
const LONGEST: usize = 4_000;
/// Rows of a sheet, less than Excel's 1,048,576.
const ROWS: usize = 1_000_000;

/// How wide a column of file names is beside long texts, and beside short ones; longer names are wrapped.
const FILE: f64 = 30.0;
const LONG_FILE: f64 = 48.0;

type Done = Result<(), XlsxError>;

/// The workbook's bytes. Files are linked relative to `base`, the folder it will stand in.
pub(super) fn workbook(c: &Comparison, patterns: &Patterns, base: Option<&Path>) -> Result<Vec<u8>, String> {
    let made = || {
        let paper = Paper { c, patterns, looks: Looks::new(), links: links(c, base) };
        let mut book = Workbook::new();
        let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
        let properties =
            DocProperties::new().set_title("绩效自评横向比较底稿").set_author("hedui").set_creation_datetime(&created);
        book.set_properties(&properties);
        // 总览 stands first and needs to know where the others put things.
        let mut front = Worksheet::new();
        let (side, cards) = table::sheets(&paper, &mut book)?;
        let numbers = overview::sheets(&paper, &mut front)?;
        book.push_worksheet(front);
        book.push_worksheet(side);
        let findings = lists::findings(&paper, &mut book)?;
        book.push_worksheet(findings);
        book.push_worksheet(cards);
        if !c.changes.is_empty() {
            let changes = lists::changes(&paper, &mut book)?;
            book.push_worksheet(changes);
        }
        if !c.copies.is_empty() {
            let copies = lists::copies(&paper, &mut book)?;
            book.push_worksheet(copies);
        }
        let amounts = lists::amounts(&paper, &mut book)?;
        book.push_worksheet(amounts);
        let unread = lists::unread(&paper, &mut book)?;
        book.push_worksheet(unread);
        book.push_worksheet(lists::about(&paper)?);
        book.push_worksheet(numbers);
        book.save_to_buffer()
    };
    made().map_err(|e: XlsxError| e.to_string())
}

/// What every sheet is made from.
struct Paper<'a> {
    c: &'a Comparison,
    patterns: &'a Patterns,
    looks: Looks,
    /// By report: its file as a link, without the page.
    links: Vec<String>,
}

impl Paper<'_> {
    fn report(&self, at: u32) -> &Digest {
        &self.c.reports[at as usize]
    }

    /// Writes `path:line` with a link to the file, where one can be made; wrapped at `most` columns.
    fn file(&self, sheet: &mut Sheet, column: u16, report: u32, at: Option<&Place>, most: f64) -> Done {
        let digest = self.report(report);
        let text = match at {
            Some(at) if at.page > 1 => format!("{} 第{}页", digest.path, at.page),
            Some(at) => format!("{} 第{}行", digest.path, at.line),
            None => digest.path.clone(),
        };
        let page = at.map_or(1, |at| at.page);
        let paged = digest.path.to_ascii_lowercase().ends_with(".pdf");
        let mut link = self.links[report as usize].clone();
        if paged {
            link += &format!("#page={page}");
        }
        sheet.room(column, &text, most);
        sheet.link(column, &link, &text, &self.looks.link)
    }
}

/// The formats of the working paper.
struct Looks {
    title: Format,
    note: Format,
    head: Format,
    band: Format,
    band_year: Format,
    text: Format,
    wrap: Format,
    year: Format,
    number: Format,
    whole: Format,
    count: Format,
    percent: Format,
    missing: Format,
    outlier: Format,
    link: Format,
    red: Format,
    plain: Format,
    verdicts: [Format; 4],
}

/// 宋体 is on every office machine.
const FONT: &str = "宋体";
const HEAD: &str = "黑体";

impl Looks {
    fn new() -> Self {
        let base = || Format::new().set_font_name(FONT).set_font_size(10).set_align(FormatAlign::VerticalCenter);
        let cell = || base().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xD0D7DE));
        let filled = |rgb: u32| cell().set_background_color(Color::RGB(rgb)).set_align(FormatAlign::Center);
        Looks {
            title: Format::new().set_font_name(HEAD).set_font_size(18).set_align(FormatAlign::VerticalCenter),
            note: base().set_font_color(Color::RGB(0x57606A)),
            head: cell()
                .set_font_name(HEAD)
                .set_bold()
                .set_background_color(Color::RGB(0xDCE6F1))
                .set_align(FormatAlign::Center)
                .set_text_wrap(),
            band: cell().set_font_name(HEAD).set_bold().set_background_color(Color::RGB(0xEEF3F8)),
            band_year: cell()
                .set_font_name(HEAD)
                .set_bold()
                .set_background_color(Color::RGB(0xEEF3F8))
                .set_align(FormatAlign::Center),
            text: cell(),
            wrap: cell().set_text_wrap(),
            year: cell().set_align(FormatAlign::Center),
            number: cell().set_num_format("#,##0.00;[Red]-#,##0.00"),
            whole: cell().set_num_format("#,##0"),
            // Zeros would hide what is found.
            count: cell().set_num_format("#,##0;-#,##0;–").set_align(FormatAlign::Center),
            percent: cell().set_num_format("0.00"),
            missing: cell().set_font_color(Color::RGB(0xA0A8B0)).set_align(FormatAlign::Center),
            outlier: cell().set_background_color(Color::RGB(0xFFE3B3)).set_font_color(Color::RGB(0x9A3412)).set_bold(),
            link: cell().set_text_wrap().set_font_color(Color::RGB(0x0B57A4)),
            red: Format::new().set_font_name(FONT).set_font_size(10).set_font_color(Color::RGB(0xC00000)).set_bold(),
            plain: Format::new().set_font_name(FONT).set_font_size(10),
            verdicts: [filled(0xF8C9C4), filled(0xFFE3B3), filled(0xD7EBF7), filled(0xECECEC)],
        }
    }

    fn verdict(&self, verdict: Verdict) -> (&'static str, &Format) {
        match verdict {
            Verdict::Conflict => ("矛盾", &self.verdicts[0]),
            Verdict::Suspect => ("可疑", &self.verdicts[1]),
            Verdict::Rounding => ("四舍五入", &self.verdicts[2]),
            Verdict::Undecidable => ("无法判断", &self.verdicts[3]),
            Verdict::Holds => ("相符", &self.verdicts[3]),
        }
    }

    /// How numbers of a measure look.
    fn of(&self, measure: Option<Measure>) -> &Format {
        match measure {
            Some(Measure::Yuan) => &self.number,
            Some(Measure::Person) => &self.whole,
            _ => &self.percent,
        }
    }
}

/// A sheet that is written row by row and finds its widths.
struct Sheet {
    sheet: Worksheet,
    row: u32,
    widths: Vec<f64>,
    links: usize,
    /// How many lines the row at hand needs.
    lines: u32,
}

impl Sheet {
    fn new(name: &str, landscape: bool) -> Result<Self, XlsxError> {
        Sheet::of(Worksheet::new(), name, landscape)
    }

    /// A sheet that can have very many rows: those that are written go to a passing file.
    fn long(book: &mut Workbook, name: &str) -> Result<Self, XlsxError> {
        Sheet::of(book.new_worksheet_with_constant_memory()?, name, true)
    }

    fn of(mut sheet: Worksheet, name: &str, landscape: bool) -> Result<Self, XlsxError> {
        sheet.set_name(name)?;
        Sheet::printed(&mut sheet, landscape);
        Ok(Sheet { sheet, row: 0, widths: Vec::new(), links: 0, lines: 1 })
    }

    /// A4, one page wide, with the sheet's name and page numbers.
    fn printed(sheet: &mut Worksheet, landscape: bool) {
        sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
        sheet.set_header("&L&\"黑体\"&10绩效自评横向比较底稿&R&10&A").set_footer("&C&10第 &P 页，共 &N 页");
        sheet.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
        if landscape {
            sheet.set_landscape();
        }
    }

    /// Remembers how wide the column has to be.
    fn fit(&mut self, column: u16, text: &str) {
        let at = usize::from(column);
        if self.widths.len() <= at {
            self.widths.resize(at + 1, 0.0);
        }
        self.widths[at] = self.widths[at].max(width(text));
    }

    fn text(&mut self, column: u16, text: &str, look: &Format) -> Done {
        self.fit(column, text);
        self.sheet.write_string_with_format(self.row, column, cut(text), look)?;
        Ok(())
    }

    /// Text that is wrapped at `most` columns; [`Sheet::next`] makes room for its lines.
    fn wrapped(&mut self, column: u16, text: &str, most: f64, look: &Format) -> Done {
        self.room(column, text, most);
        self.sheet.write_string_with_format(self.row, column, cut(text), look)?;
        Ok(())
    }

    /// Makes room for text that is wrapped at `most` columns.
    fn room(&mut self, column: u16, text: &str, most: f64) {
        let wide = width(text);
        self.lines = self.lines.max(((wide - EDGE) / (most - EDGE)).ceil().clamp(1.0, 12.0) as u32);
        let at = usize::from(column);
        if self.widths.len() <= at {
            self.widths.resize(at + 1, 0.0);
        }
        self.widths[at] = self.widths[at].max(wide.min(most));
    }

    /// Ends the row: it is as high as its wrapped text needs.
    fn next(&mut self) -> Done {
        if self.lines > 1 {
            self.sheet.set_row_height(self.row, 13.5 * f64::from(self.lines) + 4.0)?;
        }
        self.lines = 1;
        self.row += 1;
        Ok(())
    }

    fn number(&mut self, column: u16, value: Decimal, look: &Format) -> Done {
        self.fit(column, &format!("{}.00,", value.trunc()));
        self.sheet.write_number_with_format(self.row, column, value.to_f64().unwrap_or_default(), look)?;
        Ok(())
    }

    /// 元 in 万元.
    fn wan(&mut self, column: u16, yuan: Decimal, look: &Format) -> Done {
        self.number(column, yuan / Decimal::from(10_000), look)
    }

    /// The year reported on, in column 1.
    fn year(&mut self, year: Option<i16>, looks: &Looks) -> Done {
        self.fit(1, "未写明");
        match year {
            Some(year) => self.sheet.write_number_with_format(self.row, 1, f64::from(year), &looks.year).map(drop),
            None => self.sheet.write_string_with_format(self.row, 1, "未写明", &looks.missing).map(drop),
        }
    }

    /// A link; the caller makes room for its text.
    fn link(&mut self, column: u16, link: &str, text: &str, look: &Format) -> Done {
        // Excel refuses links of more than 2,080 characters and too many of them; the text says the place all the same.
        if self.links < LINKS && link.len() < 2_000 {
            self.links += 1;
            self.sheet.write_url_with_options(self.row, column, link, cut(text), "", Some(look))?;
        } else {
            self.sheet.write_string_with_format(self.row, column, cut(text), look)?;
        }
        Ok(())
    }

    /// The line of headings: frozen with all above it, repeated on every page.
    fn head(&mut self, titles: &[&str], look: &Format, frozen_columns: u16) -> Done {
        for (column, title) in (0..).zip(titles) {
            self.sheet.write_string_with_format(self.row, column, *title, look)?;
            self.fit(column, title);
        }
        self.sheet.set_row_height(self.row, 32)?;
        self.sheet.set_freeze_panes(self.row + 1, frozen_columns)?;
        self.sheet.set_repeat_rows(self.row, self.row)?;
        self.row += 1;
        Ok(())
    }

    /// Widths, and a filter over everything from the line `head` on.
    fn finish(mut self, head: u32, most: f64) -> Result<Worksheet, XlsxError> {
        for (column, width) in (0..).zip(&self.widths) {
            self.sheet.set_column_width(column, width.clamp(6.0, most))?;
        }
        if self.row > head + 1 {
            let last = self.widths.len().saturating_sub(1) as u16;
            self.sheet.autofilter(head, 0, self.row - 1, last)?;
        }
        Ok(self.sheet)
    }
}

/// Widths of 10 points of 宋体 in units of the sheet's own font of 11, as rendered; and what both edges of a cell take.
const HAN: f64 = 1.95;
const LATIN: f64 = 1.05;
const EDGE: f64 = 2.0;

/// Excel's own fitting takes a Chinese character for one column; it takes two.
fn width(text: &str) -> f64 {
    let line = |line: &str| line.chars().map(|c| if c.is_ascii() { LATIN } else { HAN }).sum::<f64>();
    text.lines().map(line).fold(0.0, f64::max) + EDGE
}

/// What fits into a cell, without characters that XML does not have.
fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST).collect()
}

/// The name of a row: organisation and year.
fn named(report: &Digest) -> String {
    let year = report.year.map_or(String::new(), |y| format!("{y}年"));
    format!("{}{year}", report.org.as_deref().unwrap_or(&report.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_takes_two_columns() {
        assert!((width("甲乙ab") - (2.0 * HAN + 2.0 * LATIN + EDGE)).abs() < 1e-9);
    }
}
