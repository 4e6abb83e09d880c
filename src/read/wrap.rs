//! Lines in, out which of them go on with the paragraph of the line before.
//!
//! Text copied out of a page has its lines broken where the page ended. Such a region shows itself: many lines of nearly the same
//! display width, which end without a sentence mark. There a line goes on if the next line's first word would not have fitted.
//! A program that counts characters and not columns breaks every line behind the same number of them, numbers too.
//! Everywhere else only what is certainly broken is joined: a number, a number and its scale, a sentence cut by a page number.

use super::line::{self, Row, WIDE};

/// What a region says about its lines.
#[derive(Clone, Copy, Default)]
struct Region {
    /// Where lines were broken, in columns or characters; 0 where they were not.
    width: u16,
    /// `width` counts characters.
    chars: bool,
    /// Blank lines stand between all lines and mean nothing.
    spaced: bool,
    /// First lines of paragraphs are indented deeper than this; `None` where indents say nothing.
    indent: Option<u16>,
}

/// For each row of `kept`, whether it continues the one before.
pub(super) fn joins(text: &str, rows: &[Row], kept: &[u32]) -> Vec<bool> {
    let regions = regions(text, rows, kept);
    let mut joins = vec![false; kept.len()];
    for i in 1..kept.len() {
        let (a, b) = (kept[i - 1] as usize, kept[i] as usize);
        let pair = Pair {
            a: rows[a],
            b: rows[b],
            before: rows[a].of(text),
            after: rows[b].of(text),
            page: b - a > 1,
            gap: rows[a + 1..=b].iter().any(|r| r.gap),
        };
        joins[i] = pair.broken() || regions.get(i - 1).is_some_and(|r| r.width > 0 && pair.wrapped(*r, !joins[i - 1]));
    }
    joins
}

/// Whether a number, or a number and its scale, is certainly broken between two lines: `31.` | `62万元`, `62.5` | `万元`.
pub(super) fn broken_number(before: &str, after: &str) -> bool {
    let row = |text: &str| Row {
        span: crate::model::Span::default(),
        line: 0,
        indent: 0,
        width: line::width(text),
        chars: 0,
        gap: false,
        top: false,
    };
    let pair = Pair { a: row(before), b: row(after), before, after, page: false, gap: false };
    before.ends_with(digit) && is_scale(after) && pair.number()
}

/// Finds wrapped regions; one entry for each row of `kept`, or none at all.
fn regions(text: &str, rows: &[Row], kept: &[u32]) -> Vec<Region> {
    // A window of two pages moves on by half a page.
    const WINDOW: usize = 48;
    const STEP: usize = 12;
    let mut regions = Vec::new();
    let mut start = 0;
    while start < kept.len() {
        let end = (start + WINDOW).min(kept.len());
        // The last window is as wide as the others, so that a short tail is judged with what stands before it.
        let from = end.saturating_sub(WINDOW);
        if let Some(region) = region(text, rows, &kept[from..end]) {
            regions.resize(kept.len(), Region::default());
            for r in &mut regions[from..end] {
                if (region.chars, region.width) > (r.chars, r.width) {
                    *r = region;
                }
            }
        }
        if end == kept.len() {
            break;
        }
        start += STEP;
    }
    regions
}

/// The narrowest and the widest page: 18 Han characters, 60 Han characters.
const NARROW: usize = 36;
const WIDEST: usize = 120;

/// Judges one window of rows. Equal numbers of characters and no line longer are surer than columns; where some lines are longer
/// (a table), columns are tried first.
fn region(text: &str, rows: &[Row], window: &[u32]) -> Option<Region> {
    counted(text, rows, window, true)
        .or_else(|| columns(text, rows, window))
        .or_else(|| counted(text, rows, window, false))
}

