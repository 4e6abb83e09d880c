//! What is true of Chinese text wherever it stands: folding, numerals, amounts, words.

pub mod figure;
pub mod fold;
pub mod numeral;
pub mod words;
