//! `hedui check`: what does not agree with itself, gravest first, each with its places.

use std::fmt::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use super::args::{Check, Global};
use super::batch::Batch;
use super::lang::{Lang, Say, verdict};
use super::terminal::{FAILED, Ink, Terminal, one_line, padded, paint, width};
use super::verdicts::Verdicts;
use crate::model::{Finding, Report, Span, Verdict};

/// Runs the command.
pub fn run(global: &Global, check: &Check, terminal: &Terminal) -> ExitCode {
    let verdicts = match check.verdicts.as_deref().map(|path| Verdicts::load(path).map_err(|cause| (path, cause))) {
        None => None,
        Some(Ok(verdicts)) => Some(verdicts),
        Some(Err((path, cause))) => {
            terminal.insist(Say::Verdicts(&path.display().to_string(), &cause));
            return ExitCode::from(FAILED);
        }
    };
    let (lang, colors) = (terminal.lang, terminal.colors(&std::io::stdout()));
    let known = AtomicU64::new(0);
    let shown = Shown { lang, colors, verdicts: verdicts.as_ref(), all: check.all, known: &known };
    let view = |reports: &[Report]| {
        let mut out = String::new();
        reports.iter().for_each(|report| shown.report(report, &mut out));
        out.into_bytes()
    };
    let code = Batch {
        global,
        paths: &check.paths.paths,
        targets: &check.targets.targets,
        records: false,
        view: Some(&view),
        fail_on: check.fail_on.map(Verdict::from),
        known: verdicts.as_ref(),
    }
    .run(terminal);
    match known.load(Ordering::Relaxed) {
        0 => {}
        n => terminal.say(Say::Known { findings: n, shown: check.all }),
    }
    code
}

/// The numbers of reports that nothing explains, with their places and the share that is explained.
pub fn unexplained(reports: &[Report]) -> Vec<u8> {
    let mut out = String::new();
    for report in reports {
        let (path, coverage) = (&report.document.source.path, &report.coverage);
        let _ = writeln!(out, "{path}  {}/{}", coverage.explained, coverage.digits);
        for span in &coverage.unexplained {
            let _ = writeln!(out, "  {path}:{}  {}", line(report, *span), one_line(span.of(&report.document.text)));
        }
    }
    out.into_bytes()
}

/// How findings are shown.
struct Shown<'a> {
    lang: Lang,
    colors: bool,
    verdicts: Option<&'a Verdicts>,
    /// Known ones too, with fingerprints.
    all: bool,
    known: &'a AtomicU64,
}

impl Shown<'_> {
    /// The findings of one report, under its name; nothing where all agrees.
    fn report(&self, report: &Report, out: &mut String) {
        let (lang, colors) = (self.lang, self.colors);
        let said = |f: &Finding| self.verdicts.and_then(|v| v.of(f));
        let grave = || report.findings.iter().filter(|f| f.verdict > Verdict::Undecidable);
        self.known.fetch_add(grave().filter(|f| said(f).is_some()).count() as u64, Ordering::Relaxed);
        let told: Vec<&Finding> = grave().filter(|f| self.all || said(f).is_none()).collect();
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
            let indent = verdicts + checks + 6;
            for span in &finding.evidence {
                let place = paint(colors, Ink::Dim, &format!("{path}:{}", line(report, *span)));
                let quote = one_line(span.of(&report.document.text));
                let _ = writeln!(out, "{:indent$}{place}  {quote}", "");
            }
            if self.all {
                let known = said(finding).map_or(String::new(), |said| {
                    let word = match said.confirmed {
                        true => lang.pick("已确认", "confirmed"),
                        false => lang.pick("已排除", "dismissed"),
                    };
                    format!("  {word}  {}", said.note)
                });
                let _ = writeln!(out, "{:indent$}{}{known}", "", paint(colors, Ink::Dim, &finding.fingerprint));
            }
        }
    }
}

/// The number of the line in which `span` begins.
fn line(report: &Report, span: Span) -> u32 {
    let lines = &report.document.lines;
    let at = lines.partition_point(|line| line.span.start <= span.start).saturating_sub(1);
    lines.get(at).map_or(1, |line| line.number)
}
