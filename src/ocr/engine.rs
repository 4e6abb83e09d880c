//! A picture file in, lines of text out: the engines, as programs that are called.
//!
//! An engine is one of
//! - RapidOCR (PP-OCR models, from PyPI): a Python process that stays, because it takes seconds to load;
//! - Tesseract with its model `chi_sim` (from Debian): a process a picture;
//! - any other command: called with the path of a picture (binary PGM), it prints one JSON object a line:
//!   `{"text": "…", "box": [left, top, right, bottom], "confidence": 0.98}`, boxes in pixels.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::model::ScanLine;

/// How long one picture may take, and how long an engine may take to start.
const PATIENCE: Duration = Duration::from_secs(180);

/// The script that drives RapidOCR.
const SCRIPT: &str = include_str!("rapidocr.py");

/// Which engine to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// RapidOCR where it is found, else Tesseract.
    Auto,
    /// RapidOCR.
    RapidOcr,
    /// Tesseract.
    Tesseract,
    /// A command of the user's, split at spaces.
    Command(String),
}

/// An engine that was found and answers.
#[derive(Clone, Debug)]
pub(super) enum Engine {
    RapidOcr { python: PathBuf, version: String },
    Tesseract { version: String },
    Command { words: Vec<String> },
}

impl Engine {
    /// Finds the chosen engine.
    ///
    /// # Errors
    /// With what was looked for and how to install it.
    pub fn find(choice: &Choice) -> Result<Engine, String> {
        match choice {
            Choice::RapidOcr => rapidocr().ok_or_else(|| {
                format!("no Python with RapidOCR was found; {INSTALL_RAPIDOCR}, and name its Python in HEDUI_PYTHON if it is not python3")
            }),
            Choice::Tesseract => tesseract(),
            Choice::Auto => rapidocr().map_or_else(tesseract, Ok).map_err(|_| {
                format!("no engine to read pictures with was found; {INSTALL_RAPIDOCR} (recommended), or {INSTALL_TESSERACT}, or name a command of your own with --ocr-cmd")
            }),
            Choice::Command(typed) => {
                let words: Vec<String> = typed.split_whitespace().map(str::to_owned).collect();
                match words.first() {
                    None => Err("--ocr-cmd names no command".into()),
                    Some(_) => Ok(Engine::Command { words }),
                }
            }
        }
    }

    /// What distinguishes its answers from those of other engines, for the cache and the notes.
    pub fn name(&self) -> String {
        match self {
            Engine::RapidOcr { version, .. } => format!("rapidocr {version}"),
            Engine::Tesseract { version } => format!("tesseract {version}"),
            Engine::Command { words } => words.join(" "),
        }
    }

    /// Up to which confidence its digits want a second look: Tesseract is sure of what it misreads, RapidOCR mostly is not.
    pub fn doubted(&self) -> f32 {
        match self {
            Engine::Tesseract { .. } => 1.0,
            Engine::RapidOcr { .. } => 0.9,
            Engine::Command { .. } => f32::NEG_INFINITY,
        }
    }

    /// Starts it.
    ///
    /// # Errors
    /// Where it cannot be started or does not answer.
    pub fn start(&self) -> Result<Worker, String> {
        let stays = match self {
            Engine::RapidOcr { python, .. } => Some(Stays::start(python)?),
            Engine::Tesseract { .. } | Engine::Command { .. } => None,
        };
        Ok(Worker { engine: self.clone(), stays })
    }
}

const INSTALL_RAPIDOCR: &str = "install it with `pip install rapidocr-onnxruntime`";
const INSTALL_TESSERACT: &str = "`apt-get install tesseract-ocr tesseract-ocr-chi-sim`";

