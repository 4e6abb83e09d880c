//! Candidates in, decided candidates out: the items of one list decide about each other.

use smallvec::SmallVec;

use super::item::{Class, Item};
use crate::model::Marker;

/// Sets aside what only looks like headings: the list behind 附件：, and makes a label that comes back (`整改措施：` under each
/// problem) more of a heading.
pub(super) fn tidy(text: &str, items: &mut [Item]) {
    for i in 0..items.len() {
        let annex = items[i].style.is_some_and(|s| s.marker == Marker::Annex);
        if annex && (items[i].class == Class::Sentence || items[i].value.is_none()) {
            let mut line = items[i].line;
            for j in i + 1..items.len() {
                let arabic = items[j].style.is_some_and(|s| matches!(s.marker, Marker::Arabic | Marker::Annex));
                if !arabic || items[j].line > line + 1 {
                    break;
                }
                line = items[j].line;
                items[j].class = Class::Sentence;
                items[i].class = Class::Sentence;
            }
        }
    }
    let title = |i: &Item| &text[i.title.0..i.title.1];
    let weak: Vec<usize> = (0..items.len())
        .filter(|i| items[*i].class == Class::Bare && items[*i].inline && items[*i].score < 0)
        .collect();
    for pair in weak.windows(2) {
        if title(&items[pair[0]]) == title(&items[pair[1]]) {
            items[pair[0]].score = 5;
            items[pair[1]].score = 5;
        }
    }
}

/// Lets the items of one list decide about those that are open: short noun phrases make headings of each other, sentences
/// make sentences.
pub(super) fn settle(items: &mut [Item]) {
    let mut done = vec![false; items.len()];
    for first in 0..items.len() {
        let (Some(style), Some(mut last)) = (items[first].style, items[first].value) else { continue };
        if done[first] {
            continue;
        }
        let mut list: SmallVec<[usize; 12]> = SmallVec::new();
        list.push(first);
        for (i, item) in items.iter().enumerate().skip(first + 1).take(400) {
            let (Some(s), Some(v)) = (item.style, item.value) else { continue };
            // A chapter ends every list inside it.
            if s != style && s.rank() < style.rank() && item.class == Class::Heading && s.rank() <= 8 {
                break;
            }
            if s != style {
                continue;
            }
            if v < last || v > last + 2 {
                break;
            }
            list.push(i);
            last = v;
        }
        // What follows the last of a list whose others have no text is not its own text either.
        if let Some((&end, others)) = list.split_last()
            && !others.is_empty()
            && others.iter().all(|i| !items[*i].own)
            && items[end].own
            && !items[end].inline
            && items[end].class == Class::Open
            && style.rank() > 9
        {
            items[end].score -= 14;
        }
        let votes = |skip: usize| -> i32 {
            let others = list.iter().filter(|i| **i != skip);
            let (mut sum, mut n) = (0, 0);
            for &i in others {
                sum += match items[i].class {
                    Class::Heading => 25,
                    Class::Sentence => -15,
                    _ => items[i].score.clamp(-25, 25),
                };
                n += 1;
            }
            if n == 0 { 0 } else { sum / n }
        };
        let verdicts: SmallVec<[(usize, bool); 12]> = list
            .iter()
            .filter(|i| items[**i].class == Class::Open)
            .map(|&i| (i, items[i].score + votes(i) * 3 / 5 > 0))
            .collect();
        for (i, heading) in verdicts {
            items[i].class = if heading { Class::Heading } else { Class::Sentence };
        }
        for i in list {
            done[i] = true;
        }
    }
    for item in items.iter_mut().filter(|i| i.class == Class::Open) {
        item.class = if item.score > 0 { Class::Heading } else { Class::Sentence };
    }
}
