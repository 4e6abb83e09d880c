//! Rows in, an SQLite database out. The only home of `rusqlite`.
//!
//! The database is made afresh in a passing file and renamed into place, so it appears whole or not at all and needs no
//! journal. Equal records give equal bytes: nothing in it knows the clock.

mod back;

use std::fmt::Write;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, Statement};

use super::decimal::DecimalText;
use super::error::{WriteError, WriteErrorKind};
use super::file::PendingFile;
use super::rows::{Cell, Numbers, Rows, Sink};
use super::tables::{Kind, SCHEMA_VERSION, T, TABLES, Table};
use super::{Context, Record, Target, VIEWS};
use crate::text::fold::fold_char;

pub(super) use back::records;

/// `PRAGMA application_id` of the databases written: `hedu`.
pub const APPLICATION_ID: i32 = 0x6865_6475;

/// One character is one token, so that a phrase of characters finds every substring: `"营 商 环 境"`.
const FULL_TEXT: &str = "CREATE VIRTUAL TABLE passage_fts USING \
                         fts5 (text, content = '', tokenize = 'unicode61 remove_diacritics 0');";

/// Also for SQLite before 3.44, which cannot order inside an aggregate.
const QUOTES: &str =
    "(SELECT group_concat(quote, ' | ') FROM (SELECT quote FROM cite WHERE finding = f.id ORDER BY position))";

/// Records per transaction. More gain nothing (measured: 100 and 1000 are alike), fewer cost a little.
const BATCH: u32 = 100;

/// `text` as an FTS5 phrase for `passage_fts`: `营商环境` gives `"营 商 环 境"`, which finds it wherever it stands. Width is folded
/// as in the passages.
///
/// ```
/// assert_eq!(hedui::write::spread("营商环境"), r#""营 商 环 境""#);
/// ```
pub fn spread(text: &str) -> String {
    let mut phrase = String::with_capacity(text.len() * 2);
    phrase.push('"');
    for c in text.chars().filter_map(fold_char).filter(|c| !c.is_whitespace()) {
        if phrase.len() > 1 {
            phrase.push(' ');
        }
        phrase.push(c);
        if c == '"' {
            phrase.push(c);
        }
    }
    phrase.push('"');
    phrase
}

/// `*.sqlite`, `*.db`
pub(super) struct Sqlite {
    // Closed before the file goes: fields are dropped in order.
    store: Store,
    file: PendingFile,
    rows: Rows,
    waiting: u32,
}

/// The open database.
struct Store {
    connection: Connection,
    /// How to insert into each table.
    inserts: Vec<String>,
    sources: i64,
    spaced: String,
}

type Done = Result<(), rusqlite::Error>;

impl Sqlite {
    pub fn create(path: &Path, context: &Context) -> Result<Self, WriteError> {
        let file = PendingFile::create(path)?;
        let place = file.place().to_owned();
        let start = || -> Result<_, rusqlite::Error> {
            let mut store = Store::create(file.passing_path())?;
            store.connection.execute_batch("BEGIN")?;
            let rows = Rows::start(context, Numbers::Running, 1, &mut store)?;
            store.connection.execute_batch("COMMIT")?;
            Ok((store, rows))
        };
        let (store, rows) = start().map_err(|e| error(&place, &e))?;
        Ok(Sqlite { store, file, rows, waiting: 0 })
    }

    fn insert(&mut self, record: &Record<'_>, json: &[u8]) -> Done {
        if self.waiting == 0 {
            self.store.connection.execute_batch("BEGIN")?;
        }
        self.rows.put(record, json, &mut self.store)?;
        self.waiting += 1;
        if self.waiting >= BATCH { self.commit() } else { Ok(()) }
    }

    fn commit(&mut self) -> Done {
        if std::mem::take(&mut self.waiting) > 0 { self.store.connection.execute_batch("COMMIT") } else { Ok(()) }
    }
}

impl Target for Sqlite {
    fn put(&mut self, record: &Record<'_>, json: &[u8]) -> Result<(), WriteError> {
        self.insert(record, json).map_err(|e| error(self.file.place(), &e))
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.commit().map_err(|e| error(self.file.place(), &e))?;
        let Sqlite { store, file, .. } = *self;
        // Made when all rows are there: sorting once is faster than keeping sorted.
        store.connection.execute_batch(&indexes()).map_err(|e| error(file.place(), &e))?;
        store.connection.close().map_err(|(_, e)| error(file.place(), &e))?;
        file.persist()
    }
}

impl Store {
    fn create(path: &Path) -> Result<Store, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.set_prepared_statement_cache_capacity(32);
        // The file is nobody's until it is renamed: no journal, no locks, no flush before the end.
        connection.execute_batch(
            "PRAGMA page_size = 8192; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA foreign_keys = OFF;",
        )?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        connection.execute_batch(&format!("BEGIN; {} COMMIT;", schema()))?;
        Ok(Store { connection, inserts: TABLES.iter().map(insert).collect(), sources: 0, spaced: String::new() })
    }
}

