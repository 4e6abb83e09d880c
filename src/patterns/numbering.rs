//! `numbering.toml`: how headings are told from sentences that begin with a number, and titles of papers from other lines.
//!
//! Plain words in, yes or no out; the outline stage weighs the answers.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::load::RuleError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    heading_tails: Vec<String>,
    item_verbs: Vec<String>,
    finite: Vec<String>,
    measures: Vec<String>,
    numbered_words: Vec<String>,
    title_tails: Vec<String>,
    report_tails: Vec<String>,
    not_title: Vec<String>,
    continuations: Vec<String>,
}

/// What the outline stage knows about markers.
#[derive(Debug)]
pub struct Numbering {
    /// By last character.
    heading_tails: FxHashMap<char, Vec<String>>,
    /// By first character.
    item_verbs: FxHashMap<char, Vec<String>>,
    finite: AhoCorasick,
    measures: Vec<String>,
    /// Words that count things of one kind: 任务 问题 项目
    pub numbered_words: Vec<String>,
    title_tails: Vec<String>,
    report_tails: Vec<String>,
    not_title: AhoCorasick,
    continuations: Vec<String>,
}

impl Numbering {
    pub(super) fn compile(raw: Raw) -> Result<Self, RuleError> {
        let lists = [
            &raw.heading_tails,
            &raw.item_verbs,
            &raw.finite,
            &raw.measures,
            &raw.numbered_words,
            &raw.title_tails,
            &raw.report_tails,
            &raw.not_title,
            &raw.continuations,
        ];
        for list in lists {
            for (i, word) in list.iter().enumerate() {
                if word.is_empty() || list[..i].contains(word) {
                    return Err(RuleError::new(
                        format!("\"{word}\""),
                        "is empty or stands twice in its list; keep one",
                    ));
                }
            }
        }
        let automaton = |words: &[String]| {
            let kind = Some(AhoCorasickKind::DFA);
            AhoCorasick::builder().kind(kind).build(words).map_err(|e| RuleError::new("", e.to_string()))
        };
        let longest_first = |mut words: Vec<String>| {
            words.sort_by_key(|w| std::cmp::Reverse(w.len()));
            words
        };
        let by = |words: Vec<String>, letter: fn(&str) -> Option<char>| {
            let mut out: FxHashMap<char, Vec<String>> = FxHashMap::default();
            for word in words {
                out.entry(letter(&word).unwrap_or_default()).or_default().push(word);
            }
            out
        };
        Ok(Numbering {
            finite: automaton(&raw.finite)?,
            not_title: automaton(&raw.not_title)?,
            heading_tails: by(raw.heading_tails, |w| w.chars().next_back()),
            item_verbs: by(raw.item_verbs, |w| w.chars().next()),
            measures: raw.measures,
            numbered_words: longest_first(raw.numbered_words),
            title_tails: longest_first(raw.title_tails),
            report_tails: raw.report_tails,
            continuations: raw.continuations,
        })
    }

    /// `…情况`: a noun that headings end in.
    pub fn heading_tail(&self, title: &str) -> bool {
        let last = title.chars().next_back().and_then(|c| self.heading_tails.get(&c));
        last.is_some_and(|tails| tails.iter().any(|t| title.ends_with(t.as_str())))
    }

    /// `保障…`: a verb that items of a list of duties begin with.
    pub fn item_verb(&self, title: &str) -> bool {
        let first = title.chars().next().and_then(|c| self.item_verbs.get(&c));
        first.is_some_and(|verbs| verbs.iter().any(|v| title.starts_with(v.as_str())))
    }

    /// `…我局已经…`: words that only a sentence has.
    pub fn finite(&self, title: &str) -> bool {
        self.finite.is_match(title)
    }

    /// True where `rest`, which stands behind a number, begins with what the number counts.
    pub fn measure(&self, rest: &str) -> bool {
        self.measures.iter().any(|m| rest.starts_with(m.as_str()))
    }

    /// `…自评报告`: the end of a paper's title.
    pub fn title_tail(&self, line: &str) -> bool {
        self.title_tails.iter().any(|t| line.ends_with(t.as_str()))
    }

    /// True where a paper with this title reports, so that one file may hold several of them.
    pub fn report_tail(&self, line: &str) -> bool {
        self.report_tails.iter().any(|t| line.ends_with(t.as_str()))
    }

    /// `索引号：…`, `（盖章）`: no part of a title.
    pub fn not_title(&self, line: &str) -> bool {
        self.not_title.is_match(line)
    }

    /// `情况说明`: a line that only ends the heading on the line before it.
    pub fn continuation(&self, line: &str) -> bool {
        self.continuations.iter().any(|c| c == line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::Patterns;

    #[test]
    fn a_word_that_stands_twice_and_an_unknown_list_are_errors() {
        let text = include_str!("../../patterns/numbering.toml");
        let twice = text.replace("continuations = [", "continuations = [\"情况\", ");
        let raw: Raw = toml::from_str(&twice).expect("the shape is right");
        assert!(Numbering::compile(raw).is_err());
        assert!(toml::from_str::<Raw>(&format!("{text}\nverbs = []")).is_err());
    }

    #[test]
    fn titles_of_papers_are_told_by_their_ends() {
        let words = &Patterns::builtin().numbering;
        assert!(words.title_tail("2022年度某县档案馆整体支出绩效自评报告"));
        assert!(words.report_tail("部门整体支出绩效自评表"));
        assert!(!words.report_tail("关于开展绩效自评工作的通知"));
        assert!(words.not_title("单位名称(盖章)"));
    }
}
