//! The lines of a title.

use super::{Page, Row, view_of, year};
use crate::model::{Part, Span};
use crate::patterns::Families;

/// A title and where it stands among the first lines.
pub(super) struct Title {
    /// Its lines in the view, annex markers left out.
    pub pieces: Vec<Span>,
}

impl Title {
    /// Where it ends in the view.
    pub fn end(&self) -> u32 {
        self.pieces.last().map_or(0, |p| p.end)
    }

    /// Where it starts in the view.
    pub fn start(&self) -> u32 {
        self.pieces.first().map_or(0, |p| p.start)
    }
}

/// The title that the outline saw, or the first line among the first ones that ends as titles do, with the lines before that it
/// goes on from.
pub(super) fn find(page: &Page, part: &Part, families: &Families) -> Option<Title> {
    if let Some(span) = part.title.filter(|t| !letterhead(page, view_of(page.doc, *t))) {
        let view = view_of(page.doc, span);
        let text = &page.doc.view.text;
        let mut pieces = Vec::new();
        let mut at = view.start;
        for line in text.get(view.range())?.split('\n') {
            pieces.push(Span::new(at as usize, at as usize + line.len()));
            at += line.len() as u32 + 1;
        }
        return tidy(page, pieces);
    }
    let head = zone(page);
    let last = (0..head.len()).find(|&i| {
        let number = head.get(i + 1).is_some_and(|next| document_number(next.text));
        is_end(page, &head[i], families) && !(number && head[i + 1..].iter().any(|row| is_end(page, row, families)))
    })?;
    let mut first = last;
    let mut text = clean(head[last].text).to_owned();
    while first > 0 && last - first < 4 && goes_on_from(page, &head[first - 1], &text, families) {
        first -= 1;
        text.insert_str(0, clean(head[first].text));
    }
    let mut end = last;
    // `某局部门预算` | `绩效自评报告`, `…绩效自评` | `报告`
    while let Some(next) = head.get(end + 1) {
        let closed = ["报告", "表", "通知", "说明", "通报", "意见", "办法", "方案", "公告", "的函"]
            .iter()
            .any(|e| bare(&text).ends_with(e));
        // `某局关于2022年度绩效自评` | `抽查复核情况的通报`
        let about = text.contains("关于") && !text.contains('的') && next.chars() <= 24;
        let short = next.chars() <= 8
            || ["绩效", "自评", "整体", "项目", "支出", "及", "和", "与", "的"]
                .iter()
                .any(|w| next.text.starts_with(w));
        if closed
            || !(short || about)
            || families.never_title(next.text)
            || !families.ends_title(bare(next.text))
            || end > last
        {
            break;
        }
        text.push_str(next.text);
        end += 1;
    }
    // `（2022年度）`, `（参考提纲）` right below.
    if let Some(next) = head.get(end + 1).filter(|n| n.chars() <= 12)
        && let Some(inner) = next.text.strip_prefix('(').and_then(|t| t.strip_suffix(')'))
        && (year::in_title(inner).is_some()
            || ["提纲", "参考", "格式", "样式", "试行", "模板"].iter().any(|w| inner.contains(w)))
    {
        end += 1;
    }
    tidy(page, head[first..=end].iter().map(Row::span).collect())
}

/// `青财绩〔2023〕5号`
pub(super) fn document_number(line: &str) -> bool {
    line.len() <= 60 && line.ends_with('号') && line.contains(['〔', '[', '﹝', '【', '(']) && line.contains("20")
}

/// What stands above a document number is a letterhead (`某县人民政府办公室` / `会议纪要`) and no title.
fn letterhead(page: &Page, title: Span) -> bool {
    page.head.iter().find(|row| row.at >= title.end).is_some_and(|row| document_number(row.text))
}

/// The lines among which a title can stand: up to the first section or the first paragraph.
fn zone<'a, 'b>(page: &'b Page<'a>) -> &'b [Row<'a>] {
    let mut contents = false;
    let end = page.head.iter().enumerate().position(|(i, row)| {
        let text = row.text;
        contents |= text == "目录" || page.in_contents(row);
        let heading = i > 0
            && !contents
            && (text.starts_with("一、") || text.starts_with("(一)") || text.starts_with("第一部分"));
        let paragraph = text.ends_with('。') && row.chars() > 24 || row.chars() > 90;
        paragraph || heading || page.body.is_some_and(|b| row.at >= b && i > 0)
    });
    &page.head[..end.unwrap_or(page.head.len()).min(50)]
}

