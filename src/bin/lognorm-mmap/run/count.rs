//! A run that counts the patterns of many logs in one catalogue.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{io, vec};

use lognorm_mmap::text::Printable;
use lognorm_mmap::{Error, FileId, Log, Outcome, Result, count_all};
use nix::errno::Errno;

use super::Report;
use super::ill_formed::warn_of_ill_formed;
use crate::catalogue::load::warn_of_others;
use crate::catalogue::write::{WrittenCatalogue, part_of, title};
use crate::config::Config;
use crate::counted_logs::{CountedLogs, OnFailure};
use crate::endpoint::Input;
use crate::exit::Failure;
use crate::limits;
use crate::messages::tell;
use crate::progress::{Progress, Work};
use crate::shard::{self, ListedNames};
use crate::standard_streams::{Standard, id};
use crate::values::CatalogueFormat;

/// The most logs that a summary names.
const MAX_NAMED: usize = 10;

/// Counts all logs and writes the catalogue.
///
/// # Errors
///
/// The reason why no catalogue could be made. Failures of single logs are in the report.
pub fn perform(logs: &CountedLogs, config: &Config) -> Result<Report, Failure> {
    limits::raise_descriptors();
    // Before the logs are read, so that a wrong output is told of before the work.
    let sink = logs.destination.open(logs.format.content(), None, config.sink)?;
    let mut names = LogNames::new(logs)?;
    // Dropped last: it waits for the terminal, which may be stopped, and the output must not wait.
    let progress = Progress::start(config, Work::Logs(Arc::clone(&names.begun)));
    let mut failed = Failed::default();
    let mut report = |path: &Path, result: Result<Outcome>| match result {
        Ok(outcome) => warn_of_ill_formed(path, &outcome, &config.warnings),
        Err(error) => failed.add(path, error, progress.as_ref()),
    };
    let by = (config.rules, logs.limits);
    let counted = count_all(&mut names, by, &config.source, &config.options, &mut report);
    let (catalogue, tally) = counted?;
    if let Some(error) = names.error {
        return Err(error.into());
    }
    // A table on a terminal is not printed into the bar.
    let _progress = progress.filter(|_| logs.format != CatalogueFormat::Table);
    let failure = failed.summary(tally.inputs, logs.on_failure);
    let is_written = failure.is_none() || logs.on_failure == OnFailure::WriteOthers;
    if is_written {
        let names: Vec<_> = logs.inputs.iter().map(|input| input.path().to_owned()).collect();
        let mut title = part_of(title(&names, tally.inputs, "logs"), logs.shard);
        if failed.count > 0 {
            title += &format!(", without {} that could not be read", failed.count);
        }
        let written = WrittenCatalogue {
            catalogue: &catalogue,
            format: logs.format,
            looks: logs.looks,
            title: &title,
            lines_after: config.lines_of_figures(),
        };
        written.write(sink)?.commit()?;
        warn_of_others(logs.destination.path(), &catalogue, &config.warnings);
    }
    let catalogue = is_written.then_some(catalogue);
    Ok(Report { rules: config.rules, tally, failure, catalogue })
}

/// The logs that could not be read.
#[derive(Default)]
struct Failed {
    count: usize,
    /// The first of them.
    named: Vec<PathBuf>,
}

impl Failed {
    /// Tells of a log that could not be read.
    fn add(&mut self, path: &Path, error: Error, progress: Option<&Progress>) {
        let error = with_advice(error);
        let print = || tell(format_args!("lognorm-mmap: {error}"));
        match progress {
            Some(progress) => progress.suspend(print),
            None => print(),
        }
        self.count += 1;
        if self.named.len() < MAX_NAMED {
            self.named.push(path.to_owned());
        }
    }

