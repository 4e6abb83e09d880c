//! Lines and candidates in, the reports of the file out: where each begins and what its title is.

use super::item::{Class, Item};
use super::line::{Line, Role};
use super::marker;
use crate::model::{Marker, TopicId};
use crate::patterns::{Known, Numbering, Patterns};

/// A title over one or several lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Title {
    /// Its first line.
    pub first: usize,
    /// Its last line.
    pub last: usize,
    /// The paper reports, so that another one may begin here.
    pub report: bool,
}

/// Finds the titles and marks their lines.
pub(super) fn titles(text: &str, lines: &mut [Line], patterns: &Patterns) -> Vec<Title> {
    let words = &patterns.numbering;
    let mut out: Vec<Title> = Vec::new();
    let mut i = 0;
    while i < lines.len() {
        let from = out.last().map_or(0, |t| t.last + 1);
        let title = title(text, lines, i, words, from).filter(|t| {
            // `支出决算情况说明` is a chapter, `部门整体支出绩效自评表` may be a paper.
            let reading = patterns.topics.read(slice(text, &lines[t.last.min(i)]));
            let annex = |t: &TopicId| patterns.topics.get(*t).id.starts_with("annex");
            // A form behind 附件1 is a section of the report that it is attached to.
            let above = t.first.checked_sub(1).map(|b| slice(text, &lines[b]));
            let attached = above.is_some_and(|a| a.starts_with("附") && a.len() <= 24);
            if attached && from > 0 && slice(text, &lines[i]).contains('表') {
                return false;
            }
            let head = from == 0 && i < 6 && t.report;
            head || t.first < t.last || reading.known < Known::Title || reading.topics.iter().all(annex)
        });
        let Some(title) = title else {
            i += 1;
            continue;
        };
        for line in &mut lines[title.first..=title.last] {
            line.role = Role::Title;
        }
        i = title.last + 1;
        out.push(title);
    }
    out
}

fn slice<'a>(text: &'a str, line: &Line) -> &'a str {
    &text[line.view.0..line.view.1]
}

/// A line of a title that says nothing of what paper it is.
fn loose(line: &str, words: &Numbering) -> bool {
    let n = line.chars().count();
    (2..=45).contains(&n)
        && !line.contains(['。', '；', ':', '，', '〔', '|', '□', '√', '☑'])
        && line.chars().any(|c| (c as u32) >= 0x3400)
        && !words.not_title(line)
        && !date(line)
        && marker::mark(line, |_| false, words).is_none_or(|m| m.firm != marker::Firm::Sure)
}

/// `2023年3月15日`, `二〇二三年三月`
fn date(line: &str) -> bool {
    line.chars().all(|c| c.is_ascii_digit() || "年月日〇零一二三四五六七八九十.-/ ".contains(c))
}

