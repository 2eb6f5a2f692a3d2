//! The command: parse, run, exit code.

mod cli;
mod config;
mod limits;
mod signals;
mod streams;

use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use lognorm_mmap::report::Stats;
use lognorm_mmap::{Error, Result, TruncationGuard, run};

use cli::{Cli, StatsFormat};
use config::Config;

/// Failed while running.
const FAILED: u8 = 1;
/// Wrong usage.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    // A panic becomes an error, and that is one line.
    panic::set_hook(Box::new(|_| {}));
    let mut config = match Cli::try_parse().and_then(Config::new) {
        Ok(config) => config,
        Err(message) => return print(&message),
    };
    match normalize(&mut config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn normalize(config: &mut Config) -> Result<()> {
    let start = Instant::now();
    config.fit_memory()?;
    // Without them the run is as good, and an early end leaves more behind.
    let _ = signals::set_up();
    let _guard = TruncationGuard::install();
    let (source, sink) = config.open()?;
    let kind = source.kind();
    let outcome = run(source, sink, &config.options)?;
    let stats = Stats::new(outcome, start.elapsed(), config.options.kernel, kind);
    match config.stats {
        Some(StatsFormat::Text) => tell(format_args!("{stats}")),
        Some(StatsFormat::Json) => tell(format_args!("{}", stats.to_json())),
        None => {}
    }
    Ok(())
}

/// Prints help or the version, which were asked for, or what is wrong with the arguments.
fn print(message: &clap::Error) -> ExitCode {
    if !message.use_stderr() && streams::stdout_was_closed() {
        return fail(&config::closed("standard output"));
    }
    match (message.print(), message.use_stderr()) {
        (_, true) => ExitCode::from(USAGE),
        (Ok(()), false) => ExitCode::SUCCESS,
        (Err(source), false) => fail(&Error::Io { path: "standard output".into(), source }),
    }
}

/// Says what failed. That nobody reads the output any more is no failure: `| head` ends us so.
fn fail(error: &Error) -> ExitCode {
    if error.is_broken_pipe() {
        signals::die_of_broken_pipe();
    } else {
        tell(format_args!("lognorm-mmap: {error}"));
    }
    ExitCode::from(FAILED)
}

/// A line on standard error. If it cannot be written there is nobody left to tell; the exit code
/// still does.
fn tell(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}
