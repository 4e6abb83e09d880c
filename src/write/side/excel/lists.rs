//! 核对发现, 年度变化, 雷同文字, 全部金额, 未能识别, 说明: one sheet each.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Color, DataValidation, Workbook, Worksheet, XlsxError};

use super::super::{counted, own};
use super::{Done, Paper, Sheet, named};
use crate::model::{Measure, Place, Verdict};

/// Findings across reports, then those of each report, gravest first, with room for a person's verdict.
pub(super) fn findings(p: &Paper<'_>, book: &mut Workbook) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::long(book, "核对发现")?;
    let titles = [
        "序号",
        "范围",
        "结论",
        "核对事项",
        "单位",
        "说明（含计算）",
        "差额（元、%等）",
        "允许误差",
        "依据原文",
        "文件和位置",
        "复核意见",
        "复核人",
    ];
    sheet.head(&titles, &p.looks.head, 0)?;
    let mut lines: Vec<Line<'_>> = Vec::new();
    for finding in p.c.findings.iter().filter(|f| f.verdict > Verdict::Holds) {
        let names: Vec<String> = finding.reports.iter().take(3).map(|&r| named(p.report(r))).collect();
        lines.push(Line {
            scope: "报告之间",
            verdict: finding.verdict,
            check: &finding.check,
            names: names.join("、"),
            message: &finding.message,
            gap: finding.gap,
            allowed: finding.allowed,
            at: finding.evidence.iter().map(|e| (e.report, &e.at)).collect(),
        });
    }
    lines.extend(own(p.c).into_iter().map(|(at, told)| Line {
        scope: "报告自身",
        verdict: told.verdict,
        check: &told.check,
        names: named(p.report(at)),
        message: &told.message,
        gap: told.gap,
        allowed: told.allowed,
        at: told.at.iter().map(|place| (at, place)).collect(),
    }));
    // What is graver stands higher, wherever it was found.
    lines.sort_by_key(|line| std::cmp::Reverse(line.verdict));
    for (number, line) in (1..).zip(&lines) {
        line.write(p, &mut sheet, number)?;
    }
    if sheet.row > 1 {
        let choice = DataValidation::new().allow_list_strings(&["确认", "有误", "待核"])?;
        sheet.sheet.add_data_validation(1, 10, sheet.row - 1, 10, &choice)?;
    }
    sheet.fit(10, "复核意见　");
    sheet.fit(11, "复核人　　");
    let mut sheet = sheet.finish(0, 64.0)?;
    sheet.set_tab_color(Color::RGB(0xC0392B));
    Ok(sheet)
}

struct Line<'a> {
    scope: &'a str,
    verdict: Verdict,
    check: &'a str,
    names: String,
    message: &'a str,
    gap: Option<Decimal>,
    allowed: Option<Decimal>,
    at: Vec<(u32, &'a Place)>,
}

impl Line<'_> {
    fn write(&self, p: &Paper<'_>, sheet: &mut Sheet, number: u32) -> Done {
        let looks = &p.looks;
        let title = p.patterns.checks.iter().find(|c| c.id == self.check).map_or(self.check, |c| c.title.as_str());
        sheet.number(0, Decimal::from(number), &looks.year)?;
        sheet.text(1, self.scope, &looks.text)?;
        let (word, look) = looks.verdict(self.verdict);
        sheet.text(2, word, look)?;
        sheet.wrapped(3, title, 18.0, &looks.wrap)?;
        sheet.wrapped(4, &self.names, 22.0, &looks.wrap)?;
        sheet.wrapped(5, self.message, 50.0, &looks.wrap)?;
        for (column, number) in [(6, self.gap), (7, self.allowed)] {
            match number {
                Some(number) => sheet.number(column, number, &looks.number)?,
                None => sheet.text(column, "", &looks.text)?,
            }
        }
        let quotes: Vec<String> = self.at.iter().take(6).map(|(_, at)| flat(&at.quote, 60)).collect();
        sheet.wrapped(8, &quotes.join(" | "), 34.0, &looks.wrap)?;
        match self.at.first() {
            Some((report, at)) => p.file(sheet, 9, *report, Some(at), super::FILE)?,
            None => sheet.text(9, "", &looks.text)?,
        }
        sheet.text(10, "", &looks.text)?;
        sheet.text(11, "", &looks.text)?;
        sheet.next()
    }
}

/// A quote on one line, cut where it is long.
fn flat(quote: &str, most: usize) -> String {
    let mut line: String = quote.chars().filter(|c| !c.is_control()).take(most).collect();
    if quote.chars().count() > most {
        line.push('…');
    }
    line
}

