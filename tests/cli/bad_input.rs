//! One bad file costs that file: it is named with its cause, the others give what they give without it.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::room::{FIRST, LAST, Ran, Room, as_nobody, ran};

/// `a.txt`, the bad one and `z.txt` give: exit 2, one line of message, three records, two of which are as without the bad one.
#[track_caller]
fn costs_only_itself(room: &Room, bad: &str, run: impl Fn(&[&str]) -> Ran, id: &str, message: &str) {
    let good = room.run(&["extract", "a.txt", "z.txt"]);
    good.is(0, "2 files: 2 reports; 1 rounding\n");
    let expected = format!("hedui: {bad}: {message}\n3 files: 2 reports, 1 unreadable; 1 rounding\n");
    let all = run(&["extract", "a.txt", bad, "z.txt"]);
    all.is(2, &expected);
    is_problem(&all.records()[1], bad, id, message);
    assert_eq!([all.lines()[0], all.lines()[2]], good.lines()[..]);
    // In targets as well, which are whole.
    fs::create_dir_all(room.at("out")).expect("a folder");
    fs::set_permissions(room.at("out"), fs::Permissions::from_mode(0o777)).expect("permissions");
    let to_target = run(&["extract", "a.txt", bad, "z.txt", "-o", "out/all.jsonl"]);
    to_target.is(2, &expected);
    assert_eq!((to_target.out.as_str(), room.read("out/all.jsonl")), ("", all.out));
}

#[track_caller]
fn is_problem(record: &Value, path: &str, id: &str, message: &str) {
    assert_eq!(record["schema"], "hedui.problem/1");
    assert_eq!(record["source"]["path"], path);
    assert_eq!(record["error"]["id"], id);
    assert_eq!(record["error"]["message"], message);
}

/// The values of its figures.
fn values(record: &Value) -> Vec<Value> {
    record["figures"].as_array().expect("figures").iter().map(|figure| figure["value"].clone()).collect()
}

fn costs_only_itself_here(room: &Room, bad: &str, id: &str, message: &str) {
    costs_only_itself(room, bad, |arguments| room.run(arguments), id, message);
}

#[test]
fn a_missing_path() {
    let room = Room::with_two();
    let message = "cannot be read: No such file or directory (os error 2)";
    costs_only_itself_here(&room, "没有.txt", "file.missing", message);
    costs_only_itself_here(&room, "没有/这里/", "file.missing", message);
}

#[test]
fn an_empty_file() {
    let room = Room::with_two();
    room.write("empty.txt", "");
    room.write("blank.txt", "\n \u{3000}\n");
    for name in ["empty.txt", "blank.txt"] {
        let message =
            room.run(&["extract", name]).records()[0]["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(
            message.contains("no text") || message.contains("empty") || message.contains("white space"),
            "{message}"
        );
        costs_only_itself_here(&room, name, "read.empty", &message);
    }
}

#[test]
fn binary_rubbish() {
    let room = Room::with_two();
    // A xorshift's bits: no magic, all 256 bytes.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let rubbish: Vec<u8> = (0..64 * 1024)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect();
    room.write("rubbish.txt", rubbish);
    let run = room.run(&["extract", "rubbish.txt"]);
    let message = run.records()[0]["error"]["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.starts_with("does not look like text: "), "{message}");
    assert!(message.ends_with("open it in the program that made it and save it as text"), "{message}");
    costs_only_itself_here(&room, "rubbish.txt", "read.binary", &message);
}

#[test]
fn another_format_under_its_own_or_a_wrong_name() {
    let room = Room::with_two();
    room.write("report.txt", "%PDF-1.7\n%\u{e2}\u{e3}\n1 0 obj\n");
    let message = "is a PDF file too damaged to find any page in it; ask for the file again, or open it in a viewer and print it to a new PDF";
    costs_only_itself_here(&room, "report.txt", "pdf.damaged", message);
    room.write("in/a.txt", FIRST);
    room.write("in/report.DOC", "{\\rtf1}");
    let run = room.run(&["extract", "in"]);
    let message = "is a .doc file, and this version reads text and PDF only; convert it to PDF or text, or name the file to have it tried as text";
    run.is(2, &format!("hedui: in/report.DOC: {message}\n2 files: 1 report, 1 unreadable\n"));
    is_problem(&run.records()[1], "in/report.DOC", "file.unsupported", message);
}

#[test]
fn a_file_that_may_not_be_read() {
    let room = Room::with_two();
    let path = room.write("locked.txt", FIRST);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions");
    if as_nobody(room.hedui(&[])).is_none() {
        return;
    }
    let run = |arguments: &[&str]| ran(as_nobody(room.hedui(arguments)).expect("asked before"));
    let message = "cannot be read: Permission denied (os error 13)";
    costs_only_itself(&room, "locked.txt", run, "file.permission", message);
}

#[test]
fn a_folder_that_may_not_be_opened() {
    let room = Room::with_two();
    let path = room.write("locked/b.txt", FIRST);
    let folder = path.parent().expect("a folder");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o000)).expect("permissions");
    let Some(command) = as_nobody(room.hedui(&["extract", "a.txt", "locked", "z.txt"])) else { return };
    let run = ran(command);
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("permissions");
    let line = "hedui: locked: cannot be opened: Permission denied (os error 13)\n";
    run.is(2, &format!("{line}3 files: 2 reports, 1 unreadable; 1 rounding\n"));
    assert_eq!(run.records()[1]["error"]["id"], "folder.permission");
}

