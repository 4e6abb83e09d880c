//! 总览: what was compared, what was found, three charts; their numbers in a sheet of its own at the end.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType,
    ChartSolidFill, ChartType, Color, Format, Worksheet, XlsxError,
};

use super::super::{Totals, counted};
use super::{Paper, Sheet};
use crate::model::{Bound, Content, Row, Verdict};

/// How many organisations a bar chart shows.
const BARS: usize = 30;
const BLUE: Color = Color::RGB(0x1F6FB2);
const DATA: &str = "图表数据";

/// Fills the front sheet; gives the sheet of the charts' numbers.
pub(super) fn sheets(p: &Paper<'_>, front: &mut Worksheet) -> Result<Worksheet, XlsxError> {
    front.set_name("总览")?;
    Sheet::printed(front, false);
    front.set_screen_gridlines(false);
    front.set_tab_color(Color::RGB(0x2E7D32));
    let looks = &p.looks;
    front.merge_range(0, 0, 0, 7, "绩效自评横向比较底稿", &looks.title)?;
    front.set_row_height(0, 36)?;
    let Totals { orgs, years, own, across } = Totals::new(p.c);
    let listed: Vec<String> = years.iter().map(i16::to_string).collect();
    let facts: [(&str, String); 6] = [
        ("报告", format!("{}份", p.c.reports.len())),
        ("单位", format!("{orgs}个")),
        ("年度", listed.join("、")),
        ("对比行", format!("{}行（一个单位一个年度一行，项目报告一份一行）", p.c.rows.len())),
        ("报告自身的问题", format!("矛盾{}处，可疑{}处，四舍五入{}处", own[0], own[1], own[2])),
        ("报告之间的问题", format!("矛盾{}处，可疑{}处", across[0], across[1])),
    ];
    let mut row = 2;
    for (name, text) in facts {
        front.write_string_with_format(row, 0, name, &looks.band)?;
        front.merge_range(row, 1, row, 7, &text, &looks.text)?;
        row += 1;
    }
    for (column, width) in [(0, 22.0), (1, 14.0), (2, 12.0), (3, 12.0), (4, 12.0), (5, 12.0), (6, 12.0), (7, 12.0)] {
        front.set_column_width(column, width)?;
    }
    row += 1;
    row = checks(p, front, row)?;
    row += 1;
    row = usual(p, front, row)?;
    let mut data = Worksheet::new();
    data.set_name(DATA)?;
    charts(p, front, &mut data, row + 1)?;
    Ok(data)
}

/// How often each check found something.
fn checks(p: &Paper<'_>, front: &mut Worksheet, mut row: u32) -> Result<u32, XlsxError> {
    let looks = &p.looks;
    let mut counts: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    let across = p.c.findings.iter().map(|f| (f.check.as_str(), f.verdict));
    let own = p.c.reports.iter().flat_map(|r| &r.findings).map(|f| (f.check.as_str(), f.verdict));
    for (check, verdict) in across.chain(own) {
        let at = match verdict {
            Verdict::Conflict => 0,
            Verdict::Suspect => 1,
            Verdict::Rounding => 2,
            Verdict::Holds | Verdict::Undecidable => continue,
        };
        counts.entry(check).or_default()[at] += 1;
    }
    let head = ["核对事项", "", "", "", "", "矛盾", "可疑", "四舍五入"];
    for (column, title) in (0..).zip(head) {
        front.write_string_with_format(row, column, title, &looks.head)?;
    }
    front.merge_range(row, 0, row, 4, "核对事项", &looks.head)?;
    row += 1;
    for check in p.patterns.checks.iter() {
        let Some(found) = counts.get(check.id.as_str()) else { continue };
        front.merge_range(row, 0, row, 4, &check.title, &looks.text)?;
        for (column, count) in (5..).zip(found) {
            front.write_number_with_format(row, column, *count, &looks.count)?;
        }
        row += 1;
    }
    if counts.is_empty() {
        front.merge_range(row, 0, row, 7, "没有发现", &looks.text)?;
        row += 1;
    }
    Ok(row)
}

