//! The one line from bytes to records: files in, outcomes out in the same order. The only file that names two stages; the
//! only home of rayon.
//!
//! Inputs are worked on in blocks of up to 256 files or 8 MB, so that memory does not grow with their number. The keywords of
//! a block are weighed against all reports up to its end; where a block ends depends on the inputs alone, so that equal
//! inputs give equal outcomes on any number of threads. While a block is worked on, the one before is consumed.

mod side;

use std::any::Any;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::check::{check, together};
use crate::extract::extract;
use crate::model::{Document, Recognise, Report, Source};
use crate::outline::outline;
use crate::patterns::{PatternError, Patterns};
use crate::read::{ReadError, read_with};
use crate::text::words::{Background, Cutter, SMALL, Tally};

pub use side::{Gathered, digests, directory, gather, side_by_side};

/// How many inputs a block has at most.
const BLOCK_FILES: usize = 256;
/// After how many bytes of input a block ends.
const BLOCK_BYTES: u64 = 8 << 20;

/// One thing to read.
#[derive(Debug)]
pub enum Input {
    /// A file.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its name in every output.
        shown: String,
    },
    /// Bytes at hand (standard input).
    Bytes {
        /// Their name in every output.
        shown: String,
        /// They themselves.
        bytes: Vec<u8>,
    },
    /// Something that could not be had at all: a path that is missing, a folder that cannot be listed. Passed on in its place.
    Problem(Problem),
}

impl Input {
    /// Its name in every output.
    pub fn shown(&self) -> &str {
        match self {
            Input::File { shown, .. } | Input::Bytes { shown, .. } | Input::Problem(Problem { shown, .. }) => shown,
        }
    }

    /// How many bytes it has, as far as is known before reading it; a file that cannot be asked has none.
    fn bytes(&self) -> u64 {
        match self {
            Input::File { path, .. } => std::fs::metadata(path).map_or(0, |meta| meta.len()),
            Input::Bytes { bytes, .. } => bytes.len() as u64,
            Input::Problem(_) => 0,
        }
    }
}

/// An input that gave no report, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The name of the input.
    pub shown: String,
    /// A stable id: `file.missing`, `read.binary`, `internal` …
    pub id: &'static str,
    /// Cause and next step, for a person.
    pub message: String,
}

/// What came of one input.
#[derive(Debug)]
pub enum Outcome {
    /// Its reports, at least one.
    Read(Vec<Report>),
    /// No report.
    Failed(Problem),
}

impl Outcome {
    /// The name of the input.
    pub fn shown(&self) -> &str {
        match self {
            Outcome::Read(reports) => reports.first().map_or("", |report| &report.document.source.path),
            Outcome::Failed(problem) => &problem.shown,
        }
    }
}

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many threads work; 0 for as many as the machine runs at once.
    pub threads: usize,
    /// The size above which a file is not read.
    pub max_bytes: u64,
    /// Whether reports are cut into words for their keywords.
    pub keywords: bool,
    /// Set from outside to end the run between two files.
    pub cancel: Arc<AtomicBool>,
    /// Who reads pages that are pictures; `None` leaves them unread and says so.
    pub ocr: Option<Reader>,
}

/// Someone who reads pictures of pages, shared by all threads.
#[derive(Clone)]
pub struct Reader(pub Arc<dyn Recognise + Send + Sync>);

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl Default for Options {
    fn default() -> Self {
        Options { threads: 0, max_bytes: 256 << 20, keywords: true, cancel: Arc::default(), ocr: None }
    }
}

/// Someone who wants to know how far the run is.
pub trait Watch: Sync {
    /// One input is through all stages (its keywords may still be missing). Called from any thread, in no order.
    fn done(&self, shown: &str, bytes: u64, outcome: &Outcome);
}

impl Watch for () {
    fn done(&self, _: &str, _: u64, _: &Outcome) {}
}

/// Why a run ended early.
#[derive(Debug)]
pub enum RunError<E> {
    /// [`Options::cancel`] was set.
    Cancelled,
    /// The consumer could not go on.
    Consume(E),
}

