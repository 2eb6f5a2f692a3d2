//! How the program ends: its exit codes, and the messages about failures.

use std::process::ExitCode;

use lognorm_mmap::Error;

use crate::messages::tell;
use crate::{out_of_memory, panics, printing, signals, startup};

/// A run or a command that did what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    Done,
    /// Patterns were found that were not there before.
    FoundNew,
}

/// A run or a command that did not do all that was asked for.
#[derive(Debug)]
pub enum Failure {
    /// The arguments do not go together, or not with the files that they name.
    Usage(clap::Error),
    /// What failed, in the order of the messages.
    Errors(Vec<Error>),
    /// Errors that were told of when they happened, and a summary of them if there is one.
    Told(Option<String>),
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::Usage(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Errors(vec![error])
    }
}

/// The exit code of a failure.
pub const FAILED: u8 = 1;
/// The exit code of wrong usage.
const USAGE: u8 = 2;
/// The exit code of a comparison that found new patterns.
const FOUND_NEW: u8 = 3;

/// Prints the messages that belong to `result`, and returns its exit code.
pub fn code(result: Result<Success, Failure>) -> ExitCode {
    match result {
        Ok(Success::Done) => ExitCode::SUCCESS,
        Ok(Success::FoundNew) => ExitCode::from(FOUND_NEW),
        Err(Failure::Usage(error)) => {
            printing::print_usage_error(error);
            ExitCode::from(USAGE)
        }
        Err(Failure::Errors(errors)) => failed(&errors),
        Err(Failure::Told(summary)) => {
            if let Some(summary) = summary {
                tell(format_args!("lognorm-mmap: {summary}"));
            }
            // A panic became one of the errors.
            panics::forget();
            ExitCode::from(FAILED)
        }
    }
}

/// Prints `errors`. Where all of them are that the reader of the output is gone, which is how
/// `| head` ends a program, the process dies of `SIGPIPE` instead, unless that was ignored.
fn failed(errors: &[Error]) -> ExitCode {
    let is_quiet = |error: &&Error| error.is_broken_pipe() && !startup::sigpipe_was_ignored();
    let (_, failures): (Vec<_>, Vec<_>) = errors.iter().partition(is_quiet);
    if !failures.is_empty() {
        out_of_memory::take_over();
    }
    for error in &failures {
        tell(format_args!("lognorm-mmap: {error}"));
    }
    // A panic became one of the errors.
    panics::forget();
    if failures.is_empty() {
        signals::die_of_broken_pipe();
    }
    ExitCode::from(FAILED)
}
