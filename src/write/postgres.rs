//! Rows in, a PostgreSQL database out. The only home of the crate `postgres`. The tables are in [`ddl`].
//!
//! While the run goes on rows are kept here, beyond a few megabytes in passing files. At the end one transaction copies them into
//! their tables: it appears whole or not at all, whatever ends the run, and no lock is held before. A file is known by its path and the hash of its content: its rows are replaced, those of other files stay, and equal
//! inputs into equal databases give equal rows, numbers included. Nothing in it knows the clock.

mod ddl;
mod tls;

use std::collections::HashSet;
use std::error::Error as _;
use std::io::{self, Read, Seek, Write};
use std::time::Duration;

use postgres::error::SqlState;
use postgres::{Client, Config, Statement, Transaction};
use tempfile::SpooledTempFile;

use super::error::{WriteError, WriteErrorKind};
use super::rows::{self, Cell, Numbers, PER_SOURCE, Rows, Sink};
use super::spec::without_password;
use super::tables::{Kind, SCHEMA_VERSION, T, TABLES, Table};
use super::{Context, Record, Target};
use crate::ENGINE;
use ddl::Refused;

/// How long a server may take to answer before it counts as down, and a silent connection as lost.
const PATIENCE: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(60);

/// Bytes of rows after which they are put aside.
const BATCH: usize = 4 << 20;
/// Bytes of a table that are kept in memory; more go to a passing file.
const KEPT: usize = 2 << 20;

/// `postgres://user@host/database`
pub(super) struct Postgres {
    /// The address without its password.
    place: String,
    store: Store,
    rows: Rows,
    context: Context,
}

/// The open database and what waits for it.
struct Store {
    client: Client,
    /// Rows by table, as COPY reads them: the latest, and those before.
    waiting: Vec<Vec<u8>>,
    bytes: usize,
    aside: Vec<SpooledTempFile>,
    /// Gives the number that a file has already.
    find: Statement,
    /// The highest number of a file when the run began, and in this run.
    before: i64,
    last: i64,
    /// Numbers found, so that none is given twice.
    found: HashSet<i64>,
}

/// Tables whose rows are put in place by way of temporary tables, because numbers in them are known last, or names may be there.
const STAGED: [T; 3] = [T::Run, T::Source, T::Name];

/// Tables of the database. It does without the records as JSON: everything in them is in the other tables, and would take twice the room.
fn tables() -> impl Iterator<Item = (T, &'static Table)> {
    T::ALL.into_iter().zip(TABLES).filter(|(t, _)| *t != T::Record)
}

impl Postgres {
    /// Connects, and makes or migrates the tables.
    ///
    /// # Errors
    /// Where there is no server, no access, or tables of a newer program.
    pub fn open(url: &str, context: &Context) -> Result<Self, WriteError> {
        let place = without_password(url);
        let mut client = connect(url, &place)?;
        ddl::prepare(&mut client).map_err(|e| refused(&place, e))?;
        let begin = |client: &mut Client| -> Result<_, postgres::Error> {
            // Early, so that a user who may not write is told so before anything is read.
            client.batch_execute(&stage(&STAGED))?;
            let before = client.query_one("SELECT coalesce(max(id), 0) FROM source", &[])?.get(0);
            let find = client.prepare("SELECT id FROM source WHERE path = $1 AND sha256 IS NOT DISTINCT FROM $2")?;
            Ok((before, find))
        };
        let (before, find) = begin(&mut client).map_err(|e| error(&place, &e))?;
        let waiting = vec![Vec::new(); TABLES.len()];
        let aside = TABLES.iter().map(|_| tempfile::spooled_tempfile(KEPT)).collect();
        let mut store = Store { client, waiting, bytes: 0, aside, find, before, last: before, found: HashSet::new() };
        // The number of the run is known when the run is written.
        let rows = Rows::start(context, Numbers::BySource, 0, &mut store).map_err(|e| error(&place, &e))?;
        Ok(Postgres { place, store, rows, context: context.clone() })
    }
}

