//! Many logs in one run.
//!
//! Small ones, and compressed ones, whose decoders have one thread each, are done side by side,
//! each from end to end by one thread. Large plain ones are done one after the other, each by all
//! threads.

use std::fs;
use std::io::IoSlice;
use std::panic::{self, AssertUnwindSafe};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::jobs::{Job, check_apart};
use super::pending::{Outcome, Pending};
use super::phase_timer::PhaseTimer;
use super::worker::{ChunkOutput, Extras, Worker};
use super::{MAX_CHUNK_SIZE, Options, chunks_of, run, run_on, start_threads};
use crate::error::{Error, Result};
use crate::input::{Bytes, Format, Source, SourceOptions};
use crate::output::{Sink, SinkOptions};
use crate::rules::Counts;
use crate::sys::resolved_path::ParentDirectory;

/// A plain log of more bytes than this is worked on by all threads, so that one far larger than the
/// rest is not left to a single one. For 2 to 16 logs of 1 to 64 MiB each, either way took the same
/// time but for a tenth.
const LARGE: u64 = 32 << 20;

/// Does each of `jobs` as [`run`](crate::run) would, and says how each went, in their order. One
/// that fails does not stop the others.
///
/// # Errors
///
/// [`Error::Threads`] if there is no thread to work, and [`Error::Conflict`] if one would be written
/// to what is read or written for another. Nothing has been touched then.
pub fn run_all(
    jobs: &[Job],
    source: &SourceOptions,
    sink: SinkOptions,
    options: &Options,
) -> Result<Vec<Result<Outcome>>> {
    check_apart(jobs)?;
    let threads = threads_for(jobs, options);
    let pool = start_threads(threads);
    let pool = pool.as_ref();
    // A mapping is more work than a read or two.
    let read = SourceOptions { map: false, ..source.clone() };
    let alone = SinkOptions { threads: 1, ..sink };
    // That of all outputs, as a rule. What is wrong with it is told for each of them.
    let directory = jobs.first().and_then(|job| ParentDirectory::of(&job.output).ok());
    let directory = directory.as_ref();
    let is_only = jobs.len() == 1;
    let do_alone = |job: &Job| {
        if is_only {
            return None;
        }
        let done = || run_alone(job, directory, &read, alone, options);
        let done = panic::catch_unwind(AssertUnwindSafe(done));
        done.unwrap_or_else(|panic| Some(Err(Error::panic(panic.as_ref()))))
    };
    let mut done = side_by_side(pool, jobs, do_alone);
    // What lacked a descriptor gets one when fewer logs are open.
    let mut fewer = pool.map_or(1, ThreadPool::current_num_threads);
    while fewer > 1 {
        fewer /= 2;
        let lack = |index: &usize| matches!(&done[*index], Some(Err(error)) if error.is_out_of_descriptors());
        let again: Vec<_> = (0..jobs.len()).filter(lack).collect();
        for group in again.chunks(fewer) {
            let again = side_by_side(pool, group, |&index| do_alone(&jobs[index]));
            group.iter().zip(again).for_each(|(&index, again)| done[index] = again);
        }
    }
    let together = |job| run_together(pool, job, directory, source, sink, options);
    let outcomes = jobs.iter().zip(done);
    Ok(outcomes.map(|(job, done)| done.unwrap_or_else(|| together(job))).collect())
}

/// As many threads as can be of use: one for each log, or for each chunk of a large one.
fn threads_for(jobs: &[Job], options: &Options) -> usize {
    let most = options.threads.max(1);
    if jobs.len() == 1 || jobs.len() >= most {
        // A single log has its own threads started, when there is work for them.
        return if jobs.len() == 1 { 1 } else { most };
    }
    let size = |job: &Job| fs::metadata(&job.input).map_or(0, |metadata| metadata.len());
    let large = jobs.iter().map(size).filter(|&size| size > LARGE);
    let chunks = large.map(|size| chunks_of(size, options)).max().unwrap_or(0);
    most.min(jobs.len().max(chunks))
}

/// Does `work` for each of `items`, on the threads of `pool` or on this one, and returns what comes
/// of it, in order.
fn side_by_side<T: Sync, R: Send>(
    pool: Option<&ThreadPool>,
    items: &[T],
    work: impl Fn(&T) -> R + Sync + Send,
) -> Vec<R> {
    match pool {
        Some(pool) => pool.install(|| items.par_iter().map(work).collect()),
        None => items.iter().map(work).collect(),
    }
}

/// One log by all threads.
fn run_together(
    pool: Option<&ThreadPool>,
    job: &Job,
    directory: Option<&ParentDirectory>,
    source: &SourceOptions,
    sink: SinkOptions,
    options: &Options,
) -> Result<Outcome> {
    let source = Source::open(&job.input, source)?;
    let sink = Sink::create_in(directory, &job.output, Some(&source), sink)?;
    match pool {
        Some(_) => run_on(pool, 1, source, sink, options, Extras::default())?.commit(),
        None => run(source, sink, options),
    }
}

/// One log by the calling thread alone, unless it should be done by all.
fn run_alone(
    job: &Job,
    directory: Option<&ParentDirectory>,
    source: &SourceOptions,
    sink: SinkOptions,
    options: &Options,
) -> Option<Result<Outcome>> {
    let source = match Source::open(&job.input, source) {
        Ok(source) => source,
        Err(error) => return Some(Err(error)),
    };
    let is_plain = source.origin.format() == Some(Format::Plain);
    if is_plain && source.size().is_some_and(|size| size > LARGE) {
        return None;
    }
    let sink = Sink::create_in(directory, &job.output, Some(&source), sink);
    Some(sink.and_then(|sink| normalize_alone(source, sink, options)))
}

fn normalize_alone(source: Source, mut sink: Sink, options: &Options) -> Result<Outcome> {
    let is_plain = source.origin.format() == Some(Format::Plain);
    let block_size = block_size(source.size(), is_plain, options.chunk_size);
    let Source { bytes, origin } = source;
    let mut timer = PhaseTimer::start(origin.opening());
    let Bytes::Stream(stream) = bytes else { unreachable!("it was not to be mapped") };
    let mut reader = stream.reader(block_size, 2, 1)?;
    let mut worker = Worker::new(options.kernel, options.rules, None);
    let (mut counts, mut output) = (Counts::default(), ChunkOutput::default());
    while let Some(block) = reader.next().map_err(|error| origin.blame(error))? {
        counts += worker.work(&block, counts.bytes_in, &mut output)?;
        timer.write(|| sink.write_all(&mut [IoSlice::new(&output.arena)]))?;
        output.arena.clear();
    }
    let phases = timer.end();
    Pending { origin, sink, phases, source: "stream", counts, threads: 1 }.commit()
}

/// Bytes of text to work on at once: all of a small log, and the byte more that shows that it is
/// all, for what is not used has to be cleared nevertheless.
fn block_size(size: Option<u64>, is_plain: bool, chunk_size: usize) -> usize {
    /// Text for a byte of compressed log: logs are compressed to a tenth.
    const EXPANSION: u64 = 16;
    let chunk_size = chunk_size.clamp(1, MAX_CHUNK_SIZE);
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
        assert_eq!(block_size(Some(u64::MAX), true, 0), 1);
    }
}
