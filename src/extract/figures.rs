//! Numbers of the folded view in, figures out: scales declared in a header or label are bound to the bare numbers under them.

use memchr::memmem;
use rust_decimal::Decimal;

use crate::model::{Document, Span};
use crate::text::figure::{Token, Unit};

/// A declaration such as `单位：万元` or `（万元）`.
#[derive(Clone, Copy, Debug)]
struct Declared {
    /// Its place in the folded view.
    view: Span,
    /// 10000 for 万元.
    multiplier: i128,
    /// True for 单位：万元, which holds for the lines below; false for a bracket, which holds for its own line.
    header: bool,
}

/// Binds declared scales: bare numbers become money, with `scale_from` at the declaration.
pub(super) fn bind_scales(doc: &Document, tokens: &mut [Token]) {
    let text = doc.view.text.as_str();
    let declared = declarations(text);
    if declared.is_empty() {
        return;
    }
    for (n, d) in declared.iter().enumerate() {
        let until =
            declared[n + 1..].iter().find(|next| next.header).map_or(text.len(), |next| next.view.start as usize);
        if d.header {
            table(text, d, until, tokens);
        } else {
            label(text, d, tokens);
        }
    }
}

fn declarations(text: &str) -> Vec<Declared> {
    let mut out = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), "单位".as_bytes()) {
        let rest = text[at + 6..].trim_start_matches([':', '为', ' ', '(']);
        let skipped = text.len() - at - 6 - rest.len();
        if skipped == 0 {
            continue;
        }
        let rest = rest.strip_prefix("人民币").unwrap_or(rest);
        if let Some((multiplier, len)) = scale(rest) {
            let end = text.len() - rest.len() + len;
            // `单位：元/吨`, `单位：万元户` are no scales of a table.
            if !text[end..].starts_with(|c: char| c == '/' || c.is_alphabetic() && c != '、' && !"项目".contains(c))
            {
                out.push(Declared { view: Span::new(at, end), multiplier, header: true });
            }
        }
    }
    for at in memmem::find_iter(text.as_bytes(), "元)".as_bytes()) {
        let Some(open) = text[..at].rfind('(').filter(|o| at - o <= 16) else { continue };
        let inside = text[open + 1..at + 3].trim_start_matches("单位:").trim_start_matches("金额");
        if let Some((multiplier, len)) = scale(inside)
            && len == inside.len()
        {
            let view = Span::new(open, at + 4);
            // A table's title ends in its scale: 年度支出情况（万元） over a row of headers.
            let behind = &text[at + 4..];
            let next = behind.strip_prefix('\n').map(|n| n.split('\n').next().unwrap_or(""));
            let header =
                next.is_some_and(|n| !n.is_empty() && !n.bytes().all(|b| b.is_ascii_digit() || b".,-".contains(&b)));
            if !out.iter().any(|d| d.view.start <= view.end && view.start <= d.view.end) {
                out.push(Declared { view, multiplier, header });
            }
        }
    }
    out.sort_by_key(|d| d.view.start);
    out
}

/// The multiplier and length of a scale at the start of `text`.
fn scale(text: &str) -> Option<(i128, usize)> {
    [
        ("百万元", 1_000_000),
        ("千万元", 10_000_000),
        ("万元", 10_000),
        ("亿元", 100_000_000),
        ("千元", 1000),
        ("百元", 100),
        ("元", 1),
    ]
    .into_iter()
    .find(|(name, _)| text.starts_with(name))
    .map(|(name, multiplier)| (multiplier, name.len()))
}

/// `年初预算数（万元）：113.52`: the numbers behind the bracket in the same line.
fn label(text: &str, d: &Declared, tokens: &mut [Token]) {
    let from = d.view.end;
    let mut end = text[from as usize..].find('\n').map_or(text.len(), |n| from as usize + n);
    // A header cell alone on its line: `年初预算数（万元）` ⏎ `113.52`.
    if end == from as usize {
        let next = text.get(end + 1..).unwrap_or("");
        let line = next.split('\n').next().unwrap_or("");
        if !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-')) {
            end = end + 1 + line.len();
        }
    }
    let from_index = tokens.partition_point(|t| t.view.start < from);
    let mut last = from as usize;
    for token in &mut tokens[from_index..] {
        if token.view.end as usize > end {
            break;
        }
        let between = &text[last..token.view.start as usize];
        if between.contains(['，', '。', '；', '(']) || between.chars().count() > 12 {
            break;
        }
        last = token.view.end as usize;
        if token.unit == Unit::Bare {
            bind(token, d, text);
        }
    }
}

