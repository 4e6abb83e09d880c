//! How alike two texts are, white space aside: the edit distance in a band that widens until it holds, two rows at a time
//! (Ukkonen 1985).

/// 1 for equal texts, 0 for texts without anything in common.
pub fn similarity(a: &str, b: &str) -> f64 {
    let chars = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<Vec<char>>();
    let (a, b) = (chars(a), chars(b));
    let longest = a.len().max(b.len());
    if longest == 0 { 1.0 } else { 1.0 - distance(&a, &b) as f64 / longest as f64 }
}

/// The least number of insertions, deletions and replacements.
pub fn distance(a: &[char], b: &[char]) -> usize {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - same], &b[..b.len() - same]);
    let mut band = a.len().abs_diff(b.len()).max(64);
    loop {
        let found = within(a, b, band);
        if found <= band || band >= a.len().max(b.len()) {
            return found;
        }
        band *= 2;
    }
}

/// The distance if it is at most `band`, else something larger.
fn within(a: &[char], b: &[char], band: usize) -> usize {
    let far = usize::MAX / 2;
    let mut above = vec![far; b.len() + 1];
    let mut row = vec![far; b.len() + 1];
    for (j, cell) in above.iter_mut().enumerate().take(band + 1) {
        *cell = j;
    }
    for (i, x) in a.iter().enumerate() {
        let (from, to) = ((i + 1).saturating_sub(band), (i + 1 + band).min(b.len()));
        if from > 0 {
            row[from - 1] = far;
        }
        for j in from..=to {
            let mut best = above[j] + 1;
            if j > 0 {
                best = best.min(row[j - 1] + 1).min(above[j - 1] + usize::from(*x != b[j - 1]));
            }
            row[j] = best;
        }
        if to < b.len() {
            row[to + 1] = far;
        }
        std::mem::swap(&mut above, &mut row);
    }
    above[b.len()]
}
