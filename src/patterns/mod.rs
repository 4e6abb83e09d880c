//! Everything that is knowledge and not code, compiled from `patterns/*.toml`.
//!
//! One file of `patterns/` is one module here: its raw shape (strict: an unknown key is an error) and its compiled shape.

mod builtin;
mod families;
mod load;
mod numbering;
mod topics;

use std::path::Path;
use std::sync::{Arc, LazyLock};

pub use families::{Families, Family};
pub use load::PatternError;
pub use numbering::Numbering;
pub use topics::{Topic, Topics};

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
        Ok(Patterns {
            hash: files.hash(),
            families: files.parse("families.toml", Families::compile)?,
            numbering: files.parse("numbering.toml", Numbering::compile)?,
            topics: files.parse("topics.toml", Topics::compile)?,
        })
    }
}
