//! What stands before a name: known words, an organisation, a named project, or a story of its own.

use super::super::sentence::{Item, Kind};
use super::{Ground, Reader, Subject};
use crate::model::{ConceptId, Measure, Span};
use crate::patterns::Word;
use crate::text::figure::{Token, Unit};
use smallvec::SmallVec;

impl Reader<'_> {
    /// Whether the clauses before item `k` tell a story of their own: unknown text, and no figure of the organisation.
    pub(super) fn story(&self, items: &[Item<'_>], k: usize, previous: &Option<Subject>, results: bool) -> bool {
        if previous.as_ref().is_some_and(|p| self.whole(p.concept)) {
            return false;
        }
        let clause = items[..k].iter().rposition(|x| matches!(x.kind, Kind::Mark('，' | ',' | '；')));
        let own = &items[clause.map_or(0, |c| c + 1)..k];
        let year = items[k].view.of(self.text).starts_with(['全', '年', '本']);
        let said = year
            || own.iter().any(|x| {
                matches!(
                    &x.kind,
                    Kind::Year(_) | Kind::Word(Word::Prefix | Word::ThisYear | Word::Fund(_) | Word::Basis(_))
                )
            });
        let before = clause.is_some_and(|c| items[..c].iter().any(|x| matches!(x.kind, Kind::Gap)));
        if said { false } else { before || results }
    }

    /// 区财政局开展重点评价，评价得分88分: whether the sentence says before item `i` that somebody else judged.
    pub(super) fn judged(&self, items: &[Item<'_>], i: usize) -> bool {
        let said = &self.text[items[0].view.start as usize..items[i].view.start as usize];
        let judge =
            ["财政局", "财政厅", "财政部门", "财政所", "第三方", "审计局"].iter().filter_map(|w| said.rfind(w)).max();
        let acts = ["重点评价", "抽查", "复核", "再评价", "复评", "考评"];
        judge.is_some_and(|at| acts.iter().any(|w| said[at..].contains(w)) && !said[at..].contains("自评"))
    }

    /// 未支出的54.5万元结转下年: whether the words around an amount say that it is left over at the end of the year.
    pub(super) fn left_over(&self, items: &[Item<'_>], start: usize, token: &Token) -> bool {
        let before = &self.text[items[start].view.start as usize..token.view.start as usize];
        let clause = before.rsplit(['，', '；', ',']).next().unwrap_or(before);
        let behind = &self.text[token.tail.max(token.view.end) as usize..];
        ["未支出", "未使用", "剩余", "未执行"].iter().any(|w| clause.contains(w))
            && ["结转下年", "结转至下年", "全部结转", "结转到下年"].iter().any(|w| behind.starts_with(w))
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
                    let organisation = organisation && !gap.ends_with("合作社");
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
                Kind::Word(Word::Link) if items[at - 1].view.of(self.text) == ":" => break,
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
        // 12315热线运维项目
        if first > start
            && let Kind::Figure(f) = items[first - 1].kind
            && matches!(self.tokens[f].unit, Unit::Bare | Unit::Code | Unit::Count)
            && items[first - 1].view.end == items[first].view.start
        {
            first -= 1;
        }
        let name = Span { start: items[first].view.start, end: items[k].view.start };
        let chars = name.of(self.text).chars().count();
        (2..=30).contains(&chars).then_some(name)
    }

    /// The name of a project in the composition of the projects, and what opened the composition where it is the first:
    /// `其中：科普示范村奖补20万元`.
    pub(super) fn part(
        &self,
        items: &[Item<'_>],
        start: usize,
        i: usize,
        parents: &[Subject],
        previous: &Option<Subject>,
        bracketed: bool,
    ) -> Option<(Span, Option<char>)> {
        let project = self.known.project?;
        // To the left, over whole brackets (村（社区）运转经费), up to what parts the names.
        let mut from = i;
        let mut depth = 0;
        while from > start {
            match items[from - 1].kind {
                Kind::Close => depth += 1,
                Kind::Open if depth > 0 => depth -= 1,
                Kind::Figure(_) => break,
                Kind::Mark(_) | Kind::Open | Kind::Word(Word::OfWhich) if depth == 0 => break,
                _ => {}
            }
            from -= 1;
        }
        let mut opened = items[start..from].iter().rev().find_map(|x| match x.kind {
            Kind::Open => Some('('),
            Kind::Word(Word::OfWhich) => Some('中'),
            _ => None,
        });
        // 共3个项目:法律援助40万元
        if opened.is_none()
            && let Some(colon) = items[from..i].iter().position(|x| x.view.of(self.text) == ":")
            && self.text[items[start].view.start as usize..items[from + colon].view.start as usize].contains("项目")
        {
            opened = Some('中');
            from += colon + 1;
        }
        let listed = parents.last().is_some_and(|p| p.concept == project && p.item.is_none());
        let first = opened.is_some() && previous.as_ref().is_some_and(|p| p.concept == project && p.item.is_none());
        if !(listed || first)
            || depth != 0
            || bracketed && items[start..from].iter().any(|x| matches!(x.kind, Kind::Close))
        {
            return None;
        }
        let lead = |x: &Item<'_>| {
            matches!(x.kind, Kind::Known | Kind::Year(_))
                || matches!(x.view.of(self.text), ":" | "为" | "是" | "的" | "一是" | "二是" | "三是" | "四是" | "五是")
        };
        while from < i && lead(&items[from]) {
            from += 1;
        }
        let mut to = i;
        while to > from
            && match &items[to - 1].kind {
                // 安防升级, 党员示范岗: a character of the name.
                Kind::Word(Word::Link) => {
                    let word = items[to - 1].view.of(self.text);
                    !word.ends_with(['费', '款', '额'])
                        && (word.chars().count() > 1
                            || word.contains([
                                '为', '是', '共', '计', '达', ':', '约', '了', '有', '各', '已', '被', '"', '“', '”',
                            ]))
                }
                Kind::Word(Word::Strict(_) | Word::Basis(_)) => true,
                Kind::Known => true,
                _ => false,
            }
        {
            to -= 1;
        }
        self.project_name(items, from, to).map(|name| (name, opened))
    }

    /// The items from `from` to `to` as the name of a project, if they can be one.
    pub(super) fn project_name(&self, items: &[Item<'_>], from: usize, to: usize) -> Option<Span> {
        let named = items[from..to].iter().all(|x| match &x.kind {
            Kind::Gap | Kind::Open | Kind::Close | Kind::Mark('、') => true,
            Kind::Word(Word::Strict(c) | Word::Concept(c)) => self.rate(*c),
            Kind::Word(
                Word::Link
                | Word::Prefix
                | Word::Short(_)
                | Word::Stop
                | Word::Grade
                | Word::Per
                | Word::Target
                | Word::OtherParty
                | Word::None,
            ) => true,
            Kind::Known => x.view.of(self.text).starts_with(['“', '"', '《', '-', '—']),
            _ => false,
        });
        if !named || !items[from..to].iter().any(|x| matches!(x.kind, Kind::Gap)) {
            return None;
        }
        let name = Span { start: items[from].view.start, end: items[to - 1].view.end };
        let chars = name.of(self.text).chars().count();
        ((2..=30).contains(&chars) && !self.patterns.prose.kind_of_expense(name.of(self.text))).then_some(name)
    }

    /// `小修保养、水毁抢通、标线施划` before item `to`: names of projects parted by 、, as many as asked for.
    pub(super) fn names_listed(&self, items: &[Item<'_>], to: usize, wanted: usize) -> Option<SmallVec<[Span; 4]>> {
        let mut names: SmallVec<[Span; 4]> = SmallVec::new();
        let mut end = to;
        for k in (0..=to).rev() {
            let parted = k == 0
                || match &items[k - 1].kind {
                    Kind::Mark(_) | Kind::Figure(_) => true,
                    Kind::Word(Word::OfWhich) => true,
                    Kind::Word(Word::Link) => {
                        matches!(items[k - 1].view.of(self.text), "和" | "与" | "及" | "以及" | ":")
                    }
                    _ => false,
                };
            if !parted || k > end {
                continue;
            }
            names.push(self.project_name(items, k, end).filter(|_| k < end)?);
            let more = k > 0
                && matches!(items[k - 1].kind, Kind::Mark('、') | Kind::Word(Word::Link))
                && items[k - 1].view.of(self.text) != ":";
            if !more {
                break;
            }
            end = k - 1;
        }
        names.reverse();
        let place = |n: &Span| self.patterns.prose.place(n.of(self.text));
        (names.len() == wanted && !names.iter().any(place)).then_some(names)
    }

    /// Concepts of the whole organisation: a figure behind them is about the whole again.
    pub(super) fn whole(&self, concept: ConceptId) -> bool {
        [self.known.budget, self.known.income, self.known.fiscal, self.known.other_income, self.known.expenditure]
            .contains(&Some(concept))
            || self.patterns.concepts.get(concept).measure != Some(Measure::Yuan)
            || self.patterns.concepts.get(concept).id.starts_with("carryover.")
    }
}
