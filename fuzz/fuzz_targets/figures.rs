//! Any text, searched for printed numbers: each lies in it and cuts whole characters.
#![no_main]

use hedui::patterns::Patterns;
use hedui::text::figure::scan;
use hedui::text::fold::fold;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let view = fold(text);
    for token in scan(&view, &Patterns::builtin().figures) {
        assert!(view.get(token.view.range()).is_some());
    }
});
