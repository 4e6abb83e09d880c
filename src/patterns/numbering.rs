//! `numbering.toml`: how headings are told from sentences that begin with a number, and titles of papers from other lines.
//!
//! Plain words in, yes or no out; the outline stage weighs the answers.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
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
    heading_tails: Vec<String>,
    item_verbs: Vec<String>,
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
        Ok(Numbering {
            finite: automaton(&raw.finite)?,
            not_title: automaton(&raw.not_title)?,
            heading_tails: raw.heading_tails,
            item_verbs: raw.item_verbs,
            measures: raw.measures,
            numbered_words: longest_first(raw.numbered_words),
            title_tails: longest_first(raw.title_tails),
            report_tails: raw.report_tails,
            continuations: raw.continuations,
        })
    }

    /// `…情况`: a noun that headings end in.
    pub fn heading_tail(&self, title: &str) -> bool {
        self.heading_tails.iter().any(|t| title.ends_with(t.as_str()))
    }

    /// `保障…`: a verb that items of a list of duties begin with.
    pub fn item_verb(&self, title: &str) -> bool {
        self.item_verbs.iter().any(|v| title.starts_with(v.as_str()))
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
