//! The command: parse, run, exit code.

mod about;
mod catalogues;
mod choices;
mod cli;
mod config;
mod destination;
mod extensions;
mod limits;
mod profile;
mod signals;
mod standard;
mod streams;
mod targets;
mod task;

use std::fmt::Arguments;
use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;
use std::time::Instant;

use clap::FromArgMatches;
use lognorm_mmap::report::Stats;
use lognorm_mmap::{Error, TruncationGuard};

use choices::StatsFormat;
use cli::{Cli, Command};
use config::Config;

/// Failed while running.
const FAILED: u8 = 1;
/// Wrong usage.
const USAGE: u8 = 2;
/// Patterns were found that were not there before.
const NEW: u8 = 3;

fn main() -> ExitCode {
    // A panic becomes an error, and that is one line.
    panic::set_hook(Box::new(|_| {}));
    let matches = about::command().try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(message) => return print_message(&message),
    };
    if let Some(text) = about::wanted(&cli) {
        return end_printing(|| io::stdout().write_all(&text));
    }
    if let Some(Command::Patterns(command)) = cli.command {
        if let Err(message) = catalogues::check(&command) {
            return print_message(&message);
        }
        let _ = signals::set_up();
        return match catalogues::perform(command) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(NEW),
            Err(error) => end(&[error]),
        };
    }
    match Config::new(cli) {
        Ok(config) => end(&perform(config)),
        Err(message) => print_message(&message),
    }
}

/// Returns what went wrong.
fn perform(mut config: Config) -> Vec<Error> {
    match config.profile.take() {
        Some(profile) => profile.of(|| normalize(config)),
        None => normalize(config),
    }
}

fn normalize(mut config: Config) -> Vec<Error> {
    let start = Instant::now();
    // Before the first thread, that for signals, can take what is not there.
    if let Err(error) = config.fit_memory() {
        return vec![error];
    }
    // Without them the run is as good, and an early end leaves more behind.
    let _ = signals::set_up();
    let _guard = TruncationGuard::install();
    let report = match task::perform(&config) {
        Ok(report) => report,
        Err(error) => return vec![error],
    };
    let mut stats = Stats::new(&report.results, config.options, start.elapsed());
    if let Some(catalogue) = &report.catalogue {
        stats = stats.with_catalogue(catalogue);
    }
    match config.stats {
        Some(StatsFormat::Text) => tell(format_args!("{stats}")),
        Some(StatsFormat::Json) => tell(format_args!("{}", stats.to_json())),
        None => {}
    }
    report.results.into_iter().filter_map(Result::err).collect()
}

/// Prints help or the version, which were asked for, or what is wrong with the arguments.
fn print_message(message: &clap::Error) -> ExitCode {
    if message.use_stderr() {
        // If it cannot be printed, the exit code still tells.
        let _ = message.print();
        return ExitCode::from(USAGE);
    }
    end_printing(|| message.print())
}

/// Prints, on standard output, what is no pattern.
fn end_printing(print: impl FnOnce() -> io::Result<()>) -> ExitCode {
    let path = "standard output".into();
    let error = if streams::stdout_was_closed() {
        Some(streams::closed(path))
    } else {
        print().err().map(|source| Error::Io { path, source })
    };
    end(error.as_slice())
}

/// Says what went wrong, if anything did. That nobody reads the output any more is no failure:
/// `| head` ends us so.
fn end(errors: &[Error]) -> ExitCode {
    let (broken_pipes, failures): (Vec<_>, Vec<_>) =
        errors.iter().partition(|error| error.is_broken_pipe());
    for error in &failures {
        tell(format_args!("lognorm-mmap: {error}"));
    }
    if failures.is_empty() && !broken_pipes.is_empty() {
        signals::die_of_broken_pipe();
    }
    if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
}

/// Tells of what is no failure, and yet not all that somebody may have hoped for.
fn warn(text: Arguments<'_>) {
    tell(format_args!("lognorm-mmap: warning: {text}"));
}

/// A line on standard error. If it cannot be written there is nobody left to tell; the exit code
/// still does.
fn tell(line: Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}
