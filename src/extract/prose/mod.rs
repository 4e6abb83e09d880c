//! A sentence's items in, facts and roles out.
//!
//! A fact is read where a name of a concept is tied to a figure by known words alone. The walk goes from the figure to the left:
//! binding words are passed, stages, funds and years are taken up, and the first name is the subject; unknown text before a
//! name is found ends the walk without a fact. 其中 makes the figure before it the parent of what follows.

mod complete;
mod ground;
mod label;
mod role;
mod silent;

use smallvec::SmallVec;

use super::sentence::{Item, Kind};
use crate::model::{Basis, Bound, ConceptId, Direction, Fund, Measure, Nil, Role, Span};
use crate::patterns::{Patterns, Word};
use crate::text::figure::{Token, Unit};

/// What the surroundings of a sentence say about it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context {
    /// The fiscal year of the report.
    pub year: Option<i16>,
    /// The fund that a heading above names.
    pub fund: Option<Fund>,
    /// The concept that the heading above is about.
    pub concept: Option<ConceptId>,
    /// The section lists wanted values, not reached ones.
    pub targets: bool,
    /// The section tells what was achieved.
    pub results: bool,
    /// The project that the heading above names.
    pub item: Option<Span>,
    /// The title of the report, in the folded view.
    pub title: Option<Span>,
}

/// Who is spoken of.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub concept: ConceptId,
    pub basis: Option<Basis>,
    pub fund: Option<Fund>,
    pub year: Option<i16>,
    pub item: Option<Span>,
}

/// An answer that was read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub subject: Subject,
    pub answer: Answer,
}

#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// Index of the token.
    Figure(usize),
    /// A word of the text.
    Text(Span),
    /// 无, at its place.
    Nil(Nil, Span),
}

/// What the label of a figure says.
#[derive(Clone, Debug, Default)]
struct Label {
    concepts: SmallVec<[ConceptId; 2]>,
    /// Another concept before the name: 三公经费预算执行率.
    qualifier: Option<Span>,
    /// The name of the concept as printed.
    name: Option<Span>,
    /// The named project before it.
    named: Option<Span>,
    basis: Option<Basis>,
    fund: Option<Fund>,
    year: Option<i16>,
    change: Option<Direction>,
    share: bool,
    of_which: bool,
    gap: bool,
    crossed: bool,
    stopped: bool,
    /// In a bracket behind the figure before.
    inside: bool,
    /// The stage is said by a word of spending (实际支出), not of accounting (决算).
    spent: bool,
}

/// What stands before a name that holds only on known ground.
enum Ground {
    Known,
    /// The name of a project.
    Project(Span),
    Unknown,
}

/// Reads sentences one after the other.
pub(super) struct Reader<'a> {
    pub text: &'a str,
    pub patterns: &'a Patterns,
    pub tokens: &'a [Token],
    pub known: Known,
}

/// Concepts that the grammar itself speaks of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub budget: Option<ConceptId>,
    pub income: Option<ConceptId>,
    pub fiscal: Option<ConceptId>,
    pub other_income: Option<ConceptId>,
    pub expenditure: Option<ConceptId>,
    pub government: Option<ConceptId>,
    pub state_capital: Option<ConceptId>,
    pub social_insurance: Option<ConceptId>,
    pub score: Option<ConceptId>,
    pub grade: Option<ConceptId>,
    pub project: Option<ConceptId>,
    pub quota: Option<ConceptId>,
    pub actual: Option<ConceptId>,
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
            score: id("score.self"),
            grade: id("grade.self"),
            project: id("expenditure.project"),
            quota: id("headcount.quota"),
            actual: id("headcount.actual"),
        }
    }
}

