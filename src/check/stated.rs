//! A report in, its figures that checks can compute with out: indexed by concept, in print order. Judges nothing.

use rust_decimal::Decimal;

use crate::model::{Basis, Bound, ConceptId, Figure, Fund, Measure, Report, Role, Value};

/// A fact with an exact figure of the organisation's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated<'a> {
    pub concept: ConceptId,
    pub basis: Option<Basis>,
    pub fund: Option<Fund>,
    pub year: Option<i16>,
    pub item: Option<&'a str>,
    pub value: Decimal,
    pub step: Decimal,
    pub figure: &'a Figure,
    /// The paragraph it stands in.
    pub block: u32,
    /// The paragraph or the table: figures of one group are said of one thing.
    pub group: u32,
    /// Read off a table.
    pub table: bool,
}

impl Stated<'_> {
    /// Where it stands in the folded view.
    pub fn at(&self) -> u32 {
        self.figure.view.start
    }

    /// How far the value behind the print may lie from it, on both sides together. Heads are counted, and a printed 0 is nothing.
    pub fn slack(&self) -> Decimal {
        slack(self.figure)
    }

    /// Whether both answer for one stage, year and fund.
    pub fn beside(&self, other: &Stated<'_>) -> bool {
        self.basis == other.basis && self.year == other.year && self.fund == other.fund
    }
}

/// The step of what is rounded: `0万元` and `36人` are what they say, `36万元` may be anything from 35.5 to 36.5.
pub(super) fn slack(figure: &Figure) -> Decimal {
    let counted = figure.measure == Measure::Person || figure.value.is_some_and(|v| v.is_zero());
    if counted { Decimal::ZERO } else { figure.step }
}

/// The figures of a report by concept.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    /// By concept, then in print order.
    sorted: Vec<Stated<'a>>,
    /// Where each concept begins in `sorted`.
    starts: Vec<u32>,
}

impl<'a> Index<'a> {
    pub fn new(report: &'a Report, concepts: usize) -> Self {
        let text = report.document.view.text.as_bytes();
        let mut sorted: Vec<Stated<'a>> = report
            .facts
            .iter()
            .filter_map(|fact| {
                let Value::Figure(i) = fact.value else { return None };
                let figure = &report.figures[i as usize];
                // 约, 近, 以上: no sum can be judged by what is not exact.
                if figure.role != Role::Level || figure.bound != Bound::Exact {
                    return None;
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
                    block: 0,
                    group: 0,
                    table: fact.pattern.starts_with("table."),
                })
            })
            .collect();
        sorted.sort_by_key(|s| s.at());
        let (mut block, mut at) = (0, 0);
        let mut before: Option<(u32, bool, Option<u32>)> = None;
        for fact in &mut sorted {
            let here = fact.at() as usize;
            block += memchr::memchr_iter(b'\n', &text[at..here]).count() as u32;
            at = here;
            fact.block = block;
            // The rows of one table follow each other in one section.
            fact.group = match before {
                Some((group, true, section)) if fact.table && section == fact.figure.section => group,
                Some((group, false, _)) if !fact.table && group == block => block,
                _ => block,
            };
            before = Some((fact.group, fact.table, fact.figure.section));
        }
        sorted.sort_by_key(|s| s.concept);
        let mut starts = vec![0; concepts + 1];
        sorted.iter().for_each(|s| starts[usize::from(s.concept.0) + 1] += 1);
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Index { sorted, starts }
    }

    /// The figures that answer `concept`, in print order.
    pub fn of(&self, concept: ConceptId) -> std::slice::Iter<'_, Stated<'a>> {
        let i = usize::from(concept.0);
        self.sorted[self.starts[i] as usize..self.starts[i + 1] as usize].iter()
    }

    /// All figures, by concept.
    pub fn all(&self) -> &[Stated<'a>] {
        &self.sorted
    }
}
