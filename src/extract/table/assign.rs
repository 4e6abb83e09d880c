//! The values of a row without columns and the columns of its header in, which value stands in which column out; nothing where that
//! is not certain.

use smallvec::SmallVec;

use super::header::Column;
use super::number::Shows;
use crate::patterns::Head;

/// Whether a value of this kind can stand under `head`.
pub(super) fn fits(head: Head, kind: Shows) -> bool {
    match kind {
        Shows::Percent => matches!(head, Head::Rate | Head::Points),
        Shows::Money => head.money(),
        Shows::Counted => matches!(head, Head::Count | Head::Weight | Head::Points),
        Shows::Plain | Shows::Whole | Shows::Nothing(_) | Shows::Blank => head.numbers(),
        Shows::Words => false,
    }
}

/// The column of each value of a row that has no columns of its own; `None` where that is not certain.
pub(super) fn assign(kinds: &[Shows], values: &[Column]) -> Option<SmallVec<[Option<usize>; 8]>> {
    let (k, n) = (kinds.len(), values.len());
    let good =
        |places: &[usize]| places.iter().zip(kinds).all(|(p, kind)| values[*p].head.is_some_and(|h| fits(h, *kind)));
    let some = |places: Vec<usize>| -> Option<SmallVec<[Option<usize>; 8]>> {
        good(&places).then(|| places.into_iter().map(Some).collect())
    };
    if k == 0 || k > n {
        return None;
    }
    if k == n {
        return some((0..n).collect());
    }
    // The number of the line (行次) is printed whatever stands behind it.
    if values[0].head == Some(Head::Count) {
        if kinds[0] != Shows::Whole {
            return None;
        }
        let mut places: SmallVec<[Option<usize>; 8]> = SmallVec::from_iter([Some(0)]);
        if k > 1 {
            places.extend(assign(&kinds[1..], &values[1..])?.into_iter().map(|p| p.map(|p| p + 1)));
        }
        return Some(places);
    }
    // 其中：财政拨款 110.00 110.00 90.00: weight, rate and points are printed for the whole alone.
    let money: Vec<usize> = (0..n).filter(|i| values[*i].head.is_some_and(Head::money)).collect();
    let plain = kinds.iter().all(|k| !matches!(k, Shows::Percent));
    if plain && money.len() == k {
        return some(money);
    }
    if plain {
        return None;
    }
    // With the rate: everything up to it, and what is printed behind it.
    let rate = (0..n).find(|i| values[*i].head == Some(Head::Rate))?;
    let at = kinds.iter().position(|k| *k == Shows::Percent)?;
    if at == money.len() && k == at + 1 && money.last().is_some_and(|m| *m < rate) {
        return some(money.iter().copied().chain([rate]).collect());
    }
    let tail = k - at - 1;
    if at == rate && n - rate > tail {
        return some((0..k).collect());
    }
    None
}
