use super::Patterns;

#[test]
fn the_built_in_patterns_compile() {
    let patterns = Patterns::builtin();
    assert!(patterns.hash.starts_with("sha256:"));
}
