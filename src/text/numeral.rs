//! Printed numerals in, exact decimals out: `73,387.27`, `１２．５` (folded before), `三百二十万`, `壹佰贰拾`.
//!
//! Nothing here knows what is counted; a numeral that cannot be read exactly is `None`, never an approximation.

use rust_decimal::Decimal;

/// A number printed in ASCII digits, read off a folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numeral {
    /// All digits as one integer.
    pub mantissa: i128,
    /// Digits behind the decimal point.
    pub decimals: u32,
    /// Length in bytes, separators included.
    pub len: usize,
    /// True where thousands were separated.
    pub grouped: bool,
}

impl Numeral {
    /// The value, multiplied by a power of ten.
    pub fn value(&self, multiplier: i128) -> Option<Decimal> {
        exact(self.mantissa.checked_mul(multiplier)?, self.decimals)
    }

    /// What one unit of the last printed digit is worth.
    pub fn step(&self, multiplier: i128) -> Option<Decimal> {
        exact(multiplier, self.decimals)
    }
}

/// `mantissa × 10^-decimals` without trailing zeros, where a decimal of 28 digits can hold it.
pub fn exact(mantissa: i128, decimals: u32) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(mantissa, decimals).ok().map(|d| d.normalize())
}

/// Digits that a `Decimal` always holds, with room for a scale of 亿.
const MOST_DIGITS: usize = 19;

/// Reads the number that begins at `at`, which must be an ASCII digit.
///
/// Thousands may be separated by `,` or `，` in groups of three (`73,387.27`); a full-width comma parts clauses too, so it
/// counts only where a decimal point follows the last group. `None` for more digits than a decimal holds.
pub fn numeral(text: &str, at: usize) -> Option<Numeral> {
    let b = text.as_bytes();
    let mut end = digits(b, at);
    let mut runs = [(at, end), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)];
    let mut count = 1;
    let mut wide = false;
    let first = end - at;
    if first <= 3 && b[at] != b'0' {
        while count < runs.len() {
            let (skip, is_wide) = match b.get(end) {
                Some(b',') => (1, false),
                Some(0xef) if b[end..].starts_with("，".as_bytes()) => (3, true),
                _ => break,
            };
            let stop = digits(b, end + skip);
            if stop - (end + skip) != 3 {
                break;
            }
            runs[count] = (end + skip, stop);
            count += 1;
            wide |= is_wide;
            end = stop;
        }
        let decimal = b.get(end) == Some(&b'.') && digits(b, end + 1) > end + 1;
        // 1，053，690元, 1，202万元: the measure leaves no doubt.
        let measured = |scale: &str| b[end..].starts_with(scale.as_bytes());
        let plain = count > 1 && ["元", "万元", "亿元", "千元"].into_iter().any(measured);
        if wide && !decimal && !plain {
            count = 1;
            end = runs[0].1;
        }
    }
    let mut decimals = 0;
    let mut fraction = (0, 0);
    if b.get(end) == Some(&b'.') {
        let stop = digits(b, end + 1);
        if stop > end + 1 {
            fraction = (end + 1, stop);
            decimals = stop - end - 1;
            end = stop;
        }
    }
    let whole: usize = runs[..count].iter().map(|r| r.1 - r.0).sum();
    if whole + decimals > MOST_DIGITS {
        return None;
    }
    let mut mantissa: i128 = 0;
    for (from, to) in runs[..count].iter().copied().chain([fraction]) {
        for digit in &b[from..to] {
            mantissa = mantissa * 10 + i128::from(digit - b'0');
        }
    }
    Some(Numeral { mantissa, decimals: decimals as u32, len: end - at, grouped: count > 1 })
}

/// The end of the run of ASCII digits that begins at `at`.
pub fn digits(b: &[u8], at: usize) -> usize {
    let mut end = at;
    while b.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    end
}

/// The digit that a Chinese numeral character stands for.
fn han_digit(c: char) -> Option<i128> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' | '貳' => 2,
        '三' | '叁' | '參' | '叄' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// The power of ten that a Chinese numeral character stands for.
