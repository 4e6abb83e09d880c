//! A number in, the way a Chinese reader wants it printed out.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::Measure;

/// `1514700` 元 as `151.47万元`, `98.2` per cent as `98.2%`.
pub(super) fn shown(value: Decimal, measure: Option<Measure>) -> String {
    match measure {
        Some(Measure::Yuan) if value.abs() >= Decimal::from(10_000) || value.is_zero() => {
            format!("{}万元", round(value / Decimal::from(10_000), 2).normalize())
        }
        Some(Measure::Yuan) => format!("{}元", round(value, 2).normalize()),
        Some(Measure::Percent) => format!("{}%", round(value, 2).normalize()),
        Some(Measure::PercentPoint) => format!("{}个百分点", round(value, 2).normalize()),
        Some(Measure::Person) => format!("{}人", value.normalize()),
        Some(Measure::Score) => format!("{}分", round(value, 2).normalize()),
        _ => value.normalize().to_string(),
    }
}

/// A distance between two of them: between percentages lie percentage points.
pub(super) fn distance(value: Decimal, measure: Option<Measure>) -> String {
    let measure = if measure == Some(Measure::Percent) { Some(Measure::PercentPoint) } else { measure };
    shown(value, measure)
}

/// Half rounded up, away from zero (四舍五入).
pub(super) fn round(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_shown_in_wan_and_small_money_in_yuan() {
        let yuan = |v: &str| shown(v.parse().unwrap_or_default(), Some(Measure::Yuan));
        assert_eq!(yuan("1514700"), "151.47万元");
        assert_eq!(yuan("23625"), "2.36万元");
        assert_eq!(yuan("9999.5"), "9999.5元");
        assert_eq!(yuan("-185900"), "-18.59万元");
        assert_eq!(distance(Decimal::new(3523, 2), Some(Measure::Percent)), "35.23个百分点");
    }
}
