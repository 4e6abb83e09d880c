//! Rows of indicators in, facts out: the total of their scores, and what an indicator reaches that is a concept of its own.

use super::facts::subject;
use crate::extract::figures::{Declared, bind, scale};
use crate::extract::indicator::Found;
use crate::extract::prose::{Answer, Context, Known, Reading, Subject};
use crate::model::{Bound, ConceptId, Direction, Document, Measure, Role, Span};
use crate::patterns::Patterns;
use crate::text::figure::{Token, Unit};

/// What rows of indicators state: the total of their scores, and the reached value of what a concept of its own names.
pub(in crate::extract) fn indicator_facts(
    doc: &Document,
    found: &Found,
    tokens: &mut [Token],
    patterns: &Patterns,
    known: &Known,
    context: impl Fn(u32) -> (Context, Option<u32>),
    out: &mut Vec<(Reading, Option<u32>)>,
) {
    let token = |tokens: &[Token], print: Span| -> Option<usize> {
        let (start, end) = (doc.view.view_at(print.start), doc.view.view_at(print.end));
        let i = tokens.partition_point(|t| t.view.start < start);
        tokens.get(i).filter(|t| t.view.start < end).map(|_| i)
    };
    let stated = |out: &[(Reading, Option<u32>)], t: usize| {
        out.iter().position(|(r, _)| matches!(r.answer, Answer::Figure(other) if other == t))
    };
    let subject_of = |concept: ConceptId, context: &Context| Subject {
        concept,
        basis: patterns.concepts.get(concept).basis,
        fund: None,
        year: context.year,
        item: None,
    };
    for span in &found.totals {
        let (Some(t), Some(score)) = (token(tokens, *span), known.score) else { continue };
        if stated(out, t).is_none() {
            let (context, section) = context(tokens[t].view.start);
            out.push((Reading { subject: subject_of(score, &context), answer: Answer::Figure(t) }, section));
        }
    }
    for span in &found.grades {
        if let Some(grade) = known.grade {
            let view = Span { start: doc.view.view_at(span.start), end: doc.view.view_at(span.end) };
            let (context, section) = context(view.start);
            out.push((Reading { subject: subject_of(grade, &context), answer: Answer::Text(view) }, section));
        }
    }
    let satisfaction = patterns.concepts.id("satisfaction");
    let mut hits = Vec::new();
    for (row, places) in found.rows.iter().zip(&found.places) {
        let start = doc.view.view_at(row.span.start);
        let end = doc.view.view_at(row.span.end);
        // A row is read by its columns: what the words of its line seemed to say is dropped, but for the sentence of a reason.
        let reason = places.reason.map(|r| (doc.view.view_at(r.start), doc.view.view_at(r.end)));
        let told = |at: u32| reason.is_some_and(|(from, to)| from <= at && at < to);
        let inside = |r: &Reading| {
            let Answer::Figure(t) = r.answer else { return false };
            let at = tokens[t].view.start;
            start <= at && at < end && !told(at)
        };
        out.retain(|(r, _)| !inside(r));
        let Some(t) = places.actual.and_then(|span| token(tokens, span)) else { continue };
        hits.clear();
        let named = subject(Span::new(0, row.level3.len()), &row.level3, patterns, &mut hits).concept;
        let percent =
            tokens[t].unit == Unit::Percent || tokens[t].unit == Unit::Bare && row.measure.as_deref() == Some("%");
        let pleased = [row.level1.as_deref(), row.level2.as_deref(), Some(row.level3.as_str())]
            .into_iter()
            .flatten()
            .any(|level| level.contains("满意"));
        let Some(concept) = named.or(satisfaction.filter(|_| pleased && percent)) else { continue };
        let c = patterns.concepts.get(concept);
        let fits = match c.measure {
            Some(Measure::Percent) => percent,
            // 资金总额 as an indicator repeats the money of the form; the costs of the office do not.
            Some(Measure::Yuan) => tokens[t].unit == Unit::Money && c.nil && !c.id.starts_with("carryover"),
            _ => false,
        };
        if !fits || stated(out, t).is_some() {
            continue;
        }
        if percent {
            tokens[t].unit = Unit::Percent;
        }
        let (context, section) = context(tokens[t].view.start);
        out.push((Reading { subject: subject_of(concept, &context), answer: Answer::Figure(t) }, section));
    }
}

/// Values of rows whose 度量单位 is 万元 or 元 are amounts: `≤ | 62.5 | 万元 | 60.85`.
pub(in crate::extract) fn measured(
    doc: &Document,
    found: &Found,
    tokens: &mut [Token],
    roles: &mut [(Role, Option<Direction>)],
) {
    let view = |print: Span| Span { start: doc.view.view_at(print.start), end: doc.view.view_at(print.end) };
    for (row, places) in found.rows.iter().zip(&found.places) {
        let Some(measure) = places.measure.map(view) else { continue };
        let print = measure.of(&doc.view.text);
        let Some((multiplier, _)) = scale(print).filter(|(_, len)| *len == print.len()) else { continue };
        let declared = Declared { view: measure, multiplier, unit: Unit::Money, header: false };
        for (place, target) in [(places.target, true), (places.actual, false)] {
            let Some(cell) = place.map(view) else { continue };
            let at = tokens.partition_point(|t| t.view.start < cell.start);
            let Some(token) = tokens.get_mut(at).filter(|t| t.view.end <= cell.end) else { continue };
            let number = token.number.is_some_and(|n| n.len == token.view.len());
            if number && matches!(token.unit, Unit::Bare | Unit::Count) {
                bind(token, &declared, &doc.view.text, true);
                if target {
                    token.bound = row.direction.unwrap_or(Bound::Exact);
                    roles[at].0 = Role::Target;
                }
            }
        }
    }
}