impl Target for Postgres {
    fn put(&mut self, record: &Record<'_>, json: &[u8]) -> Result<(), WriteError> {
        self.rows.put(record, json, &mut self.store).map_err(|e| error(&self.place, &e))?;
        if self.store.bytes > BATCH { self.store.put_aside().map_err(|e| no_room(&e)) } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        let Postgres { place, store, context, .. } = &mut *self;
        store.put_aside().map_err(|e| no_room(&e))?;
        let arguments = rows::arguments(context);
        let mut put = || -> Result<(), Refused> {
            let mut all = store.client.transaction()?;
            ddl::lock(&mut all)?;
            let version = ddl::version(&mut all)?.unwrap_or(SCHEMA_VERSION);
            if version != SCHEMA_VERSION {
                return Err(Refused::Newer(version));
            }
            let now: i64 = all.query_one("SELECT coalesce(max(id), 0) FROM source", &[])?.get(0);
            let crowded = now > store.before;
            if crowded {
                let rest: Vec<T> = tables().map(|(t, _)| t).filter(|t| !STAGED.contains(t)).collect();
                all.batch_execute(&stage(&rest))?;
            }
            let staged = |t: T| crowded || STAGED.contains(&t);
            for (t, table) in tables().filter(|(t, _)| staged(*t)) {
                copy(&mut all, &format!("staged_{}", table.name), table, &mut store.aside[t as usize])?;
            }
            if crowded {
                make_way(&mut all, store.before, now)?;
            }
            number_run(&mut all, &context.patterns.hash, &arguments)?;
            all.batch_execute(FORMER)?;
            for (t, table) in tables() {
                match staged(t) {
                    true => all.batch_execute(&put_in_place(t, table))?,
                    false => copy(&mut all, table.name, table, &mut store.aside[t as usize])?,
                }
            }
            ddl::index(&mut all)?;
            Ok(all.commit()?)
        };
        put().map_err(|e| refused(place, e))
    }
}

/// Copies rows that were put aside into the table called `name`, which has the columns of `table`.
fn copy(all: &mut Transaction<'_>, name: &str, table: &Table, rows: &mut SpooledTempFile) -> Result<(), Refused> {
    let many = rows.stream_position().map_err(Refused::Room)?;
    if many == 0 {
        return Ok(());
    }
    rows.rewind().map_err(Refused::Room)?;
    let mut copy = all.copy_in(&format!("COPY {name} ({}) FROM STDIN", columns(table)))?;
    let mut part = vec![0; 1 << 18];
    loop {
        let read = rows.read(&mut part).map_err(Refused::Room)?;
        // A failure to send shows again, and with its cause, at the end.
        if read == 0 || copy.write_all(&part[..read]).is_err() {
            break;
        }
    }
    copy.finish()?;
    Ok(())
}

impl Store {
    /// Puts aside what waits.
    fn put_aside(&mut self) -> io::Result<()> {
        self.bytes = 0;
        for (rows, aside) in self.waiting.iter_mut().zip(&mut self.aside) {
            aside.write_all(rows)?;
            rows.clear();
        }
        Ok(())
    }
}

impl Sink for Store {
    type Error = postgres::Error;

    fn source_id(&mut self, path: &str, sha256: Option<&str>) -> Result<i64, postgres::Error> {
        // An empty database need not be asked, and each question costs a way there and back.
        let found = match self.before {
            0 => Vec::new(),
            _ => self.client.query(&self.find, &[&without_nul(path), &sha256])?,
        };
        let known = found.iter().map(|row| row.get(0)).find(|id| !self.found.contains(id));
        let id = known.unwrap_or_else(|| {
            self.last += 1;
            self.last
        });
        self.found.insert(id);
        Ok(id)
    }

    fn row(&mut self, table: T, cells: &[Cell<'_>]) -> Result<(), postgres::Error> {
        if table == T::Record {
            return Ok(());
        }
        let row = &mut self.waiting[table as usize];
        let before = row.len();
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                row.push(b'\t');
            }
            match cell {
                Cell::Null => row.extend_from_slice(b"\\N"),
                // Writing to a `Vec` does not fail.
                Cell::Int(number) => drop(write!(row, "{number}")),
                Cell::Bool(yes) => row.push(if *yes { b't' } else { b'f' }),
                Cell::Text(text) => escape(text, row),
                Cell::Decimal(decimal) => row.extend_from_slice(decimal.as_str().as_bytes()),
            }
        }
        row.push(b'\n');
        self.bytes += row.len() - before;
        Ok(())
    }
}

