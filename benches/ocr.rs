//! Accuracy and time of reading pictures: pages of a report are rendered, spoiled as scanners and offices spoil them, read by each
//! engine that is installed, and compared with what they say.
//!
//! `cargo bench --bench ocr [-- --check]`

use std::process::ExitCode;
use std::time::Instant;

use hedui::model::{Bitmap, Recognise};
use hedui::ocr::{Choice, Ocr};

#[path = "common/edit.rs"]
mod edit;

/// The report whose pages are read, and what they say (pages parted by form feeds).
const REPORT: &[u8] = include_bytes!("../tests/data/pdf/01_lo_odt_truetype.pdf");
const TRUTH: &str = include_str!("../tests/data/pdf/truth/01_lo_odt_truetype.txt");

/// Bounds for RapidOCR: characters and amounts that are right.
const CHARACTERS: f64 = 0.97;
const AMOUNTS: f64 = 0.99;

fn main() -> ExitCode {
    let check = std::env::args().any(|a| a == "--check");
    let truth: Vec<&str> = TRUTH.split('\x0c').filter(|page| !page.trim().is_empty()).collect();
    let mut missed = false;
    println!("{} pages, read one after another\n", truth.len());
    println!(
        "{:<28}{:>6}  {:<8}{:>12}{:>12}{:>12}{:>10}",
        "engine", "dpi", "page", "characters", "amounts", "doubtful", "s/page"
    );
    for choice in [Choice::RapidOcr, Choice::Tesseract] {
        let ocr = match Ocr::new(&choice, 1, None) {
            Ok(ocr) => ocr,
            Err(why) => {
                println!("{choice:?}: not measured: {why}");
                continue;
            }
        };
        for dpi in [150, 200, 300] {
            for (name, spoil) in [("clean", false), ("scanned", true)] {
                let pages: Vec<u32> = (1..=truth.len() as u32).collect();
                let render = |page| {
                    let mut bitmap = hedui::read::picture(REPORT, page, dpi)?;
                    if spoil {
                        spoiled(&mut bitmap, page);
                    }
                    Ok(bitmap)
                };
                let started = Instant::now();
                let read = ocr.read("", &pages, &render);
                let seconds = started.elapsed().as_secs_f64() / pages.len() as f64;
                let (mut right, mut amounts, mut all_amounts, mut doubtful) = (0.0, 0, 0, 0);
                for (scan, truth) in read.iter().zip(&truth) {
                    let mut lines = scan.as_ref().map(|scan| scan.lines.clone()).unwrap_or_default();
                    doubtful += lines.iter().filter(|l| l.confidence <= 0.5).count();
                    lines.sort_by(|a, b| (a.bbox[1] + a.bbox[3]).total_cmp(&(b.bbox[1] + b.bbox[3])));
                    let text = rows(&lines);
                    right += edit::similarity(&folded(&text), &folded(truth));
                    let (found, wanted) = (figures(&text), figures(truth));
                    all_amounts += wanted.len();
                    let mut left = found;
                    amounts += wanted
                        .iter()
                        .filter(|w| left.iter().position(|f| f == *w).map(|i| left.remove(i)).is_some())
                        .count();
                    if std::env::var_os("HEDUI_SHOW").is_some() {
                        let missing: Vec<&String> = wanted.iter().filter(|w| !figures(&text).contains(w)).collect();
                        println!("{text}\nmissing: {missing:?}\n");
                    }
                }
                let right = right / truth.len() as f64;
                let amounts = amounts as f64 / all_amounts as f64;
                let bad = choice == Choice::RapidOcr && (right < CHARACTERS || amounts < AMOUNTS);
                missed |= bad;
                let mark = if bad { "  missed" } else { "" };
                println!(
                    "{:<28}{dpi:>6}  {name:<8}{right:>12.4}{amounts:>12.4}{doubtful:>12}{seconds:>10.2}{mark}",
                    ocr.name()
                );
            }
        }
    }
    if check && missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Lines side by side become one, from left to right.
fn rows(lines: &[hedui::model::ScanLine]) -> String {
    let mut rows: Vec<Vec<&hedui::model::ScanLine>> = Vec::new();
    for line in lines {
        let middle = (line.bbox[1] + line.bbox[3]) / 2.0;
        match rows.last_mut() {
            Some(row) if row.iter().all(|l| l.bbox[1] < middle && middle < l.bbox[3]) => row.push(line),
            _ => rows.push(vec![line]),
        }
    }
    let mut text = String::new();
    for row in &mut rows {
        row.sort_by(|a, b| a.bbox[0].total_cmp(&b.bbox[0]));
        text.extend(row.iter().flat_map(|l| [l.text.as_str(), "\t"]));
        text.push('\n');
    }
    text
}

/// One width, no spaces; quotation marks, which engines guess, are left out.
fn folded(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '。' => '.',
        '、' => ',',
        '—' => '-',
        c => c,
    };
    text.chars().filter(|c| !c.is_whitespace() && !"“”‘’\"'".contains(*c)).map(narrow).collect()
}

