//! A report in, findings out: do the figures agree with each other?
//!
//! Sums are judged by intervals of the printed precision: a figure printed with step s stands for anything within s/2 of it, so
//! n addends and their total may differ by half the sum of all steps (Calculations 1.1 judges sums of XBRL facts the same
//! way). What lies outside is tried against the usual slips of the hand before it is called a conflict.

mod same;
mod slip;
mod sum;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::model::{Basis, Bound, ConceptId, Figure, Finding, Fund, Report, Role, Span, Value, Verdict};
use crate::patterns::{Check, Kind, Patterns};

/// Every check of `patterns` that has something to say about `report`, gravest first, then in print order.
pub fn check(report: &Report, patterns: &Patterns) -> Vec<Finding> {
    let facts = facts(report);
    let mut order: Vec<u32> = (0..facts.len() as u32).collect();
    order.sort_by_key(|&i| facts[i as usize].concept);
    let mut out = Vec::new();
    for check in patterns.checks.iter() {
        let ctx = Ctx { report, facts: &facts, order: &order, check, patterns };
        match &check.kind {
            Kind::Sum { total, parts, optional } => sum::sum(&ctx, *total, parts, optional, &mut out),
            Kind::Equal { left, right } => same::equal(&ctx, *left, *right, &mut out),
            Kind::Ratio { rate, part, whole, over } => sum::ratio(&ctx, *rate, *part, *whole, over, &mut out),
            Kind::Order { small, large, over, percent } => sum::order(&ctx, *small, *large, *over, *percent, &mut out),
            Kind::Same => same::mentions(&ctx, &mut out),
            Kind::Capital => same::capital(&ctx, &mut out),
            // Between reports: compare's work.
            Kind::Across => {}
        }
    }
    out.sort_by(|a, b| {
        b.verdict
            .cmp(&a.verdict)
            .then_with(|| a.evidence.first().cmp(&b.evidence.first()))
            .then_with(|| a.check.cmp(&b.check))
    });
    out
}

/// A fact with a figure that checks can compute with.
#[derive(Clone, Copy, Debug)]
struct Stated<'a> {
    concept: ConceptId,
    basis: Option<Basis>,
    fund: Option<Fund>,
    year: Option<i16>,
    item: Option<&'a str>,
    value: Decimal,
    step: Decimal,
    figure: &'a Figure,
    /// The block of text it stands in: facts of one block are compared with each other first.
    block: u32,
}

/// What a check works on.
struct Ctx<'a> {
    report: &'a Report,
    facts: &'a [Stated<'a>],
    /// Indices into `facts` by concept, those of one concept in print order.
    order: &'a [u32],
    check: &'a Check,
    patterns: &'a Patterns,
}

impl<'a> Ctx<'a> {
    /// The facts about `concept`, in print order.
    fn of(&self, concept: ConceptId) -> impl Iterator<Item = &'a Stated<'a>> + use<'a> {
        let facts = self.facts;
        let start = self.order.partition_point(|&i| facts[i as usize].concept < concept);
        self.order[start..].iter().map(move |&i| &facts[i as usize]).take_while(move |f| f.concept == concept)
    }

    fn name(&self, concept: ConceptId) -> &'a str {
        &self.patterns.concepts.get(concept).name
    }

    fn finding(
        &self,
        verdict: Verdict,
        message: String,
        evidence: Vec<Span>,
        gap: Option<Decimal>,
        allowed: Option<Decimal>,
    ) -> Finding {
        let fingerprint = fingerprint(self.report, &self.check.id, &evidence);
        Finding {
            check: self.check.id.clone(),
            verdict,
            message,
            evidence,
            gap: gap.map(|g| g.normalize()),
            allowed: allowed.map(|a| a.normalize()),
            fingerprint,
        }
    }
}

/// Exact, single, own figures that state a level.
fn facts(report: &Report) -> Vec<Stated<'_>> {
    let text = report.document.view.text.as_bytes();
    let mut block = 0;
    let mut at = 0;
    report
        .facts
        .iter()
        .filter_map(|fact| {
            let Value::Figure(i) = fact.value else { return None };
            let figure = &report.figures[i as usize];
            if figure.role != Role::Level
                || matches!(figure.bound, Bound::Over | Bound::Under | Bound::AtLeast | Bound::AtMost)
            {
                return None;
            }
            let here = figure.view.start as usize;
            if here >= at {
                block += memchr::memchr_iter(b'\n', &text[at..here]).count() as u32;
                at = here;
            }
            Some(Stated {
                concept: fact.slot.concept,
                basis: fact.slot.basis,
                fund: fact.slot.fund,
                year: fact.slot.year,
                item: fact.slot.item.as_deref(),
                value: figure.value?,
                step: figure.step,
                figure,

                block,
            })
        })
        .collect()
}

/// The figure as printed, line breaks folded away.
fn print<'a>(report: &'a Report, fact: &Stated<'a>) -> &'a str {
    fact.figure.view.of(&report.document.view.text)
}

/// Stable over runs as long as the check, the organisation's file and the quotes stay: the quotes, not their places, are hashed.
fn fingerprint(report: &Report, check: &str, evidence: &[Span]) -> String {
    let mut hash = Sha256::new();
    hash.update(check.as_bytes());
    for part in [report.title.as_ref(), report.org.as_ref()].into_iter().flatten() {
        hash.update([0]);
        hash.update(part.text.as_bytes());
    }
    for span in evidence {
        hash.update([0]);
        hash.update(span.of(&report.document.text).as_bytes());
    }
    hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// 元 as 万元 with the decimals that the value needs: the way reports print money.
fn wan(value: Decimal) -> String {
    let wan = (value / Decimal::from(10_000)).normalize();
    format!("{wan}万元")
}