/// Changes of each organisation from year to year.
pub(super) fn changes(p: &Paper<'_>, book: &mut Workbook) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::long(book, "年度变化")?;
    let titles =
        ["单位", "项目", "计量", "上年度", "上年数", "本年度", "本年数", "增减", "增减（%）", "与同类变化相比"];
    sheet.head(&titles, &p.looks.head, 1)?;
    let large = p.looks.outlier.clone().set_num_format("#,##0.00");
    for change in p.c.changes.iter().take(super::ROWS) {
        let (from, to) = (&p.c.rows[change.from as usize], &p.c.rows[change.to as usize]);
        let column = &p.c.columns[change.column as usize];
        let look = p.looks.of(column.measure);
        sheet.text(0, p.c.name(to), &p.looks.text)?;
        sheet.text(1, &column.name, &p.looks.text)?;
        sheet.text(2, counted(column.measure), &p.looks.year)?;
        for (at, row) in [(3, from), (5, to)] {
            if let Some(year) = row.year {
                sheet.fit(at, "年度　");
                sheet.sheet.write_number_with_format(sheet.row, at, f64::from(year), &p.looks.year)?;
            }
            if let crate::model::Content::Number { value, .. } = row.cells[change.column as usize].content {
                match column.measure {
                    Some(Measure::Yuan) => sheet.wan(at + 1, value, look)?,
                    _ => sheet.number(at + 1, value, look)?,
                }
            }
        }
        match column.measure {
            Some(Measure::Yuan) => sheet.wan(7, change.delta, look)?,
            _ => sheet.number(7, change.delta, look)?,
        }
        match change.percent {
            Some(percent) => {
                let look = if change.outlier.is_some() { &large } else { &p.looks.number };
                sheet.number(8, percent, look)?;
            }
            None => sheet.text(8, "上年为0", &p.looks.missing)?,
        }
        match change.outlier {
            Some(finding) => sheet.wrapped(9, &p.c.findings[finding as usize].message, 60.0, &p.looks.wrap)?,
            None => sheet.text(9, "", &p.looks.text)?,
        }
        sheet.next()?;
    }
    sheet.finish(0, 60.0)
}

/// Copied passages, both sides.
pub(super) fn copies(p: &Paper<'_>, book: &mut Workbook) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::long(book, "雷同文字")?;
    let titles = [
        "先列单位",
        "后列单位",
        "相同程度（%）",
        "字数",
        "先列原文（开头）",
        "先列位置",
        "后列原文（开头）",
        "后列位置",
    ];
    sheet.head(&titles, &p.looks.head, 2)?;
    for copy in p.c.copies.iter().take(super::ROWS) {
        sheet.wrapped(0, &named(p.report(copy.first.report)), 24.0, &p.looks.wrap)?;
        sheet.wrapped(1, &named(p.report(copy.second.report)), 24.0, &p.looks.wrap)?;
        sheet.number(2, Decimal::from(copy.same), &p.looks.whole)?;
        sheet.number(3, Decimal::from(copy.characters), &p.looks.whole)?;
        for (at, side) in [(4, &copy.first), (6, &copy.second)] {
            sheet.wrapped(at, &flat(&side.at.quote, 160), 44.0, &p.looks.wrap)?;
            p.file(&mut sheet, at + 1, side.report, Some(&side.at), super::FILE)?;
        }
        sheet.next()?;
    }
    sheet.finish(0, 56.0)
}

/// Every printed amount, whether or not a slot claims it.
pub(super) fn amounts(p: &Paper<'_>, book: &mut Workbook) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::long(book, "全部金额")?;
    let titles = ["单位", "年度", "章节", "印出的原样", "金额（元）", "归入项目", "性质", "文件和位置"];
    sheet.head(&titles, &p.looks.head, 0)?;
    'all: for (at, report) in (0..).zip(&p.c.reports) {
        for amount in &report.amounts {
            if sheet.row as usize >= super::ROWS {
                break 'all;
            }
            sheet.text(0, report.org.as_deref().unwrap_or("未写明"), &p.looks.text)?;
            sheet.year(report.year, &p.looks)?;
            sheet.text(2, amount.section.as_deref().unwrap_or(""), &p.looks.text)?;
            sheet.text(3, &flat(&amount.raw, 60), &p.looks.text)?;
            match amount.value {
                Some(value) => sheet.number(4, value, &p.looks.number)?,
                None => sheet.text(4, "区间", &p.looks.missing)?,
            }
            match amount.concept {
                Some(concept) => sheet.text(5, &p.patterns.concepts.get(concept).name, &p.looks.text)?,
                None => sheet.text(5, "未归入", &p.looks.missing)?,
            }
            sheet.text(6, role(amount.role), &p.looks.text)?;
            p.file(&mut sheet, 7, at, Some(&amount.at), super::LONG_FILE)?;
            sheet.next()?;
        }
    }
    sheet.finish(0, 48.0)
}

