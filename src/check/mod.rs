//! The reports of one file in, findings out: do the figures agree with each other? Never looks outside the file.
//!
//! Sums are judged by intervals of the printed precision: a figure printed with step s stands for anything within s/2 of it, so
//! n addends and their total may differ by half the sum of all steps (Calculations 1.1 judges sums of XBRL facts the same
//! way). What lies outside is tried against the usual slips of the hand before it is called a conflict. A conflict is said only
//! where the context proves that the figures are comparable; elsewhere the same gap is a suspicion.

mod change;
mod form;
mod grade;
mod identity;
mod list;
mod parts;
mod product;
mod ratio;
mod review;
mod same;
mod share;
mod slip;
mod stated;
mod sum;
#[cfg(test)]
mod tests;
mod weigh;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::model::{ConceptId, Finding, Measure, Report, Span, Verdict};
use crate::patterns::{Check, Kind, Patterns};
use stated::{Index, Stated};

/// Every check of `patterns` that has something to say about `report`, gravest first, then in print order.
pub fn check(report: &Report, patterns: &Patterns) -> Vec<Finding> {
    let facts = Index::new(report, patterns.concepts.len());
    let mut out = Vec::new();
    for check in patterns.checks.iter() {
        let ctx = Ctx { report, facts: &facts, check, patterns };
        judge(&ctx, &mut out);
    }
    // A reviewer's paper or somebody else's quotes figures that are wrong on purpose.
    if !patterns.families.get(report.family).report {
        out.iter_mut().for_each(|f| f.verdict = f.verdict.min(Verdict::Suspect));
    }
    once(&mut out, patterns);
    sort(&mut out, patterns);
    out
}

/// What one check says about the report.
fn judge(ctx: &Ctx<'_>, out: &mut Vec<Finding>) {
    match &ctx.check.kind {
        Kind::Sum { total, parts, optional, others } => {
            sum::sum(ctx, *total, parts, optional, others, out);
        }
        Kind::Funds { total, parts } => sum::funds(ctx, *total, parts, out),
        Kind::Items { concept, closing, opening } => {
            sum::items(ctx, *concept, out);
            list::lists(ctx, closing, opening, out);
        }
        Kind::Categories { concept, names } => sum::categories(ctx, *concept, names, out),
        Kind::Balance { gives, takes } => sum::balance(ctx, gives, takes, out),
        Kind::Levels { names } => sum::levels(ctx, names, out),
        Kind::Equal { left, right, words } => same::equal(ctx, *left, *right, words, out),
        Kind::Ratio { rate, part, whole, over } => ratio::ratio(ctx, *rate, *part, *whole, over, out),
        Kind::Order(order) => ratio::order(ctx, order, out),
        Kind::Same { unless } => same::mentions(ctx, unless, out),
        Kind::Year { words, labels, unless } => identity::year(ctx, words, labels, unless, out),
        Kind::Org { labels, selves } => identity::org(ctx, labels, selves, out),
        Kind::Capital => same::capital(ctx, out),
        // Between reports: compare's work.
        Kind::Across => {}
        Kind::Restated { words } => same::restated(ctx, words, out),
        Kind::Score { score } => same::score(ctx, *score, out),
        Kind::Change { last, what } => change::change(ctx, last, *what, out),
        Kind::Parts { sums, last } => parts::parts(ctx, sums, last, out),
        Kind::ShareTotal => share::total(ctx, out),
        Kind::Share { whole } => share::part(ctx, whole, out),
        Kind::Product { times } => product::product(ctx, times, out),
        Kind::Grade { score, grade } => grade::grade(ctx, *score, *grade, out),
        Kind::Filing { words } => grade::filing(ctx, words, out),
        Kind::Row(rule) => form::row(ctx, rule, out),
        Kind::ExecutionScore { rate } => form::execution_score(ctx, *rate, out),
        Kind::Review(rule) => review::review(ctx, rule, out),
    }
}

/// One total and one list are said once: where a check that knows what they are has spoken, the one that knows no names is silent.
fn once(findings: &mut Vec<Finding>, patterns: &Patterns) {
    let nameless: Vec<&str> =
        patterns.checks.iter().filter(|c| matches!(c.kind, Kind::Items { .. })).map(|c| c.id.as_str()).collect();
    let sum = |id: &str| {
        let of =
            |k: &Kind| matches!(k, Kind::Sum { .. } | Kind::Funds { .. } | Kind::Levels { .. } | Kind::Balance { .. });
        patterns.checks.iter().any(|c| c.id == id && of(&c.kind))
    };
    let named: Vec<Span> =
        findings.iter().filter(|f| sum(&f.check)).filter_map(|f| f.evidence.first().copied()).collect();
    let mut told: Vec<Span> = Vec::new();
    findings.retain(|f| {
        let Some(total) = f.evidence.first().filter(|_| nameless.contains(&f.check.as_str())) else { return true };
        let known = named.contains(total) || told.contains(total);
        told.push(*total);
        !known
    });
}

