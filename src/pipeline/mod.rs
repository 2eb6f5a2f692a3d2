//! From source to sink: the page that shows the whole way of a byte.
//!
//! ```text
//! source ──► chunk ──► task (normalises into an arena) ──► reorder ──► sink
//!              ▲    a bounded number of chunks in flight       │
//!              └────────────── the arena is free again ◄───────┘
//! ```
//!
//! One thread drives: it hands out chunks, takes finished arenas, writes those whose turn it is and
//! recycles them. When none is ready it does a task itself, so it is one of the threads that were
//! asked for and not an additional one. More threads are started when there is more to do than one
//! chunk: at the start if the size of the input is known, otherwise when several blocks wait.

mod action;
mod alone;
mod apart;
mod arena;
mod chunk_queue;
mod claims;
mod count;
mod drive;
mod executor;
mod extract;
mod in_flight;
mod jobs;
mod many;
mod options;
mod output_writer;
mod phase_timer;
mod reorder;
mod tally;
#[cfg(test)]
mod tests;
mod threads;
mod uncommitted;
mod worker;

pub use action::Action;
pub use apart::{EachJob, jobs_that_may_meet};
pub use count::{Log, Report, count_all};
#[cfg(fuzzing)]
pub(crate) use extract::output_path;
pub use extract::run_archive;
pub use jobs::{Ending, Existing, InArchives, Job, JobReport, Targets, check_apart};
pub use many::run_all;
pub use options::{DEFAULT_CHUNK_SIZE, MAX_CHUNK_SIZE, Options};
pub use phase_timer::Phases;
pub use tally::Tally;
pub use uncommitted::{Outcome, UncommittedRun};

use std::iter;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, Sender};

use rayon::ThreadPool;

use crate::error::{Error, Result};
use crate::input::chunk::Chunks;
use crate::input::{Bytes, Mapped, Origin, Source, Stream};
use crate::output::Sink;
use crate::sys::memory;
use chunk_queue::ChunkQueue;
use drive::{Stop, drive, drive_until};
use executor::{CallingThread, Event, RayonExecutor, WorkerSlot};
use in_flight::InFlight;
use output_writer::OutputWriter;
use phase_timer::PhaseTimer;
use threads::{Threads, start_threads};
use worker::{Worker, WorkerSettings};

/// Does `action` with all of `source`, and makes the output in `sink` final.
///
/// Memory is bounded by the chunks in flight, three for each thread, regardless of the size of the
/// input. Only a line longer than a chunk needs more, in proportion to its length.
///
/// # Errors
///
/// Any error of the source or the sink, [`Error::InputChanged`], [`Error::Rules`] or
/// [`Error::Memory`]. An existing output is then as it was before the run, unless
/// [`sync`](crate::SinkOptions::sync) was asked for and only syncing the directory failed.
pub fn run(source: Source, sink: Sink, action: Action<'_>, options: &Options) -> Result<Outcome> {
    run_uncommitted(source, sink, action, options)?.commit()
}

/// Does the same as [`run`], up to where the output would be made final.
///
/// # Errors
///
/// The errors of [`run`]. After an error, a catalogue that is counted in holds the patterns of a
/// part of the log.
pub fn run_uncommitted(
    source: Source,
    sink: Sink,
    action: Action<'_>,
    options: &Options,
) -> Result<UncommittedRun> {
    let (now, later) = threads::for_source(&source, options);
    let pool = start_threads(now);
    run_on(Threads::of(pool.as_ref(), later), source, sink, action, options)
}

/// Does the same as [`run_uncommitted`], on `threads`.
fn run_on(
    threads: Threads<'_>,
    source: Source,
    sink: Sink,
    action: Action<'_>,
    options: &Options,
) -> Result<UncommittedRun> {
    action.check_version()?;
    let is_small = matches!(threads, Threads::Reading);
    let kind = source.kind();
    let Source { bytes, origin } = source;
    let mut run = Run::new(&origin, sink, action, options);
    let normalize = || match bytes {
        Bytes::Mapped(mapped) => run.mapped(&mapped, threads),
        Bytes::Stream(stream) => run.stream(stream, threads),
    };
    // A panic in a task is caught with the task; this one would be the driving thread's.
    let result = panic::catch_unwind(AssertUnwindSafe(normalize));
    let threads = result.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())))?;
    // The buffers of the run still exist. Those of a small log are small, and a look takes time.
    if !is_small {
        memory::sample();
    }
    let counts = run.in_flight.counts();
    let (sink, phases) = run.writer.finish(origin.part().map(|part| part.text_len));
    Ok(UncommittedRun { origin, sink, phases, source: kind, counts, threads })
}

/// A run up to its last write. Has one function for each kind of input, and one for each kind of
/// executor.
struct Run<'a> {
    origin: &'a Origin,
    chunk_size: usize,
    settings: WorkerSettings<'a>,
    in_flight: InFlight,
    writer: OutputWriter<'a>,
}

/// The channel that tells the driving thread what others have done.
type Channel = (Sender<Event>, Receiver<Event>);