/// Lines broken behind the same number of characters; where `strict`, no line is longer.
fn counted(text: &str, rows: &[Row], window: &[u32], strict: bool) -> Option<Region> {
    const FEWEST: usize = 18;
    let row = |i: u32| rows[i as usize];
    let mut of = [0u16; WIDEST + 2];
    let mut over = 0;
    for &i in window {
        match of.get_mut(usize::from(row(i).chars)) {
            Some(n) => *n += 1,
            None => over += 1,
        }
    }
    // A mark may hang over the end of its line, so that some lines are one character longer than most.
    let mut page = 0;
    for n in (FEWEST..=WIDEST).rev() {
        let near = usize::from(of[n]) + usize::from(of[n + 1]);
        if of[n] >= of[n - 1] && of[n] >= of[n + 1] && near >= 3 && (over == 0 || !strict && over * 8 <= near) {
            page = n;
            break;
        }
        over += usize::from(of[n + 1]);
    }
    if page == 0 {
        return None;
    }
    let (mut full, mut open, mut goes_on, mut short, mut spaced) = (0, 0, 0, 0, 0);
    let mut indents = Vec::new();
    for pair in window.windows(2) {
        let (a, b) = (row(pair[0]), row(pair[1]));
        let chars = usize::from(a.chars);
        if chars + 10 < page || chars > page + 1 {
            continue;
        }
        full += usize::from(chars >= page);
        let before = a.of(text);
        if line::ends_sentence(before) || is_contents(before) {
            continue;
        }
        if chars < page {
            short += 1;
            continue;
        }
        open += 1;
        goes_on += usize::from(line::marker(b.of(text)) == 0);
        spaced += usize::from(b.gap && pair[1] - pair[0] == 1);
        indents.push(b.indent);
    }
    if open < 3 || open * 10 < full * 6 || goes_on * 10 < open * 8 || short * 3 > open {
        return None;
    }
    Some(Region {
        width: page as u16,
        chars: true,
        spaced: spaced * 10 >= open * 7,
        indent: indent(rows, window, indents),
    })
}

/// How deep first lines of paragraphs are indented, if they are, from the indents of lines that go on.
fn indent(rows: &[Row], window: &[u32], mut indents: Vec<u16>) -> Option<u16> {
    indents.sort_unstable();
    let base = indents[indents.len() / 2];
    let of = |i: u32| rows[i as usize].indent;
    let deeper = window.iter().filter(|&&i| of(i) >= base + 2 && of(i) <= base + 8).count();
    (deeper * 12 >= window.len()).then_some(base)
}

/// Lines broken at the same display width.
fn columns(text: &str, rows: &[Row], window: &[u32]) -> Option<Region> {
    let row = |i: u32| rows[i as usize];
    let mut widths = [0u16; WIDEST + 1];
    let (mut over, mut long) = (0usize, 0usize);
    for &i in window {
        let width = usize::from(row(i).width);
        match widths.get_mut(width) {
            Some(n) => *n += 1,
            None => over += 1,
        }
        long += usize::from(width >= 16);
    }
    // The width of the page: lines end within 5 columns of it (a Han character and a mark, or a number), few are longer.
    let mut page = 0;
    for w in (NARROW..=WIDEST).rev() {
        if widths[w] > 0 {
            let near: usize = widths[w - 5..=w].iter().map(|&n| usize::from(n)).sum();
            if near >= 4 && near * 4 >= long && over * 8 <= near {
                page = w;
                break;
            }
        }
        over += usize::from(widths[w]);
    }
    if page == 0 {
        return None;
    }
    let (mut full, mut open, mut goes_on, mut spaced) = (0, 0, 0, 0);
    let mut indents = Vec::new();
    for pair in window.windows(2) {
        let (a, b) = (row(pair[0]), row(pair[1]));
        let width = usize::from(a.width);
        if width + 5 < page || width > page + 3 {
            continue;
        }
        full += 1;
        let before = a.of(text);
        if line::ends_sentence(before) || is_contents(before) {
            continue;
        }
        open += 1;
        goes_on += usize::from(line::marker(b.of(text)) == 0);
        spaced += usize::from(b.gap && pair[1] - pair[0] == 1);
        indents.push(b.indent);
    }
    if open < 3 || open * 10 < full * 6 || goes_on * 10 < open * 6 {
        return None;
    }
    Some(Region {
        width: page as u16,
        chars: false,
        spaced: spaced * 10 >= open * 7,
        indent: indent(rows, window, indents),
    })
}

/// A line of a table of contents: dots or a run of spaces, and a page number.
fn is_contents(line: &str) -> bool {
    let body = line.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == ')' || c == '）' || c == '-');
    let dots = body.len() - body.trim_end_matches(['.', '…', '·', '．', '﹒', '・', '⋯', '_', '—', '-', ' ']).len();
    dots >= 3 && body.len() > dots
}

