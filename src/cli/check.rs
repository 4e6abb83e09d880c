//! `hedui check`: what does not agree with itself, gravest first, each with its places.

use std::fmt::Write;
use std::process::ExitCode;

use super::args::{Check, Global};
use super::batch::Batch;
use super::lang::{Lang, verdict};
use super::terminal::{Ink, Terminal, one_line, padded, paint, width};
use crate::model::{Finding, Report, Span, Verdict};

/// Runs the command.
pub fn run(global: &Global, check: &Check, terminal: &Terminal) -> ExitCode {
    let (lang, colors) = (terminal.lang, terminal.colors(&std::io::stdout()));
    let view = move |reports: &[Report]| {
        let mut out = String::new();
        reports.iter().for_each(|report| show(report, lang, colors, &mut out));
        out.into_bytes()
    };
    Batch {
        global,
        paths: &check.paths.paths,
        targets: &check.targets.targets,
        records: false,
        view: Some(&view),
        fail_on: check.fail_on.map(Verdict::from),
    }
    .run(terminal)
}

/// The findings of one report, under its name; nothing where all agrees.
fn show(report: &Report, lang: Lang, colors: bool, out: &mut String) {
    let told: Vec<&Finding> = report.findings.iter().filter(|f| f.verdict > Verdict::Undecidable).collect();
    if told.is_empty() {
        return;
    }
    let path = &report.document.source.path;
    let name = report.title.as_ref().or(report.org.as_ref()).map_or("", |printed| printed.text.as_str());
    let _ = match name {
        "" => writeln!(out, "{}", paint(colors, Ink::Bold, path)),
        name => writeln!(out, "{}  {name}", paint(colors, Ink::Bold, path)),
    };
    let widest = |of: &dyn Fn(&Finding) -> usize| told.iter().map(|f| of(f)).max().unwrap_or(0);
    let verdicts = widest(&|f| width(verdict(lang, f.verdict)));
    let checks = widest(&|f| width(&f.check));
    for finding in told {
        let ink = match finding.verdict {
            Verdict::Conflict => Ink::Red,
            Verdict::Suspect => Ink::Yellow,
            _ => Ink::Cyan,
        };
        let verdict = padded(colors, ink, verdict(lang, finding.verdict), verdicts);
        let check = padded(colors, Ink::Green, &finding.check, checks);
        let _ = writeln!(out, "  {verdict}  {check}  {}", finding.message);
        for span in &finding.evidence {
            let place = paint(colors, Ink::Dim, &format!("{path}:{}", line(report, *span)));
            let quote = one_line(span.of(&report.document.text));
            let _ = writeln!(out, "{:indent$}{place}  {quote}", "", indent = verdicts + checks + 6);
        }
    }
}

/// The number of the line in which `span` begins.
fn line(report: &Report, span: Span) -> u32 {
    let lines = &report.document.lines;
    let at = lines.partition_point(|line| line.span.start <= span.start).saturating_sub(1);
    lines.get(at).map_or(1, |line| line.number)
}
