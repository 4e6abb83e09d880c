//! `tables.toml`: how tables are headed, what names their rows, and what stands in their cells.

mod heads;

use serde::Deserialize;

use super::load::RuleError;
use crate::model::Bound;
pub use heads::{Head, Heads, Label, Named};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    column: Vec<RawColumn>,
    levels: RawLevels,
    rows: RawRows,
    direction: Vec<RawDirection>,
    head: Vec<heads::RawHead>,
    label: Vec<heads::RawLabel>,
    counts: heads::RawCounts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumn {
    says: Column,
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevels {
    first: Vec<String>,
    second: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRows {
    end: Vec<String>,
    blank: Vec<String>,
    residue: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDirection {
    says: RawBound,
    signs: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawBound {
    AtLeast,
    AtMost,
    Equal,
    Over,
    Under,
    Text,
}

/// What a column of an indicator table says.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// 一级指标
    Level1,
    /// 二级指标
    Level2,
    /// 三级指标, 指标名称
    Level3,
    /// 指标性质
    Direction,
    /// 年度指标值
    Target,
    /// 调整指标值: takes the place of the target where it is filled in
    TargetAdjusted,
    /// 度量单位
    Measure,
    /// 实际完成值
    Actual,
    /// 分值
    Weight,
    /// 得分
    Score,
    /// 偏差原因分析及改进措施
    Reason,
    /// 得分系数: a number that is not kept
    Rate,
    /// A column that is not kept.
    Other,
}

/// What is known of tables.
#[derive(Debug)]
pub struct Tables {
    /// Headers and row labels of tables of money and heads.
    pub heads: Heads,
    /// Header words, longest first.
    columns: Vec<(String, Column)>,
    first: Vec<String>,
    second: Vec<String>,
    end: Vec<String>,
    blank: Vec<String>,
    residue: Vec<String>,
    directions: Vec<(String, Option<Bound>)>,
}

impl Tables {
    pub(super) fn compile(raw: Raw) -> Result<Self, RuleError> {
        let mut columns: Vec<(String, Column)> = Vec::new();
        for column in raw.column {
            for name in column.names {
                if columns.iter().any(|(other, _)| *other == name) {
                    return Err(RuleError::new(&name, "this header stands twice"));
                }
                columns.push((name, column.says));
            }
        }
        columns.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let bound = |raw| match raw {
            RawBound::AtLeast => Some(Bound::AtLeast),
            RawBound::AtMost => Some(Bound::AtMost),
            RawBound::Equal => Some(Bound::Exact),
            RawBound::Over => Some(Bound::Over),
            RawBound::Under => Some(Bound::Under),
            RawBound::Text => None,
        };
        let directions =
            raw.direction.into_iter().flat_map(|d| d.signs.into_iter().map(move |s| (s, bound(d.says)))).collect();
        Ok(Tables {
            heads: Heads::compile(raw.head, raw.label, raw.counts)?,
            columns,
            first: raw.levels.first,
            second: raw.levels.second,
            end: raw.rows.end,
            blank: raw.rows.blank,
            residue: raw.rows.residue,
            directions,
        })
    }

    /// What the column under `header` (folded) says.
    pub fn column(&self, header: &str) -> Option<Column> {
        self.columns
            .iter()
            .find(|(name, _)| {
                // 分值（100分）, 年初目标值（A）: brackets may follow, more words may not.
                header.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['(', '/']))
            })
            .map(|(_, says)| *says)
    }

    /// Whether `cell` (folded) is a word of the first level.
    pub fn first_level(&self, cell: &str) -> bool {
        named(&self.first, cell)
    }

    /// Whether `cell` (folded) is a word of the second level.
    pub fn second_level(&self, cell: &str) -> bool {
        named(&self.second, cell)
    }

    /// The length of the longest word of the first or else the second level that `text` (folded) begins with.
    pub fn level_before(&self, text: &str, first: bool) -> Option<usize> {
        let list = if first { &self.first } else { &self.second };
        list.iter().filter(|w| text.starts_with(w.as_str())).map(String::len).max()
    }

    /// Whether a row that begins with `cell` (folded) ends the table.
    pub fn ends(&self, cell: &str) -> bool {
        self.end.iter().any(|w| cell == w || cell.strip_prefix(w.as_str()).is_some_and(|r| r.starts_with([':', '('])))
    }

    /// Whether `cell` (folded) is printed to say nothing.
    pub fn blank(&self, cell: &str) -> bool {
        cell.is_empty() || self.blank.iter().any(|w| w == cell)
    }

    /// Whether `cell` (folded) is what a template leaves.
    pub fn residue(&self, cell: &str) -> bool {
        self.residue.iter().any(|w| w == cell)
    }

    /// What a cell of 指标性质 (folded) says: `None` where it is no such cell, `Some(None)` for 定性.
    pub fn direction(&self, cell: &str) -> Option<Option<Bound>> {
        self.directions.iter().find(|(sign, _)| sign == cell).map(|(_, bound)| *bound)
    }
}

fn named(list: &[String], cell: &str) -> bool {
    let plain = cell.split('(').next().unwrap_or(cell);
    list.iter().any(|w| w == plain)
}
