//! Any bytes as a PDF file: a document or an error, never a panic; every line and block lies in the text.
#![no_main]

use hedui::model::Source;
use hedui::read::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // What does not begin so is read as text, which is another target.
    let mut file = b"%PDF-1.7\n".to_vec();
    file.extend_from_slice(bytes);
    if let Ok(doc) = read(Source::default(), &file) {
        for line in &doc.lines {
            assert!(doc.text.get(line.span.range()).is_some());
            let _ = doc.boxes(line.span);
        }
        assert!(doc.blocks.iter().all(|block| doc.text.get(block.span.range()).is_some()));
        assert_eq!(doc.crops.len(), doc.source.pages as usize);
    }
});
