//! The samples through the whole line, and what is written of them against their text.

use std::path::Path;

use hedui::model::{Report, Source};
use hedui::patterns::Patterns;
use hedui::pipeline;
use hedui::write::{open, spread};
use serde_json::Value;

use super::contract;
use super::targets::{context, put, spec};

/// Every report of every sample.
fn reports() -> Vec<(Report, u32)> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files: Vec<_> = std::fs::read_dir(samples)
        .unwrap()
        .flat_map(|case| std::fs::read_dir(case.unwrap().path()).into_iter().flatten())
        .map(|file| file.unwrap().path())
        .filter(|file| file.file_stem().is_some_and(|stem| stem == "report"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let read = |file: &Path| {
        let source = Source { path: file.display().to_string(), ..Source::default() };
        pipeline::one(source, &std::fs::read(file).unwrap(), &Patterns::builtin()).unwrap()
    };
    files.iter().flat_map(|file| read(file).into_iter().zip(1..)).collect()
}

#[test]
fn every_place_of_every_sample_cuts_out_its_quote() {
    for (report, _) in reports() {
        let value: Value = serde_json::from_str(&contract::json(&report)).unwrap();
        let text: Vec<char> = report.document.text.chars().collect();
        contract::walk(&value, &mut |object| {
            if let Some(quote) = object.get("quote") {
                let at = |key: &str| object[key].as_u64().unwrap() as usize;
                let cut: String = text[at("start")..at("end")].iter().collect();
                assert_eq!(quote, &Value::String(cut));
            }
        });
        for (list, key) in [("figures", "raw"), ("sections", "title")] {
            for item in value[list].as_array().unwrap() {
                let printed = item[key].as_str().unwrap();
                assert!(
                    !printed.is_empty() && !printed.contains('\n'),
                    "{printed:?} in {}",
                    report.document.source.path
                );
            }
        }
    }
}

#[test]
fn every_sample_can_be_searched_by_any_four_characters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let mut target = open(&spec(&path), &context()).unwrap();
    let reports = reports();
    for (report, ordinal) in &reports {
        put(&mut *target, report, *ordinal).unwrap();
    }
    target.finish().unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    assert!(!db.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());
    let mut find = db
        .prepare(
            "SELECT 1 FROM passage_fts f JOIN passage p ON p.id = f.rowid WHERE passage_fts MATCH ?1 AND p.report = ?2 \
             AND instr(p.text, ?3)",
        )
        .unwrap();
    for ((report, _), id) in reports.iter().zip(1..) {
        for line in report.view.of(&report.document.view.text).lines() {
            let chars: Vec<char> = line.chars().collect();
            // Headings may stand in the middle of a line, with their body behind them: those are two passages.
            let cut = |phrase: &str| {
                report.sections.iter().any(|s| {
                    let at = report.document.view.view_at(s.heading.start) as usize;
                    (1..phrase.len()).any(|i| {
                        phrase.is_char_boundary(i)
                            && report.document.view.text[..at].ends_with(&phrase[..i])
                            && report.document.view.text[at..].starts_with(&phrase[i..])
                    })
                })
            };
            for window in chars.windows(4).step_by(5) {
                let phrase: String = window.iter().collect();
                if phrase.chars().any(|c| ('一'..='龥').contains(&c)) && !cut(&phrase) {
                    assert!(find.exists(rusqlite::params![spread(&phrase), id, phrase]).unwrap(), "{phrase}");
                }
            }
        }
    }
}
