//! `hedui check`: what does not agree with itself, gravest first, each with its places.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::args::{Check, Global};
use super::batch::Batch;
use super::lang::{Lang, Say, verdict};
use super::terminal::{FAILED, Ink, STOPPED, Terminal, one_line, padded, paint, width};
use super::verdicts::Verdicts;
use crate::model::{Finding, Format, Report, Span, Verdict};
use crate::patterns::Patterns;

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
    let total = Mutex::new(Total::default());
    let shown = Shown { lang, colors, verdicts: verdicts.as_ref(), all: check.all, known: &known, total: &total };
    let view = |reports: &[Report], patterns: &Patterns| {
        let mut out = String::new();
        reports.iter().for_each(|report| shown.report(report, patterns, &mut out));
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
    // What was shown is summed up once all of it is there; a run that was stopped has no sum.
    let summary = total.lock().map_or(String::new(), |total| shown.summary(&total));
    if !summary.is_empty() && code != ExitCode::from(STOPPED) {
        terminal.product(|out| out.write_all(summary.as_bytes()));
    }
    match known.load(Ordering::Relaxed) {
        0 => {}
        n => terminal.say(Say::Known { findings: n, shown: check.all }),
    }
    code
}

/// The numbers of reports that nothing explains, with their places and the share that is explained.
pub fn unexplained(reports: &[Report], _: &Patterns) -> Vec<u8> {
    let mut out = String::new();
    for report in reports {
        let (path, coverage) = (&report.document.source.path, &report.coverage);
        let _ = writeln!(out, "{path}  {}/{}", coverage.explained, coverage.digits);
        for span in &coverage.unexplained {
            let _ = writeln!(out, "  {path}:{}  {}", place(report, *span), one_line(span.of(&report.document.text)));
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
    /// What was shown, by check: conflicts, suspects, roundings.
    total: &'a Mutex<Total>,
}

/// Findings by check, and how many reports have one.
#[derive(Default)]
struct Total {
    reports: u32,
    /// By id.
    checks: BTreeMap<String, Tally>,
}

/// How often one check spoke.
#[derive(Default)]
struct Tally {
    weight: u8,
    title: String,
    /// Conflicts, suspects, roundings.
    counts: [u32; 3],
}

/// What is at most so heavy is a hint: one line without its quotes, behind all that is heavier.
const HINT: u8 = 3;

impl Shown<'_> {
    /// The findings of one report, under its name; nothing where all agrees.
    fn report(&self, report: &Report, patterns: &Patterns, out: &mut String) {
        let (lang, colors) = (self.lang, self.colors);
        let said = |f: &Finding| self.verdicts.and_then(|v| v.of(f));
        let grave = || report.findings.iter().filter(|f| f.verdict > Verdict::Undecidable);
        self.known.fetch_add(grave().filter(|f| said(f).is_some()).count() as u64, Ordering::Relaxed);
        let mut told: Vec<(&Finding, bool)> = grave()
            .filter(|f| self.all || said(f).is_none())
            .map(|f| (f, f.verdict == Verdict::Suspect && patterns.checks.weight(&f.check) <= HINT))
            .collect();
        if told.is_empty() {
            return;
        }
        told.sort_by_key(|(_, hint)| *hint);
        let path = &report.document.source.path;
        let name = report.title.as_ref().or(report.org.as_ref()).map_or("", |printed| printed.text.as_str());
        let _ = match name {
            "" => writeln!(out, "{}", paint(colors, Ink::Bold, path)),
            name => writeln!(out, "{}  {name}", paint(colors, Ink::Bold, path)),
        };
        let label = |f: &Finding, hint: bool| if hint { lang.pick("提示", "hint") } else { verdict(lang, f.verdict) };
        let verdicts = told.iter().map(|(f, hint)| width(label(f, *hint))).max().unwrap_or(0);
        let checks = told.iter().map(|(f, _)| width(&f.check)).max().unwrap_or(0);
        let indent = verdicts + checks + 6;
        for (finding, hint) in told {
            let ink = match finding.verdict {
                _ if hint => Ink::Dim,
                Verdict::Conflict => Ink::Red,
                Verdict::Suspect => Ink::Yellow,
                _ => Ink::Cyan,
            };
            let verdict = padded(colors, ink, label(finding, hint), verdicts);
            let check = padded(colors, Ink::Green, &finding.check, checks);
            let _ = writeln!(out, "  {verdict}  {check}  {}", finding.message);
            // The places of one line together: path:line and the quotes.
            for here in finding.evidence.chunk_by(|a, b| place(report, *a) == place(report, *b)).filter(|_| !hint) {
                let place = paint(colors, Ink::Dim, &format!("{path}:{}", place(report, here[0])));
                let quotes: Vec<String> = here.iter().map(|s| one_line(s.of(&report.document.text))).collect();
                let _ = writeln!(out, "{:indent$}{place}  {}", "", quotes.join("  "));
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
            self.count(finding, patterns);
        }
        if let Ok(mut total) = self.total.lock() {
            total.reports += 1;
        }
    }

    fn count(&self, finding: &Finding, patterns: &Patterns) {
        let column = match finding.verdict {
            Verdict::Conflict => 0,
            Verdict::Suspect => 1,
            _ => 2,
        };
        let Ok(mut total) = self.total.lock() else { return };
        let check = total.checks.entry(finding.check.clone()).or_insert_with(|| {
            let check = patterns.checks.iter().find(|c| c.id == finding.check);
            check.map_or(Tally::default(), |c| Tally { weight: c.weight, title: c.title.clone(), counts: [0; 3] })
        });
        check.counts[column] += 1;
    }

    /// How often each check spoke, the heaviest first; nothing where one report alone has findings, which is its own summary.
    fn summary(&self, total: &Total) -> String {
        let (lang, colors) = (self.lang, self.colors);
        let mut out = String::new();
        if total.reports < 2 {
            return out;
        }
        let mut rows: Vec<(&String, &Tally)> = total.checks.iter().collect();
        rows.sort_by_key(|(id, tally)| (Reverse((tally.weight, tally.counts)), *id));
        let heads = [Verdict::Conflict, Verdict::Suspect, Verdict::Rounding].map(|v| verdict(lang, v));
        let widths = heads.map(|head| width(head).max(4));
        let checks = rows.iter().map(|(id, _)| width(id)).max().unwrap_or(0);
        out.push('\n');
        for (head, columns) in heads.iter().zip(widths) {
            let _ = write!(out, "  {:columns$}", "", columns = columns - width(head));
            out.push_str(head);
        }
        let _ = writeln!(out, "  {}", lang.pick("核对关系（重要的在前）", "check, the weightiest first"));
        for (id, Tally { title, counts, .. }) in rows {
            for ((n, columns), ink) in counts.iter().zip(widths).zip([Ink::Red, Ink::Yellow, Ink::Cyan]) {
                let n = if *n == 0 { String::new() } else { n.to_string() };
                let _ = write!(
                    out,
                    "  {:fill$}{}",
                    "",
                    paint(colors, if n.is_empty() { Ink::Plain } else { ink }, &n),
                    fill = columns - n.len()
                );
            }
            let _ = writeln!(out, "  {}  {title}", padded(colors, Ink::Green, id, checks));
        }
        out
    }
}

/// Where `span` begins: the number of its line, `37`; where there are pages, page and line on it, `p3:12`.
fn place(report: &Report, span: Span) -> String {
    let lines = &report.document.lines;
    let at = lines.partition_point(|line| line.span.start <= span.start).saturating_sub(1);
    match (lines.get(at), report.document.source.format) {
        (None, _) => "1".to_owned(),
        (Some(line), Format::Text) => line.number.to_string(),
        (Some(line), Format::Pdf) => format!("p{}:{}", line.page, line.number),
    }
}
