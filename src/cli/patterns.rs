//! `hedui patterns`: what is known, whether a folder of it is in order, and what it reads in a sentence.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use super::args::{Global, Patterns as Arguments};
use super::lang::{Lang, Say, verdict};
use super::terminal::{FAILED, Ink, Terminal, one_line, padded, paint, width};
use crate::model::{Fact, Figure, Report, Source, Value};
use crate::patterns::Patterns;

/// Runs the command.
pub fn run(global: &Global, arguments: &Arguments, terminal: &Terminal) -> ExitCode {
    let dir = arguments.dir.as_deref().or(global.patterns.as_deref());
    let patterns = match super::patterns(terminal, dir) {
        Ok(patterns) => patterns,
        Err(code) => return code,
    };
    let (lang, colors) = (terminal.lang, terminal.colors(&std::io::stdout()));
    let Some(text) = &arguments.try_on else {
        return terminal.product(|out| out.write_all(list(&patterns, lang).as_bytes()));
    };
    let read = |text: &str| crate::pipeline::one(Source::default(), text.as_bytes(), &patterns);
    // Facts are read in reports only: a sentence that is none is tried as the text of one.
    let is_report = |report: &Report| patterns.families.get(report.family).report;
    let read = read(text).and_then(|reports| match reports.iter().any(is_report) {
        true => Ok(reports),
        false => read(&format!("{TITLE}\n\n{text}")),
    });
    match read {
        Ok(reports) => {
            let out = tried(&reports, &patterns, lang, colors);
            terminal.product(|to| to.write_all(out.as_bytes()))
        }
        Err(error) => {
            let problem = crate::pipeline::Problem { shown: "--try-on".into(), id: error.id, message: error.message };
            terminal.insist(Say::Problem(&problem));
            ExitCode::from(FAILED)
        }
    }
}

/// The files, what they hold, and the hash that goes into every output.
fn list(patterns: &Arc<Patterns>, lang: Lang) -> String {
    let rows = [
        ("families.toml", patterns.families.iter().count(), lang.pick("种材料", "families")),
        ("topics.toml", patterns.topics.iter().count(), lang.pick("个章节主题", "topics")),
        ("concepts.toml", patterns.concepts.iter().count(), lang.pick("个概念", "concepts")),
        ("checks.toml", patterns.checks.iter().count(), lang.pick("条核对关系", "checks")),
        ("numbering.toml", 0, lang.pick("章节编号", "heading markers")),
        ("prose.toml", 0, lang.pick("行文用语", "small words of budget prose")),
        ("figures.toml", 0, lang.pick("数字前后的用语", "words around numbers")),
        ("words.toml", 0, lang.pick("分词词表", "words of the field")),
        ("tables.toml", 0, lang.pick("表格的表头", "headers of tables")),
        ("ratios.toml", patterns.ratios.ratios.len(), lang.pick("个比率", "ratios")),
        ("peers.toml", 0, lang.pick("单位类别、离群和雷同的界限", "kinds of organisations, limits")),
    ];
    let mut out = String::new();
    for (file, count, what) in rows {
        let _ = match count {
            0 => writeln!(out, "{file:16}      {what}"),
            _ => writeln!(out, "{file:16} {count:4} {what}"),
        };
    }
    let _ = writeln!(out, "{}", patterns.hash);
    out
}

/// A report's title, for a sentence that has none.
const TITLE: &str = "某单位部门整体支出绩效自评报告";

/// What it is, its print, what it says, what read it.
type Row<'a> = (&'a str, [String; 3]);

/// Sections, figures, facts and findings, each with what read it.
fn tried(reports: &[Report], patterns: &Patterns, lang: Lang, colors: bool) -> String {
    let mut rows: Vec<Row<'_>> = Vec::new();
    reports.iter().for_each(|report| read_off(report, patterns, lang, &mut rows));
    let mut out = String::new();
    if rows.is_empty() {
        let _ = writeln!(out, "{}", lang.pick("没有读出任何内容", "nothing is read in it"));
    }
    let widest = |of: &dyn Fn(&Row<'_>) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let (label, print, value) = (widest(&|r| width(r.0)), widest(&|r| width(&r.1[0])), widest(&|r| width(&r.1[1])));
    for (kind, [first, second, third]) in &rows {
        let kind = padded(colors, Ink::Dim, kind, label);
        let first = padded(colors, Ink::Bold, first, print);
        let second = padded(colors, Ink::Plain, second, value);
        let line = format!("{kind}  {first}  {second}  {}", paint(colors && !third.is_empty(), Ink::Green, third));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    for finding in reports.iter().flat_map(|report| &report.findings) {
        let verdict = paint(colors, Ink::Yellow, verdict(lang, finding.verdict));
        let _ = writeln!(out, "{verdict}  {}  {}", paint(colors, Ink::Green, &finding.check), finding.message);
    }
    out
}

fn read_off<'a>(report: &Report, patterns: &Patterns, lang: Lang, rows: &mut Vec<Row<'a>>) {
    let text = &report.document.text;
    for section in &report.sections {
        let topics: Vec<&str> = section.topics.iter().map(|t| patterns.topics.get(*t).id.as_str()).collect();
        let depth = format!("depth {}", section.depth);
        rows.push((lang.pick("章节", "section"), [one_line(section.heading.of(text)), depth, topics.join(" ")]));
    }
    for (index, figure) in report.figures.iter().enumerate() {
        let claimed = report.facts.iter().any(|fact| fact.value == Value::Figure(index as u32));
        let claim = if claimed { "" } else { lang.pick("无规则认领", "claimed by no pattern") };
        let row = [one_line(figure.span.of(text)), of_figure(figure), claim.into()];
        rows.push((lang.pick("数字", "figure"), row));
    }
    for fact in &report.facts {
        let row = [of_slot(fact, patterns), of_value(fact, report), fact.pattern.to_string()];
        rows.push((lang.pick("事实", "fact"), row));
    }
}

/// `= 1514700 yuan ±50 exact level`
fn of_figure(figure: &Figure) -> String {
    let value = match (figure.value, figure.range) {
        (Some(value), _) => value.normalize().to_string(),
        (None, Some((low, high))) => format!("{}–{}", low.normalize(), high.normalize()),
        (None, None) => "?".into(),
    };
    let (measure, bound, role) = (figure.measure.name(), figure.bound.name(), figure.role.name());
    let direction = figure.direction.map_or(String::new(), |d| format!(" {}", d.name()));
    format!("= {value} {measure}, step {}, {bound} {role}{direction}", figure.step.normalize())
}

/// `expenditure.basic final general_public 2022 营商环境评价项目`
fn of_slot(fact: &Fact, patterns: &Patterns) -> String {
    let slot = &fact.slot;
    let mut out = patterns.concepts.get(slot.concept).id.clone();
    let year = slot.year.map(|year| year.to_string());
    let more = [slot.basis.map(|b| b.name()), slot.fund.map(|f| f.name()), year.as_deref(), slot.item.as_deref()];
    for part in more.into_iter().flatten() {
        out.push(' ');
        out += part;
    }
    out
}

fn of_value(fact: &Fact, report: &Report) -> String {
    match &fact.value {
        Value::Figure(index) => match report.figures.get(*index as usize).and_then(|figure| figure.value) {
            Some(value) => format!("= {}", value.normalize()),
            None => "= ?".into(),
        },
        Value::Text(text) => format!("= {text}"),
        Value::Nil(nil) => format!("= {}", nil.name()),
    }
}
