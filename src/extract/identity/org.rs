//! The organisation that reports: from a label, the title, the signature or the first sentence.

use super::title::Title;
use super::{Flat, Page, Row, year};
use crate::model::{Printed, Span};
use crate::patterns::Families;

/// The organisation, from the surest place that names it.
pub(super) fn find(page: &Page, title: Option<&Title>, flat: Option<&Flat>, families: &Families) -> Option<Printed> {
    let words = flat.map_or("", |f| f.text.as_str());
    let named = flat.zip(in_title(words, page, families));
    let labelled = label(page, title, words, families);
    if let Some((label, flat)) = &labelled {
        let cut_off = named.as_ref().is_some_and(|(_, n)| {
            let name = &words[n.range.clone()];
            name.len() > flat.text.len() && name.starts_with(&flat.text) && !families.ends_org(&flat.text)
        });
        let own = *label != Families::ABOVE;
        if own && (!cut_off || named.is_none()) {
            return Some(flat.printed(page, 0..flat.text.len()));
        }
    }
    let issuer = letterhead(page, families);
    if let Some((flat, name)) = named.as_ref().filter(|(_, n)| n.sure) {
        if let Some(issuer) =
            issuer.filter(|i| i.text.len() > name.range.len() && i.text.starts_with(&words[name.range.clone()]))
        {
            return Some(issuer.printed(page, 0..issuer.text.len()));
        }
        return Some(flat.printed(page, name.range.clone()));
    }
    let whole = |f: Flat| f.printed(page, 0..f.text.len());
    issuer
        .or_else(|| below(page, title, families))
        .or_else(|| signature(page, families))
        .or_else(|| chapter(page, families))
        .or_else(|| first_sentence(page, families))
        .map(whole)
        .or_else(|| named.map(|(flat, name)| flat.printed(page, name.range)))
        .or_else(|| labelled.map(|(_, f)| whole(f)))
}

/// A name in a title.
pub(super) struct Name {
    range: std::ops::Range<usize>,
    /// It is nothing but a name.
    sure: bool,
}

/// Words that stand behind the organisation in a title.
const BEHIND: [&str; 16] = [
    "部门",
    "单位",
    "整体",
    "项目",
    "预算",
    "决算",
    "绩效",
    "自评",
    "财政",
    "专项",
    "基本支出",
    "支出",
    "“三公”",
    "三公",
    "关于",
    "年度",
];

/// Words between the organisation and what the paper is about.
#[rustfmt::skip]
const GENERAL: [&str; 15] = [
    "部门", "单位", "(部门)", "(单位)", "部门(单位)", "单位(部门)", "(部门单位)", "财政", "预算", "年度", "年", "(", "项目和", "的", "、",
];

/// The organisation in a folded title.
pub(super) fn in_title(title: &str, page: &Page, families: &Families) -> Option<Name> {
    let year = year::in_title(title).map(|(_, range)| range);
    let skip = |from: usize| {
        let rest = &title[from..];
        from + rest.len() - rest.trim_start_matches(['(', ')', ':', ' ', '度', '年', '的', '-', '_']).len()
    };
    let about = if title.starts_with("关于") { "关于".len() } else { 0 };
    // `某局关于2022年度…的报告`
    if let Some(at) = title.find("关于").filter(|&at| at > 0)
        && families.ends_org(&title[..at])
    {
        return Some(Name { range: 0..at, sure: true });
    }
    // `某局2022年度…`
    if let Some(year) = &year
        && year.start > about
    {
        let mut start = about;
        // `2023年某局开展2022年度…`
        if let Some(filing) = year::first(&title[about..year.start]) {
            start = skip(about + filing);
        }
        let mut before = title[start..year.start].trim_end_matches(['(', ' ', ':', '-', '《', '“']);
        for verb in ["关于", "开展", "报送", "上报", "组织", "对"] {
            before = before.strip_suffix(verb).unwrap_or(before);
        }
        if is_name(before) && (families.ends_org(before) || follows(&title[skip(year.end)..])) {
            return Some(Name { range: start..start + before.len(), sure: true });
        }
    }
    let from = skip(year.map_or(about, |y| {
        if y.start <= about + 6 || title[..y.start].trim_matches(['(', '关', '于']).is_empty() {
            y.end
        } else {
            about
        }
    }));
    let rest = &title[from..];
    let name = in_words(rest, page, families)?;
    Some(Name { range: from..from + name.0, sure: name.1 })
}