/// Two neighbouring rows, furniture left out.
struct Pair<'a> {
    a: Row,
    b: Row,
    before: &'a str,
    after: &'a str,
    /// Furniture stands between them.
    page: bool,
    /// A blank line stands between them.
    gap: bool,
}

impl Pair<'_> {
    /// In a wrapped region: whether the first line was broken because the next word did not fit. `first` is said of the first
    /// line of a paragraph, which is two Han characters narrower where its indent was lost.
    fn wrapped(&self, region: Region, first: bool) -> bool {
        let over = if region.chars { self.a.chars > region.width + 1 } else { self.a.width > region.width + 3 };
        if self.gap && !self.page && !region.spaced || over {
            return false;
        }
        if region.indent.is_some_and(|base| self.b.indent >= base + 2) {
            return false;
        }
        if region.chars {
            // An opening bracket is not left alone at the end of a line.
            let less = u16::from(self.after.starts_with(['（', '“', '《', '〔']));
            return self.a.chars + less >= region.width
                && (!line::ends_sentence(self.before) || region.indent.is_some())
                && !self.starts_item()
                && !is_contents(self.before)
                && !is_contents(self.after);
        }
        // Two columns, because justified lines with figures and marks are measured no better.
        let slack = if first { 6 } else { 2 };
        if self.a.width + first_word(self.after) + slack <= region.width {
            return false;
        }
        if line::ends_sentence(self.before) {
            // Whether the paragraph ends here too can only be seen by indents.
            return region.indent.is_some() && self.a.width + 4 >= region.width && !self.starts_item();
        }
        !self.starts_item() && !is_contents(self.before) && !is_contents(self.after)
    }

    /// Whether the second line starts with a numbering marker that is one.
    fn starts_item(&self) -> bool {
        // `分别为12、` | `13、15万元`: a number of a list
        let list = self.before.ends_with(['、', '，']) && self.after.starts_with(digit);
        line::marker(self.after) > 0 && !list
    }

    /// In any text: whether a number, an amount or a sentence is certainly broken between the two lines.
    fn broken(&self) -> bool {
        let Some(last) = self.before.chars().next_back() else { return false };
        if digit(last) || matches!(last, '.' | '．' | ',' | '，') && self.after.starts_with(digit) {
            return self.number();
        }
        if matches!(last, '万' | '亿') && self.after.starts_with('元') {
            return self.before[..self.before.len() - last.len_utf8()].ends_with(digit) && not_a_word(self.after);
        }
        self.sentence(last)
    }

    fn number(&self) -> bool {
        let Tail { body, digits, mark, before } = tail(self.before);
        let next = Head::of(self.after);
        let year = mark.is_none()
            && before.is_empty()
            && digits.len() == 4
            && (digits.starts_with("20") || digits.starts_with("19"));
        match mark {
            // `31.` | `62万元`, but not `2.` | `2022年`
            Some('.') => {
                next.digits > 0
                    && if body.is_empty() && digits.len() <= 2 && before.is_empty() {
                        next.scale
                    } else {
                        !next.year && before.is_empty() && line::marker(self.after) == 0 && self.close()
                    }
            }
            // `1,` | `234.56万元`
            Some(_) => {
                let group = before.is_empty() || before.ends_with(',');
                group
                    && digits.len() <= 3
                    && next.digits == 3
                    && (next.scale || next.point || next.comma)
                    && self.close()
            }
            // `31` | `.62万元`
            None if next.after_point => true,
            // `31.62` | `万元`
            None if next.digits == 0 => next.scale && !year,
            // `支出13` | `1.62万元`: only in a line that is prose, or where a page ended
            None => {
                let points = usize::from(next.point) + usize::from(before.contains('.'));
                let han = body.chars().next_back().is_some_and(crate::text::fold::is_han);
                let long = if self.page { 16 } else { 40 };
                let long_year =
                    digits.len() == 4 && before.is_empty() && (digits.starts_with("20") || digits.starts_with("19"));
                next.scale && points <= 1 && han && !long_year && self.a.width >= long && self.close()
            }
        }
    }

    /// No blank line between them, or a page ended there.
    fn close(&self) -> bool {
        self.page || !self.gap
    }

    fn sentence(&self, last: char) -> bool {
        if !self.close() || self.a.width < 20 || self.b.width < 2 {
            return false;
        }
        if matches!(last, '，' | '、' | '（' | '“' | '《') {
            let label = self.after.chars().take(12).any(|c| matches!(c, '：' | ':'));
            return !label && !self.starts_item();
        }
        // A page number in the middle of a sentence.
        let heading =
            line::marker(self.before) > 0 && self.a.width < 60 && !self.before.contains(['，', '。', '；', '：', '、']);
        let title = ["报告", "说明", "情况", "表", "决算", "目录"].iter().any(|w| self.before.ends_with(w));
        self.page
            && (40..=WIDE).contains(&self.a.width)
            && !line::ends_sentence(self.before)
            && !heading
            && !title
            && !self.starts_item()
            && (self.b.width >= 30 || line::ends_sentence(self.after) || self.after.ends_with('，'))
            && !is_contents(self.before)
    }
}