/// The title that ends in line `i`, if one does. Lines before `from` are taken.
fn title(text: &str, lines: &[Line], i: usize, words: &Numbering, from: usize) -> Option<Title> {
    let line = slice(text, &lines[i]);
    if !lines[i].open() || line.len() > 260 {
        return None;
    }
    let bare = unbracketed(line);
    let tail = bare.ends_with([
        '告', '表', '价', '评', '况', '结', '料', '算', '开', '明', '知', '法', '案', '报', '函', '意', '见', '书',
    ]);
    if !tail || !loose(line, words) && !quoted(line, words) {
        return None;
    }
    let joined = |a: usize, b: usize| lines[a..=b].iter().map(|l| slice(text, l)).collect::<String>();
    let mut first = i;
    let own = words.title_tail(bare) && bare.chars().count() > 4;
    if !own {
        // 评报告 | 自评报告: the word that names the paper is broken over two lines.
        let before =
            i.checked_sub(1).filter(|b| *b >= from && lines[*b].open() && loose(slice(text, &lines[*b]), words))?;
        if bare.chars().count() > 14 || !words.title_tail(unbracketed(&joined(before, i))) {
            return None;
        }
        first = before;
    }
    // Titles end in many words; within a report only the name of a report counts.
    let named = {
        let all = joined(first, i);
        let all = unbracketed(&all).to_owned();
        let strong = ["自评", "评价", "绩效", "决算", "三公", "整改", "评估"].iter().any(|w| all.contains(w));
        (words.report_tail(&all) && strong, strong || all.starts_with("关于"), all)
    };
    // At the head of a file any paper's name will do; the file may be a notice or minutes.
    if !(named.1 || from == 0 && i < 12) || named.2.starts_with("关于") && !named.2.contains('的') {
        return None;
    }
    while first > from && i - first < 3 {
        let Some(before) = first.checked_sub(1).filter(|b| lines[*b].open()) else { break };
        let above = slice(text, &lines[before]);
        let joins = loose(above, words) && !named.2.contains(above) && !words.title_tail(above);
        // In the middle of a file only a year, an unfinished name or that of an organisation above a title that begins with its
        // year joins; a signature, under which its date stands, does not.
        let own = slice(text, &lines[first]).starts_with("20")
            && above.chars().count() >= 4
            && above.ends_with([
                '局', '心', '委', '办', '站', '所', '院', '校', '会', '厅', '处', '镇', '乡', '队', '馆', '园', '场',
                '道', '府',
            ])
            && before.checked_sub(1).is_none_or(|b| !date(slice(text, &lines[b])));
        let start = before < 6 || own || above.contains('年') || above.ends_with(['部', '门', '位', '化', '体', '目']);
        if !joins || !start {
            break;
        }
        first = before;
    }
    let mut last = i;
    // `某局关于2022年度绩效自评` | `抽查复核情况的通报`
    let closed =
        |t: &str| unbracketed(t).ends_with(['告', '知', '报', '函', '见', '法', '案', '表', '明', '定', '复', '书']);
    if first == i
        && line.contains("关于")
        && !closed(line)
        && let Some(next) = lines.get(i + 1).filter(|l| l.open()).map(|l| slice(text, l))
        && loose(next, words)
        && closed(next)
        && next.chars().count() <= 24
    {
        last = i + 1;
    }
    if let Some(next) = lines.get(i + 1).filter(|l| l.open() && last == i) {
        let next = slice(text, next);
        let note =
            ["20", "提纲", "模板", "格式", "试行", "参考", "样本", "公开", "范本"].iter().any(|w| next.contains(w));
        if note && next.starts_with('(') && next.ends_with(')') && next.chars().count() <= 14 {
            last = i + 1;
        }
    }
    Some(Title { first, last, report: named.0 })
}

/// `关于〈…〉的通知` may hold quotation marks and document numbers.
fn quoted(line: &str, words: &Numbering) -> bool {
    line.starts_with("关于")
        && line.chars().count() <= 60
        && words.title_tail(line)
        && !line.contains(['。', '；', '，', ':'])
}

/// `自评表(2022年度)` → `自评表`
fn unbracketed(line: &str) -> &str {
    match line.strip_suffix(')').and_then(|inner| inner.rfind('(')) {
        Some(at) if at > 0 => line[..at].trim_end(),
        _ => line,
    }
}

/// Where a report begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// Its first line.
    pub line: usize,
    /// Its title: an index into the titles.
    pub title: Option<usize>,
}

/// Where the reports of the file begin: with the file, and at each report's title behind which the numbering begins again.
pub(super) fn starts(text: &str, titles: &[Title], items: &[Item], lines: &[Line]) -> Vec<Start> {
    let words = |t: &Title| lines[t.first..=t.last].iter().map(|l| slice(text, l)).collect::<String>();
    let heads = |a: usize, b: usize| {
        let inside = items.partition_point(|i| i.line < a)..items.partition_point(|i| i.line < b);
        items[inside].iter().filter(|i| i.class == Class::Heading)
    };
    let chapter = |i: &&Item| {
        i.style.is_some_and(|s| matches!(s.marker, Marker::Han | Marker::Arabic | Marker::Part | Marker::HanBracketed))
    };
    // A title behind chapters is not that of the chapters.
    let own = titles.first().is_some_and(|t| heads(0, t.first).filter(chapter).count() < 2);
    let mut out = vec![Start { line: 0, title: own.then_some(0) }];
    let mut begun = if own { titles[0].last } else { 0 };
    for (n, title) in titles.iter().enumerate().skip(usize::from(own)).filter(|(_, t)| t.report) {
        let until = titles[n + 1..].iter().find(|t| t.report).map_or(lines.len(), |t| t.first);
        let before =
            heads(begun, title.first).filter(chapter).count() >= 2 || lines[begun..title.first].iter().any(|l| l.table);
        let again = heads(title.last, until).find(chapter).is_some_and(|i| i.value == Some(1));
        let table = lines.get(title.last + 1).is_some_and(|l| l.table);
        // The title of a report that stands again is a running head; forms of one title follow each other.
        let all = words(title);
        let again_head = !unbracketed(&all).ends_with('表')
            && all.chars().count() >= 10
            && titles[..n].iter().any(|t| words(t) == all);
        if before && (again || table) && !again_head {
            out.push(Start { line: title.first, title: Some(n) });
            begun = title.last;
        }
    }
    out
}