/// What the reports of one file say against each other: one list of findings a report, most often empty.
///
/// The score in prose against the score in the form, the text against the table, the overall report against its annexes: facts
/// with equal slots in reports of one organisation and year.
pub fn together(reports: &[Report], patterns: &Patterns) -> Vec<Vec<Finding>> {
    let mut out: Vec<Vec<Finding>> = vec![Vec::new(); reports.len()];
    if reports.len() < 2 {
        return out;
    }
    let indices: Vec<Index<'_>> = reports.iter().map(|r| Index::new(r, patterns.concepts.len())).collect();
    for check in patterns.checks.iter().filter(|c| matches!(c.kind, Kind::Same { .. } | Kind::Score { .. })) {
        for later in 1..reports.len() {
            for earlier in 0..later {
                let one = Ctx { report: &reports[earlier], facts: &indices[earlier], check, patterns };
                let other = Ctx { report: &reports[later], facts: &indices[later], check, patterns };
                same::across(&one, &other, &mut out[later]);
            }
        }
    }
    out.iter_mut().for_each(|findings| sort(findings, patterns));
    out
}

/// Gravest first: by verdict, by the weight of the check, in print order.
fn sort(findings: &mut [Finding], patterns: &Patterns) {
    findings.sort_by(|a, b| {
        b.verdict
            .cmp(&a.verdict)
            .then_with(|| patterns.checks.weight(&b.check).cmp(&patterns.checks.weight(&a.check)))
            .then_with(|| a.evidence.first().cmp(&b.evidence.first()))
            .then_with(|| a.check.cmp(&b.check))
    });
}

/// What a check works on.
struct Ctx<'a> {
    report: &'a Report,
    facts: &'a Index<'a>,
    check: &'a Check,
    patterns: &'a Patterns,
}

impl<'a> Ctx<'a> {
    /// The figures that answer `concept`, in print order.
    fn of(&self, concept: ConceptId) -> impl DoubleEndedIterator<Item = &'a Stated<'a>> + Clone + use<'a> {
        self.facts.of(concept)
    }

    fn name(&self, concept: ConceptId) -> &'a str {
        &self.patterns.concepts.get(concept).name
    }

    /// The folded text of the report's document.
    fn text(&self) -> &'a str {
        &self.report.document.view.text
    }

    /// The figure as printed, line breaks folded away, with the scale that stands elsewhere.
    fn print(&self, fact: &Stated<'a>) -> String {
        let print = fact.figure.view.of(self.text());
        let bare = print.ends_with(|c: char| c.is_ascii_digit() || c == ')');
        match (fact.figure.measure, bare) {
            // Under 单位：万元 the print has no scale; in a message it needs one.
            (Measure::Yuan, true) => format!("{}({print})", amount(Measure::Yuan, fact.value)),
            (measure, true) => format!("{print}{}", suffix(measure)),
            _ => print.to_owned(),
        }
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

    /// A stretch of the folded view as a place in the print.
    fn place(&self, view: Span) -> Span {
        let doc = &self.report.document;
        doc.view.to_print(view, &doc.text)
    }
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
        // A quote that is broken over lines in one edition and not in the next is the same quote.
        span.of(&report.document.text).split_whitespace().for_each(|piece| hash.update(piece.as_bytes()));
    }
    hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// A value the way reports print it: money in 万元 with the decimals that the value needs.
fn amount(measure: Measure, value: Decimal) -> String {
    match measure {
        Measure::Yuan if value.abs() < Decimal::from(100) => format!("{}元", value.normalize()),
        Measure::Yuan => format!("{}万元", (value / Decimal::from(10_000)).normalize()),
        other => format!("{}{}", value.normalize(), suffix(other)),
    }
}

fn suffix(measure: Measure) -> &'static str {
    match measure {
        Measure::Yuan => "元",
        Measure::Percent => "%",
        Measure::PercentPoint => "个百分点",
        Measure::Person => "人",
        Measure::Score => "分",
    }
}