impl Sink for Store {
    type Error = rusqlite::Error;

    fn source_id(&mut self, _path: &str, _sha256: Option<&str>) -> Result<i64, rusqlite::Error> {
        self.sources += 1;
        Ok(self.sources)
    }

    fn row(&mut self, table: T, cells: &[Cell<'_>]) -> Done {
        let mut insert = self.connection.prepare_cached(&self.inserts[table as usize])?;
        for ((i, cell), column) in (1..).zip(cells).zip(table.table().columns()) {
            bind(&mut insert, i, *cell, column.kind)?;
        }
        insert.raw_execute()?;
        if let (T::Passage, [Cell::Int(id), _, _, Cell::Text(text), ..]) = (table, cells) {
            space(text, &mut self.spaced);
            let mut index = self.connection.prepare_cached("INSERT INTO passage_fts (rowid, text) VALUES (?, ?)")?;
            index.execute((id, &self.spaced))?;
        }
        Ok(())
    }
}

fn bind(insert: &mut Statement<'_>, i: usize, cell: Cell<'_>, kind: Kind) -> Done {
    match cell {
        Cell::Null => insert.raw_bind_parameter(i, rusqlite::types::Null),
        Cell::Int(number) => insert.raw_bind_parameter(i, number),
        Cell::Bool(yes) => insert.raw_bind_parameter(i, yes),
        Cell::Text(text) => insert.raw_bind_parameter(i, text),
        Cell::Decimal(decimal) if kind == Kind::Wan => insert.raw_bind_parameter(i, nearest(&decimal)),
        Cell::Decimal(decimal) => insert.raw_bind_parameter(i, decimal.as_str()),
    }
}

/// As near as a floating point number comes.
fn nearest(decimal: &DecimalText) -> Option<f64> {
    decimal.as_str().parse().ok()
}

/// Tables and views. What a column is stands beside it and is kept by the database.
fn schema() -> String {
    let mut sql = String::new();
    for table in TABLES {
        let _ = writeln!(sql, "CREATE TABLE {} ( -- {}", table.name, table.about);
        let last = table.columns().count() - 1;
        for (i, column) in table.columns().enumerate() {
            let (kind, to) = match column.kind {
                Kind::Id => ("INTEGER PRIMARY KEY", None),
                Kind::Owner(to) | Kind::Row(to) => ("INTEGER", Some(to)),
                Kind::Int | Kind::Long | Kind::Bool => ("INTEGER", None),
                // Exact decimals are text.
                Kind::Text | Kind::Decimal => ("TEXT", None),
                Kind::Wan => ("REAL", None),
            };
            let _ = write!(sql, "  \"{}\" {kind}", column.name);
            if !column.null && column.kind != Kind::Id {
                sql.push_str(" NOT NULL");
            }
            let _ = to.map(|to| write!(sql, " REFERENCES {to}"));
            let end = if i < last || !table.key.is_empty() { "," } else { "" };
            let _ = writeln!(sql, "{end} -- {}", column.about);
        }
        if table.key.is_empty() {
            sql.push_str(");\n");
        } else {
            let _ = writeln!(sql, "  PRIMARY KEY ({})\n) WITHOUT ROWID;", table.key.join(", "));
        }
    }
    sql + FULL_TEXT + &VIEWS.replace("{quotes}", QUOTES)
}

fn indexes() -> String {
    let all = TABLES.iter().flat_map(|table| table.indexes.iter().map(move |columns| (table.name, columns)));
    all.map(|(table, columns)| format!("CREATE INDEX {table}_{} ON {table} ({});\n", columns[0], columns.join(", ")))
        .collect()
}

/// A name can come twice; everything else cannot.
fn insert(table: &Table) -> String {
    let columns: Vec<String> = table.columns().map(|c| format!("\"{}\"", c.name)).collect();
    let or = if table.name == "name" { " OR IGNORE" } else { "" };
    let (names, marks) = (columns.join(", "), vec!["?"; columns.len()].join(", "));
    format!("INSERT{or} INTO {} ({names}) VALUES ({marks})", table.name)
}

fn error(place: &str, error: &rusqlite::Error) -> WriteError {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => WriteErrorKind::Full,
        Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => WriteErrorKind::Denied,
        _ => WriteErrorKind::Other,
    };
    let next = match kind {
        WriteErrorKind::Other => "see whether the disk is full or a quota is reached",
        kind => kind.next_step(),
    };
    WriteError::new(kind, place, format!("the database could not be written: {error}"), next)
}

/// Every character but white space, with a space behind it: each is a token of its own then.
fn space(text: &str, spaced: &mut String) {
    spaced.clear();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        spaced.push(c);
        spaced.push(' ');
    }
}
