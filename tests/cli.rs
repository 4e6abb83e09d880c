//! The program from outside: arguments and files in, both streams and the exit code out.
#![cfg(unix)]

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/bad_patterns.rs"]
mod bad_patterns;
#[path = "cli/bad_target.rs"]
mod bad_target;
#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/compare.rs"]
mod compare;
#[path = "cli/ocr.rs"]
mod ocr;
#[path = "cli/postgres.rs"]
mod postgres_target;
#[path = "cli/room.rs"]
mod room;
#[path = "cli/samples.rs"]
mod samples;
#[path = "common/server.rs"]
mod server;
#[path = "cli/stop.rs"]
mod stop;
#[path = "common/tools.rs"]
mod tools;
