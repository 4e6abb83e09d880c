//! Facts without a figure: grades, and what is said not to exist.

use super::super::sentence::{Item, Kind};
use super::{Answer, Context, Reader, Reading, Subject};
use crate::model::{ConceptId, Fund, Nil};
use crate::patterns::Word;
use smallvec::SmallVec;

impl Reader<'_> {
    /// 自评等级为优; 96.5分（优）; 96.5分，评为优秀.
    pub(super) fn grade(
        &self,
        items: &[Item<'_>],
        start: usize,
        i: usize,
        previous: &Option<Subject>,
        context: &Context,
    ) -> Option<Subject> {
        if context.targets {
            return None;
        }
        let grade = self.known.grade?;
        let subject = Subject { concept: grade, basis: None, fund: None, year: context.year, item: context.item };
        let ends = items.get(i + 1).is_none_or(|n| {
            matches!(n.kind, Kind::Mark(_) | Kind::Close | Kind::Known)
                || matches!(&n.kind, Kind::Word(Word::Concept(c) | Word::Strict(c)) if *c == grade)
                || matches!(&n.kind, Kind::Word(Word::Link)) && matches!(n.view.of(self.text), "级" | "”" | "”等次")
        });
        if !ends {
            return None;
        }
        // 分为优、良、中、差四个等次: a rule.
        let grade_at =
            |j: Option<usize>| j.and_then(|j| items.get(j)).is_some_and(|x| matches!(x.kind, Kind::Word(Word::Grade)));
        if grade_at(Some(i + 2)) || grade_at(i.checked_sub(2)) {
            return None;
        }
        let mut scored = previous.as_ref().is_some_and(|p| Some(p.concept) == self.known.score);
        for item in items[start..i].iter().rev() {
            match &item.kind {
                Kind::Word(Word::Concept(c) | Word::Strict(c)) if *c == grade => {
                    let year = previous.as_ref().filter(|p| Some(p.concept) == self.known.score).and_then(|p| p.year);
                    return Some(Subject { year: year.or(subject.year), ..subject });
                }
                Kind::Word(Word::Concept(c) | Word::Strict(c)) if Some(*c) == self.known.score => {
                    scored = true;
                }
                Kind::Word(Word::Link | Word::Prefix) | Kind::Known | Kind::Mark(_) | Kind::Open | Kind::Close => {}
                _ => return None,
            }
        }
        let year = previous.as_ref().and_then(|p| p.year);
        scored.then(|| Subject { year: year.or(subject.year), ..subject.clone() })
    }

    /// Whether nothing but a mark stands before an item.
    fn clause_begins(&self, items: &[Item<'_>], item: &Item<'_>) -> bool {
        let at = items.partition_point(|x| x.view.start < item.view.start);
        at > 0 && matches!(items[at - 1].kind, Kind::Mark(_))
    }

    /// 无政府性基金预算支出; 公务接待费：无; 未发生因公出国（境）费.
    pub(super) fn none(
        &self,
        items: &[Item<'_>],
        i: usize,
        context: &Context,
        said_year: Option<i16>,
        out: &mut Vec<Reading>,
    ) {
        let mut found: SmallVec<[ConceptId; 4]> = SmallVec::new();
        let nil = |c: ConceptId| self.patterns.concepts.get(c).nil;
        let fund = |f: Fund| match f {
            Fund::Government => self.known.government,
            Fund::StateCapital => self.known.state_capital,
            Fund::SocialInsurance => self.known.social_insurance,
            _ => None,
        };
        let mut pending: SmallVec<[ConceptId; 4]> = SmallVec::new();
        let mut ended = true;
        for (n, item) in items.iter().enumerate().skip(i + 1) {
            match &item.kind {
                // 没有安排因公出国（境）团组: no expense is spoken of.
                Kind::Word(Word::Concept(_))
                    if matches!(items.get(n + 1).map(|x| &x.kind), Some(Kind::Gap))
                        && !matches!(items.get(n + 2).map(|x| &x.kind), Some(Kind::Word(Word::Strict(_)))) =>
                {
                    break;
                }
                Kind::Word(Word::Concept(c)) if nil(*c) => found.push(*c),
                // 年末无结转
                Kind::Word(Word::Strict(c)) if nil(*c) && n == i + 1 && Some(*c) == self.known.end => found.push(*c),
                Kind::Word(Word::Fund(f)) => pending.extend(fund(*f)),
                Kind::Word(Word::Link | Word::Prefix | Word::ThisYear | Word::Strict(_))
                | Kind::Known
                | Kind::Year(_) => {}
                Kind::Word(Word::Basis(_) | Word::Concept(_)) => {}
                Kind::Mark('、') => {}
                Kind::Gap if item.view.len() <= 12 => {}
                Kind::Mark(_) | Kind::Open | Kind::Close => break,
                _ => {
                    ended = false;
                    break;
                }
            }
        }
        if !ended {
            return;
        }
        // 没有政府性基金、国有资本经营预算安排的支出
        let funds = [self.known.government, self.known.state_capital, self.known.social_insurance];
        if found.is_empty() {
            found = pending;
        } else if found.iter().all(|c| funds.contains(&Some(*c))) {
            pending.retain(|c| !found.contains(c));
            pending.extend(found);
            found = pending;
        }
        if found.is_empty() {
            // To the left: 公务接待费：无
            let behind = items[i + 1..]
                .iter()
                .find(|n| !matches!(n.kind, Kind::Word(Word::Link | Word::Strict(_) | Word::Basis(_))));
            let closed = behind.is_none_or(|n| matches!(n.kind, Kind::Mark(_) | Kind::Close | Kind::Known));
            if !closed {
                return;
            }
            let mut listed = false;
            for item in items[..i].iter().rev() {
                match &item.kind {
                    // 公务接待费1.3万元，购置费无
                    Kind::Word(Word::Short(c)) if nil(*c) && found.is_empty() && self.clause_begins(items, item) => {
                        found.push(*c);
                    }
                    // 公务用车购置、因公出国（境）均未发生
                    Kind::Word(Word::Concept(c)) if nil(*c) && (found.is_empty() || listed) => {
                        found.push(*c);
                        listed = false;
                    }
                    Kind::Word(Word::Link)
                        if !found.is_empty() && matches!(item.view.of(self.text), "和" | "与" | "及" | "以及") =>
                    {
                        listed = true;
                    }
                    Kind::Word(Word::Link | Word::Same | Word::Basis(_) | Word::Strict(_))
                    | Kind::Known
                    | Kind::Open => {}
                    Kind::Word(Word::Fund(f)) => found.extend(fund(*f)),
                    Kind::Mark('、') if !found.is_empty() => listed = true,
                    _ => break,
                }
            }
        }
        // 年初、年末均无结转结余
        if let (Some(end), Some(begin)) = (found.iter().position(|c| Some(*c) == self.known.end), self.known.begin) {
            let clause = &self.text[items[0].view.start as usize..items[i].view.start as usize];
            let clause = clause.rsplit(['，', '；']).next().unwrap_or(clause);
            match (clause.contains("年初"), clause.contains("年末") || clause.contains("年底")) {
                (true, true) => found.insert(end, begin),
                (true, false) => found[end] = begin,
                _ => {}
            }
        }
        for concept in found {
            let c = self.patterns.concepts.get(concept);
            let year = said_year.or(context.year);
            let subject = Subject { concept, basis: c.basis, fund: None, year, item: None };
            out.push(Reading { subject, answer: Answer::Nil(Nil::None, items[i].view) });
        }
    }
}
