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

/// All checks and bands as one document.
pub fn all(global: &Global, terminal: &Terminal) -> ExitCode {
    match super::patterns(terminal, global.patterns.as_deref()) {
        Ok(patterns) => terminal.product(|out| out.write_all(document(&patterns).as_bytes())),
        Err(code) => code,
    }
}

/// The checks by group: the part of their id before the dot, in Chinese.
const GROUPS: [(&str, &str); 14] = [
    ("sum", "合计与分项"),
    ("balance", "收支平衡"),
    ("same", "前后一致"),
    ("rate", "比率"),
    ("change", "与上年相比"),
    ("share", "占比"),
    ("product", "数量与单价"),
    ("order", "超出限度"),
    ("grade", "等级"),
    ("date", "日期"),
    ("indicator", "绩效指标"),
    ("review", "复核人员常提的问题"),
    ("peers years versions", "报告之间"),
    ("copied", "雷同文字"),
];

/// `docs/checks.md`.
fn document(patterns: &Patterns) -> String {
    let zh = Lang::Zh;
    let mut out = String::from(
        "# 核对关系\n\n由 `hedui explain --all` 生成，内容来自 `patterns/checks.toml`；一条关系也可以单独查：`hedui explain sum.basic`。\n\n\
         每条关系有编号、分量（9 最重，1 为提示）、理由、依据，以及一段相符的文字和一段不符的文字——这两段文字都在测试里跑过。\n\n\
         ## 怎样下结论\n\n\
         每个数按印出的精度看作一个区间：`113.97万元` 是 113.965 到 113.975 之间的某个数。n 个加数与合计之间，\
         各数最后一位所代表的数值之和的一半以内的差额，四舍五入就能造成。人数和印出的 0 没有这样的余地。\n\n\
         | 结论 | 何时 |\n|---|---|\n\
         | 相符 `holds` | 算得上 |\n\
         | 四舍五入 `rounding` | 差额在印出的精度以内 |\n\
         | 可疑 `suspect` | 差额更大，但颠倒相邻两位、漏写或多写一位、把一位写成相邻的数字、错点小数点、万元与元混用之中有一种能解释（说明里写明是哪一种）；\
         或者两处是不是同一口径要人判断 |\n\
         | 矛盾 `conflict` | 上下文表明是同一口径，而差额无法这样解释 |\n\
         | 无法判断 `undecidable` | 缺了哪个数，说明里写明 |\n",
    );
    for (prefixes, title) in GROUPS {
        let of = |id: &str| prefixes.split(' ').any(|p| id.split('.').next() == Some(p));
        let _ = writeln!(out, "\n## {title}");
        for check in patterns.checks.iter().filter(|c| of(&c.id)) {
            let _ = writeln!(out, "\n### `{}` {}\n", check.id, check.title);
            let relation = relation(&check.title, &check.kind, patterns, zh);
            let rows = [
                ("分量", check.weight.to_string()),
                ("关系", relation),
                ("理由", check.why.clone()),
                ("依据", check.basis.clone()),
            ];
            for (label, text) in rows.iter().filter(|(label, text)| *label != "关系" || *text != check.title) {
                let _ = writeln!(out, "- {label}：{text}");
            }
            for (label, text) in [("相符", &check.holds), ("不符", &check.breaks)] {
                let _ = writeln!(out, "\n{label}：\n\n```text\n{text}\n```");
            }
        }
    }
    out.push_str("\n## 等级分档\n\n按单位名称或标题里的地名选用；都不合时用第一种。");
    out.push_str("没有见到文件原文的地方分档，只在等级既不合当地分档也不合通行分档时提出，并且只说“可疑”。报告自己写明分档的，以报告为准。\n\n");
    out.push_str("| 地方 | 分档 | 出处 |\n|---|---|---|\n");
    for bands in patterns.checks.all_bands() {
        let places = if bands.places.is_empty() { "通行".to_owned() } else { bands.places.join("、") };
        let _ = writeln!(out, "| {places} | {} | {} |", bands.title, bands.source);
    }
    out
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
                rows.push((lang.pick("分量", "weight"), format!("{} / 9", check.weight)));
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
            let times = |percent: u32| if percent == 100 { String::new() } else { format!(" × {percent}%") };
            let pair = |(small, large): &(ConceptId, ConceptId)| {
                let over: Vec<String> = order
                    .over
                    .iter()
                    .map(|(over, p)| format!("{}{}{}", name(*large), stage(*over), times(*p)))
                    .collect();
                format!("{}{} ≤ {}", name(*small), stage(order.basis), over.join(lang.pick("，没有则 ", " or else ")))
            };
            order.pairs.iter().map(pair).collect::<Vec<_>>().join(lang.pick("；", "; "))
        }
        Kind::Balance { gives, takes } => {
            let side = |ids: &[ConceptId]| ids.iter().map(|id| name(*id)).collect::<Vec<_>>().join(" + ");
            format!("{} = {}", side(gives), side(takes))
        }
        Kind::Same { .. } => lang.pick("同一事项的各次表述相等", "all mentions of one slot agree").into(),
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
    fn every_check_stands_in_the_document_which_is_the_one_in_docs() {
        let patterns = Patterns::builtin();
        let text = document(&patterns);
        let missing: Vec<&str> = patterns
            .checks
            .iter()
            .map(|c| c.id.as_str())
            .filter(|id| !text.contains(&format!("### `{id}` ")))
            .collect();
        assert!(missing.is_empty(), "no group holds {missing:?}");
        expect_test::expect_file!["../../docs/checks.md"].assert_eq(&text);
    }

    #[test]
    fn an_id_mistyped_finds_its_neighbours() {
        let ids = ["sum.basic", "sum.budget", "expenditure.basic", "results"];
        assert_eq!(near("sum.basik", ids.into_iter()), ["sum.basic"]);
        assert_eq!(near("basic", ids.into_iter()), ["sum.basic", "expenditure.basic"]);
        assert!(near("xyz", ids.into_iter()).is_empty());
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
