//! The command `lognorm-mmap`.

mod about;
mod args;
mod catalogue;
mod compression;
mod config;
mod counted_logs;
mod deadly_signals;
mod endpoint;
mod exit;
mod extensions;
mod file_list;
mod spooled_names;
mod limits;
mod messages;
mod out_of_memory;
mod panics;
mod plan;
mod printing;
mod profile;
mod progress;
mod run;
mod shard;
mod signals;
mod stack;
mod standard_streams;
mod startup;
mod targets;
mod values;

use std::process::ExitCode;

use clap::FromArgMatches;

use args::{Cli, Command};
use config::Config;
use exit::{Failure, Success};

fn main() -> ExitCode {
    let start = || {
        panics::record();
        panics::guard(|| exit::code(perform()))
    };
    stack::with_room(start).unwrap_or_else(|error| exit::code(Err(error.into())))
}

/// Does what the command line asks for.
fn perform() -> Result<Success, Failure> {
    let matches = about::command().try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return Err(error.into()),
        Err(help) => return Ok(printing::print_help(&help)?),
    };
    if let Some(text) = about::requested_text(&cli) {
        return Ok(printing::print_text(&text)?);
    }
    match cli.command {
        Some(Command::Patterns(command)) => catalogue::perform(command),
        None => run::perform(Config::new(cli)?),
    }
}
