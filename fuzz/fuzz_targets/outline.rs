//! Any text as a report, through all stages: headings, figures, facts and findings lie in it, and a record comes out.
#![no_main]

use hedui::model::Source;
use hedui::patterns::Patterns;
use hedui::pipeline::one;
use hedui::write::to_json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let patterns = Patterns::builtin();
    let Ok(reports) = one(Source::default(), text.as_bytes(), &patterns) else { return };
    for report in &reports {
        let cut = |span: hedui::model::Span| report.document.text.get(span.range()).is_some();
        assert!(report.figures.iter().all(|figure| cut(figure.span)));
        assert!(report.facts.iter().all(|fact| cut(fact.span)));
        assert!(report.findings.iter().flat_map(|finding| &finding.evidence).all(|span| cut(*span)));
        to_json(report, &patterns, &mut Vec::new());
    }
});
