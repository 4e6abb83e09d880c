//! The `hedui` program: everything is in [`hedui::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    hedui::cli::main()
}
