//! What kind of statement a figure belongs to, by the words of its clause.

use super::super::sentence::{Item, Kind};
use super::{Context, Reader};
use crate::model::{Basis, Bound, ConceptId, Direction, Role};
use crate::patterns::Word;
use crate::text::figure::{Token, Unit};

/// What the words to the left of a figure say about it.
#[derive(Default)]
struct Said {
    direction: Option<Direction>,
    becomes: bool,
    than: bool,
    other: bool,
    /// The money of others is named in the clause before.
    other_before: bool,
    /// A word of the organisation's own money stands in the clause.
    own: bool,
    per: bool,
    limit: bool,
    target: bool,
    share: bool,
}

impl Reader<'_> {
    /// 营养改善计划项目: a word that is a piece of a name says nothing by itself.
    fn inside_name(&self, items: &[Item<'_>], k: usize) -> bool {
        let behind = items.get(k + 1).is_some_and(|x| match &x.kind {
            Kind::Gap | Kind::Word(Word::Short(_) | Word::Prefix) => true,
            Kind::Word(Word::Concept(c) | Word::Strict(c)) => self.rate(*c),
            _ => false,
        });
        // “雨露计划”
        let quoted = items.get(k + 1).is_some_and(|x| x.view.of(self.text).starts_with('”'));
        (behind || quoted) && k > 0 && matches!(items[k - 1].kind, Kind::Gap)
    }

    /// 实现收入300万元, 到位资金3亿元: words that money of others has as well.
    pub(super) fn earned(&self, concept: ConceptId) -> bool {
        [self.known.income, self.known.fiscal, self.known.other_income].contains(&Some(concept)) || self.rate(concept)
    }

    /// What the clause of the figure at `i` says, and where that clause begins in the text.
    fn said(&self, items: &[Item<'_>], start: usize, i: usize) -> (Said, usize) {
        let mut said = Said::default();
        let mut clauses = 0;
        let mut from = items.first().map_or(0, |x| x.view.start as usize);
        for (k, item) in items[..i].iter().enumerate().rev() {
            if k + 1 == start && clauses == 0 {
                // The previous figure: words before it belong to it, except who the money belongs to.
                clauses = 1;
                from = item.view.end as usize;
            }
            match &item.kind {
                Kind::Mark('，' | '；' | ',' | ';') => {
                    if clauses == 0 {
                        from = item.view.end as usize;
                    }
                    clauses += 1;
                    if clauses > 1 {
                        break;
                    }
                }
                Kind::Word(Word::OtherParty) => {
                    said.other |= clauses == 0;
                    said.other_before |= clauses > 0;
                }
                Kind::Word(_) | Kind::Figure(_) if clauses > 0 => {}
                Kind::Word(word) => match word {
                    Word::Becomes => said.becomes = true,
                    // 对新增企业每家奖励3万元: behind the price's own word nothing grows.
                    Word::Up if said.direction.is_none() && !said.becomes && !said.per => {
                        said.direction = Some(Direction::Increase);
                    }
                    Word::Down if said.direction.is_none() && !said.becomes && !said.per => {
                        said.direction = Some(Direction::Decrease);
                    }
                    Word::Than => said.than = true,
                    Word::Share => said.share = true,
                    // 超标准发放共计1640元: only a standard that is said to be the figure.
                    Word::Per if item.view.of(self.text).ends_with("标准") => {
                        said.per |= items[k + 1..i].iter().all(|x| {
                            matches!(
                                x.kind,
                                Kind::Known | Kind::Word(Word::Link | Word::Becomes | Word::Up | Word::Down)
                            )
                        });
                    }
                    Word::Per => said.per = true,
                    Word::Limit => said.limit = true,
                    Word::Target => said.target |= !self.inside_name(items, k),
                    Word::Concept(c) | Word::Strict(c) => said.own |= !self.earned(*c),
                    Word::Basis(b) => said.own |= *b != Basis::Received,
                    Word::Fund(_) => said.own = true,
                    _ => {}
                },
                _ => {}
            }
        }
        (said, from)
    }

    /// What kind of statement a figure belongs to. `prior` is the role of the amount before it in its sentence.
    pub(super) fn role(
        &self,
        items: &[Item<'_>],
        start: usize,
        i: usize,
        token: &Token,
        context: &Context,
        prior: Option<(Role, i128)>,
    ) -> (Role, Option<Direction>) {
        let (mut said, from) = self.said(items, start, i);
        if token.unit != Unit::Money {
            return match said {
                _ if token.per || said.per => (Role::UnitPrice, None),
                Said { direction: Some(d), .. } => (Role::Change, Some(d)),
                _ if said.share && token.unit == Unit::Percent => (Role::Share, None),
                _ if said.target => (Role::Target, None),
                _ => (Role::Level, None),
            };
        }
        let words = &self.patterns.prose.roles;
        let (prior, scale) = prior.unzip();
        let at = token.view.start as usize;
        let clause = self.text.get(from.min(at)..at).unwrap_or("");
        let rest = &self.text[token.tail.max(token.view.end) as usize..];
        let bounded = !matches!(token.bound, Bound::Exact | Bound::About) || token.range.is_some();
        // 2万元以上8万元以下的
        let between = token.tail > token.view.end && rest.starts_with(|c: char| c.is_ascii_digit());
        if bounded && (between || words.threshold(rest)) {
            return (Role::Limit, said.direction);
        }
        // 比预算少0.4万元, 比控制价低8元
        if said.direction.is_none() && !said.becomes && token.bound != Bound::AtLeast {
            let word = clause.trim_matches(['了', '约', '近', '出', ' ']);
            if said.than || start > 0 && word.chars().count() == 1 {
                said.direction = match word.chars().next_back() {
                    Some('少' | '低' | '省') => Some(Direction::Decrease),
                    Some('多' | '高') => Some(Direction::Increase),
                    _ => None,
                };
            }
        }
        let signed = clause.trim_end().ends_with(['≤', '≥', '<', '>']);
        if signed {
            return (Role::Target, None);
        }
        // 1,350.00 1,286.44 -63.56: a negative number among numbers is a difference.
        if token.negative && start > 0 && clause.trim().is_empty() {
            return (Role::Change, Some(Direction::Decrease));
        }
        // ≤950元 939.92元: the reached value stands beside the wanted one.
        if prior == Some(Role::Target) && clause.trim().is_empty() {
            let row = self.text.get(items[0].view.start as usize..from).unwrap_or("");
            return (if words.each(row) { Role::UnitPrice } else { Role::Level }, None);
        }
        // 每场补助240元，其中放映补贴168元、影片版权48元
        let between = items.get(start..i).unwrap_or_default();
        let inner = between.iter().any(|x| matches!(x.kind, Kind::Word(Word::OfWhich)));
        let next = inner
            || between.iter().any(|x| matches!(x.kind, Kind::Mark('、')))
                && !between.iter().any(|x| matches!(x.kind, Kind::Mark('，')));
        // 每所分别补助8万、6.4万元; 每人300元，住校生另增120元
        let direct = start > 0 && clause.trim() == "、";
        let more = ["另增", "再增", "另加"].iter().any(|w| clause.ends_with(w));
        let small = token.multiplier == 1 && scale == Some(1);
        if prior == Some(Role::UnitPrice) && (direct || small && (next || more)) {
            return (Role::UnitPrice, None);
        }
        if let Some(direction) = said.direction {
            // 人均增收1100元
            if said.per && (clause.ends_with("增收") || words.benefits(clause)) {
                return (Role::UnitPrice, None);
            }
            // 为群众节省检查费用540万元, 捕捞户年均增收0.8万元
            let others =
                words.benefits(clause) || said.other || prior == Some(Role::OtherParty) && clause.contains('节');
            return (if others { Role::OtherParty } else { Role::Change }, (!others).then_some(direction));
        }
        let times = clause.ends_with(['×', '*']) || rest.starts_with(['×', '*']);
        let goes_on = prior == Some(Role::UnitPrice)
            && (said.becomes
                || said.than
                || clause.trim_start().starts_with("低于")
                || clause.trim_start().starts_with("高于")
                || rest.starts_with("的标准")
                || clause.ends_with(['到', '至']));
        if said.limit && clause.ends_with("最高") {
            return (Role::Limit, None);
        }
        // 三类案件分别按1,600、750、900元测算
        let rate =
            token.multiplier == 1 && (clause.ends_with("分别按") || clause.ends_with('按') && words.reckoned(rest));
        if token.per || said.per || times || goes_on || rate || words.each(clause) {
            return (Role::UnitPrice, None);
        }
        if said.limit && token.bound != Bound::Exact {
            return (Role::Limit, None);
        }
        // 计划总投资900万元 is what a project costs.
        if said.target && !clause.contains("总投资") && !words.benefits(clause)
            || context.targets && bounded
            || context.ahead && token.bound != Bound::Exact && !said.other
        {
            return (Role::Target, None);
        }
        let others = said.other
            || words.benefits(clause)
            || words.others_pay(clause)
            || words.paid_elsewhere(rest)
            || inner && prior == Some(Role::OtherParty) && !said.own
            || said.other_before && !said.own && !words.pays(clause);
        (if others { Role::OtherParty } else { Role::Level }, None)
    }
}