/// `单位：万元`: the money cells of the table below, up to the first prose.
fn table(text: &str, d: &Declared, until: usize, tokens: &mut [Token]) {
    let mut at = text[d.view.end as usize..].find('\n').map_or(text.len(), |n| d.view.end as usize + n + 1);
    let mut header: Vec<&str> = Vec::new();
    let mut label = "";
    let mut column = 0;
    let mut in_rows = false;
    let mut index = tokens.partition_point(|t| (t.view.start as usize) < at);
    let stop = until.min(text.len());
    while at < stop {
        let line_end = text[at..].find('\n').map_or(text.len(), |n| at + n);
        let line = &text[at..line_end];
        let first = index;
        while index < tokens.len() && (tokens[index].view.start as usize) < line_end {
            index += 1;
        }
        if prose(line) {
            break;
        }
        let row = &mut tokens[first..index];
        let numbers = row.iter().filter(|t| cell(t)).count();
        let lone = numbers == 1 && !line.contains(|c: char| c.is_alphabetic() && c != '万' && c != '元');
        if numbers == 0 && blank(line) {
            column += 1;
        } else if numbers == 0 {
            // A header or the label of a row that is printed one cell a line.
            if in_rows && line.split(' ').count() > 1 {
                header.clear();
                in_rows = false;
            }
            if !in_rows {
                header.extend(line.split(' ').filter(|s| !s.is_empty()));
            }
            label = line;
            column = 0;
        } else if lone {
            if !in_rows {
                // The last text before the first number is the label of the first row.
                in_rows = true;
                header.pop();
                if header.first().is_some_and(|h| names_rows(h)) {
                    header.remove(0);
                }
            }
            let title = header.get(column).copied().unwrap_or("");
            column += 1;
            if !counts(label) && !counts(title) {
                for token in row.iter_mut().filter(|t| t.unit == Unit::Bare) {
                    bind(token, d, text);
                }
            }
        } else {
            in_rows = true;
            let columns = &header[header.len().saturating_sub(numbers)..];
            let named = line.split(' ').next().unwrap_or("");
            let row_counts = counts(named) && !line.contains("费");
            let mut column = 0;
            for token in row.iter_mut() {
                if !cell(token) {
                    continue;
                }
                let title = columns.get(column).copied().unwrap_or("");
                column += 1;
                if token.unit == Unit::Bare
                    && !row_counts
                    && (columns.len() != numbers || !counts(title))
                    && !counts(&text[at..token.view.start as usize])
                {
                    bind(token, d, text);
                }
            }
        }
        at = line_end + 1;
    }
}

/// A cell that says nothing.
fn blank(line: &str) -> bool {
    matches!(line, "-" | "—" | "/" | "——" | "--" | "无" | "\\" | "－")
}

/// The header of the column that names the rows.
fn names_rows(header: &str) -> bool {
    ["项目", "指标", "名称", "类别", "内容", "科目", "单位", "类型", "项  目", "资金来源"]
        .iter()
        .any(|w| header.ends_with(w))
}

/// A cell of a table that prints a number.
fn cell(token: &Token) -> bool {
    matches!(token.unit, Unit::Bare | Unit::Money | Unit::Percent)
}

/// Headers and row labels whose numbers are no money.
fn counts(label: &str) -> bool {
    const WORDS: [&str; 24] = [
        "分值",
        "得分",
        "权重",
        "人数",
        "编制",
        "数量",
        "执行率",
        "比例",
        "占比",
        "%",
        "序号",
        "控制率",
        "面积",
        "批次",
        "人次",
        "辆",
        "台",
        "编号",
        "编码",
        "代码",
        "年度",
        "行次",
        "完成率",
        "(人)",
    ];
    WORDS.iter().any(|w| label.contains(w))
}

/// A line that is a sentence and no row of a table.
fn prose(line: &str) -> bool {
    line.contains('。') || line.matches('，').count() >= 2 || line.chars().count() > 120
}

fn bind(token: &mut Token, d: &Declared, text: &str) {
    let Some(number) = token.number else { return };
    // (1.15) in a table of money is negative.
    if !token.negative
        && number.decimals > 0
        && text[..token.view.start as usize].ends_with('(')
        && text[token.view.end as usize..].starts_with(')')
    {
        token.negative = true;
        token.view = Span { start: token.view.start - 1, end: token.view.end + 1 };
        token.tail = token.view.end;
    }
    // A bare year in a table is a year.
    if number.decimals == 0 && !number.grouped && (1990..=2099).contains(&number.mantissa) && d.multiplier > 1 {
        return;
    }
    let Some(value) = number.value(d.multiplier) else { return };
    token.value = Some(if token.negative { -value } else { value });
    token.step = number.step(d.multiplier).unwrap_or(Decimal::ONE);
    token.unit = Unit::Money;
    token.multiplier = d.multiplier;
    token.scale_from = Some(d.view);
}
