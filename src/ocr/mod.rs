//! Pictures of pages in, lines of text with boxes and confidence out, by way of an engine outside the program.
//!
//! Red ink and specks are dropped and skew is turned back before reading, ruled tables are read cell by cell, and at digits that the
//! engine may have misread a second look is taken. Decides nothing about layout: that is the reader's work.

mod cache;
mod digits;
mod engine;
mod image;
mod ruling;
mod sheet;
mod tsv;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Condvar, Mutex};

pub use engine::Choice;

use crate::model::{Bitmap, Recognise, Scan, ScanLine};
use cache::Cache;
use engine::{Engine, Shows, Worker};
use image::Grey;
use sheet::Sheet;

/// An engine with its workers and its memory.
pub struct Ocr {
    engine: Engine,
    cache: Cache,
    /// Workers that wait for work, and how many may still be started.
    pool: Mutex<(Vec<Worker>, usize)>,
    freed: Condvar,
    workers: usize,
}

impl Ocr {
    /// Finds the engine. `workers` pictures are read at once (at least one); answers are kept in `cache`.
    ///
    /// # Errors
    /// Where there is no such engine: what was looked for and how to install it.
    pub fn new(choice: &Choice, workers: usize, cache: Option<&Path>) -> Result<Self, String> {
        let workers = workers.max(1);
        let pool = Mutex::new((Vec::new(), workers));
        Ok(Ocr { engine: Engine::find(choice)?, cache: Cache::new(cache), pool, freed: Condvar::new(), workers })
    }

    /// Its engine with its version, as it stands in notes.
    pub fn name(&self) -> String {
        self.engine.name()
    }

    /// Does `work` with a worker, waiting for one where all are busy.
    fn with_worker<R>(&self, work: impl FnOnce(&mut Worker) -> Result<R, String>) -> Result<R, String> {
        let mut pool = self.pool.lock().map_err(|_| "a reader of pictures broke down")?;
        while pool.0.is_empty() && pool.1 == 0 {
            pool = self.freed.wait(pool).map_err(|_| "a reader of pictures broke down")?;
        }
        let idle = pool.0.pop();
        if idle.is_none() {
            pool.1 -= 1;
        }
        drop(pool);
        let started = idle.map_or_else(|| self.engine.start(), Ok);
        let result = started.and_then(|mut worker| work(&mut worker).map(|r| (worker, r)));
        let mut pool = self.pool.lock().map_err(|_| "a reader of pictures broke down")?;
        let result = match result {
            Ok((worker, r)) => {
                pool.0.push(worker);
                Ok(r)
            }
            // A worker that failed is not used again; another may be started in its place.
            Err(error) => {
                pool.1 += 1;
                Err(error)
            }
        };
        self.freed.notify_one();
        result
    }

    fn page(&self, bitmap: &Bitmap) -> Result<Scan, String> {
        let grey = Grey::without_red(bitmap).without_specks();
        let slope = grey.slope();
        let level = grey.level(slope);
        let ruling = ruling::find(&level, bitmap.dpi);
        let mut lines = self.with_worker(|worker| {
            let mut lines = Vec::new();
            for sheet in sheet::of_page(&level, &ruling) {
                lines.extend(read(worker, &sheet)?.into_iter().map(|(_, line)| line));
            }
            second_look(worker, &level, &mut lines, self.engine.doubted())?;
            Ok(lines)
        })?;
        for line in &mut lines {
            line.text = mended(&line.text);
            let separated = digits::thousands(&line.text);
            if separated.is_some() || digits::broken(&line.text) {
                line.confidence = line.confidence.min(digits::DOUBTFUL);
            }
            line.text = separated.unwrap_or(std::mem::take(&mut line.text));
        }
        lines.retain(|line| !line.text.trim().is_empty());
        let back = |b: [f32; 4]| upright(&grey, slope, b);
        lines.iter_mut().for_each(|line| line.bbox = back(line.bbox));
        let rules = ruling.rules.iter().map(|r| back(r.map(|n| n as f32))).collect();
        Ok(Scan { lines, rules, dpi: bitmap.dpi })
    }
}

