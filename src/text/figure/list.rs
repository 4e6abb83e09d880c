//! Numbers that belong together: the ends of a range, and lists whose scale stands at the last item.

use rust_decimal::Decimal;

use super::{Scanner, Token, Unit};
use crate::model::{Bound, Span};
use crate::text::numeral::Numeral;

impl Scanner<'_> {
    /// Merges `10-20万元`, `10万-20万元`, `10万元至20万元` into one range, written into the second token.
    pub(super) fn range(&self, first: &mut Token, second: &mut Token) {
        if second.range.is_some() || first.range.is_some() {
            return;
        }
        if !matches!(second.unit, Unit::Money | Unit::Percent | Unit::Person | Unit::Score) {
            return;
        }
        let negative_sign = second.negative && self.b.get(second.view.start as usize) == Some(&b'-');
        let second_start = second.view.start as usize + usize::from(negative_sign);
        let between = &self.text[first.view.end as usize..second_start];
        if !matches!(between, "-" | "~" | "—" | "－" | "–" | "至" | "到" | "——" | "--") || first.negative {
            return;
        }
        let (Some(low), Some(high)) = (first.number, second.number) else { return };
        let multiplier = match first.unit {
            Unit::Bare | Unit::Count if first.view.len() == low.len => second.multiplier,
            Unit::Money | Unit::Scale => first.multiplier,
            Unit::Percent if second.unit == Unit::Percent => 1,
            Unit::Person if second.unit == Unit::Person => 1,
            Unit::Score if second.unit == Unit::Score => 1,
            _ => return,
        };
        let (Some(low), Some(high)) = (low.value(multiplier), high.value(second.multiplier)) else { return };
        if low >= high {
            return;
        }
        second.view.start = first.view.start;
        second.value = None;
        second.range = Some((low, high));
        second.negative = false;
        if first.bound != Bound::Exact {
            second.bound = first.bound;
        }
        let mut probe = self.plain(first.view.start as usize, second.view.end as usize, second.unit);
        self.bound(&mut probe, false);
        if probe.bound != Bound::Exact {
            second.bound = probe.bound;
        }
    }

    /// `分别为34.7、25.9、0.9万元`: the bare numbers before the last item take its scale and measure.
    pub(super) fn share_scale(&self, out: &mut [Token]) {
        let Some((last, before)) = out.split_last_mut() else { return };
        let Some(number) = last.number else { return };
        let unit_span = Span::new(last.view.start as usize + self.numeral_end(last, &number), last.view.end as usize);
        let mut next_start = last.view.start as usize;
        let mut spread: Option<bool> = None;
        for token in before.iter_mut().rev() {
            let Some(n) = token.number else { break };
            if !(matches!(token.unit, Unit::Bare) || matches!(token.unit, Unit::Count) && token.view.len() == n.len)
                || token.scale_from.is_some()
            {
                break;
            }
            let between = &self.text[token.view.end as usize..next_start];
            let listed = match between {
                "、" => n.decimals > 0 || !(1949..=2099).contains(&n.mantissa),
                "和" | "与" | "及" | "，" | "以及" | "；" => *spread.get_or_insert_with(|| {
                    let mut from = (token.view.start as usize).saturating_sub(240);
                    while !self.text.is_char_boundary(from) {
                        from += 1;
                    }
                    let window = &self.text[from..token.view.start as usize];
                    window.rsplit(['。', '\n']).next().unwrap_or("").contains("分别")
                }),
                _ => false,
            };
            if !listed {
                break;
            }
            let Some(value) = n.value(last.multiplier) else { break };
            token.value = Some(if token.negative { -value } else { value });
            token.step = n.step(last.multiplier).unwrap_or(Decimal::ONE);
            token.unit = last.unit;
            token.multiplier = last.multiplier;
            token.scale_from = Some(unit_span);
            next_start = token.view.start as usize;
        }
    }

    pub(super) fn numeral_end(&self, token: &Token, number: &Numeral) -> usize {
        let text = token.view.of(self.text);
        text.find(|c: char| c.is_ascii_digit()).unwrap_or(0) + number.len
    }
}
