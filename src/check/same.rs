//! Figures that should be equal: two sides of an account, repeated mentions, capital numerals and digits.

use rust_decimal::Decimal;

use super::{Ctx, Stated, print, slip, wan};
use crate::model::{ConceptId, Finding, Measure, Span, Verdict};
use crate::text::numeral::is_formal;

/// left = right, where one paragraph states both for the same stage, year and fund.
pub(super) fn equal(ctx: &Ctx<'_>, left: ConceptId, right: ConceptId, out: &mut Vec<Finding>) {
    for l in ctx.of(left) {
        // 总计 against 总计: an income that says nothing of carry-over need not equal the expenditure.
        let r = ctx.of(right).find(|r| {
            r.block == l.block
                && r.basis == l.basis
                && r.year == l.year
                && r.fund == l.fund
                && grand(ctx, l)
                && grand(ctx, r)
        });
        let Some(r) = r else { continue };
        let gap = (l.value - r.value).abs();
        if gap.is_zero() {
            continue;
        }
        let allowed = (l.step + r.step) / Decimal::TWO;
        let mut message = format!(
            "{}{}与{}{}应当相等，相差{}",
            ctx.name(l.concept),
            print(ctx.report, l),
            ctx.name(r.concept),
            print(ctx.report, r),
            wan(gap)
        );
        let verdict = grade(l, r, gap, allowed, &mut message);
        out.push(ctx.finding(verdict, message, vec![l.figure.span, r.figure.span], Some(gap), Some(allowed)));
    }
}

/// Whether the words right before a figure call it a grand total (收入总计, 支出总计).
fn grand(ctx: &Ctx<'_>, fact: &Stated<'_>) -> bool {
    let text = &ctx.report.document.view.text;
    let mut from = (fact.figure.view.start as usize).saturating_sub(36);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = &text[from..fact.figure.view.start as usize];
    let clause = before.rsplit(['，', '。', '；', '\n']).next().unwrap_or(before);
    clause.contains("总计")
}

fn grade(a: &Stated<'_>, b: &Stated<'_>, gap: Decimal, allowed: Decimal, message: &mut String) -> Verdict {
    if gap <= allowed {
        message.push_str("，由四舍五入造成。");
        return Verdict::Rounding;
    }
    match slip::slip(a.value, b.value, a.step, allowed).or_else(|| slip::slip(b.value, a.value, b.step, allowed)) {
        Some(slip) => {
            message.push_str(&format!("；疑为{slip}。"));
            Verdict::Suspect
        }
        None => {
            message.push('。');
            Verdict::Conflict
        }
    }
}

/// Mentions of one slot agree.
pub(super) fn mentions(ctx: &Ctx<'_>, out: &mut Vec<Finding>) {
    for a in ctx.facts {
        if a.item.is_some() || a.figure.measure != Measure::Yuan {
            continue;
        }
        // Only against the first mention, so that one slip gives one finding.
        let same = |f: &Stated<'_>| f.basis == a.basis && f.year == a.year && f.fund == a.fund && f.item.is_none();
        let mut mentions = ctx.of(a.concept).filter(|f| same(f));
        if mentions.next().is_none_or(|first| !std::ptr::eq(first, a)) {
            continue;
        }
        let Some(b) = mentions.find(|f| f.value != a.value) else { continue };
        let gap = (a.value - b.value).abs();
        // The coarser print decides: 73387.27万元 and 7.34亿元 are the same.
        let allowed = (a.step + b.step) / Decimal::TWO;
        let mut message = format!(
            "{}前文为{}，后文为{}，相差{}",
            ctx.name(a.concept),
            print(ctx.report, a),
            print(ctx.report, b),
            wan(gap)
        );
        let verdict = grade(a, b, gap, allowed, &mut message);
        // Two mentions may speak of different things under one name; without a slip that explains the gap this is a question.
        let verdict = if verdict == Verdict::Conflict { Verdict::Suspect } else { verdict };
        out.push(ctx.finding(verdict, message, vec![a.figure.span, b.figure.span], Some(gap), Some(allowed)));
    }
}

/// `壹拾贰万叁仟元整（¥123000.00元）`: capital numerals and the digits beside them.
pub(super) fn capital(ctx: &Ctx<'_>, out: &mut Vec<Finding>) {
    let text = &ctx.report.document.view.text;
    for pair in ctx.report.figures.windows(2) {
        let [a, b] = pair else { continue };
        if a.measure != Measure::Yuan || b.measure != Measure::Yuan {
            continue;
        }
        let formal = |s: Span| s.of(text).chars().any(is_formal);
        if formal(a.view) == formal(b.view) {
            continue;
        }
        let between = &text[a.view.end as usize..b.view.start as usize];
        let beside = between.chars().count() <= 12
            && between.contains(['(', '（', ':'])
            && between.chars().all(|c| "整正()（）:，大小写人民币¥即计".contains(c));
        let (Some(x), Some(y)) = (a.value, b.value) else { continue };
        if !beside || x == y {
            continue;
        }
        let gap = (x - y).abs();
        let (capital, digits) = if formal(a.view) { (a, b) } else { (b, a) };
        let allowed = if digits.step > Decimal::ONE { digits.step / Decimal::TWO } else { Decimal::ZERO };
        let verdict = if gap <= allowed { Verdict::Rounding } else { Verdict::Conflict };
        let message =
            format!("大写{}与小写{}不一致，相差{}元。", capital.view.of(text), digits.view.of(text), gap.normalize());
        out.push(ctx.finding(verdict, message, vec![a.span, b.span], Some(gap), Some(allowed)));
    }
}
