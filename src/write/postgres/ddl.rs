//! The tables of [`tables`](super::super::tables) in PostgreSQL: made, migrated, described, indexed. They have a schema of their own,
//! `hedui`, so that they meet nothing else in the database.

use std::collections::BTreeSet;
use std::fmt::Write;

use postgres::{Client, GenericClient, Transaction};

use super::super::VIEWS;
use super::super::tables::{Kind, SCHEMA_VERSION, Table};
use super::tables;

/// Held while tables are made and while a run is put in place; the number means nothing elsewhere (`hedu`).
const LOCK: &str = "SELECT pg_advisory_xact_lock(1751475317)";

const QUOTES: &str = "(SELECT string_agg(quote, ' | ' ORDER BY position) FROM cite WHERE finding = f.id)";

/// Where nobody has set how long to wait for a lock: longer than another run takes to put its rows in place.
const WAIT: &str = "SELECT set_config('lock_timeout', '60s', false) WHERE current_setting('lock_timeout') = '0'";

/// Why a database is not used.
pub(super) enum Refused {
    Sql(postgres::Error),
    /// Its tables are of this version, which is newer than the program's.
    Newer(i32),
    /// Rows could not be kept on this machine.
    Room(std::io::Error),
}

impl From<postgres::Error> for Refused {
    fn from(error: postgres::Error) -> Self {
        Refused::Sql(error)
    }
}

/// Waits until nobody else writes tables or a run.
pub(super) fn lock(all: &mut Transaction<'_>) -> Result<(), postgres::Error> {
    all.batch_execute(LOCK)
}

/// The version of the tables, where there are any.
pub(super) fn version(client: &mut impl GenericClient) -> Result<Option<i32>, postgres::Error> {
    let there: bool = client.query_one("SELECT to_regclass('hedui.schema_version') IS NOT NULL", &[])?.get(0);
    if !there {
        return Ok(None);
    }
    Ok(client.query_opt("SELECT version FROM hedui.schema_version", &[])?.map(|row| row.get(0)))
}

/// Makes the tables where there are none, adds what an older program did not have, and refuses those of a newer one.
pub(super) fn prepare(client: &mut Client) -> Result<(), Refused> {
    client.batch_execute("SET search_path TO hedui; SET client_min_messages TO warning")?;
    client.batch_execute(WAIT)?;
    // Most runs find everything in order and need no right to change tables.
    match version(client)? {
        Some(SCHEMA_VERSION) => return Ok(()),
        Some(version) if version > SCHEMA_VERSION => return Err(Refused::Newer(version)),
        _ => {}
    }
    let mut all = client.transaction()?;
    lock(&mut all)?;
    match version(&mut all)? {
        Some(SCHEMA_VERSION) => return Ok(()),
        Some(version) if version > SCHEMA_VERSION => return Err(Refused::Newer(version)),
        _ => {}
    }
    let there: bool = all.query_one("SELECT to_regnamespace('hedui') IS NOT NULL", &[])?.get(0);
    if !there {
        all.batch_execute("CREATE SCHEMA hedui")?;
    }
    all.batch_execute(&schema(there))?;
    Ok(all.commit()?)
}

/// Everything but indexes. Where there is something already (`there`), tables and columns stay; columns are only ever added, views are made anew.
fn schema(there: bool) -> String {
    let mut sql = String::from("COMMENT ON SCHEMA hedui IS '核对：绩效自评报告的章节、金额、事实与核对结果';\n");
    sql.push_str("CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL);\n");
    sql.push_str("COMMENT ON TABLE schema_version IS '表结构版本';\n");
    for (_, table) in tables() {
        table_sql(table, there, &mut sql);
    }
    for (_, owner) in tables() {
        gone(owner.name, &mut sql);
    }
    // The last first, because views rest on views. Not CASCADE: somebody else's view may rest on them too.
    let views: Vec<&str> = VIEWS.split("CREATE VIEW ").skip(1).filter_map(|view| view.split(" AS").next()).collect();
    for view in views.iter().rev() {
        let _ = writeln!(sql, "DROP VIEW IF EXISTS {view};");
    }
    sql.push_str(&VIEWS.replace("{quotes}", QUOTES));
    let _ = writeln!(sql, "DELETE FROM schema_version; INSERT INTO schema_version VALUES ({SCHEMA_VERSION});");
    sql
}

