//! A server as a target: what arrives, what a second run changes, and that nothing else does.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

use postgres::Client;
use rusqlite::types::ValueRef;

use crate::room::{FIRST, LAST, Room};
use crate::server::Server;
use crate::stop::{hanging, kill, until};

/// A room with four reports in `in/`, and what its runs say at their end.
fn reports() -> (Room, &'static str) {
    let room = Room::new();
    room.write("in/档案馆.txt", FIRST);
    room.write("in/水利局.txt", LAST);
    room.write("in/杂.txt", "制表\t与\\反斜\r\n杠。某乡2021年度部门整体支出绩效自评报告\n一、基本情况\n营商环境持续优化，支出合计20万元。\n");
    room.write("in/坏.pdf", [0, 159, 146, 150]);
    (room, "4 files: ")
}

fn rows(client: &mut Client, sql: &str) -> i64 {
    client.query_one(&format!("SELECT count(*) FROM {sql}"), &[]).unwrap_or_else(|e| panic!("{sql}: {e}")).get(0)
}

/// Every row of every table.
fn all(client: &mut Client) -> BTreeMap<String, Vec<String>> {
    let tables = client.query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'hedui'", &[]).unwrap();
    let tables: Vec<String> = tables.iter().map(|row| row.get(0)).collect();
    let rows = |table: String| {
        let found = client.query(&format!("SELECT t::text AS row FROM {table} t ORDER BY row"), &[]).unwrap();
        (table, found.iter().map(|row| row.get(0)).collect())
    };
    tables.into_iter().map(rows).collect()
}

#[test]
fn the_server_holds_what_the_file_holds() {
    let Some(server) = Server::start() else { return };
    let (room, _) = reports();
    let url = server.database("b");
    let run = room.run(&["extract", "in", "-o", "x.sqlite", "-o", &url]);
    assert_eq!(run.code, Some(2), "one of them cannot be read: {}", run.err);
    let file = rusqlite::Connection::open(room.at("x.sqlite")).unwrap();
    let mut client = server.client("b");
    let columns = |sql: &str| -> Vec<String> { file.prepare(sql).unwrap().column_names().map(str::to_owned).collect() };
    let tables = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' \
                  AND name NOT LIKE 'passage_fts%' AND name <> 'record'";
    let mut tables = file.prepare(tables).unwrap();
    let tables: Vec<String> = tables.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(tables.len(), 22);
    for table in tables {
        let columns = columns(&format!("SELECT * FROM \"{table}\""));
        // How rows are numbered differs; what the numbers lead to is in the views.
        let numbers = ["id", "source", "report", "section", "parent", "figure", "finding", "run"];
        let said = |column: &&String| table == "name" || !numbers.contains(&column.as_str());
        let names: Vec<String> = columns.iter().filter(said).map(|column| format!("\"{column}\"")).collect();
        let sql = format!("SELECT {} FROM \"{table}\"", names.join(", "));
        let mut statement = file.prepare(&sql).unwrap();
        let mut found = statement.query([]).unwrap();
        let mut here: Vec<Vec<Option<String>>> = Vec::new();
        while let Some(row) = found.next().unwrap() {
            let cell = |i| shown(row.get_ref(i).unwrap());
            here.push((0..names.len()).map(cell).collect());
        }
        let cast: Vec<String> = names
            .iter()
            .map(|name| {
                if ["\"recovered\"", "\"chosen\""].contains(&name.as_str()) {
                    format!("{name}::int::text")
                } else {
                    format!("{name}::text")
                }
            })
            .collect();
        let found = client.query(&format!("SELECT {} FROM \"{table}\"", cast.join(", ")), &[]).unwrap();
        let mut there: Vec<Vec<Option<String>>> =
            found.iter().map(|row| (0..names.len()).map(|i| row.get(i)).collect()).collect();
        here.sort();
        there.sort();
        assert!(
            !here.is_empty() || ["indicator", "section_topic", "unexplained", "note"].contains(&&*table),
            "{table}"
        );
        assert_eq!(there, here, "{table}");
    }
    let kind = "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'figure'::regclass AND attname = 'value'";
    assert_eq!(client.query_one(kind, &[]).unwrap().get::<_, &str>(0), "numeric");
}

