//! A target that fails: named before anything is read, or told of at the end; whole or as it was before.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::room::{FIRST, Room, as_nobody, is_root, ran};

#[test]
fn a_target_that_cannot_be_opened_ends_the_run_before_anything_is_read() {
    let room = Room::with_two();
    for (target, message) in [
        (
            "no/such/folder/x.jsonl",
            "No such file or directory (os error 2); create the folder first or choose another place with -o",
        ),
        (
            "x.csv",
            "no target ends in .csv; possible are *.jsonl, *.json, *.sqlite (or *.db), *.parquet, *.annotated.pdf, a folder/, postgres://… and - for standard output",
        ),
        ("x.xlsx", "shows reports side by side; compare reports with `hedui compare PATH… -o TARGET`"),
        ("a.txt/", "File exists (os error 17); choose another name with -o"),
    ] {
        let run = room.run(&["extract", "a.txt", "没有.txt", "-o", "good.jsonl", "-o", target]);
        let (cause, next) = message.split_once("; ").expect("cause; next step");
        assert!(run.err.starts_with(&format!("hedui: {target}: {cause}")), "{}", run.err);
        assert!(run.err.ends_with(&format!("; {next}\n")) && run.err.lines().count() == 1, "{}", run.err);
        assert_eq!(run.code, Some(2));
        assert_eq!((run.out.as_str(), room.names()), ("", vec!["a.txt".to_owned(), "z.txt".to_owned()]));
    }
}

#[test]
fn an_input_is_never_overwritten() {
    let room = Room::new();
    room.write("in.json", FIRST);
    let run = room.run(&["extract", "in.json", "-o", "in.json"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("is an input (in.json) and would be overwritten"), "{}", run.err);
    assert_eq!(room.read("in.json"), FIRST);
    let run = room.run(&["extract", "in.json", "-o", "x.jsonl", "-o", "./x.jsonl"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("is the same place as the target x.jsonl"), "{}", run.err);
}

#[test]
fn a_target_that_may_not_be_written_stays_as_it_was() {
    let room = Room::with_two();
    for target in ["kept/x.jsonl", "kept/x.json", "kept/x.sqlite"] {
        room.write(target, "as it was");
        fs::set_permissions(room.at("kept"), fs::Permissions::from_mode(0o555)).expect("permissions");
        let Some(command) = as_nobody(room.hedui(&["extract", "a.txt", "-o", target])) else { return };
        let run = ran(command);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.err);
        let line = format!("hedui: {target}: Permission denied (os error 13)");
        assert!(run.err.starts_with(&line) && run.err.lines().count() == 1, "{}", run.err);
        assert_eq!(room.read(target), "as it was");
        fs::set_permissions(room.at("kept"), fs::Permissions::from_mode(0o755)).expect("permissions");
    }
}

#[test]
fn standard_output_on_a_full_disk() {
    let room = Room::with_two();
    let full = || File::options().write(true).open("/dev/full");
    if full().is_err() {
        println!("skipped: this system has no /dev/full");
        return;
    }
    for arguments in [&["extract", "a.txt"][..], &["check", "z.txt"], &["text", "a.txt"], &["patterns"], &["man"]] {
        let mut command = room.hedui(arguments);
        command.stdout(full().expect("opened before"));
        let run = ran(command);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.err);
        let first = run.err.lines().next().unwrap_or_default();
        assert!(first.starts_with("hedui: standard output: No space left on device (os error 28)"), "{}", run.err);
    }
}

/// Enough text that every kind of target needs more than the few kilobytes that there is room for.
fn many(room: &Room) {
    for i in 0..100 {
        room.write(&format!("in/{i:03}.txt"), FIRST.replace("档案馆", &format!("第{i}中学")));
    }
}

/// By how much it is shorter than the others: equal values cost nothing in Parquet.
fn shorter(target: &str) -> usize {
    if target.ends_with(".parquet") { 20 } else { 1 }
}

const TARGETS: [&str; 5] = ["x.jsonl", "x.json", "x.sqlite", "x.parquet", "x/"];

#[test]
fn a_file_that_hits_the_size_limit_leaves_the_target_as_it_was() {
    let room = Room::new();
    many(&room);
    for target in TARGETS {
        let is_folder = target.ends_with('/');
        let kept = if is_folder { "x/in/000.txt.json" } else { target };
        room.write(kept, "as it was");
        // Blocks of 512 bytes; a write beyond fails instead of killing, as on a full disk.
        let blocks = if is_folder { 1 } else { 40 / shorter(target) };
        let run = room.shell(&format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$HEDUI\" extract in -o {target}"));
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{target}: {}", run.err);
        assert!(run.err.starts_with("hedui: x"), "{target}: {}", run.err);
        assert_eq!(room.read(kept), "as it was", "{target}");
        fs::remove_file(room.at(kept)).expect("removed");
        let _ = fs::remove_dir_all(room.at("x"));
        assert_eq!(room.names(), ["in"], "{target}: nothing is left behind");
    }
}

#[test]
fn a_full_disk_leaves_the_target_as_it_was_and_the_other_target_whole() {
    let room = Room::new();
    many(&room);
    room.write("small/x", "");
    let mounted = |kilobytes: usize, script: &str| {
        let mut command = Command::new("unshare");
        let script = format!("mount -t tmpfs -o size={kilobytes}k none small && {{ {script}; }}");
        command.args(["--mount", "sh", "-c", &script]).current_dir(room.path());
        command.env("HEDUI", env!("CARGO_BIN_EXE_hedui")).env("LANG", "C.UTF-8").env_remove("LC_ALL");
        command
    };
    if !is_root() || !mounted(384, "true").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: a small file system can be mounted by root only");
        return;
    }
    let whole = room.run(&["extract", "in"]);
    whole.is(0, "100 files: 100 reports\n");
    for target in TARGETS {
        let kept = if target.ends_with('/') { "small/x/kept.json" } else { &format!("small/{target}") };
        let script = format!(
            "mkdir -p small/x; echo as it was > {kept}; \"$HEDUI\" extract in -o small/{target} -o whole.jsonl; \
             echo $?; cat {kept}; find small -name '.hedui-*'"
        );
        let run = ran(mounted(384 / shorter(target), &script));
        assert_eq!(run.out, "2\nas it was\n", "{target}: {}", run.err);
        assert!(run.err.contains("No space left on device") || run.err.contains("full"), "{target}: {}", run.err);
        assert!(run.err.contains("; make room or choose another place with -o"), "{target}: {}", run.err);
        assert!(run.err.ends_with("100 files: 100 reports\n"), "{target}: {}", run.err);
        assert_eq!(room.read("whole.jsonl"), whole.out, "{target}");
        fs::remove_file(room.at("whole.jsonl")).expect("removed");
    }
}
