//! A broken pattern file: exit 2 with file, line and cause, before a target is opened or an input read.

use std::fs;

use crate::room::{HOME, Room};

/// A room with two reports and a copy of the built-in patterns.
fn room() -> Room {
    let room = Room::with_two();
    for entry in fs::read_dir(format!("{HOME}/patterns")).expect("patterns") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "toml") {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            room.write(&format!("own/{name}"), fs::read(&path).expect("a file"));
        }
    }
    room
}

/// The line, from 1, in which `needle` stands last.
fn line_of(text: &str, needle: &str) -> usize {
    text[..text.rfind(needle).expect("there")].matches('\n').count() + 1
}

#[track_caller]
fn refused(room: &Room, message: &str) {
    let names = room.names();
    for arguments in [
        &["patterns", "own"][..],
        &["extract", "a.txt", "--patterns", "own", "-o", "x.jsonl"],
        &["check", "a.txt", "--patterns", "own"],
        &["text", "a.txt", "--patterns", "own"],
    ] {
        let run = room.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.err);
        assert!(run.err.starts_with(&format!("hedui: {message}")), "expected {message}, got {}", run.err);
        assert_eq!((run.err.lines().count(), room.names()), (1, names.clone()));
    }
}

#[test]
fn the_built_in_patterns_in_a_folder_read_as_the_built_in_ones() {
    let room = room();
    let built_in = room.run(&["patterns"]);
    built_in.is(0, "");
    assert_eq!(room.run(&["patterns", "own"]).is(0, "").out, built_in.out);
    assert_eq!(room.run(&["--patterns", "own", "extract", "a.txt"]).out, room.run(&["extract", "a.txt"]).out);
}

#[test]
fn an_unknown_key() {
    let room = room();
    let text = room.read("own/checks.toml") + "\ncolour = \"red\"\n";
    room.write("own/checks.toml", &text);
    refused(&room, &format!("own/checks.toml:{}: unknown field `colour`", line_of(&text, "colour")));
}

#[test]
fn a_duplicate_id() {
    let room = room();
    let text = room.read("own/checks.toml");
    let first = text.find("[[check]]").expect("a check");
    let next = first + 2 + text[first + 2..].find("[[check]]").expect("another");
    let text = format!("{text}\n{}", &text[first..next]);
    room.write("own/checks.toml", &text);
    let id = line_of(&text, "\"sum.basic\"");
    refused(&room, &format!("own/checks.toml:{id}: `sum.basic`: this id stands twice; ids are unique"));
}

#[test]
fn no_toml_at_all() {
    let room = room();
    let text = room.read("own/words.toml") + "\n[[group\n";
    room.write("own/words.toml", &text);
    refused(&room, &format!("own/words.toml:{}: ", line_of(&text, "[[group")));
}

#[test]
fn a_missing_file_and_a_missing_folder() {
    let room = room();
    fs::remove_file(room.at("own/topics.toml")).expect("removed");
    refused(&room, "own/topics.toml: is missing; every pattern file must be there");
    fs::remove_dir_all(room.at("own")).expect("removed");
    refused(&room, "own: No such file or directory (os error 2)");
}

#[test]
fn an_expression_that_does_not_compile() {
    let room = room();
    let text = room.read("own/families.toml").replacen("'绩效自评$'", "'绩效自评($'", 1);
    assert!(text.contains("自评($"));
    room.write("own/families.toml", &text);
    refused(&room, &format!("own/families.toml:{}: ", line_of(&text, "绩效自评($")));
}

#[test]
fn an_example_that_does_not_give_what_it_says() {
    let room = room();
    let text =
        room.read("own/families.toml").replacen("counterexamples = [", "counterexamples = [\"绩效自评报告\", ", 1);
    room.write("own/families.toml", &text);
    let run = room.run(&["patterns", "own"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.err);
    assert!(run.err.starts_with("hedui: own/families.toml:") && run.err.contains("绩效自评报告"), "{}", run.err);
}
