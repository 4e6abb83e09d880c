//! A text in, its physical lines out, and what can be seen of each line without its neighbours.

use crate::model::{Line, Span};
use crate::text::fold::{is_blank, is_dropped};

/// A line that is not blank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Its place without the white space around it.
    pub span: Span,
    /// Its index in `Document::lines`.
    pub line: u32,
    /// Columns of white space before it.
    pub indent: u16,
    /// Columns it takes on paper: 2 for a Han character, 1 for ASCII; [`WIDE`] for anything longer than a page is wide.
    pub width: u16,
    /// Characters from the beginning of the line, white space before it included.
    pub chars: u16,
    /// Blank lines stand before it.
    pub gap: bool,
    /// It is the first of its page.
    pub top: bool,
}

/// The width of lines too long to be measured.
pub(super) const WIDE: u16 = 400;

impl Row {
    /// Its text.
    pub fn of(self, text: &str) -> &str {
        self.span.of(text)
    }
}

/// Cuts `text` into lines. A form feed ends a page and its line, a vertical tab its line; neither counts as a line of the file.
pub(super) fn lines(text: &str) -> (Vec<Line>, Vec<Row>) {
    let bytes = text.as_bytes();
    let mut lines = Vec::with_capacity(bytes.len() / 96 + 1);
    let mut rows: Vec<Row> = Vec::with_capacity(bytes.len() / 128 + 1);
    let (mut start, mut number, mut page, mut shown) = (0, 1, 1, 1);
    let mut gap = false;
    let ends = memchr::memchr3_iter(b'\n', b'\x0c', b'\x0b', bytes).chain(std::iter::once(bytes.len()));
    for end in ends {
        let mark = bytes.get(end).copied();
        // Nothing behind the last line end is no line, nor is what stands between a page's last line end and its form feed.
        let nothing = start == end && (mark.is_none() || mark == Some(b'\x0c'));
        if !nothing {
            let row = row(text, start, end, lines.len() as u32);
            lines.push(Line { span: Span::new(start, end), page, number, bbox: None, face: None });
            match row {
                Some(row) => {
                    rows.push(Row { gap, top: page > shown || rows.is_empty(), ..row });
                    (gap, shown) = (false, page);
                }
                None => gap = true,
            }
        }
        match mark {
            Some(b'\n') => number += 1,
            Some(b'\x0c') => page += 1,
            _ => {}
        }
        start = end + 1;
    }
    (lines, rows)
}

fn row(text: &str, start: usize, end: usize, line: u32) -> Option<Row> {
    let bytes = text.as_bytes();
    let (mut from, mut to) = (start, end);
    // ASCII first: most lines have no white space around them, or plain spaces.
    while from < to && bytes[from] <= b' ' {
        from += 1;
    }
    while from < to && bytes[to - 1] <= b' ' {
        to -= 1;
    }
    if from == to {
        return None;
    }
    let outer = |b: u8| matches!(b, 0x7F | 0xC2 | 0xE1..=0xE3 | 0xEF | 0xF3);
    // A last byte says nothing of its character, so look at the first byte of the last character.
    let last = text[from..to].char_indices().next_back().map_or(from, |(i, _)| from + i);
    if outer(bytes[from]) || outer(bytes[last]) {
        let rest = text[from..to].trim_start_matches(|c| is_blank(c) || is_dropped(c));
        from = to - rest.len();
        to = from + rest.trim_end_matches(|c| is_blank(c) || is_dropped(c)).len();
        if from == to {
            return None;
        }
    }
    let indent = if from == start { 0 } else { width(&text[start..from]) };
    // A space where the line was broken counts.
    let broken = to + usize::from(to < end && bytes[to] == b' ');
    let (width, chars) = (width(&text[from..to]), chars(&text[start..broken]));
    Some(Row { span: Span::new(from, to), line, indent, width, chars, gap: false, top: false })
}

/// Columns that `text` takes: 1 for ASCII (4 for a tab), 2 for everything else.
pub(super) fn width(text: &str) -> u16 {
    if text.len() >= usize::from(WIDE) {
        return WIDE;
    }
    let mut columns = 0u16;
    for &b in text.as_bytes() {
        columns += u16::from(b < 0x80) + 2 * u16::from(b >= 0xC2) + 3 * u16::from(b == b'\t');
    }
    columns.min(WIDE)
}

/// Characters of `text`, which is no longer than a page is wide.
fn chars(text: &str) -> u16 {
    if text.len() >= usize::from(WIDE) {
        return WIDE;
    }
    text.bytes().filter(|b| (*b as i8) >= -0x40).count() as u16
}

/// True where a sentence (or a clause that a list follows) ends with this line.
pub(super) fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end_matches(['”', '"', '’', '）', ')', '》', '】', '」']);
    line.ends_with(['。', '；', '：', '！', '？', ';', ':', '!', '?', '…', '．', '｡'])
}

