//! A sentence's items in, facts and roles out.
//!
//! A fact is read where a name of a concept is tied to a figure by known words alone. The walk goes from the figure to the left:
//! binding words are passed, stages, funds and years are taken up, and the first name is the subject; unknown text before a
//! name is found ends the walk without a fact. 其中 makes the figure before it the parent of what follows.

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

    /// The stage that 预算 or 预算数 says where it is no name of its own.
    fn stage(&self, concept: ConceptId, items: &[Item<'_>]) -> Option<Basis> {
        if Some(concept) != self.known.budget {
            return None;
        }
        let executed = items.iter().any(|x| matches!(x.view.of(self.text), "执行数" | "全年执行数" | "预算执行数"));
        Some(if executed { Basis::Adjusted } else { Basis::Initial })
    }

    /// Whether the clause to the left of `k` compares: 比2019年支出…, 上年支出….
    fn compared(&self, items: &[Item<'_>], start: usize, k: usize) -> bool {
        items[start..k]
            .iter()
            .rev()
            .take_while(|x| !matches!(x.kind, Kind::Mark(_)))
            .any(|x| matches!(x.kind, Kind::Word(Word::Than | Word::LastYear) | Kind::Year(_)))
    }

    /// Where the clause of item `i` begins, in the text.
    fn clause(&self, items: &[Item<'_>], start: usize, i: usize) -> u32 {
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
    fn names_left(&self, items: &[Item<'_>], start: usize, k: usize) -> bool {
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
    fn label(
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
                        && k + 1 == i
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
                        if k > start && matches!(items[k - 1].kind, Kind::Gap | Kind::Word(Word::Short(_) | Word::Link))
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
    fn and_before(&self, items: &[Item<'_>], start: usize, k: usize, label: &mut Label) {
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

    /// Whether the clauses before item `k` tell a story of their own: unknown text, and no figure of the organisation.
    fn story(&self, items: &[Item<'_>], k: usize, previous: &Option<Subject>, results: bool) -> bool {
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
    fn ground(&self, items: &[Item<'_>], start: usize, k: usize) -> Ground {
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
    fn name_left(&self, items: &[Item<'_>], start: usize, k: usize) -> Option<Span> {
        let mut first = None;
        let mut at = k;
        while at > start {
            match &items[at - 1].kind {
                Kind::Gap => first = Some(at - 1),
                Kind::Word(Word::Link | Word::Prefix | Word::Grade | Word::Short(_) | Word::Stop | Word::Per) => {}
                Kind::Word(Word::Up | Word::Down | Word::Target | Word::None) => {}
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
    fn whole(&self, concept: ConceptId) -> bool {
        [self.known.budget, self.known.income, self.known.fiscal, self.known.other_income, self.known.expenditure]
            .contains(&Some(concept))
            || self.patterns.concepts.get(concept).measure != Some(Measure::Yuan)
            || self.patterns.concepts.get(concept).id.starts_with("carryover.")
    }

    /// How many figures follow each other from item `i` on, with nothing but marks and binding words between them.
    fn listed(&self, items: &[Item<'_>], i: usize) -> usize {
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
    fn distribution(
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
        } else if years.len() == figures {
            Some(years.iter().map(|y| whole.map(|c| base(c, one_basis, Some(*y)))).collect::<Option<_>>()?)
        } else {
            None
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn resolve(
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
            }
        }
        self.complete(concept, label, context, parents, previous, said_year)
    }

    /// Fills in what the label leaves open from parent, sentence, heading and report.
    fn complete(
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
        if c.basis.is_none() {
            basis = None;
        }
        let mut concept = concept;
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
            None => parent.and_then(|p| p.year).or(said_year).or(context.year),
        };
        let fund_concept =
            [self.known.government, self.known.state_capital, self.known.social_insurance].contains(&Some(concept));
        let monetary = c.measure == Some(Measure::Yuan);
        let fund =
            if fund_concept || !monetary { None } else { label.fund.or(above.and_then(|p| p.fund)).or(context.fund) };
        let mut item = label.qualifier.filter(|_| !monetary).or(label.named.filter(|_| c.item || !monetary));
        // 部门整体支出绩效自评得分, 本项目自评得分: the report itself.
        item = item.filter(|i| {
            let name = i.of(self.text);
            !["整体", "部门", "单位", "本项目", "该项目"].iter().any(|w| name.contains(w)) && name != "项目"
        });
        if item.is_none() && !monetary && [self.known.quota, self.known.actual].contains(&Some(concept)) {
            // A category is a part; an organisation with one kind of posts states its whole quota by it.
            let part = previous.as_ref().is_some_and(|p| {
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
        if item.is_none() && self.whole(concept) && context.item.is_some() && Some(concept) != self.known.fiscal {
            item = context.item;
            if [self.known.budget, self.known.expenditure].contains(&Some(concept)) {
                concept = self.known.project.unwrap_or(concept);
            }
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
    fn own_project(&self, item: Span, context: &Context) -> bool {
        let name = item.of(self.text);
        let name = name.strip_suffix("项目").unwrap_or(name);
        context.title.is_some_and(|t| t.of(self.text).contains(name))
    }

    /// 行政编制: the category that the name of a headcount says.
    fn category(&self, name: Span) -> Option<Span> {
        let text = name.of(self.text);
        let words: [(&str, &str); 6] = [
            ("参公", "参公"),
            ("参照", "参照"),
            ("行政", "行政"),
            ("工勤", "工勤"),
            ("后勤", "后勤"),
            ("事业", "事业"),
        ];
        words.iter().find_map(|(cue, word)| {
            text.contains(cue).then(|| {
                let at = name.start as usize + text.find(word).unwrap_or(0);
                Span::new(at, at + word.len())
            })
        })
    }

    /// The subject of a label without a name: 决算数88万元 goes on about what was spoken of.
    #[allow(clippy::too_many_arguments)]
    fn inherit(
        &self,
        label: &Label,
        token: &Token,
        context: &Context,
        parents: &[Subject],
        previous: &Option<Subject>,
        said_year: Option<i16>,
        first: bool,
    ) -> Option<Subject> {
        if token.unit != Unit::Money {
            return None;
        }
        let parent = parents.last();
        if let (Some(fund), Some(p)) = (label.fund, parent.or(previous.as_ref().filter(|p| p.fund.is_some()))) {
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
            let (concept, item, fund) = match previous {
                // 资金到位386.5万元，实际支出379.12万元
                Some(p) if label.spent && self.whole(p.concept) && !self.rate(p.concept) => {
                    (self.known.expenditure?, p.item, p.fund)
                }
                Some(p) if !self.rate(p.concept) && !carried(p.concept) => (p.concept, p.item, p.fund),
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
            subject.item = item;
            subject.fund = subject.fund.or(fund);
            if label.basis.is_none() {
                subject.basis = previous.as_ref().and_then(|p| p.basis);
                if Some(subject.concept) == self.known.expenditure && subject.basis != Some(Basis::Final) {
                    subject.basis = Some(Basis::Final);
                }
            }
            return Some(subject);
        }
        if first && !label.crossed && previous.is_none() && label.fund.is_none() {
            return None;
        }
        None
    }

    fn rate(&self, concept: ConceptId) -> bool {
        self.patterns.concepts.get(concept).measure != Some(Measure::Yuan)
    }

    /// 自评等级为优; 96.5分（优）; 96.5分，评为优秀.
    fn grade(
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

    /// 无政府性基金预算支出; 公务接待费：无; 未发生因公出国（境）费.
    fn none(&self, items: &[Item<'_>], i: usize, context: &Context, said_year: Option<i16>, out: &mut Vec<Reading>) {
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
                Kind::Word(Word::Concept(_)) if matches!(items.get(n + 1).map(|x| &x.kind), Some(Kind::Gap)) => break,
                Kind::Word(Word::Concept(c)) if nil(*c) => found.push(*c),
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
        if found.is_empty() {
            found = pending;
        }
        if found.is_empty() {
            // To the left: 公务接待费：无
            let closed = items.get(i + 1).is_none_or(|n| matches!(n.kind, Kind::Mark(_) | Kind::Close | Kind::Known));
            if !closed {
                return;
            }
            for item in items[..i].iter().rev() {
                match &item.kind {
                    Kind::Word(Word::Concept(c)) if nil(*c) => {
                        found.push(*c);
                        break;
                    }
                    Kind::Word(Word::Link | Word::Basis(_) | Word::Strict(_)) | Kind::Known | Kind::Open => {}
                    Kind::Word(Word::Fund(f)) => {
                        found.extend(fund(*f));
                        break;
                    }
                    _ => break,
                }
            }
        }
        for concept in found {
            let c = self.patterns.concepts.get(concept);
            let year = said_year.or(context.year);
            let subject = Subject { concept, basis: c.basis, fund: None, year, item: None };
            out.push(Reading { subject, answer: Answer::Nil(Nil::None, items[i].view) });
        }
    }

    /// What kind of statement a figure belongs to, by the words of its clause.
    fn role(&self, items: &[Item<'_>], start: usize, i: usize, token: &Token) -> (Role, Option<Direction>) {
        let mut direction = None;
        let mut becomes = false;
        let mut other = false;
        let mut limit = false;
        let mut target = false;
        let mut share = false;
        let mut clauses = 0;
        if token.per {
            return (Role::UnitPrice, None);
        }
        for (k, item) in items[..i].iter().enumerate().rev() {
            if k + 1 == start && clauses == 0 {
                // The previous figure: words before it belong to it, except who the money belongs to.
                clauses = 1;
            }
            match &item.kind {
                Kind::Mark('，' | '；' | ',' | ';') => {
                    clauses += 1;
                    if clauses > 1 {
                        break;
                    }
                }
                Kind::Word(Word::OtherParty) => other = true,
                Kind::Word(_) | Kind::Figure(_) if clauses > 0 => {}
                Kind::Word(word) => match word {
                    Word::Becomes => becomes = true,
                    Word::Up if direction.is_none() && !becomes => direction = Some(Direction::Increase),
                    Word::Down if direction.is_none() && !becomes => direction = Some(Direction::Decrease),
                    Word::Share => share = true,
                    Word::Per => return (Role::UnitPrice, None),
                    Word::Limit => limit = true,
                    Word::Target => target = true,
                    _ => {}
                },
                _ => {}
            }
        }
        let rest = &self.text[token.tail.max(token.view.end) as usize..];
        let threshold = token.tail > token.view.end
            && (rest.starts_with('的') || rest.starts_with("项目") || rest.starts_with("采购"));
        if token.unit == Unit::Money && (limit && token.bound != crate::model::Bound::Exact || threshold) {
            return (Role::Limit, direction);
        }
        if direction.is_some() {
            return (Role::Change, direction);
        }
        if share && token.unit == Unit::Percent {
            return (Role::Share, None);
        }
        if target {
            return (Role::Target, None);
        }
        if other && token.unit == Unit::Money {
            return (Role::OtherParty, None);
        }
        (Role::Level, None)
    }
}
