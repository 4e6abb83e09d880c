//! The shape of the program, kept by a test: who may import whom, where each crate lives, how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import of ours. A stage never imports another stage; only the pipeline and the command line do.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("text", &["model"]),
    ("patterns", &["model", "text"]),
    ("read", &["model", "text"]),
    ("outline", &["model", "text", "patterns"]),
    ("extract", &["model", "text", "patterns"]),
    ("check", &["model", "text", "patterns"]),
    ("compare", &["model", "text", "patterns"]),
    ("write", &["model", "text", "patterns", "ENGINE"]),
    ("ocr", &["model"]),
    ("pipeline", &["model", "text", "patterns", "read", "outline", "extract", "check", "compare"]),
    ("cli", &["model", "ocr", "patterns", "pipeline", "write", "ENGINE"]),
    ("main", &[]),
    ("lib", &[]),
];

/// The homes of third-party crates: folders or files below `src/`. The rest of the program does not know their names.
const HOMES: &[(&str, &[&str])] = &[
    ("aho_corasick", &["patterns", "text"]),
    ("daachorse", &["patterns"]),
    ("chardetng", &["read"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("ctrlc", &["cli/interrupt.rs"]),
    ("encoding_rs", &["read"]),
    ("hayro", &["read/pdf"]),
    ("flate2", &["read/pdf/filter.rs"]),
    ("hayro_cmap", &["read/pdf/cmap.rs"]),
    ("hayro_syntax", &["read/pdf/hayro.rs"]),
    ("indicatif", &["cli/terminal.rs"]),
    ("jieba_macros", &["text/words"]),
    ("jieba_rs", &["text/words"]),
    ("parquet", &["write/parquet"]),
    ("lopdf", &["read/pdf", "write/annotate.rs"]),
    ("postgres", &["write/postgres"]),
    ("rayon", &["pipeline.rs"]),
    ("regex", &["patterns"]),
    ("rust_xlsxwriter", &["write/side/excel"]),
    ("rusqlite", &["write/sqlite.rs", "write/sqlite"]),
    ("rustls", &["write/postgres/tls.rs"]),
    ("rustls_native_certs", &["write/postgres/tls.rs"]),
    ("rustix", &["write/parquet"]),
    ("serde", &["ocr", "patterns", "write"]),
    ("serde_json", &["ocr", "write", "cli/verdicts.rs"]),
    ("sha2", &["patterns/load.rs", "read", "check", "compare", "ocr", "write/annotate.rs", "write/side/html"]),
    ("skrifa", &["read/pdf"]),
    ("tempfile", &["ocr", "write"]),
    ("tokio_postgres_rustls", &["write/postgres/tls.rs"]),
    ("toml", &["patterns"]),
    ("unicode_width", &["cli/terminal.rs"]),
    ("walkdir", &["cli/inputs.rs"]),
];

/// Crates that stand in for a piece of the language and live anywhere.
const EVERYWHERE: &[&str] = &["memchr", "rust_decimal", "rustc_hash", "smallvec"];

/// What only the edges may do: files, terminals, threads and the clock.
const EDGES: &[&str] = &["std::fs", "std::io", "std::thread", "std::time", "std::env", "println!", "eprintln!"];
const EDGELESS: &[&str] = &["model", "text", "read", "outline", "extract", "check", "compare"];

/// How long a file may be, and files that are still longer: none may be added, and none may grow.
const LONGEST: usize = 650;
const STILL_LONGER: &[(&str, usize)] = &[("outline/item.rs", 750), ("text/figure/mod.rs", 950)];

/// A file of `src/`: its path below it, and its code without comments and without tests.
struct Source {
    path: String,
    lines: usize,
    code: String,
}

impl Source {
    /// `extract` for `extract/prose.rs`, `pipeline` for `pipeline.rs`.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// Every `name` of a path that begins with `crate::name`, also in braces behind `crate::`.
    fn imports(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for (at, start) in self.code.match_indices("crate::") {
            let rest = &self.code[at + start.len()..];
            let name = |text: &'_ str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
            assert!(!rest.starts_with('{'), "{}: write one `use crate::…` a module", self.path);
            found.insert(&rest[..name(rest)]);
        }
        found
    }

    /// Whether the crate `name` is named.
    fn names(&self, name: &str) -> bool {
        let whole = |at: usize| !self.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        self.code.match_indices(&format!("{name}::")).any(|(at, _)| whole(at))
            || self.code.contains(&format!("use {name};"))
            || self.code.contains(&format!("use {name} "))
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src is a folder") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("source is UTF-8");
                let path = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
                let code =
                    if path.ends_with("tests.rs") || path.contains("/tests/") { String::new() } else { code(&text) };
                found.push(Source { path, lines: text.lines().count(), code });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Up to the tests at the end, without comment lines.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let kept = text[..end].lines().filter(|line| !line.trim_start().starts_with("//"));
    kept.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn a_stage_never_imports_another_stage() {
    let may: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    for source in sources() {
        let module = source.module();
        let allowed = may.get(module).unwrap_or_else(|| panic!("{}: give it a row in MAY_IMPORT", source.path));
        for name in source.imports() {
            assert!(name == module || allowed.contains(&name), "src/{} imports crate::{name}", source.path);
        }
    }
}

#[test]
fn every_third_party_crate_has_one_home() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("Cargo.toml");
    let linked = |table: &&str| table.starts_with("dependencies]") || table.starts_with("target.");
    let dependencies: Vec<&str> = manifest.split("\n[").filter(linked).collect();
    assert!(!dependencies.is_empty());
    let sources = sources();
    for line in dependencies.iter().flat_map(|table| table.lines().skip(1)).filter(|line| line.contains('=')) {
        let name = line.split('=').next().unwrap_or_default().trim().replace('-', "_");
        if EVERYWHERE.contains(&name.as_str()) {
            continue;
        }
        let Some((_, homes)) = HOMES.iter().find(|home| home.0 == name) else { panic!("{name} has no row in HOMES") };
        for source in sources.iter().filter(|source| source.names(&name)) {
            let home = homes.iter().any(|home| {
                source.path.strip_prefix(home).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
            });
            assert!(home, "src/{} names {name}, which lives in {homes:?}", source.path);
        }
    }
}

#[test]
fn no_stage_knows_a_file_a_terminal_a_thread_or_the_clock() {
    for source in sources().iter().filter(|source| EDGELESS.contains(&source.module())) {
        for edge in EDGES {
            assert!(!source.code.contains(edge), "src/{} uses {edge}", source.path);
        }
    }
}

#[test]
fn after_reading_no_stage_returns_a_result() {
    for source in
        sources().iter().filter(|source| ["outline", "extract", "check", "compare"].contains(&source.module()))
    {
        assert!(!source.code.contains("-> Result<"), "src/{}", source.path);
    }
}

#[test]
fn a_file_can_be_read_in_one_sitting() {
    for source in sources() {
        let most = STILL_LONGER.iter().find(|longer| longer.0 == source.path).map_or(LONGEST, |longer| longer.1);
        assert!(source.lines <= most, "src/{} has {} lines, more than {most}", source.path, source.lines);
    }
}

#[test]
fn a_line_that_breaks_the_layers_is_noticed() {
    let source =
        Source { path: "read/x.rs".into(), lines: 2, code: code("use crate::outline::y;\n// use crate::check::z;\n") };
    assert_eq!(source.imports().into_iter().collect::<Vec<_>>(), ["outline"]);
    let source =
        Source { path: "read/x.rs".into(), lines: 1, code: "fn f() { ::rayon::x(); my_toml::y(); toml::z() }".into() };
    assert!(source.names("toml") && !source.names("my") && !source.names("regex"));
}
