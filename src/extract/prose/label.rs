//! The walk from a figure to the left: the names, stages, funds and years that its label says.

use super::super::sentence::{Item, Kind};
use super::{Context, Ground, Label, Reader, Subject};
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

    /// Walks from the figure at `i` to the left.
    pub(super) fn label(
        &self,
        items: &[Item<'_>],
        start: usize,
        i: usize,
        parents: &[Subject],
        previous: &Option<Subject>,
        context: &Context,
    ) -> Label {
        let (heading, results) = (context.concept.is_some(), context.results);
        let mut label = Label::default();
        let mut k = i;
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
                    label.yearly = true;
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
                    if *c == '、' && label.basis.is_none() && label.year.is_none() && label.fund.is_none() {
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
                    // 省级补助资金到位600万元, in the report of a project: money that arrived, whoever sent it.
                    let sent = item.view.of(self.text).ends_with("资金") || item.view.of(self.text).ends_with("补助");
                    let arrived = context.project && sent && label.basis == Some(Basis::Received);
                    label.gap |= !(found || arrived);
                    break;
                }
                Kind::Word(word) => match word {
                    Word::Concept(c) => {
                        // 在职事业26人: the kind of posts behind the heads.
                        if found && label.concepts[..] == [*c] && label.name.is_some_and(|n| n.start == item.view.end) {
                            continue;
                        }
                        if found {
                            // 三公经费预算执行率: the rate of a part, not of the whole.
                            let same = |c: &ConceptId| {
                                self.patterns.concepts.get(*c).measure
                                    == label.concepts.first().and_then(|f| self.patterns.concepts.get(*f).measure)
                            };
                            let all = [self.known.expenditure, self.known.budget, self.known.grade].contains(&Some(*c));
                            if !same(c) && !all {
                                label.qualifier = Some(item.view);
                            }
                            break;
                        }
                        // 项目支出全年预算数2520万元，执行数2436万元: the final stage of what was spoken of.
                        if Some(*c) == self.known.expenditure
                            && item.view.of(self.text).ends_with("执行数")
                            && previous
                                .as_ref()
                                .is_some_and(|p| !self.whole(p.concept) && p.basis != Some(Basis::Final))
                        {
                            label.basis = Some(Basis::Final);
                            continue;
                        }
                        let before = &self.text[..item.view.start as usize];
                        if self.patterns.concepts.get(*c).measure == Some(Measure::Person)
                            && self.patterns.prose.served(before)
                        {
                            label.stopped = true;
                            break;
                        }
                        label.concepts.push(*c);
                        label.name = Some(item.view);
                        // 动物防疫项目预算22万元: `项目预算` behind a name speaks of the project with that name.
                        let own = "项目".len() as u32;
                        if self.whole(*c)
                            && self.patterns.concepts.get(*c).measure == Some(Measure::Yuan)
                            && item.view.of(self.text).starts_with("项目")
                            && k > start
                            && matches!(items[k - 1].kind, Kind::Gap)
                            && let Some(name) = self.name_left(items, start, k)
                        {
                            if Some(*c) == self.known.budget {
                                label.basis = label.basis.or(self.stage(*c, items));
                            }
                            label.concepts[0] = self.known.project.unwrap_or(*c);
                            label.named = Some(Span { end: name.end + own, ..name });
                            break;
                        }
                        if k > start
                            && matches!(
                                items[k - 1].kind,
                                Kind::Gap | Kind::Word(Word::Short(_) | Word::Link | Word::Strict(_))
                            )
                        {
                            let named = self.name_left(items, start, k);
                            if self.patterns.concepts.get(*c).item {
                                let text = item.view.of(self.text);
                                let own = ["项目经费", "项目", "专项经费", "专项业务经费"]
                                    .iter()
                                    .find(|w| text.starts_with(**w))
                                    .map_or(0, |w| w.len() as u32);
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
                            let all = [self.known.expenditure, self.known.budget, self.known.grade].contains(&Some(*c));
                            if !all && label.concepts.first().is_some_and(|f| measure(*f) != measure(*c)) {
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
                        // 因公出国（境）经费支出0万元: part of the name.
                        if Some(*c) == self.known.expenditure
                            && k > start
                            && let Kind::Word(Word::Concept(n)) = &items[k - 1].kind
                            && !self.whole(*n)
                        {
                            continue;
                        }
                        // 公务接待费预算4万元，支出3.15万元: the final stage of what was spoken of.
                        if Some(*c) == self.known.expenditure
                            && let Some(p) = previous
                            && (!self.whole(p.concept) || p.item.is_some() && !self.earned(p.concept))
                            && (p.basis != Some(Basis::Final) || self.compared(items, start, k))
                            && !matches!(self.ground(items, start, k), Ground::Unknown | Ground::Project(_))
                        {
                            label.basis = Some(Basis::Final);
                            continue;
                        }
                        // “三公”经费支出19.36万元，控制率90.05%
                        if Some(*c) == self.known.control && previous.as_ref().is_some_and(|p| !self.rate(p.concept)) {
                            label.gap = true;
                            break;
                        }
                        match self.ground(items, start, k) {
                            // 修缮137座，共支出93.16万元: the cost of what the sentence tells of.
                            Ground::Known
                                if Some(*c) == self.known.expenditure && self.story(items, k, previous, results) =>
                            {
                                label.gap = true;
                                break;
                            }
                            Ground::Known => {
                                label.concepts.push(*c);
                                label.strict = true;
                            }
                            Ground::Project(_)
                                if ![self.known.budget, self.known.expenditure, self.known.income]
                                    .contains(&Some(*c))
                                    && !self.rate(*c) =>
                            {
                                label.gap = true;
                                break;
                            }
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
                            )
                            || matches!(&items[k - 1].kind, Kind::Word(Word::Concept(p)) if parts.contains(p) && Some(*p) == self.known.actual);
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
                            && previous
                                .as_ref()
                                .filter(|p| [self.known.quota, self.known.actual].contains(&Some(p.concept)))
                                .or(parents.last())
                                .is_some_and(|p| Some(p.concept) == self.known.quota);
                        label.concepts.push(if quota { self.known.quota.unwrap_or(*c) } else { *c });
                        label.short = true;
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
                            label.yearly |= item.view.of(self.text).starts_with(['全', '年']);
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
                    Word::Becomes => {
                        if !found && !label.crossed {
                            label.becomes.get_or_insert(item.view);
                        }
                    }
                    Word::Up | Word::Down => {
                        if !(label.becomes.is_some() || found && label.crossed) {
                            label.change =
                                Some(if **word == Word::Up { Direction::Increase } else { Direction::Decrease });
                        }
                    }
                    Word::Than => {
                        if !found && self.base(items, k, i, &mut label) {
                            // “三公”经费较上年5.60万元减少…
                            if k > start
                                && let Kind::Word(Word::Concept(c)) = &items[k - 1].kind
                            {
                                label.concepts.push(*c);
                                label.name = Some(items[k - 1].view);
                            }
                            break;
                        }
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
                        label.yearly |= item.view.of(self.text).starts_with(['全', '年']);
                        label.average |= !found && item.view.of(self.text).starts_with("平均");
                        // 县级预算86.5万元: whose money it is, not what is planned.
                        label.of_level |= matches!(item.view.of(self.text), "省级" | "市级" | "县级" | "区级" | "中央")
                            && items.get(k + 1).is_some_and(|x| matches!(x.kind, Kind::Word(Word::Strict(_))));
                        // 资金执行:年初预算1250万元
                        if !found
                            && label.basis.is_some()
                            && item.view.of(self.text) == ":"
                            && !self.names_left(items, start, k)
                        {
                            label.crossed = true;
                            break;
                        }
                        if found && matches!(word, Word::Same) {
                            break;
                        }
                        // 自评报告按年初预算860万元计算执行率
                        if !found && label.basis.is_some() && matches!(item.view.of(self.text), "按" | "按照") {
                            label.crossed = true;
                            break;
                        }
                        // 与2019年的33.4万元相比
                        if !found
                            && label.year.is_some()
                            && matches!(item.view.of(self.text), "与" | "和" | "同" | "跟")
                            && items.get(i + 1).is_some_and(|x| matches!(x.view.of(self.text), "相比" | "比" | "比较"))
                            && self.base(items, k, i, &mut label)
                        {
                            break;
                        }
                        // 预算3.50万元，实际2.86万元
                        if !found
                            && label.basis.is_none()
                            && item.view.of(self.text) == "实际"
                            && items[k + 1..i].iter().all(|x| matches!(x.kind, Kind::Word(Word::Link)))
                        {
                            label.basis = Some(Basis::Final);
                            label.spent = true;
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
                        // 截至6月底全部到位320万元
                        if label.basis == Some(Basis::Received) {
                            continue;
                        }
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

    /// 比上年的42.15万元减少…, 与2019年的33.4万元相比: a level of another time, where nothing but that time stands before it.
    fn base(&self, items: &[Item<'_>], k: usize, i: usize, label: &mut Label) -> bool {
        let plain = items[k + 1..i].iter().all(|x| {
            matches!(
                &x.kind,
                Kind::Year(_) | Kind::Word(Word::LastYear | Word::Link | Word::Prefix | Word::Basis(_)) | Kind::Known
            ) || matches!(&x.kind, Kind::Word(Word::Strict(c)) if Some(*c) == self.known.expenditure)
        });
        if !plain {
            return false;
        }
        let than = items[k].view.of(self.text);
        if label.year.is_none() && (than.contains("上年") || than.contains("去年")) {
            label.year = Some(i16::MIN);
        }
        if label.basis.is_none() && than.contains("预算") {
            let adjusted = than.contains("调整") || than.contains("全年");
            label.basis = Some(if adjusted { Basis::Adjusted } else { Basis::Initial });
        }
        label.base = label.year.is_some() || label.basis.is_some();
        label.base
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
