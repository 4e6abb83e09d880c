//! `hedui completions` and `hedui man`: the command line as other programs want it described.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;
use super::lang::Say;
use super::terminal::{FAILED, Terminal};

/// Prints the completion script of a shell.
pub fn completions(shell: Shell, terminal: &Terminal) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "hedui", &mut script);
    terminal.product(|out| out.write_all(&script))
}

/// Prints the manual page of the program or of one of its commands.
pub fn man(command: Option<&str>, terminal: &Terminal) -> ExitCode {
    let mut program = Cli::command();
    program.build();
    let wanted = match command {
        None => Some(program),
        // Its own name is `hedui-extract`, as pages of commands are called.
        Some(name) => program.find_subcommand(name).map(|found| {
            let page = format!("hedui-{name}");
            found.clone().display_name(page.clone()).name(page)
        }),
    };
    let Some(wanted) = wanted else {
        terminal.insist(Say::UnknownCommand(command.unwrap_or_default()));
        return ExitCode::from(FAILED);
    };
    terminal.product(|out| clap_mangen::Man::new(wanted).render(out))
}
