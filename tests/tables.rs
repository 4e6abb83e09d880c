//! Forms drawn with lines: the cells that are read against the cells that were set, with their places and merged rows and columns
//! (`tests/data/tables/make.py` made both). Two of the files run over several pages and repeat their header.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hedui::model::{BlockKind, Document, Source};
use hedui::read::read;

fn cells(doc: &Document) -> Vec<BTreeSet<String>> {
    let of = |block: &hedui::model::Block| match &block.kind {
        BlockKind::Table(cells) => Some(
            cells
                .iter()
                .map(|c| {
                    let text: String = c.span.of(&doc.text).split_whitespace().collect();
                    format!("{}\t{}\t{}\t{}\t{text}", c.row, c.column, c.rows, c.columns)
                })
                .collect(),
        ),
        _ => None,
    };
    doc.blocks.iter().filter_map(of).collect()
}

#[test]
fn cells_stand_where_they_were_set() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tables");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|n| n.ends_with(".pdf"))
        .collect();
    names.sort();
    assert!(names.len() >= 8);
    let mut low = Vec::new();
    for name in names {
        let (case, _) = name.split_once('.').expect("case.producer.pdf");
        let truth = fs::read_to_string(folder.join(format!("{case}.tsv"))).expect("its truth");
        let truth: BTreeSet<String> = truth.lines().map(str::to_owned).collect();
        let bytes = fs::read(folder.join(&name)).expect("the file");
        let doc = read(Source::default(), &bytes).expect("it is read");
        let tables = cells(&doc);
        let found = tables.iter().max_by_key(|t| t.intersection(&truth).count()).cloned().unwrap_or_default();
        let both = found.intersection(&truth).count();
        let share = 2.0 * both as f64 / (found.len() + truth.len()) as f64;
        println!("{name:28} {} tables, {both} of {} cells: {share:.4}", tables.len(), truth.len());
        if share < 0.98 || tables.len() != 1 {
            for missed in truth.difference(&found).take(12) {
                println!("  missed {missed}");
            }
            for extra in found.difference(&truth).take(12) {
                println!("  extra  {extra}");
            }
            low.push(format!("{name} {share:.4} in {} tables", tables.len()));
        }
    }
    assert!(low.is_empty(), "cells below 0.98: {low:?}");
}