impl<'a> Run<'a> {
    fn new(origin: &'a Origin, sink: Sink, action: Action<'a>, options: &Options) -> Self {
        let timer = PhaseTimer::start(origin.opening());
        let chunk_size = options.clamped_chunk_size();
        let mut in_flight = InFlight::new(1, arena::capacity_for(chunk_size));
        let mut settings = WorkerSettings::new(options.kernel, action.rules(), origin.escapes());
        let mut catalogue = None;
        match action {
            Action::Write(_) => {}
            Action::Count(into) => {
                let start = origin.part().map_or(0, |part| part.start);
                in_flight = in_flight.counting_from(start);
                settings.max_examples = into.examples();
                catalogue = Some(into);
            }
            Action::Filter { filter, emit } => settings.filter = Some((filter, emit)),
        }
        let writer = OutputWriter::new(sink, catalogue, timer);
        Self { origin, chunk_size, settings, in_flight, writer }
    }

    /// Normalises a mapped file, and returns the number of threads that worked.
    fn mapped(&mut self, mapped: &Mapped, threads: Threads<'_>) -> Result<usize> {
        let origin = self.origin;
        let check = || check_mapped(mapped, origin);
        let mut queue = ChunkQueue::Mapped(Chunks::new(mapped, self.chunk_size));
        let (sender, events) = mpsc::channel();
        let worked = match threads {
            Threads::Pool(pool) => self.drive_pool(pool, queue, (sender, events), check),
            Threads::Calling { .. } | Threads::Reading => {
                self.drive_alone(&mut queue, &events, check, |_| false).map(|_| 1)
            }
        }?;
        check()?;
        Ok(worked)
    }

    /// Normalises a stream, and returns the number of threads that worked in the end.
    fn stream(&mut self, stream: Stream, threads: Threads<'_>) -> Result<usize> {
        if let Threads::Reading = threads {
            return self.read_alone(stream).map(|()| 1);
        }
        let max_threads = threads.max();
        let blocks = chunk_queue::blocks_for(max_threads);
        let (sender, events) = mpsc::channel();
        let reader = sender.clone();
        let deliver = move |block| reader.send(Event::Read(block)).is_ok();
        stream.start(self.chunk_size, blocks, max_threads, deliver)?;
        let channel = (sender, events);
        let worked = match threads {
            Threads::Pool(pool) => self.drive_pool(pool, ChunkQueue::stream(), channel, || Ok(())),
            Threads::Calling { .. } | Threads::Reading => self.drive_growing(max_threads, channel),
        };
        worked.map_err(|error| self.origin.cause_of(error))
    }

    /// Drives the run of a stream with the calling thread, and with `later` threads once there is
    /// enough to do for them. Returns the number of threads in the end.
    fn drive_growing(&mut self, later: usize, channel: Channel) -> Result<usize> {
        let mut queue = ChunkQueue::stream();
        let (check, chunk_size) = (|| Ok(()), self.chunk_size);
        let is_enough = |queue: &ChunkQueue<'_>| later > 1 && queue.has_several(chunk_size);
        if self.drive_alone(&mut queue, &channel.1, check, is_enough)? == Stop::Done {
            return Ok(1);
        }
        match start_threads(later) {
            Some(pool) => self.drive_pool(&pool, queue, channel, check),
            None => self.drive_alone(&mut queue, &channel.1, check, |_| false).map(|_| 1),
        }
    }

    /// Drives the run with the calling thread, to its end or until `is_enough` returns true. Calls
    /// `check` before each write.
    fn drive_alone<'c>(
        &mut self,
        queue: &mut ChunkQueue<'c>,
        events: &Receiver<Event>,
        check: impl Fn() -> Result<()>,
        is_enough: impl Fn(&ChunkQueue<'c>) -> bool,
    ) -> Result<Stop>
    where
        'a: 'c,
    {
        let Self { settings, in_flight, writer, .. } = self;
        let mut executor = CallingThread::new(Worker::new(*settings), events);
        in_flight.set_threads(1);
        drive_until(is_enough, queue, &mut executor, in_flight, |outputs| {
            check()?;
            writer.write(outputs)
        })
    }

    /// Drives the run with the threads of `pool`, to its end, and returns their number. Calls
    /// `check` before each write.
    fn drive_pool(
        &mut self,
        pool: &ThreadPool,
        queue: ChunkQueue<'_>,
        channel: Channel,
        check: impl Fn() -> Result<()> + Send + Sync,
    ) -> Result<usize> {
        let Self { settings, in_flight, writer, .. } = self;
        let threads = pool.current_num_threads();
        in_flight.set_threads(threads);
        let slot = || WorkerSlot::new(Worker::new(*settings));
        let slots: Vec<_> = iter::repeat_with(slot).take(threads).collect();
        let slots = &slots;
        pool.scope_fifo(move |scope| {
            let mut executor = RayonExecutor::new(scope, slots, channel);
            // Moved in here, because tasks of the scope hold what the queue holds.
            let mut queue = queue;
            drive(&mut queue, &mut executor, in_flight, |outputs| {
                check()?;
                writer.write(outputs)
            })
        })?;
        Ok(threads)
    }
}

/// Checks that what was read of a mapped file was in it: beyond the end of a file that was
/// truncated, zeros are read.
fn check_mapped(mapped: &Mapped, origin: &Origin) -> Result<()> {
    if mapped.is_damaged() { Err(origin.mapping_error()) } else { origin.check_not_truncated() }
}
