//! A run over many inputs: records to targets in order, problems and a last line to standard error, an exit code out.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::args::Global;
use super::inputs::{Inputs, Walk};
use super::interrupt;
use super::lang::{Counts, Say};
use super::terminal::{FAILED, FOUND, STOPPED, Terminal};
use super::verdicts::Verdicts;
use crate::model::{Report, Verdict};
use crate::patterns::Patterns;
use crate::pipeline::{self, Options, Outcome, RunError};
use crate::write::{self, Context, Guard, Record, Target, TargetSpec, WriteError};

/// What a run is about.
pub struct Batch<'a> {
    /// Options of every command.
    pub global: &'a Global,
    /// What is read.
    pub paths: &'a [PathBuf],
    /// Where records go.
    pub targets: &'a [OsString],
    /// Whether records go to standard output where no target is named.
    pub records: bool,
    /// What a person reads about the reports of one input, on standard output.
    pub view: Option<&'a View<'a>>,
    /// From which verdict on a finding changes the exit code.
    pub fail_on: Option<Verdict>,
    /// Findings that are known do not change the exit code.
    pub known: Option<&'a Verdicts>,
}

/// Reports in, text for a person out; called on working threads.
pub type View<'a> = dyn Fn(&[Report], &Patterns) -> Vec<u8> + Sync + 'a;

/// What is made of one input on a working thread.
struct Made {
    records: Vec<Vec<u8>>,
    view: Vec<u8>,
    problem: Option<write::Problem>,
}

/// Why a run ends before its inputs do.
enum Stop {
    /// The reader of standard output has gone.
    Closed,
    /// No target is left; each has been told of.
    NoTarget,
}

impl Batch<'_> {
    /// Runs it.
    pub fn run(&self, terminal: &Terminal) -> ExitCode {
        // Heard from before the first target is opened, so that nothing half-made is left behind.
        let cancel = interrupt::listen(terminal);
        let options = match self.global.options(terminal) {
            Ok(options) => Options { cancel, ..options },
            Err(code) => return code,
        };
        match self.open(terminal) {
            Ok((patterns, targets)) => self.work(terminal, &patterns, targets, options),
            Err(code) => code,
        }
    }

    /// Patterns and targets, before the first input is read.
    fn open(&self, terminal: &Terminal) -> Result<(Arc<Patterns>, Targets), ExitCode> {
        let failed = |error: WriteError| {
            terminal.insist(Say::Target(&error));
            ExitCode::from(FAILED)
        };
        let mut specs: Vec<TargetSpec> =
            self.targets.iter().map(|typed| TargetSpec::parse(typed)).collect::<Result<_, _>>().map_err(failed)?;
        if specs.is_empty() && self.records {
            specs.push(TargetSpec::Stdout);
        }
        let guard = Guard::new(&specs).map_err(failed)?;
        self.paths.iter().filter(|p| p.is_file()).try_for_each(|p| guard.check_input(p)).map_err(failed)?;
        let patterns = super::patterns(terminal, self.global.patterns.as_deref())?;
        let arguments = std::env::args_os().skip(1).map(|a| write::without_password(&a.to_string_lossy())).collect();
        let context = Context { patterns: patterns.clone(), arguments };
        let mut open = Vec::new();
        for spec in &specs {
            open.push((spec.clone(), write::open(spec, &context).map_err(failed)?));
        }
        Ok((patterns, Targets { open, failed: false }))
    }

    fn work(&self, terminal: &Terminal, patterns: &Arc<Patterns>, mut targets: Targets, options: Options) -> ExitCode {
        let aside = Arc::new(AtomicU64::new(0));
        let stdout = targets.open.iter().any(|(spec, _)| *spec == TargetSpec::Stdout);
        let view = self.view.filter(|_| !stdout);
        if terminal.show_bar(stdout || view.is_some()) {
            self.count(terminal);
        }
        let inputs = Inputs::new(Walk::new(self.paths, aside.clone()), self.global.max_size, options.cancel.clone());
        let records = !targets.open.is_empty();
        // Only records have keywords.
        let options = Options { keywords: records, ..options };
        let prepare = |outcome: &Outcome| made(outcome, patterns, records, view);
        let mut counts = Counts::default();
        let mut worst = None;
        let consume = |outcome: Outcome, made: Made| {
            counts.add(&outcome, patterns);
            if let Outcome::Failed(problem) = &outcome {
                terminal.say(Say::Problem(problem));
            }
            if let Outcome::Read(reports) = &outcome {
                worst = worst.max(
                    reports
                        .iter()
                        .flat_map(|r| &r.findings)
                        .filter(|f| self.known.is_none_or(|known| known.of(f).is_none()))
                        .map(|f| f.verdict)
                        .max(),
                );
            }
            if !made.view.is_empty() {
                show(terminal, &made.view)?;
            }
            if records { targets.put(terminal, &outcome, &made) } else { Ok(()) }
        };
        let run = pipeline::run(inputs, patterns, &options, terminal, prepare, consume);
        terminal.clear_bar();
        counts.aside = aside.load(Ordering::Relaxed);
        match run {
            Ok(()) => {}
            Err(RunError::Cancelled) => {
                let kept = targets.open.iter().any(|(spec, _)| *spec != TargetSpec::Stdout);
                drop(targets);
                terminal.say(Say::Stopped { inputs: counts.inputs, targets: kept });
                return ExitCode::from(STOPPED);
            }
            Err(RunError::Consume(Stop::Closed)) => return ExitCode::SUCCESS,
            Err(RunError::Consume(Stop::NoTarget)) => return ExitCode::from(FAILED),
        }
        let written = targets.finish(terminal);
        terminal.say(Say::Summary(&counts));
        if !written || counts.failed > 0 {
            ExitCode::from(FAILED)
        } else if self.fail_on.is_some_and(|verdict| worst >= Some(verdict)) {
            ExitCode::from(FOUND)
        } else {
            ExitCode::SUCCESS
        }
    }

    /// Counts the inputs beside the run, for the bar.
    fn count(&self, terminal: &Terminal) {
        let (paths, terminal) = (self.paths.to_vec(), terminal.clone());
        std::thread::spawn(move || Walk::new(&paths, Arc::default()).for_each(|_| terminal.expect_one_more()));
    }
}

