//! Reports as offices lay them out (`tests/data/layout/make.py`): covers, running heads, page numbers, tables with and without lines,
//! columns, a page on its side. What is read of the PDF file is what is read of the same report as text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hedui::model::Source;
use hedui::patterns::Patterns;
use hedui::pipeline::one;

#[path = "../benches/common/edit.rs"]
#[allow(dead_code)]
mod edit;

/// What a file says: the text that is no furniture, and the sections, figures and facts in it.
fn says(path: &Path) -> (String, BTreeMap<&'static str, Vec<String>>) {
    let bytes = fs::read(path).expect("a file");
    let patterns = Patterns::builtin();
    let reports = one(Source::default(), &bytes, &patterns).expect("it is read");
    let document = &reports[0].document;
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut said: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for report in &reports {
        let sections = report.sections.iter();
        said.entry("sections")
            .or_default()
            .extend(sections.map(|s| format!("{} {}", s.depth, bare(s.title.of(&document.text)))));
        let figures = report.figures.iter();
        said.entry("figures")
            .or_default()
            .extend(figures.map(|f| format!("{} {:?} {:?}", bare(f.span.of(&document.text)), f.value, f.measure)));
        let facts = report.facts.iter();
        said.entry("facts").or_default().extend(facts.map(|f| {
            let concept = &patterns.concepts.get(f.slot.concept).id;
            format!("{concept} {:?} {:?} {}", f.slot.basis, f.slot.item, bare(f.span.of(&document.text)))
        }));
    }
    (document.view.text.clone(), said)
}

/// How many of `a` are in `b` too.
fn common(a: &[String], b: &[String]) -> usize {
    let mut left = b.to_vec();
    a.iter().filter(|x| left.iter().position(|y| y == *x).map(|i| left.swap_remove(i)).is_some()).count()
}

#[test]
fn a_report_says_the_same_however_it_is_laid_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/layout");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|n| n.ends_with(".pdf"))
        .collect();
    names.sort();
    assert!(names.len() >= 14, "{} files", names.len());
    let mut low = Vec::new();
    for name in names {
        let case = name.split('.').next().expect("case.producer.pdf");
        let (wanted, text) = says(&folder.join(format!("{case}.txt")));
        let (got, pdf) = says(&folder.join(&name));
        let right = edit::similarity(&got, &wanted);
        let mut line = format!("{name:28} characters {right:.4}");
        let mut short = right < 0.999;
        for (kind, expected) in &text {
            let both = common(expected, &pdf[kind]);
            let share = 2.0 * both as f64 / (expected.len() + pdf[kind].len()).max(1) as f64;
            line += &format!(", {kind} {share:.4}");
            short |= share < 1.0;
            if share < 1.0 {
                let only = |a: &[String], b: &[String]| -> Vec<String> {
                    a.iter().filter(|x| !b.contains(x)).take(6).cloned().collect()
                };
                line += &format!(
                    " (text only {:?}, PDF only {:?})",
                    only(expected, &pdf[kind]),
                    only(&pdf[kind], expected)
                );
            }
        }
        println!("{line}");
        if short {
            low.push(line);
        }
    }
    assert!(low.is_empty(), "not the same:\n{}", low.join("\n"));
}
