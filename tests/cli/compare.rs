//! `hedui compare`: the table, the targets, and what is said of inputs that do not fit. Workbooks are read back by openpyxl, pages
//! by a browser.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::room::{FIRST, HOME, Room};
use super::tools;

fn comparison(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON object")
}

fn cell<'v>(comparison: &'v Value, row: usize, column: &str) -> &'v Value {
    let cells = comparison["rows"][row]["cells"].as_array().expect("cells");
    cells.iter().find(|c| c["column"] == column).expect("a column")
}

#[test]
fn two_organisations_stand_side_by_side() {
    let room = Room::with_two();
    let run = room.run(&["compare", "a.txt", "z.txt"]);
    run.is(0, "2 files: 2 reports in 2 rows\n");
    let line = run.lines().into_iter().find(|l| l.starts_with("某县档案馆")).expect("a line");
    let cells: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(cells, ["某县档案馆", "2022", "160", "·", "151.47", "132.88", "18.59", "·", "94.67", "·", "0/0"]);
}

#[test]
fn every_value_of_a_comparison_is_printed_where_it_says() {
    let room = Room::with_two();
    let run = room.run(&["compare", "-q", "a.txt", "z.txt", "-o", "-"]);
    let read = comparison(&run.out);
    assert_eq!(read["schema"], "hedui.comparison/1");
    let rate = cell(&read, 1, "ratio.execution");
    assert_eq!((rate["value"].as_str(), rate["state"].as_str()), (Some("94.67"), Some("number")));
    assert_eq!(rate["arithmetic"], "151.47万元÷160.00万元≈94.67%");
    let text: Vec<char> = FIRST.chars().collect();
    for at in rate["at"].as_array().expect("places") {
        let [start, end] = ["start", "end"].map(|k| at[k].as_u64().expect("a number") as usize);
        assert_eq!(text[start..end].iter().collect::<String>(), at["quote"].as_str().expect("a quote"));
    }
    assert_eq!(cell(&read, 1, "three_public.total/final")["state"], "missing");
}

#[test]
fn equal_inputs_give_equal_bytes_of_every_target() {
    let room = Room::new();
    let samples = format!("{HOME}/samples");
    for (folder, threads) in [("1", "1"), ("2", "4")] {
        fs::create_dir(room.at(folder)).expect("a folder");
        let mut arguments = vec!["compare", "-q", &samples, "-j", threads];
        let targets = ["c.xlsx", "c.html", "c.json", "c.jsonl"].map(|name| format!("{folder}/{name}"));
        targets.iter().for_each(|target| arguments.extend(["-o", target]));
        room.run(&arguments).is(0, "");
    }
    for name in ["c.xlsx", "c.html", "c.json", "c.jsonl"] {
        let read = |folder: &str| fs::read(room.at(folder).join(name)).expect("a target");
        assert!(read("1") == read("2"), "{name}");
    }
}

#[test]
fn records_of_an_earlier_run_give_the_same_cells() {
    let room = Room::with_two();
    room.run(&["extract", "-q", "a.txt", "z.txt", "-o", "r.jsonl", "-o", "r.sqlite"]).is(0, "");
    let live = comparison(&room.run(&["compare", "-q", "a.txt", "z.txt", "-o", "-"]).out);
    for records in ["r.jsonl", "r.sqlite"] {
        let back = comparison(&room.run(&["compare", "-q", records, "-o", "-"]).out);
        assert_eq!(back["rows"], live["rows"], "{records}");
        let left = back["left_out"].to_string();
        assert!(left.contains("没有原文，未查找雷同文字"), "{left}");
    }
}

#[test]
fn records_of_a_newer_major_version_are_refused() {
    let room = Room::new();
    room.write("r.jsonl", "{\"schema\":\"hedui.report/2\"}\n");
    room.run(&["compare", "r.jsonl", "-o", "c.json"])
        .is(2, "hedui: r.jsonl:1: has version 2 of the schema, newer than this program; use a newer hedui\n");
    room.write("r.jsonl", "{\"a\":1}\n");
    room.run(&["compare", "r.jsonl"]).is(2, "hedui: r.jsonl:1: is no record of hedui: it has no `schema`\n");
    assert_eq!(room.names(), ["r.jsonl"]);
}

#[test]
fn a_directory_with_a_name_twice_ends_the_run_and_nothing_is_written() {
    let room = Room::with_two();
    room.write("orgs.csv", "名称,类别\n某县档案馆,档案\n某县档案馆,文化\n");
    let run = room.run(&["compare", "a.txt", "--orgs", "orgs.csv", "-o", "c.xlsx"]);
    run.is(2, "hedui: orgs.csv:3: `某县档案馆` stands in line 2 already; each name belongs to one organisation\n");
    assert_eq!(room.names(), ["a.txt", "orgs.csv", "z.txt"]);
}

