//! A gap and what rounding allows in, a verdict out, with the slip of the hand that would explain it.

use rust_decimal::Decimal;

use super::slip::{Slip, slip};
use super::{Ctx, amount};
use crate::model::{Measure, Verdict};

/// One figure that a slip may sit in: its name, its value as printed, its step, and what it should be for all to agree.
pub(super) struct Suspect<'n> {
    pub name: &'n str,
    pub value: Decimal,
    pub step: Decimal,
    pub should: Decimal,
}

/// What a gap means.
pub(super) struct Weighed {
    pub verdict: Verdict,
    /// The end of the message: what explains the gap.
    pub because: String,
}

/// Judges `gap` against `allowed`. Where the context does not prove that the figures are comparable, a conflict is a suspicion.
pub(super) fn weigh(
    gap: Decimal,
    allowed: Decimal,
    measure: Measure,
    proven: bool,
    suspects: &[Suspect<'_>],
) -> Weighed {
    let bound = amount(measure, allowed);
    if gap <= allowed {
        return Weighed { verdict: Verdict::Rounding, because: format!("，在四舍五入允许的{bound}以内") };
    }
    // What is counted has no rounding that a gap could exceed.
    let beyond = if allowed.is_zero() { String::new() } else { format!("，超出允许的{bound}") };
    let explained =
        suspects.iter().find_map(|s| slip(s.value, s.should, s.step, allowed).map(|slip: Slip| (s.name, slip)));
    match explained {
        Some((name, slip)) => Weighed {
            verdict: Verdict::Suspect,
            because: format!("{beyond}；疑为{name}{}，应为{}", slip.what, amount(measure, slip.should)),
        },
        None if proven => Weighed { verdict: Verdict::Conflict, because: beyond },
        None => Weighed { verdict: Verdict::Suspect, because: format!("{beyond}；两处口径是否相同须核对") },
    }
}

impl Ctx<'_> {
    /// Whether a figure of money in the folded text from `from` to `to` closes `gap`: a part that no concept names.
    pub(super) fn closed_by_another(&self, from: u32, to: u32, gap: Decimal, allowed: Decimal, known: &[u32]) -> bool {
        let figures = &self.report.figures;
        let first = figures.partition_point(|f| f.view.start < from);
        figures[first..]
            .iter()
            .take_while(|f| f.view.start < to)
            .filter(|f| f.measure == Measure::Yuan && !known.contains(&f.view.start))
            .any(|f| f.value.is_some_and(|v| (v - gap).abs() <= allowed))
    }

    /// From `at` to the end of its paragraph.
    pub(super) fn paragraph_end(&self, at: u32) -> u32 {
        self.text()[at as usize..].find('\n').map_or(self.text().len() as u32, |n| at + n as u32)
    }

    /// The beginning of the paragraph of `at`.
    pub(super) fn paragraph_start(&self, at: u32) -> u32 {
        self.text()[..at as usize].rfind('\n').map_or(0, |n| n as u32 + 1)
    }
}
