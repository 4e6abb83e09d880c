//! Lines in, out which of them are page furniture: page numbers, running heads, what a website prints around a text.
//!
//! A lone integer may be a page number, a cell of a flattened table or a heading number on a line of its own. It is furniture
//! only with evidence: at the edge of a page, in a page sequence, or where it stands in the middle of a sentence.

use rustc_hash::FxHashMap;

use super::line::{self, Row};
use crate::text::fold::fold;

/// For each row, whether it is furniture.
pub(super) fn find(text: &str, rows: &[Row]) -> Vec<bool> {
    let mut aside = vec![false; rows.len()];
    let mut lone = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        match page_mark(row.of(text)) {
            Some(Mark::Page) => aside[i] = true,
            Some(Mark::Maybe(number, of)) => lone.push(Lone { row: i, number, of }),
            None => {}
        }
    }
    page_numbers(text, rows, &lone, &mut aside);
    website(text, rows, &mut aside);
    running_heads(text, rows, &mut aside);
    aside
}

/// What looks like a page number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    /// `- 3 -`, `第3页 共10页`: nothing else.
    Page,
    /// `3`, or `3/10`: perhaps.
    Maybe(u32, Option<u32>),
}

/// A row that is an integer and nothing else.
#[derive(Clone, Copy)]
struct Lone {
    row: usize,
    number: u32,
    of: Option<u32>,
}

pub(super) fn page_mark(line: &str) -> Option<Mark> {
    // First bytes of: digits and dashes, `P`, `p`, `~`, `·`, `—`, `第`, full-width forms.
    let first = line.as_bytes().first()?;
    if line.len() > 60 || !matches!(first, b'0'..=b'9' | b'-' | b'P' | b'p' | b'~' | 0xC2 | 0xE2 | 0xE7 | 0xEF) {
        return None;
    }
    // Most lines that begin so go on in words: they are not worth folding.
    let sign = |c: char| {
        c.is_ascii() || !('\u{3400}'..='\u{9FFF}').contains(&c) || "第页頁共总一二三四五六七八九十百".contains(c)
    };
    if !line.chars().all(sign) {
        return None;
    }
    let text: String = fold(line).chars().filter(|c| !c.is_whitespace()).collect();
    let number = |s: &str| (1..=4).contains(&s.len()).then(|| s.parse::<u32>().ok()).flatten();
    let rule = |c: char| matches!(c, '-' | '—' | '–' | '―' | '‐' | '~' | '·' | '•' | '一' | '﹣' | '−');
    let inner = text.trim_matches(rule);
    if text.starts_with(rule) && text.ends_with(rule) && inner.len() < text.len() {
        if let Some((n, of)) = inner.split_once('/') {
            return number(n).and(number(of)).map(|_| Mark::Page);
        }
        return number(inner).map(|_| Mark::Page);
    }
    if let Some(rest) = text.strip_prefix('第') {
        let (n, rest) = rest.split_once(['页', '頁'])?;
        let n_ok = n.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十百".contains(c)) && n.len() <= 12;
        let rest = rest.trim_start_matches(['/', ',', '，', '、', '(']);
        let tail_ok =
            rest.is_empty() || rest.starts_with(['共', '总']) && rest.trim_end_matches(')').ends_with(['页', '頁']);
        return (n_ok && tail_ok && rest.len() <= 20).then_some(Mark::Page);
    }
    if let Some(rest) = text.get(..4).filter(|s| s.eq_ignore_ascii_case("page")).map(|_| &text[4..]) {
        let rest = rest.replace("\\*MERGEFORMAT", "").replace("PAGE", "").replace("of", "").replace('/', "");
        return rest.chars().all(|c| c.is_ascii_digit()).then_some(Mark::Page);
    }
    match text.split_once('/') {
        Some((n, of)) => {
            let (n, of) = (number(n)?, number(of)?);
            (0 < n && n <= of && of < 1000).then_some(Mark::Maybe(n, Some(of)))
        }
        None => number(&text).filter(|&n| n < 1000 && text.len() <= 3).map(|n| Mark::Maybe(n, None)),
    }
}

