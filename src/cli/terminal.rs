//! Standard error as a conversation, standard output as the product: colours, widths, the progress bar.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use unicode_width::UnicodeWidthStr;

use super::args::{Color, Global};
use super::lang::{Lang, Say};
use crate::pipeline::{Outcome, Watch};

/// Exit: something at `--fail-on`.
pub const FOUND: u8 = 1;
/// Exit: an input, pattern or target failed.
pub const FAILED: u8 = 2;
/// Exit: stopped by Ctrl-C.
pub const STOPPED: u8 = 130;

/// How to talk.
#[derive(Clone)]
pub struct Terminal {
    /// The language of messages.
    pub lang: Lang,
    quiet: bool,
    color: Color,
    bar: ProgressBar,
    bytes: Arc<AtomicU64>,
}

/// How something is emphasised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// As it is.
    Plain,
    /// Bold.
    Bold,
    /// Grey.
    Dim,
    /// Bold red: conflicts, errors.
    Red,
    /// Yellow: suspects.
    Yellow,
    /// Cyan: roundings.
    Cyan,
    /// Green: ids.
    Green,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Red => "1;31",
            Ink::Yellow => "33",
            Ink::Cyan => "36",
            Ink::Green => "32",
        }
    }
}

impl Terminal {
    /// As the options and the environment say.
    pub fn new(global: &Global) -> Self {
        let lang = global.lang.unwrap_or_else(|| Lang::of_locale(|name| std::env::var(name).ok()));
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Terminal { lang, quiet: global.quiet, color: global.color, bar, bytes: Arc::default() }
    }

    /// Shows a progress bar from now on, where there is a terminal to show it on; `false` where there is none.
    /// `product` says that records go to standard output: on the same terminal a bar would be torn to pieces by them.
    pub fn show_bar(&self, product: bool) -> bool {
        if self.quiet || !io::stderr().is_terminal() || product && io::stdout().is_terminal() {
            return false;
        }
        self.bar.set_length(0);
        let template = self.lang.pick(
            "{bar:24} {pos}/{len} 个文件  {speed}  剩余 {eta}",
            "{bar:24} {pos}/{len} files  {speed}  {eta} left",
        );
        let bytes = self.bytes.clone();
        let speed = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let rate = bytes.load(Ordering::Relaxed) as f64 / state.elapsed().as_secs_f64().max(0.001);
            let _ = write!(out, "{:.1} MB/s", rate / 1e6);
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.with_key("speed", speed));
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.bar.enable_steady_tick(Duration::from_millis(100));
        true
    }

    /// One more input is known of.
    pub fn expect_one_more(&self) {
        self.bar.inc_length(1);
    }

    /// Takes the bar away.
    pub fn clear_bar(&self) {
        self.bar.finish_and_clear();
    }

    /// Says it, unless quiet is wanted.
    pub fn say(&self, say: Say<'_>) {
        if !self.quiet {
            self.insist(say);
        }
    }

    /// Says it in any case: without it nobody could know why the run ended.
    pub fn insist(&self, say: Say<'_>) {
        let trouble = !matches!(say, Say::Summary(_) | Say::Compared(_) | Say::Stopping | Say::Stopped { .. });
        let mut line = String::new();
        if trouble {
            line += &paint(self.colors(&io::stderr()), Ink::Red, "hedui: ");
        }
        // A file name may hold anything; what it says to a terminal is not for the terminal to obey.
        line.extend(say.text(self.lang).chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }));
        line.push('\n');
        self.bar.suspend(|| {
            // Nobody can be told that nobody can be told.
            let _ = io::stderr().write_all(line.as_bytes());
        });
    }

    /// Whether what goes to `stream` is coloured.
    pub fn colors(&self, stream: &impl IsTerminal) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                stream.is_terminal() && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }

    /// Writes the product of a command to standard output; a reader that has gone is no failure.
    pub fn product(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> ExitCode {
        let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
        match write(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.insist(Say::Stdout(&error));
                ExitCode::from(FAILED)
            }
            _ => ExitCode::SUCCESS,
        }
    }
}

impl Watch for Terminal {
    fn done(&self, _shown: &str, bytes: u64, _outcome: &Outcome) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.bar.inc(1);
    }
}

/// `text` in `ink`, where colours are wanted.
pub fn paint(colors: bool, ink: Ink, text: &str) -> String {
    if colors && ink != Ink::Plain { format!("\x1b[{}m{text}\x1b[0m", ink.code()) } else { text.to_owned() }
}

/// Columns that `text` takes on a terminal; a Chinese character takes two.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` in `ink`, filled up with spaces to `columns`.
pub fn padded(colors: bool, ink: Ink, text: &str, columns: usize) -> String {
    let mut out = paint(colors, ink, text);
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(text))));
    out
}

/// A stretch of print on one line: line breaks dropped, and cut in the middle where it is long.
pub fn one_line(print: &str) -> String {
    const MOST: usize = 60;
    let line: String = print.chars().filter(|c| !c.is_control()).collect();
    let count = line.chars().count();
    if count <= MOST {
        return line;
    }
    let head = line.chars().take(MOST / 2);
    let tail = line.chars().skip(count - MOST / 2);
    head.chain(['…']).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_characters_are_two_columns_wide() {
        assert_eq!(padded(false, Ink::Red, "矛盾", 6), "矛盾  ");
        assert_eq!(padded(true, Ink::Red, "矛盾", 5), "\x1b[1;31m矛盾\x1b[0m ");
        assert_eq!(padded(false, Ink::Plain, "conflict", 4), "conflict");
    }

    #[test]
    fn a_quote_over_two_lines_is_shown_on_one() {
        assert_eq!(one_line("113.\n52万元"), "113.52万元");
        assert_eq!(one_line(&"一".repeat(61)).chars().count(), 61);
    }
}