/// Medians of the ratios, by year and kind of organisation.
fn usual(p: &Paper<'_>, front: &mut Worksheet, mut row: u32) -> Result<u32, XlsxError> {
    let looks = &p.looks;
    let wanted = ["ratio.execution", "ratio.staff_share", "ratio.project_share", "ratio.operating_per_head"];
    let columns: Vec<u32> =
        wanted.iter().filter_map(|id| p.c.columns.iter().position(|c| c.id == *id)).map(|at| at as u32).collect();
    let mut circles: Vec<&str> = Vec::new();
    for usual in p.c.usual.iter().filter(|u| columns.contains(&u.column)) {
        if !circles.contains(&usual.circle.as_str()) {
            circles.push(&usual.circle);
        }
    }
    if circles.is_empty() {
        return Ok(row);
    }
    // By year; all organisations after their kinds.
    circles.sort_by_key(|circle| (circle.get(..4), circle.ends_with("全部单位")));
    front.merge_range(row, 0, row, 1, "同类（3家以上）中位数", &looks.head)?;
    for (to, &column) in (2..).zip(&columns) {
        let column = &p.c.columns[column as usize];
        let heading = format!("{}（{}）", column.name, counted(column.measure));
        front.write_string_with_format(row, to, heading, &looks.head)?;
    }
    front.set_row_height(row, 32)?;
    row += 1;
    for circle in circles.iter().take(60) {
        front.merge_range(row, 0, row, 1, circle, &looks.text)?;
        for (to, &column) in (2..).zip(&columns) {
            let found = p.c.usual.iter().find(|u| u.circle == **circle && u.column == column);
            match found {
                Some(u) => {
                    let measure = p.c.columns[column as usize].measure;
                    let yuan = measure == Some(crate::model::Measure::Yuan);
                    let value = if yuan { u.five[2] / Decimal::from(10_000) } else { u.five[2] };
                    front.write_number_with_format(row, to, value.to_f64().unwrap_or_default(), &looks.number)?;
                }
                None => {
                    front.write_string_with_format(row, to, "—", &looks.missing)?;
                }
            }
        }
        row += 1;
    }
    Ok(row)
}

fn number(row: &Row, column: Option<usize>) -> Option<Decimal> {
    match row.cells[column?].content {
        Content::Number { value, bound: Bound::Exact | Bound::About } => Some(value),
        _ => None,
    }
}

fn filled() -> ChartFormat {
    ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(BLUE)).to_owned()
}

