//! Each command with its flags.

use std::process::Stdio;

use serde_json::Value;

use crate::room::{FIRST, HOME, LAST, Room, ran};

#[test]
fn help_and_version_are_a_product() {
    let room = Room::new();
    assert_eq!(room.run(&["--version"]).is(0, "").out, concat!("hedui ", env!("CARGO_PKG_VERSION"), "\n"));
    let help = room.run(&["--help"]);
    assert!(help.is(0, "").out.contains("Exit codes:"));
    for command in ["extract", "check", "text", "patterns", "explain", "completions", "man"] {
        assert!(help.out.contains(command));
        assert!(room.run(&[command, "--help"]).is(0, "").out.contains("Example"), "{command}");
    }
}

#[test]
fn a_wrong_argument_is_a_message_and_exit_2() {
    let room = Room::new();
    for arguments in
        [&["extract"][..], &["nonsense"], &["extract", "a", "--colour"], &["extract", "a", "--max-size", "many"]]
    {
        let run = room.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
}

#[test]
fn standard_input_is_an_input() {
    let room = Room::with_two();
    let named = room.run(&["extract", "a.txt"]).out;
    let piped = room.shell("cat a.txt | \"$HEDUI\" extract -");
    piped.is(0, "1 file: 1 report\n");
    assert_eq!(piped.out, named.replace("\"path\":\"a.txt\"", "\"path\":\"-\""));
    assert_eq!(room.shell("\"$HEDUI\" text - < a.txt").is(0, "").out, FIRST);
    let large = room.shell("\"$HEDUI\" extract - --max-size 10B < a.txt");
    large.is(2, "hedui: -: has more than the 10 bytes that are read; split it or raise --max-size\n1 file: 0 reports, 1 unreadable\n");
}

#[test]
fn a_path_is_read_once_however_often_it_is_named() {
    let room = Room::new();
    room.write("in/a.txt", FIRST);
    room.write("in/z.txt", LAST);
    let run = room.run(&["extract", "in/z.txt", "in", "in/", "./in/z.txt"]);
    run.is(0, "2 files: 2 reports; 1 rounding\n");
    let paths: Vec<Value> = run.records().iter().map(|r| r["source"]["path"].clone()).collect();
    assert_eq!(paths, ["in/z.txt", "in/a.txt"]);
}

#[test]
fn quiet_says_nothing_at_all() {
    let room = Room::with_two();
    let run = room.run(&["extract", "-q", "a.txt", "没有.txt"]);
    run.is(2, "");
    assert_eq!(run.lines().len(), 2);
    room.run(&["check", "--quiet", "a.txt", "z.txt"]).is(0, "");
    // What ends the run is said all the same: nothing else could tell.
    room.run(&["extract", "-q", "a.txt", "-o", "x.csv"]).is(
        2,
        "hedui: x.csv: no target ends in .csv; possible are *.jsonl, *.json, *.sqlite (or *.db), *.parquet, *.annotated.pdf, a folder/, postgres://… and - for standard output\n",
    );
}

#[test]
fn check_shows_findings_with_their_places() {
    let room = Room::with_two();
    let run = room.run(&["check", "a.txt", "z.txt"]);
    run.is(0, "2 files: 2 reports; 1 rounding\n");
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines[0].starts_with("z.txt"), "{}", run.out);
    assert!(lines[1].starts_with("  rounding  sum.basic  人员经费113.97万元"), "{}", run.out);
    let indent = " ".repeat("  rounding  sum.basic  ".len());
    assert_eq!(lines[2..], [format!("{indent}z.txt:9  132.88万元  113.97万元  18.90万元")]);
    let chinese = room.run(&["check", "z.txt", "--lang", "zh"]);
    assert!(
        chinese.out.lines().nth(1).is_some_and(|line| line.starts_with("  四舍五入  sum.basic  ")),
        "{}",
        chinese.out
    );
    assert!(room.run(&["check", "z.txt", "--color", "always"]).out.contains("\x1b[36mrounding\x1b[0m"));
}

#[test]
fn check_fails_from_the_verdict_on_that_is_asked_for() {
    let room = Room::with_two();
    room.write("bad.txt", LAST.replace("132.88", "162.88"));
    assert_eq!(room.run(&["check", "z.txt"]).code, Some(0));
    assert_eq!(room.run(&["check", "z.txt", "--fail-on", "rounding"]).code, Some(1));
    assert_eq!(room.run(&["check", "z.txt", "--fail-on", "suspect"]).code, Some(0));
    assert_eq!(room.run(&["check", "bad.txt"]).code, Some(0));
    assert_eq!(room.run(&["check", "bad.txt", "--fail-on", "rounding"]).code, Some(1));
    assert_eq!(room.run(&["check", "bad.txt", "没有.txt", "--fail-on", "rounding"]).code, Some(2), "2 wins");
}