#[test]
fn a_directory_loop_is_named_once_and_costs_nothing_else() {
    let room = Room::new();
    room.write("in/a.txt", FIRST);
    room.write("in/deep/z.txt", LAST);
    let good = room.run(&["extract", "in"]);
    good.is(0, "2 files: 2 reports; 1 rounding\n");
    symlink("../../in", room.at("in/deep/back")).expect("a link");
    let run = room.run(&["extract", "in"]);
    let message = "is a link back to in, the folder it is in; not followed";
    run.is(2, &format!("hedui: in/deep/back: {message}\n3 files: 2 reports, 1 unreadable; 1 rounding\n"));
    is_problem(&run.records()[1], "in/deep/back", "file.loop", message);
    assert_eq!([run.lines()[0], run.lines()[2]], good.lines()[..]);
}

#[test]
fn a_link_to_nothing() {
    let room = Room::new();
    room.write("in/a.txt", FIRST);
    symlink("gone", room.at("in/b.txt")).expect("a link");
    let run = room.run(&["extract", "in"]);
    let line = "hedui: in/b.txt: is a link to something that does not exist\n";
    run.is(2, &format!("{line}2 files: 1 report, 1 unreadable\n"));
}

#[test]
fn a_file_of_500_mb_is_refused_before_it_is_read() {
    let room = Room::with_two();
    File::create(room.at("large.txt")).and_then(|file| file.set_len(500 << 20)).expect("a sparse file");
    let start = Instant::now();
    let run = room.run(&["extract", "a.txt", "large.txt", "z.txt"]);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!((run.code, run.lines().len()), (Some(2), 3));
    assert!(
        run.err.starts_with("hedui: large.txt: has 524288000 bytes, more than the 268435456 that are read"),
        "{}",
        run.err
    );
    assert_eq!(run.records()[1]["error"]["id"], "file.too_large");
    // The limit is an option.
    let run = room.run(&["extract", "a.txt", "--max-size", "100B"]);
    assert_eq!((run.code, run.lines().len()), (Some(2), 1));
}

#[test]
fn a_line_of_50_mb_is_read() {
    let room = Room::with_two();
    let sentence = "项目支出18.59万元，用于营商环境评价、政务服务改革和窗口建设。";
    room.write("long.txt", sentence.repeat((50 << 20) / sentence.len() + 1));
    let start = Instant::now();
    let run = room.run(&["extract", "a.txt", "long.txt", "z.txt"]);
    println!("50 MB in one line: {:?}", start.elapsed());
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(run.lines().len(), 3);
    let record = &run.records()[1];
    let figures = record["figures"].as_array().expect("figures");
    assert_eq!(figures.len(), (50 << 20) / sentence.len() + 1);
    assert_eq!(figures[figures.len() - 1]["value"], "185900");
}

#[test]
fn nul_bytes_are_noted_and_the_rest_is_read() {
    let room = Room::with_two();
    room.write("nul.txt", FIRST.replacen("基本情况", "基本\0情况", 1));
    let run = room.run(&["extract", "a.txt", "nul.txt", "z.txt"]);
    run.is(0, "3 files: 3 reports; 1 rounding\n");
    let record = &run.records()[1];
    assert_eq!(record["notes"][0]["id"], "text.nul");
    assert_eq!(record["notes"][0]["count"], 1);
    assert_eq!(values(record), values(&run.records()[0]));
}

#[test]
fn invalid_utf8_in_the_middle_is_noted_and_the_rest_is_read() {
    let room = Room::with_two();
    let mut bytes = FIRST.as_bytes().to_vec();
    let at = FIRST.find("县委").expect("there");
    bytes.splice(at..at, [0xFF]);
    room.write("broken.txt", bytes);
    let run = room.run(&["extract", "a.txt", "broken.txt", "z.txt"]);
    run.is(0, "3 files: 3 reports; 1 rounding\n");
    let record = &run.records()[1];
    assert_eq!(record["source"]["encoding"], "utf-8");
    assert_eq!(record["notes"][0]["id"], "decode.replaced");
    assert_eq!(record["notes"][0]["count"], 1);
    assert_eq!(values(record), values(&run.records()[0]));
}

#[test]
fn a_folder_without_any_report() {
    let room = Room::with_two();
    fs::create_dir(room.at("empty")).expect("a folder");
    let message = "has no file in it that could be a report; name files to have them tried anyway";
    costs_only_itself_here(&room, "empty", "folder.empty", message);
}

#[test]
fn a_name_with_control_characters_does_not_command_the_terminal() {
    let room = Room::new();
    let run = room.run(&["extract", "a\x1b[2Jb"]);
    assert!(run.err.starts_with("hedui: a\u{FFFD}[2Jb: cannot be read"), "{:?}", run.err);
}

#[test]
fn messages_are_chinese_where_the_locale_is() {
    let room = Room::with_two();
    let mut command = room.hedui(&["extract", "a.txt", "没有.txt", "z.txt", "-o", "x.json"]);
    command.env("LC_ALL", "zh_CN.UTF-8");
    let expected = "hedui: 没有.txt：没有这个文件；请检查路径\n3 个文件：报告 2 份，无法读取 1 个；四舍五入 1 处\n";
    ran(command).is(2, expected);
    let chinese = room.read("x.json");
    room.run(&["extract", "a.txt", "没有.txt", "z.txt", "-o", "x.json"]);
    assert_eq!(chinese, room.read("x.json"), "outputs do not depend on the language");
}
