//! How fast writing is. Run on its own, with optimisation: `cargo test --release --test write -- --ignored speed --nocapture`.

use hedui::model::{Fact, Finding, Report, Slot, Value, Verdict};
use hedui::patterns::Patterns;
use hedui::write::{Record, open, to_json};

use super::make;
use super::targets::{context, spec};

const LINE: &str = "本单位2022年度一般公共预算基本支出决算数为151.47万元，比上年增加2.01万元，主要用于保障机构正常运转、完成日常工作任务，\
     优化营商环境，按照年初确定的绩效目标逐项推进，各项工作均已按时保质完成。项目支出18.59万元，主要用于开展专题培训、调研走访、\
     宣传推介和信息化建设等方面，资金管理规范，使用合规，未发现截留、挤占、挪用等情况，";
const HEADING: &str = "（一）基本支出情况\n";

/// A report of about `lines` × 530 bytes, with a figure for every 60 characters.
pub fn report(path: &str, lines: usize) -> Report {
    let mut text = String::new();
    for i in 0..lines {
        text.push_str(if i % 10 == 0 { HEADING } else { "" });
        text.push_str(LINE);
        text.push_str("项目按期完成。\n");
    }
    let mut report = make::bare(make::document(path, &text));
    let doc = report.document.clone();
    for (print, value) in [("151.47万元", "1514700"), ("2.01万元", "20100"), ("18.59万元", "185900")] {
        for (at, _) in doc.text.match_indices(print) {
            let span = hedui::model::Span::new(at, at + print.len());
            report.figures.push(make::money(&doc, span, value, "100"));
        }
    }
    report.figures.sort_by_key(|f| f.span.start);
    for (at, heading) in doc.text.match_indices(HEADING) {
        let title = hedui::model::Span::new(at + "（一）".len(), at + heading.len() - 1);
        report.sections.push(make::section(&doc, Some("（一）"), title, 1, None, title.end + 100));
    }
    for (i, f) in report.figures.iter_mut().enumerate() {
        f.section = Some(i as u32 / 30);
    }
    for i in (0..report.figures.len()).step_by(6) {
        let slot = Slot {
            concept: hedui::model::ConceptId(0),
            basis: Some(hedui::model::Basis::Final),
            fund: None,
            year: Some(2022),
            item: None,
        };
        let span = report.figures[i].span;
        let value = Value::Figure(i as u32);
        report.facts.push(Fact {
            slot,
            value,
            span,
            pattern: "prose.basic".into(),
            section: Some(0),
            standing: Default::default(),
        });
    }
    report.findings.push(Finding {
        check: "sum.basic".into(),
        verdict: Verdict::Holds,
        message: "132.88 + 18.59 = 151.47".into(),
        evidence: report.figures.iter().take(3).map(|f| f.span).collect(),
        gap: None,
        allowed: None,
        fingerprint: "00ff".into(),
    });
    report
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let patterns = Patterns::builtin();
    let report = report("in/a.txt", 20);
    let (bytes, figures) = (report.document.text.len(), report.figures.len());
    let chars = report.document.text.chars().count();
    let rounds = 20_000;
    let mut out = Vec::new();
    let start = cpu();
    for _ in 0..rounds {
        out.clear();
        to_json(&report, &patterns, &mut out);
    }
    let seconds = cpu() - start;
    println!(
        "report: {bytes} bytes, {chars} characters, {figures} figures, {} facts; JSON {} bytes",
        report.facts.len(),
        out.len()
    );
    println!(
        "to_json: {:.0} MB/s of text, {:.0} MB/s of JSON",
        mega(bytes * rounds, seconds),
        mega(out.len() * rounds, seconds)
    );

    let folder = tempfile::tempdir().unwrap();
    for (name, rounds) in [("a.jsonl", 20_000), ("a.sqlite", 10_000), ("out/", 1_000)] {
        let start = cpu();
        let mut target = open(&spec(folder.path().join(name)), &context()).unwrap();
        for _ in 0..rounds {
            target.put(&Record::Report { report: &report, ordinal: 1 }, &out).unwrap();
        }
        let put = cpu() - start;
        target.finish().unwrap();
        let all = cpu() - start;
        let size = std::fs::metadata(folder.path().join(name)).map_or(0, |m| m.len());
        println!(
            "{name}: put {put:.2} s, finished {all:.2} s: {:.0} reports/s, {:.0} figure rows/s, {:.0} MB/s of text, {} MB written",
            rounds as f64 / all,
            (rounds * figures) as f64 / all,
            mega(bytes * rounds, all),
            size / 1_000_000,
        );
    }
}

/// Seconds that this thread has been running: unlike the clock, not disturbed by what else runs.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn mega(bytes: usize, seconds: f64) -> f64 {
    bytes as f64 / seconds / 1e6
}
