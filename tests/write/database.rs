//! The database: every row, every reference, every substring, the same bytes each time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hedui::model::{Report, Span};
use hedui::write::{APPLICATION_ID, SCHEMA_VERSION, open, spread};
use rusqlite::{Connection, OptionalExtension, types::Value};

use super::targets::{context, problem, put, put_problem, spec};
use super::{contract, make};

/// A database of `reports` and one problem, opened by a second connection.
fn database(folder: &Path, reports: &[(Report, u32)]) -> (PathBuf, Connection) {
    let path = folder.join("库.sqlite");
    let mut target = open(&spec(&path), &context()).unwrap();
    for (report, ordinal) in reports {
        put(&mut *target, report, *ordinal).unwrap();
    }
    put_problem(&mut *target, &problem("坏.bin")).unwrap();
    target.finish().unwrap();
    let connection = Connection::open(&path).unwrap();
    (path, connection)
}

fn sample() -> Vec<(Report, u32)> {
    let mut many: Vec<(Report, u32)> = (0..250).map(|i| (make::full(&format!("in/{i}.txt")), 1)).collect();
    many.insert(1, (make::full("in/0.txt"), 2));
    many
}

fn count(db: &Connection, table: &str) -> i64 {
    db.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0)).unwrap()
}

fn text(db: &Connection, sql: &str) -> Option<String> {
    db.query_row(sql, [], |r| r.get::<_, Option<String>>(0)).optional().unwrap().flatten()
}

#[test]
fn every_record_has_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let (_, db) = database(folder.path(), &sample());
    for (table, rows) in [
        ("run", 1),
        ("source", 251),
        ("record", 252),
        ("report", 251),
        ("section", 3 * 251),
        ("figure", 3 * 251),
        ("fact", 4 * 251),
        ("indicator", 251),
        ("finding", 251),
        ("cite", 3 * 251),
        ("keyword", 2 * 251),
        ("unexplained", 251),
        ("note", 250 + 251),
        ("passage", 4 * 251),
        ("passage_fts", 4 * 251),
        ("fact_wide", 4 * 251),
        ("finding_view", 251),
        ("金额一览", 3 * 251),
        ("事实一览", 4 * 251),
        ("单位比较", 251),
        ("核对一览", 251),
        ("章节一览", 3 * 251),
    ] {
        assert_eq!(count(&db, table), rows, "{table}");
    }
    assert_eq!(text(&db, "SELECT error FROM source WHERE path = '坏.bin'").as_deref(), Some("io.denied"));
    assert_eq!(text(&db, "SELECT arguments FROM run").as_deref(), Some(r#"["extract","data/"]"#));
    let pragma = |name: &str| db.pragma_query_value(None, name, |r| r.get::<_, i32>(0)).unwrap();
    assert_eq!((pragma("application_id"), pragma("user_version")), (APPLICATION_ID, SCHEMA_VERSION));
    let ok = db.pragma_query_value(None, "integrity_check", |r| r.get::<_, String>(0)).unwrap();
    assert_eq!(ok, "ok");
}

#[test]
fn the_database_keeps_every_record_as_it_is_written_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let (_, db) = database(folder.path(), &[(make::full("a.txt"), 1), (make::full("a.txt"), 2)]);
    let mut records = db.prepare("SELECT ordinal, json FROM record ORDER BY id").unwrap();
    let records = records.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    let records: Vec<(Option<i64>, String)> = records.collect::<Result<_, _>>().unwrap();
    let json = contract::json(&make::full("a.txt"));
    assert_eq!(records[..2], [(Some(1), json.clone()), (Some(2), json)]);
    assert!(records[2].0.is_none() && records[2].1.contains("hedui.problem/1"));
}

#[test]
fn every_reference_leads_to_a_row_of_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    let (_, db) = database(folder.path(), &sample());
    assert!(!db.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());
    for (table, column, to) in [
        ("figure", "section", "section"),
        ("fact", "section", "section"),
        ("fact", "figure", "figure"),
        ("section", "parent", "section"),
        ("keyword", "section", "section"),
        ("passage", "section", "section"),
    ] {
        let sql = format!("SELECT 1 FROM {table} a JOIN {to} b ON b.id = a.{column} WHERE a.report <> b.report");
        assert!(!db.prepare(&sql).unwrap().exists([]).unwrap(), "{table}.{column}");
        assert!(db.prepare(&format!("SELECT 1 FROM {table} WHERE {column} IS NOT NULL")).unwrap().exists([]).unwrap());
    }
}

