//! One of the pattern files is replaced by any text, or continued by it: it loads, or is refused with its place.
#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use hedui::patterns::Patterns;
use libfuzzer_sys::fuzz_target;

/// A folder of the built-in patterns, for this process.
static HOME: LazyLock<(PathBuf, Vec<PathBuf>)> = LazyLock::new(|| {
    let home = std::env::temp_dir().join(format!("hedui-fuzz-{}", std::process::id()));
    fs::create_dir_all(&home).expect("a folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../patterns");
    let entries = fs::read_dir(source).expect("patterns").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    for file in &files {
        fs::copy(file, home.join(file.file_name().expect("a name"))).expect("copied");
    }
    (home, files)
});

fuzz_target!(|input: (u8, bool, &str)| {
    let (home, files) = &*HOME;
    let (which, whole, text) = input;
    let file = &files[usize::from(which) % files.len()];
    let place = home.join(file.file_name().expect("a name"));
    let built_in = fs::read_to_string(file).expect("a pattern file");
    fs::write(&place, if whole { text.to_owned() } else { format!("{built_in}\n{text}") }).expect("written");
    if let Err(error) = Patterns::load(home) {
        assert!(!error.to_string().is_empty());
    }
    fs::write(&place, built_in).expect("written");
});
