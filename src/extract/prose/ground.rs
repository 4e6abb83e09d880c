//! What stands before a name: known words, an organisation, a named project, or a story of its own.

use super::super::sentence::{Item, Kind};
use super::{Ground, Reader, Subject};
use crate::model::{ConceptId, Measure, Span};
use crate::patterns::Word;

impl Reader<'_> {
    /// Whether the clauses before item `k` tell a story of their own: unknown text, and no figure of the organisation.
    pub(super) fn story(&self, items: &[Item<'_>], k: usize, previous: &Option<Subject>, results: bool) -> bool {
        if previous.as_ref().is_some_and(|p| self.whole(p.concept)) {
            return false;
        }
        let clause = items[..k].iter().rposition(|x| matches!(x.kind, Kind::Mark('，' | ',' | '；')));
        let own = &items[clause.map_or(0, |c| c + 1)..k];
        let said = own.iter().any(|x| {
            matches!(
                &x.kind,
                Kind::Year(_) | Kind::Word(Word::Prefix | Word::ThisYear | Word::Fund(_) | Word::Basis(_))
            )
        });
        let before = clause.is_some_and(|c| items[..c].iter().any(|x| matches!(x.kind, Kind::Gap)));
        if said { false } else { before || results }
    }

    /// What stands before a strict name at `k`: known ground is the start of its clause, known words or the name of an
    /// organisation; a named project makes it speak of that project.
    pub(super) fn ground(&self, items: &[Item<'_>], start: usize, k: usize) -> Ground {
        let mut k = k;
        while k > start {
            match &items[k - 1].kind {
                Kind::Close => {
                    // 一般公共服务(类)支出: the bracket belongs to the words before it.
                    let mut depth = 1;
                    k -= 1;
                    while k > start && depth > 0 {
                        k -= 1;
                        match items[k].kind {
                            Kind::Close => depth += 1,
                            Kind::Open => depth -= 1,
                            _ => {}
                        }
                    }
                }
                Kind::Mark(_) | Kind::Open | Kind::Known | Kind::Year(_) | Kind::Figure(_) => return Ground::Known,
                Kind::Word(Word::Link | Word::Grade | Word::Prefix | Word::Basis(_) | Word::ThisYear) => k -= 1,
                Kind::Word(Word::Short(c)) if self.patterns.concepts.get(*c).item => {
                    return match self.name_left(items, start, k - 1) {
                        Some(name) => Ground::Project(name.join(items[k - 1].view)),
                        None => Ground::Known,
                    };
                }
                Kind::Word(
                    Word::Stop | Word::OtherParty | Word::Per | Word::Limit | Word::Short(_) | Word::Concept(_),
                ) => return Ground::Unknown,
                Kind::Word(_) => return Ground::Known,
                Kind::Gap => {
                    let gap = items[k - 1].view.of(self.text);
                    let organisation = gap.ends_with([
                        '局', '委', '办', '镇', '乡', '院', '校', '所', '站', '馆', '队', '会', '厅', '处', '社',
                    ]) || gap.ends_with("中心")
                        || gap.ends_with("街道");
                    return if organisation { Ground::Known } else { Ground::Unknown };
                }
            }
        }
        Ground::Known
    }

    /// The name that ends right before item `k`: from the first unknown text of its clause on.
    pub(super) fn name_left(&self, items: &[Item<'_>], start: usize, k: usize) -> Option<Span> {
        let mut first = None;
        let mut at = k;
        while at > start {
            match &items[at - 1].kind {
                Kind::Gap => first = Some(at - 1),
                Kind::Word(Word::Link | Word::Prefix | Word::Grade | Word::Short(_) | Word::Stop | Word::Per) => {}
                Kind::Word(Word::Up | Word::Down | Word::Target | Word::None) => {}
                // 营商环境评价: a name of something that is no money.
                Kind::Word(Word::Strict(c) | Word::Concept(c))
                    if self.patterns.concepts.get(*c).measure != Some(Measure::Yuan) => {}
                Kind::Known if items[at - 1].view.of(self.text).starts_with(['“', '"', '《', '-', '—']) => {}
                _ => break,
            }
            at -= 1;
        }
        // 市政设施, 馆库: a character that is a word of its own elsewhere.
        let mut first = first?;
        while first > start
            && matches!(items[first - 1].kind, Kind::Word(Word::Prefix))
            && items[first - 1].view.len() == 3
            && !matches!(
                items[first - 1].view.of(self.text),
                "年" | "月" | "日" | "其" | "该" | "对" | "由" | "分" | "按" | "底" | "末"
            )
        {
            first -= 1;
        }
        let name = Span { start: items[first].view.start, end: items[k].view.start };
        let chars = name.of(self.text).chars().count();
        (2..=30).contains(&chars).then_some(name)
    }

    /// Concepts of the whole organisation: a figure behind them is about the whole again.
    pub(super) fn whole(&self, concept: ConceptId) -> bool {
        [self.known.budget, self.known.income, self.known.fiscal, self.known.other_income, self.known.expenditure]
            .contains(&Some(concept))
            || self.patterns.concepts.get(concept).measure != Some(Measure::Yuan)
            || self.patterns.concepts.get(concept).id.starts_with("carryover.")
    }
}