impl Recognise for Ocr {
    fn read(
        &self,
        source: &str,
        pages: &[u32],
        render: &(dyn Fn(u32) -> Result<Bitmap, String> + Sync),
    ) -> Vec<Result<Scan, String>> {
        let engine = self.engine.name();
        let one = |page: u32| {
            if let Some(scan) = self.cache.get(source, page, &engine) {
                return Ok(scan);
            }
            // A picture that breaks a decoder costs its page.
            let work = AssertUnwindSafe(|| render(page).and_then(|bitmap| self.page(&bitmap)));
            let scan = catch_unwind(work).unwrap_or_else(|_| Err("its picture broke a decoder".into()))?;
            self.cache.put(source, page, &engine, &scan);
            Ok(scan)
        };
        let next = Mutex::new(0..pages.len());
        let mut answers: Vec<(usize, Result<Scan, String>)> = std::thread::scope(|scope| {
            let work = || {
                let mut mine = Vec::new();
                while let Some(i) = next.lock().ok().and_then(|mut next| next.next()) {
                    mine.push((i, one(pages[i])));
                }
                mine
            };
            let threads: Vec<_> = (1..self.workers.min(pages.len())).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            all.extend(threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()));
            all
        });
        answers.sort_by_key(|(i, _)| *i);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

/// Reads a sheet: each line with the piece it belongs to, at its place on the page.
fn read(worker: &mut Worker, sheet: &Sheet) -> Result<Vec<(usize, ScanLine)>, String> {
    let failed = |error: std::io::Error| format!("no passing file for a picture could be written: {error}");
    let mut file = tempfile::Builder::new().prefix("hedui-").suffix(".pgm").tempfile().map_err(failed)?;
    std::io::Write::write_all(&mut file, &sheet.picture.pgm()).map_err(failed)?;
    Ok(worker.read(file.path(), sheet.shows)?.into_iter().map(|line| sheet.back(line)).collect())
}

/// Reads every line with digits that is no surer than `doubted` again, enlarged and without its neighbours, and keeps what can be
/// believed.
fn second_look(worker: &mut Worker, level: &Grey, lines: &mut [ScanLine], doubted: f32) -> Result<(), String> {
    let concerns = |line: &ScanLine| line.confidence <= doubted && digits::matter(&line.text);
    let concerned: Vec<usize> = (0..lines.len()).filter(|i| concerns(&lines[*i])).collect();
    for chunk in concerned.chunks(40) {
        let areas: Vec<[u32; 4]> = chunk.iter().map(|i| around(lines[*i].bbox, level)).collect();
        // Sheets sort by width: each piece is found again by its place.
        for sheet in sheet::below_one_another(level, &areas, 2) {
            debug_assert_eq!(sheet.shows, Shows::Pieces);
            let mut again: Vec<(usize, String)> = Vec::new();
            for (_, line) in read(worker, &sheet)? {
                let middle = (line.bbox[1] + line.bbox[3]) / 2.0;
                let holds = |a: &[u32; 4]| {
                    a[0] as f32 <= line.bbox[0]
                        && line.bbox[2] <= a[2] as f32
                        && (a[1] as f32..a[3] as f32).contains(&middle)
                };
                let Some(at) = areas.iter().position(holds) else { continue };
                match again.iter_mut().find(|(i, _)| *i == at) {
                    Some((_, text)) => text.push_str(&line.text),
                    None => again.push((at, line.text)),
                }
            }
            for (at, text) in again {
                let line = &mut lines[chunk[at]];
                let (kept, sure) = digits::settle(&line.text, &text);
                line.text = kept.to_owned();
                if !sure {
                    line.confidence = line.confidence.min(digits::DOUBTFUL);
                }
            }
        }
    }
    Ok(())
}

/// A line's rectangle with a little white around it.
fn around(bbox: [f32; 4], page: &Grey) -> [u32; 4] {
    let rim = ((bbox[3] - bbox[1]) * 0.2).max(3.0);
    let low = |n: f32| (n - rim).max(0.0) as u32;
    [low(bbox[0]), low(bbox[1]), ((bbox[2] + rim) as u32).min(page.width), ((bbox[3] + rim) as u32).min(page.height)]
}

/// The upright rectangle around a rectangle of the levelled page, on the page as it was given.
fn upright(page: &Grey, slope: f64, bbox: [f32; 4]) -> [f32; 4] {
    if slope == 0.0 {
        return bbox;
    }
    let [left, top, right, bottom] = bbox.map(f64::from);
    // Turned about its own middle nothing of its size would change: only the middle moves.
    let (x, y) = page.before_level((left + right) / 2.0, (top + bottom) / 2.0, slope);
    let (wide, high) = ((right - left) / 2.0, (bottom - top) / 2.0);
    [x - wide, y - high, x + wide, y + high].map(|n| n as f32)
}

/// Marks that engines take for others, where only one of the two can be meant: the stroke 丶, which no text uses, is 、, and a
/// degree sign behind a Chinese character is 。
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let han = out.chars().next_back().is_some_and(|last| ('\u{4e00}'..='\u{9fff}').contains(&last));
        out.push(match c {
            '丶' => '、',
            '°' if han => '。',
            c => c,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_taken_for_others_are_mended_where_only_one_can_be_meant() {
        assert_eq!(mended("督办丶考核°"), "督办、考核。");
        assert_eq!(mended("水温15°"), "水温15°");
    }
}