impl<E: fmt::Display> fmt::Display for RunError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Cancelled => f.write_str("cancelled"),
            RunError::Consume(error) => error.fmt(f),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for RunError<E> {}

/// The patterns of a folder, or the built-in ones.
///
/// # Errors
/// Where a pattern file is missing or wrong: file, line and cause.
pub fn load_patterns(dir: Option<&Path>) -> Result<Arc<Patterns>, PatternError> {
    match dir {
        Some(dir) => Patterns::load(dir).map(Arc::new),
        None => Ok(Patterns::builtin()),
    }
}

/// All stages on one document, with keywords against itself alone.
///
/// # Errors
/// Where the bytes are no text in any known encoding.
pub fn one(source: Source, bytes: &[u8], patterns: &Patterns) -> Result<Vec<Report>, ReadError> {
    let mut reports = stages(source, bytes, patterns, None)?;
    let words = &patterns.words;
    let made;
    let cutter = match words.dictionary.loaded() {
        Some(full) => full,
        None if bytes.len() > SMALL => words.dictionary.full(),
        None => {
            made = words.dictionary.for_texts(reports.iter().take(1).map(|r| r.document.view.text.as_str()));
            &made
        }
    };
    let tallies = tally(&reports, cutter, patterns);
    let mut background = Background::default();
    tallies.iter().for_each(|tally| background.add(tally));
    attach(&mut reports, &tallies, &background);
    Ok(reports)
}

/// Runs every input through all stages and hands the outcomes to `consume` in the order of the inputs, with what `prepare`
/// (called on the working threads) made of each.
///
/// # Errors
/// [`RunError::Cancelled`] after [`Options::cancel`], [`RunError::Consume`] where `consume` failed. What was consumed before
/// is whole and in order.
pub fn run<T: Send, E>(
    inputs: impl Iterator<Item = Input>,
    patterns: &Arc<Patterns>,
    options: &Options,
    watch: &dyn Watch,
    prepare: impl Fn(&Outcome) -> T + Sync,
    mut consume: impl FnMut(Outcome, T) -> Result<(), E>,
) -> Result<(), RunError<E>> {
    let mut blocks = Blocks { inputs: inputs.peekable() };
    let Some(first) = blocks.next() else { return Ok(()) };
    let alone = blocks.inputs.peek().is_none();
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
        n => n,
    };
    let small = alone && first.iter().map(|sized| sized.bytes).sum::<u64>() <= SMALL as u64;
    let words = match (options.keywords, patterns.words.dictionary.loaded()) {
        (false, _) => Words::Off,
        (true, None) if small => Words::Made,
        (true, _) => Words::Full,
    };
    let pool = match threads {
        1 => None,
        _ if alone && first.len() == 1 => None,
        // Without threads to be had the work is done on this one.
        n => rayon::ThreadPoolBuilder::new().num_threads(n).thread_name(|i| format!("hedui-{i}")).build().ok(),
    };
    if matches!(words, Words::Full) && threads > 1 && patterns.words.dictionary.loaded().is_none() {
        let patterns = patterns.clone();
        std::thread::spawn(move || {
            patterns.words.dictionary.full();
        });
    }
    let job = Job { patterns, options, words, watch, prepare, stop: AtomicBool::new(false) };
    let mut background = Background::default();
    let Some(pool) = pool else {
        let mut next = Some(first);
        while let Some(block) = next {
            let (_, measured) = job.round(None, Vec::new(), block, &mut background).ok_or(RunError::Cancelled)?;
            let (ready, _) = job.round(None, measured, Vec::new(), &mut background).ok_or(RunError::Cancelled)?;
            ready.into_iter().try_for_each(|(outcome, made)| consume(outcome, made)).map_err(RunError::Consume)?;
            next = blocks.next();
        }
        return Ok(());
    };
    // In each round one block is measured, the one before is finished, and the one before that is consumed.
    let (mut next, mut measured, mut ready) = (first, Vec::new(), Vec::new());
    while !(next.is_empty() && measured.is_empty() && ready.is_empty()) {
        let mut worked = None;
        let mut consumed = Ok(());
        let mut following = Vec::new();
        pool.in_place_scope(|scope| {
            let (job, background, worked) = (&job, &mut background, &mut worked);
            if !(next.is_empty() && measured.is_empty()) {
                scope.spawn(move |_| *worked = job.round(Some(threads), measured, next, background));
            } else {
                *worked = Some((Vec::new(), Vec::new()));
            }
            consumed = ready.into_iter().try_for_each(|(outcome, made)| consume(outcome, made));
            if consumed.is_err() {
                job.stop.store(true, Ordering::Relaxed);
            } else {
                following = blocks.next().unwrap_or_default();
            }
        });
        consumed.map_err(RunError::Consume)?;
        (ready, measured) = worked.ok_or(RunError::Cancelled)?;
        next = following;
    }
    Ok(())
}

