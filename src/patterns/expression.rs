//! Expressions that are compiled when they are first asked. Whether they can be is known by then: the loader has tried each one,
//! or, for the built-in patterns, the tests of this build have.

use std::sync::OnceLock;

use regex::Regex;

/// One of several hundred expressions, of which a run on one file asks a few: compiling all of them was half of its start-up.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    source: String,
    compiled: OnceLock<Regex>,
}

impl Expression {
    /// This one.
    pub fn one(source: &str) -> Self {
        Expression { source: source.to_owned(), compiled: OnceLock::new() }
    }

    /// Any one of these.
    pub fn any(list: &[String]) -> Self {
        Expression::one(&list.iter().map(|e| format!("(?:{e})")).collect::<Vec<_>>().join("|"))
    }

    /// The expression, compiled by now.
    ///
    /// # Panics
    /// Where nobody has tried it before.
    pub fn get(&self) -> &Regex {
        self.compiled.get_or_init(|| Regex::new(&self.source).expect("every expression was tried when it was loaded"))
    }
}