/// The records of one input and what a person reads of it.
fn made(outcome: &Outcome, patterns: &Patterns, records: bool, view: Option<&View<'_>>) -> Made {
    let mut made = Made { records: Vec::new(), view: Vec::new(), problem: None };
    match outcome {
        Outcome::Read(reports) => {
            if records {
                made.records.extend(reports.iter().map(|report| {
                    let mut json = Vec::new();
                    write::to_json(report, patterns, &mut json);
                    json
                }));
            }
            if let Some(view) = view {
                made.view = view(reports, patterns);
            }
        }
        Outcome::Failed(problem) => {
            let problem = write::Problem {
                path: problem.shown.clone(),
                sha256: None,
                bytes: None,
                id: problem.id.into(),
                message: problem.message.clone(),
            };
            if records {
                let mut json = Vec::new();
                write::problem_to_json(&problem, patterns, &mut json);
                made.records.push(json);
            }
            made.problem = Some(problem);
        }
    }
    made
}

fn show(terminal: &Terminal, view: &[u8]) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    out.write_all(view).and_then(|()| out.flush()).map_err(|error| {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Stop::Closed;
        }
        terminal.insist(Say::Stdout(&error));
        Stop::NoTarget
    })
}

/// The open targets of a run. One that fails is told of and let go; the others go on.
struct Targets {
    open: Vec<(TargetSpec, Box<dyn Target>)>,
    failed: bool,
}

impl Targets {
    fn put(&mut self, terminal: &Terminal, outcome: &Outcome, made: &Made) -> Result<(), Stop> {
        let mut closed = false;
        let failed = &mut self.failed;
        self.open.retain_mut(|(_, target)| match put(target.as_mut(), outcome, made) {
            Ok(()) => true,
            Err(error) if error.is_closed_pipe() => {
                closed = true;
                false
            }
            Err(error) => {
                terminal.insist(Say::Target(&error));
                *failed = true;
                false
            }
        });
        match (self.open.is_empty(), self.failed) {
            (false, _) => Ok(()),
            (true, true) => Err(Stop::NoTarget),
            (true, false) => {
                debug_assert!(closed, "a target goes for a reason");
                Err(Stop::Closed)
            }
        }
    }

    /// Makes all of them appear; false where one did not.
    fn finish(self, terminal: &Terminal) -> bool {
        let mut written = !self.failed;
        for (_, target) in self.open {
            match target.finish() {
                Err(error) if !error.is_closed_pipe() => {
                    terminal.insist(Say::Target(&error));
                    written = false;
                }
                _ => {}
            }
        }
        written
    }
}

fn put(target: &mut dyn Target, outcome: &Outcome, made: &Made) -> Result<(), WriteError> {
    match (outcome, &made.problem) {
        (Outcome::Read(reports), _) => (1..)
            .zip(reports)
            .zip(&made.records)
            .try_for_each(|((ordinal, report), json)| target.put(&Record::Report { report, ordinal }, json)),
        (Outcome::Failed(_), Some(problem)) => {
            made.records.iter().try_for_each(|json| target.put(&Record::Problem(problem), json))
        }
        (Outcome::Failed(_), None) => Ok(()),
    }
}

impl Counts {
    fn add(&mut self, outcome: &Outcome, patterns: &Patterns) {
        self.inputs += 1;
        let reports = match outcome {
            Outcome::Read(reports) => reports,
            Outcome::Failed(_) => {
                self.failed += 1;
                return;
            }
        };
        for report in reports {
            if patterns.families.get(report.family).report {
                self.reports += 1;
            } else {
                self.others += 1;
            }
            for finding in &report.findings {
                match finding.verdict {
                    Verdict::Conflict => self.conflicts += 1,
                    Verdict::Suspect => self.suspects += 1,
                    Verdict::Rounding => self.roundings += 1,
                    Verdict::Holds | Verdict::Undecidable => {}
                }
            }
        }
    }
}
