//! Many logs in one run.
//!
//! Small logs, and compressed ones, whose decoders have one thread each, are normalised side by
//! side, each by one thread from end to end. Large plain logs are normalised one after the other,
//! each by all threads.

use std::fs;
use std::panic::{self, AssertUnwindSafe};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::alone::run_alone;
use super::jobs::{Job, check_apart};
use super::threads::{Threads, chunks_in, start_threads};
use super::{Action, Options, Outcome, run, run_on};
use crate::error::{Error, Result};
use crate::input::{Format, Source, SourceOptions};
use crate::output::{Sink, SinkOptions};
use crate::rules::Rules;
use crate::sys::resolved_path::ParentDirectory;

/// A plain log of more bytes than this is normalised by all threads, so that one that is far larger
/// than the rest is not left to a single thread. Logs of about this size take about the same time
/// either way.
pub(super) const LARGE: u64 = 32 << 20;

/// Writes the patterns of each of `jobs`, as [`run`] does, and returns the outcomes in the order of
/// the jobs. One that fails does not stop the others.
///
/// # Errors
///
/// [`Error::Conflict`] if an output is what another job reads or writes. No file is touched then.
pub fn run_all(
    jobs: &[Job],
    source: &SourceOptions,
    sink: SinkOptions,
    rules: Rules,
    options: &Options,
) -> Result<Vec<Result<Outcome>>> {
    check_apart(jobs)?;
    let pool = start_threads(threads_for(jobs, options));
    // The directory of most outputs. What is wrong with it is reported for each of them.
    let directory = jobs.first().and_then(|job| ParentDirectory::of(&job.output).ok());
    let (pool, directory) = (pool.as_ref(), directory.as_ref());
    Ok(Batch { jobs, source, sink, rules, options, pool, directory }.run())
}

/// Returns how many threads are of use: one for each log, or for each chunk of a large one.
fn threads_for(jobs: &[Job], options: &Options) -> usize {
    let max = options.threads.max(1);
    if jobs.len() == 1 {
        // A single log starts its own threads when there is work for them.
        return 1;
    }
    if jobs.len() >= max {
        return max;
    }
    let size = |job: &Job| fs::metadata(&job.input).map_or(0, |metadata| metadata.len());
    let large = jobs.iter().map(size).filter(|&size| size > LARGE);
    let chunks = large.map(|size| chunks_in(size, options)).max().unwrap_or(0);
    max.min(jobs.len().max(chunks))
}

/// A run over many logs.
struct Batch<'a> {
    jobs: &'a [Job],
    source: &'a SourceOptions,
    sink: SinkOptions,
    rules: Rules,
    options: &'a Options,
    /// There is none if the calling thread does all jobs.
    pool: Option<&'a ThreadPool>,
    directory: Option<&'a ParentDirectory>,
}

/// The result of having one thread do a job.
enum Attempt {
    Done(Outcome),
    /// Nothing is done, because the log is large enough for all threads.
    TooLarge,
}

impl Batch<'_> {
    /// Does all jobs, the small ones before the large ones.
    fn run(&self) -> Vec<Result<Outcome>> {
        if let [job] = self.jobs {
            return vec![self.do_with_all_threads(job)];
        }
        let mut attempts = self.side_by_side(self.jobs, |job| self.attempt(job));
        self.retry_with_fewer(&mut attempts);
        let finish = |(job, attempt): (&Job, Result<Attempt>)| match attempt? {
            Attempt::Done(outcome) => Ok(outcome),
            Attempt::TooLarge => self.do_with_all_threads(job),
        };
        self.jobs.iter().zip(attempts).map(finish).collect()
    }

    /// Repeats the attempts that lacked a file descriptor, with fewer and fewer logs open at once.
    fn retry_with_fewer(&self, attempts: &mut [Result<Attempt>]) {
        let mut fewer = self.pool.map_or(1, ThreadPool::current_num_threads);
        while fewer > 1 {
            fewer /= 2;
            let lacked = |index: &usize| lacked_descriptors(&attempts[*index]);
            let again: Vec<_> = (0..attempts.len()).filter(lacked).collect();
            for group in again.chunks(fewer) {
                let retried = self.side_by_side(group, |&index| self.attempt(&self.jobs[index]));
                group.iter().zip(retried).for_each(|(&index, attempt)| attempts[index] = attempt);
            }
        }
    }

    /// Calls `work` for each of `items`, on the threads of the pool or on this one, and returns the
    /// results in order.
    fn side_by_side<T: Sync, R: Send>(
        &self,
        items: &[T],
        work: impl Fn(&T) -> R + Sync + Send,
    ) -> Vec<R> {
        match self.pool {
            Some(pool) => pool.install(|| items.par_iter().map(work).collect()),
            None => items.iter().map(work).collect(),
        }
    }

    /// Does `job` with all threads.
    fn do_with_all_threads(&self, job: &Job) -> Result<Outcome> {
        let source = Source::open(&job.input, self.source)?;
        let sink = Sink::create_in(self.directory, &job.output, Some(&source), self.sink)?;
        let action = Action::Write(self.rules);
        match self.pool.map(Threads::Pool) {
            Some(threads) => run_on(threads, source, sink, action, self.options)?.commit(),
            None => run(source, sink, action, self.options),
        }
    }

    /// Does `job` with the calling thread, unless the log is too large. A panic becomes an error.
    fn attempt(&self, job: &Job) -> Result<Attempt> {
        let caught = panic::catch_unwind(AssertUnwindSafe(|| self.do_unless_too_large(job)));
        caught.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())))
    }

    fn do_unless_too_large(&self, job: &Job) -> Result<Attempt> {
        // For a log that one thread can do, mapping is more work than a read or two.
        let options = SourceOptions { map: false, ..self.source.clone() };
        let source = Source::open(&job.input, &options)?;
        if is_plain(&source) && source.size().is_some_and(|size| size > LARGE) {
            return Ok(Attempt::TooLarge);
        }
        let options = SinkOptions { threads: 1, ..self.sink };
        let sink = Sink::create_in(self.directory, &job.output, Some(&source), options)?;
        let run = run_alone(source, sink, Action::Write(self.rules), self.options)?;
        run.commit().map(Attempt::Done)
    }
}

fn lacked_descriptors(attempt: &Result<Attempt>) -> bool {
    attempt.as_ref().err().is_some_and(Error::is_out_of_descriptors)
}

pub(super) fn is_plain(source: &Source) -> bool {
    source.origin.format() == Some(Format::Plain)
}