#[test]
fn a_target_that_holds_no_comparison_is_refused_before_anything_is_read() {
    let room = Room::with_two();
    let run = room.run(&["compare", "a.txt", "-o", "c.sqlite"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.starts_with("hedui: c.sqlite: holds no comparison; "), "{}", run.err);
    let run = room.run(&["compare", "a.txt", "-o", "none/c.html"]);
    assert_eq!((run.code, room.names()), (Some(2), vec!["a.txt".to_owned(), "z.txt".to_owned()]));
    let run = room.run(&["compare", "a.txt", "-o", "a.txt/c.xlsx"]);
    assert_eq!(run.code, Some(2));
}

#[test]
fn a_report_without_organisation_or_year_is_told_of() {
    let room = Room::new();
    room.write("a.txt", "部门整体支出绩效自评报告\n\n一、基本情况\n\n全年支出98万元。\n");
    let run = room.run(&["compare", "a.txt"]);
    run.is(0, "1 file: 1 report in 1 row\n");
    assert!(run.out.contains("a.txt：未写明单位和年度，只列入对比表"), "{}", run.out);
}

#[test]
fn another_program_reads_the_workbook() {
    let Some(python) = tools::python("openpyxl") else {
        return tools::skipped("no openpyxl: the workbook is not read back");
    };
    let room = Room::with_two();
    room.run(&["compare", "-q", "a.txt", "z.txt", "-o", "c.xlsx"]).is(0, "");
    let script = "import openpyxl\n\
        book = openpyxl.load_workbook('c.xlsx')\n\
        print(' '.join(book.sheetnames))\n\
        side = book['对比表']\n\
        head = [c.value for c in side[3]]\n\
        cell = side.cell(5, head.index('支出合计（万元）') + 1)\n\
        print(side.cell(5, 1).value, cell.value, cell.number_format.split(';')[0], side.freeze_panes, cell.hyperlink.location)\n\
        source = book['单位卡']\n\
        row = int(cell.hyperlink.location.split('!D')[1])\n\
        print(source.cell(row, 4).value, source.cell(row, 6).value, source.cell(row, 8).value, source.cell(row, 8).hyperlink.target)\n";
    let run =
        Command::new(python).args(["-c", script]).current_dir(room.path()).env("PYTHONIOENCODING", "utf-8").output();
    let run = run.expect("python");
    let out = String::from_utf8_lossy(&run.stdout);
    let lines: Vec<&str> = out.lines().collect();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(lines[0], "总览 对比表 核对发现 单位卡 全部金额 未能识别 说明 图表数据");
    assert!(lines[1].starts_with("某县档案馆 151.47 #,##0.00 C4 '单位卡'!D"), "{out}");
    assert_eq!(lines[2], "151.47 151.47万元 a.txt 第11行 ./a.txt");
}

#[test]
fn a_browser_shows_sorts_filters_and_leads_to_the_quote() {
    let browser = tools::program("chromium").or_else(|| tools::program("chromium-browser"));
    let (Some(browser), Some(modules)) = (browser, tools::node_path("playwright-core")) else {
        return tools::skipped("no chromium or playwright-core: the review page is not opened");
    };
    let room = Room::with_two();
    room.run(&["compare", "-q", "a.txt", "z.txt", "-o", "c.html"]).is(0, "");
    let script = r#"
const { chromium } = require('playwright-core');
(async () => {
  const browser = await chromium.launch({ executablePath: process.argv[1], args: ['--no-sandbox'] });
  const page = await browser.newPage(), trouble = [], asked = [];
  page.on('console', (m) => trouble.push(m.text()));
  page.on('pageerror', (e) => trouble.push(e.message));
  page.on('request', (r) => asked.push(r.url()));
  await page.goto('file://' + process.cwd() + '/c.html');
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  await page.click('[data-tab=side]');
  const names = () => page.$$eval('tr.row td:first-child', (all) => all.map((td) => td.textContent).join(' '));
  console.log(await names());
  await page.click('th[data-column="-3"]');
  console.log(await names());
  await page.fill('#find', '水利');
  console.log(await names());
  await page.fill('#find', '');
  await page.click('td.v:has-text("94.67")');
  console.log(await page.$$eval('aside mark', (all) => all.map((m) => m.textContent).join(' ')));
  console.log(await page.$eval('aside blockquote', (q) => q.textContent.includes('年初预算数为160.00万元。全年支出151.47万元')));
  await page.keyboard.press('Escape');
  console.log(await page.isVisible('aside'), asked.length, trouble.join('|') || 'quiet');
  await browser.close();
})().catch((e) => { console.error(e); process.exit(1); });
"#;
    let mut node = Command::new("node");
    node.args(["-e", script, browser.to_str().expect("a path")]);
    let run = run_in(&mut node, &room, &modules);
    let lines: Vec<&str> = run.lines().collect();
    assert_eq!(
        lines,
        [
            "某市水利局 某县档案馆",
            "某县档案馆 某市水利局",
            "某市水利局",
            "151.47万元 160.00万元",
            "true",
            "false 1 quiet"
        ]
    );
}

fn run_in(command: &mut Command, room: &Room, modules: &std::path::Path) -> String {
    let run = command.current_dir(room.path()).env("NODE_PATH", modules).output().expect("node");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).into_owned()
}
