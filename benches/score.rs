//! How much of what the sample reports state is read off them: output of the program against `samples/*/truth.toml`.
//!
//! The only reader of the truth. The program itself is run (`hedui extract`), so that what is scored is what users get.
//! Cases kept aside are scored on their own; their errors are listed only with `--aside-details`.
//!
//! `cargo bench --bench score -- [--case NAME] [--check] [--floor] [--aside-details] [--bin PATH] [--samples DIR]`

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde::Deserialize;
use serde_json::Value;

use common::score::{Count, Kind, Scores, align, fold, number};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Truth {
    #[serde(default)]
    aside: bool,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    report: Vec<TrueReport>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrueReport {
    family: String,
    title: Option<String>,
    org: Option<String>,
    year: Option<i64>,
    #[serde(default)]
    sections: Vec<TrueSection>,
    #[serde(default)]
    amounts: Vec<TrueAmount>,
    #[serde(default)]
    facts: Vec<TrueFact>,
    /// `None` where the truth does not list them: then they are not scored.
    indicators: Option<Vec<TrueIndicator>>,
    #[serde(default)]
    findings: Vec<TrueFinding>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrueSection {
    depth: i64,
    #[serde(default)]
    label: String,
    number: Option<i64>,
    title: String,
    topic: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrueAmount {
    raw: String,
    value: Option<String>,
    low: Option<String>,
    high: Option<String>,
    bound: Option<String>,
    role: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrueFact {
    concept: String,
    basis: Option<String>,
    fund: Option<String>,
    year: Option<i64>,
    item: Option<String>,
    value: Option<String>,
    low: Option<String>,
    high: Option<String>,
    text: Option<String>,
    nil: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrueIndicator {
    level1: Option<String>,
    level2: Option<String>,
    level3: Option<String>,
    direction: Option<String>,
    target: Option<String>,
    measure: Option<String>,
    actual: Option<String>,
    weight: Option<String>,
    score: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrueFinding {
    check: String,
    verdict: String,
}

struct Case {
    name: String,
    file: PathBuf,
    bytes: u64,
    truth: Truth,
}

struct Arguments {
    case: Option<String>,
    check: bool,
    /// Fail where a kind is worse than it was.
    floor: bool,
    aside_details: bool,
    bin: PathBuf,
    samples: PathBuf,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(message) => return fail(&[message]),
    };
    let cases = match cases(&arguments.samples) {
        Ok(cases) if !cases.is_empty() => cases,
        Ok(_) => return fail(&[format!("{}: no cases yet", arguments.samples.display())]),
        Err(errors) => return fail(&errors),
    };
    let records = match records(&arguments.bin, &cases) {
        Ok(records) => records,
        Err(message) => return fail(&[message]),
    };
    let (mut tuned, mut aside) = (Scores::default(), Scores::default());
    let mut tags: BTreeMap<&str, (usize, Scores)> = BTreeMap::new();
    let none = Vec::new();
    for case in &cases {
        let mut scores = Scores::listing(arguments.case.is_some());
        score(case, records.get(&case.name).unwrap_or(&none), &mut scores);
        if arguments.case.as_ref().is_some_and(|wanted| case.name.contains(wanted)) {
            list(case, &scores, arguments.aside_details);
        }
        match case.truth.aside {
            true => aside.add(&scores),
            false => tuned.add(&scores),
        }
        for tag in case.truth.tags.iter().filter(|_| !case.truth.aside) {
            let entry = tags.entry(tag).or_default();
            entry.0 += 1;
            entry.1.add(&scores);
        }
    }
    if arguments.case.is_some() {
        return ExitCode::SUCCESS;
    }
    let speed = common::speed(cases.iter().map(|case| &case.file));
    let kept = cases.iter().filter(|case| case.truth.aside).count();
    let bytes: u64 = cases.iter().map(|case| case.bytes).sum();
    println!(
        "{} cases to tune on, {kept} kept aside; {bytes} bytes, read at {speed:.1} MB/s on one core\n",
        cases.len() - kept
    );
    println!(
        "{:<16}{:>9}{:>9}{:>9}{:>8}{:>13}{:>9}{:>9}{:>8}{:>13}",
        "kind", "precision", "recall", "F1", "bound", "found/true", "aside P", "aside R", "F1", "found/true"
    );
    let mut missed = Vec::new();
    let mut fallen = Vec::new();
    for kind in Kind::ALL {
        let (a, b) = (tuned.count(kind), aside.count(kind));
        let bound = kind.bound();
        println!(
            "{:<16}{}{:>8}{}",
            kind.name(),
            columns(a, 9),
            bound.map_or(String::new(), |b| format!("{b:.2}")),
            columns(b, 9)
        );
        for (set, count) in [("to tune on", a), ("kept aside", b)] {
            missed.extend(kind.missed(count).map(|why| format!("{} ({set}): {why}", kind.name())));
            if let (Some(floor), Some(f1)) = (kind.floor(set == "kept aside"), count.f1())
                && f1 < floor
            {
                fallen.push(format!("{} ({set}): F1 {f1:.3}, was {floor} or better", kind.name()));
            }
        }
    }
    println!(
        "\n{:<34}{:>6}{:>10}{:>8}{:>9}{:>8}{:>10}",
        "phenomenon (F1, tuned on)", "cases", "sections", "topics", "amounts", "facts", "recovered"
    );
    for (tag, (n, scores)) in &tags {
        let f1 = |kind| scores.count(kind).f1().map_or("-".to_owned(), |f1| format!("{f1:.3}"));
        let [a, b, c, d, e] = [Kind::Sections, Kind::Topics, Kind::Amounts, Kind::Facts, Kind::Recovered].map(f1);
        println!("{tag:<34}{n:>6}{a:>10}{b:>8}{c:>9}{d:>8}{e:>10}");
    }
    if !missed.is_empty() {
        println!("\nbounds missed:\n  {}", missed.join("\n  "));
    }
    if !fallen.is_empty() {
        println!("\nworse than before:\n  {}", fallen.join("\n  "));
    }
    ExitCode::from(u8::from(arguments.check && !missed.is_empty() || arguments.floor && !fallen.is_empty()))
}

fn columns(count: Count, width: usize) -> String {
    let show = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
    let ratio = format!("{}/{}", count.found, count.truth);
    let [p, r, f] = [count.precision(), count.recall(), count.f1()].map(show);
    // The bound stands between F1 and the counts of the first set.
    format!("{p:>width$}{r:>width$}{f:>width$}{ratio:>13}")
}

fn fail(errors: &[String]) -> ExitCode {
    for error in errors {
        eprintln!("score: {error}");
    }
    ExitCode::from(2)
}

fn arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        case: std::env::var("HEDUI_CASE").ok().filter(|case| !case.is_empty()),
        check: false,
        floor: false,
        aside_details: false,
        bin: env!("CARGO_BIN_EXE_hedui").into(),
        samples: Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"),
    };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--case" => arguments.case = Some(value()?),
            "--bin" => arguments.bin = value()?.into(),
            "--samples" => arguments.samples = value()?.into(),
            "--check" => arguments.check = true,
            "--floor" => arguments.floor = true,
            "--aside-details" => arguments.aside_details = true,
            "--bench" => {}
            other => return Err(format!("{other} is no argument of this bench")),
        }
    }
    Ok(arguments)
}

fn cases(samples: &Path) -> Result<Vec<Case>, Vec<String>> {
    let (mut cases, mut errors) = (Vec::new(), Vec::new());
    let mut folders: Vec<PathBuf> = std::fs::read_dir(samples)
        .map_err(|e| vec![format!("{}: {e}", samples.display())])?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()).filter(|path| path.is_dir()))
        .collect();
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let truth = std::fs::read_to_string(folder.join("truth.toml"))
            .map_err(|e| format!("{name}/truth.toml: {e}"))
            .and_then(|text| toml::from_str(&text).map_err(|e| format!("{name}/truth.toml: {e}")));
        let file = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .find(|path| path.file_stem().is_some_and(|stem| stem == "report"));
        match (truth, file) {
            (Ok(truth), Some(file)) => {
                let bytes = std::fs::metadata(&file).map_or(0, |meta| meta.len());
                cases.push(Case { name, file, bytes, truth });
            }
            (Err(error), _) => errors.push(error),
            (_, None) => errors.push(format!("{name}: no report.*")),
        }
    }
    if errors.is_empty() { Ok(cases) } else { Err(errors) }
}

