use super::Patterns;

#[test]
fn the_built_in_patterns_compile() {
    let patterns = Patterns::builtin();
    assert!(patterns.hash.starts_with("sha256:"));
}

#[test]
fn the_built_in_patterns_pass_what_those_of_a_stranger_must_pass() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
    let loaded = Patterns::load(&folder).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded.hash, Patterns::builtin().hash, "the files inside the program are those of the folder");
}