/// How long the name at the start of `words` is, and whether that is sure.
fn in_words(words: &str, page: &Page, families: &Families) -> Option<(usize, bool)> {
    // What the paper is about ends the name: 部门整体支出, 部门决算, 整体绩效.
    let about =
        ["整体", "决算", "预算执行", "部门预算", "“三公”", "三公经费"].iter().filter_map(|w| words.find(w)).min();
    if let Some(at) = about {
        let mut head = &words[..at];
        loop {
            let shorter = GENERAL.iter().find_map(|w| head.strip_suffix(w));
            match shorter {
                // `…财政局` ends with 局; a bare 财政 or 部门 is no name.
                Some(shorter) => head = shorter,
                None => break,
            }
        }
        if is_name(head) && (families.ends_org(head) || head.chars().count() >= 4 && !head.contains("项目")) {
            return Some((head.len(), true));
        }
    }
    // `某县水利局农村饮水安全项目支出…`: every place where a name may end; the text tells which one it is.
    let mut ends: Vec<usize> = words
        .char_indices()
        .skip(1)
        .map(|(i, _)| i)
        .filter(|&i| i <= 90 && families.ends_org(&words[..i]) && is_name(&words[..i]))
        .collect();
    ends.retain(|&i| words[..i].chars().count() >= 4);
    let said = |end: usize| {
        let (name, next) = (&words[..end], words[end..].chars().next());
        // Not where the title itself or a longer name stands.
        let mut seen = page.text.match_indices(name).take(40);
        seen.any(|(i, _)| {
            let after = page.text[i + name.len()..].chars().next();
            after != next && after != Some('\n') || after.is_none()
        })
    };
    if let Some(&end) = ends.iter().rev().find(|&&end| said(end)) {
        return Some((end, true));
    }
    // `我站` in the text says what kind of organisation writes it.
    let own = |end: usize| {
        let kind = families.org_suffix(&words[..end]);
        let mut mine = ["我", "本"].iter().flat_map(|me| page.text.match_indices(me).take(400));
        mine.any(|(i, me)| page.text[i + me.len()..].starts_with(kind))
    };
    if let Some(&end) = ends.iter().find(|&&end| own(end)) {
        return Some((end, true));
    }
    let end = ends.into_iter().find(|&end| {
        follows(&words[end..])
            || ["局", "委员会", "办公室", "厅", "街道办事处", "政府"].iter().any(|s| words[..end].ends_with(s))
    })?;
    Some((end, follows(&words[end..])))
}

/// Whether a word that stands behind names comes next.
fn follows(rest: &str) -> bool {
    BEHIND.iter().any(|w| rest.starts_with(w)) || rest.starts_with(['(', '本'])
}

/// Not a word for organisations in general, nor a place alone.
fn is_name(text: &str) -> bool {
    let n = text.chars().count();
    (3..=40).contains(&n)
        && text.chars().filter(|c| crate::text::fold::is_han(*c)).count() * 3 >= n * 2
        && !text.contains(['。', '；', '，', ':', '、', '?', '《', '》', '_'])
        && !["年初", "全年", "预算数", "执行数", "分值", "得分"].iter().any(|w| text.contains(w))
        && !["级", "全县", "全市", "全区", "全省", "部门", "单位", "各单位", "项目", "年度", "财政"]
            .iter()
            .any(|w| text.ends_with(w))
        && !(n <= 6
            && text.ends_with(['区', '县', '市', '省', '州', '旗'])
            && !text.ends_with("社区")
            && !text.ends_with("园区")
            && !text.ends_with("开发区"))
        && !["本", "我", "该", "其", "各", "全", "现", "按", "根据", "为", "一是", "负责", "主要"]
            .iter()
            .any(|w| text.starts_with(w) && !text.starts_with("全国") && !text.starts_with("本溪"))
}

/// The value of the surest label among the first lines.
fn label(page: &Page, title: Option<&Title>, words: &str, families: &Families) -> Option<(usize, Flat)> {
    let mut best: Option<(usize, Flat)> = None;
    let title = title.map_or(Span::default(), |t| Span { start: t.start(), end: t.end() });
    for (i, row) in page.head.iter().enumerate() {
        if title.contains(row.span()) || page.in_contents(row) || row.text.len() > 600 {
            continue;
        }
        for (label, at) in labels(row.text, families) {
            if best.as_ref().is_some_and(|(known, _)| *known <= label) {
                continue;
            }
            if let Some(value) = value(page, i, at, label, words, families) {
                best = Some((label, value));
            }
        }
    }
    best
}

