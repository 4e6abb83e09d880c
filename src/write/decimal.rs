//! A decimal in, its one spelling out: no exponent, no trailing zero, no negative zero.

use rust_decimal::Decimal;
use serde::ser::{Serialize, Serializer};

/// `1514700.00` as `1514700`, on the stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct DecimalText {
    /// Filled from the back. 32 bytes hold sign, `0.` and the 29 digits that a `Decimal` can have at most.
    bytes: [u8; 32],
    start: u8,
}

impl DecimalText {
    /// The spelling of `value`.
    pub fn new(value: Decimal) -> Self {
        let mut text = DecimalText { bytes: [0; 32], start: 32 };
        let (mantissa, scale) = (value.mantissa(), value.scale());
        // What 64 bits hold is divided ten times faster, and that is every number that anybody prints.
        match u64::try_from(mantissa.unsigned_abs()) {
            Ok(digits) => text.digits(digits, scale, |n| (n / 10, (n % 10) as u8)),
            Err(_) => text.digits(mantissa.unsigned_abs(), scale, |n| (n / 10, (n % 10) as u8)),
        }
        if mantissa < 0 {
            text.push(b'-');
        }
        text
    }

    /// `12345` as `12.345`.
    pub fn thousandths(value: u32) -> Self {
        DecimalText::new(Decimal::new(i64::from(value), 3))
    }

    /// 元 in 万元: `1514700` as `151.47`. Exact but for amounts of more than 24 digits behind the point.
    pub fn ten_thousands(yuan: Decimal) -> Self {
        DecimalText::new(yuan / Decimal::from(10_000))
    }

    /// The spelling.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.start as usize..]).unwrap_or_default()
    }

    /// The digits of `rest` from the last to the first, `scale` of them behind the point; zeros at the end of those go.
    fn digits<N: Copy + PartialEq + From<u8>>(&mut self, mut rest: N, scale: u32, divide: impl Fn(N) -> (N, u8)) {
        let mut fraction = false;
        for left in (0..scale).rev() {
            let (next, digit) = divide(rest);
            rest = next;
            if digit != 0 || fraction {
                fraction = true;
                self.push(b'0' + digit);
            }
            if left == 0 && fraction {
                self.push(b'.');
            }
        }
        loop {
            let (next, digit) = divide(rest);
            rest = next;
            self.push(b'0' + digit);
            if rest == N::from(0) {
                break;
            }
        }
    }

    fn push(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start as usize] = byte;
    }
}

impl Serialize for DecimalText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> String {
        DecimalText::new(value.parse().unwrap()).as_str().to_owned()
    }

    #[test]
    fn a_decimal_has_one_spelling() {
        for (value, spelling) in [
            ("0", "0"),
            ("0.00", "0"),
            ("-0.0", "0"),
            ("1514700.00", "1514700"),
            ("100", "100"),
            ("0.5", "0.5"),
            ("-0.050", "-0.05"),
            ("10.10", "10.1"),
            ("99.60", "99.6"),
            ("-20100", "-20100"),
            ("18446744073709551616", "18446744073709551616"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("-7.9228162514264337593543950335", "-7.9228162514264337593543950335"),
            ("-0.0000000000000000000000000001", "-0.0000000000000000000000000001"),
        ] {
            assert_eq!(text(value), spelling);
        }
        assert_eq!(DecimalText::ten_thousands(Decimal::from(1_514_700)).as_str(), "151.47");
        assert_eq!(DecimalText::thousandths(12345).as_str(), "12.345");
        assert_eq!(DecimalText::thousandths(2000).as_str(), "2");
    }
}
