//! PDF files: how much of their text is read, how fast beside two other readers on the same files, and what mutations of them do.
//!
//! `cargo bench --bench pdf -- [--rounds 5] [--mutate 0] [--seed 1] [--check] [--files]`
//!
//! The others are poppler's `pdftotext`, where it is installed, and pypdfium2, where `PDFIUM_PYTHON` names a Python that has it.
//! `--mutate N` changes the files of `tests/data/pdf` N times at random and reads each, with a watch on time and panics.

mod common;
#[path = "common/edit.rs"]
mod edit;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use hedui::model::Source;
use hedui::read::read;

/// Groups by the first digit of a name, with the least that each file of it must reach. A file of damage counts with the others
/// of its group, since some of what was in it is gone.
const GROUPS: &[(&str, &str, f64, bool)] = &[
    ("0", "producers", 0.999, false),
    ("1", "producers", 0.999, false),
    ("2", "raw encodings and orders", 0.995, false),
    ("3", "layouts", 0.995, false),
    ("4", "hidden OCR layer", 0.995, false),
    ("5", "no ToUnicode, containers", 0.999, false),
    ("6", "containers, forms", 0.999, false),
    ("7", "damaged", 0.81, true),
    ("8", "200 pages", 0.999, false),
];
/// The slowest a mutated file may be.
const HANG: Duration = Duration::from_secs(2);
/// What the ratio to other readers may be.
const RATIO: f64 = 0.3;
/// Fonts with glyph names that mean nothing and without any table: their text is in the picture only.
const LOST: &str = "50_notounicode_lo.pdf";

/// Reads files and prints the number of pages and the processor seconds, as fast as pypdfium2 can.
const PDFIUM: &str = "import sys, time, pypdfium2 as p
pages = 0; start = time.process_time()
for path in sys.argv[1:]:
    pdf = p.PdfDocument(path)
    for i in range(len(pdf)):
        page = pdf[i]; text = page.get_textpage(); text.get_text_range(); text.close(); page.close(); pages += 1
    pdf.close()
print(time.process_time() - start, pages)";

fn main() -> ExitCode {
    let arguments = common::Arguments::read(&["rounds", "mutate", "seed"], &["check", "files"]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pdf");
    let mut missed = accuracy(&folder, arguments.is_set("files"));
    missed |= speed(&folder, arguments.number("rounds", 5).max(1));
    let many = arguments.number("mutate", 0);
    if many > 0 {
        missed |= mutate(&folder, many, arguments.number("seed", 1));
    }
    ExitCode::from(u8::from(missed && arguments.is_set("check")))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("tests/data/pdf").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "pdf")).collect();
    files.sort();
    files
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn accuracy(folder: &Path, each: bool) -> bool {
    let mut groups: BTreeMap<String, Vec<(f64, String)>> = BTreeMap::new();
    for path in files(folder).iter().filter(|path| name(path) != LOST) {
        let truth = folder.join("truth").join(name(path)).with_extension("txt");
        let truth = std::fs::read_to_string(truth).expect("a truth");
        let bytes = std::fs::read(path).expect("a file");
        let got = read(Source::default(), &bytes).map_or_else(|_| String::new(), |doc| doc.text);
        groups
            .entry(name(path)[..1].to_owned())
            .or_default()
            .push((edit::similarity(&got, &truth), name(path).to_owned()));
    }
    println!("{:<28}{:>7}{:>10}{:>10}{:>9}", "characters right", "files", "mean", "least", "bound");
    let mut missed = false;
    for (digit, title, bound, by_mean) in GROUPS {
        let Some(scores) = groups.get(*digit) else { continue };
        let mean = scores.iter().map(|score| score.0).sum::<f64>() / scores.len() as f64;
        let least = scores.iter().map(|score| score.0).fold(1.0, f64::min);
        let short = if *by_mean { mean } else { least } < *bound;
        missed |= short;
        let mark = if short { "  missed" } else { "" };
        println!("{title:<28}{:>7}{mean:>10.4}{least:>10.4}{bound:>9.3}{mark}", scores.len());
        for (score, name) in scores.iter().filter(|score| each || score.0 < *bound) {
            println!("    {score:.4} {name}");
        }
    }
    missed
}

