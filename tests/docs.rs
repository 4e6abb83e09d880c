//! The documents say what is true: commands of the README are run, links lead somewhere.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const HOME: &str = env!("CARGO_MANIFEST_DIR");

/// A command of a `console` block and the lines shown under it.
#[derive(Debug, PartialEq)]
struct Shown {
    command: String,
    output: Vec<String>,
}

fn console(markdown: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in markdown.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push(Shown { command: command.into(), output: Vec::new() }),
                (None, Some(last)) => last.output.push(line.into()),
                (None, None) => panic!("a console block begins with a command: {line}"),
            },
        }
    }
    found
}

/// Whether `printed` is what is shown; a line `…` stands for any lines.
fn agrees(shown: &[String], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "…" => (0..=printed.len()).any(|skip| agrees(rest, &printed[skip..])),
        Some((line, rest)) => printed.first() == Some(&line.as_str()) && agrees(rest, &printed[1..]),
    }
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
fn the_commands_of_the_readme_print_what_it_shows() {
    let room = tempfile::tempdir().expect("a temporary folder");
    std::os::unix::fs::symlink(Path::new(HOME).join("samples"), room.path().join("samples")).expect("a link");
    let readme = fs::read_to_string(Path::new(HOME).join("README.md")).expect("README.md");
    let blocks = console(&readme);
    assert!(blocks.len() >= 5);
    for Shown { command, output } in blocks {
        if command == "tests/run" {
            continue; // This is what runs here.
        }
        if command.starts_with("python3") && !is_there("python3") {
            println!("skipped, as there is no python3: {command}");
            continue;
        }
        let typed = command.replace("cargo run --release --", env!("CARGO_BIN_EXE_hedui"));
        assert!(!typed.contains("cargo"), "{command}");
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{typed} 2>&1")]).current_dir(room.path());
        shell.env("LANG", "C.UTF-8").env_remove("LC_ALL").env_remove("LC_MESSAGES").env("PYTHONIOENCODING", "utf-8");
        let ran = shell.output().expect("a shell");
        let printed = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "$ {command}\n{printed}");
        let lines: Vec<&str> = printed.lines().collect();
        assert!(agrees(&output, &lines), "$ {command}\nis shown as\n{}\nand prints\n{printed}", output.join("\n"));
    }
}

#[test]
fn the_test_command_is_the_one_that_ci_runs() {
    let read = |name: &str| fs::read_to_string(Path::new(HOME).join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(read("README.md").contains("$ tests/run\n"));
    assert!(read(".ci/run").contains("\ntests/run "));
    assert!(read("CONTRIBUTING.md").contains("\ntests/run\n"));
    assert!(read("tests/run").contains("\ncargo test --release "));
}

/// All documents of the project.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["", "docs", "samples", "patterns"] {
        let entries = fs::read_dir(Path::new(HOME).join(folder)).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        found.extend(paths.filter(|path| path.extension().is_some_and(|e| e == "md")));
    }
    found.sort();
    found
}

/// The text without fenced blocks and `code`.
fn prose(markdown: &str) -> String {
    let mut fenced = false;
    let mut out = String::new();
    for line in markdown.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            out.extend(line.split('`').step_by(2));
            out.push('\n');
        }
    }
    out
}

/// The targets of `[text](target)`.
fn links(markdown: &str) -> Vec<String> {
    let prose = prose(markdown);
    let ends = prose.match_indices("](").map(|(at, start)| &prose[at + start.len()..]);
    ends.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned()).collect()
}

/// `## What it is` is reached by `#what-it-is`.
fn anchors(markdown: &str) -> Vec<String> {
    let headings =
        markdown.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let anchor = |heading: &str| -> String {
        let kept =
            heading.to_lowercase().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>();
        kept.replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document");
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => document.clone(),
                path => document.parent().expect("a folder").join(path),
            };
            assert!(target.exists(), "{}: {link} leads nowhere", document.display());
            if !anchor.is_empty() {
                let there = anchors(&fs::read_to_string(&target).expect("a document"));
                assert!(
                    there.iter().any(|a| a == anchor),
                    "{}: no heading {link}; there are {there:?}",
                    document.display()
                );
            }
        }
    }
}

#[test]
fn every_command_and_exit_code_is_in_the_guide() {
    let guide = fs::read_to_string(Path::new(HOME).join("docs/guide.zh.md")).expect("the guide");
    for code in ["| 0 |", "| 1 |", "| 2 |", "| 130 |"] {
        assert!(guide.contains(code), "{code}");
    }
    for command in ["extract", "check", "compare", "text", "patterns", "explain", "completions", "man"] {
        assert!(guide.contains(&format!("hedui {command}")), "{command}");
    }
}

#[test]
fn elisions_stand_for_any_lines() {
    let shown = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert!(agrees(&shown(&["a", "…", "d"]), &["a", "b", "c", "d"]));
    assert!(agrees(&shown(&["…"]), &[]));
    assert!(!agrees(&shown(&["a"]), &["a", "b"]));
    assert!(!agrees(&shown(&["…", "d"]), &["a", "b"]));
    assert_eq!(anchors("## The report record: `hedui.report/1`"), ["the-report-record-heduireport1"]);
    assert_eq!(links("[a](b.md) `[c](d)` [e](f#g)"), ["b.md", "f#g"]);
}