/// Every amount: a number with a point, separators or a per cent sign. Lines of prose are joined, cells stay apart.
fn figures(text: &str) -> Vec<String> {
    let mut joined = String::new();
    for line in text.lines() {
        joined.push_str(line.trim_end());
        if line.trim_end().contains('\t') {
            joined.push('\n');
        }
    }
    numbers(&joined).into_iter().filter(|n| n.contains(['.', ',', '%'])).collect()
}

/// Every number with its separators, point and per cent sign.
fn numbers(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut open = String::new();
    for c in folded_with_spaces(text).chars().chain(std::iter::once('\n')) {
        match c {
            '0'..='9' => open.push(c),
            '.' | ',' if !open.is_empty() => open.push(c),
            _ => {
                let number = open.trim_end_matches(['.', ',']);
                if !number.is_empty() {
                    out.push(if c == '%' { format!("{number}%") } else { number.to_owned() });
                }
                open.clear();
            }
        }
    }
    out
}

fn folded_with_spaces(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' if c != '，' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(narrow).collect()
}

/// A scan as offices make them: turned by up to 1.5°, speckled, greyed, and with a red seal over the lower right.
fn spoiled(page: &mut Bitmap, number: u32) {
    let mut seed = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1;
    let mut random = move || {
        // xorshift64*, Marsaglia 2003: the same pages every time.
        seed ^= seed >> 12;
        seed ^= seed << 25;
        seed ^= seed >> 27;
        seed.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33
    };
    let (width, height) = (page.width as usize, page.height as usize);
    let slope = [0.012, -0.018, 0.024, -0.009][number as usize % 4];
    let (mid_x, mid_y) = (width as f64 / 2.0, height as f64 / 2.0);
    let source = page.rgb.clone();
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (x as f64 - mid_x, y as f64 - mid_y);
            let (from_x, from_y) = ((mid_x + dx + dy * slope).round(), (mid_y + dy - dx * slope).round());
            let inside = from_x >= 0.0 && from_y >= 0.0 && from_x < width as f64 && from_y < height as f64;
            let mut rgb = [255u8; 3];
            if inside {
                let at = (from_y as usize * width + from_x as usize) * 3;
                rgb.copy_from_slice(&source[at..at + 3]);
            }
            let grain = (random() % 31) as i32 - 15;
            let at = (y * width + x) * 3;
            for (i, value) in rgb.iter().enumerate() {
                // Ink fades to dark grey, paper to light grey.
                let scanned = 38 + i32::from(*value) * 205 / 255 + grain;
                page.rgb[at + i] = scanned.clamp(0, 255) as u8;
            }
        }
    }
    let radius = 0.8 * f64::from(page.dpi);
    let (x0, y0) = (width as f64 * 0.70, height as f64 * 0.80);
    for y in 0..height {
        for x in 0..width {
            let far = ((x as f64 - x0).powi(2) + (y as f64 - y0).powi(2)).sqrt();
            let ring = (far - radius).abs() < radius * 0.045;
            let star = far < radius * 0.3 && (x + y) % 5 < 3;
            if ring || star {
                let at = (y * width + x) * 3;
                // Stamped over print: what was dark stays dark.
                page.rgb[at] = page.rgb[at].max(60);
                page.rgb[at + 1] = page.rgb[at + 1].min(70);
                page.rgb[at + 2] = page.rgb[at + 2].min(70);
            }
        }
    }
    for _ in 0..width * height / 4000 {
        let at = (random() as usize % (width * height)) * 3;
        page.rgb[at..at + 3].fill(60);
    }
}
