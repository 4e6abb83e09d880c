//! Ctrl-C: the first ends the run after the files at hand, the second at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::lang::Say;
use super::terminal::{STOPPED, Terminal};

/// A flag that the first Ctrl-C (or request to terminate) sets; the second leaves the program.
pub fn listen(terminal: &Terminal) -> Arc<AtomicBool> {
    let cancel = Arc::new(AtomicBool::new(false));
    let (terminal, flag) = (terminal.clone(), cancel.clone());
    // Where no handler can be set, Ctrl-C ends the program as it ends any other; targets are untouched then too.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(STOPPED));
        }
        terminal.say(Say::Stopping);
    });
    cancel
}
