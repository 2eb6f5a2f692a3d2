//! One catalogue of many logs, as if one followed the other.
//!
//! ```text
//! queue ──► worker (one on each thread) ──► sum
//!   a batch of logs        parts, in any order      the catalogue, in the order of the logs
//! ```
//!
//! Small logs, and compressed ones, are counted side by side, each by one thread. What is made of
//! them waits until its turn comes, so that the catalogue does not depend on which thread was faster.
//! Large plain logs, and those of which only their turn tells what to do, are counted by all threads
//! together.
//!
//! Memory is bounded, also for very many logs: what waits is, and so is what a log may take for a
//! catalogue of its own. One that needs more is counted once more, by all threads, directly into the
//! sum.

mod archive;
mod queue;
mod sum;
#[cfg(test)]
mod tests;
mod worker;

use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use super::tally::Tally;
use super::threads::start_threads;
use super::{Action, Options, Outcome, run};
use crate::catalogue::{Catalogue, Limits};
use crate::error::{Error, Result};
use crate::input::{OpenInput, Source, SourceOptions};
use crate::output::Sink;
use crate::rules::Rules;
use queue::Queue;
use sum::{MAX_WAITING, State, Sum};
use worker::LogCounter;

/// The most bytes of the catalogues that threads have for single logs, all together.
const MAX_ALONE: usize = 256 << 20;

/// A log to be counted.
pub enum Log {
    /// The file with this name, which may be an archive of logs.
    File(PathBuf),
    /// Standard input, which may be an archive too.
    Stdin,
    /// One that is open and cannot be opened again.
    Open(Box<OpenInput>),
}

/// A function that is told the results of logs, in their order. Small plain logs that could be
/// counted are left out.
pub type Report<'a> = &'a mut (dyn FnMut(&Path, Result<Outcome>) + Send);

/// What all threads go by.
struct Settings<'a> {
    source: &'a SourceOptions,
    /// The same, for logs that one thread reads: mapping is more work than a read or two.
    unmapped: SourceOptions,
    options: &'a Options,
    /// The number of threads that count side by side.
    threads: usize,
    rules: Rules,
    /// The limits of a catalogue of one log.
    limits_alone: Limits,
}

/// Counts the patterns of all `logs`, which are opened one by one as they are counted. Returns their
/// catalogue, and what was read.
///
/// The result is, in every figure, what [`Catalogue::append`] gives for the catalogues of the logs, in
/// their order, each counted without a limit. A log that cannot be read to its end is reported, and
/// leaves nothing in the catalogue.
///
/// # Errors
///
/// [`Error::Memory`] if there is not enough for the catalogue, and [`Error::Panic`].
pub fn count_all(
    logs: impl Iterator<Item = Log> + Send,
    (rules, limits): (Rules, Limits),
    source: &SourceOptions,
    options: &Options,
    report: Report<'_>,
) -> Result<(Catalogue, Tally)> {
    let mut catalogue = Catalogue::new(rules, limits);
    let mut logs = logs;
    // A thread has no work if there are fewer logs.
    let mut first: Vec<_> = logs.by_ref().take(options.threads.max(2)).collect();
    let threads = first.len().clamp(1, options.threads.max(1));
    let limits_alone = Limits { patterns: usize::MAX, bytes: MAX_ALONE / threads, ..limits };
    let unmapped = SourceOptions { map: false, ..source.clone() };
    let settings = Settings { source, unmapped, options, threads, rules, limits_alone };
    let mut sum = Sum::new(&mut catalogue, report, MAX_WAITING);
    match first.pop() {
        Some(only) if first.is_empty() => settings.count_with_all_threads(only, sum.state())?,
        last => {
            let logs = first.into_iter().chain(last).chain(logs);
            settings.count_all(Queue::new(logs), &mut sum)?;
        }
    }
    let tally = sum.finish();
    Ok((catalogue, tally))
}

impl Settings<'_> {
    fn count_all<I>(&self, mut queue: Queue<I>, sum: &mut Sum<'_>) -> Result<()>
    where
        I: Iterator<Item = Log> + Send,
    {
        loop {
            self.side_by_side(&queue, sum);
            let mut was_large = false;
            while let Some(log) = sum.state().take_large()? {
                self.count_with_all_threads(log, sum.state())?;
                sum.state().resume();
                was_large = true;
            }
            if !was_large {
                return Ok(());
            }
            queue.open();
        }
    }

    /// Counts logs on all threads, until there are no more or the next is for all threads together.
    fn side_by_side<I>(&self, queue: &Queue<I>, sum: &Sum<'_>)
    where
        I: Iterator<Item = Log> + Send,
    {
        let work = || {
            let run = || LogCounter::new(self, sum).map(|mut counter| counter.run(queue, sum));
            let result = panic::catch_unwind(AssertUnwindSafe(run));
            let result = result.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())));
            if let Err(error) = result {
                sum.fail(error);
                queue.close();
            }
        };
        match start_threads(self.threads) {
            Some(pool) => {
                pool.broadcast(|_| work());
            }
            None => work(),
        }
    }

    /// Counts `log` with all threads.
    fn count_with_all_threads(&self, log: Log, state: &mut State<'_>) -> Result<()> {
        let threads = self.options.threads;
        let (path, input) = match log {
            Log::File(path) => {
                let input = OpenInput::open(&path, self.source, threads);
                (path, input)
            }
            Log::Stdin => ("standard input".into(), OpenInput::stdin(self.source, threads)),
            Log::Open(input) => (input.path().to_owned(), Ok(*input)),
        };
        match input {
            Ok(OpenInput::Log(source)) => self.count_source(&path, Ok(source), state),
            Ok(OpenInput::Archive(archive)) => self.count_archive(archive, state),
            Err(error) => self.count_source(&path, Err(error), state),
        }
    }

    /// Counts the log at `path`, or takes back what was counted of it if it cannot be read.
    fn count_source(
        &self,
        path: &Path,
        source: Result<Source>,
        state: &mut State<'_>,
    ) -> Result<()> {
        let checkpoint = state.catalogue.checkpoint()?;
        let count = |source: Source| {
            let (sink, action) = (Sink::discard(), Action::Count(state.catalogue));
            run(source, sink, action, self.options)
        };
        let result = source.and_then(count);
        if result.is_err() {
            state.catalogue.go_back_to(checkpoint);
        }
        state.done(path, result);
        Ok(())
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Stdin => f.write_str("Stdin"),
            Self::Open(source) => f.debug_tuple("Open").field(&source.path()).finish(),
        }
    }
}