/// The length of the numbering marker at the start of `line`: `一、`, `（三）`, `2.`, `（1）`, `①`, `第一部分`, `附件1`; 0 where there is
/// none. `1.5万元` has none, `1.2022年预算` has one.
pub(super) fn marker(line: &str) -> usize {
    let mut chars = line.char_indices().map(|(i, c)| (i + c.len_utf8(), c)).peekable();
    let Some(&(_, first)) = chars.peek() else { return 0 };
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let han = |c: char| matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '〇' | '百');
    let blank = |c: char| is_blank(c);
    match first {
        '①'..='⑳' | '⑴'..='⒛' | '➀'..='➓' | '㈠'..='㈩' => first.len_utf8(),
        '第' | '附' => {
            let words: &[&str] = if first == '第' { &["部分", "章", "节", "条", "篇"] } else { &["件", "表"] };
            let rest = &line[first.len_utf8()..];
            if first == '附' {
                let Some(rest) = words.iter().find_map(|w| rest.strip_prefix(w)) else { return 0 };
                let rest = rest.trim_start();
                let number = rest.trim_start_matches(|c| digit(c) || han(c) || c == '-');
                return if rest.len() > number.len() || number.starts_with(['：', ':']) {
                    line.len() - number.len()
                } else {
                    0
                };
            }
            let number = rest.trim_start_matches(|c| digit(c) || han(c) || blank(c));
            if number.len() == rest.len() {
                return 0;
            }
            words.iter().find_map(|w| number.strip_prefix(w)).map_or(0, |r| line.len() - r.len())
        }
        '（' | '(' | '〔' | '﹙' => {
            chars.next();
            let (mut n, mut len) = (0, 0);
            for (end, c) in chars {
                match c {
                    c if (digit(c) || han(c)) && n < 3 => n += 1,
                    '）' | ')' | '〕' | '﹚' if n > 0 => {
                        len = end;
                        break;
                    }
                    c if blank(c) => {}
                    _ => break,
                }
            }
            len
        }
        c if digit(c) || han(c) => {
            let is = |c: char| if digit(first) { digit(c) } else { han(c) };
            let mut n = 0;
            while chars.next_if(|&(_, c)| is(c)).is_some() {
                n += 1;
            }
            if n > if digit(first) { 2 } else { 3 } {
                return 0;
            }
            while chars.next_if(|&(_, c)| blank(c)).is_some() {}
            let Some((end, mark)) = chars.next() else { return 0 };
            match mark {
                '、' | '）' | ')' => end,
                '.' | '．' => {
                    // `2.5万元` is a number, `2.2022年` and `2.1 人员` are not.
                    let rest = &line[end..];
                    let run = rest.len() - rest.trim_start_matches(digit).len();
                    let year = run == 4 && (rest.starts_with("20") || rest.starts_with("19"));
                    if run == 0 || year || rest[run..].starts_with(['.', '．', '、', ' ', '\u{3000}']) {
                        end
                    } else {
                        0
                    }
                }
                _ => 0,
            }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_an_editor_counts_them_and_form_feeds_make_pages() {
        let (lines, rows) = lines("一\n\n  二 \n\x0c三\x0b四\n");
        let shown: Vec<_> = lines.iter().map(|l| (l.number, l.page, l.span.start, l.span.end)).collect();
        assert_eq!(shown, [(1, 1, 0, 3), (2, 1, 4, 4), (3, 1, 5, 11), (4, 2, 13, 16), (4, 2, 17, 20)]);
        assert_eq!(rows.len(), 4);
        assert!(rows[1].gap && !rows[2].gap && rows[2].top && !rows[3].top);
        assert_eq!((rows[1].indent, rows[1].width), (2, 2));
    }

    #[test]
    fn an_ideographic_space_is_no_text() {
        assert_eq!(lines("　\u{feff}\n　　甲\u{a0}").1.iter().map(|r| r.indent).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn a_marker_is_told_from_a_decimal_number() {
        for line in [
            "一、概况",
            "（三）支出",
            "(一）支出",
            "2.部门",
            "2．部门",
            "10、部门",
            "（12）数量",
            "1）数量",
            "①数量",
            "第一部分 概况",
            "第 一 章",
            "附件1",
            "附件 3-2：",
            "1.2022年预算",
            "2.1 人员",
            "1 .拟订",
            "十一、其他",
            "附件：名单",
        ] {
            assert!(marker(line) > 0, "{line}");
        }
        for line in [
            "1.5万元",
            "151.47万元",
            "2022年",
            "一般公共预算",
            "（单位）",
            "第三方评价",
            "附近",
            "（2022年）",
            "12",
            "三公经费",
            "",
            "2022.5",
        ] {
            assert_eq!(marker(line), 0, "{line}");
        }
    }
}
