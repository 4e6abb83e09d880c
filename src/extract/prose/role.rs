//! What kind of statement a figure belongs to, by the words of its clause.

use super::super::sentence::{Item, Kind};
use super::Reader;
use crate::model::{Direction, Role};
use crate::patterns::Word;
use crate::text::figure::{Token, Unit};

impl Reader<'_> {
    /// 营养改善计划项目: a word that is a piece of a name says nothing by itself.
    fn inside_name(&self, items: &[Item<'_>], k: usize) -> bool {
        let behind = items.get(k + 1).is_some_and(|x| match &x.kind {
            Kind::Gap | Kind::Word(Word::Short(_) | Word::Prefix) => true,
            Kind::Word(Word::Concept(c) | Word::Strict(c)) => self.rate(*c),
            _ => false,
        });
        behind && k > 0 && matches!(items[k - 1].kind, Kind::Gap)
    }

    /// What kind of statement a figure belongs to, by the words of its clause.
    pub(super) fn role(&self, items: &[Item<'_>], start: usize, i: usize, token: &Token) -> (Role, Option<Direction>) {
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
                    Word::Target => target |= !self.inside_name(items, k),
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