/// Inputs in blocks.
struct Blocks<I: Iterator> {
    inputs: std::iter::Peekable<I>,
}

struct Sized {
    input: Input,
    bytes: u64,
}

impl<I: Iterator<Item = Input>> Blocks<I> {
    fn next(&mut self) -> Option<Vec<Sized>> {
        let (mut block, mut sum) = (Vec::new(), 0);
        while block.len() < BLOCK_FILES && sum < BLOCK_BYTES {
            let Some(input) = self.inputs.next() else { break };
            let bytes = input.bytes();
            sum += bytes;
            block.push(Sized { input, bytes });
        }
        (!block.is_empty()).then_some(block)
    }
}

/// Where the words come from.
enum Words {
    /// Nowhere: no keywords are wanted.
    Off,
    /// From a dictionary made for the only block.
    Made,
    /// From the full dictionary.
    Full,
}

/// An input through all stages, its words counted or still to be counted.
struct Measured {
    outcome: Outcome,
    tallies: Vec<Tally>,
}

impl Measured {
    fn uncounted(&self) -> bool {
        self.tallies.is_empty() && matches!(self.outcome, Outcome::Read(_))
    }

    /// The text that its words are to be found in.
    fn text(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Read(reports) => reports.first().map(|report| report.document.view.text.as_str()),
            Outcome::Failed(_) => None,
        }
    }
}

struct Job<'j, P> {
    patterns: &'j Arc<Patterns>,
    options: &'j Options,
    words: Words,
    watch: &'j dyn Watch,
    prepare: P,
    stop: AtomicBool,
}