/// Labels in a line: at its start, behind a space, and before each colon.
fn labels(line: &str, families: &Families) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let starts = std::iter::once(0).chain(line.match_indices(' ').map(|(i, _)| i + 1));
    for start in starts.take(12) {
        let body = line[start..].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '、'));
        if let Some((label, end)) = families.org_label(body) {
            found.push((label, line.len() - body.len() + end));
        }
    }
    for (colon, _) in line.match_indices(':').take(8) {
        // The longest label that ends at this colon.
        let from = line[..colon].char_indices().rev().take(18).last().map_or(0, |(i, _)| i);
        let hit = line[from..colon].char_indices().find_map(|(i, _)| {
            let (label, end) = families.org_label(&line[from + i..])?;
            (line[from + i..from + i + end].trim_end_matches([' ', '_']).len() == colon + 1 - from - i)
                .then_some((label, from + i + end))
        });
        if let Some(hit) = hit.filter(|h| !found.contains(h)) {
            found.push(hit);
        }
    }
    found
}

/// The value behind a label: on its line, on the next one, or broken over both.
fn value(page: &Page, i: usize, at: usize, label: usize, title: &str, families: &Families) -> Option<Flat> {
    let row = page.head[i];
    let mut pieces: Vec<Span> = Vec::new();
    let mut piece = |row: &Row, from: usize| {
        let text = &row.text[from..];
        let body = text.trim_start_matches(['_', ' ', ':', '(', '—', '-']);
        let start = row.text.len() - body.len();
        let end = families.org_stop(body).min(body.find([' ', '_', '；', '。', '，']).unwrap_or(body.len()));
        let body = body[..end].trim_end_matches(['_', ' ', '(', '-', '/']);
        if !body.is_empty() {
            let start = row.at as usize + start;
            pieces.push(Span::new(start, start + body.len()));
        }
        body.len() == text.trim_start_matches(['_', ' ', ':', '(', '—', '-']).len()
    };
    let whole = piece(&row, at);
    let flat = |pieces: &[Span]| Flat::of(page, pieces);
    let usable = |row: &&Row| {
        row.chars() <= 40
            && labels(row.text, families).is_empty()
            && !row.text.contains([':', '。', '；', '，'])
            && families.org_stop(row.text) > 0
            && !row.text.starts_with(|c: char| c.is_ascii_digit() || c == '(' || c == '第')
            && !row.text.contains('、')
    };
    let next = page.head.get(i + 1).filter(usable);
    if pieces.is_empty() {
        let next = next?;
        pieces.push(next.span());
        let name = flat(&pieces);
        if !families.ends_org(&name.text)
            && let Some(after) = page.head.get(i + 2).filter(usable)
            && families.ends_org(after.text)
            && after.chars() <= 15
        {
            pieces.push(after.span());
        }
    } else if let Some(next) = next.filter(|n| whole && n.chars() <= 20) {
        let name = flat(&pieces);
        let joined = format!("{}{}", name.text, next.text);
        let broken = !families.ends_org(&name.text) && families.ends_org(&joined);
        if broken || title.contains(&joined) {
            pieces.push(next.span());
        }
    }
    let name = flat(&pieces);
    let known = families.ends_org(&name.text) || title.contains(&name.text);
    let sure = label < 2 && name.text.chars().count() <= 25 && !name.text.contains(|c: char| c.is_ascii_digit());
    let name_like = is_name(&name.text) || name.text.chars().count() == 2 && known;
    (name_like && (known || sure)).then_some(name)
}

/// The organisation on a line of its own right under the title.
fn below(page: &Page, title: Option<&Title>, families: &Families) -> Option<Flat> {
    let end = title?.end();
    let row = page.head.iter().find(|row| row.at >= end)?;
    let name = stamp(row.text.trim_matches(['(', ')']));
    let from = row.text.find(name)?;
    let at = row.at as usize + from;
    (families.ends_org(name) && is_name(name) && name.chars().count() <= 25)
        .then(|| Flat::of(page, &[Span::new(at, at + name.len())]))
}

/// `某县财政局文件` above a document number.
fn letterhead(page: &Page, families: &Families) -> Option<Flat> {
    let number = page.head.iter().take(12).position(|row| super::title::document_number(row.text))?;
    page.head[..number].iter().rev().find_map(|row| {
        let name = row.text.trim_end_matches("文件").trim_end_matches("会议纪要").trim_end();
        (families.ends_org(name) && is_name(name))
            .then(|| Flat::of(page, &[Span::new(row.at as usize, row.at as usize + name.len())]))
    })
}

