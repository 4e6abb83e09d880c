//! Numbers of the folded view in, figures out: scales declared in a header or label are bound to the bare numbers under them.

use memchr::memmem;
use rust_decimal::Decimal;

use crate::model::Span;
use crate::text::figure::{Token, Unit};

/// A declaration such as `单位：万元` or `（万元）`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared {
    /// Its place in the folded view.
    pub view: Span,
    /// What its numbers count: money or, under （人）, heads.
    pub unit: Unit,
    /// 10000 for 万元.
    pub multiplier: i128,
    /// True for 单位：万元, which holds for the lines below; false for a bracket, which holds for its own line.
    pub header: bool,
}

/// Binds the scales that labels declare (`年初预算数（万元）：113.52`): bare numbers become money, with `scale_from` at the declaration.
pub(super) fn bind_labels(text: &str, declared: &[Declared], tokens: &mut [Token]) {
    for d in declared.iter().filter(|d| !d.header) {
        label(text, d, tokens);
    }
}

/// Every scale that `text` declares, in order.
pub(super) fn declarations(text: &str) -> Vec<Declared> {
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
                out.push(Declared { view: Span::new(at, end), multiplier, unit: Unit::Money, header: true });
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
                out.push(Declared { view, multiplier, unit: Unit::Money, header });
            }
        }
    }
    for at in memmem::find_iter(text.as_bytes(), "(人)\n".as_bytes()) {
        out.push(Declared { view: Span::new(at, at + "(人)".len()), multiplier: 1, unit: Unit::Person, header: true });
    }
    out.sort_by_key(|d| d.view.start);
    out
}

/// The multiplier and length of a scale at the start of `text`.
pub(super) fn scale(text: &str) -> Option<(i128, usize)> {
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
        let glued = token.unit == Unit::Count && token.number.is_some_and(|n| n.len == token.view.len());
        if token.unit == Unit::Bare || glued {
            bind(token, d, text, false);
        }
    }
}

/// Makes `token` an amount of the scale `d`. `sure` says that its header calls it one: then 2020 is no year.
pub(super) fn bind(token: &mut Token, d: &Declared, text: &str, sure: bool) {
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
    if !sure && number.decimals == 0 && !number.grouped && (1990..=2099).contains(&number.mantissa) && d.multiplier > 1
    {
        return;
    }
    let Some(value) = number.value(d.multiplier) else { return };
    token.value = Some(if token.negative { -value } else { value });
    token.step = number.step(d.multiplier).unwrap_or(Decimal::ONE);
    token.unit = d.unit;
    token.multiplier = d.multiplier;
    token.scale_from = Some(d.view);
}
