use std::path::PathBuf;

use super::*;

#[path = "../../../benches/common/edit.rs"]
mod edit;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/pdf")
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect("a test file")
}

fn all(bytes: &[u8]) -> Vec<Page> {
    pages(bytes).unwrap_or_else(|error| panic!("{error}")).collect()
}

/// The characters of each page, lines by their height where `sorted`, else as painted.
fn text(pages: &[Page]) -> String {
    pages.iter().flat_map(|page| page.glyphs.iter().map(|glyph| glyph.text)).collect()
}

/// How the text of a file, in the order of painting, compares with what was printed.
fn score(name: &str) -> f64 {
    let truth = std::fs::read_to_string(folder().join("truth").join(name.replace(".pdf", ".txt"))).expect("its text");
    edit::similarity(&text(&all(&file(name))), &truth)
}

/// Files that paint in the order of reading.
const IN_ORDER: &[&str] = &[
    "01_lo_odt_truetype",
    "02_lo_odt_cff",
    "07_typst_cff",
    "09_reportlab_ucs2",
    "10_reportlab_ttf",
    "12_cairo_pango",
    "13_pymupdf_chinas",
    "15_pdflatex_cjk",
    "20_raw_unigb_ucs2",
    "22_raw_gbk_euc",
    "23_raw_gbkp_euc",
    "25_raw_gb_euc",
    "26_raw_letter",
    "30_raw_seal",
    "31_raw_rot90_matrix",
    "32_raw_page_rotate90",
    "34_raw_vertical",
    "35_raw_type3",
    "42_scan_ocr_layer",
    "52_notounicode_fpdf",
    "54_identity_gb1",
    "55_objstm_xrefstm",
    "56_enc_rc4_128",
    "58_enc_aes256",
    "59_enc_rc4_gbk",
    "60_linearized",
    "62_incremental",
    "64_form_xobject",
    "65_embedded_gbk_notounicode",
    "70_dmg_xref",
    "75_dmg_length",
    "76_dmg_prefix",
    "80_big_lo_200p",
];

#[test]
fn files_of_all_producers_give_their_text() {
    for name in IN_ORDER {
        let score = score(&format!("{name}.pdf"));
        assert!(score >= 0.999, "{name}: {score}");
    }
}

#[test]
fn pages_whose_tree_is_lost_are_found_again() {
    // A cut file that holds two of four pages, and the content of a third.
    let name = "72_dmg_truncated.pdf";
    let mut found = pages(&file(name)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((found.total(), found.by_ref().count() as u32), (3, 3));
    assert_eq!(found.notes().iter().map(|note| note.id).collect::<Vec<_>>(), ["pdf.repaired", "pdf.cut"]);
    assert!(score(name) > 0.55);
}
