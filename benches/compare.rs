//! `cargo bench --bench compare`: 2,000 generated papers of 400 organisations over 3 years, side by side. Says how long reading them
//! takes and how long comparing adds, how many planted copies are found, and what the working paper and the page cost.
//!
//! `--orgs N` changes their number; the papers grow with it.

#![allow(missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

use common::corpus::{Corpus, Random};
use hedui::model::Comparison;
use hedui::patterns::{Directory, Patterns};
use hedui::pipeline::{self, Input, Options, run};
use hedui::write::{Context, SideTarget, TargetSpec};

const KINDS: [&str; 8] = ["镇人民政府", "中学", "中心卫生院", "水利局", "街道办事处", "图书馆", "民政局", "林业局"];
/// One planted copy for so many papers.
const COPIES: usize = 10;

fn main() {
    let arguments = common::Arguments::read(&["orgs", "threads"], &[]);
    let orgs = arguments.number("orgs", 400) as usize;
    let threads = arguments.number("threads", 1) as usize;
    let (papers, planted) = papers(orgs);
    let patterns = Patterns::builtin();
    patterns.words.dictionary.full();
    let inputs =
        || papers.iter().map(|(shown, text)| Input::Bytes { shown: shown.clone(), bytes: text.clone().into() });
    let options = Options { threads, ..Options::default() };
    let bytes: usize = papers.iter().map(|(_, text)| text.len()).sum();
    println!("{} papers of {orgs} organisations, {:.1} MB, {threads} thread(s)", papers.len(), bytes as f64 / 1e6);

    let start = Instant::now();
    let read = run(inputs(), &patterns, &options, &(), |_| (), |_, ()| Ok::<(), Infallible>(()));
    let extract = start.elapsed().as_secs_f64();
    assert!(read.is_ok());
    println!("extract      {extract:7.2} s  (keywords included)");

    let start = Instant::now();
    let plain = Options { keywords: false, ..options.clone() };
    let read = run(inputs(), &patterns, &plain, &(), |_| (), |_, ()| Ok::<(), Infallible>(()));
    let bare = start.elapsed().as_secs_f64();
    assert!(read.is_ok());

    let start = Instant::now();
    let gathered = pipeline::gather(inputs(), &patterns, &options, &()).expect("no one cancels");
    let gather = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let comparison = pipeline::side_by_side(gathered.digests, &Directory::default(), &patterns);
    let compare = start.elapsed().as_secs_f64();
    let digest = (gather - bare).max(0.0);
    let share = (digest + compare) / extract;
    println!("digests      {digest:7.2} s  (beside reading without keywords, {bare:.2} s)");
    println!(
        "compare      {compare:7.2} s  ({:.0} % of extract with the digests; at most 50 are allowed)",
        share * 100.0
    );
    copies(&comparison, &planted);
    targets(&comparison, &patterns);
}

/// Names of two papers.
type Pairs = BTreeSet<(String, String)>;

/// Papers as name and text, and which pairs of them share a planted passage.
fn papers(orgs: usize) -> (Vec<(String, String)>, Pairs) {
    let corpus = Corpus::new(5);
    let mut random = Random::new(11);
    let mut papers: Vec<(String, String)> = Vec::new();
    for year in [2020, 2021, 2022] {
        for org in 0..orgs {
            let name = format!("云江{}县{}", number(org / KINDS.len()), KINDS[org % KINDS.len()]);
            papers.push((format!("{year}/{org}.txt"), department(&name, year, &corpus, &mut random)));
            // Two of three years come with a paper on a project.
            if year != 2020 {
                papers.push((format!("{year}/{org}-项目.txt"), project(&name, year, &corpus, &mut random)));
            }
        }
    }
    let mut planted = BTreeSet::new();
    for at in (0..papers.len() / 2).step_by(COPIES) {
        let to = papers.len() / 2 + at;
        let passage = sentences(&corpus, &mut random, 160);
        // The copyist changes a figure and a word.
        let changed = passage.replacen("，", "，也", 1);
        let _ = write!(papers[at].1, "七、存在的问题\n{passage}有关资金12.30万元。\n");
        let _ = write!(papers[to].1, "七、存在的问题\n{changed}有关资金45.60万元。\n");
        let pair = (papers[at].0.clone(), papers[to].0.clone());
        planted.insert(if pair.0 < pair.1 { pair } else { (pair.1, pair.0) });
    }
    (papers, planted)
}

