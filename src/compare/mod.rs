//! Digests of reports in, a [`Comparison`] out: who states what, who differs from his peers, from last year, from another
//! paper of his own, and whose words are another's. Reads no report itself: [`digest`] takes from one what is needed here, so
//! that thousands fit in memory.

mod amount;
mod copied;
mod digest;
mod peers;
mod table;
mod years;

#[cfg(test)]
mod tests;

use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

pub use digest::digest;

use crate::model::{Column, Comparison, Digest, Evidence, Measure, Remark, Verdict};
use crate::patterns::{Directory, Patterns};

/// Puts reports side by side. Papers that are no self-assessments should be left out by the caller.
pub fn compare(reports: Vec<Digest>, directory: &Directory, patterns: &Patterns) -> Comparison {
    let columns = columns(patterns);
    let sections = patterns.ratios.sections.clone();
    let mut comparison = Comparison { reports, columns, sections, ..Comparison::default() };
    let keys = table::rows(&mut comparison, directory, patterns);
    peers::judge(&mut comparison, patterns);
    years::changes(&mut comparison, &keys, patterns);
    copied::find(&mut comparison, &keys, directory, patterns);
    order(&mut comparison);
    comparison
}

fn columns(patterns: &Patterns) -> Vec<Column> {
    let slots = patterns.ratios.columns.iter().map(|c| Column {
        id: c.id.clone(),
        name: c.name.clone(),
        measure: patterns.concepts.get(c.slot.concept).measure,
        formula: None,
        decimals: None,
    });
    let ratios = patterns.ratios.ratios.iter().map(|r| Column {
        id: r.id.clone(),
        name: r.name.clone(),
        measure: Some(if r.percent { Measure::Percent } else { Measure::Yuan }),
        formula: Some(r.why.clone()),
        decimals: Some(r.decimals),
    });
    slots.chain(ratios).collect()
}

/// Gravest findings first, then by check and by the order of reports; references follow.
fn order(comparison: &mut Comparison) {
    let mut places: Vec<usize> = (0..comparison.findings.len()).collect();
    places.sort_by(|&a, &b| {
        let (a, b) = (&comparison.findings[a], &comparison.findings[b]);
        (b.verdict.cmp(&a.verdict)).then_with(|| a.check.cmp(&b.check)).then_with(|| a.reports.cmp(&b.reports))
    });
    let mut new = vec![0; places.len()];
    places.iter().enumerate().for_each(|(to, &from)| new[from] = to as u32);
    for cell in comparison.rows.iter_mut().flat_map(|row| &mut row.cells) {
        cell.outlier = cell.outlier.map(|old| new[old as usize]);
    }
    for change in &mut comparison.changes {
        change.outlier = change.outlier.map(|old| new[old as usize]);
    }
    let mut findings: Vec<Option<Remark>> = std::mem::take(&mut comparison.findings).into_iter().map(Some).collect();
    comparison.findings = places.into_iter().filter_map(|from| findings[from].take()).collect();
}

/// A finding across reports, its fingerprint made from the check, who it is about and what is printed there.
fn remark(
    comparison: &Comparison,
    check: &str,
    verdict: Verdict,
    message: String,
    evidence: Vec<Evidence>,
    mut reports: Vec<u32>,
) -> Remark {
    let mut hash = Sha256::new();
    hash.update(check.as_bytes());
    for &report in &reports {
        let digest = &comparison.reports[report as usize];
        hash.update([0]);
        hash.update(digest.org.as_deref().unwrap_or(&digest.path).as_bytes());
        hash.update(digest.year.unwrap_or(0).to_le_bytes());
    }
    for evidence in &evidence {
        hash.update([0]);
        hash.update(evidence.at.quote.as_bytes());
    }
    reports.dedup();
    let fingerprint = hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect();
    Remark { check: check.to_owned(), verdict, message, evidence, reports, gap: None, allowed: None, fingerprint }
}

/// Half of both steps: how far two prints of one number may part.
fn allowed(a: Decimal, b: Decimal) -> Decimal {
    (a + b) / Decimal::TWO
}
