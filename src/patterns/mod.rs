//! Everything that is knowledge and not code, compiled from `patterns/*.toml`.
//!
//! One file of `patterns/` is one module here: its raw shape (strict: an unknown key is an error) and its compiled shape.

mod builtin;
mod checks;
mod concepts;
mod expression;
mod families;
mod load;
mod numbering;
mod orgs;
mod peers;
mod prose;
mod ratios;
mod tables;
mod topics;
mod words;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use crate::text::figure::Lexicon;

pub use checks::{Bands, ChangeKind, Check, Checks, Grade, Kind, Order, ReviewRule, RowRule, RowWords};
pub use concepts::{Concept, Concepts, Example};
pub use families::{Families, Family};
pub use load::PatternError;
pub use numbering::Numbering;
pub use orgs::{Directory, Entry, fold_name};
pub use peers::{Group, Peers};
pub use prose::{Hit, Prose, Word};
pub use ratios::{Ratio, Ratios, SideColumn, SlotKey};
pub use tables::{Column, Head, Heads, Label, Named, Tables};
pub use topics::{Known, Reading, Topic, Topics};
pub use words::Words;

/// The compiled patterns.
#[derive(Debug)]
pub struct Patterns {
    /// `sha256:` and the hash over the names and bytes of all files, in order of name.
    pub hash: String,
    /// Kinds of papers, and how each is recognised.
    pub families: Families,
    /// Heading markers and what is no heading.
    pub numbering: Numbering,
    /// The section taxonomy.
    pub topics: Topics,
    /// What facts are about.
    pub concepts: Concepts,
    /// The small words of budget prose.
    pub prose: Prose,
    /// The words around numbers.
    pub figures: Lexicon,
    /// The relations that a report must satisfy.
    pub checks: Checks,
    /// How tables of indicators are headed.
    pub tables: Tables,
    /// The words of the field.
    pub words: Words,
    /// What is put side by side.
    pub ratios: Ratios,
    /// Who is compared with whom.
    pub peers: Peers,
}

impl Patterns {
    /// The patterns inside the program, compiled once.
    ///
    /// # Panics
    /// Never in a build that passed its tests: they compile every built-in file.
    pub fn builtin() -> Arc<Patterns> {
        static BUILTIN: LazyLock<Arc<Patterns>> =
            LazyLock::new(|| Arc::new(Patterns::compile(builtin::files()).expect("built-in patterns compile")));
        BUILTIN.clone()
    }

    /// The patterns of a folder; they replace the built-in ones.
    ///
    /// # Errors
    /// Where a file is missing, unknown, not TOML, has an unknown key, a duplicate id or a pattern that does not compile:
    /// file, line and cause.
    pub fn load(dir: &Path) -> Result<Patterns, PatternError> {
        Patterns::compile(load::read_dir(dir)?)
    }

    fn compile(files: load::Files) -> Result<Patterns, PatternError> {
        // Half of the files on a thread of their own: this is most of what a run on one file waits for.
        let files = &files;
        std::thread::scope(|scope| {
            let outlines = scope.spawn(|| {
                Ok((
                    files.parse("topics.toml", Topics::compile)?,
                    files.parse("numbering.toml", Numbering::compile)?,
                    files.parse("words.toml", Words::compile)?,
                ))
            });
            let concepts = files.parse("concepts.toml", Concepts::compile)?;
            let prose = files.parse("prose.toml", |raw| Prose::compile(raw, &concepts))?;
            let figures = files.parse("figures.toml", prose::lexicon)?;
            let checks = files.parse("checks.toml", |raw| Checks::compile(raw, &concepts))?;
            let tables = files.parse("tables.toml", Tables::compile)?;
            let families = files.parse("families.toml", |raw| Families::compile(raw, files.proved()))?;
            let (topics, numbering, words) = match outlines.join() {
                Ok(result) => result?,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            files.agreed("concepts.toml", concepts.fit(&topics))?;
            let ratios = files.parse("ratios.toml", |raw| Ratios::compile(raw, &concepts, &topics))?;
            let peers = files.parse("peers.toml", |raw| Peers::compile(raw, &families, &topics, files.proved()))?;
            Ok(Patterns {
                hash: files.hash(),
                families,
                numbering,
                topics,
                concepts,
                prose,
                figures,
                checks,
                tables,
                words,
                ratios,
                peers,
            })
        })
    }
}

#[cfg(test)]
mod tests;
