//! Lines in, tables of contents marked. A line of contents repeats a heading that stands later, mostly with a page number.

use rustc_hash::FxHashMap;

use super::line::{Line, Role};
use super::marker;
use crate::patterns::Numbering;

/// Marks the lines of tables of contents and returns their runs (indices of the first and last line).
pub(super) fn mark(text: &str, lines: &mut [Line], words: &Numbering) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut i = 0;
    while i < lines.len() {
        let line = slice(text, &lines[i]);
        let end = if is_word(line) {
            Some(after_word(text, lines, i, words)).filter(|end| *end > i + 1)
        } else if leader(line) {
            let end = (i..lines.len()).take_while(|j| leader(slice(text, &lines[*j]))).last().map_or(i, |j| j + 1);
            Some(end).filter(|end| end - i >= 2)
        } else {
            None
        };
        match end {
            Some(end) => {
                for line in &mut lines[i..end] {
                    line.role = Role::Contents;
                }
                runs.push((i, end - 1));
                i = end;
            }
            None => {
                if is_word(line) {
                    lines[i].role = Role::Contents;
                    runs.push((i, i));
                }
                i += 1;
            }
        }
    }
    runs
}

fn slice<'a>(text: &'a str, line: &Line) -> &'a str {
    &text[line.view.0..line.view.1]
}

/// `目录`, `目 录`, `决算公开目录`
pub(super) fn is_word(line: &str) -> bool {
    line.len() <= 45 && (line.ends_with("目录") || line == "目次") && !line.contains(['，', '。', ':'])
}

/// Dots or an ellipsis with a page number behind, or what a word processor leaves of its field.
fn leader(line: &str) -> bool {
    if line.len() > 400 {
        return false;
    }
    let last = line.as_bytes().last().copied().unwrap_or(b' ');
    if !last.is_ascii() && !line.ends_with(['签', '。', '页', '頁', '!', '！']) {
        return false;
    }
    if line.contains("PAGEREF") || line.contains("未定义书签") {
        return true;
    }
    let body = line.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '页' | '頁' | '第'));
    if body.len() == line.len() {
        return false;
    }
    ["...", "···", "……", "…", "．．", "----", "___", "———", "・・", "‥"].iter().any(|d| body.ends_with(d))
}

/// The first line behind the contents that the word at `word` heads.
fn after_word(text: &str, lines: &[Line], word: usize, words: &Numbering) -> usize {
    // A date or an address may stand between the word and the first entry.
    let entry = |l: &Line| leader(slice(text, l)) || style(slice(text, l), words).is_some();
    let first = (word + 1..lines.len().min(word + 4)).find(|i| entry(&lines[*i])).unwrap_or(word + 1);
    let Some(head) = lines.get(first) else { return first };
    let key = key(slice(text, head));
    let mut leaders = 0;
    let mut entries: FxHashMap<String, &str> = FxHashMap::default();
    for line in &lines[word + 1..first] {
        entries.insert(self::key(slice(text, line)), slice(text, line));
    }
    let style = style(slice(text, head), words);
    let mut last = style.and_then(|s| s.1);
    for (i, line) in lines.iter().enumerate().skip(first) {
        let this = slice(text, line);
        if line.table || line.role != Role::Text {
            return i;
        }
        let entry = leader(this);
        leaders += usize::from(entry);
        if i > first && !entry {
            // An entry has a page number or dots; the heading that it repeats has none.
            let mine = self::key(this);
            let again = entries.get(&mine).is_some_and(|entry| leaders >= 3 || *entry != this);
            if mine == key || again {
                return i;
            }
            // The numbering of the first entry begins again: the text itself has begun.
            if let (Some((first_style, _)), Some((s, v))) = (style, self::style(this, words))
                && first_style == s
                && let (Some(v), Some(before)) = (v, last)
            {
                if v <= before {
                    return i;
                }
                last = Some(v);
            }
        }
        entries.insert(self::key(this), this);
        let short = this.len() <= 260 && this.chars().count() <= 60 && !this.contains(['。', '；']);
        let plain = style.is_some()
            && !entry
            && i > first + 2
            && words.title_tail(this)
            && marker::mark(this, |_| false, words).is_none();
        if !(entry || short) || plain {
            return i;
        }
    }
    // Nothing but short lines to the end: a list of contents that heads nothing is not trusted beyond its own lines.
    let end = (first..lines.len()).take_while(|i| style_or_leader(slice(text, &lines[*i]), words)).count();
    first + end
}

fn style_or_leader(line: &str, words: &Numbering) -> bool {
    leader(line) || style(line, words).is_some()
}

fn style(line: &str, words: &Numbering) -> Option<(marker::Style, Option<u16>)> {
    marker::mark(line, |_| false, words).filter(|m| m.firm == marker::Firm::Sure).map(|m| (m.style, m.value))
}

/// A line without page number, dots and signs, for comparing an entry with its heading.
fn key(line: &str) -> String {
    let line = line.split("PAGEREF").next().unwrap_or(line);
    let end = line.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || "-页頁第.·…．_—".contains(c));
    end.chars().filter(|c| c.is_alphanumeric()).collect()
}