/// 1234 as 一二三四: part of a name.
fn number(n: usize) -> String {
    n.to_string().chars().map(|c| "零一二三四五六七八九".chars().nth(c as usize - 48).unwrap_or('零')).collect()
}

fn sentences(corpus: &Corpus, random: &mut Random, least: usize) -> String {
    let mut text = String::new();
    while text.chars().count() < least {
        text += &corpus.plain(random);
    }
    text
}

fn wan(hundredths: u64) -> String {
    format!("{}.{:02}万元", hundredths / 100, hundredths % 100)
}

fn department(org: &str, year: i32, corpus: &Corpus, random: &mut Random) -> String {
    let heads = 20 + random.below(100) as u64;
    let staff = heads * (950 + random.below(200) as u64);
    let operating = heads * (150 + random.below(50) as u64);
    let project = (staff + operating) * (40 + random.below(40) as u64) / 100;
    let total = staff + operating + project;
    let rate = if random.below(40) == 0 { 140 } else { 95 + random.below(6) as u64 };
    let mut text = format!(
        "{year}年度{org}部门整体支出绩效自评报告\n\n一、基本情况\n核定编制{}人，年末在职人员{heads}人。\n",
        heads + 2
    );
    for _ in 0..6 {
        text += &sentences(corpus, random, 90);
        text.push('\n');
    }
    let _ = write!(
        text,
        "二、预算执行情况\n全年预算{}，全年支出{}，其中：基本支出{}，项目支出{}。\n基本支出{}，其中：人员经费{}，公用经费{}。\n三、绩效情况\n",
        wan(total * 100 / rate),
        wan(total),
        wan(staff + operating),
        wan(project),
        wan(staff + operating),
        wan(staff),
        wan(operating),
    );
    for _ in 0..8 {
        text += &sentences(corpus, random, 110);
        text.push('\n');
    }
    let _ = write!(text, "四、自评结论\n自评得分{}分。\n", 88 + random.below(12));
    text
}

fn project(org: &str, year: i32, corpus: &Corpus, random: &mut Random) -> String {
    let budget = 2_000 + random.below(90_000) as u64;
    let mut text = format!("{year}年度{org}专项资金项目支出绩效自评报告\n\n一、项目基本情况\n");
    for _ in 0..4 {
        text += &sentences(corpus, random, 90);
        text.push('\n');
    }
    let spent = budget * (90 + random.below(11) as u64) / 100;
    let _ = write!(text, "二、资金情况\n全年预算{}，全年支出{}。\n", wan(budget), wan(spent));
    text
}

fn copies(comparison: &Comparison, planted: &Pairs) {
    let path = |report: u32| comparison.reports[report as usize].path.clone();
    let found: Pairs = comparison
        .copies
        .iter()
        .map(|c| (path(c.first.report), path(c.second.report)))
        .map(|(a, b)| if a < b { (a, b) } else { (b, a) })
        .collect();
    let right = found.intersection(planted).count() as f64;
    println!(
        "copies       {} planted, {} found: precision {:.3}, recall {:.3}",
        planted.len(),
        found.len(),
        right / found.len().max(1) as f64,
        right / planted.len().max(1) as f64
    );
}

fn targets(comparison: &Comparison, patterns: &Arc<Patterns>) {
    let folder = std::env::temp_dir();
    let context = Context { patterns: patterns.clone(), arguments: Vec::new() };
    for name in ["hedui-bench.json", "hedui-bench.html", "hedui-bench.xlsx"] {
        let path = folder.join(name);
        let start = Instant::now();
        let spec = TargetSpec::parse(path.as_os_str()).expect("a target");
        let target = SideTarget::open(&spec).expect("a place to write");
        target.finish(comparison, &context).expect("written");
        let size = std::fs::metadata(&path).map_or(0, |m| m.len()) as f64 / 1e6;
        let seconds = start.elapsed().as_secs_f64();
        println!("{name:<18} {seconds:7.2} s  {size:.1} MB, memory so far {}", memory());
        let _ = std::fs::remove_file(path);
    }
}

/// The most memory this process ever had, where the system says it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |line| line.trim().to_owned())
}
