//! Forms drawn with lines: the cells that are read against the cells that were set, with their places and merged rows and columns
//! (`tests/data/tables/make.py` made both). Two of the files run over several pages and repeat their header. What the forms state is
//! read from those cells: facts, indicator rows and the names of projects are compared with the print.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use hedui::extract::extract;
use hedui::model::{BlockKind, Document, Report, Source, Value};
use hedui::outline::outline;
use hedui::patterns::Patterns;
use hedui::read::read;

fn cells(doc: &Document) -> Vec<BTreeSet<String>> {
    let of = |block: &hedui::model::Block| match &block.kind {
        BlockKind::Table(cells) => Some(
            cells
                .iter()
                .map(|c| {
                    let text: String = c.span.of(&doc.text).split_whitespace().collect();
                    format!("{}\t{}\t{}\t{}\t{text}", c.row, c.column, c.rows, c.columns)
                })
                .collect(),
        ),
        _ => None,
    };
    doc.blocks.iter().filter_map(of).collect()
}

#[test]
fn cells_stand_where_they_were_set() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tables");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|n| n.ends_with(".pdf"))
        .collect();
    names.sort();
    assert!(names.len() >= 8);
    let mut low = Vec::new();
    for name in names {
        let (case, _) = name.split_once('.').expect("case.producer.pdf");
        let truth = fs::read_to_string(folder.join(format!("{case}.tsv"))).expect("its truth");
        let truth: BTreeSet<String> = truth.lines().map(str::to_owned).collect();
        let bytes = fs::read(folder.join(&name)).expect("the file");
        let doc = read(Source::default(), &bytes).expect("it is read");
        let tables = cells(&doc);
        let found = tables.iter().max_by_key(|t| t.intersection(&truth).count()).cloned().unwrap_or_default();
        let both = found.intersection(&truth).count();
        let share = 2.0 * both as f64 / (found.len() + truth.len()) as f64;
        println!("{name:28} {} tables, {both} of {} cells: {share:.4}", tables.len(), truth.len());
        if share < 0.98 || tables.len() != 1 {
            for missed in truth.difference(&found).take(12) {
                println!("  missed {missed}");
            }
            for extra in found.difference(&truth).take(12) {
                println!("  extra  {extra}");
            }
            low.push(format!("{name} {share:.4} in {} tables", tables.len()));
        }
    }
    assert!(low.is_empty(), "cells below 0.98: {low:?}");
}

/// The reports of `tests/data/tables/NAME`.
fn reports(name: &str) -> Vec<Report> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tables").join(name);
    let doc = Arc::new(read(Source::default(), &fs::read(path).expect("the file")).expect("it is read"));
    let patterns = Patterns::builtin();
    extract(&doc, &outline(&doc, &patterns), &patterns)
}

/// `concept@basis[item]=value` of every fact.
fn facts(report: &Report) -> Vec<String> {
    let patterns = Patterns::builtin();
    let say = |f: &hedui::model::Fact| {
        let basis = f.slot.basis.map_or(String::new(), |b| format!("@{}", b.name()));
        let item = f.slot.item.as_ref().map_or(String::new(), |i| format!("[{i}]"));
        let value = match &f.value {
            Value::Figure(n) => report.figures[*n as usize].value.unwrap_or_default().normalize().to_string(),
            Value::Text(text) => text.clone(),
            Value::Nil(nil) => nil.name().to_owned(),
        };
        format!("{}{basis}{item}={value}", patterns.concepts.get(f.slot.concept).id)
    };
    report.facts.iter().map(say).collect()
}

#[test]
fn the_cells_of_a_form_drawn_with_lines_state_what_it_prints() {
    for producer in ["chromium", "reportlab", "typst", "weasyprint"] {
        let reports = reports(&format!("project.{producer}.pdf"));
        let [report] = reports.as_slice() else { panic!("{producer}: {} reports", reports.len()) };
        // The rows of 其中：当年财政拨款 and 其他资金 are money, and no totals of the form.
        let expected = [
            "budget.total@initial=1200000",
            "budget.total@adjusted=1352000",
            "expenditure.total@final=1284400",
            "rate.execution=95",
            "score.self=97.5",
            "satisfaction=91.2",
        ];
        assert_eq!(facts(report), expected, "{producer}");
        let money: Vec<String> = report
            .figures
            .iter()
            .filter(|f| f.measure == hedui::model::Measure::Yuan)
            .map(|f| f.span.of(&report.document.text).to_owned())
            .collect();
        let printed = ["120.00", "135.20", "128.44", "120.00", "135.20", "128.44", "0.00", "0.00", "0.00"];
        assert_eq!(money, printed, "{producer}: weights, rates and scores are no money");
    }
}

#[test]
fn indicator_rows_are_read_from_merged_cells() {
    for producer in ["chromium", "reportlab", "typst", "weasyprint"] {
        let report = reports(&format!("project.{producer}.pdf")).remove(0);
        let shown = |i: &hedui::model::Indicator| {
            let text = |t: &Option<String>| t.clone().unwrap_or_default();
            let number = |n: Option<rust_decimal::Decimal>| n.map_or(String::new(), |n| n.to_string());
            let cells = [text(&i.level1), text(&i.level2), i.level3.clone(), text(&i.target), text(&i.actual)];
            format!("{} | {} | {}", cells.join(" | "), number(i.weight), number(i.score))
        };
        let rows: Vec<String> = report.indicators.iter().map(shown).collect();
        let expected = [
            "产出指标 | 数量指标 | 改造管网长度 | ≥12公里 | 12.8公里 | 15 | 15",
            "产出指标 | 数量指标 | 惠及居民户数 | ≥3200户 | 3316户 | 15 | 15",
            "产出指标 | 质量指标 | 工程验收合格率 | 100% | 100% | 20 | 20",
            "效益指标 | 社会效益 | 供水保障能力明显提升，居民用水投诉量较上年下降 | ≥20% | 23.6% | 30 | 28",
            "满意度指标 | 服务对象满意度 | 居民满意度 | ≥90% | 91.2% | 10 | 10",
        ];
        assert_eq!(rows, expected, "{producer}");
    }
}
