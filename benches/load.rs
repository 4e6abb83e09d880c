//! Databases: figures a second into each kind, and what PostgreSQL would take for the bare rows.
//!
//! Made-up reports are read once; only writing is timed. The server is the bench's own, with `fsync = off`, for both sides.
//!
//! `cargo bench --bench load -- [--reports 2000] [--rounds 3] [--seed 1] [--check]`

mod common;
#[path = "../tests/common/server.rs"]
mod server;
#[path = "../tests/common/tools.rs"]
mod tools;

use std::convert::Infallible;
use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::Instant;

use hedui::model::Report;
use hedui::patterns::Patterns;
use hedui::pipeline::{Input, Options, Outcome, run};
use hedui::write::{Context, Record, TargetSpec, open};
use postgres::Client;
use server::Server;

const WANTED: f64 = 50_000.0;
const RATIO: f64 = 3.0;

struct Loaded {
    reports: Vec<Report>,
    json: Vec<Vec<u8>>,
    figures: usize,
}

fn main() -> ExitCode {
    let arguments = common::Arguments::read(&["reports", "rounds", "seed"], &["check"]);
    let read = read(arguments.number("reports", 2_000), arguments.number("seed", 1));
    let rounds = arguments.number("rounds", 3);
    let home = tempfile::tempdir().expect("a temporary folder");
    println!("{} reports, {} figures; best of {rounds}", read.reports.len(), read.figures);
    let mut missed = false;
    let mut row = |name: &str, seconds: f64, bound: Option<f64>| {
        // Of what ran in this thread alone the processor's time is taken, which does not depend on what else runs.
        let rate = read.figures as f64 / seconds;
        let slow = bound.is_some_and(|bound| rate < bound);
        missed |= slow;
        let bound = bound.map_or(String::new(), |bound| format!(">= {bound:.0}"));
        println!("{name:<44}{seconds:>8.2} s{rate:>12.0} figures/s{bound:>12}{}", if slow { "  missed" } else { "" });
    };
    for (name, target, bound) in [
        ("SQLite", "x.sqlite", Some(WANTED)),
        ("Parquet, figures", "x.parquet", None),
        ("Parquet, all tables", "y.parquet/", None),
    ] {
        let path = home.path().join(target);
        let typed = format!("{}{}", path.display(), if target.ends_with('/') { "/" } else { "" });
        row(
            name,
            best(rounds, || {
                let before = cpu();
                load(&typed, &read);
                cpu() - before
            }),
            bound,
        );
    }
    let Some(server) = Server::start() else { return ExitCode::from(2) };
    let mut databases = 0;
    let mut fresh = f64::INFINITY;
    for _ in 0..rounds {
        databases += 1;
        fresh = fresh.min(load(&server.database(&format!("d{databases}")), &read));
    }
    row("PostgreSQL, a new database", fresh, Some(WANTED));
    row("PostgreSQL, the same again", best(rounds, || load(&server.url("d1"), &read)), None);
    let mut client = server.client("d1");
    let rows = taken(&mut client);
    let bytes: usize = rows.iter().map(|table| table.1.len()).sum();
    let bare = best(rounds, || copy(&mut client, &rows, ""));
    let kept = best(rounds, || copy(&mut client, &rows, "INCLUDING INDEXES"));
    row(&format!("COPY of the same rows ({} MB), bare tables", bytes / 1_000_000), bare, None);
    row("COPY of the same rows, keys and indexes", kept, None);
    let ratio = fresh / bare;
    missed |= ratio > RATIO;
    println!(
        "a new database to bare COPY{ratio:>19.2}    <= {RATIO:.0}{}",
        if ratio > RATIO { "  missed" } else { "" }
    );
    println!("a new database to COPY with keys and indexes{:>6.2}", fresh / kept);
    ExitCode::from(u8::from(arguments.is_set("check") && missed))
}

/// Reports of made-up texts.
fn read(many: u64, seed: u64) -> Loaded {
    let corpus = common::corpus::Corpus::new(seed);
    let inputs = (0..many).map(|i| Input::Bytes { shown: format!("in/{i:05}.txt"), bytes: corpus.report(i).into() });
    let patterns = Patterns::builtin();
    let mut read = Loaded { reports: Vec::new(), json: Vec::new(), figures: 0 };
    let options = Options { keywords: true, ..Options::default() };
    let consume = |outcome: Outcome, ()| {
        let Outcome::Read(reports) = outcome else { panic!("a report that cannot be read") };
        // A report for each file, so that each is a file of its own.
        for report in reports.into_iter().take(1) {
            let mut json = Vec::new();
            common::json(&report, &patterns, &mut json);
            read.figures += report.figures.len();
            read.json.push(json);
            read.reports.push(report);
        }
        Ok::<(), Infallible>(())
    };
    assert!(run(inputs, &patterns, &options, &(), |_| (), consume).is_ok());
    read
}

/// Seconds from opening to finishing.
fn load(typed: &str, read: &Loaded) -> f64 {
    let context = Context { patterns: Patterns::builtin(), arguments: vec!["extract".into()] };
    let start = Instant::now();
    let mut target = open(&TargetSpec::parse(typed.as_ref()).expect("a target"), &context).expect("opened");
    for (report, json) in read.reports.iter().zip(&read.json) {
        target.put(&Record::Report { report, ordinal: 1 }, json).expect("written");
    }
    target.finish().expect("finished");
    start.elapsed().as_secs_f64()
}

/// Seconds that this thread has had a processor.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    stat.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}

fn best(rounds: u64, mut run: impl FnMut() -> f64) -> f64 {
    (0..rounds).map(|_| run()).fold(f64::INFINITY, f64::min)
}

/// Every table with its rows as COPY has them.
fn taken(client: &mut Client) -> Vec<(String, Vec<u8>)> {
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'hedui' AND tablename <> 'schema_version'";
    let tables: Vec<String> = client.query(tables, &[]).expect("tables").iter().map(|row| row.get(0)).collect();
    let rows = |table: String| {
        let mut rows = Vec::new();
        client.copy_out(&format!("COPY {table} TO STDOUT")).expect("copied").read_to_end(&mut rows).expect("read");
        (table, rows)
    };
    tables.into_iter().map(rows).collect()
}

/// Seconds of putting them into tables of the same columns, in one transaction.
fn copy(client: &mut Client, rows: &[(String, Vec<u8>)], including: &str) -> f64 {
    client.batch_execute("DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare").expect("made");
    let start = Instant::now();
    let mut all = client.transaction().expect("begun");
    for (table, rows) in rows {
        all.batch_execute(&format!("CREATE TABLE bare.{table} (LIKE {table} {including})")).expect("made");
        let mut copy = all.copy_in(&format!("COPY bare.{table} FROM STDIN")).expect("begun");
        copy.write_all(rows).expect("sent");
        copy.finish().expect("copied");
    }
    all.commit().expect("committed");
    start.elapsed().as_secs_f64()
}