fn role(name: &str) -> &'static str {
    match name {
        "change" => "增减额",
        "unit_price" => "单价",
        "limit" => "限额",
        "share" => "占比",
        "target" => "目标值",
        "other_party" => "他方资金",
        _ => "本身",
    }
}

/// What was not read: inputs, losses, digits that nothing explains.
pub(super) fn unread(p: &Paper<'_>, book: &mut Workbook) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::long(book, "未能识别")?;
    sheet.head(&["类型", "文件", "内容", "位置"], &p.looks.head, 0)?;
    for (path, message) in &p.c.left_out {
        sheet.text(0, "未比较或部分比较", &p.looks.text)?;
        sheet.wrapped(1, path, 40.0, &p.looks.wrap)?;
        sheet.wrapped(2, message, 64.0, &p.looks.wrap)?;
        sheet.text(3, "", &p.looks.text)?;
        sheet.next()?;
    }
    for (at, report) in (0..).zip(&p.c.reports) {
        for note in &report.notes {
            sheet.text(0, "读取有损失", &p.looks.text)?;
            sheet.wrapped(1, &report.path, 40.0, &p.looks.wrap)?;
            sheet.wrapped(2, note, 64.0, &p.looks.wrap)?;
            sheet.text(3, "", &p.looks.text)?;
            sheet.next()?;
        }
        for place in &report.unread {
            if sheet.row as usize >= super::ROWS {
                return sheet.finish(0, 64.0);
            }
            digits(p, &mut sheet, at, place)?;
        }
    }
    sheet.finish(0, 64.0)
}

fn digits(p: &Paper<'_>, sheet: &mut Sheet, report: u32, place: &Place) -> Done {
    sheet.text(0, "未解释的数字", &p.looks.text)?;
    sheet.wrapped(1, &p.report(report).path, 40.0, &p.looks.wrap)?;
    sheet.text(2, &flat(&place.quote, 80), &p.looks.wrap)?;
    p.file(sheet, 3, report, Some(place), super::LONG_FILE)?;
    sheet.next()
}

/// How to read the working paper.
pub(super) fn about(p: &Paper<'_>) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new("说明", false)?;
    sheet.head(&["名称", "说明"], &p.looks.head, 0)?;
    let fixed = [
        ("未写明", "报告中没有找到这一项。不等于0，也不等于“无”。"),
        ("无", "报告写明没有。"),
        ("—", "报告中该格为空或只有横线。"),
        ("约 > < ≥ ≤", "原文带有“约、超过、不足、不低于、不超过”等限定，不参加计算。"),
        (
            "橙色",
            "与同类单位的中位数相差超过5.19倍绝对中位差，并且超过该指标的最小差距；同类不足8家时放宽到同类各规模、全部单位。",
        ),
        ("四舍五入", "差额不超过各数最末位之半的和，由四舍五入造成。"),
        (
            "单位卡",
            "每个单位每个年度一张卡，列出每个数的原文、所在段落、文件和位置，以及没有写明的项目。对比表中的名称和数字都链接到这里。",
        ),
        ("复核意见", "“核对发现”留有复核意见栏：确认、有误、待核。"),
    ];
    let formulas = p.c.columns.iter().filter_map(|c| Some((c.name.as_str(), c.formula.as_deref()?)));
    let used: std::collections::BTreeSet<&str> = p.c.findings.iter().map(|f| f.check.as_str()).collect();
    let checks = p.patterns.checks.iter().filter(|c| used.contains(c.id.as_str()));
    let checks = checks.map(|c| (c.title.as_str(), c.why.as_str()));
    for (name, text) in fixed.into_iter().chain(formulas).chain(checks) {
        sheet.text(0, name, &p.looks.wrap)?;
        sheet.wrapped(1, text, 76.0, &p.looks.wrap)?;
        sheet.next()?;
    }
    let version = format!("hedui {}；规则 {}", crate::ENGINE, p.patterns.hash);
    sheet.text(0, "程序和规则", &p.looks.wrap)?;
    sheet.wrapped(1, &version, 76.0, &p.looks.wrap)?;
    sheet.next()?;
    sheet.finish(0, 80.0)
}