fn digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// The number at the end of a line: `公用经费1,031.` is body `公用经费`, before `1,`, digits `031`, mark `.`.
struct Tail<'a> {
    body: &'a str,
    before: &'a str,
    digits: &'a str,
    mark: Option<char>,
}

fn tail(line: &str) -> Tail<'_> {
    let mark = line.chars().next_back().filter(|c| !digit(*c));
    let number = &line[..line.len() - mark.map_or(0, char::len_utf8)];
    let head = number.trim_end_matches(digit);
    let body = head.trim_end_matches(|c: char| digit(c) || matches!(c, '.' | '．' | ','));
    let mark = mark.map(|c| if c == '．' { '.' } else { c });
    Tail { body, before: &head[body.len()..], digits: &number[head.len()..], mark }
}

/// The number or scale at the start of a line.
#[derive(Default)]
struct Head {
    /// Digits before a decimal point.
    digits: usize,
    /// It starts with a point and a digit.
    after_point: bool,
    /// A decimal point and a digit behind those digits.
    point: bool,
    /// A comma and a digit behind those digits.
    comma: bool,
    /// 万元, 元, 亿元, % behind the number.
    scale: bool,
    /// `2022年`
    year: bool,
}

impl Head {
    fn of(line: &str) -> Self {
        // No amount is longer; a line of digits alone would otherwise cost its length each time.
        let end = line.char_indices().nth(32).map_or(line.len(), |(i, _)| i);
        let line = &line[..end];
        let rest = line.trim_start_matches(digit);
        let digits = line[..line.len() - rest.len()].chars().count();
        let mut chars = rest.chars();
        let (mark, next) = (chars.next(), chars.next());
        let parted = next.is_some_and(digit);
        let point = matches!(mark, Some('.' | '．')) && parted;
        let comma = matches!(mark, Some(',')) && parted;
        let number = rest.trim_start_matches(|c: char| digit(c) || (point || comma) && matches!(c, '.' | '．' | ','));
        let scale = number.trim_start();
        Head {
            digits,
            after_point: digits == 0 && point,
            point: digits > 0 && point,
            comma: digits > 0 && comma,
            scale: is_scale(scale),
            year: digits == 4 && (rest.starts_with('年') || line.starts_with("20") && rest.starts_with('-')),
        }
    }
}

/// Whether `text` starts with what is counted in money or per cent.
fn is_scale(text: &str) -> bool {
    ["万元", "亿元", "千元", "百元", "百万元", "%", "％", "个百分点", "亿"].iter().any(|s| text.starts_with(s))
        || text.starts_with('元') && not_a_word(text)
        || text
            .strip_prefix('万')
            .is_some_and(|r| r.is_empty() || r.starts_with(['人', '亩', '余', '多', '，', '。', '；', '、', '（']))
}

/// `元` as in money, not as in 元旦 or 元月.
fn not_a_word(text: &str) -> bool {
    !["元旦", "元月", "元宵", "元素"].iter().any(|w| text.starts_with(w))
}

/// Columns of what cannot be broken at the start of a line: a run of letters and digits, or a Han character with the marks that
/// must not start a line behind it.
fn first_word(line: &str) -> u16 {
    let ascii =
        line.bytes().take(40).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b',' | b'%')).count();
    if ascii > 0 {
        return ascii as u16;
    }
    let mut chars = line.chars();
    let first = 2 * u16::from(chars.next().is_some());
    first + 2 * u16::from(chars.next().is_some_and(|c| "，。、；：）”》！？".contains(c)))
}

