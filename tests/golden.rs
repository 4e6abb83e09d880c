//! `samples/<case>/expected.json` is what `hedui extract` prints for the case, byte for byte.
//!
//! `UPDATE_EXPECT=1 cargo test --release --test golden` writes the files anew (the diff is then read by a person); while that
//! is on, the tests fail, so that no run can bless by accident and pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::expect_file;

/// The sample folders, in order of name.
fn cases() -> Vec<PathBuf> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let entries = fs::read_dir(samples).expect("samples").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.join("truth.toml").is_file()).collect();
    cases.sort();
    cases
}

/// The report of a case, as it is named from the project's folder.
fn report(case: &Path) -> String {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let entries = fs::read_dir(case).expect("a folder").map(|entry| name(&entry.expect("an entry").path()));
    let reports: Vec<String> = entries.filter(|file| file.starts_with("report.") || file == "report").collect();
    assert_eq!(reports.len(), 1, "{} has one report.*", case.display());
    format!("samples/{}/{}", name(case), reports[0])
}

#[test]
fn every_sample_gives_what_it_is_expected_to_give() {
    let cases = cases();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in &cases {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hedui"));
        command.args(["extract", "--quiet", &report(case)]).current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = command.output().expect("the program runs");
        let printed = String::from_utf8(output.stdout).expect("output is UTF-8");
        let expected = case.join("expected.json");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            expect_file![expected].assert_eq(&printed);
        } else if fs::read_to_string(&expected).unwrap_or_default() != printed {
            wrong.push(case.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    let names = wrong.join(" ");
    assert!(
        wrong.is_empty(),
        "{} of {} samples give something else: {names}\nsee it with: UPDATE_EXPECT=1 cargo test --release --test golden; git diff --word-diff samples",
        wrong.len(),
        cases.len(),
    );
}

#[test]
fn blessing_is_off() {
    assert!(
        std::env::var_os("UPDATE_EXPECT").is_none(),
        "expected.json files were written anew: read the diff, then run without"
    );
}
