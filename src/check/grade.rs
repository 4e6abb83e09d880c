//! The grade against the score, and the date of signature against the year reported on.

use memchr::memmem;
use rust_decimal::Decimal;

use super::Ctx;
use crate::model::{ConceptId, Finding, Span, Value, Verdict};

/// The printed grade is the one that the bands give the printed score.
pub(super) fn grade(ctx: &Ctx<'_>, score: ConceptId, grade: ConceptId, out: &mut Vec<Finding>) {
    let Some(printed) = ctx.report.facts.iter().find(|f| f.slot.concept == grade && f.slot.item.is_none()) else {
        return;
    };
    let Value::Text(word) = &printed.value else { return };
    // The score nearest to the grade is the one that it speaks of.
    let at = ctx.report.document.view.view_at(printed.span.start);
    let scores =
        ctx.of(score).filter(|s| s.item.is_none() && s.value <= Decimal::ONE_HUNDRED && s.year == printed.slot.year);
    let Some(score) = scores.min_by_key(|s| s.at().abs_diff(at)) else { return };
    let head: String =
        [ctx.report.title.as_ref(), ctx.report.org.as_ref()].into_iter().flatten().map(|p| p.text.as_str()).collect();
    let bands = ctx.patterns.checks.bands(&head);
    let plain = word.trim_matches(|c: char| "“”\"‘’（）() 。".contains(c));
    let Some(named) = bands.grades.iter().find(|g| g.names.iter().any(|n| n == plain)) else { return };
    if named.from <= score.value && score.value < named.below {
        return;
    }
    // Where the place's own rule was not seen, the usual bands may be meant.
    let usual = ctx.patterns.checks.bands("");
    let meant = usual
        .grades
        .iter()
        .any(|g| g.names.iter().any(|n| n == plain) && g.from <= score.value && score.value < g.below);
    if !bands.certain && meant {
        return;
    }
    let Some(right) = bands.grades.iter().find(|g| g.from <= score.value && score.value < g.below) else { return };
    let gap = if score.value < named.from { named.from - score.value } else { score.value - named.below };
    let own = own_bands(ctx);
    let message = format!(
        "自评得分{}按分档（{}）应为“{}”，文中等级为“{plain}”{}。",
        ctx.print(score),
        bands.title,
        right.names[0],
        if own { "；文中另有分档标准，无法判断" } else { "" }
    );
    let verdict = match own {
        true => Verdict::Undecidable,
        false if !bands.certain => Verdict::Suspect,
        false => Verdict::Conflict,
    };
    out.push(ctx.finding(verdict, message, vec![printed.span, score.figure.span], Some(gap), None));
}

/// Whether the report prints bands of its own: `85分（含）以上为优`.
fn own_bands(ctx: &Ctx<'_>) -> bool {
    ctx.text()[ctx.report.view.range()].split(['。', '\n']).any(|sentence| {
        let numbers = sentence.split(|c: char| !c.is_ascii_digit()).filter(|d| d.len() == 2).count();
        numbers >= 2 && sentence.contains('优') && sentence.contains('良') && sentence.contains('分')
    })
}

/// A report is signed after the year that it reports on.
pub(super) fn filing(ctx: &Ctx<'_>, words: &[String], out: &mut Vec<Finding>) {
    let Some(year) = ctx.report.year else { return };
    let text = ctx.text();
    let view = ctx.report.view.range();
    let body = text[view.clone()].as_bytes();
    // A label and its date, or the last lines of a letter: a date alone. Either is found by memmem, since most lines are neither.
    let labelled = words.iter().flat_map(|w| memmem::find_iter(body, w.as_bytes()).map(|at| view.start + at + w.len()));
    let alone = memmem::find_iter(body, "日\n".as_bytes())
        .chain(body.ends_with("日".as_bytes()).then_some(body.len()))
        .filter_map(|at| {
            let start = text[..view.start + at].rfind('\n').map_or(0, |n| n + 1).max(view.start);
            let print = &text[start..view.start + at];
            (print.chars().count() < 12 && print.starts_with(|c: char| c.is_ascii_digit())).then_some(start)
        });
    let mut starts: Vec<usize> = labelled.chain(alone).collect();
    starts.sort_unstable();
    for from in starts {
        let end = text[from..view.end].find('\n').map_or(view.end, |n| from + n);
        let Some((at, (y, m, d))) = date(&text[from..end]) else { continue };
        if at > 6 || y != year {
            continue;
        }
        let place = Span::new(from + at, end);
        let message = format!("落款日期{y}年{m}月{d}日在报告年度{year}年之内，年度尚未终了，决算数无从得出。");
        out.push(ctx.finding(Verdict::Suspect, message, vec![ctx.place(place)], None, None));
        return;
    }
}

/// The first date of `text` and where it begins: 2021年12月31日, 2021-12-31, 2021.12.31.
fn date(text: &str) -> Option<(usize, (i16, u8, u8))> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = text[at..].split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    let (y, m, d) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let (year, month, day) = (y.parse().ok()?, m.parse().ok()?, d.parse().ok()?);
    let likely = (1990..=2099).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let mark = text[at + y.len()..].chars().next()?;
    (likely && "年-./".contains(mark)).then_some((at, (year, month, day)))
}