/// What the program prints for each case.
fn records(bin: &Path, cases: &[Case]) -> Result<BTreeMap<String, Vec<Value>>, String> {
    let output = Command::new(bin)
        .arg("extract")
        .arg("--quiet")
        .args(cases.iter().map(|case| &case.file))
        .output()
        .map_err(|e| format!("{}: {e}", bin.display()))?;
    let mut records: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let record: Value =
            serde_json::from_str(line).map_err(|e| format!("the program printed no JSON: {e}: {line}"))?;
        let path = record["source"]["path"].as_str().unwrap_or_default().replace('\\', "/");
        let folder = path.rsplit('/').nth(1).unwrap_or_default().to_owned();
        if record["schema"].as_str().is_some_and(|schema| schema.starts_with("hedui.report/")) {
            records.entry(folder).or_default().push(record);
        }
    }
    if records.is_empty() {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("the program gave no records ({}): {}", output.status, error.trim()));
    }
    Ok(records)
}

fn list(case: &Case, scores: &Scores, aside_details: bool) {
    println!("{} (source {}, tags {})", case.name, case.truth.source, case.truth.tags.join(" "));
    for kind in Kind::ALL {
        let count = scores.count(kind);
        let Some(f1) = count.f1() else { continue };
        println!("  {:<14} {f1:.3}  {}/{} true, {} printed", kind.name(), count.found, count.truth, count.output);
        if case.truth.aside && !aside_details {
            continue;
        }
        for line in &scores.errors[kind as usize] {
            println!("      {line}");
        }
    }
    if case.truth.aside && !aside_details {
        println!("  kept aside: errors are not listed");
    }
}

