//! The end of a run before its end: Ctrl-C, a kill, a reader that has gone.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::room::{HOME, Room};

/// A run that hangs in its second file, a pipe that has been opened and gives nothing, with its targets open. The file at
/// hand comes to its end when what is returned with it is dropped.
pub fn hanging(room: &Room, targets: &[&str]) -> (Child, File) {
    assert!(Command::new("mkfifo").arg(room.at("pipe")).status().expect("mkfifo").success());
    let mut arguments = vec!["extract", "a.txt", "pipe", "z.txt", "-j", "1"];
    targets.iter().for_each(|target| arguments.extend(["-o", target]));
    let mut command = room.hedui(&arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut pipe = None;
    until(|| {
        // Fails while nobody reads.
        pipe = File::options().write(true).custom_flags(O_NONBLOCK).open(room.at("pipe")).ok();
        pipe.is_some()
    });
    (child, pipe.expect("open"))
}

/// As Linux has it.
const O_NONBLOCK: i32 = 0o4000;

pub fn until(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60), "it does not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn kill(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill").success());
}

#[test]
fn ctrl_c_stops_after_the_file_at_hand_and_leaves_targets_as_they_were() {
    let room = Room::with_two();
    room.write("x.jsonl", "as it was");
    let (mut child, pipe) = hanging(&room, &["x.jsonl", "y.sqlite"]);
    kill(&child, "-INT");
    let mut err = BufReader::new(child.stderr.take().expect("piped"));
    let mut said = String::new();
    err.read_line(&mut said).expect("a line");
    assert_eq!(said, "stopping after the files at hand; Ctrl-C again stops at once\n");
    // The file at hand comes to its end.
    drop(pipe);
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    said.clear();
    err.read_to_string(&mut said).expect("the rest");
    assert_eq!(said, "stopped: 0 files done; the targets are as they were\n");
    assert_eq!(room.read("x.jsonl"), "as it was");
    assert_eq!(room.names(), ["a.txt", "pipe", "x.jsonl", "z.txt"], "nothing is left behind");
}

#[test]
fn a_second_ctrl_c_stops_at_once() {
    let room = Room::with_two();
    room.write("x.jsonl", "as it was");
    let (mut child, pipe) = hanging(&room, &["x.jsonl"]);
    kill(&child, "-INT");
    let mut err = BufReader::new(child.stderr.take().expect("piped"));
    err.read_line(&mut String::new()).expect("a line");
    kill(&child, "-INT");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    drop(pipe);
    assert_eq!(room.read("x.jsonl"), "as it was");
}

#[test]
fn ctrl_c_is_heard_while_nobody_types() {
    let room = Room::new();
    let mut command = room.hedui(&["extract", "-", "-o", "x.jsonl"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    until(|| room.names().iter().any(|name| name.starts_with(".hedui-")));
    // Kept open: waiting for the program would close it.
    let _stdin = child.stdin.take();
    kill(&child, "-INT");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    assert!(room.names().is_empty(), "{:?}", room.names());
}

#[test]
fn a_kill_in_the_middle_leaves_targets_as_they_were() {
    let room = Room::with_two();
    let targets = ["x.jsonl", "x.json", "x.sqlite", "x.parquet", "y.parquet/"];
    room.run(&["extract", "z.txt", "-o", "y.parquet/"]).is(0, "1 file: 1 report; 1 rounding\n");
    let folder = || std::fs::read(room.at("y.parquet/report.parquet")).expect("a file");
    let before = folder();
    for target in &targets[..4] {
        room.write(target, "as it was");
    }
    let (mut child, pipe) = hanging(&room, &targets);
    kill(&child, "-KILL");
    assert_eq!(child.wait().expect("ended").code(), None);
    drop(pipe);
    for target in &targets[..4] {
        assert_eq!(room.read(target), "as it was");
    }
    assert_eq!(folder(), before);
    // What it left behind stands in nobody's way.
    let run = room.run(&["extract", "a.txt", "z.txt", "-o", "x.jsonl"]);
    run.is(0, "2 files: 2 reports; 1 rounding\n");
    assert_eq!(room.read("x.jsonl").lines().count(), 2);
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let room = Room::new();
    for arguments in [&["extract"][..], &["extract", "-j1"], &["check"]] {
        let mut command = room.hedui(arguments);
        let mut child = command
            .arg(format!("{HOME}/samples"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut err).expect("text");
        assert_eq!(child.wait().expect("ended").code(), Some(0), "{err}");
        assert_eq!(err.lines().filter(|line| line.contains("pipe") || line.contains("panic")).count(), 0, "{err}");
    }
    for arguments in [&["text", "a.txt"][..], &["patterns"], &["--help"], &["completions", "bash"], &["man"]] {
        room.write("a.txt", "预算执行总体良好。\n".repeat(100_000));
        let mut child = room.hedui(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut err).expect("text");
        assert_eq!((child.wait().expect("ended").code(), err.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_has_gone_does_not_keep_records_from_the_other_targets() {
    let room = Room::with_two();
    let mut command = room.hedui(&["extract", "a.txt", "z.txt", "-o", "-", "-o", "x.jsonl"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("ended").code(), Some(0));
    assert_eq!(room.read("x.jsonl").lines().count(), 2);
}