/// Text as COPY reads it. PostgreSQL holds no NUL; U+FFFD stands in for it, a character for a character.
fn escape(text: &str, row: &mut Vec<u8>) {
    let mut plain = 0;
    let bytes = text.as_bytes();
    for (i, byte) in bytes.iter().enumerate() {
        let instead: &[u8] = match byte {
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0 => "\u{fffd}".as_bytes(),
            _ => continue,
        };
        row.extend_from_slice(&bytes[plain..i]);
        row.extend_from_slice(instead);
        plain = i + 1;
    }
    row.extend_from_slice(&bytes[plain..]);
}

fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// The names of its columns in the order of its rows; in a table that was migrated they stand in another.
fn columns(table: &Table) -> String {
    let names: Vec<String> = table.columns().map(|c| format!("\"{}\"", c.name)).collect();
    names.join(", ")
}

/// Temporary tables for these.
fn stage(these: &[T]) -> String {
    these.iter().map(|t| format!("CREATE TEMPORARY TABLE staged_{0} (LIKE {0});\n", t.table().name)).collect()
}

/// Another run may have given the numbers of new files meanwhile: those of this run are moved behind them.
fn make_way(all: &mut Transaction<'_>, before: i64, now: i64) -> Result<(), postgres::Error> {
    let (files, rows) = (now - before, (now - before) * PER_SOURCE);
    for (_, table) in tables().filter(|(t, _)| !matches!(t, T::Run | T::Name)) {
        let moved = table.columns().filter_map(|column| {
            let (by, first) = match (table.name, column.kind) {
                (_, Kind::Row("run")) => return None,
                ("source", Kind::Id) | (_, Kind::Owner("source") | Kind::Row("source")) => (files, before + 1),
                (_, Kind::Id | Kind::Owner(_) | Kind::Row(_)) => (rows, (before + 1) * PER_SOURCE),
                _ => return None,
            };
            let name = column.name;
            Some(format!("{name} = CASE WHEN {name} >= {first} THEN {name} + {by} ELSE {name} END"))
        });
        let moved: Vec<String> = moved.collect();
        all.batch_execute(&format!("UPDATE staged_{} SET {}", table.name, moved.join(", ")))?;
    }
    Ok(())
}

/// Gives the run the number of an equal one, or the next.
fn number_run(all: &mut Transaction<'_>, patterns: &str, arguments: &str) -> Result<(), postgres::Error> {
    let equal = "SELECT min(id) FROM run WHERE engine = $1 AND patterns = $2 AND schema = $3 AND arguments = $4";
    let equal: Option<i64> =
        all.query_one(equal, &[&ENGINE, &patterns, &SCHEMA_VERSION, &without_nul(arguments)])?.get(0);
    match equal {
        Some(id) => {
            all.execute("UPDATE staged_source SET run = $1", &[&id])?;
            all.batch_execute("DELETE FROM staged_run")
        }
        None => {
            let next: i64 = all.query_one("SELECT coalesce(max(id), 0) + 1 FROM run", &[])?.get(0);
            all.execute("UPDATE staged_source SET run = $1", &[&next])?;
            all.execute("UPDATE staged_run SET id = $1", &[&next]).map(drop)
        }
    }
}

/// Rows of the same files go, also what is said of a path that could not be read before.
const FORMER: &str = "DELETE FROM source o USING staged_source n \
     WHERE o.path = n.path AND (o.sha256 IS NOT DISTINCT FROM n.sha256 OR o.error IS NOT NULL)";

/// From a temporary table to its place.
fn put_in_place(t: T, table: &Table) -> String {
    let names = columns(table);
    match t {
        T::Name => format!(
            "INSERT INTO name AS old ({names}) SELECT DISTINCT ON (kind, id) {names} FROM staged_name ORDER BY kind, id \
             ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name WHERE old.name <> excluded.name"
        ),
        _ => format!("INSERT INTO {0} ({names}) SELECT {names} FROM staged_{0}", table.name),
    }
}