#[test]
fn a_verdict_stays_with_its_finding_when_the_report_is_edited_around_it() {
    let room = Room::new();
    room.write("bad.txt", LAST.replace("132.88", "162.88"));
    let all = room.run(&["check", "bad.txt", "--all"]).out;
    let prints: Vec<&str> =
        all.lines().map(str::trim).filter(|l| l.len() == 16 && l.bytes().all(|b| b.is_ascii_hexdigit())).collect();
    assert!(!prints.is_empty(), "{all}");
    let rows: Vec<String> = prints.iter().map(|print| format!("{print},排除,\"已说明, 见附表\"")).collect();
    room.write("v.csv", format!("指纹,结论,说明\n{}\n", rows.join("\n")));
    let asked = ["check", "bad.txt", "--verdicts", "v.csv", "--fail-on", "rounding"];
    let known = room.run(&asked);
    assert_eq!((known.code, known.out.as_str()), (Some(0), ""), "{}", known.err);
    // Text before and behind moves every place; the quotes stay.
    let edited =
        LAST.replace("132.88", "162.88").replacen("一、", "（本页为封面）\n\n一、", 1) + "\n感谢各部门的支持。\n";
    room.write("bad.txt", edited);
    let moved = room.run(&asked);
    assert_eq!((moved.code, moved.out.as_str()), (Some(0), ""), "{}", moved.err);
    // Another figure is another finding.
    room.write("bad.txt", LAST.replace("132.88", "172.88"));
    let other = room.run(&asked);
    assert_eq!(other.code, Some(1));
    assert!(other.out.contains("172.88"), "{}", other.out);
    let marked = room.run(&["check", "bad.txt", "--verdicts", "v.csv", "--all", "--lang", "zh"]);
    assert!(marked.out.contains("172.88") && !marked.out.contains("已排除"), "{}", marked.out);
    room.write("bad.txt", LAST.replace("132.88", "162.88"));
    let marked = room.run(&["check", "bad.txt", "--verdicts", "v.csv", "--all", "--lang", "zh"]);
    assert!(marked.out.contains("已排除  已说明, 见附表"), "{}", marked.out);
}

#[test]
fn check_writes_whole_records_to_targets() {
    let room = Room::with_two();
    let records = room.run(&["extract", "a.txt", "z.txt"]).out;
    let run = room.run(&["check", "a.txt", "z.txt", "-o", "x.jsonl"]);
    assert_eq!((run.code, room.read("x.jsonl")), (Some(0), records.clone()));
    assert!(run.out.starts_with("z.txt"));
    assert_eq!(room.run(&["check", "a.txt", "z.txt", "-o", "-"]).out, records);
}

#[test]
fn text_prints_the_text_its_words_and_its_blocks() {
    let room = Room::with_two();
    assert_eq!(room.run(&["text", "a.txt"]).is(0, "").out, FIRST);
    let words = room.run(&["text", "a.txt", "--words"]);
    assert!(words.is(0, "").out.contains("绩效"), "{}", words.out);
    let without: String = words.out.split_whitespace().collect();
    assert!(without.contains("某县档案馆2022年度部门整体支出绩效自评报告"), "{}", words.out);
    let layout = room.run(&["text", "a.txt", "--layout"]);
    assert_eq!(layout.is(0, "").out.lines().nth(1), Some("3-3\tprose\t一、基本情况"));
    room.run(&["text", "没有.txt"]).is(2, "hedui: 没有.txt: cannot be read: No such file or directory (os error 2)\n");
    room.run(&["text", "."]).is(2, "hedui: .: is a folder; name the files in it\n");
}

#[test]
fn patterns_are_listed_and_tried() {
    let room = Room::new();
    let list = room.run(&["patterns"]);
    for file in std::fs::read_dir(format!("{HOME}/patterns")).expect("patterns") {
        let name = file.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(!name.ends_with(".toml") || list.out.contains(&name), "{name} is not listed");
    }
    assert!(list.out.lines().last().is_some_and(|line| line.starts_with("sha256:") && line.len() == 71));
    let tried = room.run(&["patterns", "--try-on", "基本支出132.88万元，比上年减少3.5%。"]);
    assert_eq!(
        tried.is(0, "").out.lines().map(|line| line.split_whitespace().next().unwrap_or("")).collect::<Vec<_>>(),
        ["figure", "figure", "fact"]
    );
    assert!(tried.out.contains("prose.expenditure.basic") && tried.out.contains("= 1328800 yuan, step 100"));
    let nothing = room.run(&["patterns", "--try-on", "春眠不觉晓"]);
    assert_eq!(nothing.is(0, "").out, "nothing is read in it\n");
}

#[test]
fn explain_tells_reason_and_basis() {
    let room = Room::new();
    let check = room.run(&["explain", "sum.basic", "--lang", "zh"]);
    assert!(check.is(0, "").out.starts_with("sum.basic  人员经费+公用经费=基本支出  [核对关系]\n"), "{}", check.out);
    for label in ["关系", "理由", "依据"] {
        assert!(check.out.contains(&format!("\n  {label}  ")), "{}", check.out);
    }
    let concept = room.run(&["explain", "expenditure.basic"]);
    assert!(concept.out.starts_with("expenditure.basic  基本支出  [concept]\n"), "{}", concept.out);
    assert_eq!(room.run(&["explain", "prose.expenditure.basic"]).out, concept.out);
    room.run(&["explain", "sum.basik"])
        .is(2, "hedui: sum.basik: no check, concept, family or topic is called so; near it are sum.basic\n");
}

#[test]
fn completions_and_manual_pages_are_printed() {
    let room = Room::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(room.run(&["completions", shell]).is(0, "").out.contains("extract"), "{shell}");
    }
    assert!(room.run(&["man"]).is(0, "").out.contains(".TH hedui 1"));
    assert!(room.run(&["man", "extract"]).is(0, "").out.contains(".TH hedui-extract 1"));
    room.run(&["man", "nonsense"]).is(2, "hedui: nonsense: no command is called so; see hedui --help\n");
}

#[test]
fn no_bar_is_drawn_where_nobody_sees_it() {
    let room = Room::with_two();
    let run = room.run(&["extract", "a.txt", "z.txt", "-o", "x.jsonl"]);
    run.is(0, "2 files: 2 reports; 1 rounding\n");
    let mut command = room.hedui(&["extract", "a.txt", "-q"]);
    command.stdin(Stdio::null());
    assert_eq!(ran(command).err, "");
}