#[cfg(test)]
mod tests {
    use crate::model::{BlockKind, Source};
    use crate::text::fold::fold;

    /// The folded blocks of a text, furniture left out.
    fn blocks(text: &str) -> Vec<String> {
        let doc = crate::read::read(Source::default(), text.as_bytes()).unwrap();
        doc.blocks
            .iter()
            .filter(|b| b.kind != BlockKind::Furniture)
            .map(|b| b.view.of(&doc.view.text).to_owned())
            .collect()
    }

    #[test]
    fn a_number_broken_by_a_line_end_or_a_page_number_is_whole() {
        for text in [
            "公用经费31.\n- 4 -\n62万元。",
            "公用经费31.\n\n— 4 —\n\n62万元。",
            "公用经费31\n- 4 -\n.62万元。",
            "公用经费31.62\n万元。",
            "公用经费31.62\n\n4\n\n万元。",
            "公用经费31.62\n- 4 -\n万元。",
            "公用经费31.62万\n元。",
            "公用经费３１．\n６２万元。",
            "公用经费31.\n62 万元。",
        ] {
            let blocks = blocks(text);
            assert!(blocks.iter().any(|b| b.starts_with("公用经费31.62万元")), "{text:?} gave {blocks:?}");
        }
        assert_eq!(blocks("部门预算收入总额为1,\n234.56万元。"), ["部门预算收入总额为1,234.56万元。"]);
        assert_eq!(blocks("全年预算执行率为95.\n10%。"), ["全年预算执行率为95.10%。"]);
        assert_eq!(blocks("31.\n- 4 -\n62万元"), ["31.62万元"]);
        assert_eq!(blocks("满意度95\n%以上"), ["满意度95%以上"]);
    }

    #[test]
    fn a_number_broken_between_two_digits_is_whole_in_prose() {
        let text = "本年度一般公共预算财政拨款支出合计为10\n- 2 -\n31.62万元，比上年增加。";
        assert_eq!(blocks(text), ["本年度一般公共预算财政拨款支出合计为1031.62万元，比上年增加。"]);
    }

    #[test]
    fn cells_of_a_flattened_table_stay_apart() {
        let text = "单位：万元\n项目\n年初预算数\n全年预算数\n执行数\n办公经费\n35.20\n35.20\n34.10\n96.88%\n2022\n62万元\n数量指标1\n30万元\n";
        assert_eq!(blocks(text).len(), 14);
    }

    #[test]
    fn headings_and_their_numbers_stay_lines_of_their_own() {
        assert_eq!(blocks("2.\n人员编制\n编制11名。").len(), 3);
        assert_eq!(blocks("2022\n一、基本情况\n").len(), 2);
        assert_eq!(blocks("1.\n2022年预算资金113.52万元\n").len(), 2);
        assert_eq!(blocks("某县水利局2022年度部门整体支出\n\n绩效自评报告\n\n一、基本情况\n").len(), 3);
        assert_eq!(blocks("2022\n元旦期间慰问\n").len(), 2);
    }

    /// Breaks a paragraph at `columns`.
    fn wrap(paragraph: &str, columns: usize, indent: &str) -> String {
        let (mut out, mut width) = (indent.to_owned(), 4);
        for c in paragraph.chars() {
            let w = if c.is_ascii() { 1 } else { 2 };
            if width + w > columns && !"，。；、".contains(c) {
                out.push('\n');
                width = 0;
            }
            out.push(c);
            width += w;
        }
        out + "\n"
    }

    const PARAGRAPHS: [&str; 5] = [
        "根据上级文件要求，我单位认真组织开展了2022年度部门整体支出绩效自评工作，现将有关情况报告如下：本单位为区政府直属事业单位，内设综合科、业务科、财务科三个科室，年末实有在职人员23人。",
        "2022年度一般公共预算财政拨款收入1031.62万元，比上年增加20.15万元，增长1.99%；支出1031.62万元，其中基本支出880.12万元，项目支出151.50万元，年末无结转结余资金，预算执行率为100%。",
        "严格落实中央八项规定及其实施细则精神，“三公”经费支出共计6.35万元，比年初预算减少1.25万元，主要原因是压减公务接待批次，规范公务用车运行维护管理，严格控制会议和培训规模。",
        "一是预算编制的科学性和精细化程度还有待提高，个别项目在年度执行中进行了调整；二是绩效指标设置不够细化，部分效益指标难以量化考核，绩效管理人员的业务水平也需要进一步加强。",
        "下一步将结合工作实际，提前谋划下年度预算编制工作，细化预算项目，提高预算编制的准确性，加强预算执行的监控，加快支出进度，并把绩效评价结果作为以后年度安排预算的重要依据。",
    ];

