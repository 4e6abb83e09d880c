//! Headers and row labels of tables of money and heads: what a cell of words says about the numbers under it or beside it.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::model::Basis;
use crate::patterns::concepts::RawBasis;
use crate::patterns::load::RuleError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::patterns) struct RawHead {
    id: String,
    says: RawSays,
    #[serde(default)]
    basis: Option<RawBasis>,
    names: Vec<String>,
    examples: Vec<String>,
    counterexamples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::patterns) struct RawLabel {
    id: String,
    says: Label,
    names: Vec<String>,
    examples: Vec<String>,
    counterexamples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::patterns) struct RawCounts {
    words: Vec<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum RawSays {
    Money,
    Budget,
    Amount,
    Rate,
    Weight,
    Points,
    Count,
    Name,
    Project,
    Text,
}

/// What a column header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// 年初预算数: an amount of a stage
    Money(Basis),
    /// 预算数: adjusted beside what was executed, else initial
    Budget,
    /// 金额: money without a stage
    Amount,
    /// 执行率
    Rate,
    /// 分值
    Weight,
    /// 得分
    Points,
    /// 编制数: numbers that are no money
    Count,
    /// The column names the rows: 支出内容
    Name,
    /// The column names projects: 项目名称
    Project,
    /// 备注
    Text,
}

impl Head {
    /// Whether numbers stand under it.
    pub fn numbers(self) -> bool {
        !matches!(self, Head::Name | Head::Project | Head::Text)
    }

    /// Whether money stands under it.
    pub fn money(self) -> bool {
        matches!(self, Head::Money(_) | Head::Budget | Head::Amount)
    }
}

/// What a row label says.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// 年度资金总额: the whole of the form
    Total,
    /// 其中：财政拨款: where the money comes from
    Source,
    /// 总分
    Score,
    /// 栏次: numbers that state nothing
    Skip,
    /// 按子项目分: the rows below are projects
    Projects,
    /// 按资金来源分: the rows below are sources
    Sources,
}

/// The year that a header names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// 2021年决算数
    Year(i16),
    /// 上年决算数
    Last,
    /// 本年决算数
    This,
}

/// Everything known of headers and labels.
#[derive(Debug)]
pub struct Heads {
    heads: FxHashMap<String, Head>,
    labels: FxHashMap<String, Label>,
    counts: Vec<String>,
    /// The longest header, in bytes.
    longest: usize,
}

impl Heads {
    pub(in crate::patterns) fn compile(
        heads: Vec<RawHead>,
        labels: Vec<RawLabel>,
        counts: RawCounts,
    ) -> Result<Self, RuleError> {
        let mut out =
            Heads { heads: FxHashMap::default(), labels: FxHashMap::default(), counts: counts.words, longest: 0 };
        let mut ids: Vec<&str> = Vec::new();
        let mut once = |id| {
            if ids.contains(&id) {
                return Err(RuleError::new(id, "this id stands twice"));
            }
            ids.push(id);
            Ok(())
        };
        for head in &heads {
            once(&head.id)?;
            let says = match (head.says, head.basis) {
                (RawSays::Money, Some(basis)) => Head::Money(basis.into()),
                (RawSays::Money, None) => {
                    return Err(RuleError::new(&head.id, "money needs a `basis`; else say amount"));
                }
                (_, Some(_)) => return Err(RuleError::new(&head.id, "only money has a `basis`")),
                (RawSays::Budget, None) => Head::Budget,
                (RawSays::Amount, None) => Head::Amount,
                (RawSays::Rate, None) => Head::Rate,
                (RawSays::Weight, None) => Head::Weight,
                (RawSays::Points, None) => Head::Points,
                (RawSays::Count, None) => Head::Count,
                (RawSays::Name, None) => Head::Name,
                (RawSays::Project, None) => Head::Project,
                (RawSays::Text, None) => Head::Text,
            };
            for name in &head.names {
                out.longest = out.longest.max(name.len());
                if name.is_empty() || out.heads.insert(name.clone(), says).is_some() {
                    return Err(RuleError::new(name, "this header is empty or stands twice"));
                }
            }
        }
        for label in &labels {
            once(&label.id)?;
            for name in &label.names {
                if name.is_empty() || out.labels.insert(name.clone(), label.says).is_some() {
                    return Err(RuleError::new(name, "this label is empty or stands twice"));
                }
            }
        }
        for head in &heads {
            let says = head.names.first().and_then(|n| out.heads.get(n)).copied();
            let read = |text: &String| out.head(&crate::text::fold::fold(text)).map(|(h, _)| h);
            if let Some(example) = head.examples.iter().find(|e| read(e) != says) {
                return Err(RuleError::new(example, "this example is not read as its header"));
            }
            if let Some(text) = head.counterexamples.iter().find(|e| read(e) == says) {
                return Err(RuleError::new(text, "this counterexample is read as the header"));
            }
        }
        for label in &labels {
            let read = |text: &String| out.label(&crate::text::fold::fold(text));
            if let Some(example) = label.examples.iter().find(|e| read(e) != Some(label.says)) {
                return Err(RuleError::new(example, "this example is not read as its label"));
            }
            if let Some(text) = label.counterexamples.iter().find(|e| read(e) == Some(label.says)) {
                return Err(RuleError::new(text, "this counterexample is read as the label"));
            }
        }
        Ok(out)
    }

