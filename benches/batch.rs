//! The program as it is run: start-up, threads, memory, the database.
//!
//! Made-up reports are written to a passing folder, and the built program reads them.
//!
//! `cargo bench --bench batch -- [--reports 20000] [--rounds 3] [--seed 1] [--check]`

mod common;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use jieba_rs::Jieba;

/// The program.
const BIN: &str = env!("CARGO_BIN_EXE_hedui");
/// What `Jieba::new()` takes on the machine that the bound on the start-up names.
const JIEBA_NEW: f64 = 140.0;

struct Row {
    name: String,
    value: String,
    bound: &'static str,
    missed: bool,
}

fn main() -> ExitCode {
    let arguments = common::Arguments::read(&["reports", "rounds", "seed"], &["check"]);
    let many = arguments.number("reports", 20_000).max(20);
    match measure(many, arguments.number("rounds", 3), arguments.number("seed", 1)) {
        Ok(rows) => {
            println!("{:<56}{:>16}{:>10}", "", "", "bound");
            for row in &rows {
                println!(
                    "{:<56}{:>16}{:>10}{}",
                    row.name,
                    row.value,
                    row.bound,
                    if row.missed { "  missed" } else { "" }
                );
            }
            ExitCode::from(u8::from(arguments.is_set("check") && rows.iter().any(|row| row.missed)))
        }
        Err(error) => {
            eprintln!("batch: {error}");
            ExitCode::from(2)
        }
    }
}

fn measure(many: u64, rounds: u64, seed: u64) -> io::Result<Vec<Row>> {
    let home = tempfile::tempdir()?;
    let few = many / 10;
    let bytes = write(home.path(), seed, few, many)?;
    let (all, tenth) = (home.path().join("reports"), home.path().join("reports/0"));
    let mut rows = Vec::new();
    let mut row =
        |name: String, value: String, bound: &'static str, missed: bool| rows.push(Row { name, value, bound, missed });

    let (start, jieba) = start_up(&tenth.join("00000.txt"))?;
    let scaled = start * JIEBA_NEW / jieba;
    row("one file, start to end (median of 20)".into(), format!("{start:.1} ms"), "", false);
    row(
        format!("… scaled to Jieba::new() at {JIEBA_NEW} ms (here {jieba:.0} ms)"),
        format!("{scaled:.1} ms"),
        "<= 60 ms",
        scaled > 60.0,
    );

    let mut seconds = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (threads, list) in [("-j1", 0), ("-j2", 1)] {
            let ran = run(&[Path::new(threads), &all])?;
            seconds[list].push(ran.seconds);
        }
    }
    let up = common::median(seconds[0].iter().zip(&seconds[1]).map(|(one, two)| one / two).collect());
    let [one, two] = seconds.map(common::median);
    let mb = |seconds: f64| format!("{:.1} MB/s", bytes as f64 / 1e6 / seconds);
    row(format!("{many} reports, one thread"), mb(one), "", false);
    row(format!("{many} reports, two threads"), mb(two), "", false);
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    row(format!("two threads to one ({cores} cores here)"), format!("{up:.2}"), ">= 1.8", up < 1.8);

    let small = run(&[&tenth])?.peak;
    let large = run(&[&all])?.peak;
    let peak = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    row(format!("peak memory, {few} reports"), peak(small), "< 200 MB", small >= 200_000_000);
    row(format!("peak memory, {many} reports"), peak(large), "< 200 MB", large >= 200_000_000);
    // The background may hold up to 8 MB more, and the allocator is not exact.
    let grown = large as f64 / small as f64;
    row(format!("… {many} to {few} reports"), format!("{grown:.2}"), "<= 1.25", grown > 1.25);

    let database = home.path().join("out.sqlite");
    let ran = run(&[&tenth, Path::new("-o"), &database])?;
    let written = count(&database).map_err(|e| io::Error::other(format!("{}: {e}", database.display())))?;
    row(format!("rows of {few} reports into SQLite"), format!("{written}"), "", false);
    row("… a second, reading included".into(), format!("{:.0}", written as f64 / ran.seconds), "", false);
    Ok(rows)
}

/// Writes the reports, the first `few` of them to a folder of their own inside; how many bytes they have.
fn write(home: &Path, seed: u64, few: u64, many: u64) -> io::Result<u64> {
    let corpus = common::corpus::Corpus::new(seed);
    let mut bytes = 0;
    for i in 0..many {
        let folder = home.join("reports").join(if i < few { 0 } else { 1 + i / 1000 }.to_string());
        if i == 0 || i == few || i % 1000 == 0 {
            std::fs::create_dir_all(&folder)?;
        }
        let report = corpus.report(i);
        bytes += report.len() as u64;
        std::fs::write(folder.join(format!("{i:05}.txt")), report)?;
    }
    Ok(bytes)
}

/// Milliseconds of a run on one file, and of `Jieba::new()`, in turns.
fn start_up(file: &Path) -> io::Result<(f64, f64)> {
    let (mut program, mut jieba) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let start = Instant::now();
        command(&[file]).status()?;
        program.push(start.elapsed().as_secs_f64() * 1e3);
        let start = Instant::now();
        std::hint::black_box(Jieba::new());
        jieba.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok((common::median(program), common::median(jieba)))
}

fn command(arguments: &[&Path]) -> Command {
    let mut command = Command::new(BIN);
    command
        .arg("extract")
        .arg("--quiet")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

struct Ran {
    seconds: f64,
    /// The most memory it held, in bytes.
    peak: u64,
}

fn run(arguments: &[&Path]) -> io::Result<Ran> {
    let start = Instant::now();
    let mut child = command(arguments).spawn()?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    // The high-water mark never falls, so that the last look before the end tells nearly all of it.
    let ended = loop {
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        peak = high_water(&status).unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = start.elapsed().as_secs_f64();
    // Exit code 1 is about what the reports say, 2 about a run that went wrong.
    match ended.code() {
        Some(0 | 1) => Ok(Ran { seconds, peak }),
        _ => Err(io::Error::other(format!("hedui extract {arguments:?} ended with {ended}"))),
    }
}

/// `VmHWM:     12345 kB`
fn high_water(status: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kb| kb * 1024)
}

/// The rows of all tables of a database, those of the full-text index not counted.
fn count(database: &Path) -> rusqlite::Result<u64> {
    let db = rusqlite::Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut tables = db.prepare(
        "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%'",
    )?;
    let names: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut rows = 0;
    for name in names {
        rows += db.query_row(&format!("select count(*) from \"{name}\""), [], |row| row.get::<_, i64>(0))? as u64;
    }
    Ok(rows)
}
