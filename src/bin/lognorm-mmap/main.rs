//! The command: parse, run, exit code.

mod about;
mod args;
mod catalogue;
mod config;
mod extensions;
mod limits;
mod messages;
mod out_of_memory;
mod panics;
mod printing;
mod profile;
mod progress;
mod run;
mod signals;
mod stack;
mod standard_streams;
mod startup;
mod targets;
mod values;

use std::process::ExitCode;
use std::time::Instant;

use clap::FromArgMatches;
use lognorm_mmap::report::Stats;
use lognorm_mmap::{Error, Result, TruncationGuard};

use args::{Cli, Command};
use config::Config;
use messages::tell;
use values::StatsFormat;

/// Failed while running.
const FAILED: u8 = 1;
/// Wrong usage.
const USAGE: u8 = 2;
/// Patterns were found that were not there before.
const NEW: u8 = 3;

fn main() -> ExitCode {
    let start = || {
        panics::note();
        panics::guard(run)
    };
    stack::with_room(start).unwrap_or_else(|error| end(&[error]))
}

fn run() -> ExitCode {
    let matches = about::command().try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(message) => return end_with(message),
    };
    if let Some(text) = about::wanted(&cli) {
        signals::set_up_if_first();
        return end_printing(printing::print(|output| output.write_all(&text)));
    }
    if let Some(Command::Patterns(command)) = cli.command {
        if let Err(message) = catalogue::check(&command) {
            return end_with(message);
        }
        let _ = signals::set_up(None);
        return match catalogue::perform(command) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(NEW),
            Err(error) => end(&[error]),
        };
    }
    match Config::new(cli) {
        Ok(config) => end(&perform(config)),
        Err(message) => end_with(message),
    }
}

/// Returns what went wrong.
fn perform(mut config: Config) -> Vec<Error> {
    // Before the first thread, that for signals, can take what is not there.
    if let Err(error) = config.fit_memory() {
        return vec![error];
    }
    let profile = config.profile.take();
    // Without them the run is as good, and an early end leaves more.
    let _ = signals::set_up(profile.as_ref().and_then(profile::Profile::signal));
    match profile {
        Some(profile) => profile.of(|| normalize(&config)),
        None => normalize(&config),
    }
}

fn normalize(config: &Config) -> Vec<Error> {
    let start = Instant::now();
    let _guard = TruncationGuard::install();
    let report = match run::perform(config) {
        Ok(report) => report,
        Err(error) => {
            config.warnings.print_kept();
            return vec![error];
        }
    };
    let mut stats = Stats::new(&report.results, report.rules, config.options, start.elapsed());
    if let Some(catalogue) = &report.catalogue {
        stats = stats.with_catalogue(catalogue);
    }
    match config.stats {
        Some(StatsFormat::Text) => tell(format_args!("{stats}")),
        Some(StatsFormat::Json) => {
            let stats = stats.with_warnings(config.warnings.take());
            tell(format_args!("{}", stats.to_json()));
        }
        None => {}
    }
    report.results.into_iter().filter_map(Result::err).collect()
}

/// Ends with help or the version, which were asked for, or with what is wrong with the arguments.
fn end_with(message: clap::Error) -> ExitCode {
    if message.use_stderr() {
        printing::print_usage_error(message);
        return ExitCode::from(USAGE);
    }
    signals::set_up_if_first();
    end_printing(printing::print_help(&message))
}

fn end_printing(printed: Result<()>) -> ExitCode {
    end(printed.err().as_slice())
}

/// Says what went wrong, if anything did. That nobody reads the output any more is no failure, for
/// `| head` ends us so, unless the signal for that is ignored.
fn end(errors: &[Error]) -> ExitCode {
    let is_quiet = |error: &&Error| error.is_broken_pipe() && !startup::sigpipe_was_ignored();
    let (broken_pipes, failures): (Vec<_>, Vec<_>) = errors.iter().partition(is_quiet);
    if !failures.is_empty() {
        out_of_memory::take_over();
    }
    for error in &failures {
        tell(format_args!("lognorm-mmap: {error}"));
    }
    if errors.is_empty() {
        return ExitCode::SUCCESS;
    }
    // If there was one, an error has told of it.
    panics::forget();
    if failures.is_empty() && !broken_pipes.is_empty() {
        signals::die_of_broken_pipe();
    }
    ExitCode::from(FAILED)
}
