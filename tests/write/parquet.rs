//! Parquet: what another program reads is what was written, the same bytes each time, whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use hedui::model::Report;
use hedui::write::{WriteErrorKind, open};

use super::targets::{context, problem, put, put_problem, spec};
use super::{make, tools};

/// Enough reports that a table takes more than one row group.
fn sample() -> Vec<Report> {
    (0..300).map(|i| make::full(&format!("in/{i}.txt"))).collect()
}

fn write(target: &Path, reports: &[Report]) {
    let mut typed = target.as_os_str().to_owned();
    if target.file_name().is_some_and(|name| name == "x.parquet") {
        typed.push("/");
    }
    let mut target = open(&spec(&typed), &context()).unwrap();
    for report in reports {
        put(&mut *target, report, 1).unwrap();
    }
    put_problem(&mut *target, &problem("坏.bin")).unwrap();
    target.finish().unwrap();
}

/// What DuckDB says, or nothing where there is none.
fn duckdb(folder: &Path, script: &str) -> Option<String> {
    let Some(python) = tools::python("duckdb") else {
        tools::skipped("no DuckDB: Parquet files are not read back");
        return None;
    };
    let output = Command::new(python).args(["-c", script]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_folder_holds_what_the_database_holds() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("x.parquet"), &sample());
    write(&folder.path().join("x.sqlite"), &sample());
    let script = r#"
import duckdb, sqlite3, os
from decimal import Decimal
db = sqlite3.connect('x.sqlite')
def same(a, b):
    if isinstance(a, Decimal):
        return a == Decimal(b) if isinstance(b, str) else float(a) == b
    return a == b
for name in sorted(os.listdir('x.parquet')):
    table = name.removesuffix('.parquet')
    columns = [row[1] for row in db.execute(f'PRAGMA table_info({table})')]
    order = ' ORDER BY ' + ', '.join(f'"{c}"' for c in columns[:2])
    here = duckdb.sql(f"SELECT * FROM 'x.parquet/{name}'{order}")
    assert here.columns == columns, (here.columns, columns)
    here, there = here.fetchall(), db.execute(f'SELECT * FROM {table}{order}').fetchall()
    assert len(here) == len(there), table
    for a, b in zip(here, there):
        assert all(map(same, a, b)), (table, a, b)
    print(table, len(here))
"#;
    let Some(said) = duckdb(folder.path(), script) else { return };
    for line in ["figure 900", "fact 1200", "report 300", "source 301", "passage 1200", "run 1", "cite 900"] {
        assert!(said.lines().any(|l| l == line), "{line}: {said}");
    }
    assert_eq!(said.lines().count(), 15);
}

#[test]
fn the_file_holds_every_figure_with_what_it_answers() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("a.parquet"), &sample());
    let script = r#"
import duckdb
t = "'a.parquet'"
print(dict(duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE SELECT value, wan, path, line FROM {t})").fetchall()))
print(duckdb.sql(f"SELECT count(*), count(DISTINCT path), sum(value) FILTER (raw = '132.88 万元' OR raw = '132.88万元') FROM {t}").fetchall()[0])
print(duckdb.sql(f"SELECT DISTINCT concept, basis, wan FROM {t} WHERE concept IS NOT NULL ORDER BY ALL").fetchall())
print(duckdb.sql(f"SELECT count(*) FROM parquet_kv_metadata({t}) WHERE decode(key) = 'figures.wan'").fetchall()[0])
"#;
    let Some(said) = duckdb(folder.path(), script) else { return };
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "{'value': 'DECIMAL(38,10)', 'wan': 'DECIMAL(38,10)', 'path': 'VARCHAR', 'line': 'INTEGER'}");
    assert_eq!(lines[1], "(900, 300, Decimal('398640000.0000000000'))");
    assert!(lines[2].contains("Decimal('132.8800000000')"), "{said}");
    assert_eq!(lines[3], "(1,)");
}

/// Every file by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|e| (e.file_name().into_string().unwrap(), fs::read(e.path()).unwrap())).collect()
}

#[test]
fn equal_records_give_equal_files() {
    let bytes = || {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("x.parquet"), &sample());
        write(&folder.path().join("a.parquet"), &sample());
        let mut all = files(&folder.path().join("x.parquet"));
        all.insert("the file".into(), fs::read(folder.path().join("a.parquet")).unwrap());
        all
    };
    let (one, two) = (bytes(), bytes());
    assert_eq!(one.len(), 16);
    assert!(one == two);
}

#[test]
fn a_decimal_that_does_not_fit_is_left_out_and_noted() {
    let folder = tempfile::tempdir().unwrap();
    let mut report = make::full("a.txt");
    report.figures[0].value = Some("0.00000000001".parse().unwrap());
    write(&folder.path().join("x.parquet"), &[report]);
    let script = "
import duckdb
print(duckdb.sql(\"SELECT value, raw FROM 'x.parquet/figure.parquet' ORDER BY id LIMIT 1\").fetchall()[0])
print(duckdb.sql(\"SELECT message FROM 'x.parquet/note.parquet' WHERE note = 'parquet.decimal' ORDER BY id LIMIT 1\").fetchall()[0])
";
    let Some(said) = duckdb(folder.path(), script) else { return };
    let mut lines = said.lines();
    assert!(lines.next().unwrap().starts_with("(None, '132.88"), "{said}");
    assert!(lines.next().unwrap().contains("figure.value of row 1 has more than 10 digits behind the point"), "{said}");
}

#[test]
fn a_folder_is_replaced_whole_and_only_if_it_is_ours() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("x.parquet");
    write(&target, &sample()[..2]);
    let before = files(&target);
    // Dropped before its end, it changes nothing.
    let mut dropped = open(&spec(&target), &context()).unwrap();
    put(&mut *dropped, &sample()[3], 1).unwrap();
    drop(dropped);
    assert!(files(&target) == before);
    write(&target, &sample()[..1]);
    let after = files(&target);
    assert!(after.keys().eq(before.keys()) && after != before);
    assert_eq!(files_of(folder.path()), ["x.parquet"]);

    fs::write(target.join("mine.txt"), "kept").unwrap();
    let error = open(&spec(&target), &context()).err().unwrap();
    assert_eq!(error.kind, WriteErrorKind::Taken);
    assert!(error.to_string().contains("holds mine.txt, which is of no earlier run and would be lost"), "{error}");
    assert!(target.join("mine.txt").exists() && files_of(folder.path()) == ["x.parquet"]);
}

fn files_of(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}