impl Reader<'_> {
    /// Facts of one sentence into `out`; the role and direction of each of its figures through `role`.
    pub fn sentence(
        &self,
        items: &[Item<'_>],
        context: &Context,
        out: &mut Vec<Reading>,
        mut role: impl FnMut(usize, Role, Option<Direction>),
    ) {
        let mut parents: SmallVec<[Subject; 4]> = SmallVec::new();
        let mut previous: Option<Subject> = None;
        let mut said_year: Option<i16> = None;
        let mut start = 0;
        let mut list: Option<(SmallVec<[Subject; 4]>, usize)> = None;
        let mut quoted = 0;
        for (i, item) in items.iter().enumerate() {
            match &item.kind {
                // 《…（2022年版）》 is no statement of the year.
                Kind::Known => match item.view.of(self.text) {
                    "《" => quoted += 1,
                    "》" => quoted -= 1,
                    _ => {}
                },
                Kind::Year(y) if quoted <= 0 => said_year = Some(*y),
                Kind::Word(Word::ThisYear) => said_year = context.year.or(said_year),
                Kind::Figure(f) => {
                    let token = &self.tokens[*f];
                    let (r, direction) = self.role(items, start, i, token);
                    // 人员编制12实有人数11: cells that lost the space between them.
                    let glued = token.unit == Unit::Count
                        && token.number.is_some_and(|n| n.len == token.view.len())
                        && matches!(
                            items.get(i + 1).map(|n| &n.kind),
                            Some(Kind::Word(Word::Concept(_) | Word::Strict(_)))
                        );
                    if matches!(token.unit, Unit::Count | Unit::Code) && !glued {
                        continue;
                    }
                    let subjects =
                        self.subjects(items, start, i, token, context, &mut parents, &previous, said_year, &mut list);
                    if subjects.is_empty() && matches!(token.unit, Unit::Bare | Unit::Count) {
                        continue;
                    }
                    let own = !subjects.is_empty();
                    let level = matches!(r, Role::Level) || own && matches!(r, Role::OtherParty);
                    role(*f, if level { Role::Level } else { r }, direction);
                    if level && !subjects.is_empty() {
                        let mut stated = token.unit == Unit::Money;
                        for subject in &subjects {
                            if self.admits(subject, token, context) {
                                out.push(Reading { subject: subject.clone(), answer: Answer::Figure(*f) });
                                stated = true;
                            }
                        }
                        previous = if stated { subjects.into_iter().next_back() } else { None };
                    }
                    start = i + 1;
                }
                Kind::Word(Word::Grade) => {
                    if let Some(subject) = self.grade(items, start, i, &previous, context) {
                        out.push(Reading { subject, answer: Answer::Text(item.view) });
                    }
                }
                Kind::Word(Word::None) => self.none(items, i, context, said_year, out),
                _ => {}
            }
        }
    }

    /// Whether a figure can answer a concept: measures agree, wanted values are not reached ones.
    fn admits(&self, subject: &Subject, token: &Token, context: &Context) -> bool {
        let concept = self.patterns.concepts.get(subject.concept);
        let measure = match token.unit {
            Unit::Money => Measure::Yuan,
            Unit::Percent => Measure::Percent,
            Unit::Person => Measure::Person,
            Unit::Score => Measure::Score,
            Unit::Bare | Unit::Count => match concept.measure {
                Some(m @ (Measure::Score | Measure::Person)) => m,
                _ => return false,
            },
            _ => return false,
        };
        let level = subject.basis.is_none() || subject.basis == Some(Basis::Final);
        if context.targets && level && measure != Measure::Person {
            return false;
        }
        // 90分以上为优: a rule, no score.
        if measure == Measure::Score && token.bound != Bound::Exact {
            return false;
        }
        concept.measure == Some(measure) && token.range.is_none()
    }

    #[allow(clippy::too_many_arguments)]
    fn subjects(
        &self,
        items: &[Item<'_>],
        start: usize,
        i: usize,
        token: &Token,
        context: &Context,
        parents: &mut SmallVec<[Subject; 4]>,
        previous: &Option<Subject>,
        said_year: Option<i16>,
        list: &mut Option<(SmallVec<[Subject; 4]>, usize)>,
    ) -> SmallVec<[Subject; 2]> {
        // An item of a distribution that was set up at its first figure.
        if let Some((subjects, next)) = list {
            let joined = items[start..i]
                .iter()
                .all(|x| matches!(&x.kind, Kind::Mark('、' | '，' | ',') | Kind::Known | Kind::Word(Word::Link)));
            if joined && *next < subjects.len() {
                let subject = subjects[*next].clone();
                *next += 1;
                return smallvec::smallvec![subject];
            }
            *list = None;
        }
        let label = self.label(items, start, i, parents, previous, (context.concept.is_some(), context.results));
        if label.of_which
            && let Some(p) = previous
            && parents.last().is_none_or(|top| top.concept != p.concept)
        {
            parents.push(p.clone());
        }
        if label.change.is_some() || label.share {
            return SmallVec::new();
        }
        if let Some(each) = items[start..i].iter().rposition(|x| matches!(x.kind, Kind::Word(Word::Each)))
            && let Some(subjects) =
                self.distribution(items, start, start + each, i, context, parents, previous, said_year)
        {
            let first = subjects[0].clone();
            *list = Some((subjects, 1));
            return smallvec::smallvec![first];
        }
        // 6月、9月预算执行进度分别为…: nobody knows which is which.
        let each = items[start..i].iter().any(|x| matches!(x.kind, Kind::Word(Word::Each)));
        if each && self.listed(items, i) > 1 {
            return SmallVec::new();
        }
        let mut out = SmallVec::new();
        if !label.concepts.is_empty() {
            for concept in &label.concepts {
                out.push(self.resolve(*concept, &label, token, context, parents, previous, said_year));
            }
            return out;
        }
        if label.gap || label.stopped {
            return out;
        }
        if let Some(subject) = self.inherit(&label, token, context, parents, previous, said_year, start == 0) {
            out.push(subject);
        }
        out
    }
}
