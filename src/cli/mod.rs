//! The command line: arguments in, an exit code out. Standard output is the product, standard error the conversation.

mod args;
mod batch;
mod check;
mod compare;
mod explain;
mod inputs;
mod interrupt;
mod lang;
mod patterns;
mod shell;
mod terminal;
mod text;
mod verdicts;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use self::args::{Cli, Command, Global};
use self::batch::Batch;
use self::lang::Say;
use self::terminal::{FAILED, Terminal};
use crate::ocr::{Choice, Ocr};
use crate::patterns::Patterns;
use crate::pipeline::Reader;

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version are a product, anything else a message; clap knows which goes where.
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(error.exit_code() as u8);
        }
    };
    // A panic inside one file's work becomes that file's problem and is told of there.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let terminal = Terminal::new(&cli.global);
    catch_unwind(AssertUnwindSafe(|| dispatch(&cli, &terminal))).unwrap_or_else(|panic| {
        let cause = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        terminal.insist(Say::Internal(cause.unwrap_or("-")));
        ExitCode::from(FAILED)
    })
}

fn dispatch(cli: &Cli, terminal: &Terminal) -> ExitCode {
    let global = &cli.global;
    match &cli.command {
        Command::Extract(extract) => Batch {
            global,
            paths: &extract.paths.paths,
            targets: &extract.targets.targets,
            records: !extract.show_unexplained,
            view: extract.show_unexplained.then_some(&check::unexplained),
            fail_on: None,
            known: None,
        }
        .run(terminal),
        Command::Check(check) => check::run(global, check, terminal),
        Command::Compare(compare) => compare::run(global, compare, terminal),
        Command::Text(text) => text::run(global, text, terminal),
        Command::Patterns(patterns) => patterns::run(global, patterns, terminal),
        Command::Explain { id: Some(id), .. } => explain::run(global, id, terminal),
        Command::Explain { id: None, .. } => explain::all(global, terminal),
        Command::Completions { shell } => shell::completions(*shell, terminal),
        Command::Man { command } => shell::man(command.as_deref(), terminal),
    }
}

/// The patterns of `dir`, or the built-in ones; told why not.
fn patterns(terminal: &Terminal, dir: Option<&Path>) -> Result<Arc<Patterns>, ExitCode> {
    crate::pipeline::load_patterns(dir).map_err(|error| {
        terminal.insist(Say::Patterns(&error));
        ExitCode::from(FAILED)
    })
}

impl Global {
    /// What a run of these options is like: no keywords, no one to stop it.
    /// Where the engine for pictures that is asked for is not there, this is told.
    fn options(&self, terminal: &Terminal) -> Result<crate::pipeline::Options, ExitCode> {
        Ok(crate::pipeline::Options {
            threads: self.threads,
            max_bytes: self.max_size,
            keywords: false,
            cancel: Arc::default(),
            ocr: self.reader(terminal)?,
        })
    }

    /// Who reads pictures, where someone is asked for.
    fn reader(&self, terminal: &Terminal) -> Result<Option<Reader>, ExitCode> {
        let choice = match (&self.ocr_cmd, self.ocr) {
            (Some(command), _) => Choice::Command(command.clone()),
            (None, Some(args::Engine::Auto)) => Choice::Auto,
            (None, Some(args::Engine::Rapidocr)) => Choice::RapidOcr,
            (None, Some(args::Engine::Tesseract)) => Choice::Tesseract,
            (None, None) => return Ok(None),
        };
        let workers = match self.threads {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
            n => n,
        };
        let cache = self.ocr_cache.clone().or_else(default_cache);
        match Ocr::new(&choice, workers, cache.as_deref()) {
            Ok(ocr) => Ok(Some(Reader(Arc::new(ocr)))),
            Err(why) => {
                terminal.insist(Say::Ocr(&why));
                Err(ExitCode::from(FAILED))
            }
        }
    }
}

/// The folder for passing data of this user, as the system has it.
fn default_cache() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = named("XDG_CACHE_HOME")
        .or_else(|| named("LOCALAPPDATA"))
        .or_else(|| named("HOME").map(|home| home.join(".cache")))?;
    Some(folder.join("hedui").join("ocr"))
}
