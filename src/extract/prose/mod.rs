//! A sentence's items in, facts and roles out.
//!
//! A fact is read where a name of a concept is tied to a figure by known words alone. The walk goes from the figure to the left:
//! binding words are passed, stages, funds and years are taken up, and the first name is the subject; unknown text before a
//! name is found ends the walk without a fact. 其中 makes the figure before it the parent of what follows.

mod complete;
mod ground;
mod known;
mod label;
mod role;
mod silent;

use smallvec::SmallVec;

pub(super) use known::{Known, category};

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
    /// The section tells what is to be done.
    pub ahead: bool,
    /// The section tells what was achieved.
    pub results: bool,
    /// The report is about one project.
    pub project: bool,
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
    /// The name holds only inside a composition.
    short: bool,
    /// The name holds only on known ground.
    strict: bool,
    /// 平均: a mean of several.
    average: bool,
    /// 县级: the money of one level of government.
    of_level: bool,
    /// The year as a whole is spoken of: 全年, 年末, 2023年.
    yearly: bool,
    /// 比上年的42.15万元减少…: the figure is what is compared with, at another time.
    base: bool,
    /// 降至, 调整为: the figure is a new level of what was spoken of.
    becomes: Option<Span>,
}

/// What one sentence leaves to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    /// The open compositions, the innermost last.
    parents: SmallVec<[Subject; 4]>,
    /// How many compositions were open before the bracket that opened the last, and how deep that bracket is.
    bracket: Option<(usize, i32)>,
    /// What the last figure was about.
    previous: Option<Subject>,
    /// The year that was said last.
    said_year: Option<i16>,
    /// The sums of money that the last sentence with any stated about the year of the report:
    /// 2019年决算为24.9万元，2020年比上年减少。其中：… is not about 2019.
    stated: SmallVec<[Subject; 8]>,
    /// The sentence before ended in `；` or `：`.
    goes_on: bool,
}

impl Flow {
    /// Before the next sentence: one behind `；` or `：` goes on, any other begins anew.
    pub fn next(&mut self, goes_on: bool) {
        let stated = std::mem::take(&mut self.stated);
        if goes_on && !self.parents.is_empty() {
            // Only an open composition reaches over `；` …
            *self = Flow { stated, goes_on, parents: std::mem::take(&mut self.parents), ..Flow::default() };
        } else {
            // … and a score: 2022年得96.2分；2021年得94分。
            let previous = self.previous.take().filter(|p| goes_on && p.basis.is_none());
            *self = Flow { stated, goes_on, previous, ..Flow::default() };
        }
    }

