//! `hedui explain`: what a check, concept, family or topic is, why it matters and what it rests on.

use std::fmt::Write as _;
use std::process::ExitCode;

use super::args::Global;
use super::lang::{Lang, Say, verdict};
use super::terminal::{FAILED, Ink, Terminal, padded, paint, width};
use crate::model::{Basis, ConceptId, Verdict};
use crate::patterns::{Check, Concept, Kind, Patterns};

/// Runs the command.
pub fn run(global: &Global, id: &str, terminal: &Terminal) -> ExitCode {
    let patterns = match super::patterns(terminal, global.patterns.as_deref()) {
        Ok(patterns) => patterns,
        Err(code) => return code,
    };
    // A fact cites the pattern that read it: `prose.` and the concept.
    let wanted = id.strip_prefix("prose.").unwrap_or(id);
    let entries = entries(&patterns);
    let Some(entry) = entries.iter().find(|entry| entry.id == wanted) else {
        terminal.insist(Say::UnknownId(id, &near(wanted, entries.iter().map(|e| e.id))));
        return ExitCode::from(FAILED);
    };
    let (lang, colors) = (terminal.lang, terminal.colors(&std::io::stdout()));
    terminal.product(|out| out.write_all(entry.text(&patterns, lang, colors).as_bytes()))
}

/// One thing that has an id.
struct Entry<'a> {
    id: &'a str,
    name: &'a str,
    what: What<'a>,
}

enum What<'a> {
    Check(&'a Check),
    Concept(&'a Concept),
    Family { report: bool },
    Topic,
}

fn entries(patterns: &Patterns) -> Vec<Entry<'_>> {
    let checks = patterns.checks.iter().map(|c| Entry { id: &c.id, name: &c.title, what: What::Check(c) });
    let concepts = patterns.concepts.iter().map(|(_, c)| Entry { id: &c.id, name: &c.name, what: What::Concept(c) });
    checks.chain(concepts).chain(families(patterns)).chain(topics(patterns)).collect()
}

fn families(patterns: &Patterns) -> impl Iterator<Item = Entry<'_>> {
    patterns.families.iter().map(|f| Entry { id: &f.id, name: &f.name, what: What::Family { report: f.report } })
}

fn topics(patterns: &Patterns) -> impl Iterator<Item = Entry<'_>> {
    patterns.topics.iter().map(|t| Entry { id: &t.id, name: &t.name, what: What::Topic })
}

impl Entry<'_> {
    fn text(&self, patterns: &Patterns, lang: Lang, colors: bool) -> String {
        let kind = match &self.what {
            What::Check(_) => lang.pick("核对关系", "check"),
            What::Concept(_) => lang.pick("概念", "concept"),
            What::Family { .. } => lang.pick("材料类型", "family"),
            What::Topic => lang.pick("章节主题", "topic"),
        };
        let mut out =
            format!("{}  {}  [{kind}]\n", paint(colors, Ink::Green, self.id), paint(colors, Ink::Bold, self.name));
        let mut rows: Vec<(&str, String)> = Vec::new();
        match &self.what {
            What::Check(check) => {
                rows.push((lang.pick("关系", "relation"), relation(&check.title, &check.kind, patterns, lang)));
                rows.push((lang.pick("理由", "why"), check.why.clone()));
                rows.push((lang.pick("依据", "basis"), check.basis.clone()));
                rows.push((verdict(lang, Verdict::Holds), check.holds.clone()));
                rows.push((lang.pick("不符", "breaks"), check.breaks.clone()));
            }
            What::Concept(concept) => {
                rows.push((lang.pick("说明", "why"), concept.why.clone()));
                let measure = concept.measure.map_or("text", |measure| measure.name());
                rows.push((lang.pick("计量", "measure"), measure.to_owned()));
                rows.extend(concept.basis.map(|basis| (lang.pick("默认阶段", "basis"), basis.name().to_owned())));
                let named: Vec<&str> = concept.names.iter().chain(&concept.strict).map(String::as_str).collect();
                rows.push((lang.pick("名称", "names"), named.join(lang.pick("、", ", "))));
                rows.extend(concept.examples.iter().map(|e| (lang.pick("例", "example"), e.text.clone())));
                let counter = concept.counterexamples.iter();
                rows.extend(counter.map(|e| (lang.pick("反例", "counterexample"), e.clone())));
            }
            What::Family { report: true } => {
                rows.push((lang.pick("自评报告", "self-assessment"), lang.pick("是", "yes").into()));
            }
            What::Family { report: false } => {
                rows.push((lang.pick("自评报告", "self-assessment"), lang.pick("否", "no").into()));
            }
            What::Topic => {}
        }
        let widest = rows.iter().map(|row| width(row.0)).max().unwrap_or(0);
        for (label, text) in rows {
            let _ = writeln!(out, "  {}  {text}", padded(colors, Ink::Dim, label, widest));
        }
        out
    }
}