    /// What the column under `header` (folded) says, and the year that it names.
    pub fn head(&self, header: &str) -> Option<(Head, Option<Named>)> {
        // Headers are short; what brackets add is looked at by nobody here.
        if header.len() > self.longest + 64 || header.is_empty() {
            return None;
        }
        let core = core(header);
        let core = core.trim_end_matches(':');
        if let Some(head) = self.heads.get(core) {
            return Some((*head, None));
        }
        let (year, rest) = year(core)?;
        // 2022年初预算数: one 年 for two.
        let head = self.heads.get(rest).or_else(|| self.heads.get(&core[core.len() - rest.len() - "年".len()..]));
        head.map(|head| (*head, Some(year)))
    }

    /// What a row called `label` (folded) says, where it is a word of forms and not a concept of its own.
    pub fn label(&self, label: &str) -> Option<Label> {
        if label.len() > 96 {
            return None;
        }
        let core = core(label);
        self.labels.get(plain(&core)).copied()
    }

    /// Whether the numbers under or beside `words` count something that is no money.
    pub fn counts(&self, words: &str) -> bool {
        self.counts.iter().any(|w| words.contains(w.as_str()))
    }
}

/// `text` without brackets, what stands in them, spaces and line ends.
fn core(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(['(', ' ', '\n', '[']) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut depth = 0u32;
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ' ' | '\n' => {}
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out.into()
}

/// A label without marker, 其中 and colon.
fn plain(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || "、.:-*".contains(c));
    let marked = text.split_once('、').filter(|(m, _)| m.chars().all(|c| "一二三四五六七八九十".contains(c)));
    let text = marked.map_or(text, |(_, rest)| rest);
    let text = text.strip_prefix("其中").unwrap_or(text);
    let text = text.split_once(':').filter(|(_, rest)| !rest.is_empty()).map_or(text, |(_, rest)| rest);
    text.trim_start_matches(|c: char| c.is_ascii_digit() || "、.:".contains(c)).trim_end_matches([':', '、'])
}

/// The year before a header, and the rest.
fn year(text: &str) -> Option<(Named, &str)> {
    for (word, named) in [
        ("上年度", Named::Last),
        ("上年", Named::Last),
        ("去年", Named::Last),
        ("本年度", Named::This),
        ("本年", Named::This),
        ("当年", Named::This),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((named, rest));
        }
    }
    let digits = text.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let year: i16 = digits.parse().ok().filter(|y| (1990..2100).contains(y))?;
    let rest = text[4..].strip_prefix('年')?;
    Some((Named::Year(year), rest.strip_prefix('度').unwrap_or(rest)))
}