    /// Returns the failure that there are such logs among `all`, with a line that names them.
    fn summary(&self, all: usize, on_failure: OnFailure) -> Option<Failure> {
        if self.count == 0 {
            return None;
        }
        if all == 1 {
            return Some(Failure::Told(None));
        }
        let names = self.named.iter().map(|path| Printable(path).to_string());
        let mut names = names.collect::<Vec<_>>().join(", ");
        if self.count > MAX_NAMED {
            names += &format!(" and {} more", self.count - MAX_NAMED);
        }
        let count = self.count;
        Some(Failure::Told(Some(match on_failure {
            OnFailure::WriteNothing => format!(
                "no catalogue written, because {count} of {all} logs could not be read: {names}; \
                 --keep-going leaves them out"
            ),
            OnFailure::WriteOthers => {
                format!("left out {count} of {all} logs that could not be read: {names}")
            }
        })))
    }
}

/// Returns `error`, with what to do about a directory.
fn with_advice(error: Error) -> Error {
    match error {
        Error::Io { path, source } if source.raw_os_error() == Some(Errno::EISDIR as i32) => {
            let advice = "Is a directory, which is not searched; \
                          find DIR -type f -print0 | lognorm-mmap patterns count --files0-from -";
            Error::Io { path, source: io::Error::new(io::ErrorKind::IsADirectory, advice) }
        }
        error => error,
    }
}

/// The logs in order: those of the command line, and then those of the list.
struct LogNames {
    inputs: vec::IntoIter<Input>,
    listed: Option<ListedNames>,
    is_stdin_taken: bool,
    /// The file that the catalogue will replace or is appended to. It must be none of the logs.
    target: Option<FileId>,
    /// The number of logs that were taken.
    begun: Arc<AtomicU64>,
    /// What ended the list early.
    error: Option<Error>,
}

impl LogNames {
    fn new(logs: &CountedLogs) -> Result<Self> {
        // A single log is cut itself.
        let shard = logs.shard.filter(|_| !logs.is_one());
        let (inputs, listed) = shard::part_of(shard, logs.inputs.clone(), logs.list.clone())?;
        let inputs = inputs.into_iter();
        let target = id(logs.destination.path());
        let names = Self {
            inputs,
            listed,
            is_stdin_taken: false,
            target,
            begun: Arc::default(),
            error: None,
        };
        if let Some(list) = &logs.list {
            names.check_apart(list.input.path())?;
        }
        Ok(names)
    }

    /// Returns an error if the log or list at `path` is the file of the catalogue.
    fn check_apart(&self, path: &Path) -> Result<()> {
        // Without such a file, no log is asked.
        if self.target.is_some() && self.target == id(path) {
            return Err(Error::SameFile { path: path.to_owned() });
        }
        Ok(())
    }

    fn next_input(&mut self) -> Result<Option<Input>> {
        if let Some(input) = self.inputs.next() {
            return Ok(Some(input));
        }
        let Some(path) = self.listed.as_mut().and_then(Iterator::next).transpose()? else {
            return Ok(None);
        };
        let is_stdin = Standard::Input.may_be_named_by(&path);
        Ok(Some(if is_stdin { Input::Stdin } else { Input::File(path) }))
    }

    fn next_log(&mut self) -> Result<Option<Log>> {
        let input = self.next_input()?;
        if let Some(input) = &input {
            self.check_apart(input.path())?;
        }
        let log = match input {
            None => return Ok(None),
            Some(Input::File(path)) => Log::File(path),
            Some(Input::Stdin) if self.is_stdin_taken => {
                let source = io::Error::new(io::ErrorKind::InvalidInput, "is named twice");
                return Err(Error::Io { path: "standard input".into(), source });
            }
            Some(Input::Stdin) => {
                self.is_stdin_taken = true;
                Input::Stdin.check_open()?;
                Log::Stdin
            }
        };
        self.begun.fetch_add(1, Ordering::Relaxed);
        Ok(Some(log))
    }
}

impl Iterator for LogNames {
    type Item = Log;

    /// Returns the next log, or `None` at the end or after an error, which is kept.
    fn next(&mut self) -> Option<Log> {
        if self.error.is_some() {
            return None;
        }
        self.next_log().unwrap_or_else(|error| {
            self.error = Some(error);
            None
        })
    }
}
