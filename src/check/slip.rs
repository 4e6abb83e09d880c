//! The usual slips of the hand: would one of them explain why two figures differ?

use rust_decimal::Decimal;

/// What would make `printed` into `expected`, within `allowed`; `None` where no slip does.
pub(super) fn slip(printed: Decimal, expected: Decimal, step: Decimal, allowed: Decimal) -> Option<&'static str> {
    if step.is_zero() || expected.is_zero() || printed.is_zero() {
        return None;
    }
    let near = |candidate: Decimal| (candidate - expected).abs() <= allowed;
    for (power, name) in [(10_000, "万元与元混用"), (10, "小数点错一位"), (100, "小数点错两位")] {
        let power = Decimal::from(power);
        if near(printed * power) || near(printed / power) {
            return Some(name);
        }
    }
    let digits: Vec<u8> = (printed.abs() / step).trunc().to_string().bytes().collect();
    let value = |d: &[u8]| std::str::from_utf8(d).ok().and_then(|s| s.parse::<Decimal>().ok()).map(|d| d * step);
    for i in 0..digits.len().saturating_sub(1) {
        let mut d = digits.clone();
        d.swap(i, i + 1);
        if d != digits && value(&d).is_some_and(near) {
            return Some("相邻两位数字颠倒");
        }
    }
    for i in 0..digits.len() {
        let mut d = digits.clone();
        d.remove(i);
        if !d.is_empty() && value(&d).is_some_and(near) {
            return Some("多写一位数字");
        }
    }
    for i in 0..=digits.len() {
        for c in b'0'..=b'9' {
            let mut d = digits.clone();
            d.insert(i, c);
            if value(&d).is_some_and(near) {
                return Some("漏写一位数字");
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn try_slip(printed: &str, expected: &str) -> Option<&'static str> {
        let d = |s: &str| s.parse::<Decimal>().unwrap();
        slip(d(printed), d(expected), d("100"), d("150"))
    }

    #[test]
    fn swapped_dropped_doubled_digits_and_lost_scales_are_seen() {
        assert_eq!(try_slip("1238800", "1328800"), Some("相邻两位数字颠倒"));
        assert_eq!(try_slip("132800", "1328000"), Some("小数点错一位"));
        assert_eq!(try_slip("13328800", "1328800"), Some("多写一位数字"));
        assert_eq!(try_slip("128800", "1328800"), Some("漏写一位数字"));
        assert_eq!(try_slip("1328800", "1514700"), None);
    }
}