fn rapidocr() -> Option<Engine> {
    let named = std::env::var_os("HEDUI_PYTHON").filter(|name| !name.is_empty()).map(PathBuf::from);
    let active = std::env::var_os("VIRTUAL_ENV").map(|venv| Path::new(&venv).join("bin/python"));
    let candidates = match named {
        Some(named) => vec![named],
        None => active.into_iter().chain(["python3".into(), "python".into()]).collect(),
    };
    candidates.into_iter().find_map(|python| {
        let ask = "import importlib.metadata as m, importlib.util as u\n\
                   n = next(n for n in ('rapidocr_onnxruntime', 'rapidocr') if u.find_spec(n))\nprint(m.version(n))";
        let answer =
            Command::new(&python).args(["-c", ask]).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
        (answer.status.success() && !version.is_empty()).then_some(Engine::RapidOcr { python, version })
    })
}

fn tesseract() -> Result<Engine, String> {
    let missing = || format!("tesseract was not found; install it with {INSTALL_TESSERACT}");
    let ask = |argument| Command::new("tesseract").arg(argument).stdin(Stdio::null()).output().map_err(|_| missing());
    let said = |output: std::process::Output| {
        let both = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&both).into_owned()
    };
    if !said(ask("--list-langs")?).lines().any(|line| line.trim() == "chi_sim") {
        return Err(format!("tesseract has no model chi_sim for Chinese; install it with {INSTALL_TESSERACT}"));
    }
    let version = said(ask("--version")?).lines().next().unwrap_or_default().replace("tesseract", "").trim().to_owned();
    Ok(Engine::Tesseract { version })
}

/// What a picture shows, which some engines want to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// A page of prose.
    Page,
    /// Pieces below one another.
    Pieces,
}

/// An engine at work; ended when dropped.
pub(super) struct Worker {
    engine: Engine,
    stays: Option<Stays>,
}

impl Worker {
    /// Reads a picture file.
    ///
    /// # Errors
    /// Where the engine fails or does not answer in time; it is of no use afterwards.
    pub fn read(&mut self, picture: &Path, shows: Shows) -> Result<Vec<ScanLine>, String> {
        match (&self.engine, &mut self.stays) {
            (Engine::RapidOcr { .. }, Some(stays)) => stays.read(picture),
            (Engine::RapidOcr { .. }, None) => Err("RapidOCR is not started".into()),
            (Engine::Tesseract { .. }, _) => {
                let mode = if shows == Shows::Page { "3" } else { "6" };
                let mut command = Command::new("tesseract");
                command
                    .arg(picture)
                    .args(["stdout", "-l", "chi_sim", "--psm", mode, "tsv"])
                    .env("OMP_THREAD_LIMIT", "1");
                Ok(super::tsv::lines(&output(command, "tesseract")?))
            }
            (Engine::Command { words }, _) => {
                let mut command = Command::new(&words[0]);
                command.args(&words[1..]).arg(picture);
                objects(&output(command, &words[0])?)
            }
        }
    }
}

/// Runs a command to its end and takes what it prints.
fn output(mut command: Command, name: &str) -> Result<String, String> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("{name} cannot be started: {error}"))?;
    let (send, receive) = channel();
    let (mut out, mut errors) = (child.stdout.take(), child.stderr.take());
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = out.as_mut().map_or(Ok(0), |out| out.read_to_end(&mut bytes));
        // Nobody listens any more where patience has ended.
        let _ = send.send(read.map(|_| bytes));
    });
    let complaint = std::thread::spawn(move || {
        let mut said = String::new();
        let _ = errors.as_mut().map(|errors| errors.take(4096).read_to_string(&mut said));
        // What is behind it must not block the command.
        let _ = errors.as_mut().map(|errors| std::io::copy(errors, &mut std::io::sink()));
        said
    });
    let answer = receive.recv_timeout(PATIENCE);
    if answer.is_err() {
        let _ = child.kill();
    }
    let status = child.wait();
    let complaint = complaint.join().unwrap_or_default();
    match (answer, status) {
        (Ok(Ok(bytes)), Ok(status)) if status.success() => {
            String::from_utf8(bytes).map_err(|_| format!("{name} printed something that is not UTF-8"))
        }
        (Err(_), _) => Err(format!("{name} did not answer within {} seconds", PATIENCE.as_secs())),
        (_, status) => {
            let code = status.map_or_else(|error| error.to_string(), |status| status.to_string());
            Err(format!("{name} failed ({code}): {}", complaint.lines().next_back().unwrap_or("without a word")))
        }
    }
}

