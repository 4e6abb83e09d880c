//! `docs/output.md` against the program: every key, table and column is there, its example is what is written, its queries run.

use std::collections::BTreeSet;

use hedui::model::{Basis, ConceptId, Coverage, Fact, Figure, Keyword, Printed, Slot, Value};
use hedui::patterns::Patterns;
use hedui::write::{open, problem_to_json};
use rusqlite::Connection;

use super::targets::{context, problem, put, put_problem, spec};
use super::{contract, make};

const DOCS: &str = include_str!("../../docs/output.md");

/// The contents of the blocks fenced as `language`.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    DOCS.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

/// Everything that stands in backticks.
fn named() -> BTreeSet<&'static str> {
    let prose = DOCS.split("```").step_by(2);
    prose.flat_map(|text| text.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_key_is_documented() {
    let mut problem_json = Vec::new();
    problem_to_json(&problem("a"), &Patterns::builtin(), &mut problem_json);
    let json = [contract::json(&make::full("a.txt")), String::from_utf8(problem_json).unwrap()];
    let keys: BTreeSet<String> = json.iter().flat_map(|j| contract::keys(j)).map(|(_, key)| key).collect();
    assert!(keys.len() > 50);
    let named = named();
    let missing: Vec<_> = keys.iter().filter(|k| !named.contains(k.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn sample(folder: &std::path::Path) -> Connection {
    let path = folder.join("a.db");
    let mut target = open(&spec(&path), &context()).unwrap();
    put(&mut *target, &make::full("a.txt"), 1).unwrap();
    put_problem(&mut *target, &problem("坏.bin")).unwrap();
    target.finish().unwrap();
    Connection::open(path).unwrap()
}

fn column(db: &Connection, sql: &str) -> Vec<String> {
    let mut statement = db.prepare(sql).unwrap();
    let rows = statement.query_map([], |r| r.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn every_table_and_column_is_documented() {
    let folder = tempfile::tempdir().unwrap();
    let db = sample(folder.path());
    let tables = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' \
                  AND name NOT LIKE 'passage_fts\\_%' ESCAPE '\\'";
    let tables = column(&db, tables);
    assert_eq!(tables.len(), 24);
    let named = named();
    for table in &tables {
        assert!(named.contains(table.as_str()), "table {table}");
        for column in column(&db, &format!("SELECT name FROM pragma_table_info('{table}')")) {
            assert!(named.contains(column.as_str()), "{table}.{column}");
        }
    }
}

#[test]
fn every_query_of_the_documentation_runs() {
    let folder = tempfile::tempdir().unwrap();
    let db = sample(folder.path());
    let mut ran = 0;
    for block in blocks("sql") {
        for query in block.split_inclusive(';').filter(|q| !q.trim().is_empty()) {
            let mut statement = db.prepare(query).unwrap_or_else(|e| panic!("{query}: {e}"));
            let mut rows = statement.query([]).unwrap();
            while rows.next().unwrap_or_else(|e| panic!("{query}: {e}")).is_some() {}
            ran += 1;
        }
    }
    assert_eq!(ran, 13);
    let first = blocks("sql")[0];
    let found: String = db.query_row(first, [], |r| r.get(2)).unwrap();
    assert!(found.contains("营商环境"));
}

#[test]
fn the_example_is_what_is_written() {
    let text = blocks("text")[0].to_owned() + "\n";
    let example = blocks("json")[0];
    let doc = make::document("data/某中心.txt", &text);
    let (title, org, amount) = (
        make::place(&doc, text.lines().next().unwrap(), 0),
        make::place(&doc, "某中心", 0),
        make::place(&doc, "151.47万元", 0),
    );
    let concept = Patterns::builtin().concepts.id("expenditure.basic");
    let figure = Figure { section: Some(0), ..make::money(&doc, amount, "1514700.00", "100") };
    let slot = Slot {
        concept: concept.unwrap_or(ConceptId(0)),
        basis: Some(Basis::Final),
        fund: None,
        year: Some(2022),
        item: None,
    };
    let pattern = "prose.expenditure.basic".into();
    let heading = make::section(&doc, Some("一、"), make::place(&doc, "基本支出", 0), 1, None, text.len() as u32);
    let report = hedui::model::Report {
        title: Some(Printed { text: "2022年度某中心整体支出绩效自评报告".into(), span: title }),
        org: Some(Printed { text: "某中心".into(), span: org }),
        year: Some(2022),
        sections: vec![heading],
        figures: vec![figure],
        facts: vec![Fact {
            slot,
            value: Value::Figure(0),
            span: amount,
            pattern,
            section: Some(0),
            standing: Default::default(),
        }],
        keywords: vec![Keyword { word: "基本支出".into(), count: 2, weight: 12345 }],
        coverage: Coverage { digits: 2, explained: 2, unexplained: Vec::new() },
        ..make::bare(doc)
    };
    let json = contract::json(&report);
    assert_eq!(contract::keys(example), contract::keys(&json));
    let mut written: serde_json::Value = serde_json::from_str(&json).unwrap();
    let example: serde_json::Value = serde_json::from_str(example).unwrap();
    for key in ["engine", "patterns", "family"] {
        written[key] = example[key].clone();
    }
    assert_eq!(example, written);
}

#[test]
fn the_example_of_a_problem_has_its_keys() {
    let mut json = Vec::new();
    problem_to_json(&problem("a"), &Patterns::builtin(), &mut json);
    assert_eq!(contract::keys(blocks("json")[1]), contract::keys(std::str::from_utf8(&json).unwrap()));
}
