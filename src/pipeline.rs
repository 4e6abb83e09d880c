//! The one line from bytes to records; the only file that names two stages.