fn table_sql(table: &Table, there: bool, sql: &mut String) {
    let name = table.name;
    let columns: Vec<String> = table
        .columns()
        .map(|column| {
            let null = if column.null { "" } else { " NOT NULL" };
            format!("\"{}\" {}{null}", column.name, kind(column.kind))
        })
        .collect();
    // The first run finds out by its key whether a name is there; the other keys are made with the indexes.
    let key = if name == "name" { format!(", PRIMARY KEY ({})", key(table)) } else { String::new() };
    let _ = writeln!(sql, "CREATE TABLE IF NOT EXISTS {name} ({}{key});", columns.join(", "));
    let _ = writeln!(sql, "COMMENT ON TABLE {name} IS '{}';", quoted(table.about));
    for column in table.columns() {
        if there {
            // Rows that are there know nothing of a new column.
            let (column, kind) = (column.name, kind(column.kind));
            let _ = writeln!(sql, "ALTER TABLE {name} ADD COLUMN IF NOT EXISTS \"{column}\" {kind};");
        }
        let _ = writeln!(sql, "COMMENT ON COLUMN {name}.\"{}\" IS '{}';", column.name, quoted(column.about));
    }
}

/// What a row owns goes with it. Foreign keys would do the same, and would look up every row that is loaded (measured: 2.5 times
/// the time); the program does not write rows without their owners.
fn gone(owner: &'static str, sql: &mut String) {
    let mut owned = String::new();
    for (_, table) in tables() {
        for column in table.columns().filter(|column| column.kind == Kind::Owner(owner)) {
            let _ = write!(owned, "DELETE FROM hedui.{} WHERE {} IN (SELECT id FROM gone); ", table.name, column.name);
        }
    }
    if !owned.is_empty() {
        let _ = writeln!(
            sql,
            "CREATE OR REPLACE FUNCTION {owner}_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {owned}RETURN NULL; END $$;
             DROP TRIGGER IF EXISTS {owner}_gone ON {owner};
             CREATE TRIGGER {owner}_gone AFTER DELETE ON {owner} REFERENCING OLD TABLE AS gone
             FOR EACH STATEMENT EXECUTE FUNCTION {owner}_gone();"
        );
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Id | Kind::Owner(_) | Kind::Row(_) | Kind::Long => "bigint",
        Kind::Int => "integer",
        Kind::Bool => "boolean",
        Kind::Text => "text",
        Kind::Decimal | Kind::Wan => "numeric",
    }
}

fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

fn key(table: &Table) -> String {
    if table.key.is_empty() { "id".to_owned() } else { table.key.join(", ") }
}

/// Keys and indexes that are not there yet: with the first run they are made when all rows are there, which is faster than keeping them.
pub(super) fn index(all: &mut Transaction<'_>) -> Result<(), postgres::Error> {
    let there = all.query("SELECT indexname::text FROM pg_indexes WHERE schemaname = 'hedui'", &[])?;
    let there: BTreeSet<String> = there.iter().map(|row| row.get(0)).collect();
    for (_, table) in tables() {
        if !there.contains(&format!("{}_pkey", table.name)) {
            all.batch_execute(&format!("ALTER TABLE {} ADD PRIMARY KEY ({})", table.name, key(table)))?;
        }
        for columns in table.indexes {
            let name = format!("{}_{}", table.name, columns[0]);
            if !there.contains(&name) {
                all.batch_execute(&format!("CREATE INDEX {name} ON {} ({})", table.name, columns.join(", ")))?;
            }
        }
    }
    Ok(())
}
