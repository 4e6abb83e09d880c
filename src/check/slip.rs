//! The usual slips of the hand: would one of them explain why two figures differ?

use rust_decimal::Decimal;

/// A slip that would explain a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slip {
    /// What was done wrong, in Chinese.
    pub what: &'static str,
    /// What the figure should have been.
    pub should: Decimal,
}

/// What would make `printed` into `expected`, within `allowed`; `None` where no slip does.
pub(super) fn slip(printed: Decimal, expected: Decimal, step: Decimal, allowed: Decimal) -> Option<Slip> {
    // Where rounding alone may reach the figure itself, every slip would fit.
    if step.is_zero() || expected <= Decimal::ZERO || printed <= Decimal::ZERO || allowed * Decimal::TEN > expected {
        return None;
    }
    let near = |candidate: Decimal| (candidate - expected).abs() <= allowed;
    let shifted = SHIFTS.iter().find(|(power, _)| {
        let power = Decimal::from(*power);
        near(printed * power) || near(printed / power)
    });
    // A digit explains what it explains exactly: within the rounding of many terms some digit always would.
    let allowed = allowed.min(step / Decimal::TWO);
    let what = shifted
        .map(|(_, name)| *name)
        .or_else(|| {
            digits(printed, expected, step, allowed).unwrap_or_else(|| spelled(printed, expected, step, allowed))
        })
        .or_else(|| repeated(printed, expected, step, allowed))?;
    Some(Slip { what, should: expected.normalize() })
}

/// A digit that repeats its neighbour where another should stand: 992.88 for 922.88.
fn repeated(printed: Decimal, expected: Decimal, step: Decimal, allowed: Decimal) -> Option<&'static str> {
    let digits: Vec<u8> = (printed / step).trunc().to_string().bytes().collect();
    // Of four digits one that repeats its neighbour is common, and some gap would always fit.
    let significant = digits.len() - digits.iter().rev().take_while(|d| **d == b'0').count();
    if significant < 5 {
        return None;
    }
    let value = |d: &[u8]| std::str::from_utf8(d).ok().and_then(|s| s.parse::<Decimal>().ok()).map(|d| d * step);
    for i in 0..digits.len() {
        let twin = i > 0 && digits[i - 1] == digits[i] || digits.get(i + 1) == Some(&digits[i]);
        for c in (b'0'..=b'9').filter(|c| twin && *c != digits[i]) {
            let mut d = digits.clone();
            d[i] = c;
            if value(&d).is_some_and(|v| (v - expected).abs() <= allowed) {
                return Some(REPEATED);
            }
        }
    }
    None
}

const REPEATED: &str = "一位数字误写成相邻的数字";
const SHIFTS: [(u32, &str); 3] = [(10_000, "万元与元混用"), (10, "小数点错一位"), (100, "小数点错两位")];
const SWAPPED: &str = "相邻两位数字颠倒";
const DOUBLED: &str = "多写一位数字";
const DROPPED: &str = "漏写一位数字";

/// The slips in single digits, counted in steps and computed in 64 bits; `None` where the figures are too long or the step is
/// no power of ten, which hardly any report prints.
fn digits(printed: Decimal, expected: Decimal, step: Decimal, allowed: Decimal) -> Option<Option<&'static str>> {
    // All four in units of the finest of them.
    let scale = [printed, expected, step, allowed].iter().map(Decimal::scale).max()?;
    let units = |d: Decimal| d.mantissa().checked_mul(10_i128.checked_pow(scale - d.scale())?);
    let (printed, expected, step, allowed) = (units(printed)?.abs(), units(expected)?, units(step)?, units(allowed)?);
    let is_power = step > 0 && step == 10_i128.pow(step.ilog10());
    let n = u64::try_from(printed / step.max(1)).ok().filter(|&n| is_power && n < 10_u64.pow(17))?;
    // What a number of steps must be to come near: from the lowest to the highest.
    let (low, high) = (expected.checked_sub(allowed)?, expected.checked_add(allowed)?);
    let low = low.div_euclid(step) + i128::from(low.rem_euclid(step) != 0);
    let (Ok(low), Ok(high)) = (u64::try_from(low.max(0)), u64::try_from(high.div_euclid(step))) else {
        // Below zero or beyond what one more digit could reach.
        return Some(None);
    };
    let near = |steps: u64| low <= steps && steps <= high;
    let places = n.checked_ilog10().unwrap_or(0) + 1;
    let digit = |place: u64| n / place % 10;
    let at = |i: u32| 10_u64.pow(i);
    for place in (1..places).map(at) {
        // The digit of this place and the one behind it.
        let (a, b) = (digit(place), digit(place / 10));
        if a != b && near(n - a * place - b * (place / 10) + b * place + a * (place / 10)) {
            return Some(Some(SWAPPED));
        }
    }
    if places > 1 && (0..places).map(at).any(|place| near(n / place / 10 * place + n % place)) {
        return Some(Some(DOUBLED));
    }
    let dropped = (0..=places).map(at).any(|place| {
        let without = n / place * 10 * place + n % place;
        (0..10).any(|digit| near(without + digit * place))
    });
    Some(dropped.then_some(DROPPED))
}