/// Decides which lone integers number pages.
fn page_numbers(text: &str, rows: &[Row], lone: &[Lone], aside: &mut [bool]) {
    let paged = rows.iter().skip(1).any(|r| r.top);
    for l in lone {
        let edge = rows[l.row].top || rows.get(l.row + 1).is_none_or(|r| r.top);
        aside[l.row] |= paged && edge || l.of.is_none_or(|of| of > 1) && interrupts(text, rows, lone, l);
    }
    // Chains n, n + 1, n + 2 … that stand a good part of a page apart. 400 bytes are some 130 Han characters, less than any
    // page of prose holds and more than a row of a flattened table.
    let mut chains: Vec<Vec<Lone>> = Vec::new();
    let mut ends: FxHashMap<(u32, Option<u32>), usize> = FxHashMap::default();
    for l in lone {
        let before = [1, 2].iter().find_map(|step| {
            let key = (l.number.checked_sub(*step)?, l.of);
            let chain = *ends.get(&key)?;
            let last = chains[chain].last()?;
            (rows[l.row].span.start - rows[last.row].span.end >= 400).then_some((key, chain))
        });
        match before {
            Some((key, chain)) => {
                ends.remove(&key);
                chains[chain].push(*l);
                ends.insert((l.number, l.of), chain);
            }
            None => {
                // An older chain that ends with this number stays where it is further along.
                ends.entry((l.number, l.of)).or_insert(chains.len());
                chains.push(vec![*l]);
            }
        }
    }
    for chain in chains.iter().filter(|c| c.len() >= 3) {
        let breaks = chain.iter().filter(|l| aside[l.row] || breaks_sentence(text, rows, l.row)).count();
        let slashed = chain[0].of.is_some();
        if slashed || breaks * 3 >= chain.len() {
            for l in chain {
                aside[l.row] = true;
            }
        }
    }
}

/// Whether the sentence of the row before goes on in the row behind.
fn breaks_sentence(text: &str, rows: &[Row], i: usize) -> bool {
    let (Some(before), Some(after)) = (i.checked_sub(1).map(|i| rows[i]), rows.get(i + 1)) else { return false };
    let (a, b) = (before.of(text), after.of(text));
    before.width >= 30
        && !line::ends_sentence(a)
        && line::marker(b) == 0
        && (after.width >= 20 || line::ends_sentence(b))
}

/// Whether a lone integer stands in the middle of a sentence or a number, so that it can be nothing but a page number.
fn interrupts(text: &str, rows: &[Row], lone: &[Lone], l: &Lone) -> bool {
    let i = l.row;
    let (Some(before), Some(after)) = (i.checked_sub(1).map(|i| rows[i]), rows.get(i + 1)) else { return false };
    let is_lone = |row: usize| lone.binary_search_by_key(&row, |l| l.row).is_ok();
    if (i.saturating_sub(2)..=i + 2).any(|row| row != i && is_lone(row)) {
        return false;
    }
    let (a, b) = (before.of(text), after.of(text));
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    // `公用经费31.` | `4` | `62万元`
    let open = a.trim_end_matches(['.', '．']);
    if before.width >= 12
        && open.len() < a.len()
        && open.ends_with(digit)
        && b.starts_with(digit)
        && line::marker(b) == 0
    {
        return true;
    }
    // `公用经费31.62` | `4` | `万元`
    let body = a.trim_end_matches(digit);
    if before.width >= 12
        && body.len() < a.len()
        && body.ends_with('.')
        && ["万元", "亿元", "元", "%"].iter().any(|s| b.starts_with(s))
    {
        return true;
    }
    // A page holds 300 to 6000 bytes of text.
    let place = rows[i].span.start;
    let plausible = place / 6000 <= l.number && l.number <= place / 300 + 3;
    let comma = a.ends_with(['，', '、']) && before.width >= 20 && after.width >= 8;
    let prose = before.width >= 40 && (after.width >= 40 || b.ends_with(['。', '；', '，']));
    plausible && line::marker(b) == 0 && !line::ends_sentence(a) && (comma || prose)
}

/// Lines that a website prints above and below a text, and what aggregators add.
pub(super) fn website(text: &str, rows: &[Row], aside: &mut [bool]) {
    const HEAD: usize = 30;
    const FOOT: usize = 15;
    let n = rows.len();
    for i in (0..n.min(HEAD)).chain(n.saturating_sub(FOOT).max(HEAD)..n) {
        let line = rows[i].of(text);
        let sentence = line.ends_with(['。', '；', '，', '、']);
        aside[i] |= rows[i].width <= 200 && !sentence && is_website(line, i < HEAD);
    }
}

#[rustfmt::skip]
const LABELS: [&str; 44] = [
    "索引号", "发布机构", "发布机关", "发布单位", "发布日期", "发布时间", "发布人", "发文机关", "发文单位", "公开日期", "公开责任部门", "公开方式", "公开形式",
    "公开目录", "信息来源", "信息分类", "信息编辑", "来源", "作者", "浏览", "点击", "阅读次数", "阅读量", "阅读", "访问量", "访问次数", "字体", "字号",
    "当前位置", "您的位置", "您现在的位置", "你的位置", "主题分类", "时效性", "有效性", "生成日期", "成文日期", "体裁分类", "文号", "责任编辑", "上一篇",
    "下一篇", "上一条", "下一条",
];