/// `人员经费 + 公用经费 = 基本支出`
fn relation(title: &str, kind: &Kind, patterns: &Patterns, lang: Lang) -> String {
    let name = |id: ConceptId| {
        let concept = patterns.concepts.get(id);
        lang.pick(&concept.name, &concept.id)
    };
    match kind {
        Kind::Sum { total, parts, optional, .. } => {
            let part = |id: &ConceptId| {
                if optional.contains(id) { format!("[{}]", name(*id)) } else { name(*id).to_owned() }
            };
            format!("{} = {}", parts.iter().map(part).collect::<Vec<_>>().join(" + "), name(*total))
        }
        Kind::Equal { left, right, .. } => format!("{} = {}", name(*left), name(*right)),
        Kind::Ratio { rate, part, whole, over } => {
            let over: Vec<&str> = over.iter().map(|basis| basis.name()).collect();
            let over = if over.is_empty() { String::new() } else { format!(" ({})", over.join(" | ")) };
            format!("{} = {} ÷ {}{over}", name(*rate), name(*part), name(*whole))
        }
        Kind::Order(order) => {
            let stage = |basis: Option<Basis>| basis.map_or(String::new(), |b| format!(" ({})", b.name()));
            let times = if order.percent == 100 { String::new() } else { format!(" × {}%", order.percent) };
            let pair = |(small, large): &(ConceptId, ConceptId)| {
                format!("{}{} ≤ {}{}{times}", name(*small), stage(order.basis), name(*large), stage(order.over))
            };
            order.pairs.iter().map(pair).collect::<Vec<_>>().join(lang.pick("；", "; "))
        }
        Kind::Balance { gives, takes } => {
            let side = |ids: &[ConceptId]| ids.iter().map(|id| name(*id)).collect::<Vec<_>>().join(" + ");
            format!("{} = {}", side(gives), side(takes))
        }
        Kind::Same => lang.pick("同一事项的各次表述相等", "all mentions of one slot agree").into(),
        Kind::Capital => lang.pick("大写金额 = 小写金额", "capital numerals = digits").into(),
        Kind::Across => lang.pick("报告之间比较（hedui compare）", "between reports (hedui compare)").into(),
        _ => title.to_owned(),
    }
}

/// At most five ids that are easily mistaken for `wanted`, nearest first.
fn near<'a>(wanted: &str, ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<(usize, &str)> = ids
        .filter_map(|id| {
            let far = distance(wanted, id);
            let alike = id.contains(wanted) || wanted.contains(id) || far <= 2.max(wanted.len() / 4);
            alike.then_some((far, id))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|f| f.1).take(5).collect()
}

/// Insertions, deletions and replacements from one to the other (Wagner and Fischer, 1974).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left_above = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (left_above + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            left_above = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_mistyped_finds_its_neighbours() {
        let ids = ["sum.basic", "sum.budget", "expenditure.basic", "results"];
        assert_eq!(near("sum.basik", ids.into_iter()), ["sum.basic"]);
        assert_eq!(near("basic", ids.into_iter()), ["sum.basic", "expenditure.basic"]);
        assert!(near("xyz", ids.into_iter()).is_empty());
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
