//! Many logs in one run.
//!
//! Small logs, and compressed ones, whose decoders have one thread each, are normalised side by
//! side, each by one thread from end to end. Large plain logs are normalised one after the other,
//! each by all threads.

use std::fs;
use std::io::IoSlice;
use std::panic::{self, AssertUnwindSafe};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::jobs::{Job, check_apart};
use super::output_writer::OutputWriter;
use super::phase_timer::PhaseTimer;
use super::threads::{Threads, chunks_in, start_threads};
use super::worker::{ChunkOutput, Worker, WorkerSettings};
use super::{Action, Options, Outcome, UncommittedRun, run, run_on};
use crate::error::{Error, Result};
use crate::input::{Bytes, Format, Source, SourceOptions};
use crate::output::{Sink, SinkOptions};
use crate::rules::{Counts, Rules};
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
        self.normalize(source, sink).map(Attempt::Done)
    }

    /// Normalises a stream with the calling thread.
    fn normalize(&self, source: Source, sink: Sink) -> Result<Outcome> {
        let chunk_size = self.options.clamped_chunk_size();
        let block_size = block_size(source.size(), is_plain(&source), chunk_size);
        let kind = source.kind();
        let Source { bytes, origin } = source;
        let timer = PhaseTimer::start(origin.opening());
        let mut writer = OutputWriter::new(sink, None, timer);
        let Bytes::Stream(stream) = bytes else { unreachable!("the file was opened unmapped") };
        let mut reader = stream.into_blocks(block_size, 2, 1)?;
        let mut worker =
            Worker::new(WorkerSettings::new(self.options.kernel, self.rules, origin.escapes()));
        let (mut counts, mut output) = (Counts::default(), ChunkOutput::default());
        while let Some(block) = reader.next().map_err(|error| origin.cause_of(error))? {
            counts += worker.work(&block, Some(counts.bytes_in), &mut output)?;
            writer.write_slices(&mut [IoSlice::new(&output.arena)])?;
            output.arena.clear();
        }
        let (sink, phases) = writer.finish();
        UncommittedRun { origin, sink, phases, source: kind, counts, threads: 1 }.commit()
    }
}

fn lacked_descriptors(attempt: &Result<Attempt>) -> bool {
    attempt.as_ref().err().is_some_and(Error::is_out_of_descriptors)
}

pub(super) fn is_plain(source: &Source) -> bool {
    source.origin.format() == Some(Format::Plain)
}

/// Returns how many bytes of text are normalised at once: all of a small log, and one byte more, so
/// that the read that fills it also finds the end. Not more, because unused room has to be cleared.
pub(super) fn block_size(size: Option<u64>, is_plain: bool, chunk_size: usize) -> usize {
    /// Bytes of text for a byte of compressed log. Logs are compressed to a tenth, or less.
    const EXPANSION: u64 = 16;
    let expansion = if is_plain { 1 } else { EXPANSION };
    let all = size.unwrap_or(u64::MAX).saturating_mul(expansion).saturating_add(1);
    usize::try_from(all).map_or(chunk_size, |all| all.min(chunk_size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_a_small_log_and_is_never_empty() {
        assert_eq!(block_size(Some(10), true, 100), 11);
        assert_eq!(block_size(Some(4), false, 100), 65);
        for (size, is_plain) in [(None, true), (Some(100), true), (Some(1 << 60), false)] {
            assert_eq!(block_size(size, is_plain, 100), 100);
        }
        assert_eq!(block_size(Some(u64::MAX), true, 1), 1);
    }
}
