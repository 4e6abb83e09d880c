//! The walk from a figure to the left: the names, stages, funds and years that its label says.

use super::super::sentence::{Item, Kind};
use super::{Ground, Label, Reader, Subject};
use crate::model::{Basis, ConceptId, Direction, Measure, Span};
use crate::patterns::Word;

impl Reader<'_> {
    /// The stage that 预算 or 预算数 says where it is no name of its own.
    pub(super) fn stage(&self, concept: ConceptId, items: &[Item<'_>]) -> Option<Basis> {
        if Some(concept) != self.known.budget {
            return None;
        }
        let executed = items.iter().any(|x| matches!(x.view.of(self.text), "执行数" | "全年执行数" | "预算执行数"));
        Some(if executed { Basis::Adjusted } else { Basis::Initial })
    }

    /// Whether the clause to the left of `k` compares: 比2019年支出…, 上年支出….
    pub(super) fn compared(&self, items: &[Item<'_>], start: usize, k: usize) -> bool {
        items[start..k]
            .iter()
            .rev()
            .take_while(|x| !matches!(x.kind, Kind::Mark(_)))
            .any(|x| matches!(x.kind, Kind::Word(Word::Than | Word::LastYear) | Kind::Year(_)))
    }

    /// Where the clause of item `i` begins, in the text.
    pub(super) fn clause(&self, items: &[Item<'_>], start: usize, i: usize) -> u32 {
        let mut at = i;
        while at > start && !matches!(items[at - 1].kind, Kind::Mark(_) | Kind::Open | Kind::Word(Word::OfWhich)) {
            at -= 1;
        }
        // The colon of 其中：
        while at < i && matches!(items[at].view.of(self.text), ":" | "为" | "的") {
            at += 1;
        }
        items[at].view.start
    }

    /// Whether a name of money stands in the clause to the left of `k`, with binding words alone between them.
    pub(super) fn names_left(&self, items: &[Item<'_>], start: usize, k: usize) -> bool {
        for item in items[start..k].iter().rev() {
            match &item.kind {
                Kind::Word(Word::Concept(_) | Word::Short(_)) => return true,
                Kind::Word(Word::Link | Word::Prefix | Word::Basis(_) | Word::Fund(_))
                | Kind::Known
                | Kind::Year(_) => {}
                Kind::Close | Kind::Open => {}
                _ => return false,
            }
        }
        false
    }

    /// Walks from the figure at `i` to the left. `heading`: the heading above names what figures without a name are about.
    pub(super) fn label(
        &self,
        items: &[Item<'_>],
        start: usize,
        i: usize,
        parents: &[Subject],
        previous: &Option<Subject>,
        (heading, results): (bool, bool),
    ) -> Label {
        let mut label = Label::default();
        let mut k = i;
        let mut becomes = false;
        while k > start {
            k -= 1;
            let item = &items[k];
            let found = !label.concepts.is_empty();
            match &item.kind {
                Kind::Close => {
                    // What stands in brackets qualifies; its fund counts, its text does not end the walk.
                    let mut depth = 1;
                    while k > start && depth > 0 {
                        k -= 1;
                        match &items[k].kind {
                            Kind::Close => depth += 1,
                            Kind::Open => depth -= 1,
                            Kind::Word(Word::Fund(f)) if label.fund.is_none() => label.fund = Some(*f),
                            _ => {}
                        }
                    }
                }
                Kind::Open => {
                    if found {
                        label.inside = true;
                        break;
                    }
                    label.crossed = true;
                }
                Kind::Known => {}
                Kind::Year(y) => {
                    if label.year.is_none() {
                        label.year = Some(*y);
                    }
                }
                Kind::Mark(c) => {
                    if found {
                        if *c == '、' || *c == '，' || *c == ',' {
                            self.and_before(items, start, k, &mut label);
                        }
                        break;
                    }
                    // …陆续下达，全年预算调整为15902万元: the clause says all, unless a name ends the one before.
                    if label.basis.is_some() && !self.names_left(items, start, k) {
                        label.crossed = true;
                        break;
                    }
                    if *c == '、' && label.basis.is_none() && label.year.is_none() {
                        label.gap = true;
                        break;
                    }
                    label.crossed = true;
                }
                Kind::Figure(_) => {
                    // Counts and codes are left in the row; they part like unknown text.
                    if !found {
                        label.gap = true;
                    }
                    break;
                }
                Kind::Gap => {
                    // 其中：科普示范村奖补20万元: the name of a project in the composition of the projects.
                    let of_projects = parents.last().map(|p| p.concept) == self.known.project
                        && self.known.project.is_some()
                        || previous.as_ref().is_some_and(|p| {
                            let opened = || {
                                items[start..k].iter().any(|x| matches!(x.kind, Kind::Open | Kind::Word(Word::OfWhich)))
                            };
                            Some(p.concept) == self.known.project && (p.item.is_some() || opened())
                        });
                    if !found
                        && of_projects
                        && items[k + 1..i].iter().all(|x| matches!(x.kind, Kind::Word(Word::Link)))
                        && let Some(name) = self.name_left(items, start, i)
                        && name.start == self.clause(items, start, i)
                    {
                        label.concepts.extend(self.known.project);
                        label.named = Some(name);
                        break;
                    }
                    if !found {
                        label.gap = true;
                    }
                    break;
                }
                Kind::Word(word) => match word {
                    Word::Concept(c) => {
                        if found {
                            // 三公经费预算执行率: the rate of a part, not of the whole.
                            let same = |c: &ConceptId| {
                                self.patterns.concepts.get(*c).measure
                                    == label.concepts.first().and_then(|f| self.patterns.concepts.get(*f).measure)
                            };
                            if !same(c) {
                                label.qualifier = Some(item.view);
                            }
                            break;
                        }
                        label.concepts.push(*c);
                        label.name = Some(item.view);
                        if k > start
                            && matches!(
                                items[k - 1].kind,
                                Kind::Gap | Kind::Word(Word::Short(_) | Word::Link | Word::Strict(_))
                            )
                        {
                            let named = self.name_left(items, start, k);
                            if self.patterns.concepts.get(*c).item {
                                let text = item.view.of(self.text);
                                let own = if text.starts_with("项目") { "项目".len() as u32 } else { 0 };
                                label.named = named.map(|n| Span { end: n.end + own, ..n });
                            } else if let Some(n) = named
                                && n.of(self.text).ends_with("项目")
                            {
                                label.named = Some(n);
                            }
                        }
                        if k > start && matches!(items[k - 1].kind, Kind::Gap) {
                            break;
                        }
                    }
                    Word::Strict(c) => {
                        if found {
                            let measure = |c: ConceptId| self.patterns.concepts.get(c).measure;
                            if label.concepts.first().is_some_and(|f| measure(*f) != measure(*c)) {
                                label.qualifier = Some(item.view);
                            }
                            break;
                        }
                        // 三公经费预算数…，决算数…: behind the name of something else, 预算数 and 支出 say the stage.
                        if let Some(basis) = self.stage(*c, items)
                            && (self.names_left(items, start, k) || previous.is_some() || heading)
                        {
                            label.basis.get_or_insert(basis);
                            continue;
                        }
                        // 公务接待费预算4万元，支出3.15万元: the final stage of what was spoken of.
                        if Some(*c) == self.known.expenditure
                            && let Some(p) = previous
                            && (!self.whole(p.concept) || p.item.is_some())
                            && (p.basis != Some(Basis::Final) || self.compared(items, start, k))
                            && !matches!(self.ground(items, start, k), Ground::Unknown | Ground::Project(_))
                        {
                            label.basis = Some(Basis::Final);
                            continue;
                        }
                        match self.ground(items, start, k) {
                            // 修缮137座，共支出93.16万元: the cost of what the sentence tells of.
                            Ground::Known
                                if Some(*c) == self.known.expenditure && self.story(items, k, previous, results) =>
                            {
                                label.gap = true;
                                break;
                            }
                            Ground::Known => label.concepts.push(*c),
                            Ground::Project(name) => {
                                let money = self.patterns.concepts.get(*c).measure == Some(Measure::Yuan);
                                let concept = if money { self.known.project.unwrap_or(*c) } else { *c };
                                if Some(*c) == self.known.budget {
                                    label.basis = label.basis.or(self.stage(*c, items));
                                }
                                label.concepts.push(concept);
                                label.named = Some(name);
                                break;
                            }
                            Ground::Unknown => {
                                label.gap = true;
                                break;
                            }
                        }
                    }
                    Word::Short(c) => {
                        let project = self.patterns.concepts.get(*c).item;
                        if found {
                            if project && let Some(name) = self.name_left(items, start, k) {
                                label.named = Some(name.join(item.view));
                            }
                            break;
                        }
                        if project
                            && (label.basis.is_some() || k + 1 == i)
                            && let Some(name) = self.name_left(items, start, k)
                        {
                            // 动物防疫项目年初预算310万元
                            label.concepts.push(*c);
                            label.named = Some(name.join(item.view));
                            break;
                        }
                        // 项目年初预算780万元, in the report of a project.
                        if project
                            && label.basis.is_some()
                            && parents.is_empty()
                            && (k == start || matches!(items[k - 1].kind, Kind::Mark(_) | Kind::Known | Kind::Year(_)))
                        {
                            continue;
                        }
                        let parts = &self.patterns.concepts.get(*c).parts_of;
                        let of = |s: &Subject| parts.contains(&s.concept);
                        let ground = k == start
                            || matches!(
                                items[k - 1].kind,
                                Kind::Mark(_) | Kind::Word(Word::OfWhich | Word::Link) | Kind::Open
                            );
                        let member = parents.iter().any(of)
                            || previous.as_ref().is_some_and(|p| {
                                of(p)
                                    || self.patterns.concepts.get(p.concept).parts_of.iter().any(|q| parts.contains(q))
                            });
                        if !(ground && member) {
                            label.gap = true;
                            break;
                        }
                        // 其中行政21名: quota under a quota, heads under heads.
                        let quota = Some(*c) == self.known.actual
                            && parents
                                .last()
                                .or(previous.as_ref())
                                .is_some_and(|p| Some(p.concept) == self.known.quota);
                        label.concepts.push(if quota { self.known.quota.unwrap_or(*c) } else { *c });
                        label.name = Some(item.view);
                    }
                    Word::Pair(n) => {
                        if found {
                            break;
                        }
                        label.concepts.extend_from_slice(self.patterns.prose.pair(*n));
                    }
                    Word::Basis(b) => {
                        if label.basis.is_none() {
                            label.basis = Some(*b);
                            label.spent = item.view.of(self.text).contains(['支', '付', '用', '执']);
                        }
                    }
                    Word::Fund(f) => {
                        if label.fund.is_none() {
                            label.fund = Some(*f);
                        }
                    }
                    Word::LastYear => {
                        if label.year.is_none() {
                            label.year = Some(i16::MIN);
                        }
                    }
                    Word::ThisYear => {
                        if label.year.is_none() {
                            label.year = Some(i16::MAX);
                        }
                    }
                    Word::Becomes => becomes = true,
                    Word::Up | Word::Down => {
                        if !(becomes || found && label.crossed) {
                            label.change =
                                Some(if **word == Word::Up { Direction::Increase } else { Direction::Decrease });
                        }
                    }
                    Word::Than => {
                        if !found {
                            label.basis = None;
                            label.year = None;
                        } else {
                            break;
                        }
                    }
                    Word::Share => label.share = true,
                    Word::OfWhich => {
                        label.of_which = true;
                        break;
                    }
                    Word::Each | Word::Same | Word::Link | Word::Prefix | Word::Grade => {
                        if found && matches!(word, Word::Same) {
                            break;
                        }
                        if found
                            && matches!(word, Word::Link)
                            && matches!(item.view.of(self.text), "和" | "与" | "及" | "以及")
                        {
                            self.and_before(items, start, k, &mut label);
                            break;
                        }
                    }
                    Word::Per | Word::Limit | Word::OtherParty | Word::Target | Word::None => {
                        if !found {
                            label.gap = true;
                        }
                        break;
                    }
                    // 上半年执行率46.2%: a part of the year.
                    Word::Partial => {
                        label.concepts.clear();
                        label.stopped = true;
                        break;
                    }
                    Word::Stop => {
                        if !found {
                            label.stopped = true;
                        }
                        break;
                    }
                },
            }
        }
        label
    }

    /// `收入总计和支出总计均为…`, `人员经费、公用经费均为…`: names before the last one that share its figure.
    pub(super) fn and_before(&self, items: &[Item<'_>], start: usize, k: usize, label: &mut Label) {
        let shared = items[k..].iter().take(8).any(|x| matches!(x.kind, Kind::Word(Word::Same)));
        if !shared {
            return;
        }
        for item in items[start..k].iter().rev() {
            match &item.kind {
                Kind::Word(Word::Concept(c) | Word::Strict(c)) => label.concepts.push(*c),
                Kind::Word(Word::Link | Word::Prefix) | Kind::Known | Kind::Mark('、') => {}
                _ => break,
            }
        }
        label.concepts.reverse();
    }
}
