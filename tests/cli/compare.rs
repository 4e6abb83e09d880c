//! `hedui compare`: the table, the targets, and what is said of inputs that do not fit. Workbooks are read back by openpyxl, pages
//! by a browser.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::room::{FIRST, HOME, Room, as_nobody, is_root, ran};
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
        head = [c.value.replace(chr(10), '') for c in side[3]]\n\
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

#[test]
fn a_place_that_cannot_take_the_working_paper_keeps_what_it_had() {
    let room = Room::with_two();
    let mounted = |script: &str| {
        let mut command = Command::new("unshare");
        let script = format!("mount -t tmpfs -o size=16k none small && {{ {script}; }}");
        command.args(["--mount", "sh", "-c", &script]).current_dir(room.path());
        command.env("HEDUI", env!("CARGO_BIN_EXE_hedui")).env("LANG", "C.UTF-8").env_remove("LC_ALL");
        command
    };
    fs::create_dir(room.at("small")).expect("a folder");
    let small = is_root() && mounted("true").output().is_ok_and(|output| output.status.success());
    for target in ["x.xlsx", "x.html"] {
        room.write(&format!("shut/{target}"), "as it was");
        fs::set_permissions(room.at("shut"), fs::Permissions::from_mode(0o555)).expect("permissions");
        if let Some(nobody) = as_nobody(room.hedui(&["compare", "a.txt", "-o", &format!("shut/{target}")])) {
            let run = ran(nobody);
            assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.err);
            let said = format!("hedui: shut/{target}: Permission denied (os error 13)");
            assert!(
                run.err.starts_with(&said) && run.err.contains("; choose a place that you may write to"),
                "{}",
                run.err
            );
            assert_eq!(room.read(&format!("shut/{target}")), "as it was");
        }
        fs::set_permissions(room.at("shut"), fs::Permissions::from_mode(0o755)).expect("permissions");
        fs::create_dir_all(room.at(&format!("folder/{target}/in"))).expect("folders");
        let run = room.run(&["compare", "a.txt", "-o", &format!("folder/{target}")]);
        assert_eq!(run.code, Some(2), "{}", run.err);
        if !small {
            tools::skipped("a small file system can be mounted by root only: no disk is filled");
            continue;
        }
        let script = format!(
            "echo as it was > small/{target}; \"$HEDUI\" compare a.txt z.txt -o small/{target} -o whole.json; echo $?; \
             cat small/{target}; find small -name '.hedui-*'"
        );
        let run = ran(mounted(&script));
        assert_eq!(run.out, "2\nas it was\n", "{target}: {}", run.err);
        assert!(run.err.contains("; make room or choose another place with -o"), "{target}: {}", run.err);
        assert_eq!(comparison(&room.read("whole.json"))["reports"].as_array().map(Vec::len), Some(2));
    }
}

#[test]
fn an_office_program_opens_every_sheet() {
    let Some(office) = tools::program("soffice") else {
        return tools::skipped("no soffice: the workbook is not opened by an office program");
    };
    let room = Room::with_two();
    room.run(&["compare", "-q", "a.txt", "z.txt", "-o", "c.xlsx"]).is(0, "");
    // One file of comma separated values for each sheet, formulas and number formats applied.
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
    let home = format!("-env:UserInstallation=file://{}", room.at("office").display());
    let mut run = Command::new(office);
    run.args(["--headless", &home, "--convert-to", filter, "c.xlsx"]).current_dir(room.path()).stdin(Stdio::null());
    assert!(run.output().expect("soffice").status.success());
    let sheet = |name: &str| room.read(&format!("c-{name}.csv"));
    let side = sheet("对比表");
    let line = side.lines().find(|l| l.starts_with("某县档案馆,2022,")).unwrap_or_else(|| panic!("{side}"));
    assert!(line.contains(",160,") && line.contains(",151.47,") && line.contains(",94.67,"), "{line}");
    let card = sheet("单位卡");
    for part in ["年初预算（万元）,160,", "151.47万元÷160.00万元≈94.67%", "未写明的项目", "a.txt 第11行"]
    {
        assert!(card.contains(part), "{part}: {card}");
    }
    for name in ["总览", "核对发现", "全部金额", "未能识别", "说明", "图表数据"] {
        let text = sheet(name);
        assert!(!text.is_empty() && !text.contains("#REF") && !text.contains("Err:"), "{name}: {text}");
    }
}

