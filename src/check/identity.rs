//! One report, one year and one organisation: title, cover, tables and body name the same.

use memchr::memmem;

use super::Ctx;
use crate::model::{Finding, Span, Verdict};

/// Lines that name the year reported on name the same; no rule is cited that is younger than the report can be.
pub(super) fn year(ctx: &Ctx<'_>, words: &[String], labels: &[String], unless: &[String], out: &mut Vec<Finding>) {
    let Some(year) = ctx.report.year else { return };
    let (text, view) = (ctx.text(), ctx.report.view);
    let body = view.of(text);
    let mut seen = 0;
    let mut others: Vec<(i16, Span)> = Vec::new();
    for at in memmem::find_iter(body.as_bytes(), "年".as_bytes()) {
        let at = view.start as usize + at;
        let Some((other, start)) = year_before(text, at) else { continue };
        seen += u32::from(other == year);
        let place = Span::new(start, at);
        if other == year || others.len() > 64 {
            continue;
        }
        others.push((other, place));
        let line = line_of(text, place.start);
        let (before, behind) = (&text[line.0..start], &text[at..line.1]);
        // A span of years, or a line about another year on purpose.
        let span = before.ends_with(['-', '至', '到', '—', '~', '、'])
            || behind.starts_with("年-")
            || behind.starts_with("年至");
        let named = words.iter().any(|w| behind.contains(w.as_str()));
        let labelled = labels.iter().any(|l| before.ends_with(l.as_str()));
        let alone =
            before.trim_matches(['(', ' ']).is_empty() && matches!(behind.trim_end_matches([')', ' ']), "年" | "年度");
        let heading = !text[line.0..line.1].contains(['，', '。', '；']) && behind.chars().count() <= 40;
        let told = text[line.0..line.1].contains("报告如下") || text[line.0..line.1].contains("汇报如下");
        let excused = unless.iter().any(|w| text[line.0..line.1].contains(w.as_str()));
        if span || excused || !(labelled || named && (heading || told) || alone && line.1 - line.0 < 24) {
            continue;
        }
        let message = format!("报告年度为{year}年，“{}”写的是{other}年。", shortened(&text[line.0..line.1]));
        out.push(ctx.finding(Verdict::Suspect, message, vec![ctx.place(place)], None, None));
        return;
    }
    // The year is named in the title alone and the body speaks of another throughout.
    if let Some(&(most, place)) = others.first()
        && seen <= 1
        && others.len() >= 4
        && others.iter().all(|(other, _)| *other == most)
    {
        let message = format!("报告年度为{year}年，正文通篇写的是{most}年（{}处）。", others.len());
        out.push(ctx.finding(Verdict::Suspect, message, vec![ctx.place(place)], None, None));
        return;
    }
    for at in memmem::find_iter(body.as_bytes(), "〔".as_bytes()) {
        let at = view.start as usize + at + "〔".len();
        let Some(number) = text.get(at..at + 4).and_then(|d| d.parse::<i16>().ok()) else { continue };
        // A report on 2022 is written in 2023, after the rules of that year.
        if number > year + 1 && number < 2100 && text[at + 4..].starts_with('〕') {
            let from = text[..at].rfind(['，', '。', '、', '(', '《', '\n', '；']).map_or(0, |p| p + 1);
            let from = (from..at).find(|p| text.is_char_boundary(*p)).unwrap_or(at);
            let end = text[at..].find('号').map_or(at + 4, |n| at + n + "号".len()).min(at + 24);
            let end = (end..=text.len()).find(|e| text.is_char_boundary(*e)).unwrap_or(at + 4);
            let message = format!("报告年度为{year}年，引用的文件“{}”是{number}年的。", shortened(&text[from..end]));
            let place = ctx.place(Span::new(at, at + 4));
            out.push(ctx.finding(Verdict::Suspect, message, vec![place], None, None));
            return;
        }
    }
}

/// The year whose last digit stands right before `at`, and where it begins.
fn year_before(text: &str, at: usize) -> Option<(i16, usize)> {
    let start = at.checked_sub(4)?;
    let digits = text.get(start..at)?;
    let alone = !text[..start].ends_with(|c: char| c.is_ascii_digit() || c == '.');
    let year: i16 = digits.parse().ok().filter(|y| (1990..=2099).contains(y))?;
    alone.then_some((year, start))
}

fn line_of(text: &str, at: u32) -> (usize, usize) {
    let at = at as usize;
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    (start, text[at..].find('\n').map_or(text.len(), |n| at + n))
}

fn shortened(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= 40 { line.to_owned() } else { line.chars().take(40).chain(['…']).collect() }
}

