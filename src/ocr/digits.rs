//! Two readings of one line in, the one to believe out. Invents nothing: what is returned was read in one of them.

/// How sure a line can be whose digits were read in two ways.
pub(super) const DOUBTFUL: f32 = 0.5;

/// Whether a line has digits that a second look is worth.
pub(super) fn matter(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

/// The reading to keep, and whether the two agree on every digit (or differ by a slip that is known).
///
/// Known slips of Tesseract, and what is kept: `%` read as `96`, `9%6`, `9%0`, `%6`, `%0` or `96%` (the reading with the plain `%`); a
/// separator of thousands read as a space (the reading with the comma).
pub(super) fn settle<'a>(first: &'a str, second: &'a str) -> (&'a str, bool) {
    let (one, two) = (bare(first), bare(second));
    if numbers(&one) == numbers(&two) {
        // A comma of thousands is worth more than a space.
        let keep = if first.contains(' ') && commas(second) > commas(first) { second } else { first };
        return (keep, true);
    }
    if percents(&one) == percents(&two) {
        let behind_digit = |text: &str| text.as_bytes().windows(2).any(|w| w[0].is_ascii_digit() && w[1] == b'%');
        let plain = |text: &str| !["%6", "%0", "96%"].iter().any(|slip| text.contains(slip)) && behind_digit(text);
        return match (plain(&one), plain(&two)) {
            (true, false) => (first, true),
            (false, true) => (second, true),
            _ => (first, false),
        };
    }
    (first, false)
}

/// `31，529件` with the comma that separates thousands, which engines take for the wide one between clauses; `None` where there is no
/// such place. A number without a unit rarely ends a clause, but it can: whoever takes this is not sure of the line any more.
pub(super) fn thousands(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let digits = |from: &[char]| from.iter().take_while(|c| c.is_ascii_digit()).count();
    let mut out = chars.clone();
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '，') {
        let before = chars[..at].iter().rev().take_while(|c| c.is_ascii_digit()).count();
        let point = at > before && chars[at - before - 1] == '.';
        let behind = chars.get(at + 4);
        let three = digits(&chars[at + 1..]) == 3 && behind.is_some_and(|c| *c != '%' && *c != '％');
        if (1..=3).contains(&before) && !point && chars[at - before] != '0' && three {
            out[at] = ',';
        }
    }
    (out != chars).then(|| out.into_iter().collect())
}

/// Whether a line shows by itself that it was misread: `%0`, a per cent sign before its digits.
pub(super) fn broken(text: &str) -> bool {
    let bare = bare(text);
    bare.strip_prefix('%').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn commas(text: &str) -> usize {
    let bytes = text.as_bytes();
    bytes.windows(3).filter(|w| w[0].is_ascii_digit() && w[1] == b',' && w[2].is_ascii_digit()).count()
}

/// All digits with points and per cent signs, in order.
fn numbers(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '%')).collect()
}

/// The same with every way to misread a per cent sign folded to one.
fn percents(text: &str) -> String {
    let mut folded = numbers(text);
    for slip in ["9%6", "9%0", "96%", "%6", "%0", "96"] {
        folded = folded.replace(slip, "%");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_per_cent_sign_read_as_digits_is_given_back_by_the_second_reading() {
        assert_eq!(settle("执行率99.696", "执行率99.6%"), ("执行率99.6%", true));
        assert_eq!(settle("下降21.8%", "下降21.89%6"), ("下降21.8%", true));
    }

    #[test]
    fn a_comma_read_as_a_space_is_given_back_by_the_second_reading() {
        assert_eq!(settle("支出12 345元", "支出12,345元"), ("支出12,345元", true));
        assert_eq!(settle("支出12,345元", "支出12 345元"), ("支出12,345元", true));
    }

    #[test]
    fn a_wide_comma_inside_a_number_separates_thousands() {
        assert_eq!(thousands("工单31，529件，目录1，204条").as_deref(), Some("工单31,529件，目录1,204条"));
        assert_eq!(thousands("共12，345，678.50元").as_deref(), Some("共12,345,678.50元"));
        for text in
            ["支出20万元，529件", "得分95，100%完成", "为2022，529件", "增长1.5，200人", "共3，1200人", "共3，20人"]
        {
            assert_eq!(thousands(text), None, "{text}");
        }
    }

    #[test]
    fn a_per_cent_sign_before_its_digits_is_a_misreading() {
        assert!(broken(" %0"));
        assert!(!broken("98.6%以上") && !broken("（%）") && !broken("%"));
    }

    #[test]
    fn digits_that_differ_are_doubtful_and_the_first_reading_stays() {
        assert_eq!(settle("支出18.59万元", "支出13.59万元"), ("支出18.59万元", false));
        assert_eq!(settle("得分96", "得分%"), ("得分96", false));
        assert_eq!(settle("支出18.59万元", "支 出18.59 万元"), ("支出18.59万元", true));
    }
}
