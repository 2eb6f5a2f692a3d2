//! Many logs in one run.
//!
//! Small logs, and compressed ones, whose decoders have one thread each, are normalised side by
//! side, each by one thread from end to end. Large plain logs are normalised one after the other,
//! each by all threads.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::panic::{self, AssertUnwindSafe};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::alone::run_alone;
use super::claims::Claims;
use super::extract::Extraction;
use super::jobs::{Ending, Existing, InArchives, Job, JobReport, Targets, check_apart};
use super::threads::{Threads, chunks_in, start_threads};
use super::{Action, Options, run, run_on};
use crate::error::{Error, Result};
use crate::input::{Archive, Format, OpenInput, Source, SourceOptions};
use crate::output::{Sink, SinkOptions};
use crate::rules::Rules;
use crate::sys::resolved_path::ParentDirectory;

/// A plain log of more bytes than this is normalised by all threads, so that one that is far larger
/// than the rest is not left to a single thread. Logs of about this size take about the same time
/// either way.
pub(super) const LARGE: u64 = 32 << 20;

/// Writes the patterns of each of `jobs`, as [`run`](super::run) does, and reports the results in the
/// order of the jobs. One that fails does not stop the others.
///
/// Of an input that is an archive, each log in it is reported, as [`run_archive`](super::run_archive)
/// does. No log in an archive is written over what a job reads or writes.
///
/// # Errors
///
/// [`Error::Conflict`] if an output is what another job reads or writes. No file is touched then.
pub fn run_all(
    jobs: &[Job],
    source: &SourceOptions,
    targets: &Targets<'_>,
    rules: Rules,
    options: &Options,
    report: JobReport<'_>,
) -> Result<()> {
    check_apart(jobs, source)?;
    let pool = start_threads(threads_for(jobs, options));
    // The directory of most outputs. What is wrong with it is reported for each of them.
    let directory = jobs.first().and_then(|job| ParentDirectory::of(&job.output).ok());
    let (pool, directory) = (pool.as_ref(), directory.as_ref());
    Batch { jobs, source, targets, rules, options, pool, directory }.run(report);
    Ok(())
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
    targets: &'a Targets<'a>,
    rules: Rules,
    options: &'a Options,
    /// There is none if the calling thread does all jobs.
    pool: Option<&'a ThreadPool>,
    directory: Option<&'a ParentDirectory>,
}

/// The result of having one thread do a job.
enum Attempt {
    Ended(Ending),
    /// Nothing is done, because the log is large enough for all threads.
    TooLarge,
    /// Nothing is done, because the input is an archive. It is open if it cannot be opened again.
    Archive(Option<Box<Archive>>),
}