/// Reads the address and what surrounds it; a password that is not in it may be in `PGPASSWORD`, as for every other client.
fn connect(url: &str, place: &str) -> Result<Client, WriteError> {
    let unusable = |cause: String| {
        let next = "write it as postgres://user@host:5432/database, with the password in PGPASSWORD";
        WriteError::new(WriteErrorKind::Unsupported, place, cause, next)
    };
    let unsafe_to = |cause: String| said(place, WriteErrorKind::Unsafe, cause);
    let (url, asked) = tls::Asked::take(url).map_err(unsafe_to)?;
    let mut config: Config = url.parse().map_err(|e: postgres::Error| {
        // What the parser repeats could be the password.
        let cause = e.source().map(|e| e.to_string()).filter(|cause| !cause.contains('`'));
        unusable(format!("is no address of a database{}", cause.map(|c| format!(": {c}")).unwrap_or_default()))
    })?;
    if config.get_password().is_none() {
        std::env::var("PGPASSWORD").ok().map(|password| config.password(password));
    }
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        config.host(&std::env::var("PGHOST").unwrap_or_else(|_| "localhost".into()));
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    if config.get_application_name().is_none() {
        config.application_name("hedui");
    }
    let tls = asked.apply(&mut config).map_err(unsafe_to)?;
    config.connect(tls).map_err(|e| error(place, &e))
}

fn refused(place: &str, refused: Refused) -> WriteError {
    match refused {
        Refused::Sql(e) => error(place, &e),
        Refused::Newer(version) => newer(place, version),
        Refused::Room(e) => no_room(&e),
    }
}

/// Where rows are put aside.
fn no_room(error: &io::Error) -> WriteError {
    let place = std::env::temp_dir().display().to_string();
    let kind = WriteErrorKind::of(error);
    let next = "rows wait there until the run is written; make room, or name another folder in TMPDIR";
    WriteError::new(kind, place, error.to_string(), next)
}

fn newer(place: &str, version: i32) -> WriteError {
    let cause = format!("holds tables of version {version}; this program knows them up to {SCHEMA_VERSION}");
    WriteError::new(WriteErrorKind::Newer, place, cause, WriteErrorKind::Newer.next_step())
}

/// Nothing of the run has been written where this is said.
fn error(place: &str, error: &postgres::Error) -> WriteError {
    let Some(db) = error.as_db_error() else {
        let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        let lost = error.is_closed() || error.to_string().starts_with("error communicating");
        return if lost {
            said(place, WriteErrorKind::Lost, format!("the connection was lost: {cause}"))
        } else if cause == "password missing" {
            said(place, WriteErrorKind::Login, cause)
        } else if error.to_string().starts_with("error performing TLS handshake") {
            said(place, WriteErrorKind::Unsafe, format!("no encrypted connection: {cause}"))
        } else {
            said(place, WriteErrorKind::Unreachable, format!("the server cannot be reached: {cause}"))
        };
    };
    let (code, message) = (db.code(), db.message().to_owned());
    let is = |codes: &[SqlState]| codes.contains(code);
    if is(&[SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION]) {
        said(place, WriteErrorKind::Login, message)
    } else if is(&[SqlState::INVALID_CATALOG_NAME]) {
        said(place, WriteErrorKind::NoDatabase, message)
    } else if is(&[SqlState::INSUFFICIENT_PRIVILEGE, SqlState::READ_ONLY_SQL_TRANSACTION]) {
        let next = "have the right to write given to this user, or use another database";
        WriteError::new(WriteErrorKind::Denied, place, message, next)
    } else if is(&[SqlState::LOCK_NOT_AVAILABLE]) {
        said(place, WriteErrorKind::Busy, message)
    } else if is(&[SqlState::DISK_FULL]) {
        WriteError::new(WriteErrorKind::Full, place, message, "make room on the server")
    } else if code.code().starts_with("57P") || code.code().starts_with("08") {
        said(place, WriteErrorKind::Lost, format!("the connection was lost: {message}"))
    } else {
        let next = format!("nothing of this run was written (PostgreSQL {})", code.code());
        WriteError::new(WriteErrorKind::Other, place, message, next)
    }
}

fn said(place: &str, kind: WriteErrorKind, cause: String) -> WriteError {
    WriteError::new(kind, place, cause, kind.next_step())
}