impl<T: Send, P: Fn(&Outcome) -> T + Sync> Job<'_, P> {
    /// Finishes one block and measures the next; nothing where the run is cancelled.
    #[allow(clippy::type_complexity)]
    fn round(
        &self,
        threads: Option<usize>,
        measured: Vec<Measured>,
        next: Vec<Sized>,
        background: &mut Background,
    ) -> Option<(Vec<(Outcome, T)>, Vec<Measured>)> {
        // Largest first, and the short work of finishing last, so that no thread is left with a long piece at the end.
        let mut order: Vec<usize> = (0..next.len()).collect();
        order.sort_by_key(|&i| std::cmp::Reverse(next[i].bytes));
        let fresh = Slots::new(next);
        let old = Slots::new(measured);
        let (shared, files) = (&*background, order.len());
        share(threads, files + old.len(), |i| {
            if self.stopped() {
                return;
            }
            match order.get(i) {
                Some(&i) => fresh.work(i, |sized| self.measure(sized)),
                None => old.work(i - files, |measured| self.finish(measured, shared)),
            }
        });
        let ready = old.done()?;
        let mut measured = fresh.done()?;
        let words = &self.patterns.words.dictionary;
        match self.words {
            Words::Made if !measured.is_empty() => {
                let cutter = words.for_texts(measured.iter().filter_map(Measured::text));
                measured = self.count(threads, measured, &cutter)?;
            }
            Words::Full if measured.iter().any(Measured::uncounted) => {
                measured = self.count(threads, measured, words.full())?;
            }
            Words::Off | Words::Made | Words::Full => {}
        }
        measured.iter().flat_map(|m| &m.tallies).for_each(|tally| background.add(tally));
        background.settle();
        Some((ready, measured))
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.options.cancel.load(Ordering::Relaxed)
    }

    /// One input through all stages.
    fn measure(&self, sized: Sized) -> Measured {
        let shown = sized.input.shown().to_owned();
        let caught = guard(&shown, || self.read(sized.input));
        let (outcome, tallies) = match caught {
            Ok(Ok(read)) => (Outcome::Read(read.0), read.1),
            Ok(Err(problem)) | Err(problem) => (Outcome::Failed(problem), Vec::new()),
        };
        self.watch.done(&shown, sized.bytes, &outcome);
        Measured { outcome, tallies }
    }

    fn read(&self, input: Input) -> Result<(Vec<Report>, Vec<Tally>), Problem> {
        let (shown, bytes) = match input {
            Input::File { path, shown } => match load(&path, self.options.max_bytes) {
                Ok(bytes) => (shown, bytes),
                Err((id, message)) => return Err(Problem { shown, id, message }),
            },
            Input::Bytes { shown, bytes } => (shown, bytes),
            Input::Problem(problem) => return Err(problem),
        };
        let source = Source { path: shown.clone(), ..Source::default() };
        let reports = stages(source, &bytes, self.patterns, self.options.ocr.as_ref()).map_err(|error| Problem {
            shown,
            id: error.id,
            message: error.message,
        })?;
        let tallies = match (&self.words, self.patterns.words.dictionary.loaded()) {
            (Words::Full, Some(cutter)) => tally(&reports, cutter, self.patterns),
            // Counted when the block is through, with a dictionary that is made or loaded by then.
            _ => Vec::new(),
        };
        Ok((reports, tallies))
    }

    /// Counts the words of what is not counted yet.
    fn count(&self, threads: Option<usize>, measured: Vec<Measured>, cutter: &Cutter) -> Option<Vec<Measured>> {
        let slots = Slots::new(measured);
        share(threads, slots.len(), |i| {
            if self.stopped() {
                return;
            }
            slots.work(i, |mut measured| {
                if let (true, Outcome::Read(reports)) = (measured.uncounted(), &measured.outcome) {
                    match guard(measured.outcome.shown(), || tally(reports, cutter, self.patterns)) {
                        Ok(tallies) => measured.tallies = tallies,
                        Err(problem) => measured.outcome = Outcome::Failed(problem),
                    }
                }
                measured
            });
        });
        slots.done()
    }

    /// Keywords, and what the caller wants prepared.
    fn finish(&self, measured: Measured, background: &Background) -> (Outcome, T) {
        let Measured { mut outcome, tallies } = measured;
        let shown = outcome.shown().to_owned();
        let made = guard(&shown, || {
            if let Outcome::Read(reports) = &mut outcome {
                attach(reports, &tallies, background);
            }
            (self.prepare)(&outcome)
        });
        match made {
            Ok(made) => (outcome, made),
            Err(problem) => {
                let outcome = Outcome::Failed(problem);
                let made = (self.prepare)(&outcome);
                (outcome, made)
            }
        }
    }
}

/// read → outline → extract → check, first each report, then the reports of the file against each other.
fn stages(source: Source, bytes: &[u8], patterns: &Patterns, ocr: Option<&Reader>) -> Result<Vec<Report>, ReadError> {
    let doc: Arc<Document> = Arc::new(read_with(source, bytes, ocr.map(|reader| &*reader.0 as &dyn Recognise))?);
    let outline = outline(&doc, patterns);
    let mut reports = extract(&doc, &outline, patterns);
    for report in &mut reports {
        report.findings = check(report, patterns);
    }
    // One file may hold an overall report, its form and its projects: they are held against each other.
    let against = together(&reports, patterns);
    for (report, findings) in reports.iter_mut().zip(against) {
        report.findings.extend(findings);
        report.findings.sort_by_key(|f| std::cmp::Reverse(f.verdict));
    }
    Ok(reports)
}

