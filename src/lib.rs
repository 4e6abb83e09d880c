//! hedui (核对): what each self-assessment report states, where it says so, and whether it agrees with itself.
//!
//! Data flows down one line: bytes → [`read`] → [`outline`] → [`extract`] → [`check`] → [`mod@write`]. A stage never imports
//! another; [`pipeline`] is the only module that names two of them.

pub mod check;
pub mod cli;
pub mod compare;
pub mod extract;
pub mod model;
pub mod ocr;
pub mod outline;
pub mod patterns;
pub mod pipeline;
pub mod read;
pub mod text;
pub mod write;

/// The version of this program, as printed in every output.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");
