//! What the benches share.
#![allow(dead_code, missing_docs)]

pub mod corpus;
pub mod process;
pub mod score;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Instant;

use hedui::model::Report;
use hedui::patterns::Patterns;
use hedui::pipeline::{Input, Options, run};

/// How many MB a second all stages take together on these files, on one core: the best of several runs.
pub fn speed<'p>(files: impl Iterator<Item = &'p PathBuf>) -> f64 {
    let files: Vec<(String, Vec<u8>)> =
        files.filter_map(|path| Some((path.display().to_string(), std::fs::read(path).ok()?))).collect();
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let patterns = Patterns::builtin();
    patterns.words.dictionary.full();
    let options = Options { threads: 1, ..Options::default() };
    let seconds = (0..20).map(|_| {
        let inputs = files.iter().map(|(shown, bytes)| Input::Bytes { shown: shown.clone(), bytes: bytes.clone() });
        let start = Instant::now();
        let done = run(inputs, &patterns, &options, &(), |_| (), |_, ()| Ok::<(), Infallible>(()));
        assert!(done.is_ok());
        start.elapsed().as_secs_f64()
    });
    bytes as f64 / 1e6 / seconds.fold(f64::INFINITY, f64::min)
}

/// One record of the output.
pub fn json(report: &Report, patterns: &Patterns, out: &mut Vec<u8>) {
    hedui::write::to_json(report, patterns, out);
}

/// The middle one.
pub fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// `--name value` and `--flag`.
pub struct Arguments {
    given: BTreeMap<String, String>,
}

impl Arguments {
    /// The arguments of this process; one that is not in a list ends it.
    pub fn read(with_number: &[&str], flags: &[&str]) -> Self {
        let mut given = BTreeMap::new();
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let name = argument.trim_start_matches("--");
            let value = match name {
                "bench" => continue,
                name if flags.contains(&name) => String::new(),
                name if with_number.contains(&name) => arguments.next().unwrap_or_default(),
                _ => {
                    eprintln!("{argument} is no argument of this bench");
                    std::process::exit(2)
                }
            };
            given.insert(name.to_owned(), value);
        }
        Arguments { given }
    }

    /// The number given as `--name`, or `otherwise`.
    pub fn number(&self, name: &str, otherwise: u64) -> u64 {
        self.given.get(name).map_or(otherwise, |value| match value.parse() {
            Ok(number) => number,
            Err(_) => {
                eprintln!("--{name} {value}: is no whole number");
                std::process::exit(2)
            }
        })
    }

    /// Whether `--name` was given.
    pub fn is_set(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }
}