/// The same for any figures, on the digits as they are spelled.
fn spelled(printed: Decimal, expected: Decimal, step: Decimal, allowed: Decimal) -> Option<&'static str> {
    let near = |candidate: Decimal| (candidate - expected).abs() <= allowed;
    let digits: Vec<u8> = (printed.abs() / step).trunc().to_string().bytes().collect();
    let value = |d: &[u8]| std::str::from_utf8(d).ok().and_then(|s| s.parse::<Decimal>().ok()).map(|d| d * step);
    for i in 0..digits.len().saturating_sub(1) {
        let mut d = digits.clone();
        d.swap(i, i + 1);
        if d != digits && value(&d).is_some_and(near) {
            return Some(SWAPPED);
        }
    }
    for i in 0..digits.len() {
        let mut d = digits.clone();
        d.remove(i);
        if !d.is_empty() && value(&d).is_some_and(near) {
            return Some(DOUBLED);
        }
    }
    for i in 0..=digits.len() {
        for c in b'0'..=b'9' {
            let mut d = digits.clone();
            d.insert(i, c);
            if value(&d).is_some_and(near) {
                return Some(DROPPED);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn try_slip(printed: &str, expected: &str) -> Option<&'static str> {
        let d = |s: &str| s.parse::<Decimal>().unwrap();
        slip(d(printed), d(expected), d("100"), d("150")).map(|slip| slip.what)
    }

    #[test]
    fn swapped_dropped_doubled_digits_and_lost_scales_are_seen() {
        assert_eq!(try_slip("1238800", "1328800"), Some("相邻两位数字颠倒"));
        assert_eq!(try_slip("132800", "1328000"), Some("小数点错一位"));
        assert_eq!(try_slip("13328800", "1328800"), Some("多写一位数字"));
        assert_eq!(try_slip("128800", "1328800"), Some("漏写一位数字"));
        assert_eq!(try_slip("9928800", "9228800"), Some("一位数字误写成相邻的数字"));
        assert_eq!(try_slip("1328800", "1514700"), None);
    }

    #[test]
    fn what_rounding_could_reach_by_itself_is_no_slip() {
        let d = |s: &str| s.parse::<Decimal>().unwrap();
        assert_eq!(slip(d("40000"), d("4000"), d("10000"), d("15000")), None);
    }

    proptest! {
        #[test]
        fn digits_computed_and_digits_spelled_say_the_same(
            printed in 1i64..2_000_000, expected in 1i64..2_000_000, near in any::<bool>(), power in 0u32..4, scale in 0u32..3,
            half in 1i64..5, sign in any::<bool>(),
        ) {
            let step = Decimal::new(10_i64.pow(power), scale);
            // Slips are rare among random pairs: make half of the expected values from the printed one.
            let text = printed.to_string();
            let made = match expected % 3 {
                0 => format!("{}{}{}", &text[..text.len() / 2], expected % 10, &text[text.len() / 2..]),
                1 if text.len() > 1 => format!("{}{}", &text[..text.len() / 2], &text[text.len() / 2 + 1..]),
                _ => text.chars().rev().collect(),
            };
            let expected = if near { made.parse().unwrap() } else { expected };
            let (printed, expected) = (Decimal::from(printed) * step, Decimal::from(expected) * step);
            let printed = if sign { -printed } else { printed };
            let allowed = step * Decimal::from(half) / Decimal::TWO;
            prop_assert_eq!(digits(printed, expected, step, allowed), Some(spelled(printed, expected, step, allowed)));
        }
    }
}
