//! Over all samples: every place cuts its quote out, every input gives a record, targets agree, threads do not matter.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use rusqlite::Connection;
use serde_json::Value;

use crate::room::{HOME, Ran, Room};

/// A room in which `samples` are the project's.
fn room() -> Room {
    let room = Room::new();
    std::os::unix::fs::symlink(format!("{HOME}/samples"), room.at("samples")).expect("a link");
    room
}

/// Every CITE below `value`.
fn cites<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) => {
            if map.contains_key("quote") {
                found.push(value);
            }
            map.values().for_each(|value| cites(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| cites(value, found)),
        _ => {}
    }
}

fn read_all(room: &Room) -> Ran {
    let run = room.run(&["extract", "samples", "-q"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "every sample can be read");
    run
}

#[test]
fn every_place_cuts_its_quote_out_of_the_text() {
    let room = room();
    let mut texts: BTreeMap<String, Vec<char>> = BTreeMap::new();
    for record in read_all(&room).records() {
        let path = record["source"]["path"].as_str().expect("a path").to_owned();
        let text =
            texts.entry(path.clone()).or_insert_with(|| room.run(&["text", &path]).is(0, "").out.chars().collect());
        let mut found = Vec::new();
        cites(&record, &mut found);
        for cite in &found {
            let range =
                cite["start"].as_u64().expect("a start") as usize..cite["end"].as_u64().expect("an end") as usize;
            let cut: String = text[range.clone()].iter().collect();
            assert_eq!(cite["quote"], cut.as_str(), "{path} {range:?}");
            let line = 1 + text[..range.start].iter().filter(|c| **c == '\n').count();
            assert_eq!(cite["line"], line, "{path} {range:?}");
        }
        let extent = record["extent"]["end"].as_u64().expect("an end") as usize;
        assert!(extent <= text.len(), "{path}");
        println!("{path}: {} places", found.len());
    }
    assert!(!texts.is_empty());
}

#[test]
fn every_input_gives_at_least_one_record_in_order_of_name() {
    let mut cases: Vec<String> = fs::read_dir(format!("{HOME}/samples"))
        .expect("samples")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| !name.contains('.'))
        .collect();
    cases.sort();
    let records = read_all(&room()).records();
    let mut read: Vec<&str> = records
        .iter()
        .filter_map(|record| record["source"]["path"].as_str()?.strip_prefix("samples/")?.split_once('/'))
        .map(|path| path.0)
        .collect();
    read.dedup();
    assert_eq!(read, cases);
}

#[test]
fn threads_do_not_change_a_byte() {
    let room = room();
    let one = room.run(&["extract", "samples", "-j", "1"]);
    let eight = room.run(&["extract", "samples", "-j", "8"]);
    assert_eq!(one.code, Some(0));
    assert!(one.out == eight.out && one.err == eight.err);
    let check = |threads| room.run(&["check", "samples", "-j", threads, "-o", &format!("{threads}.sqlite")]).out;
    assert_eq!(check("1"), check("8"));
    // Equal but for the arguments, which the database keeps.
    let dump = |name: &str| {
        let database = Connection::open(room.at(name)).expect("a database");
        let sql = "SELECT count(*), sum(length(quote)), sum(start), group_concat(value) FROM figure";
        database
            .query_row(sql, [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, String>(3)?))
            })
            .expect("a row")
    };
    assert_eq!(dump("1.sqlite"), dump("8.sqlite"));
}

/// The arguments of a run are in the database: the number of threads is changed from outside.
#[test]
fn databases_are_equal_to_the_byte_on_one_processor_and_on_all() {
    let room = room();
    let arguments = ["extract", "-q", "samples", "-o", "x.sqlite", "-o", "x.parquet", "-o", "y.parquet/"];
    let mut files = Vec::new();
    for alone in [true, false] {
        let mut command = room.hedui(&arguments);
        if alone {
            let mut bound = Command::new("taskset");
            bound.args(["-c", "0"]).arg(command.get_program()).args(command.get_args()).current_dir(room.path());
            bound.env("LANG", "C.UTF-8");
            command = bound;
        }
        assert_eq!(command.output().expect("taskset").status.code(), Some(0));
        let read = |name: &str| fs::read(room.at(name)).expect("a target");
        files.push(["x.sqlite", "x.parquet", "y.parquet/figure.parquet", "y.parquet/passage.parquet"].map(read));
        fs::remove_dir_all(room.at("y.parquet")).expect("removed");
    }
    assert!(files[0] == files[1]);
}

#[test]
fn all_targets_hold_the_same() {
    let room = room();
    let run =
        room.run(&["extract", "samples", "-o", "-", "-o", "x.jsonl", "-o", "x.json", "-o", "x/", "-o", "x.sqlite"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let lines = run.lines();
    assert_eq!(room.read("x.jsonl"), run.out);
    let array: Vec<Value> = serde_json::from_str(&room.read("x.json")).expect("one array");
    assert_eq!(array, run.records());

    let mut files = Vec::new();
    let mut folders = vec![room.at("x")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(fs::read_to_string(path).expect("a file"));
            }
        }
    }
    files.sort();
    let mut expected: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
    expected.sort();
    assert!(files == expected, "one file per record, each as on standard output");

    let database = Connection::open(room.at("x.sqlite")).expect("a database");
    let count = |table: &str| -> usize {
        let sql = format!("SELECT count(*) FROM {table}");
        database.query_row(&sql, [], |row| row.get::<_, i64>(0)).expect("a count") as usize
    };
    let sum = |key: &str| -> usize { array.iter().filter_map(|record| record[key].as_array()).map(Vec::len).sum() };
    assert_eq!(count("report"), array.len());
    for (table, key) in [
        ("section", "sections"),
        ("figure", "figures"),
        ("fact", "facts"),
        ("finding", "findings"),
        ("indicator", "indicators"),
    ] {
        assert_eq!(count(table), sum(key), "{table}");
    }
    let cites = array.iter().filter_map(|r| r["findings"].as_array()).flatten().filter_map(|f| f["at"].as_array());
    assert_eq!(count("cite"), cites.map(Vec::len).sum::<usize>());
}