    #[test]
    fn lines_broken_to_fit_a_page_become_paragraphs_again() {
        for (columns, indent) in [(56, ""), (56, "　　"), (64, "    "), (48, "")] {
            let mut text = String::from("某区水利局2022年度部门整体支出\n绩效自评报告\n");
            let mut expected = vec!["某区水利局2022年度部门整体支出".to_owned(), "绩效自评报告".to_owned()];
            for (i, paragraph) in PARAGRAPHS.iter().enumerate() {
                let heading =
                    ["一、部门基本情况", "（一）基本支出情况", "三公经费情况", "三、存在的问题", "下一步改进措施"][i];
                text += &format!("{heading}\n{}", wrap(paragraph, columns, indent));
                expected.extend([fold(heading), fold(paragraph)]);
            }
            assert_eq!(blocks(&text), expected, "{columns} columns, indent {indent:?}");
            // With a page number in the middle of each paragraph, and blank lines around it.
            let mut n = 0;
            let paged: Vec<_> = text
                .lines()
                .enumerate()
                .map(|(i, l)| {
                    let page = i % 9 == 8;
                    n += u32::from(page);
                    if page { format!("{l}\n\n- {n} -\n\n") } else { format!("{l}\n") }
                })
                .collect();
            assert_eq!(blocks(&paged.concat()), expected, "paged, {columns} columns, indent {indent:?}");
        }
    }

    #[test]
    fn lines_broken_behind_a_number_of_characters_become_paragraphs_again() {
        for (chars, indent) in [(33, ""), (36, ""), (38, "　　"), (41, "  ")] {
            let mut text = String::from("某区水利局2022年度部门整体支出绩效自评报告\n某区水利局\n");
            let mut expected = vec!["某区水利局2022年度部门整体支出绩效自评报告".to_owned(), "某区水利局".to_owned()];
            for (i, paragraph) in PARAGRAPHS.iter().enumerate() {
                let all: Vec<char> = indent.chars().chain(paragraph.chars()).collect();
                text += &format!("{}、情况\n", ["一", "二", "三", "四", "五"][i]);
                for (n, line) in all.chunks(chars).enumerate() {
                    text.extend(line);
                    // A page number in the middle.
                    text += if n == 1 && i % 2 == 0 { "\n- 1 -\n" } else { "\n" };
                }
                expected.extend([format!("{}、情况", ["一", "二", "三", "四", "五"][i]), fold(paragraph)]);
            }
            assert_eq!(blocks(&text), expected, "{chars} characters, indent {indent:?}");
        }
    }

    #[test]
    fn paragraphs_on_one_line_each_are_not_joined() {
        let text = PARAGRAPHS.join("\n");
        assert_eq!(blocks(&text).len(), 5);
        let list: String = (1..20).map(|i| format!("{i}.确保各项日常工作有序开展并按期完成第{i}项任务\n")).collect();
        assert_eq!(blocks(&list).len(), 19);
    }

    #[test]
    fn a_table_of_contents_is_not_joined() {
        let entry = |t: &str| format!("{t}{}\n", ".".repeat(60 - 2 * t.chars().count()) + "4");
        let text: String = ["部门概况", "机构设置", "收支情况", "绩效目标", "存在问题", "改进措施", "其他事项", "附表"]
            .map(entry)
            .concat();
        assert_eq!(blocks(&text).len(), 8);
    }

    #[test]
    fn a_sentence_cut_by_a_page_number_is_whole() {
        let text = "2022年，我单位围绕中心工作，严格执行年初批复的预算，各项支出都按计划完成，没有超\n- 3 -\n预算支出的情况，年末没有结余。\n二、存在的问题\n";
        assert_eq!(blocks(text)[0], text.replace("\n- 3 -\n", "").split('\n').next().unwrap());
        assert_eq!(blocks(text).len(), 2);
    }
}