fn score(case: &Case, records: &[Value], scores: &mut Scores) {
    let empty = Value::Null;
    for (i, truth) in case.truth.report.iter().enumerate() {
        report(truth, records.get(i).unwrap_or(&empty), &case.truth.tags, scores);
    }
    scores.set(
        Kind::Records,
        set((0..case.truth.report.len()).map(|i| i.to_string())),
        set((0..records.len()).map(|i| i.to_string())),
    );
    // What an extra record states is extra.
    let nothing = TrueReport {
        family: String::new(),
        title: None,
        org: None,
        year: None,
        sections: vec![],
        amounts: vec![],
        facts: vec![],
        indicators: None,
        findings: vec![],
    };
    for extra in records.iter().skip(case.truth.report.len()) {
        sections(&nothing, extra, scores);
        amounts(&nothing, extra, scores);
        facts(&nothing, extra, scores);
    }
}

fn report(truth: &TrueReport, record: &Value, tags: &[String], scores: &mut Scores) {
    let printed = |key: &str| record[key].as_str().map(fold);
    scores.same(Kind::Family, Some(truth.family.clone()), record["family"].as_str().map(str::to_owned));
    scores.same(Kind::Title, truth.title.as_deref().map(fold), printed("title"));
    scores.same(Kind::Org, truth.org.as_deref().map(fold), printed("org"));
    scores.same(Kind::Year, truth.year.map(|y| y.to_string()), record["year"].as_i64().map(|y| y.to_string()));
    sections(truth, record, scores);
    amounts(truth, record, scores);
    facts(truth, record, scores);
    if let Some(truth) = &truth.indicators {
        indicators(truth, record, scores);
    }
    findings(truth, record, tags, scores);
}

fn findings(truth: &TrueReport, record: &Value, tags: &[String], scores: &mut Scores) {
    let grave = |verdict: &str| matches!(verdict, "rounding" | "suspect" | "conflict");
    let listed = |check: &str| truth.findings.iter().any(|f| f.check == check);
    let expected = truth.findings.iter().map(|f| format!("{} {}", f.check, f.verdict));
    let said = || items(record, "findings").filter(|f| grave(text(f, "verdict")));
    // What a reviewer criticises without arithmetic is listed in the truth only where it was planted.
    let got = said()
        .filter(|f| !text(f, "check").starts_with("review.") || listed(text(f, "check")))
        .map(|f| format!("{} {}", text(f, "check"), text(f, "verdict")));
    scores.set(Kind::Findings, set(expected), set(got));
    let planted = |check: &str| tags.iter().any(|tag| tag.strip_prefix("planted.") == Some(check));
    let accused = |f: &&Value| matches!(text(f, "verdict"), "suspect" | "conflict");
    scores.set(
        Kind::Planted,
        set(truth.findings.iter().filter(|f| planted(&f.check)).map(|f| f.check.clone())),
        set(said()
            .filter(accused)
            .map(|f| text(f, "check").to_owned())
            .filter(|check| planted(check) && listed(check))),
    );
    let conflicts = |all: bool| {
        let named = said().filter(|f| text(f, "verdict") == "conflict").map(|f| text(f, "check").to_owned());
        set(named.filter(|check| all || listed(check)))
    };
    scores.set(Kind::Conflicts, conflicts(false), conflicts(true));
}