/// The lines that a command of the user's prints.
fn objects(printed: &str) -> Result<Vec<ScanLine>, String> {
    #[derive(serde::Deserialize)]
    struct Object {
        text: String,
        #[serde(rename = "box")]
        bbox: [f32; 4],
        confidence: f32,
    }
    let line = |(number, line): (usize, &str)| {
        let object: Object = serde_json::from_str(line)
            .map_err(|error| format!("line {} of what --ocr-cmd printed is no such object: {error}", number + 1))?;
        Ok(ScanLine { text: object.text, bbox: object.bbox, confidence: object.confidence.clamp(0.0, 1.0) })
    };
    printed.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}

/// A Python process that stays.
struct Stays {
    child: Child,
    paths: ChildStdin,
    answers: Receiver<String>,
}

impl Stays {
    fn start(python: &Path) -> Result<Stays, String> {
        let failed = |error: std::io::Error| format!("{} cannot be started: {error}", python.display());
        let mut child = Command::new(python)
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .env("OMP_NUM_THREADS", "1")
            .spawn()
            .map_err(failed)?;
        let (Some(paths), Some(out)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{} has no streams", python.display()));
        };
        let (send, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        let mut stays = Stays { child, paths, answers };
        match stays.answer()?.as_str() {
            "ready" => Ok(stays),
            other => Err(format!("RapidOCR said `{other}` when it was started")),
        }
    }

    fn answer(&mut self) -> Result<String, String> {
        self.answers.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => format!("RapidOCR did not answer within {} seconds", PATIENCE.as_secs()),
            RecvTimeoutError::Disconnected => {
                "RapidOCR ended without an answer; try it with `python3 -c 'import rapidocr_onnxruntime'`".into()
            }
        })
    }

    fn read(&mut self, picture: &Path) -> Result<Vec<ScanLine>, String> {
        let asked = writeln!(self.paths, "{}", picture.display()).and_then(|()| self.paths.flush());
        asked.map_err(|error| format!("RapidOCR takes no more pictures: {error}"))?;
        let answer = self.answer()?;
        let lines: Vec<(String, [f32; 4], f32)> =
            serde_json::from_str(&answer).map_err(|error| format!("RapidOCR's answer is not understood: {error}"))?;
        Ok(lines.into_iter().map(|(text, bbox, confidence)| ScanLine { text, bbox, confidence }).collect())
    }
}

impl Drop for Stays {
    fn drop(&mut self) {
        // It waits for nothing that could be lost.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_prints_is_read_or_refused_by_line() {
        let lines = objects("{\"text\": \"支出\", \"box\": [1, 2, 3, 4], \"confidence\": 1.7}\n\n").expect("read");
        assert_eq!(lines, [ScanLine { text: "支出".into(), bbox: [1.0, 2.0, 3.0, 4.0], confidence: 1.0 }]);
        assert!(objects("\n{\"text\": 1}").expect_err("refused").starts_with("line 2 "));
    }

    #[test]
    fn a_command_that_fails_is_told_of_with_its_last_word() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo first >&2; echo last >&2; exit 3"]);
        let error = output(command, "sh").expect_err("failed");
        assert!(error.contains("exit status: 3") && error.ends_with("last"), "{error}");
        let error = output(Command::new("no-such-program-at-all"), "no-such-program-at-all").expect_err("missing");
        assert!(error.contains("cannot be started"), "{error}");
    }
}
