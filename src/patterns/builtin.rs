//! The pattern files inside the program. A test loads them as those of a stranger, so that a run need not try them again.

use super::load::Files;

/// The built-in files, in order of name.
pub(super) fn files() -> Files {
    macro_rules! embed {
        ($($name:literal),* $(,)?) => {
            Files::new("built-in", vec![$(($name.to_owned(), include_str!(concat!("../../patterns/", $name)).to_owned())),*])
                .proved_by_tests()
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
