//! `numbering.toml`: heading markers, and sentences that look like headings and are none.

use serde::Deserialize;

use super::load::RuleError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {}

/// What the outline stage knows about markers.
#[derive(Debug)]
pub struct Numbering {}

impl Numbering {
    pub(super) fn compile(_raw: Raw) -> Result<Self, RuleError> {
        Ok(Numbering {})
    }
}
