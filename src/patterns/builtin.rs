//! The pattern files inside the program.

use super::load::Files;

/// The built-in files, in order of name.
pub(super) fn files() -> Files {
    macro_rules! embed {
        ($($name:literal),* $(,)?) => {
            Files::new("built-in", vec![$(($name.to_owned(), include_str!(concat!("../../patterns/", $name)).to_owned())),*])
        };
    }
    embed![
        "checks.toml",
        "concepts.toml",
        "families.toml",
        "figures.toml",
        "numbering.toml",
        "peers.toml",
        "prose.toml",
        "ratios.toml",
        "tables.toml",
        "topics.toml",
        "words.toml",
    ]
}
