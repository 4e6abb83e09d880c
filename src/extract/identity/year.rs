//! The fiscal year that a report is about; never the year in which it was written.

use std::collections::BTreeMap;

use super::title::Title;
use super::{Page, cut};

/// A year in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Year {
    value: i16,
    start: usize,
    /// Behind 年 or 年度, where they stand.
    end: usize,
    /// 年 stands behind it.
    named: bool,
    /// 年度 stands behind it.
    fiscal: bool,
    /// A month or a day stands behind it.
    date: bool,
}

/// The year in the title, under it, or everywhere in the text.
pub(super) fn find(page: &Page, title: Option<&Title>, words: &str) -> Option<i16> {
    in_title(words).map(|y| y.0).or_else(|| under(page, title)).or_else(|| in_body(cut(page.text, 60_000)))
}

/// The fiscal year in a title, and where it is printed.
pub(super) fn in_title(title: &str) -> Option<(i16, std::ops::Range<usize>)> {
    let years: Vec<Year> = years(title).filter(|y| !y.date).collect();
    let range = |i: usize| {
        years.get(i + 1).is_some_and(|next| {
            let between = title[years[i].end..next.start].trim_matches(['(', ')']);
            matches!(between, "-" | "—" | "~" | "至" | "–" | "、" | "——" | "--")
        })
    };
    let mut at = years.iter().position(|y| y.fiscal).or_else(|| {
        // `2023年开展2022年…自评`: the year of filing comes first.
        let filing = ["开展", "报送", "上报", "组织", "关于"]
            .iter()
            .any(|w| years.first().is_some_and(|y| title[y.end..].starts_with(w)));
        (!years.is_empty()).then(|| if filing { years.len() - 1 } else { 0 })
    })?;
    while range(at) {
        at += 1;
    }
    let y = years[at];
    // A range is one date: `2020-2022年度` starts at its first year.
    let mut first = at;
    while first > 0 && range(first - 1) {
        first -= 1;
    }
    Some((y.value, years[first].start..y.end))
}

/// Where the first year of `text` ends.
pub(super) fn first(text: &str) -> Option<usize> {
    years(text).next().map(|y| y.end)
}

/// `(2022年度)`, `2022年度`, `预算年度:2022` on a line of its own beside the title.
fn under(page: &Page, title: Option<&Title>) -> Option<i16> {
    let (start, end) = title.map_or((page.at, page.at), |t| (t.start(), t.end()));
    let behind = page.head.iter().filter(|r| r.at >= end).take(12);
    let before = page.head.iter().rev().filter(|r| r.at < start).take(3);
    behind.chain(before).find_map(|row| {
        let text = row.text;
        if text.len() > 120 {
            return None;
        }
        let year = years(text).find(|y| !y.date)?;
        let before = text[..year.start].trim_matches(['(', '[', '【', '〔', ' ']);
        let after = text[year.end..].trim_start_matches([')', ']', '】', '〕', ' ', '度']);
        let label = ["年度:", "年份:", "年度", "评价期间:", "评价时段:"].iter().any(|l| before.ends_with(l))
            && text[..year.start].chars().count() <= 12;
        let alone = before.is_empty()
            && (after.is_empty()
                || year.fiscal
                    && (after.starts_with("单位") || after.starts_with("金额") || after.starts_with("填报")));
        let unnamed = !year.named && before.is_empty() && !text.starts_with('(');
        (label || alone && !unnamed).then_some(year.value)
    })
}

/// The year that the text is about, where one stands out: mentions with a budget word count, dates and quoted titles do not.
fn in_body(text: &str) -> Option<i16> {
    let mut votes: BTreeMap<i16, u32> = BTreeMap::new();
    for year in years(text) {
        if year.date || quoted(text, year.start) {
            continue;
        }
        let after = cut(&text[year.end..], 36);
        let clause = after.split(['，', '。', '；', '\n']).next().unwrap_or("");
        let budget = ["预算", "决算", "收入", "支出", "年初", "绩效", "自评", "部门", "经费", "全年"]
            .iter()
            .any(|w| clause.contains(w));
        let weight = u32::from(year.named) + 2 * u32::from(year.fiscal) + 2 * u32::from(budget);
        *votes.entry(year.value).or_default() += weight;
    }
    let mut order: Vec<(u32, i16)> = votes.into_iter().map(|(year, n)| (n, year)).collect();
    order.sort_unstable();
    let (most, year) = order.pop()?;
    let second = order.pop().map_or(0, |(n, _)| n);
    (most >= 3 && most >= 2 * second).then_some(year)
}

/// Whether `at` stands between 《 and 》.
fn quoted(text: &str, at: usize) -> bool {
    let from = cut(text, at.saturating_sub(180)).len();
    let before = &text[from..at];
    before.rfind('《').is_some_and(|open| before[open..].find('》').is_none() && !before[open..].contains('\n'))
}