fn is_end(page: &Page, row: &Row, families: &Families) -> bool {
    let text = clean(row.text);
    let n = text.chars().count();
    (2..=80).contains(&n)
        && text.chars().filter(|c| crate::text::fold::is_han(*c)).count() * 2 > n
        && !page.in_contents(row)
        && !families.never_title(text)
        && families.ends_title(bare(text))
        && !page_behind(text)
}

/// Whether `title` goes on from the line before it.
fn goes_on_from(page: &Page, row: &Row, title: &str, families: &Families) -> bool {
    let text = clean(row.text);
    let year = |s: &str| year::in_title(s).is_some();
    let org = |s: &str| super::org::in_title(s, page, families).is_some();
    if text.is_empty() || row.chars() > 45 || page.in_contents(row) {
        return false;
    }
    if families.never_title(text) || families.ends_title(bare(text)) || families.org_label(text).is_some() {
        return false;
    }
    match (year(text), year(title)) {
        // `2022年度` | `某区水利局` | `部门整体支出绩效自评报告`
        (true, false) => true,
        (true, true) => false,
        // `某区优化营商环境` | `协调事务中心整体支出绩效自评报告`, but not a letterhead above a title that names its organisation
        (false, _) => !org(title) || !families.ends_org(text) && !year(title) && row.chars() > 6,
    }
}

/// The pieces without annex markers, spaces around and page numbers behind.
fn tidy(page: &Page, mut pieces: Vec<Span>) -> Option<Title> {
    let text = &page.doc.view.text;
    pieces.retain(|p| annex(p.of(text)) < p.len());
    if let Some(first) = pieces.first_mut() {
        first.start += annex(first.of(text)) as u32;
    }
    if let Some(last) = pieces.last_mut() {
        let line = last.of(text);
        let core = line.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        if core.ends_with(['告', '表', '算', '明']) {
            last.end -= (line.len() - core.len()) as u32;
        }
    }
    (!pieces.is_empty()).then_some(Title { pieces })
}

/// A line without its annex marker.
fn clean(line: &str) -> &str {
    &line[annex(line)..]
}

/// The length of an annex marker: `附件1:`, `附件3-2 `, `附表二`, `附:`.
fn annex(line: &str) -> usize {
    // 公开13表2023年度…, or 公开13表 on a line of its own: the number of a table of the accounts.
    if let Some(rest) = line.strip_prefix("公开") {
        let table = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        if let Some(body) =
            table.strip_prefix('表').filter(|b| table.len() < rest.len() && (b.is_empty() || b.len() >= 12))
        {
            return line.len() - body.len();
        }
    }
    let line_ = line.trim_start_matches(['(', '【']);
    let Some(rest) = line_
        .strip_prefix("附件")
        .or_else(|| line_.strip_prefix("附表"))
        .or_else(|| line_.strip_prefix("附:").map(|_| &line_[3..]))
    else {
        return 0;
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').len();
    let mut number =
        rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-' || "一二三四五六七八九十".contains(c));
    // `附件12022年度…` is annex 1 and a year.
    if digits > 4 && rest[digits..].starts_with('年') && rest.is_char_boundary(digits - 4) {
        number = &rest[digits - 4..];
    } else if digits == 4 && rest[digits..].starts_with('年') {
        number = rest;
    }
    let body = number.trim_start_matches([':', '、', '.', ' ', ')', '】']);
    line.len() - body.len()
}

/// A title line without the bracket and the digits behind it.
pub(super) fn bare(line: &str) -> &str {
    let mut line = line.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    while let Some(open) = line.strip_suffix(')').and_then(|l| l.rfind('(')) {
        if open == 0 {
            break;
        }
        line = line[..open].trim_end();
    }
    line
}

/// `…报告12`: an entry of a table of contents without its dots.
fn page_behind(line: &str) -> bool {
    line.ends_with(|c: char| c.is_ascii_digit())
}