/// `某区水利局` above a date, or before one on the same line.
fn signature(page: &Page, families: &Families) -> Option<Flat> {
    let mut before: Option<Row> = None;
    let mut found = None;
    for row in page.rows() {
        let text = row.text;
        if let Some(date) = date(text).filter(|_| text.len() <= 150) {
            // The name stands before the date or on the line above it.
            let same = stamp(&text[..date]);
            let above = before.filter(|_| same.is_empty());
            let (at, name) = above.map_or((row.at, same), |above| (above.at, stamp(above.text)));
            if families.ends_org(name) && is_name(name) {
                found = Some(Span::new(at as usize, at as usize + name.len()));
            }
        }
        before = Some(row);
    }
    found.map(|span| Flat::of(page, &[span]))
}

/// Where a full date starts that ends `line`.
fn date(line: &str) -> Option<usize> {
    if !line.ends_with(['日', '号']) && !line.ends_with(|c: char| c.is_ascii_digit()) && !line.ends_with('月') {
        return None;
    }
    let start =
        line.find("20").into_iter().chain(line.find("二〇")).chain(line.find("二○")).chain(line.find("二零")).min()?;
    let body = &line[start..];
    let marks = body.chars().filter(|c| matches!(c, '年' | '月' | '日' | '-' | '.' | '/')).count();
    let other = body.chars().any(|c| !c.is_ascii_digit() && !"年月日-./ 〇○零一二三四五六七八九十".contains(c));
    (marks >= 2 && !other).then_some(start)
}

fn stamp(name: &str) -> &str {
    let name = name.trim_end_matches([' ', '_']);
    let name = name
        .strip_suffix(')')
        .and_then(|n| n.rfind('(').map(|i| &n[..i]).filter(|_| n.ends_with('章')))
        .unwrap_or(name);
    name.trim_end_matches([' ', ':'])
}

/// `第一部分 某县人民政府办公室概况`
fn chapter(page: &Page, families: &Families) -> Option<Flat> {
    page.head.iter().find_map(|row| {
        let core = row.text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '…' | '·' | ' '));
        let name = core.strip_suffix("概况")?;
        let from = name.strip_prefix("第一部分").map_or(0, |n| name.len() - n.trim_start_matches(' ').len());
        let name = &name[from..];
        let start = row.at as usize + from;
        (families.ends_org(name) && is_name(name)).then(|| Flat::of(page, &[Span::new(start, start + name.len())]))
    })
}

/// `某区营商环境中心成立于2019年`, `某局(以下简称“我局”)`
fn first_sentence(page: &Page, families: &Families) -> Option<Flat> {
    const VERBS: [&str; 13] =
        ["(以下简称", "成立于", "为", "是", "系", "属", "隶属", "内设", "现有", "共有", "核定", "机关", "根据"];
    page.head.iter().filter(|r| r.text.len() > 30).find_map(|row| {
        let text = row.text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '、' | '(' | ')'));
        let start = row.text.len() - text.len();
        let head = super::cut(text, 120);
        // 根据…要求，某县水务局对2020年度…项目进行了绩效自评
        if let Some(by) = head_of_clause(row.text, families) {
            let at = row.at as usize + by.start;
            return Some(Flat::of(page, &[Span::new(at, at + by.len())]));
        }
        let end = VERBS
            .iter()
            .filter_map(|v| head.find(v))
            .filter(|&end| families.ends_org(&head[..end]) && is_name(&head[..end]))
            .min()?;
        (head[..end].chars().count() >= 4)
            .then(|| Flat::of(page, &[Span::new(row.at as usize + start, row.at as usize + start + end)]))
    })
}

/// The organisation at the head of a clause that says what it assessed: `，某县水务局对2020年度…`.
fn head_of_clause(line: &str, families: &Families) -> Option<std::ops::Range<usize>> {
    let window = super::cut(line, 600);
    ["对20", "对本", "组织对", "认真组织", "组织开展", "开展了"].iter().find_map(|verb| {
        window.match_indices(verb).find_map(|(at, _)| {
            let from = window[..at]
                .rfind(['，', '。', '；', ')', '》', ':', ' '])
                .map_or(0, |i| i + window[i..].chars().next().map_or(0, char::len_utf8));
            let name = &window[from..at];
            (name.chars().count() >= 4 && families.ends_org(name) && is_name(name)).then_some(from..at)
        })
    })
}