#[test]
fn the_database_says_what_the_json_says() {
    let folder = tempfile::tempdir().unwrap();
    let (_, db) = database(folder.path(), &[(make::full("a.txt"), 1)]);
    let json: serde_json::Value = serde_json::from_str(&contract::json(&make::full("a.txt"))).unwrap();
    for (list, table, columns) in [
        ("sections", "section", "depth label number recovered title topic"),
        ("figures", "figure", "section raw value low high step measure bound role direction"),
        ("facts", "fact", "concept basis fund year item value text nil figure pattern section"),
        ("indicators", "indicator", "level1 level2 level3 target actual weight score reason"),
        ("findings", "finding", "verdict gap allowed message fingerprint"),
    ] {
        for (i, item) in json[list].as_array().unwrap().iter().enumerate() {
            for column in columns.split(' ') {
                let sql = format!("SELECT {column} FROM {table} ORDER BY id LIMIT 1 OFFSET {i}");
                let found = match db.query_row(&sql, [], |r| r.get::<_, Value>(0)).unwrap() {
                    Value::Null => serde_json::Value::Null,
                    Value::Integer(i) if item[column].is_boolean() => (i == 1).into(),
                    Value::Integer(i) => i.into(),
                    Value::Text(text) => text.into(),
                    other => panic!("{other:?}"),
                };
                assert_eq!(found, item[column], "{table}.{column}");
            }
            if item["at"].is_object() {
                for column in ["page", "line", "start", "end"] {
                    let sql = format!("SELECT \"{column}\" FROM {table} ORDER BY id LIMIT 1 OFFSET {i}");
                    assert_eq!(db.query_row(&sql, [], |r| r.get::<_, i64>(0)).unwrap(), item["at"][column]);
                }
            }
        }
    }
    let wan: Vec<Option<f64>> = db
        .prepare("SELECT wan FROM figure ORDER BY id")
        .unwrap()
        .query_map([], |r| r.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(wan, [Some(132.88), None, Some(18.59)]);
    let quotes = text(&db, "SELECT quotes FROM finding_view").unwrap();
    assert!(quotes.ends_with(" | 10-20万元 | 18.59"), "{quotes}");
    assert_eq!(text(&db, "SELECT \"结论\" FROM \"核对一览\"").as_deref(), Some("四舍五入"));
}

#[test]
fn the_full_text_finds_every_substring() {
    let folder = tempfile::tempdir().unwrap();
    let mut reports = vec![(make::full("a.txt"), 1)];
    let mixed = "机关ABC运行经费GB18030为12.5%，营商环境、营商条件；𬭎翀 “引号\"在此”①〇々\n（二）自评自评自评\n";
    reports.push((make::bare(make::document("b.txt", mixed)), 1));
    let (_, db) = database(folder.path(), &reports);
    let passages: Vec<(i64, String)> = db
        .prepare("SELECT id, text FROM passage")
        .unwrap()
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut find = db
        .prepare(
            "SELECT p.id FROM passage_fts f JOIN passage p ON p.id = f.rowid WHERE passage_fts MATCH ?1 AND instr(p.text, ?2)",
        )
        .unwrap();
    let mut tried = 0;
    for (_, passage) in &passages {
        let chars: Vec<char> = passage.chars().collect();
        for length in 2..=6 {
            for window in chars.windows(length) {
                let phrase: String = window.iter().collect();
                // A phrase of punctuation alone has no token to look for.
                if !phrase.chars().any(|c| c.is_alphanumeric() && c != '①') {
                    continue;
                }
                let expected: BTreeSet<i64> =
                    passages.iter().filter(|(_, t)| t.contains(&phrase)).map(|p| p.0).collect();
                let found: BTreeSet<i64> =
                    find.query_map([&spread(&phrase), &phrase], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
                assert_eq!(found, expected, "{phrase}");
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn the_passages_hold_the_whole_view_and_say_where_it_stands() {
    let report = make::full("a.txt");
    let folder = tempfile::tempdir().unwrap();
    let (_, db) = database(folder.path(), &[(make::full("a.txt"), 1)]);
    let passages: Vec<(Option<i64>, String, usize, usize)> = db
        .prepare("SELECT section, text, start, \"end\" FROM passage ORDER BY id")
        .unwrap()
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, i64>(2)? as usize, r.get::<_, i64>(3)? as usize)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(passages.iter().map(|p| p.0).collect::<Vec<_>>(), [None, Some(1), Some(2), Some(3)]);
    let joined: String = passages.iter().map(|p| p.1.as_str()).collect();
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    assert_eq!(bare(&joined), bare(&report.document.view.text));
    let print: Vec<char> = report.document.text.chars().collect();
    for (_, text, start, end) in &passages {
        let cut: String = print[*start..*end].iter().collect();
        assert_eq!(cut.chars().next(), text.chars().next());
        assert_eq!(cut.chars().last(), text.chars().last());
    }
    assert!(passages[2].1.contains("基本支出132.88 万元"));
}

#[test]
fn a_phrase_is_spread_into_characters() {
    assert_eq!(spread("营商环境"), "\"营 商 环 境\"");
    assert_eq!(spread(" 2022 年"), "\"2 0 2 2 年\"");
    assert_eq!(spread("a\"b"), "\"a \"\" b\"");
    assert_eq!(spread("（７）"), "\"( 7 )\"");
    assert_eq!(spread(""), "\"\"");
}

#[test]
fn equal_records_give_equal_bytes() {
    let bytes = |_: usize| {
        let folder = tempfile::tempdir().unwrap();
        let (path, db) = database(folder.path(), &sample());
        drop(db);
        std::fs::read(path).unwrap()
    };
    let (one, two) = (bytes(1), bytes(2));
    assert!(one == two, "{} and {} bytes", one.len(), two.len());
}

#[test]
fn a_report_without_sections_is_one_passage() {
    let folder = tempfile::tempdir().unwrap();
    let mut half = make::bare(make::document("a.txt", "前面的报告\n后面的报告\n"));
    half.extent = Span::new(0, 15);
    half.view = Span::new(0, 15);
    let (_, db) = database(folder.path(), &[(half, 1), (make::bare(make::document("空.txt", "")), 1)]);
    assert_eq!(count(&db, "passage"), 1);
    assert_eq!(text(&db, "SELECT text FROM passage").as_deref(), Some("前面的报告"));
}