#[rustfmt::skip]
const ALONE: [&str; 20] = [
    "打印", "打印本页", "打印页面", "打印页面关闭页面", "打印关闭", "打印本页关闭窗口", "关闭", "关闭窗口", "关闭页面", "关闭本页", "分享", "分享到", "收藏", "返回顶部", "返回",
    "首页", "扫一扫", "网站地图", "联系我们", "大中小",
];

#[rustfmt::skip]
const INSIDE: [&str; 15] = [
    "打印本页", "关闭窗口", "关闭页面", "关闭本页", "浏览次数", "点击数", "点击率", "阅读次数", "由会员分享", "扫一扫在手机", "扫描二维码", "分享到", "ICP备", "公网安备",
    "网站标识码",
];

fn is_website(line: &str, head: bool) -> bool {
    let bare = line.trim_start_matches(['-', '·', '•', '【', '[', '〖', '|', ' ', '\u{3000}', '*', '（', '(']);
    let first = bare.chars().next().unwrap_or(' ');
    let label = matches!(
        first,
        '索' | '发'
            | '公'
            | '信'
            | '来'
            | '作'
            | '浏'
            | '点'
            | '阅'
            | '访'
            | '字'
            | '当'
            | '您'
            | '你'
            | '主'
            | '时'
            | '有'
            | '生'
            | '成'
            | '体'
            | '文'
            | '责'
            | '上'
            | '下'
    ) && LABELS.iter().any(|l| {
        bare.strip_prefix(l).is_some_and(|r| {
            let r = r.trim_start_matches(['次', '数', '量', ' ', '\u{3000}', '\u{a0}']);
            r.is_empty() || r.starts_with(['：', ':', '|'])
        })
    });
    // These are labels of a report's own too, further down.
    let weak = ["来源", "作者", "成文日期", "文号", "阅读"].iter().any(|l| bare.starts_with(l));
    if label && (!weak || head) {
        return true;
    }
    let alone = line.len() <= 40
        && matches!(
            line.chars().next().unwrap_or(' '),
            '打' | '关' | '分' | '收' | '返' | '首' | '扫' | '网' | '联' | '大' | '【' | '[' | '（' | '('
        )
        && {
            let ink = |c: &char| !c.is_whitespace() && !"【】[]|()（）《》<>：:".contains(*c);
            let joined: String = line.chars().filter(ink).collect();
            ALONE.contains(&joined.as_str())
        };
    let inside = || {
        line.char_indices().any(|(i, c)| {
            matches!(c, '打' | '关' | '浏' | '点' | '阅' | '由' | '扫' | '分' | 'I' | '公' | '网')
                && INSIDE.iter().any(|w| line[i..].starts_with(w))
        })
    };
    let trail = || line.contains(['>', '»', '›', '＞']) && line.contains("首页");
    alone || inside() || trail()
}