#[test]
fn the_queries_of_the_documentation_give_the_same_on_a_server_and_in_a_file() {
    let Some(server) = Server::start() else { return };
    let (room, _) = reports();
    room.write("in/上年.txt", FIRST.replace("2022", "2021").replace("全年支出151.47", "全年支出140.5"));
    let url = server.database("b");
    room.run(&["extract", "in", &format!("{}/samples", crate::room::HOME), "-o", "x.sqlite", "-o", &url]);
    let file = rusqlite::Connection::open(room.at("x.sqlite")).unwrap();
    let mut client = server.client("b");
    let docs = include_str!("../../docs/output.md");
    let queries = docs.split("### Queries to begin with").nth(1).and_then(|rest| rest.split("```sql\n").nth(1));
    let queries = queries.and_then(|rest| rest.split("```").next()).expect("a block of queries");
    let mut filled = 0;
    for query in queries.split_inclusive(';').filter(|query| query.contains("SELECT")) {
        let mut statement = file.prepare(query).unwrap_or_else(|e| panic!("{query}: {e}"));
        let columns = statement.column_count();
        let mut here = Vec::new();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            here.push((0..columns).map(|i| said(&shown(row.get_ref(i).unwrap()))).collect::<Vec<_>>());
        }
        let names: Vec<String> = (0..columns).map(|i| format!("c{i}")).collect();
        let texts: Vec<String> = names.iter().map(|name| format!("{name}::text")).collect();
        let query = query.trim_end_matches(';');
        let sql = if query.contains("WITH RECURSIVE") {
            continue; // Cannot be wrapped; it is run as it stands below.
        } else {
            format!("SELECT {} FROM ({query}) q ({})", texts.join(", "), names.join(", "))
        };
        let found = client.query(&sql, &[]).unwrap_or_else(|e| panic!("{query}: {e}"));
        let mut there: Vec<Vec<String>> =
            found.iter().map(|row| (0..columns).map(|i| said(&row.get(i))).collect()).collect();
        // Where nothing says otherwise, either may choose the order, and they order text differently.
        here.sort();
        there.sort();
        assert_eq!(there, here, "{query}");
        filled += usize::from(!here.is_empty());
    }
    assert!(filled >= 8, "{filled} queries find something");
    client.batch_execute(queries).unwrap();
}

fn shown(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) => Some(String::from_utf8(text.to_vec()).unwrap()),
        ValueRef::Blob(_) => panic!("a blob"),
    }
}

