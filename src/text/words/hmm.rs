//! A run of characters that no known words cover in, its most likely words out: jieba's hidden Markov model.
//!
//! The numbers are those of jieba-rs, out of the crate that it takes them from; so is the order of the additions, and
//! which of two equal paths wins. What is spared is the way through `Jieba::cut`, which looks for known words first.

jieba_macros::generate_hmm_data!();

/// The logarithm of what cannot be.
const MIN_FLOAT: f64 = -3.14e100;

/// The states of a character: it begins a word, ends it, stands in its middle, or is a word alone.
const BEGIN: usize = 0;
const END: usize = 1;
const MIDDLE: usize = 2;
const SINGLE: usize = 3;

/// The two states that can stand before each state; of equal paths the second one wins.
const BEFORE: [[usize; 2]; 4] = [[END, SINGLE], [BEGIN, MIDDLE], [BEGIN, MIDDLE], [END, SINGLE]];

/// Buffers kept from one run to the next.
#[derive(Default)]
pub(super) struct Scratch {
    /// Of each character and state, the state before it on the best path.
    before: Vec<[u8; 4]>,
    states: Vec<usize>,
}

/// Whether the model knows characters like this one.
pub(super) fn covers(c: char) -> bool {
    (HMM_HAN_MIN..=HMM_HAN_MAX).contains(&c)
}

/// Hands the words of a run of at least two characters to `each`: from which character to which. The model covers all of them.
pub(super) fn cut(chars: &[(u32, char)], scratch: &mut Scratch, mut each: impl FnMut(usize, usize)) {
    let Some((first, rest)) = chars.split_first() else { return };
    let Scratch { before, states } = scratch;
    let emitted = emission(first.1);
    let mut weights: [f64; 4] = std::array::from_fn(|state| INITIAL_PROBS[state] + emitted[state]);
    before.clear();
    before.push([0; 4]);
    for c in rest {
        let emitted = emission(c.1);
        let mut next = [0.0; 4];
        let mut from = [0; 4];
        for state in 0..4 {
            let [a, b] = BEFORE[state];
            let by_a = weights[a] + TRANS_PROBS[a][state] + emitted[state];
            let by_b = weights[b] + TRANS_PROBS[b][state] + emitted[state];
            (next[state], from[state]) = if by_a > by_b { (by_a, a as u8) } else { (by_b, b as u8) };
        }
        before.push(from);
        weights = next;
    }
    let mut state = if weights[END] > weights[SINGLE] { END } else { SINGLE };
    states.clear();
    states.resize(chars.len(), state);
    for i in (1..chars.len()).rev() {
        state = usize::from(before[i][state]);
        states[i - 1] = state;
    }
    // Words end where a state says so; the last one is END or SINGLE.
    let mut start = 0;
    for (i, &state) in states.iter().enumerate() {
        if state == END || state == SINGLE {
            each(start, i + 1);
            start = i + 1;
        }
    }
}

/// The logarithms of how likely each state is to be seen as `c`.
fn emission(c: char) -> [f64; 4] {
    match EMIT_INDEX.get((c as u32).wrapping_sub(EMIT_MIN_CHAR) as usize) {
        Some(&row) if row != EMIT_NONE => EMIT_PROBS[usize::from(row)],
        _ => [MIN_FLOAT; 4],
    }
}