/// Lines that come again on page after page.
fn running_heads(text: &str, rows: &[Row], aside: &mut [bool]) {
    // Three pages make a running head.
    if rows.len() < 20 {
        return;
    }
    let edge = |i: usize| {
        rows[i].top
            || rows.get(i + 1).is_some_and(|r| r.top)
            || i.checked_sub(1).is_some_and(|i| aside[i])
            || aside.get(i + 1).copied().unwrap_or(false)
    };
    let mut seen: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (i, row) in rows.iter().enumerate() {
        let line = row.of(text);
        if aside[i] || row.width < 8 || row.width > 90 || line.ends_with(['。', '；', '：', ':', '、']) {
            continue;
        }
        let worded = || {
            let ends = line.trim_end_matches(|c: char| c.is_ascii() || c == '页' || c == '第');
            ["报告", "决算", "公开", "说明", "情况", "表"].iter().any(|w| ends.ends_with(w))
        };
        if (edge(i) || row.width >= 16 && worded()) && !line.contains('，') {
            let key: String = line.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_digit()).collect();
            seen.entry(key).or_default().push(i);
        }
    }
    let mut heads: Vec<usize> = Vec::new();
    for (_, places) in seen {
        let far = places.windows(2).filter(|w| rows[w[1]].span.start - rows[w[0]].span.end >= 400).count();
        if places.len() < 3 || far * 3 < (places.len() - 1) * 2 {
            continue;
        }
        let edges = places.iter().filter(|&&i| edge(i)).count();
        let breaks = places.iter().filter(|&&i| breaks_sentence(text, rows, i)).count();
        let marked = line::marker(rows[places[0]].of(text)) > 0;
        if !marked && (edges * 3 >= places.len() * 2 || breaks * 3 >= places.len()) {
            // The first one may be the title itself.
            let title = places[0] < 8 && places.get(1).is_none_or(|&p| p >= 8);
            heads.extend(&places[usize::from(title)..]);
        }
    }
    for i in heads {
        aside[i] = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn furniture(text: &str) -> Vec<&str> {
        let (_, rows) = line::lines(text);
        let aside = find(text, &rows);
        rows.iter().zip(aside).filter(|(_, a)| *a).map(|(r, _)| r.of(text)).collect()
    }

    #[test]
    fn page_numbers_between_dashes_are_furniture_wherever_they_stand() {
        for line in [
            "- 3 -",
            "— 12 —",
            "－３－",
            "–4–",
            "-1 -",
            "第3页 共10页",
            "第 3 页",
            "第三页/共十页",
            "- 3/10 -",
            "PAGE10PAGE",
            "Page 3 of 10",
            "PAGE \\* MERGEFORMAT 2",
            "· 7 ·",
        ] {
            assert_eq!(furniture(line), [line]);
        }
        for line in ["-3", "3月", "第三方", "第3页共识", "—", "-1.5-", "2022", "- 12345 -", "pages"] {
            assert_eq!(furniture(&format!("甲\n{line}\n乙")), [""; 0], "{line}");
        }
    }

    #[test]
    fn a_lone_integer_in_a_table_is_no_page_number() {
        assert_eq!(furniture("序号\n项目\n1\n办公用房维修\n2\n业务培训\n3\n宣传\n10\n10\n"), [""; 0]);
        assert_eq!(furniture("一、概况。\n1\n部门职责\n负责本区工作。\n2\n人员编制\n编制11名。\n"), [""; 0]);
    }

    #[test]
    fn a_lone_integer_inside_a_sentence_is_a_page_number() {
        let text = "全年一般公共预算财政拨款支出用于保障机构正常运转和完成日常工作任务而发生的\n3\n各项支出，包括人员经费和公用经费两个部分，其他见附表。\n";
        assert_eq!(furniture(text), ["3"]);
        assert_eq!(furniture(&text.replace("\n3\n", "\n35\n")), [""; 0], "page 35 after three lines is not plausible");
        assert_eq!(furniture("其中人员经费和公用经费31.\n4\n62万元，增长5%。\n"), ["4"]);
    }

    #[test]
    fn lone_integers_in_a_page_sequence_are_page_numbers() {
        let page = "我单位严格执行各项制度，认真完成了年度工作任务，取得了较好的成绩。\n".repeat(8);
        let open = "严格按照预算管理的有关规定使用资金，做到专款专用，提高资金使用效益的同时\n";
        let text = format!("{page}{open}1\n{page}{open}2\n{page}3\n{page}{open}4\n{page}");
        assert_eq!(furniture(&text), ["1", "2", "3", "4"]);
    }

    #[test]
    fn lone_integers_at_page_edges_are_page_numbers() {
        assert_eq!(furniture("甲的工作。\n1\n\x0c乙的工作。\n2\n\x0c丙\n3\n"), ["1", "2", "3"]);
    }

    #[test]
    fn a_running_head_beside_page_numbers_is_furniture_and_the_title_stays() {
        let title = "某县水利局2022年度绩效自评报告";
        let page = "我单位严格执行各项制度，认真完成了年度工作任务，取得了较好的成绩。\n".repeat(6);
        let text = format!("{title}\n{page}- 1 -\n{title}\n{page}- 2 -\n{title}\n{page}- 3 -\n{title}\n{page}");
        assert_eq!(furniture(&text), ["- 1 -", title, "- 2 -", title, "- 3 -", title]);
    }

    #[test]
    fn lines_that_come_again_in_the_text_are_no_running_heads() {
        let text = "（一）基本支出\n无。\n单位：万元\n".repeat(20);
        assert_eq!(furniture(&text), [""; 0]);
    }

    #[test]
    fn what_a_website_prints_around_a_report_is_furniture() {
        let text = "首页 > 政务公开 > 财政\n索引号：000014349/2023-00012\n某局2022年度绩效自评报告\n来源：区水利局 发布时间：2023-05-06 浏览次数：\n\
                    字体：大 中 小\n【打印本页】 【关闭窗口】\n一、基本情况\n资金来源：区级财政\n单位名称：某局\n";
        assert_eq!(furniture(text).len(), 5);
    }
}