fn han_scale(c: char) -> Option<i128> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// True for the characters a Chinese numeral is made of.
pub fn is_han_numeral(c: char) -> bool {
    han_digit(c).is_some() || han_scale(c).is_some()
}

/// True for the digits of 大写 amounts, which no other text uses.
pub fn is_formal(c: char) -> bool {
    matches!(
        c,
        '壹' | '贰'
            | '貳'
            | '叁'
            | '參'
            | '叄'
            | '肆'
            | '伍'
            | '陆'
            | '陸'
            | '柒'
            | '捌'
            | '玖'
            | '拾'
            | '佰'
            | '仟'
    )
}

/// Reads a whole Chinese numeral: `三百二十万` is 3200000, `一千五百` 1500, `十二` 12, `二〇二二` 2022, `壹佰零伍` 105,
/// and `一万二` 12000. `None` where the characters make no numeral.
pub fn han(text: &str) -> Option<i128> {
    if text.is_empty() {
        return None;
    }
    if text.chars().count() > 1 && text.chars().all(|c| han_digit(c).is_some()) {
        return text.chars().try_fold(0i128, |n, c| n.checked_mul(10)?.checked_add(han_digit(c)?));
    }
    let (mut total, mut section, mut digit) = (0i128, 0i128, None::<i128>);
    let mut last_scale = 1i128;
    let mut zero = false;
    for (i, c) in text.chars().enumerate() {
        if let Some(d) = han_digit(c) {
            if d == 0 {
                zero = true;
                if digit.is_some() {
                    return None;
                }
                continue;
            }
            if digit.is_some() {
                return None;
            }
            digit = Some(d);
        } else {
            let scale = han_scale(c)?;
            if scale < 10_000 {
                let d = match digit.take() {
                    Some(d) => d,
                    None if scale == 10 && (i == 0 || zero || section == 0) => 1,
                    None => return None,
                };
                section += d * scale;
            } else {
                section += digit.take().unwrap_or(0);
                if section == 0 && total == 0 {
                    return None;
                }
                if scale > 10_000 {
                    total = (total + section) * scale;
                } else {
                    total += section * scale;
                }
                section = 0;
            }
            last_scale = scale;
            zero = false;
        }
    }
    // `一万二` leaves the last scale out; `一万零二` does not.
    if let Some(d) = digit {
        section += if last_scale >= 100 && !zero && text.chars().count() > 2 { d * last_scale / 10 } else { d };
    }
    let value = total + section;
    (value > 0 || text.chars().all(|c| han_digit(c) == Some(0))).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, usize) {
        let n = numeral(text, 0).unwrap();
        (n.value(1).unwrap().to_string(), n.step(1).unwrap().to_string(), n.len)
    }

    #[test]
    fn separators_and_decimals_are_read_exactly() {
        assert_eq!(read("73,387.27万元"), ("73387.27".into(), "0.01".into(), 9));
        assert_eq!(read("73，387.27万元"), ("73387.27".into(), "0.01".into(), 11));
        assert_eq!(read("46.00万元"), ("46".into(), "0.01".into(), 5));
        assert_eq!(read("7,800,000.00元"), ("7800000".into(), "0.01".into(), 12));
        assert_eq!(read("12，345人"), ("12".into(), "1".into(), 2));
        assert_eq!(read("31."), ("31".into(), "1".into(), 2));
        assert_eq!(numeral("51000021000000019951234", 0), None);
    }

    #[test]
    fn chinese_numerals_are_read_or_refused() {
        for (text, value) in [
            ("三百二十万", 3_200_000),
            ("一千五百", 1500),
            ("十二", 12),
            ("二十", 20),
            ("二〇二二", 2022),
            ("壹佰贰拾万", 1_200_000),
            ("壹佰零伍", 105),
            ("一万二", 12_000),
            ("两亿三千万", 230_000_000),
            ("叁万伍仟", 35_000),
            ("十二万三千", 123_000),
            ("一亿零五百万", 105_000_000),
            ("九十五", 95),
        ] {
            assert_eq!(han(text), Some(value), "{text}");
        }
        for text in ["万", "百", "三四百", "千万", ""] {
            assert_eq!(han(text), None, "{text}");
        }
    }
}
