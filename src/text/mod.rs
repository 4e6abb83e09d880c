//! What is true of Chinese text wherever it stands: folding, numerals, amounts, words.

pub mod fold;
pub mod words;