    /// 。其中：… speaks of the sums of the sentence before; every other beginning leaves them.
    fn begin(&mut self, items: &[Item<'_>]) {
        let opens = items.iter().find(|x| !matches!(x.kind, Kind::Known | Kind::Mark(_)));
        if opens.is_some_and(|x| matches!(x.kind, Kind::Word(Word::OfWhich))) && self.previous.is_none() {
            // The fund is said of the sentence that names it.
            self.parents = self.stated.iter().map(|s| Subject { fund: None, ..s.clone() }).collect();
            // 决算5.2万元，比年初预算6万元减少0.8万元。其中：… composes what was spent, not what was planned.
            self.parents.sort_by_key(|s| s.basis == Some(Basis::Final));
            self.previous = self.parents.last().cloned();
        }
    }
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

impl Reader<'_> {
    /// Facts of one sentence into `out`; the role and direction of each of its figures through `role`.
    pub fn sentence(
        &self,
        items: &[Item<'_>],
        context: &Context,
        flow: &mut Flow,
        out: &mut Vec<Reading>,
        mut role: impl FnMut(usize, Role, Option<Direction>),
    ) {
        flow.begin(items);
        let mut fresh = true;
        let mut depth = 0;
        // 决算数较上年24.18万元减少…
        let resumes = items.first().is_some_and(|x| matches!(x.kind, Kind::Word(Word::Basis(_) | Word::Than)));
        let Flow { parents, bracket, previous, said_year, stated: sums, goes_on } = flow;
        let mut start = 0;
        let mut list: Option<(SmallVec<[Subject; 4]>, usize)> = None;
        let mut quoted = 0;
        let mut prior = None;
        // The amount before was not understood.
        let mut passed = false;
        for (i, item) in items.iter().enumerate() {
            match &item.kind {
                // 《…（2022年版）》 is no statement of the year.
                Kind::Known => match item.view.of(self.text) {
                    "《" => quoted += 1,
                    "》" => quoted -= 1,
                    _ => {}
                },
                Kind::Year(y) if quoted <= 0 => *said_year = Some(*y),
                Kind::Word(Word::ThisYear) => *said_year = context.year.or(*said_year),
                Kind::Open => depth += 1,
                Kind::Close => {
                    depth -= 1;
                    if let Some((open, at)) = *bracket
                        && depth < at
                    {
                        // 预算100万元(其中:…)，调整后…: the whole is spoken of further.
                        if let Some(whole) = parents.get(open).filter(|w| !self.rate(w.concept)) {
                            *previous = Some(whole.clone());
                        }
                        parents.truncate(open);
                        *bracket = None;
                    }
                }
                // 预算86.40万元，全部为一般公共预算拨款: the fund of what was just stated.
                Kind::Word(Word::Fund(fund)) if start > 0 => self.fund_behind(items, start, i, *fund, out),
                Kind::Figure(f) => {
                    let token = &self.tokens[*f];
                    let (r, direction) = self.role(items, start, i, token, context, prior);
                    if token.unit == Unit::Money {
                        prior = Some((r, token.multiplier));
                    }
                    // 人员编制12实有人数11: cells that lost the space between them.
                    let glued = token.unit == Unit::Count
                        && token.number.is_some_and(|n| n.len == token.view.len())
                        && matches!(
                            items.get(i + 1).map(|n| &n.kind),
                            Some(Kind::Word(Word::Concept(_) | Word::Strict(_)))
                        );
                    // 编制12个
                    let posts = token.unit == Unit::Count
                        && token.view.of(self.text).ends_with('个')
                        && items[start..i]
                            .iter()
                            .rev()
                            .find(|x| !matches!(x.kind, Kind::Word(Word::Link)))
                            .is_some_and(|x| matches!(&x.kind, Kind::Word(Word::Concept(c) | Word::Strict(c)) if Some(*c) == self.known.quota));
                    if matches!(token.unit, Unit::Count | Unit::Code) && !glued && !posts {
                        continue;
                    }
                    let before = previous.clone();
                    let subjects = self.subjects(
                        items,
                        start,
                        i,
                        token,
                        context,
                        parents,
                        (bracket, depth),
                        previous,
                        *said_year,
                        &mut list,
                        passed,
                        sums.last().filter(|_| {
                            *goes_on || resumes || !fresh && previous.as_ref().is_some_and(|p| self.rate(p.concept))
                        }),
                    );
                    if token.unit == Unit::Money && matches!(r, Role::Level) {
                        passed = subjects.is_empty();
                    }
                    if subjects.is_empty() && matches!(token.unit, Unit::Bare | Unit::Count) {
                        continue;
                    }
                    let mut subjects = subjects;
                    if subjects.is_empty() && context.project && matches!(r, Role::Level) && self.arrived(items, i) {
                        subjects.extend(self.known.income.map(|concept| Subject {
                            concept,
                            basis: Some(Basis::Received),
                            fund: None,
                            year: context.year,
                            item: None,
                        }));
                    }
                    let own = !subjects.is_empty();
                    // 实现收入860万元，其中：…、医疗收入712万元: a part of what the organisation received.
                    let part = parents.last().is_some_and(|p| Some(p.concept) == self.known.income);
                    let level = matches!(r, Role::Level) || (own || part) && matches!(r, Role::OtherParty);
                    role(*f, if level { Role::Level } else { r }, direction);
                    if level && !subjects.is_empty() {
                        let mut stated = token.unit == Unit::Money;
                        for subject in &subjects {
                            if self.admits(subject, token, context) {
                                out.push(Reading { subject: subject.clone(), answer: Answer::Figure(*f) });
                                stated = true;
                                if token.unit == Unit::Money && subject.year == context.year {
                                    if std::mem::take(&mut fresh) {
                                        sums.clear();
                                    }
                                    sums.push(subject.clone());
                                }
                            }
                        }
                        // A level of another time (比上年的42.15万元减少…) is said in passing.
                        // 均为公务用车运行维护费2.1万元: the whole is spoken of further.
                        let same = items[start..i].iter().any(|x| matches!(x.kind, Kind::Word(Word::Same)));
                        let passing = |s: &Subject, p: &Subject| {
                            if self.rate(s.concept) {
                                return false;
                            }
                            if same && self.patterns.concepts.get(s.concept).parts_of.contains(&p.concept) {
                                return true;
                            }
                            let before = s.year < p.year && p.year == context.year;
                            let planned = s.year == p.year && p.basis == Some(Basis::Final) && s.basis < p.basis;
                            s.concept == p.concept && s.item == p.item && (before || planned)
                        };
                        *previous = match (stated, subjects.into_iter().next_back(), before) {
                            (true, Some(s), Some(p)) if passing(&s, &p) => Some(p),
                            (true, s, _) => s,
                            _ => None,
                        };
                    }
                    start = i + 1;
                }
                // 项目支出中，基层社改造60万元，…: a composition whose whole is not said.
                Kind::Word(Word::Concept(c))
                    if Some(*c) == self.known.project
                        && parents.is_empty()
                        && items.get(i + 1).is_some_and(|x| x.view.of(self.text) == "中")
                        && items.get(i + 2).is_some_and(|x| matches!(x.kind, Kind::Mark(_))) =>
                {
                    parents.push(self.complete(*c, &Label::default(), context, &[], &None, *said_year));
                }
                // “三公”经费支出1.20万元，均为公务用车运行维护费: the part that is the whole.
                Kind::Word(Word::Concept(c) | Word::Short(c)) if start > 0 => {
                    if let Some(part) = self.all_of(items, start, i, *c, previous) {
                        out.push(part);
                    }
                }
                Kind::Word(Word::Grade) => {
                    // 财政抽查评分86分，等级良: the grade of a score that is not the organisation's own.
                    let foreign = start > 0
                        && matches!(items[start - 1].kind, Kind::Figure(f) if self.tokens[f].unit == Unit::Score)
                        && items[..start - 1]
                            .iter()
                            .rev()
                            .take_while(|x| !matches!(x.kind, Kind::Mark(_)))
                            .any(|x| matches!(x.kind, Kind::Word(Word::Stop)))
                        || self.judged(items, i);
                    if !foreign && let Some(subject) = self.grade(items, start, i, previous, context) {
                        out.push(Reading { subject, answer: Answer::Text(item.view) });
                    }
                }
                // 项目支出包括:(1)…;(2)…: a composition whose whole is not said.
                Kind::Word(Word::OfWhich) if start == 0 && previous.is_none() && parents.is_empty() => {
                    let named =
                        items[..i].iter().rev().find(|x| !matches!(x.kind, Kind::Word(Word::Link) | Kind::Known));
                    if let Some(Item { kind: Kind::Word(Word::Concept(c)), .. }) = named
                        && Some(*c) == self.known.project
                    {
                        parents.push(self.complete(*c, &Label::default(), context, &[], &None, *said_year));
                    }
                }
                // 编制9名：行政编制5名、事业编制4名
                Kind::Word(Word::Link) if i == start && start > 0 && item.view.of(self.text) == ":" => {
                    let heads = |p: &&Subject| {
                        [self.known.quota, self.known.actual].contains(&Some(p.concept)) && p.item.is_none()
                    };
                    parents.extend(previous.as_ref().filter(heads).cloned());
                }
                Kind::Word(Word::None) => self.none(items, i, context, *said_year, out),
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

    /// 省级资金1680万元全部到位: whether a clause ends with the arrival of the figure at `i`.
    fn arrived(&self, items: &[Item<'_>], i: usize) -> bool {
        let mut behind = items[i + 1..].iter().skip_while(|x| {
            matches!(x.kind, Kind::Word(Word::Link | Word::Prefix | Word::Same))
                && !x.view.of(self.text).contains("到位")
        });
        let received = behind.next().is_some_and(|x| matches!(x.kind, Kind::Word(Word::Basis(Basis::Received))));
        received && behind.next().is_none_or(|x| matches!(x.kind, Kind::Mark(_) | Kind::Known))
    }

    /// Gives the facts of the figure before `start` the fund that is said behind it.
    fn fund_behind(&self, items: &[Item<'_>], start: usize, i: usize, fund: Fund, out: &mut [Reading]) {
        let Kind::Figure(figure) = items[start - 1].kind else { return };
        let between = &items[start..i];
        let all = between
            .iter()
            .any(|x| matches!(x.view.of(self.text), "均为" | "均" | "全部" | "全部为" | "都是" | "来自" | "全额"));
        let joined = between.iter().all(|x| {
            matches!(&x.kind, Kind::Mark('，' | ',') | Kind::Known | Kind::Word(Word::Link | Word::Same | Word::Prefix))
                || matches!(x.view.of(self.text), "来自" | "全额" | "来源于")
        });
        if !(all && joined) {
            return;
        }
        for reading in out.iter_mut().rev().take_while(|r| matches!(r.answer, Answer::Figure(f) if f == figure)) {
            let monetary = !self.rate(reading.subject.concept);
            if monetary && reading.subject.fund.is_none() {
                reading.subject.fund = Some(fund);
            }
        }
    }

    /// The part `c` that makes up all of the figure before `start`.
    fn all_of(
        &self,
        items: &[Item<'_>],
        start: usize,
        i: usize,
        c: ConceptId,
        previous: &Option<Subject>,
    ) -> Option<Reading> {
        let Kind::Figure(figure) = items[start - 1].kind else { return None };
        let whole = previous.as_ref()?;
        let concept = self.patterns.concepts.get(c);
        let ends = items.get(i + 1).is_none_or(|x| matches!(x.kind, Kind::Mark(_) | Kind::Close | Kind::Known));
        if !ends || !concept.parts_of.contains(&whole.concept) || self.tokens[figure].unit != Unit::Money {
            return None;
        }
        let between = &items[start..i];
        let says = between
            .iter()
            .any(|x| matches!(x.view.of(self.text), "为" | "均为" | "均" | "全部为" | "全部" | "是" | "系" | "全部是"));
        let plain = between.iter().all(|x| {
            matches!(&x.kind, Kind::Mark('，' | ',') | Kind::Open | Kind::Word(Word::Link | Word::Same))
                || x.view.of(self.text) == "系"
        });
        (says && plain)
            .then(|| Reading { subject: Subject { concept: c, ..whole.clone() }, answer: Answer::Figure(figure) })
    }

    /// A year of a label as a number: the extremes stand for 上年 and 本年.
    fn year(&self, year: i16, context: &Context) -> Option<i16> {
        match year {
            i16::MIN => context.year.map(|y| y - 1),
            i16::MAX => context.year,
            y => Some(y),
        }
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
        (bracket, depth): (&mut Option<(usize, i32)>, i32),
        previous: &Option<Subject>,
        said_year: Option<i16>,
        list: &mut Option<(SmallVec<[Subject; 4]>, usize)>,
        passed: bool,
        spoken: Option<&Subject>,
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
        // 项目支出32万元（救援艇运行20万元、码头维修12万元）: the parts of the projects are named by what they are for.
        if token.unit == Unit::Money
            && let Some(project) = self.known.project
            && let Some((name, opened)) = self.part(items, start, i, parents, previous, bracket.is_some())
        {
            if let (Some(opened), Some(p)) = (opened, previous)
                && p.concept == project
                && p.item.is_none()
                && parents.last().is_none_or(|top| top.concept != project)
            {
                if opened == '(' {
                    bracket.get_or_insert((parents.len(), depth));
                }
                parents.push(p.clone());
            }
            let label = Label { named: Some(name), ..Label::default() };
            return smallvec::smallvec![self.complete(project, &label, context, parents, &None, said_year)];
        }
        let mut label = self.label(items, start, i, parents, previous, context);
        if label.of_which
            && let Some(p) = previous
        {
            match parents.last_mut() {
                // 预算15万元，其中…；决算12万元，其中…
                Some(top) if top.concept == p.concept => *top = p.clone(),
                _ => parents.push(p.clone()),
            }
        }
        if label.change.is_some() || label.share {
            return SmallVec::new();
        }
        // 其中省级补助200万元、县级预算86.5万元
        if label.of_level && (label.of_which || bracket.is_some() || depth > 0) {
            return SmallVec::new();
        }
        if let Some(c) = label.concepts.first() {
            // 1.行政运行年初预算612万元，支出决算630万元，完成年初预算的102.9%: not of the whole.
            let unnamed = passed && previous.is_none() && !label.yearly;
            if unnamed && (label.strict && Some(*c) == self.known.expenditure || Some(*c) == self.known.execution) {
                return SmallVec::new();
            }
            let mean = label.average && [self.known.execution, self.known.score].contains(&Some(*c));
            // “三公”经费2.45万元，完成预算的81.67%: the rate of that expense, not of the budget.
            let part = Some(*c) == self.known.execution
                && label.qualifier.is_none()
                && previous.as_ref().is_some_and(|p| !self.whole(p.concept) && self.expense(p.concept));
            let judged = Some(*c) == self.known.score && self.judged(items, i);
            if mean || part || judged {
                return SmallVec::new();
            }
            // 项目支出全年预算数2520万元，执行数2436万元，执行率96.7%
            if Some(*c) == self.known.execution
                && label.qualifier.is_none()
                && let Some(p) = previous
                    .as_ref()
                    .filter(|p| p.item.is_none() && [self.known.project, self.known.basic].contains(&Some(p.concept)))
            {
                label.qualifier = items[..start]
                    .iter()
                    .rev()
                    .find(|x| matches!(&x.kind, Kind::Word(Word::Concept(n)) if *n == p.concept))
                    .map(|x| x.view);
            }
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
        // 预算执行率96.7%，未支出的54.5万元结转下年
        if token.unit == Unit::Money
            && let Some(end) = self.known.end
            && previous
                .as_ref()
                .is_some_and(|p| p.item.is_none() && (self.whole(p.concept) || Some(p.concept) == self.known.execution))
            && self.left_over(items, start, token)
        {
            out.push(Subject { concept: end, basis: Some(Basis::Final), fund: None, year: context.year, item: None });
            return out;
        }
        if label.gap || label.stopped {
            return out;
        }
        // 2022年自评得96.2分，2021年得94分
        if let (Unit::Score, Some(p), Some(year)) = (token.unit, previous, label.year)
            && Some(p.concept) == self.known.score
        {
            out.push(Subject { year: self.year(year, context), ..p.clone() });
            return out;
        }
        if let Some(subject) = self.reached(items, start, i, token, context) {
            out.push(subject);
            return out;
        }
        if let Some(subject) = self.inherit(&label, token, context, parents, previous, said_year, passed, spoken) {
            out.push(subject);
        }
        out
    }
}