/// Numbers to a millionth, because SQLite's are floating points; true and false as it has them.
fn said(value: &Option<String>) -> String {
    match value.as_deref() {
        None => "NULL".into(),
        Some("true") => "1".into(),
        Some("false") => "0".into(),
        Some(text) => text.parse::<f64>().map_or(text.to_owned(), |number| {
            let text = format!("{number:.6}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }),
    }
}

#[test]
fn every_table_and_column_is_described_in_chinese() {
    let Some(server) = Server::start() else { return };
    let room = Room::with_two();
    let url = server.database("b");
    room.run(&["extract", "a.txt", "-o", &url]).is(0, "1 file: 1 report\n");
    let described = server.client("b").query(
        "SELECT c.relname::text, a.attname::text, coalesce(obj_description(c.oid), ''), coalesce(col_description(c.oid, a.attnum), '') \
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         WHERE c.relnamespace = 'hedui'::regnamespace AND c.relkind = 'r' AND c.relname <> 'schema_version'",
        &[],
    );
    let described = described.unwrap();
    assert!(described.len() > 100);
    for row in described {
        let (table, column): (&str, &str) = (row.get(0), row.get(1));
        for said in [row.get::<_, &str>(2), row.get::<_, &str>(3)] {
            assert!(said.chars().any(|c| ('一'..='龥').contains(&c)), "{table}.{column}: {said}");
        }
    }
}

#[test]
fn a_second_run_replaces_its_rows_and_nothing_else() {
    let Some(server) = Server::start() else { return };
    let (room, _) = reports();
    let (one, two) = (server.database("one"), server.database("two"));
    room.run(&["extract", "in", "-o", &one]);
    room.run(&["extract", "in", "-o", &two]);
    // The address is an argument of the run, which is kept.
    let same = |dump: String| dump.replace("/two?", "/one?");
    let fresh = server.dump("one");
    assert!(fresh.contains("营商环境") && fresh.contains("CREATE TABLE hedui.figure"));
    assert!(fresh == same(server.dump("two")), "two databases of the same inputs differ");

    let mut client = server.client("one");
    let before = all(&mut client);
    room.run(&["extract", "in", "-o", &one]);
    assert_eq!(all(&mut client), before, "the same again changes nothing");

    room.write("in2/别处.txt", LAST.replace("水利局", "林业局"));
    room.run(&["extract", "in2", "-o", &one]).is(0, "1 file: 1 report; 1 rounding\n");
    let both = all(&mut client);
    for (table, rows) in &before {
        assert!(rows.iter().all(|row| both[table].contains(row)), "{table}: rows of other inputs stay");
    }
    assert_eq!(both["report"].len(), before["report"].len() + 1);
    assert_eq!(both["run"].len(), 2);

    // Another content under the same path is another input; what could be read at last replaces what was said before.
    room.write("in/档案馆.txt", FIRST.replace("151.47", "151.48"));
    room.write("in/坏.pdf", FIRST);
    let reports = rows(&mut client, "report");
    room.run(&["extract", "in", "-o", &one]);
    assert_eq!(rows(&mut client, "source WHERE path = 'in/档案馆.txt'"), 2);
    let read = rows(&mut client, "source WHERE path = 'in/坏.pdf' AND error IS NULL");
    assert_eq!(
        (rows(&mut client, "report"), rows(&mut client, "source WHERE path = 'in/坏.pdf'")),
        (reports + 1 + read, 1)
    );

    // What belongs to a file goes with it.
    client.batch_execute("DELETE FROM source").unwrap();
    for table in before.keys().filter(|table| !["name", "run", "schema_version"].contains(&table.as_str())) {
        assert_eq!(rows(&mut client, table), 0, "{table}");
    }
}

#[test]
fn text_is_found_by_any_part_of_it() {
    let Some(server) = Server::start() else { return };
    let (room, _) = reports();
    let url = server.database("b");
    room.run(&["extract", "in", "-o", &url]);
    let mut client = server.client("b");
    for part in ["营商环境", "营商", "制表\t与\\反斜".split('\t').next().unwrap()] {
        assert_eq!(rows(&mut client, &format!("passage WHERE text LIKE '%{part}%'")), 1, "{part}");
    }
    let there = "pg_available_extensions WHERE name = 'pg_trgm'";
    if rows(&mut client, there) == 0 {
        return crate::tools::skipped("this PostgreSQL comes without pg_trgm: the index is not tried");
    }
    let docs = include_str!("../../docs/output.md");
    let index = docs.split("```postgresql\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the index");
    client.batch_execute(index).unwrap();
    room.run(&["extract", "in", "-o", &url]);
    client.batch_execute("SET enable_seqscan TO off").unwrap();
    let plan = client.query("EXPLAIN SELECT * FROM passage WHERE text LIKE '%营商环境%'", &[]).unwrap();
    let plan: String = plan.iter().map(|row| row.get::<_, String>(0) + "\n").collect();
    assert!(plan.contains("passage_search"), "{plan}");
}

#[test]
fn a_server_that_cannot_be_used_ends_the_run_before_anything_is_read() {
    let Some(server) = Server::start() else { return };
    let room = Room::with_two();
    let url = server.database("b");
    let socket = server.socket().display().to_string();
    let mut admin = server.client("b");
    admin.batch_execute("CREATE USER auditor PASSWORD 'richtig'; CREATE USER guest").unwrap();
    let refused = |url: &str, message: &str| {
        let run = room.run(&["extract", "没有.txt", "-o", "x.jsonl", "-o", url]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.err);
        assert!(run.err.contains(message) && run.err.lines().count() == 1, "{}", run.err);
        assert!(!run.err.contains("geheim"), "{}", run.err);
        assert_eq!(room.names(), ["a.txt", "z.txt"]);
    };
    refused(
        &format!("postgres://auditor:geheim@/b?host={socket}"),
        &format!(
            "hedui: postgres://auditor:***@/b?host={socket}: password authentication failed for user \"auditor\"; see user and password"
        ),
    );
    refused(&format!("postgres://auditor@/b?password=geheim&host={socket}"), "password authentication failed");
    refused(&format!("postgres://auditor@/b?host={socket}"), "password missing");
    refused(
        &format!("postgres://postgres@/nichts?host={socket}"),
        "database \"nichts\" does not exist; create the database first",
    );
    refused(
        &format!("postgres://guest@/b?host={socket}"),
        "permission denied for database b; have the right to write given",
    );
    refused("postgres://u:geheim@127.0.0.1:1/b", "the server cannot be reached: ");
    refused("postgres://u:geheim@host:port/b", "is no address of a database");
    assert_eq!(rows(&mut admin, "pg_namespace WHERE nspname = 'hedui'"), 0, "nobody has made anything");

    let mut chinese =
        room.hedui(&["--lang", "zh", "extract", "a.txt", "-o", &format!("postgres://auditor:geheim@/b?host={socket}")]);
    chinese.env("PGPASSWORD", "geheim");
    let said = crate::room::ran(chinese).err;
    assert!(said.contains("：用户名或口令不对；") && !said.contains("geheim"), "{said}");

    room.run(&["extract", "a.txt", "-o", &url]).is(0, "1 file: 1 report\n");
    admin.batch_execute("UPDATE schema_version SET version = 99").unwrap();
    refused(&url, "holds tables of version 99; this program knows them up to ");
    admin.batch_execute("UPDATE schema_version SET version = 2; GRANT USAGE ON SCHEMA hedui TO guest").unwrap();
    refused(&format!("postgres://guest@/b?host={socket}"), "permission denied for table");
    server.down();
    refused(&url, "the server cannot be reached: ");
}

#[test]
fn a_password_is_kept_nowhere() {
    let Some(server) = Server::start() else { return };
    let room = Room::with_two();
    let owner = "CREATE USER auditor PASSWORD 'geheim/@1'; GRANT CREATE ON DATABASE b TO auditor";
    server.database("b");
    server.client("b").batch_execute(owner).unwrap();
    let url = format!("postgres://auditor:geheim%2F%401@/b?host={}", server.socket().display());
    room.run(&["extract", "a.txt", "-o", &url, "-o", "x.sqlite"]).is(0, "1 file: 1 report\n");
    let kept: String = server.client("b").query_one("SELECT arguments FROM run", &[]).unwrap().get(0);
    assert!(kept.contains("auditor:***@") && !kept.contains("geheim"), "{kept}");
    assert!(!server.dump("b").contains("geheim"));
    assert!(!String::from_utf8_lossy(&std::fs::read(room.at("x.sqlite")).unwrap()).contains("geheim"));
    let mut command = room.hedui(&["extract", "a.txt", "-o", &url.replace(":geheim%2F%401", "")]);
    command.env("PGPASSWORD", "geheim/@1");
    crate::room::ran(command).is(0, "1 file: 1 report\n");
}

#[test]
fn a_run_that_ends_before_its_end_changes_nothing() {
    let Some(server) = Server::start() else { return };
    let room = Room::with_two();
    let url = server.database("b");
    room.run(&["extract", "a.txt", "-o", &url]).is(0, "1 file: 1 report\n");
    let before = server.dump("b");
    for signal in ["-INT", "-KILL"] {
        let (mut child, pipe) = hanging(&room, &[&url]);
        kill(&child, signal);
        if signal == "-INT" {
            std::thread::sleep(Duration::from_millis(100));
        }
        drop(pipe);
        assert_eq!(child.wait().unwrap().code(), if signal == "-INT" { Some(130) } else { None });
        assert!(server.dump("b") == before, "{signal}");
        std::fs::remove_file(room.at("pipe")).unwrap();
    }
    // The server throws the connection away, then goes down.
    for down in [false, true] {
        let (mut child, pipe) = hanging(&room, &[&url, "x.jsonl"]);
        if down {
            server.down();
        } else {
            let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hedui'";
            assert_eq!(server.client("b").query(others, &[]).unwrap().len(), 1);
        }
        drop(pipe);
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(2), "{err}");
        assert!(
            err.contains("the connection was lost: ") && err.contains("; nothing of this run was written"),
            "{err}"
        );
        // Other targets do not suffer.
        assert!(room.read("x.jsonl").lines().count() >= 2);
        std::fs::remove_file(room.at("pipe")).unwrap();
        if down {
            server.up();
        }
        assert!(server.dump("b") == before);
    }
    until(|| rows(&mut server.client("b"), "pg_stat_activity WHERE application_name = 'hedui'") == 0);
}

#[test]
fn two_runs_at_once_both_arrive() {
    let Some(server) = Server::start() else { return };
    let room = Room::with_two();
    let url = server.database("b");
    room.write("in/b.txt", LAST.replace("水利局", "林业局"));
    // The first has given a number to a file when the second begins and ends.
    let (mut child, pipe) = hanging(&room, &[&url]);
    room.run(&["extract", "in", "-o", &url]).is(0, "1 file: 1 report; 1 rounding\n");
    drop(pipe);
    child.wait().unwrap();
    let mut client = server.client("b");
    assert_eq!(rows(&mut client, "source"), 4);
    for org in ["林业局", "水利局", "档案馆"] {
        let figures = format!("report r JOIN figure f ON f.report = r.id WHERE r.org LIKE '%{org}'");
        assert!(rows(&mut client, &figures) > 2, "{org}");
    }
    for (table, column, to) in
        [("figure", "section", "section"), ("fact", "figure", "figure"), ("fact", "section", "section")]
    {
        let astray = format!(
            "{table} a LEFT JOIN {to} b ON b.id = a.{column} WHERE a.{column} IS NOT NULL AND b.report IS DISTINCT FROM a.report"
        );
        assert_eq!(rows(&mut client, &astray), 0, "{table}.{column}");
    }
}

#[test]
fn tables_of_an_older_program_are_completed() {
    let Some(server) = Server::start() else { return };
    let room = Room::with_two();
    let url = server.database("b");
    room.run(&["extract", "a.txt", "-o", &url]).is(0, "1 file: 1 report\n");
    let mut client = server.client("b");
    let older = "ALTER TABLE finding DROP COLUMN allowed CASCADE; DROP TABLE indicator CASCADE; UPDATE schema_version SET version = 1";
    client.batch_execute(older).unwrap();
    let figures = rows(&mut client, "figure");
    room.run(&["extract", "z.txt", "-o", &url]).is(0, "1 file: 1 report; 1 rounding\n");
    assert!(rows(&mut client, "figure") > figures);
    assert_eq!(rows(&mut client, "finding_view WHERE allowed = 150"), 1);
    assert_eq!((rows(&mut client, "indicator"), rows(&mut client, "schema_version WHERE version = 2")), (0, 1));
}

#[test]
fn an_encrypted_connection_is_never_replaced_by_a_clear_one() {
    let Some(server) = Server::start() else { return };
    let room = Room::with_two();
    server.database("b");
    let run = |port: u16, host: &str, query: &str| {
        room.run(&["extract", "a.txt", "-o", &format!("postgres://postgres@{host}:{port}/b?{query}")])
    };
    let refused = |port: u16, host: &str, query: &str, message: &str| {
        let run = run(port, host, query);
        assert_eq!(run.code, Some(2), "{query}");
        assert!(run.err.contains(message), "{query}: {}", run.err);
    };
    let port = server.open_port(false).expect("a port");
    refused(
        port,
        "localhost",
        "sslmode=require",
        ": no encrypted connection: server does not support TLS; see sslmode",
    );
    refused(
        port,
        "localhost",
        "sslmode=on",
        "sslmode=on is none of disable, prefer, require, verify-ca and verify-full",
    );
    run(port, "localhost", "sslmode=prefer").is(0, "1 file: 1 report\n");

    // From here on the server refuses whoever comes in clear.
    let Some(port) = server.open_port(true) else { return };
    refused(port, "localhost", "sslmode=disable", "no encryption");
    let signer = format!("sslrootcert={}", server.signer().display());
    for (host, query) in [
        ("localhost", ""),
        ("localhost", "sslmode=require"),
        ("localhost", &format!("sslmode=verify-full&{signer}")),
        ("127.0.0.1", &format!("sslmode=verify-ca&{signer}")),
    ] {
        run(port, host, query).is(0, "1 file: 1 report\n");
    }
    refused(port, "127.0.0.1", &format!("sslmode=verify-full&{signer}"), "not valid for name");
    let other = room.write("other.pem", "nothing\n");
    refused(port, "localhost", &format!("sslmode=verify-full&sslrootcert={}", other.display()), "holds no certificate");
    refused(port, "localhost", "sslmode=verify-full&sslrootcert=none.pem", "sslrootcert none.pem: ");
}

#[test]
fn a_run_waits_for_another_and_says_when_it_gives_up() {
    let Some(server) = Server::start() else { return };
    let room = Room::with_two();
    let url = server.database("b");
    room.run(&["extract", "a.txt", "-o", &url]).is(0, "1 file: 1 report\n");
    let before = server.dump("b");
    let mut other = server.client("b");
    other.batch_execute("SELECT pg_advisory_lock(1751475317)").unwrap();
    let run = room.run(&["extract", "z.txt", "-o", &format!("{url}&options=-c%20lock_timeout%3D300ms")]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.err.contains("due to lock timeout; another program holds the tables; nothing of this run"),
        "{}",
        run.err
    );
    assert!(server.dump("b") == before);
    let waiting = {
        let (mut command, url) = (room.hedui(&[]), url.clone());
        command.args(["extract", "z.txt", "-o", &url]);
        std::thread::spawn(move || crate::room::ran(command))
    };
    let locked = "pg_locks WHERE locktype = 'advisory' AND NOT granted";
    until(|| rows(&mut server.client("b"), locked) == 1);
    other.batch_execute("SELECT pg_advisory_unlock_all()").unwrap();
    waiting.join().unwrap().is(0, "1 file: 1 report; 1 rounding\n");
}

/// Rows wait on this machine until the run is written.
#[test]
fn a_full_disk_here_is_said_and_nothing_arrives() {
    let Some(server) = Server::start() else { return };
    let room = Room::with_two();
    let url = server.database("b");
    room.run(&["extract", "a.txt", "-o", &url]).is(0, "1 file: 1 report\n");
    let before = server.dump("b");
    // Some megabytes of text, in which every line is another one.
    let lines = (0..40_000).map(|i| format!("第{i}项工作按照年初确定的目标完成，群众反映较好，资金使用规范。\n"));
    room.write("long.txt", format!("{FIRST}\n三、履职情况\n{}", lines.collect::<String>()));
    std::fs::create_dir(room.at("small")).unwrap();
    let mounted = |script: &str| {
        let mut command = std::process::Command::new("unshare");
        let script = format!("mount -t tmpfs -o size=64k none small && {{ {script}; }}");
        command.args(["--mount", "sh", "-c", &script]).current_dir(room.path());
        command.env("HEDUI", env!("CARGO_BIN_EXE_hedui")).env("LANG", "C.UTF-8").env_remove("LC_ALL");
        command.env("TMPDIR", room.at("small"));
        command
    };
    if !mounted("true").output().is_ok_and(|output| output.status.success()) {
        return crate::tools::skipped("a small file system can be mounted by root only: no disk is filled");
    }
    let run = crate::room::ran(mounted(&format!("\"$HEDUI\" extract long.txt -o '{url}'")));
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("No space left on device") && run.err.contains("; rows wait there"), "{}", run.err);
    assert!(server.dump("b") == before);
}
