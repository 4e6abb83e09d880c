//! What comparing needs of a report: small, self-contained, and the same whether the report was read just now or comes from
//! the records of an earlier run.

use rust_decimal::Decimal;

use super::{Bound, FamilyId, Measure, Nil, Slot, Standing, TopicId, Verdict};

/// A place as a person and another program find it, with what is printed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Page, from 1.
    pub page: u32,
    /// Line, from 1: of the file for text, of the page for paged formats.
    pub line: u32,
    /// First Unicode character of the document's text.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// The print; of a long passage its beginning.
    pub quote: String,
    /// The paragraph it stands in: an index into [`Digest::paragraphs`]; `None` where the text is not at hand.
    pub paragraph: Option<u32>,
}

/// A paragraph (or a stretch of a long one or of a table) around a place, as printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Its first Unicode character in the document's text.
    pub start: u32,
    /// The print.
    pub text: String,
    /// The printed text right before and after it, as far as a reader needs it to find his way.
    pub before: String,
    /// See `before`.
    pub after: String,
}

/// What answers a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A number in the measure's base (元, per cent, heads, points).
    Figure {
        /// The value.
        value: Decimal,
        /// What one unit of the last printed digit is worth.
        step: Decimal,
        /// What is counted.
        measure: Measure,
        /// How words bound it.
        bound: Bound,
    },
    /// A text (优).
    Text(String),
    /// An explicit nothing.
    Nil(Nil),
}

/// An answer at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The question.
    pub slot: Slot,
    /// The answer.
    pub answer: Answer,
    /// Whether it speaks for its report among all statements of its slot, and why.
    pub standing: Standing,
    /// Where it is stated.
    pub at: Place,
}

/// A printed amount, whether or not it answers a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// As printed.
    pub raw: String,
    /// In 元; `None` for a range.
    pub value: Option<Decimal>,
    /// The name of its role (`level`, `other_party` …).
    pub role: &'static str,
    /// The concept it answers, where it does.
    pub concept: Option<super::ConceptId>,
    /// The title of its section.
    pub section: Option<String>,
    /// Where it stands.
    pub at: Place,
}

/// A finding of the report itself, with places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The check.
    pub check: String,
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence with the arithmetic.
    pub message: String,
    /// The gap and what rounding allows.
    pub gap: Option<Decimal>,
    /// See `gap`.
    pub allowed: Option<Decimal>,
    /// Stable over runs.
    pub fingerprint: String,
    /// Where.
    pub at: Vec<Place>,
}

/// A paragraph that copying would show in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Hashes of its threes of neighbouring characters, figures as one character; sorted, each once.
    pub shingles: Vec<u32>,
    /// Its length in characters.
    pub characters: u32,
    /// The topic of its section.
    pub topic: Option<TopicId>,
    /// Where it stands.
    pub at: Place,
}

/// A report, as comparing needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The path of the file.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Which report of its file it is, from 1.
    pub ordinal: u32,
    /// The kind of paper.
    pub family: FamilyId,
    /// Its title.
    pub title: Option<String>,
    /// The organisation.
    pub org: Option<String>,
    /// The fiscal year.
    pub year: Option<i16>,
    /// The topics it has sections on; `false` where all that stands there is 无.
    pub sections: Vec<(TopicId, bool)>,
    /// What it states.
    pub statements: Vec<Statement>,
    /// Every printed amount.
    pub amounts: Vec<Amount>,
    /// What the checks say of it.
    pub findings: Vec<Told>,
    /// Digits that nothing explains, and how many runs of digits there are.
    pub unread: Vec<Place>,
    /// See `unread`.
    pub digits: u32,
    /// Losses in reading.
    pub notes: Vec<String>,
    /// The paragraphs that places refer to.
    pub paragraphs: Vec<Paragraph>,
    /// Paragraphs to be compared with those of others; `None` where the text is not at hand.
    pub passages: Option<Vec<Passage>>,
    /// Where an organisation says something of itself: what may be its name.
    pub selves: Vec<(String, Place)>,
    /// Years named as the one reported on.
    pub reported_years: Vec<(i16, Place)>,
}