/// Labels of the organisation name the one that reports; the body calls itself what the name ends in.
pub(super) fn org(ctx: &Ctx<'_>, labels: &[String], selves: &[(String, Vec<String>)], out: &mut Vec<Finding>) {
    let Some(org) = ctx.report.org.as_ref() else { return };
    let (text, view) = (ctx.text(), ctx.report.view);
    let body = view.of(text);
    let families = &ctx.patterns.families;
    let own = plain(&org.text);
    // The organisation in the title, where it is not what the report's was read from.
    let mut named: Vec<(String, Span)> = Vec::new();
    for label in labels {
        for at in memmem::find_iter(body.as_bytes(), label.as_bytes()) {
            let at = view.start as usize + at;
            let behind = at + label.len();
            if at > 0 && !text[..at].ends_with(['\n', ' ', ')']) {
                continue;
            }
            let rest = text[behind..].trim_start_matches(|c: char| "(盖公签章)".contains(c));
            let Some(value) = rest.strip_prefix([':', '\n']) else { continue };
            let value = value.trim_start_matches([' ', '\n']);
            let end = value.find(['\n', ' ', '(', '，', '。']).unwrap_or(value.len());
            let from = text.len() - value.len();
            let name = &value[..end];
            if families.ends_org(name) && name.chars().count() >= 4 {
                named.push((name.to_owned(), Span::new(from, from + end)));
            }
        }
    }
    if let Some(title) = &ctx.report.title {
        let title_org = in_title(&title.text, families);
        named.extend(title_org.map(|name| (name.to_owned(), Span { start: u32::MAX, end: u32::MAX })));
    }
    for (name, place) in &named {
        let other = plain(name);
        if alike(&own, &other) {
            continue;
        }
        let (what, at) = match (&ctx.report.title, place.start) {
            (Some(title), u32::MAX) => ("标题写的是", title.span),
            _ => ("填报的单位是", ctx.place(*place)),
        };
        let message = format!("报告单位为“{}”，{what}“{name}”。", org.text);
        out.push(ctx.finding(Verdict::Suspect, message, vec![org.span, at], None, None));
        return;
    }
    // 我局 in the report of a centre: left over from another's.
    let mut spoken: Vec<(usize, u32, usize)> = Vec::new();
    for at in memmem::find_iter(body.as_bytes(), "我".as_bytes()) {
        let at = view.start as usize + at;
        let behind = &text[at + "我".len()..];
        let Some(i) = selves.iter().position(|(word, _)| behind.starts_with(word.as_str())) else { continue };
        match spoken.iter_mut().find(|(k, ..)| *k == i) {
            Some((_, n, _)) => *n += 1,
            None => spoken.push((i, 1, at)),
        }
    }
    let fits = |i: usize| selves[i].1.iter().any(|w| own.contains(w.as_str()));
    let all: u32 = spoken.iter().map(|(_, n, _)| n).sum();
    if let Some((i, n, at)) = spoken.iter().filter(|(i, ..)| !fits(*i)).max_by_key(|(_, n, _)| *n)
        && *n >= 2
        && (*n * 2 > all || spoken.iter().any(|(k, ..)| fits(*k)))
    {
        let word = &selves[*i].0;
        let place = ctx.place(Span::new(*at, at + "我".len() + word.len()));
        let message = format!("报告单位为“{}”，文中自称“我{word}”{n}处，可能是照搬其他单位的文字。", org.text);
        out.push(ctx.finding(Verdict::Suspect, message, vec![org.span, place], None, None));
    }
}

/// The organisation before the year or behind it: `某局2022年度…`, `2022年度某局部门整体…`.
fn in_title<'t>(title: &'t str, families: &crate::patterns::Families) -> Option<&'t str> {
    let at = title
        .find("年")
        .filter(|at| *at >= 4 && title.get(at - 4..*at).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit())))?;
    let before = title[..at - 4].trim_matches(['(', ' ', '《']);
    if !before.is_empty() {
        return (families.ends_org(before) && before.chars().count() >= 5).then_some(before);
    }
    let behind = title[at + "年".len()..].trim_start_matches(['度', ' ']);
    let end = ["部门", "整体", "单位", "(", "预算", "决算"].iter().filter_map(|w| behind.find(w)).min()?;
    let name = &behind[..end];
    (families.ends_org(name) && name.chars().count() >= 5).then_some(name)
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && !"()（）·-".contains(*c)).collect()
}

/// Whether one may be a short or a fuller form of the other: all characters of the shorter stand in the longer, in order.
fn alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) };
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|l| l == c))
}