/// Cuts every report whole and counts its words.
fn tally(reports: &[Report], cutter: &Cutter, patterns: &Patterns) -> Vec<Tally> {
    let tally = |report: &Report| {
        let sections = report.sections.iter().enumerate().map(|(i, section)| (i as u32, section.view));
        Tally::new(cutter, &report.document.view.text, report.view, sections, &patterns.words.filter)
    };
    reports.iter().map(tally).collect()
}

/// Gives every report its keywords; without tallies none.
fn attach(reports: &mut [Report], tallies: &[Tally], background: &Background) {
    for (report, tally) in reports.iter_mut().zip(tallies) {
        let text = &report.document.view.text;
        (report.keywords, report.section_keywords) = tally.keywords(text, background);
    }
}

/// The bytes of a file, or an id and a sentence why not.
fn load(path: &Path, max_bytes: u64) -> Result<Vec<u8>, (&'static str, String)> {
    let fail = |error: std::io::Error| {
        let id = match error.kind() {
            std::io::ErrorKind::NotFound => "file.missing",
            std::io::ErrorKind::PermissionDenied => "file.permission",
            _ => "file.unreadable",
        };
        (id, format!("cannot be read: {error}"))
    };
    let too_large = |bytes: u64| {
        let message =
            format!("has {bytes} bytes, more than the {max_bytes} that are read; split it or raise --max-size");
        ("file.too_large", message)
    };
    let meta = std::fs::metadata(path).map_err(fail)?;
    if meta.is_dir() {
        return Err(("file.folder", "is a folder; name the files in it".to_owned()));
    }
    if meta.len() > max_bytes {
        return Err(too_large(meta.len()));
    }
    let mut bytes = Vec::with_capacity(meta.len() as usize + 1);
    // A file can grow while it is read, and a pipe has no length.
    File::open(path).map_err(fail)?.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > max_bytes {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

/// Runs `work`; a panic in it becomes the problem of this one input.
fn guard<R>(shown: &str, work: impl FnOnce() -> R) -> Result<R, Problem> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Problem {
        shown: shown.to_owned(),
        id: "internal",
        message: format!("internal error: {}; please report it with this file", cause(&*panic)),
    })
}

fn cause(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "no cause given",
    }
}

/// Calls `work` with each of `0..n`, in this order, on so many of the pool's threads (`None`: here).
fn share(threads: Option<usize>, n: usize, work: impl Fn(usize) + Sync) {
    let Some(threads) = threads else { return (0..n).for_each(work) };
    let next = AtomicUsize::new(0);
    rayon::scope(|scope| {
        for _ in 0..threads.min(n) {
            scope.spawn(|_| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= n {
                        break;
                    }
                    work(i);
                }
            });
        }
    });
}

/// Pieces of work and their results, each at its place; every piece is worked on by one thread.
struct Slots<A, B>(Vec<Mutex<Slot<A, B>>>);

enum Slot<A, B> {
    Waiting(A),
    Empty,
    Done(B),
}

impl<A, B> Slots<A, B> {
    fn new(pieces: Vec<A>) -> Self {
        Slots(pieces.into_iter().map(|piece| Mutex::new(Slot::Waiting(piece))).collect())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn work(&self, i: usize, work: impl FnOnce(A) -> B) {
        let slot = || self.0[i].lock().expect("no work is done while a slot is locked");
        let taken = std::mem::replace(&mut *slot(), Slot::Empty);
        if let Slot::Waiting(piece) = taken {
            let done = work(piece);
            *slot() = Slot::Done(done);
        }
    }

    /// All results in order; nothing where a piece was left.
    fn done(self) -> Option<Vec<B>> {
        let result = |slot: Mutex<Slot<A, B>>| match slot.into_inner().expect("no work is done while a slot is locked")
        {
            Slot::Done(done) => Some(done),
            Slot::Waiting(_) | Slot::Empty => None,
        };
        self.0.into_iter().map(result).collect()
    }
}

#[cfg(test)]
mod tests;
