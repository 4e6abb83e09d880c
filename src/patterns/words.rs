//! `words.toml`: the words of the field, for the segmentation, and what is no keyword.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::load::RuleError;
use crate::text::words::{DEFAULT_FREQUENCY, Dictionary, Filter, can_be_found};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    stop: Vec<String>,
    common: Vec<String>,
    #[serde(default)]
    group: Vec<RawGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    id: String,
    name: String,
    words: Vec<String>,
}

/// The words of the field.
#[derive(Debug)]
pub struct Words {
    /// jieba's dictionary and the words of the field.
    pub dictionary: Dictionary,
    /// What is no keyword, and what is one everywhere.
    pub filter: Filter,
}

impl Words {
    pub(super) fn compile(raw: Raw) -> Result<Self, RuleError> {
        let mut seen = BTreeSet::new();
        let mut groups = BTreeSet::new();
        let mut domain = Vec::new();
        for group in &raw.group {
            if !groups.insert(&group.id) {
                return Err(RuleError::new(&group.id, "stands twice; give each group an id of its own"));
            }
            if group.name.is_empty() {
                return Err(RuleError::new(&group.id, "has no name; say what its words are about"));
            }
            for line in &group.words {
                let (word, frequency) = entry(line)?;
                if !seen.insert(word) {
                    return Err(RuleError::new(word, "stands twice; keep one of them"));
                }
                domain.push((word.to_owned(), frequency));
            }
        }
        for list in [&raw.stop, &raw.common] {
            let mut seen = BTreeSet::new();
            for word in list {
                if word.chars().count() < 2 || !can_be_found(word) {
                    return Err(RuleError::new(
                        word,
                        "can never be a keyword; these are words of two ideographs or more",
                    ));
                }
                if !seen.insert(word) {
                    return Err(RuleError::new(word, "stands twice; keep one of them"));
                }
            }
        }
        let filter = Filter::new(raw.stop.iter().map(String::as_str), raw.common.iter().map(String::as_str));
        Ok(Words { dictionary: Dictionary::new(domain), filter })
    }
}

/// `营商环境` or, with its frequency, `自评 5000`.
fn entry(line: &str) -> Result<(&str, u32), RuleError> {
    let (word, frequency) = line.split_once(' ').unwrap_or((line, ""));
    if !can_be_found(word) {
        let cause = "can never be found in a text: a word is ideographs, ASCII letters and digits and `+#&._%-`";
        return Err(RuleError::new(line, cause));
    }
    match frequency {
        "" if word == line => Ok((word, DEFAULT_FREQUENCY)),
        digits => match digits.parse() {
            Ok(frequency @ 1..=10_000_000) => Ok((word, frequency)),
            _ => Err(RuleError::new(line, "has a frequency that is not a whole number from 1 to 10000000")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::Patterns;

    fn compile(toml: &str) -> Result<Words, String> {
        let raw: Raw = toml::from_str(toml).map_err(|e| e.message().to_owned())?;
        Words::compile(raw).map_err(|e| format!("{}: {}", e.at, e.cause))
    }

    fn group(words: &str) -> String {
        format!("stop = []\ncommon = []\n[[group]]\nid = 'a'\nname = '甲'\nwords = [{words}]")
    }

    #[test]
    fn every_built_in_word_is_a_word_for_the_segmentation() {
        let patterns = Patterns::builtin();
        let raw: Raw = toml::from_str(include_str!("../../patterns/words.toml")).unwrap();
        let mut words = 0;
        for line in raw.group.iter().flat_map(|group| &group.words) {
            let (word, _) = entry(line).unwrap();
            assert_eq!(patterns.words.dictionary.segment(word), [word]);
            words += 1;
        }
        assert!(words > 300);
    }

    #[test]
    fn a_word_may_state_its_frequency() {
        assert_eq!(entry("自评").unwrap(), ("自评", DEFAULT_FREQUENCY));
        assert_eq!(entry("自评 5000").unwrap(), ("自评", 5_000));
    }

    #[test]
    fn what_cannot_be_right_is_refused() {
        assert!(compile(&group("'自评 5000', '营商环境'")).is_ok());
        for (words, cause) in [
            ("'自评', '自评 5'", "stands twice"),
            ("'“三公”经费'", "can never be found"),
            ("''", "can never be found"),
            ("'自评 '", "frequency"),
            ("'自评 很多'", "frequency"),
            ("'自评 0'", "frequency"),
        ] {
            let error = compile(&group(words)).unwrap_err();
            assert!(error.contains(cause), "{words}: {error}");
        }
        assert!(compile("stop = ['的']\ncommon = []").unwrap_err().contains("never be a keyword"));
        assert!(compile("stop = []\ncommon = []\nstops = []").unwrap_err().contains("unknown field"));
    }
}
