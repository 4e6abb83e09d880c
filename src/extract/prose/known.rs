//! What the grammar itself speaks of: concepts by their ids, and the kinds of posts.

use crate::model::{ConceptId, Span};
use crate::patterns::Patterns;

/// Concepts that the grammar itself speaks of.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Known {
    pub budget: Option<ConceptId>,
    pub income: Option<ConceptId>,
    pub fiscal: Option<ConceptId>,
    pub other_income: Option<ConceptId>,
    pub expenditure: Option<ConceptId>,
    pub government: Option<ConceptId>,
    pub state_capital: Option<ConceptId>,
    pub social_insurance: Option<ConceptId>,
    pub execution: Option<ConceptId>,
    pub score: Option<ConceptId>,
    pub grade: Option<ConceptId>,
    pub project: Option<ConceptId>,
    pub quota: Option<ConceptId>,
    pub actual: Option<ConceptId>,
    pub basic: Option<ConceptId>,
    pub control: Option<ConceptId>,
    pub satisfaction: Option<ConceptId>,
    pub begin: Option<ConceptId>,
    pub end: Option<ConceptId>,
}

impl Known {
    pub fn new(patterns: &Patterns) -> Self {
        let id = |name| patterns.concepts.id(name);
        Known {
            budget: id("budget.total"),
            income: id("income.total"),
            fiscal: id("income.fiscal"),
            other_income: id("income.other"),
            expenditure: id("expenditure.total"),
            government: id("fund.government"),
            state_capital: id("fund.state_capital"),
            social_insurance: id("fund.social_insurance"),
            execution: id("rate.execution"),
            score: id("score.self"),
            grade: id("grade.self"),
            project: id("expenditure.project"),
            quota: id("headcount.quota"),
            actual: id("headcount.actual"),
            basic: id("expenditure.basic"),
            control: id("rate.staff_control"),
            satisfaction: id("satisfaction"),
            begin: id("carryover.begin"),
            end: id("carryover.end"),
        }
    }
}

/// 行政编制: the category that the name of a headcount says.
pub(in super::super) fn category(text: &str, name: Span) -> Option<Span> {
    let words: [(&str, &str); 6] =
        [("参公", "参公"), ("参照", "参照"), ("行政", "行政"), ("工勤", "工勤"), ("后勤", "后勤"), ("事业", "事业")];
    let print = name.of(text);
    words.iter().find_map(|(cue, word)| {
        print.contains(cue).then(|| {
            let at = name.start as usize + print.find(word).unwrap_or(0);
            Span::new(at, at + word.len())
        })
    })
}
