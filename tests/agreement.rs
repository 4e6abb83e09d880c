//! The same report as text and as PDF says the same: sections, figures and facts of `samples/<case>/report.txt` against those of
//! `tests/data/agreement/<case>.<producer>.pdf`, which real programs made of it (`make.py` beside them).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What a file says, by kind, in its order.
fn says(path: &str) -> BTreeMap<&'static str, Vec<String>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hedui"));
    command.args(["extract", "--quiet", path]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("output is UTF-8");
    let mut out: BTreeMap<&str, Vec<String>> =
        [("sections", Vec::new()), ("figures", Vec::new()), ("facts", Vec::new())].into();
    for line in printed.lines() {
        let record: Value = serde_json::from_str(line).expect("a record is JSON");
        let shown = |item: &Value, keys: &[&str]| {
            let one = |key: &&str| match &item[*key] {
                Value::String(text) => text.split_whitespace().collect::<String>(),
                other => other.to_string(),
            };
            keys.iter().map(one).collect::<Vec<_>>().join(" | ")
        };
        for (kind, keys) in [
            ("sections", &["depth", "number", "title"][..]),
            ("figures", &["raw", "value", "low", "high", "measure"][..]),
            ("facts", &["concept", "basis", "fund", "year", "item", "value", "text", "nil"][..]),
        ] {
            let items = record[kind].as_array().into_iter().flatten();
            out.entry(kind).or_default().extend(items.map(|item| shown(item, keys)));
        }
    }
    out
}

/// How many items stand in both lists in the same order.
fn common(a: &[String], b: &[String]) -> usize {
    let mut row = vec![0usize; b.len() + 1];
    for x in a {
        let mut corner = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y { corner + 1 } else { above.max(row[j]) };
            corner = above;
        }
    }
    row[b.len()]
}

#[test]
fn a_report_says_the_same_as_text_and_as_pdf_from_every_producer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var("HEDUI_AGREEMENT").unwrap_or_else(|_| "tests/data/agreement".into());
    let names = fs::read_dir(root.join(&folder)).expect("the folder").map(|e| e.expect("an entry").file_name());
    let mut names: Vec<String> =
        names.map(|n| n.to_string_lossy().into_owned()).filter(|n| n.ends_with(".pdf")).collect();
    names.sort();
    assert!(names.len() >= 45, "{} files", names.len());
    let mut texts: BTreeMap<String, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    let mut sums: BTreeMap<(String, &str), (usize, usize)> = BTreeMap::new();
    let mut told = String::new();
    for name in &names {
        let (case, producer) = name.trim_end_matches(".pdf").split_once('.').expect("case.producer.pdf");
        let text = texts.entry(case.to_owned()).or_insert_with(|| says(&format!("samples/{case}/report.txt")));
        let pdf = says(&format!("{folder}/{name}"));
        for (kind, expected) in text.iter() {
            let got = &pdf[kind];
            let both = common(expected, got);
            for key in [producer, "all"] {
                let sum = sums.entry((key.to_owned(), *kind)).or_default();
                sum.0 += 2 * both;
                sum.1 += expected.len() + got.len();
            }
            let left = |a: &[String], b: &[String]| -> Vec<String> {
                a.iter().filter(|x| !b.contains(x)).take(6).cloned().collect()
            };
            if both < expected.len().max(got.len()) {
                told += &format!(
                    "{name} {kind}: text only {:?}, PDF only {:?}\n",
                    left(expected, got),
                    left(got, expected)
                );
            }
        }
    }
    let mut low = Vec::new();
    for ((producer, kind), (both, of)) in &sums {
        let share = *both as f64 / (*of).max(1) as f64;
        println!("{producer:12} {kind:9} {share:.4} of {of}");
        if producer == "all" && share < LEAST {
            low.push(format!("{kind} {share:.4}"));
        }
    }
    println!("{told}");
    assert!(low.is_empty(), "agreement is less than it was: {low:?}\n{told}");
}

/// What no change may fall below: of each kind, so much of what either side has is on both.
const LEAST: f64 = 0.995;