#[test]
fn a_page_of_five_hundred_reports_opens_within_two_seconds() {
    let browser = tools::program("chromium").or_else(|| tools::program("chromium-browser"));
    let (Some(browser), Some(modules)) = (browser, tools::node_path("playwright-core")) else {
        return tools::skipped("no chromium or playwright-core: the review page is not timed");
    };
    let room = Room::new();
    for i in 0..500 {
        let (heads, project) = (20 + i % 60, 100 + i % 37 * 3);
        let (staff, operating) = (heads * 10, heads * 2);
        let (basic, total) = (staff + operating, staff + operating + project);
        let org = format!("云江县第{i}{}", ["中学", "镇人民政府", "水利局", "中心卫生院"][i % 4]);
        room.write(
            &format!("in/{i:03}.txt"),
            format!(
                "2022年度{org}部门整体支出绩效自评报告\n\n一、基本情况\n{org}核定编制{}人，年末在职人员{heads}人。\n二、预算执行情况\n\
                 2022年年初预算{}万元，全年预算{}万元，到位资金{total}万元，收入合计{total}万元，全年支出{total}万元，\
                 其中：基本支出{basic}万元，项目支出{project}万元。\n基本支出{basic}万元，其中：人员经费{staff}万元，公用经费{operating}万元。\n\
                 “三公”经费支出9.5万元，其中：公务接待费1.5万元，公务用车运行维护费8万元，因公出国（境）费：无。\n\
                 政府采购支出{}万元。年末结转结余2.5万元。政府性基金支出3万元。\n三、绩效情况\n满意度{}%。\n\
                 四、存在的问题\n第{i}项问题是预算编制不够细。\n五、自评结论\n自评得分{}分，等级为优。\n",
                heads + 2,
                total - 5,
                total + 3,
                20 + i % 9,
                90 + i % 10,
                90 + i % 10
            ),
        );
    }
    room.run(&["compare", "-q", "in", "-o", "c.html"]).is(0, "");
    let script = r#"
const { chromium } = require('playwright-core');
(async () => {
  const browser = await chromium.launch({ executablePath: process.argv[1], args: ['--no-sandbox'] });
  const page = await browser.newPage(), trouble = [];
  page.on('console', (m) => trouble.push(m.text()));
  page.on('pageerror', (e) => trouble.push(e.message));
  const client = await page.context().newCDPSession(page);
  // What the page takes of a processor, however busy the machine is.
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => (await client.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration').value;
  await page.goto('file://' + process.cwd() + '/c.html');
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  const opened = await spent();
  await page.click('[data-tab=side]');
  await page.click('th[data-column="4"]');
  await page.fill('#find', '中学');
  const count = await page.textContent('#count');
  console.log(JSON.stringify({ opened, used: await spent(), count, trouble }));
  await browser.close();
})().catch((e) => { console.error(e); process.exit(1); });
"#;
    let mut node = Command::new("node");
    node.args(["-e", script, browser.to_str().expect("a path")]);
    let read = comparison(&run_in(&mut node, &room, &modules));
    println!("500 reports: {read}, {} bytes", fs::metadata(room.at("c.html")).expect("a page").len());
    assert_eq!((read["count"].as_str(), read["trouble"].as_array().map(Vec::len)), (Some("125 行"), Some(0)));
    assert!(read["opened"].as_f64().expect("seconds") < 2.0, "{read}");
}
