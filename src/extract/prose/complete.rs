//! What a label leaves open, filled in from parent, sentence, heading and report.

use super::super::sentence::{Item, Kind};
use super::{Context, Ground, Label, Reader, Subject};
use crate::model::{Basis, ConceptId, Fund, Measure, Span};
use crate::patterns::Word;
use crate::text::figure::{Token, Unit};
use smallvec::SmallVec;

impl Reader<'_> {
    /// How many figures follow each other from item `i` on, with nothing but marks and binding words between them.
    pub(super) fn listed(&self, items: &[Item<'_>], i: usize) -> usize {
        let mut figures = 0;
        for item in &items[i..] {
            match &item.kind {
                Kind::Figure(f) if !matches!(self.tokens[*f].unit, Unit::Count | Unit::Code) => figures += 1,
                Kind::Mark('、' | '，' | ',') | Kind::Known | Kind::Word(Word::Link) => {}
                _ => break,
            }
        }
        figures
    }

    /// The subjects of `A和B分别为x和y`, if names, stages or years before 分别 are as many as the figures behind it.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn distribution(
        &self,
        items: &[Item<'_>],
        start: usize,
        each: usize,
        i: usize,
        context: &Context,
        parents: &[Subject],
        previous: &Option<Subject>,
        said_year: Option<i16>,
    ) -> Option<SmallVec<[Subject; 4]>> {
        let figures = self.listed(items, i);
        let mut concepts: SmallVec<[ConceptId; 4]> = SmallVec::new();
        let mut bases: SmallVec<[Basis; 4]> = SmallVec::new();
        let mut years: SmallVec<[i16; 4]> = SmallVec::new();
        let mut fund = None;
        let mut names: SmallVec<[Span; 4]> = SmallVec::new();
        for (k, item) in items[start..each].iter().enumerate() {
            match &item.kind {
                Kind::Word(Word::Short(c)) if self.patterns.concepts.get(*c).item => {
                    names.extend(self.name_left(items, start, start + k).map(|n| n.join(item.view)));
                }
                Kind::Word(Word::Concept(c)) => concepts.push(*c),
                Kind::Word(Word::Strict(c)) if !concepts.is_empty() && self.stage(*c, items).is_some() => {
                    bases.extend(self.stage(*c, items));
                }
                Kind::Word(Word::Strict(c)) if matches!(self.ground(items, start, start + k), Ground::Known) => {
                    concepts.push(*c);
                }
                Kind::Word(Word::Short(c)) if !parents.is_empty() || previous.is_some() => concepts.push(*c),
                Kind::Word(Word::Basis(b)) => bases.push(*b),
                Kind::Word(Word::Fund(f)) => fund = Some(*f),
                Kind::Word(Word::LastYear) => years.extend(context.year.map(|y| y - 1)),
                Kind::Word(Word::ThisYear) => years.extend(context.year),
                Kind::Year(y) => years.push(*y),
                _ => {}
            }
        }
        if figures < 2 {
            return None;
        }
        let base = |concept, basis: Option<Basis>, year: Option<i16>| {
            let label = Label { basis, year, fund, ..Label::default() };
            self.complete(concept, &label, context, parents, previous, said_year)
        };
        let one_year = if years.len() == 1 { years.first().copied() } else { None };
        let one_basis = if bases.len() == 1 { bases.first().copied() } else { None };
        let whole = concepts.first().copied().or_else(|| previous.as_ref().map(|p| p.concept)).or(context.concept);
        if names.len() == figures && concepts.is_empty() {
            let project = self.known.project?;
            Some(names.iter().map(|n| Subject { item: Some(*n), ..base(project, one_basis, one_year) }).collect())
        } else if concepts.len() == figures {
            Some(concepts.iter().map(|c| base(*c, one_basis, one_year)).collect())
        } else if bases.len() == figures {
            let concept = whole.or(self.known.budget)?;
            Some(bases.iter().map(|b| base(concept, Some(*b), one_year)).collect())
        } else if let Some(names) = self.projects_listed(items, each, i, figures, context, previous) {
            let project = self.known.project?;
            let basis = one_basis.or(previous.as_ref().filter(|p| p.concept == project).and_then(|p| p.basis));
            Some(names.iter().map(|n| Subject { item: Some(*n), ..base(project, basis, one_year) }).collect())
        } else if years.len() == figures {
            Some(years.iter().map(|y| whole.map(|c| base(c, one_basis, Some(*y)))).collect::<Option<_>>()?)
        } else {
            None
        }
    }

    /// The projects of `小修保养、水毁抢通分别支出…` and of `甲项目、乙项目2个项目支出806万元，分别为…`.
    fn projects_listed(
        &self,
        items: &[Item<'_>],
        each: usize,
        i: usize,
        figures: usize,
        context: &Context,
        previous: &Option<Subject>,
    ) -> Option<SmallVec<[Span; 4]>> {
        if context.results || context.targets {
            return None;
        }
        let spent = |x: &Item<'_>| {
            matches!(&x.kind, Kind::Word(Word::Strict(c)) if [self.known.expenditure, self.known.budget].contains(&Some(*c)))
                || matches!(&x.kind, Kind::Word(Word::Basis(_)))
                || matches!(&x.kind, Kind::Word(Word::Each)) && x.view.of(self.text).contains("支出")
        };
        if items[each..i].iter().any(spent) {
            // 河道清淤、山塘整治2个项目分别支出…
            let counted =
                (1..=3).filter_map(|n| each.checked_sub(n)).find(|k| matches!(items[*k].kind, Kind::Figure(_)));
            let to = counted.filter(|k| items[*k..each].iter().any(|x| x.view.of(self.text).starts_with("项目")));
            return self.names_listed(items, to.unwrap_or(each), figures);
        }
        let project = previous.as_ref().is_some_and(|p| Some(p.concept) == self.known.project);
        let (whole, count) =
            (each.checked_sub(1)?, items[..each].iter().rposition(|x| x.view.of(self.text).ends_with("个"))?);
        let counted = project
            && matches!(items[whole].kind, Kind::Mark('，' | ','))
            && matches!(items[count].kind, Kind::Figure(_))
            && items.get(count + 1).is_some_and(|x| x.view.of(self.text).starts_with("项目"));
        if counted { self.names_listed(items, count, figures) } else { None }
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn resolve(
        &self,
        concept: ConceptId,
        label: &Label,
        token: &Token,
        context: &Context,
        parents: &mut SmallVec<[Subject; 4]>,
        previous: &Option<Subject>,
        said_year: Option<i16>,
    ) -> Subject {
        let _ = token;
        // Leave the compositions that this name is no part of.
        let parts = &self.patterns.concepts.get(concept).parts_of;
        if !parents.is_empty() {
            let keep = parents
                .iter()
                .rposition(|p| parts.contains(&p.concept) || p.concept == concept && label.fund.is_some());
            if let Some(keep) = keep {
                parents.truncate(keep + 1);
            } else if self.whole(concept) && !self.rate(concept) {
                // …，其中：基本支出80万元；支出110万元（基本支出85万元…）: a new whole.
                parents.clear();
            }
        }
        self.complete(concept, label, context, parents, previous, said_year)
    }

    /// Fills in what the label leaves open from parent, sentence, heading and report.
    pub(super) fn complete(
        &self,
        concept: ConceptId,
        label: &Label,
        context: &Context,
        parents: &[Subject],
        previous: &Option<Subject>,
        said_year: Option<i16>,
    ) -> Subject {
        let c = self.patterns.concepts.get(concept);
        let parent = parents.iter().rev().find(|p| c.parts_of.contains(&p.concept) || p.concept == concept);
        // A list without 其中 goes on about the stage of its whole: 预算总额100万元，基本支出80万元.
        let whole = parent.or_else(|| previous.as_ref().filter(|p| c.parts_of.contains(&p.concept)));
        let sibling = previous.as_ref().filter(|p| {
            let of = &self.patterns.concepts.get(p.concept).parts_of;
            !of.is_empty() && of.iter().any(|q| c.parts_of.contains(q))
        });
        let above = whole.or(sibling);
        let mut basis = label.basis;
        if basis.is_none() && c.basis.is_some() {
            basis = above.and_then(|p| p.basis).or(c.basis);
        }
        // 收入预算, 预算收入: the name itself says the stage.
        let budgeted = label.name.is_some_and(|n| n.of(self.text).contains("预算"));
        let planned =
            label.name.is_some_and(|n| ["预算", "预算数", "计划"].iter().any(|w| n.of(self.text).ends_with(w)));
        if label.basis.is_none() && (budgeted && Some(concept) == self.known.income || planned && self.expense(concept))
        {
            basis = Some(Basis::Initial);
        }
        if c.basis.is_none() {
            basis = None;
        }
        let mut concept = concept;
        // 在职49名，其中事业编制43名: heads by the kind of their posts.
        if Some(concept) == self.known.quota
            && (label.of_which || label.inside)
            && parents.last().is_some_and(|p| Some(p.concept) == self.known.actual)
            && label.name.is_some_and(|n| self.category(n).is_some())
        {
            concept = self.known.actual.unwrap_or(concept);
        }
        // The whole expenditure at a stage of the budget is the budget; what arrived is income.
        let whole = [self.known.expenditure, self.known.budget].contains(&Some(concept));
        if whole && basis == Some(Basis::Received) {
            concept = self.known.income.unwrap_or(concept);
        } else if Some(concept) == self.known.expenditure
            && matches!(basis, Some(Basis::Initial | Basis::Adjusted))
            && label.basis.is_some()
        {
            concept = self.known.budget.unwrap_or(concept);
        }
        if Some(concept) == self.known.budget && basis == Some(Basis::Final) {
            concept = self.known.expenditure.unwrap_or(concept);
        }
        let year = match label.year {
            Some(i16::MIN) => context.year.map(|y| y - 1),
            Some(i16::MAX) => context.year,
            Some(y) => Some(y),
            // 次数由2019年的23次降到4次，满意度97%: a year that is said of something else.
            None if c.measure == Some(Measure::Percent) => parent.and_then(|p| p.year).or(context.year),
            None => parent.and_then(|p| p.year).or(said_year).or(context.year),
        };
        let fund_concept =
            [self.known.government, self.known.state_capital, self.known.social_insurance].contains(&Some(concept));
        let monetary = c.measure == Some(Measure::Yuan);
        // 一般公共预算财政拨款收入: the name itself says the fund.
        let named =
            label.name.map(|n| n.of(self.text)).filter(|n| n.contains("一般公共预算")).map(|_| Fund::GeneralPublic);
        let fund = match fund_concept || !monetary {
            true => None,
            false => label.fund.or(named).or(above.and_then(|p| p.fund)).or(context.fund),
        };
        let mut item = label.qualifier.filter(|_| !monetary).or(label.named.filter(|_| c.item || !monetary));
        // 部门整体支出绩效自评得分, 本项目自评得分: the report itself.
        item = item.filter(|i| {
            let name = i.of(self.text);
            !["整体", "部门", "单位", "本项目", "该项目"].iter().any(|w| name.contains(w)) && name != "项目"
        });
        if item.is_none() && !monetary && [self.known.quota, self.known.actual].contains(&Some(concept)) {
            // A category is a part; an organisation with one kind of posts states its whole quota by it.
            let part = label.short
                || previous.as_ref().is_some_and(|p| {
                    p.concept == concept
                        && (p.item.is_some() || label.of_which || label.inside || label.crossed || !parents.is_empty())
                });
            item = label.name.filter(|_| part).and_then(|n| self.category(n));
        }
        if item.is_none()
            && (!monetary || Some(concept) == self.known.project)
            && label.name.is_none_or(|n| monetary || !n.of(self.text).contains("整体"))
        {
            item = previous
                .as_ref()
                .filter(|p| Some(p.concept) == self.known.project)
                .and_then(|p| p.item)
                .filter(|_| !monetary);
        }
        let own =
            [self.known.fiscal, self.known.satisfaction].contains(&Some(concept)) || c.measure == Some(Measure::Person);
        if item.is_none() && self.whole(concept) && context.item.is_some() && !own {
            item = context.item;
            if [self.known.budget, self.known.expenditure].contains(&Some(concept)) {
                concept = self.known.project.unwrap_or(concept);
            }
        }
        if item.is_none() && Some(concept) == self.known.project {
            item = context.item;
        }
        // 政府性基金预算财政拨款支出 is a concept of its own.
        if Some(concept) == self.known.expenditure && basis == Some(Basis::Final) {
            let own = match fund {
                Some(Fund::Government) => self.known.government,
                Some(Fund::StateCapital) => self.known.state_capital,
                Some(Fund::SocialInsurance) => self.known.social_insurance,
                _ => None,
            };
            if let Some(own) = own {
                return Subject { concept: own, basis, fund: None, year, item };
            }
        }
        // 该项目支出397万元, in the report of that project.
        let this = |n: Span| self.text[..n.start as usize].ends_with(['该', '本']);
        if context.project && item.is_none() && Some(concept) == self.known.project && label.name.is_some_and(this) {
            let planned = matches!(basis, Some(Basis::Initial | Basis::Adjusted));
            concept = if planned { self.known.budget } else { self.known.expenditure }.unwrap_or(concept);
        }
        // In the report of one project its name says nothing new.
        if let Some(i) = item
            && Some(concept) == self.known.project
            && self.own_project(i, context)
        {
            item = None;
            concept = match basis {
                Some(Basis::Final) | None => self.known.expenditure.unwrap_or(concept),
                Some(Basis::Received) => self.known.income.unwrap_or(concept),
                _ => self.known.budget.unwrap_or(concept),
            };
        } else if let Some(i) = item
            && !monetary
            && self.own_project(i, context)
        {
            item = None;
        }
        Subject { concept, basis, fund, year, item }
    }

    /// Whether a named project is the one that the report is about.
    pub(super) fn own_project(&self, item: Span, context: &Context) -> bool {
        let name = item.of(self.text);
        let name = name.strip_suffix("项目").unwrap_or(name);
        let Some(title) = context.title.map(|t| t.of(self.text)) else { return false };
        // 水库除险加固 of 小型病险水库除险加固: all its characters, in order.
        let mut rest = title.chars();
        title.contains(name) || context.project && name.chars().all(|c| rest.any(|t| t == c))
    }

    /// An expense of its own beside the composition of the whole: 三公经费, 政府采购, 会议费.
    pub(super) fn expense(&self, concept: ConceptId) -> bool {
        let id = self.patterns.concepts.get(concept).id.as_str();
        id.starts_with("three_public.") || matches!(id, "procurement.total" | "meeting.total" | "training.total")
    }

    /// 满意度目标值≥95%，实际完成值97.2%: what was wanted and then reached.
    pub(super) fn reached(
        &self,
        items: &[Item<'_>],
        start: usize,
        i: usize,
        token: &Token,
        context: &Context,
    ) -> Option<Subject> {
        if token.unit != Unit::Percent || start == 0 {
            return None;
        }
        let said = &items[start..i];
        let real = said.iter().any(|x| x.view.of(self.text).starts_with(['实', '完', '达']));
        let plain = said.iter().all(|x| {
            matches!(
                x.kind,
                Kind::Mark(_) | Kind::Known | Kind::Word(Word::Link | Word::Prefix | Word::Basis(Basis::Final))
            )
        });
        let mut wanted = false;
        for item in items[..start - 1].iter().rev() {
            match &item.kind {
                Kind::Word(Word::Target) => wanted = true,
                Kind::Word(Word::Link) | Kind::Known => {}
                Kind::Gap if item.view.len() <= 3 => {}
                Kind::Word(Word::Concept(c)) => {
                    let percent = self.patterns.concepts.get(*c).measure == Some(Measure::Percent);
                    return (wanted && real && plain && percent)
                        .then(|| self.complete(*c, &Label::default(), context, &[], &None, None));
                }
                _ => return None,
            }
        }
        None
    }

    /// 行政编制: the category that the name of a headcount says.
    pub(super) fn category(&self, name: Span) -> Option<Span> {
        super::category(self.text, name)
    }

    /// The subject of a label without a name: 决算数88万元 goes on about what was spoken of; `passed` says that this was not understood.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn inherit(
        &self,
        label: &Label,
        token: &Token,
        context: &Context,
        parents: &[Subject],
        previous: &Option<Subject>,
        said_year: Option<i16>,
        passed: bool,
        spoken: Option<&Subject>,
    ) -> Option<Subject> {
        if token.unit != Unit::Money {
            return None;
        }
        let parent = parents.last();
        // 比上年的42.15万元减少…, 降至2.20万元: another level of what was spoken of.
        let past = label.year == Some(i16::MIN);
        // 支出280万元，执行率97%，比上年的264万元增加…: the rate is said in passing.
        let unsaid = previous.as_ref().is_none_or(|p| label.base && self.rate(p.concept));
        if let (true, Some(p)) = (unsaid && (label.base || past), spoken) {
            let year = label.year.and_then(|y| self.year(y, context)).or(p.year);
            return Some(Subject { year, basis: label.basis.or(p.basis), ..p.clone() });
        }
        if let Some(p) = previous.as_ref().filter(|p| !self.rate(p.concept)) {
            if label.base {
                let year = label.year.and_then(|y| self.year(y, context)).or(p.year);
                let basis = label.basis.or(p.basis);
                let planned = Some(p.concept) == self.known.expenditure
                    && matches!(basis, Some(Basis::Initial | Basis::Adjusted));
                let concept = self.known.budget.filter(|_| planned).unwrap_or(p.concept);
                return Some(Subject { concept, year, basis, ..p.clone() });
            }
            if let Some(word) = label.becomes {
                let adjusted = word.of(self.text).starts_with(['调', '追']) && p.basis == Some(Basis::Initial);
                let basis = if adjusted { Some(Basis::Adjusted) } else { label.basis.or(p.basis) };
                let year =
                    label.year.and_then(|y| self.year(y, context)).or(if adjusted { p.year } else { context.year });
                return Some(Subject { year, basis, ..p.clone() });
            }
        }
        if label.base || label.becomes.is_some() && label.basis.is_none() {
            return None;
        }
        if let (Some(fund), Some(p)) = (
            label.fund,
            parent.or(previous.as_ref().filter(|p| {
                // 财政拨款收入310万元（一般公共预算280万元、政府性基金30万元）
                p.fund.is_some() || label.crossed && Some(p.concept) == self.known.fiscal
            })),
        ) {
            // 其中：一般公共预算120万元，政府性基金8万元
            let income = [self.known.income, self.known.fiscal, self.known.other_income].contains(&Some(p.concept));
            let concept = if income {
                self.known.fiscal?
            } else {
                match fund {
                    Fund::Government if label.basis.or(p.basis) == Some(Basis::Final) => self.known.government?,
                    Fund::StateCapital if label.basis.or(p.basis) == Some(Basis::Final) => self.known.state_capital?,
                    Fund::SocialInsurance if label.basis.or(p.basis) == Some(Basis::Final) => {
                        self.known.social_insurance?
                    }
                    _ => p.concept,
                }
            };
            return Some(self.complete(concept, label, context, parents, previous, said_year));
        }
        if label.basis.is_some() || label.year.is_some() && previous.is_some() {
            let carried = |c: ConceptId| self.patterns.concepts.get(c).id.starts_with("carryover.");
            // 其中：…，项目支出282万元，全年预算数1424万元: the year as a whole.
            let whole = parent.filter(|w| {
                let inner =
                    previous.as_ref().is_none_or(|p| p.basis == w.basis && label.yearly && label.year.is_none());
                inner && label.basis.is_some() && label.basis != w.basis && !self.rate(w.concept)
            });
            let previous = &whole.cloned().or_else(|| previous.clone());
            let (concept, item, fund) = match previous {
                // 资金到位386.5万元，实际支出379.12万元
                Some(p) if label.spent && self.whole(p.concept) && !self.rate(p.concept) => {
                    (self.known.expenditure?, p.item, p.fund)
                }
                Some(p) if !self.rate(p.concept) && !carried(p.concept) => (p.concept, p.item, p.fund),
                // 宣传经费投入5万元，执行4.2万元: what was not understood is spoken of further.
                None if passed && !label.yearly && label.basis == Some(Basis::Final) => return None,
                _ => match context.concept {
                    Some(c) if label.basis.is_some() => (c, None, None),
                    _ => match label.basis? {
                        Basis::Final => (self.known.expenditure?, None, None),
                        Basis::Received => (self.known.income?, None, None),
                        _ => (self.known.budget?, None, None),
                    },
                },
            };
            // 预算…，决算…: the budget's final stage is the expenditure.
            let mut subject = self.complete(concept, label, context, parents, previous, said_year);
            subject.item = item.or(subject.item);
            subject.fund = subject.fund.or(fund);
            if label.basis.is_none() {
                subject.basis = previous.as_ref().and_then(|p| p.basis);
                if Some(subject.concept) == self.known.expenditure && subject.basis != Some(Basis::Final) {
                    subject.basis = Some(Basis::Final);
                }
            }
            return Some(subject);
        }
        None
    }

    pub(super) fn rate(&self, concept: ConceptId) -> bool {
        self.patterns.concepts.get(concept).measure != Some(Measure::Yuan)
    }
}