fn charts(p: &Paper<'_>, front: &mut Worksheet, data: &mut Worksheet, mut at: u32) -> Result<(), XlsxError> {
    let column = |id: &str| p.c.columns.iter().position(|c| c.id == id);
    let (rate, spent, score) = (column("ratio.execution"), column("expenditure.total/final"), column("score.self"));
    let budget = |row: &Row| {
        number(row, column("budget.total/adjusted")).or_else(|| number(row, column("budget.total/initial")))
    };
    let font = || ChartFont::new().set_name("宋体").set_size(9).to_owned();
    let latest = p.c.rows.iter().filter(|r| r.whole).filter_map(|r| r.year).max();
    let mut rates: Vec<(Decimal, &str)> =
        p.c.rows
            .iter()
            .filter(|r| r.whole && r.year == latest)
            .filter_map(|r| Some((number(r, rate)?, p.c.name(r))))
            .collect();
    rates.sort();
    // The ends are what is looked at.
    if rates.len() > BARS {
        rates.drain(BARS / 2..rates.len() - BARS / 2);
    }
    let head = Format::new().set_bold();
    for (to, title) in (0..).zip(["单位", "执行率（%）", "预算（万元）", "支出（万元）", "得分段", "份数"])
    {
        data.write_string_with_format(0, to, title, &head)?;
    }
    data.set_column_width(0, 40)?;
    for (row, (value, name)) in (1..).zip(&rates) {
        data.write_string(row, 0, *name)?;
        data.write_number(row, 1, value.to_f64().unwrap_or_default())?;
    }
    let wan = |v: Decimal| (v / Decimal::from(10_000)).to_f64().unwrap_or_default();
    let pairs: Vec<(f64, f64)> =
        p.c.rows.iter().filter_map(|r| Some((wan(budget(r)?), wan(number(r, spent)?)))).collect();
    for (row, (x, y)) in (1..).zip(&pairs) {
        data.write_number(row, 2, *x)?;
        data.write_number(row, 3, *y)?;
    }
    const BINS: [(&str, i64, i64); 7] = [
        ("60以下", 0, 60),
        ("60—80", 60, 80),
        ("80—90", 80, 90),
        ("90—95", 90, 95),
        ("95—98", 95, 98),
        ("98—100", 98, 100),
        ("100", 100, i64::MAX),
    ];
    let scores: Vec<Decimal> = p.c.rows.iter().filter_map(|r| number(r, score)).collect();
    for (row, (name, low, high)) in (1..).zip(BINS) {
        let inside = scores.iter().filter(|s| **s >= Decimal::from(low) && **s < Decimal::from(high)).count();
        data.write_string(row, 4, name)?;
        data.write_number(row, 5, inside as u32)?;
    }
    if !rates.is_empty() {
        let last = rates.len() as u32;
        let mut chart = Chart::new(ChartType::Bar);
        let series = chart.add_series();
        series.set_categories((DATA, 1, 0, last, 0)).set_values((DATA, 1, 1, last, 1)).set_name("执行率（%）");
        series
            .set_gap(40)
            .set_format(&mut filled())
            .set_data_label(ChartDataLabel::new().show_value().set_font(&font()));
        let year = latest.map_or(String::new(), |y| format!("{y}年"));
        chart.title().set_name(&format!("{year}各单位预算执行率（%）")).set_font(&font());
        chart.legend().set_hidden();
        chart.x_axis().set_font(&font());
        chart.y_axis().set_font(&font());
        let height = 120 + 20 * last;
        chart.set_width(760).set_height(height);
        // The charts begin a page.
        front.set_page_breaks(&[at])?;
        front.insert_chart(at, 0, &chart)?;
        at += height / 20 + 2;
    }
    if !pairs.is_empty() {
        let last = pairs.len() as u32;
        let mut chart = Chart::new(ChartType::Scatter);
        let mut marker = ChartMarker::new();
        marker.set_type(ChartMarkerType::Circle).set_size(6).set_format(&mut filled());
        chart
            .add_series()
            .set_categories((DATA, 1, 2, last, 2))
            .set_values((DATA, 1, 3, last, 3))
            .set_name("单位")
            .set_marker(&marker);
        // What is spent in full lies on this line.
        let most = pairs.iter().map(|(x, y)| x.min(*y)).fold(0.0, f64::max);
        data.write_string_with_format(0, 6, "支出等于预算", &head)?;
        for (row, value) in [(1, 0.0), (2, most)] {
            data.write_number(row, 6, value)?;
        }
        let mut none = ChartMarker::new();
        none.set_none();
        chart
            .add_series()
            .set_categories((DATA, 1, 6, 2, 6))
            .set_values((DATA, 1, 6, 2, 6))
            .set_name("支出等于预算")
            .set_marker(&none)
            .set_format(ChartLine::new().set_color(Color::RGB(0x8A97A5)).set_dash_type(ChartLineDashType::Dash));
        chart.title().set_name("预算与支出（万元，虚线上支出等于预算）").set_font(&font());
        chart.legend().set_hidden();
        chart.x_axis().set_name("预算（全年，无则年初）").set_font(&font()).set_num_format("#,##0");
        chart.y_axis().set_name("支出合计").set_font(&font()).set_num_format("#,##0");
        chart.set_width(760).set_height(380);
        front.insert_chart(at, 0, &chart)?;
        at += 21;
    }
    if !scores.is_empty() {
        let mut chart = Chart::new(ChartType::Column);
        chart
            .add_series()
            .set_categories((DATA, 1, 4, 7, 4))
            .set_values((DATA, 1, 5, 7, 5))
            .set_name("份数")
            .set_format(&mut filled())
            .set_data_label(ChartDataLabel::new().show_value().set_font(&font()))
            .set_gap(60);
        chart.title().set_name("自评得分分布（份）").set_font(&font());
        chart.legend().set_hidden();
        chart.x_axis().set_font(&font());
        chart.y_axis().set_font(&font()).set_num_format("0");
        chart.set_width(760).set_height(320);
        front.insert_chart(at, 0, &chart)?;
    }
    Ok(())
}