/// Every year from 2000 to 2039 in `text`: `2022`, `20 22年`, `二〇二二年`; not those of document numbers (`〔2022〕5号`).
fn years(text: &str) -> impl Iterator<Item = Year> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text[from..].find(['2', '二'])?;
            let first = if text.as_bytes()[start] == b'2' { 1 } else { '二'.len_utf8() };
            from = start + first;
            if let Some(year) = year_at(text, start) {
                from = year.end;
                return Some(year);
            }
        }
    })
}

fn year_at(text: &str, start: usize) -> Option<Year> {
    let before = text[..start].chars().next_back();
    let (mut value, mut digits, mut end, mut spaced, mut han) = (0i16, 0, start, false, false);
    for c in text[start..].chars() {
        let digit = match c {
            ' ' if digits < 4 => {
                spaced = true;
                end += 1;
                continue;
            }
            '0'..='9' => c as i16 - '0' as i16,
            '〇' | '○' | '零' | 'O' | 'o' | '０' | '◯' | 'Ｏ' if han => 0,
            _ => match "一二三四五六七八九".chars().position(|h| h == c) {
                Some(i) if digits == 0 || han => {
                    han = true;
                    i as i16 + 1
                }
                _ => break,
            },
        };
        if digits == 4 {
            return None;
        }
        value = value * 10 + digit;
        digits += 1;
        end += c.len_utf8();
    }
    if digits != 4 || !(2000..2040).contains(&value) || before.is_some_and(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let rest = text[end..].trim_start_matches(' ');
    let space = text.len() - end - rest.len();
    let number =
        before.is_some_and(|c| "〔[﹝【({".contains(c)) && rest.starts_with(['〕', ']', '﹞', '】', ')', '}']) && {
            let tail = rest.trim_start_matches(['〕', ']', '﹞', '】', ')', '}', ' ']).trim_start_matches('第');
            tail.starts_with(|c: char| c.is_ascii_digit())
        };
    if number {
        return None;
    }
    let named = rest.starts_with('年');
    let fiscal = rest.strip_prefix('年').is_some_and(|r| r.trim_start().starts_with('度'));
    // `20 22` without 年 is two numbers, `二〇二二` without 年 is a name.
    if (spaced || han) && !named {
        return None;
    }
    let tail = rest.strip_prefix('年').unwrap_or(rest).trim_start();
    let month = tail.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = tail.len() - month.len();
    let date = if named {
        (1..=2).contains(&digits) && month.trim_start().starts_with(['月', '-', '至', '~'])
            || han && tail.chars().take(3).any(|c| c == '月')
    } else {
        let mut chars = rest.chars();
        matches!(chars.next(), Some('-' | '.' | '/'))
            && chars.next().is_some_and(|c| c.is_ascii_digit())
            && !rest[1..].starts_with("20")
    };
    // A bare number is a year only before words that a year stands before.
    if !named {
        let amount = rest.starts_with([
            '万', '元', '亿', '个', '人', '名', '户', '亩', '平', '公', '米', '%', '台', '家', '次', '件', '.', ',',
            '分', '吨', '条', '号',
        ]);
        if amount || before.is_some_and(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
    }
    let end = end
        + space
        + if fiscal {
            rest.find('度').map_or(0, |i| i + '度'.len_utf8())
        } else if named {
            '年'.len_utf8()
        } else {
            0
        };
    let end = if named || fiscal { end } else { end - space };
    Some(Year { value, start, end, named, fiscal, date })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fiscal_year_is_read_in_every_form() {
        for (title, year) in [
            ("2022年度某局部门整体支出绩效自评报告", Some(2022)),
            ("某局2022 年部门整体支出绩效自评报告", Some(2022)),
            ("某局二〇二二年度绩效自评报告", Some(2022)),
            ("某局二○二一年绩效自评报告", Some(2021)),
            ("绩效自评表(20 21年度)", Some(2021)),
            ("绩效自评表2021年度)", Some(2021)),
            ("2023年开展2022年度部门整体支出绩效自评报告", Some(2022)),
            ("2023年关于2022年部门整体支出绩效自评报告", Some(2022)),
            ("2022部门整体支出绩效自评报告", Some(2022)),
            ("2020-2022年度某项目绩效自评报告", Some(2022)),
            ("部门整体支出绩效自评报告", None),
            ("20XX年度部门整体支出绩效自评报告", None),
            ("某财绩〔2022〕5号", None),
            ("关于印发(2022)第0011号的通知", None),
        ] {
            assert_eq!(in_title(title).map(|y| y.0), year, "{title}");
        }
    }

    #[test]
    fn the_body_says_the_year_where_one_stands_out() {
        let text = "根据《关于开展2023年度绩效自评的通知》(某财〔2023〕3号)，我局成立于2019年3月。2022年年初预算10万元。2022年度支出9万元，2021年结转1万元。\n2023年3月5日";
        assert_eq!(in_body(text), Some(2022));
        assert_eq!(in_body("2021年度预算10万元，2022年度预算11万元。"), None);
        assert_eq!(in_body("我局成立于2019年3月。"), None);
        assert_eq!(in_body("2019年3月5日"), None);
    }
}