impl Batch<'_> {
    /// Does all jobs: the small logs first, then the large ones, and then the archives, of which only
    /// the end tells which files they become.
    fn run(&self, report: JobReport<'_>) {
        let mut attempts = match self.jobs {
            [job] => vec![self.attempt_alone(job)],
            jobs => self.side_by_side(jobs, |job| self.attempt(job)),
        };
        self.retry_with_fewer(&mut attempts);
        for (job, attempt) in self.jobs.iter().zip(&mut attempts) {
            if let Ok(Attempt::TooLarge) = attempt {
                *attempt = self.do_with_all_threads(job);
            }
        }
        let is_archive = |index: usize| matches!(attempts[index], Ok(Attempt::Archive(_)));
        let has_archives = (0..attempts.len()).any(is_archive);
        let claims = || Claims::of(self.jobs, |index| !is_archive(index));
        let mut claims = if has_archives { claims() } else { Claims::default() };
        for (job, attempt) in self.jobs.iter().zip(attempts) {
            match attempt {
                Ok(Attempt::Ended(ending)) => report(&job.input, Ok(ending)),
                Ok(Attempt::TooLarge) => unreachable!("all of them are done"),
                Ok(Attempt::Archive(archive)) => {
                    let Self { targets, rules, options, pool, .. } = *self;
                    let archive = archive.map_or_else(|| self.open_archive(job), |it| Ok(*it));
                    let claims = &mut claims;
                    match archive {
                        Ok(archive) => {
                            Extraction { targets, rules, options, pool, claims }
                                .run(archive, report);
                        }
                        Err(error) => report(&job.input, Err(error)),
                    }
                }
                Err(error) => report(&job.input, Err(error)),
            }
        }
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

    /// Opens the archive of `job` once more, to read it with all threads.
    fn open_archive(&self, job: &Job) -> Result<Archive> {
        match OpenInput::open(&job.input, self.source, self.options.threads)? {
            OpenInput::Archive(archive) => Ok(archive),
            OpenInput::Log(_) => Err(Error::InputChanged { path: job.input.clone() }),
        }
    }

    /// Does `job` with all threads, unless the input is an archive.
    fn attempt_alone(&self, job: &Job) -> Result<Attempt> {
        if self.is_done(job) {
            return Ok(Attempt::Ended(Ending::Skipped));
        }
        match OpenInput::open(&job.input, self.source, self.options.threads)? {
            OpenInput::Log(source) => self.normalize(job, source),
            OpenInput::Archive(archive) => self.postpone(archive, |_| true),
        }
    }

    /// Leaves `archive` until all other jobs are done, and open if `is_kept` says so.
    fn postpone(&self, archive: Archive, is_kept: impl Fn(&Archive) -> bool) -> Result<Attempt> {
        if self.targets.in_archives == InArchives::Refused {
            let reason = "a tar archive, which is not read among so many logs, because logs in it \
                          could be written over other outputs; give it to a run of its own";
            let error = io::Error::new(ErrorKind::Unsupported, reason);
            return Err(Error::io(archive.path(), error));
        }
        Ok(Attempt::Archive(is_kept(&archive).then(|| Box::new(archive))))
    }

    /// Does `job` with all threads.
    fn do_with_all_threads(&self, job: &Job) -> Result<Attempt> {
        self.normalize(job, Source::open(&job.input, self.source)?)
    }

    fn normalize(&self, job: &Job, source: Source) -> Result<Attempt> {
        let options = self.targets.sink;
        let sink = Sink::create_in(self.directory, &job.output, Some(&source), options)?;
        let action = Action::Write(self.rules);
        let outcome = match self.pool.map(Threads::Pool) {
            Some(threads) => run_on(threads, source, sink, action, self.options)?.commit(),
            None => run(source, sink, action, self.options),
        };
        outcome.map(Ending::Done).map(Attempt::Ended)
    }

    /// Does `job` with the calling thread, unless the log is too large. A panic becomes an error.
    fn attempt(&self, job: &Job) -> Result<Attempt> {
        let caught = panic::catch_unwind(AssertUnwindSafe(|| self.do_unless_too_large(job)));
        caught.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())))
    }

    fn do_unless_too_large(&self, job: &Job) -> Result<Attempt> {
        if self.is_done(job) {
            return Ok(Attempt::Ended(Ending::Skipped));
        }
        // For a log that one thread can do, mapping is more work than a read or two.
        let options = SourceOptions { map: false, ..self.source.clone() };
        let source = match OpenInput::open(&job.input, &options, 1)? {
            OpenInput::Log(source) => source,
            OpenInput::Archive(archive) => {
                return self.postpone(archive, |archive| !archive.is_regular());
            }
        };
        if is_plain(&source) && source.size().is_some_and(|size| size > LARGE) {
            return Ok(Attempt::TooLarge);
        }
        let options = SinkOptions { threads: 1, ..self.targets.sink };
        let sink = Sink::create_in(self.directory, &job.output, Some(&source), options)?;
        let run = run_alone(source, sink, Action::Write(self.rules), self.options)?;
        run.commit().map(Ending::Done).map(Attempt::Ended)
    }

    /// Returns whether `job` is to be left out, because its output exists.
    ///
    /// That file may be the output of a log of the same name in an archive, so the first bytes of the
    /// input are looked at.
    fn is_done(&self, job: &Job) -> bool {
        let is_output = |metadata: Metadata| metadata.is_file() && metadata.len() > 0;
        let is_done = self.targets.existing == Existing::Kept
            && fs::metadata(&job.output).is_ok_and(is_output)
            && !OpenInput::is_archive(&job.input, self.source);
        if is_done {
            // So that the progress reaches its end.
            let size = fs::metadata(&job.input).map_or(0, |metadata| metadata.len());
            self.source.meter.add(usize::try_from(size).unwrap_or(usize::MAX));
        }
        is_done
    }
}

fn lacked_descriptors(attempt: &Result<Attempt>) -> bool {
    attempt.as_ref().err().is_some_and(Error::is_out_of_descriptors)
}

pub(super) fn is_plain(source: &Source) -> bool {
    source.origin.format() == Some(Format::Plain)
}