/// Rows in print order, right only where every cell is.
fn indicators(truth: &[TrueIndicator], record: &Value, scores: &mut Scores) {
    let row = |cells: [Option<&str>; 10]| {
        cells.map(|cell| cell.map_or("-".to_owned(), |cell| number(&fold(cell)))).join(" | ")
    };
    let expected: Vec<String> = truth
        .iter()
        .map(|i| {
            row([
                &i.level1,
                &i.level2,
                &i.level3,
                &i.direction,
                &i.target,
                &i.measure,
                &i.actual,
                &i.weight,
                &i.score,
                &i.reason,
            ]
            .map(Option::as_deref))
        })
        .collect();
    const KEYS: [&str; 10] =
        ["level1", "level2", "level3", "direction", "target", "measure", "actual", "weight", "score", "reason"];
    let got: Vec<String> = items(record, "indicators").map(|i| row(KEYS.map(|key| i[key].as_str()))).collect();
    scores.sequence(Kind::Indicators, &expected, &got, String::clone);
}

fn sections(truth: &TrueReport, record: &Value, scores: &mut Scores) {
    let expected: Vec<(String, i64)> = truth.sections.iter().map(|s| (fold(&s.title), s.depth)).collect();
    let output: Vec<&Value> = items(record, "sections").collect();
    let got: Vec<(String, i64)> =
        output.iter().map(|s| (fold(text(s, "title")), s["depth"].as_i64().unwrap_or(0))).collect();
    let show = |(title, depth): &(String, i64)| format!("{depth} {title}");
    scores.sequence(Kind::Sections, &expected, &got, show);
    // Numbers and topics are judged on the headings that were found, whatever their depth.
    let titles = |list: &[(String, i64)]| list.iter().map(|(title, _)| title.clone()).collect::<Vec<_>>();
    let pairs = align(&titles(&expected), &titles(&got));
    let (mut lost, mut recovered) = (BTreeSet::new(), BTreeSet::new());
    for (i, section) in truth.sections.iter().enumerate() {
        if let (Some(n), true) = (section.number, section.label.is_empty()) {
            lost.insert(format!("{i} {n} {}", section.title));
        }
    }
    for (j, section) in output.iter().enumerate().filter(|(_, s)| s["recovered"].as_bool() == Some(true)) {
        let place = pairs.iter().find(|(_, at)| *at == j).map(|(i, _)| *i);
        let n = section["number"].as_i64().unwrap_or(-1);
        recovered.insert(match place {
            Some(i) => format!("{i} {n} {}", truth.sections[i].title),
            None => format!("? {n} {}", text(section, "title")),
        });
    }
    scores.set(Kind::Recovered, lost, recovered);
    for &(i, j) in &pairs {
        let (section, output) = (&truth.sections[i], output[j]);
        let label = if section.label.is_empty() { None } else { Some(section.label.trim()) };
        let number = |label: Option<&str>, n: Option<i64>| {
            format!("{} = {}", label.unwrap_or("-"), n.map_or("-".into(), |n| n.to_string()))
        };
        scores.same(
            Kind::Numbers,
            Some(format!("{} {}", number(label, section.number), section.title)),
            Some(format!(
                "{} {}",
                number(output["label"].as_str().map(str::trim), output["number"].as_i64()),
                section.title
            )),
        );
        let wanted = section.topic.iter().chain(&section.topics).map(|topic| format!("{topic}: {}", section.title));
        let several: Vec<&str> = output["topics"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let given = if several.is_empty() { output["topic"].as_str().into_iter().collect() } else { several };
        scores.set(Kind::Topics, set(wanted), set(given.iter().map(|topic| format!("{topic}: {}", section.title))));
    }
}

fn amounts(truth: &TrueReport, record: &Value, scores: &mut Scores) {
    let output: Vec<&Value> = items(record, "figures").filter(|f| text(f, "measure") == "yuan").collect();
    let worth = |value: Option<&str>, low: Option<&str>, high: Option<&str>| match (value, low, high) {
        (Some(value), ..) => number(value),
        (None, low, high) => format!("{}..{}", number(low.unwrap_or("")), number(high.unwrap_or(""))),
    };
    let expected: Vec<(String, String)> = truth
        .amounts
        .iter()
        .map(|a| (worth(a.value.as_deref(), a.low.as_deref(), a.high.as_deref()), a.raw.clone()))
        .collect();
    let got: Vec<(String, String)> = output
        .iter()
        .map(|f| (worth(f["value"].as_str(), f["low"].as_str(), f["high"].as_str()), text(f, "raw").to_owned()))
        .collect();
    let show = |(value, raw): &(String, String)| format!("{value}  {raw}");
    scores.sequence(Kind::Spans, &expected, &got, show);
    let values = |list: &[(String, String)]| list.iter().map(|(value, _)| value.clone()).collect::<Vec<_>>();
    let pairs = align(&values(&expected), &values(&got));
    scores.aligned(Kind::Amounts, &expected, &got, &pairs, show);
    for &(i, j) in &pairs {
        let (amount, output) = (&truth.amounts[i], output[j]);
        let same = |scores: &mut Scores, kind, wanted: &str, key| {
            scores.same(
                kind,
                Some(format!("{wanted}: {}", amount.raw)),
                Some(format!("{}: {}", text(output, key), amount.raw)),
            );
        };
        same(scores, Kind::Bounds, amount.bound.as_deref().unwrap_or("exact"), "bound");
        same(scores, Kind::Roles, amount.role.as_deref().unwrap_or("level"), "role");
    }
}

fn facts(truth: &TrueReport, record: &Value, scores: &mut Scores) {
    let answer =
        |value: Option<&str>, low: Option<&str>, high: Option<&str>, text: Option<&str>, nil: Option<&str>| match (
            value, text, nil,
        ) {
            (Some(value), ..) => number(value),
            (_, Some(text), _) => fold(text),
            (.., Some(nil)) => nil.to_owned(),
            _ => format!("{}..{}", number(low.unwrap_or("")), number(high.unwrap_or(""))),
        };
    let or = |x: Option<&str>| x.map_or("-".to_owned(), fold);
    let year = |x: Option<i64>| x.map_or("-".to_owned(), |y| y.to_string());
    let (mut strict, mut lenient) = ((BTreeSet::new(), BTreeSet::new()), (BTreeSet::new(), BTreeSet::new()));
    for f in &truth.facts {
        let answer =
            answer(f.value.as_deref(), f.low.as_deref(), f.high.as_deref(), f.text.as_deref(), f.nil.as_deref());
        let (basis, year) = (or(f.basis.as_deref()), year(f.year));
        strict.0.insert(format!(
            "{} {basis} {} {year} {} = {answer}",
            f.concept,
            or(f.fund.as_deref()),
            or(f.item.as_deref())
        ));
        lenient.0.insert(format!("{} {basis} {year} = {answer}", f.concept));
    }
    for f in items(record, "facts") {
        let answer =
            answer(f["value"].as_str(), f["low"].as_str(), f["high"].as_str(), f["text"].as_str(), f["nil"].as_str());
        let (basis, year) = (or(f["basis"].as_str()), year(f["year"].as_i64()));
        let pattern = text(f, "concept");
        strict.1.insert(format!(
            "{pattern} {basis} {} {year} {} = {answer}",
            or(f["fund"].as_str()),
            or(f["item"].as_str())
        ));
        lenient.1.insert(format!("{pattern} {basis} {year} = {answer}"));
    }
    if truth.family.ends_with("_form") || truth.family == "base_data" {
        scores.set(Kind::FormFacts, strict.0.clone(), strict.1.clone());
    }
    scores.set(Kind::Facts, strict.0, strict.1);
    scores.set(Kind::FactsLenient, lenient.0, lenient.1);
}

fn items<'v>(record: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    record[key].as_array().into_iter().flatten()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn set(items: impl Iterator<Item = String>) -> BTreeSet<String> {
    items.collect()
}
