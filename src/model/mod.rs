//! The nouns. No input or output, no regular expression, nothing else of ours is imported.

mod comparison;
mod digest;
mod document;
mod folded;
mod outline;
mod picture;
mod report;
mod span;

pub use comparison::{
    Change, Column, Comparison, Content, CopiedPassage, Evidence, Remark, Row, SectionState, SideCell, StatementRef,
    Usual,
};
pub use digest::{Amount, Answer, Digest, Paragraph, Passage, Place, Statement, Told};
pub use document::{Block, BlockKind, Cell, Crop, Document, Face, Format, Line, Note, Source};
pub use folded::{Anchor, Folded};
pub use outline::{Marker, Number, Outline, Part, Section, TopicId};
pub use picture::{Bitmap, Recognise, Scan, ScanLine};
pub use report::{
    Basis, Bound, ConceptId, Coverage, Direction, Fact, FamilyId, Figure, Finding, Fund, Indicator, Keyword, Measure,
    Nil, Printed, Report, Role, Slot, Standing, Value, Verdict, Why,
};
pub use span::Span;
