//! A database that an earlier run wrote in, its records out.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::super::tables::SCHEMA_VERSION;
use super::APPLICATION_ID;

/// Hands every record to `each`, in the order in which they were written.
///
/// # Errors
/// A sentence: the file is no database of ours, is newer than the program, or cannot be read.
pub(in crate::write) fn records(path: &Path, mut each: impl FnMut(&str) -> Result<(), String>) -> Result<(), String> {
    let broken = |e: rusqlite::Error| format!("cannot be read as a database: {e}");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(broken)?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(broken);
    if pragma("application_id")? != APPLICATION_ID {
        return Err("is a database, but not one that hedui wrote".to_owned());
    }
    let version = pragma("user_version")?;
    if version > SCHEMA_VERSION {
        return Err(format!(
            "has schema version {version}, newer than the {SCHEMA_VERSION} that this program knows; use a newer hedui"
        ));
    }
    let mut all = connection
        .prepare("SELECT json FROM record ORDER BY id")
        .map_err(|_| "was written by an older hedui without whole records; run `hedui extract` again".to_owned())?;
    let mut rows = all.query([]).map_err(broken)?;
    while let Some(row) = rows.next().map_err(broken)? {
        each(row.get_ref(0).map_err(broken)?.as_str().map_err(|e| format!("holds a broken record: {e}"))?)?;
    }
    Ok(())
}
