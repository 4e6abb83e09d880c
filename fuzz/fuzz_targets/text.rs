//! Any bytes as a text file, through decoding, lines and blocks.
#![no_main]

use hedui::model::Source;
use hedui::read::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(doc) = read(Source::default(), bytes) {
        assert!(doc.lines.iter().all(|line| doc.text.get(line.span.range()).is_some()));
        assert!(doc.blocks.iter().all(|block| doc.view.text.get(block.view.range()).is_some()));
    }
});
