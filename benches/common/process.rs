//! The built program, run and watched from outside.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a run went.
pub struct Ran {
    /// By the clock.
    pub seconds: f64,
    /// Seconds of processor time, in hundredths.
    pub processor: f64,
    /// The most memory it held, in bytes.
    pub peak: u64,
}

/// `hedui extract --quiet ARGUMENTS`, its records thrown away.
pub fn run(program: &str, arguments: &[&Path]) -> io::Result<Ran> {
    let start = Instant::now();
    let mut command = Command::new(program);
    command.arg("extract").arg("--quiet").args(arguments);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let home = PathBuf::from(format!("/proc/{}", child.id()));
    let (mut peak, mut ticks) = (0, 0);
    // Neither ever falls, so that the last look before the end tells nearly all.
    let ended = loop {
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        peak = high_water(&home.join("status")).unwrap_or(0).max(peak);
        ticks = worked(&home.join("stat")).unwrap_or(0).max(ticks);
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = start.elapsed().as_secs_f64();
    // Exit code 1 is about what the reports say, 2 about inputs, some of which are meant to fail.
    match ended.code() {
        Some(0..=2) => Ok(Ran { seconds, processor: ticks as f64 / 100.0, peak }),
        _ => Err(io::Error::other(format!("hedui extract {arguments:?} ended with {ended}"))),
    }
}

/// `VmHWM:     12345 kB`
pub fn high_water(status: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kb| kb * 1024)
}

/// Nanoseconds that the first thread of this process has been on a processor: what other programs take is not in them.
pub fn on_processor() -> u64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Ticks in the program and for it in the system: fields 14 and 15 of `stat`, counted behind the name in brackets.
fn worked(stat: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(stat).ok()?;
    let rest = text.rsplit_once(')')?.1;
    let field = |n: usize| rest.split_whitespace().nth(n - 3)?.parse::<u64>().ok();
    Some(field(14)? + field(15)?)
}
