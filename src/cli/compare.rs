//! `hedui compare`: organisations side by side. Without a target a table for a person goes to standard output.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::args::{Compare, Global};
use super::inputs::{Inputs, Walk};
use super::interrupt;
use super::lang::{Lang, Say, Side, verdict};
use super::terminal::{FAILED, Ink, STOPPED, Terminal, padded, paint, width};
use crate::model::{Comparison, Content, Measure, Nil, Row, Verdict};
use crate::patterns::Directory;
use crate::pipeline::{self, Gathered, Options, Problem};
use crate::write::{self, Context, Guard, SideTarget, TargetSpec, WriteError};

/// The columns of the table on the terminal; all of them go to targets.
const SHOWN: [&str; 8] = [
    "budget.total/initial",
    "budget.total/adjusted",
    "expenditure.total/final",
    "expenditure.basic/final",
    "expenditure.project/final",
    "three_public.total/final",
    "ratio.execution",
    "score.self",
];

/// Runs the command.
pub fn run(global: &Global, compare: &Compare, terminal: &Terminal) -> ExitCode {
    let cancel = interrupt::listen(terminal);
    let (context, targets, directory) = match open(global, compare, terminal) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let patterns = &context.patterns;
    let (records, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
        compare.paths.paths.iter().partition(|p| write::is_records(p) && p.is_file());
    let paths: Vec<PathBuf> = paths.into_iter().cloned().collect();
    let mut gathered = Gathered::default();
    let mut failed = false;
    let aside = Arc::new(AtomicU64::new(0));
    for path in records {
        match write::read_back(path, patterns) {
            Ok(back) => {
                gathered.inputs += (back.digests.len() + back.others.len() + back.problems.len()) as u64;
                gathered.digests.extend(back.digests);
                gathered.others.extend(back.others);
                let told = |(shown, message): (String, String)| Problem { shown, id: "record", message };
                gathered.problems.extend(back.problems.into_iter().map(told));
            }
            Err(error) => {
                terminal.insist(Say::Records(&error));
                failed = true;
            }
        }
    }
    if !paths.is_empty() {
        if terminal.show_bar(targets.is_empty()) {
            let (paths, terminal) = (paths.clone(), terminal.clone());
            std::thread::spawn(move || Walk::new(&paths, Arc::default()).for_each(|_| terminal.expect_one_more()));
        }
        let inputs = Inputs::new(Walk::new(&paths, aside.clone()), global.max_size, cancel.clone());
        let options = match global.options(terminal) {
            Ok(options) => Options { cancel, ..options },
            Err(code) => return code,
        };
        let run = pipeline::gather(inputs, patterns, &options, terminal);
        terminal.clear_bar();
        match run {
            Ok(read) => {
                gathered.inputs += read.inputs;
                gathered.digests.extend(read.digests);
                gathered.others.extend(read.others);
                gathered.problems.extend(read.problems);
            }
            Err(_) => {
                terminal.say(Say::Stopped { inputs: 0, targets: !targets.is_empty() });
                return ExitCode::from(STOPPED);
            }
        }
    }
    gathered.problems.iter().for_each(|problem| terminal.say(Say::Problem(problem)));
    failed |= !gathered.problems.is_empty();
    if failed && gathered.digests.is_empty() {
        return ExitCode::from(FAILED);
    }
    let mut side = Side {
        inputs: gathered.inputs,
        reports: gathered.digests.len() as u64,
        others: gathered.others.len() as u64,
        failed: gathered.problems.len() as u64,
        aside: aside.load(Ordering::Relaxed),
        ..Side::default()
    };
    let mut comparison = pipeline::side_by_side(gathered.digests, &directory, patterns);
    let others = gathered.others.into_iter().map(|(path, kind)| (path, format!("是{kind}，不是自评报告，未列入比较")));
    comparison.left_out.extend(others);
    let problems = gathered.problems.iter().map(|p| (p.shown.clone(), super::lang::reason_zh(p)));
    comparison.left_out.extend(problems);
    side.rows = comparison.rows.len() as u64;
    side.findings = comparison.findings.iter().filter(|f| f.verdict >= Verdict::Suspect).count() as u64;
    if targets.is_empty() {
        let (lang, colors) = (terminal.lang, terminal.colors(&std::io::stdout()));
        let shown = table(&comparison, lang, colors);
        let code = terminal.product(|out| out.write_all(shown.as_bytes()));
        failed |= code != ExitCode::SUCCESS;
    }
    for target in targets {
        if let Err(error) = target.finish(&comparison, &context)
            && !error.is_closed_pipe()
        {
            terminal.insist(Say::Target(&error));
            failed = true;
        }
    }
    terminal.say(Say::Compared(&side));
    if failed { ExitCode::from(FAILED) } else { ExitCode::SUCCESS }
}

/// Patterns, directory and targets, before the first input is read.
fn open(
    global: &Global,
    compare: &Compare,
    terminal: &Terminal,
) -> Result<(Context, Vec<SideTarget>, Directory), ExitCode> {
    let failed = |error: WriteError| {
        terminal.insist(Say::Target(&error));
        ExitCode::from(FAILED)
    };
    let typed = compare.targets.targets.iter();
    let specs: Vec<TargetSpec> = typed.map(|t| TargetSpec::parse(t)).collect::<Result<_, _>>().map_err(failed)?;
    let guard = Guard::new(&specs).map_err(failed)?;
    let inputs = compare.paths.paths.iter().chain(&compare.orgs);
    inputs.filter(|p| p.is_file()).try_for_each(|p| guard.check_input(p)).map_err(failed)?;
    let patterns = super::patterns(terminal, global.patterns.as_deref())?;
    let directory = match &compare.orgs {
        Some(path) => pipeline::directory(path, global.max_size).map_err(|error| {
            terminal.insist(Say::Orgs(&error));
            ExitCode::from(FAILED)
        })?,
        None => Directory::default(),
    };
    let targets = specs.iter().map(SideTarget::open).collect::<Result<_, _>>().map_err(failed)?;
    let arguments = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    Ok((Context { patterns, arguments }, targets, directory))
}

/// The comparison as a table, then what stands out.
fn table(comparison: &Comparison, lang: Lang, colors: bool) -> String {
    let columns: Vec<usize> =
        SHOWN.iter().filter_map(|id| comparison.columns.iter().position(|c| c.id == *id)).collect();
    let mut head = vec![lang.pick("单位", "organisation").to_owned(), lang.pick("年度", "year").to_owned()];
    head.extend(columns.iter().map(|&at| {
        let column = &comparison.columns[at];
        match column.measure {
            Some(Measure::Yuan) => format!("{}(万元)", column.name),
            Some(Measure::Percent) => format!("{}(%)", column.name),
            _ => column.name.clone(),
        }
    }));
    head.push(lang.pick("矛盾/可疑", "conflict/suspect").to_owned());
    let mut lines: Vec<Vec<(String, Ink)>> = Vec::new();
    for row in &comparison.rows {
        lines.push(line(comparison, row, &columns));
    }
    let widths: Vec<usize> = (0..head.len())
        .map(|at| lines.iter().map(|l| width(&l[at].0)).chain([width(&head[at])]).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    let mut put = |cells: &[(String, Ink)]| {
        for (at, (text, ink)) in cells.iter().enumerate() {
            let space = widths[at].saturating_sub(width(text));
            match at {
                0 => out += &padded(colors, *ink, text, widths[at]),
                _ => {
                    out.extend(std::iter::repeat_n(' ', space + 2));
                    out += &paint(colors, *ink, text);
                }
            }
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    };
    let head: Vec<(String, Ink)> = head.into_iter().map(|h| (h, Ink::Bold)).collect();
    put(&head);
    lines.iter().for_each(|line| put(line));
    out += &paint(
        colors,
        Ink::Dim,
        lang.pick(
            "· 未写明　无 写明没有　* 偏离同类　≥≤约 按原文",
            "· not stated   无 stated as none   * far from peers",
        ),
    );
    out.push('\n');
    findings(comparison, lang, colors, &mut out);
    out
}

fn line(comparison: &Comparison, row: &Row, columns: &[usize]) -> Vec<(String, Ink)> {
    let year = row.year.map_or("·".to_owned(), |y| y.to_string());
    let mut line = vec![(short(comparison.name(row)), Ink::Plain), (year, Ink::Plain)];
    for &at in columns {
        let cell = &row.cells[at];
        let column = &comparison.columns[at];
        let text = match &cell.content {
            Content::Missing => "·".to_owned(),
            Content::Nil(Nil::None) => "无".to_owned(),
            Content::Nil(Nil::Blank) => "—".to_owned(),
            Content::Nil(Nil::Masked) => "***".to_owned(),
            Content::Text(text) => text.clone(),
            Content::Number { value, bound } => {
                let number = match column.measure {
                    Some(Measure::Yuan) => (value / rust_decimal::Decimal::from(10_000)).normalize(),
                    _ => value.normalize(),
                };
                format!("{}{number}", write::bound_mark(*bound))
            }
        };
        match cell.outlier {
            Some(_) => line.push((format!("{text}*"), Ink::Yellow)),
            None => line.push((text, Ink::Plain)),
        }
    }
    let [conflicts, suspects, _] = row.told;
    let ink = if conflicts > 0 { Ink::Red } else { Ink::Plain };
    line.push((format!("{conflicts}/{suspects}"), ink));
    line
}

/// A name that leaves room for the table.
fn short(name: &str) -> String {
    const MOST: usize = 18;
    match name.chars().count() {
        n if n <= MOST => name.to_owned(),
        n => name.chars().take(MOST / 2).chain(['…']).chain(name.chars().skip(n - MOST / 2)).collect(),
    }
}

fn findings(comparison: &Comparison, lang: Lang, colors: bool, out: &mut String) {
    let told = comparison.findings.iter().filter(|f| f.verdict > Verdict::Undecidable);
    let widest = comparison.findings.iter().map(|f| width(&f.check)).max().unwrap_or(0);
    for finding in told {
        let ink = match finding.verdict {
            Verdict::Conflict => Ink::Red,
            Verdict::Suspect => Ink::Yellow,
            _ => Ink::Cyan,
        };
        let word = padded(colors, ink, verdict(lang, finding.verdict), 8);
        let check = padded(colors, Ink::Green, &finding.check, widest);
        let _ = writeln!(out, "{word}  {check}  {}", finding.message);
        for evidence in finding.evidence.iter().take(4) {
            let path = &comparison.reports[evidence.report as usize].path;
            let place = paint(colors, Ink::Dim, &format!("{path}:{}", evidence.at.line));
            let quote = super::terminal::one_line(&evidence.at.quote);
            let _ = writeln!(out, "{:indent$}{place}  {quote}", "", indent = widest + 12);
        }
    }
    for (path, message) in &comparison.left_out {
        let _ = writeln!(out, "{}", paint(colors, Ink::Dim, &format!("{path}：{message}")));
    }
}