fn speed(folder: &Path, rounds: u64) -> bool {
    // Files that all three read: damaged ones and lone pages would measure something else.
    let files: Vec<PathBuf> = files(folder).into_iter().filter(|path| !name(path).starts_with(['7', '4'])).collect();
    let mut pages = 0u64;
    let mut ours = Vec::new();
    for round in 0..=rounds {
        let mut total = Duration::ZERO;
        for path in &files {
            let bytes = std::fs::read(path).expect("a file");
            let start = Instant::now();
            let read = read(Source::default(), &bytes);
            total += start.elapsed();
            pages += u64::from(round == 0) * read.map_or(0, |doc| u64::from(doc.source.pages));
        }
        // The first round unpacks the predefined CMaps.
        if round > 0 {
            ours.push(total.as_secs_f64() * 1000.0);
        }
    }
    let per_page = |ms: f64| ms / pages as f64;
    let ours = per_page(common::median(ours));
    println!("\n{:<40}{:>10}{:>9}{:>9}", format!("{} files, {pages} pages", files.len()), "ms/page", "ratio", "bound");
    println!("{:<40}{ours:>10.3}", "hedui, bytes to lines, blocks and tables");
    let mut missed = false;
    let mut row = |title: &str, ms: Option<f64>| match ms.map(per_page) {
        Some(ms) => {
            missed |= ours / ms > RATIO;
            println!(
                "{title:<40}{ms:>10.3}{:>9.3}{RATIO:>9.2}{}",
                ours / ms,
                if ours / ms > RATIO { "  missed" } else { "" }
            );
        }
        None => println!("{title:<40}   not installed"),
    };
    row("pdfium, text only, processor time", pdfium(&files, rounds));
    row("pdftotext, start-up included", poppler(&files, rounds));
    missed
}

fn pdfium(files: &[PathBuf], rounds: u64) -> Option<f64> {
    let python = std::env::var_os("PDFIUM_PYTHON")?;
    let mut took = Vec::new();
    for _ in 0..rounds {
        let output = Command::new(&python).arg("-c").arg(PDFIUM).args(files).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        took.push(text.split_whitespace().next()?.parse::<f64>().ok()? * 1000.0);
    }
    Some(common::median(took))
}

fn poppler(files: &[PathBuf], rounds: u64) -> Option<f64> {
    let mut took = Vec::new();
    for _ in 0..rounds {
        let start = Instant::now();
        for path in files {
            let command = &mut Command::new("pdftotext");
            command.arg(path).arg("-").stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
        }
        took.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Some(common::median(took))
}

/// The next number of a xorshift generator.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn mutate(folder: &Path, many: u64, seed: u64) -> bool {
    let originals: Vec<Vec<u8>> = files(folder)
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        // Short files, so that a change meets structure and not a font.
        .filter(|bytes| bytes.len() < 40_000)
        .collect();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let (mut read_count, mut panics, mut slow, mut slowest) = (0u64, 0u64, 0u64, Duration::ZERO);
    std::panic::set_hook(Box::new(|_| {}));
    for n in 0..many {
        let mut bytes = originals[(next(&mut state) % originals.len() as u64) as usize].clone();
        change(&mut bytes, &originals, &mut state);
        let start = Instant::now();
        let result = std::panic::catch_unwind(|| read(Source::default(), &bytes).is_ok());
        let took = start.elapsed();
        slowest = slowest.max(took);
        let keep = |kind: &str| {
            let path = std::env::temp_dir().join(format!("mutated-{kind}-{seed}-{n}.pdf"));
            let _ = std::fs::write(&path, &bytes);
            println!("{kind}: {}", path.display());
        };
        match result {
            Ok(ok) => read_count += u64::from(ok),
            Err(_) => {
                panics += 1;
                keep("panic");
            }
        }
        if took > HANG {
            slow += 1;
            keep("slow");
        }
    }
    let _ = std::panic::take_hook();
    let peak = std::fs::read_to_string("/proc/self/status").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:").map(str::to_owned))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    });
    println!(
        "\n{many} mutated files: {read_count} read, {panics} panics, {slow} over {HANG:?}, slowest {slowest:?}, peak memory {} MB",
        peak.unwrap_or(0) / 1024
    );
    panics > 0 || slow > 0
}

/// One to eight small changes: bits, numbers, pieces cut out, doubled, or taken from another file.
fn change(bytes: &mut Vec<u8>, others: &[Vec<u8>], state: &mut u64) {
    for _ in 0..1 + next(state) % 8 {
        if bytes.is_empty() {
            return;
        }
        let at = (next(state) % bytes.len() as u64) as usize;
        let length = (1 + next(state) % 64).min((bytes.len() - at) as u64) as usize;
        match next(state) % 7 {
            0 => bytes[at] ^= 1 << (next(state) % 8),
            1 => bytes[at] = next(state) as u8,
            2 => drop(bytes.drain(at..at + length)),
            3 => {
                let piece = bytes[at..at + length].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let other = &others[(next(state) % others.len() as u64) as usize];
                let from = (next(state) % other.len() as u64) as usize;
                let piece = other[from..(from + length).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => {
                // A digit: lengths, offsets, references, counts.
                if let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
                    bytes[at + digit] = b'0' + (next(state) % 10) as u8;
                }
            }
            _ => bytes.truncate(at.max(64)),
        }
    }
}
