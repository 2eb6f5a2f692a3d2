//! From source to sink: the page that shows the whole way of a byte.
//!
//! ```text
//! source ──► chunk ──► task (normalise into an arena) ──► in order again ──► sink
//!               ▲  at most so many in flight                      │
//!               └──────────────── the arena is free again ◄───────┘
//! ```
//!
//! One thread drives: it hands out chunks, takes finished arenas, writes those whose turn it is
//! and recycles them. When none is ready it does a task itself, so that it is one of the threads
//! that were asked for and not one more. Others are started when there is more to do than one chunk:
//! at once where the size of the input tells, else when several blocks wait.

mod arena;
mod chunk_queue;
mod drive;
mod executor;
mod in_flight;
mod jobs;
mod many;
mod pending;
mod phase_timer;
mod reorder;
#[cfg(test)]
mod tests;
mod threads;
mod worker;

pub use jobs::Job;
pub use many::run_all;
pub use pending::{Outcome, Pending};
pub use phase_timer::Phases;
pub use worker::Extras;

use std::io::IoSlice;
use std::iter;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, Sender};

use rayon::ThreadPool;

use crate::catalogue::{Catalogue, Emit, Known};
use crate::error::{Error, Result};
use crate::input::chunk::Chunks;
use crate::input::{Bytes, Mapped, Origin, Source, Stream};
use crate::output::Sink;
use crate::rules::{Kernel, Rules, SLACK, max_output_len};
use crate::sys::memory;
use chunk_queue::ChunkQueue;
use drive::{drive, drive_until};
use executor::{Alone, Event, RayonExecutor, WorkerSlot};
use in_flight::InFlight;
use phase_timer::PhaseTimer;
use threads::chunks;
pub(crate) use threads::{chunks_of, start_threads};
use worker::{ChunkOutput, Worker};

/// How a run goes about its work. None of it changes the output.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Threads that work, one of which also writes. Zero is taken as one.
    pub threads: usize,
    /// Bytes of input in one unit of work; a line longer than that makes a longer one. It is
    /// taken to lie between 1 and [`MAX_CHUNK_SIZE`].
    pub chunk_size: usize,
    /// What does the work.
    pub kernel: Kernel,
    /// The rules that lines are normalised by, unless known patterns are given, which have theirs.
    pub rules: Rules,
}

/// One MiB. Of 64 KiB to 4 MiB, 1 GB of log in the page cache took least time with 1 and 2 MiB,
/// 0.22 s on four cores, and a fifth more with 256 KiB.
pub const DEFAULT_CHUNK_SIZE: usize = 1 << 20;

/// One GiB. With more, a few threads would fill the memory of most machines.
pub const MAX_CHUNK_SIZE: usize = 1 << 30;

/// Chunks in flight for each thread: one in work, one that waits to be taken up, and one that waits
/// to be written. With two, a run on four cores took a tenth longer; four were no better.
const IN_FLIGHT_PER_THREAD: usize = 3;

/// Blocks of a stream for each thread, which are memory of ours and not the system's. Reading is
/// what takes longest then, and more blocks make it no faster.
const BLOCKS_PER_THREAD: usize = 2;

/// A chunk that ends with a line of no more than this fits into an arena that is kept.
const ORDINARY_LINE: usize = 64 << 10;

/// Normalises all of `source` into `sink`, and makes the output final.
///
/// Memory is bounded by the chunks in flight, three a thread, whatever the size of the input; only
/// a line longer than a chunk needs more, in proportion to its length.
///
/// # Errors
///
/// Whatever goes wrong with either, [`Error::InputChanged`], [`Error::Threads`] or
/// [`Error::Memory`]. What stood in the place of the output before is still there then, unless
/// [`sync`](crate::SinkOptions::sync) was asked for and only the folder could not be synced.
pub fn run(source: Source, sink: Sink, options: &Options) -> Result<Outcome> {
    run_with(source, sink, options, Extras::default())?.commit()
}

/// [`run`], with what else is to be known of the patterns, up to where the output would be made
/// final.
///
/// # Errors
///
/// Those of [`run`]. The catalogue then holds the patterns of a part of the log.
pub fn run_with(
    source: Source,
    sink: Sink,
    options: &Options,
    extras: Extras<'_>,
) -> Result<Pending> {
    let most = options.threads.max(1);
    let (now, later) = match chunks(&source, options) {
        Some(chunks) => (most.min(chunks), 1),
        None => (1, threads::for_stream(most)),
    };
    let pool = start_threads(now);
    run_on(pool.as_ref(), later, source, sink, options, extras)
}

/// [`run_with`], with the threads of `pool`, or with the calling thread, until there is enough to do
/// for `later` threads.
pub(crate) fn run_on(
    pool: Option<&ThreadPool>,
    later: usize,
    source: Source,
    mut sink: Sink,
    options: &Options,
    extras: Extras<'_>,
) -> Result<Pending> {
    let kind = source.kind();
    let Source { bytes, origin } = source;
    let mut timer = PhaseTimer::start(origin.opening());
    let put = |slices: &mut [IoSlice<'_>]| timer.write(|| sink.write_all(slices));
    let mut run = Run::new(&origin, put, options, extras);
    let normalize = || match bytes {
        Bytes::Mapped(mapped) => run.map(&mapped, pool),
        Bytes::Stream(stream) => run.stream(stream, pool, later),
    };
    // Tasks have their panics caught; this one would be the driving thread's.
    let result = panic::catch_unwind(AssertUnwindSafe(normalize));
    let threads = result.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())))?;
    // While what was needed is still there.
    memory::sample();
    let counts = run.in_flight.counts();
    Ok(Pending { origin, sink, phases: timer.end(), source: kind, counts, threads })
}

/// A run, all but its end.
struct Run<'a, W> {
    origin: &'a Origin,
    write: W,
    kernel: Kernel,
    rules: Rules,
    chunk_size: usize,
    known: Option<(&'a Known, Emit)>,
    catalogue: Option<&'a mut Catalogue>,
    in_flight: InFlight,
}

impl<'a, W: FnMut(&mut [IoSlice<'_>]) -> Result<()> + Send> Run<'a, W> {
    fn new(origin: &'a Origin, write: W, options: &Options, extras: Extras<'a>) -> Self {
        let Extras { catalogue, known } = extras;
        let chunk_size = options.chunk_size.clamp(1, MAX_CHUNK_SIZE);
        let mut in_flight = InFlight::new(1, max_output_len(chunk_size + ORDINARY_LINE) + SLACK);
        if let Some(catalogue) = &catalogue {
            in_flight = in_flight.counting_from(catalogue.bytes());
        }
        let rules = known.map_or(options.rules, |(known, _)| known.rules());
        let kernel = options.kernel;
        Self { origin, write, kernel, rules, chunk_size, known, catalogue, in_flight }
    }

    /// Normalises a mapped file, and returns how many threads did.
    fn map(&mut self, mapped: &Mapped, pool: Option<&ThreadPool>) -> Result<usize> {
        let origin = self.origin;
        // Before each write, for what is read behind the end of a file cut short are zeros.
        let check = || {
            if mapped.is_damaged() { Err(origin.damage()) } else { origin.check_not_cut() }
        };
        let mut queue = ChunkQueue::Mapped(Chunks::new(mapped, self.chunk_size));
        let (sender, events) = mpsc::channel();
        match pool {
            Some(pool) => self.drive_pool(pool, queue, (sender, events), check)?,
            None => self.drive_alone(&mut queue, &events, check, |_| false)?,
        }
        check()?;
        Ok(pool.map_or(1, ThreadPool::current_num_threads))
    }

    /// Normalises a stream, and returns how many threads did in the end.
    fn stream(&mut self, stream: Stream, pool: Option<&ThreadPool>, later: usize) -> Result<usize> {
        let (origin, chunk_size) = (self.origin, self.chunk_size);
        let blame = |error| origin.blame(error);
        let most = pool.map_or(later, ThreadPool::current_num_threads);
        let (sender, events) = mpsc::channel();
        let tell = sender.clone();
        // One block more is the one being filled.
        stream.start(chunk_size, BLOCKS_PER_THREAD * most + 1, most, move |block| {
            tell.send(Event::Read(block)).is_ok()
        })?;
        let mut queue = ChunkQueue::stream();
        let check = || Ok(());
        let mut started = None;
        if pool.is_none() {
            let is_enough = |queue: &ChunkQueue<'_>| most > 1 && queue.has_several(chunk_size);
            self.drive_alone(&mut queue, &events, check, is_enough).map_err(blame)?;
            if queue.goes_on() {
                started = start_threads(most);
            }
        }
        let pool = pool.or(started.as_ref());
        match pool {
            Some(pool) => self.drive_pool(pool, queue, (sender, events), check),
            None => self.drive_alone(&mut queue, &events, check, |_| false),
        }
        .map_err(blame)?;
        Ok(pool.map_or(1, ThreadPool::current_num_threads))
    }

    /// Drives the run by the calling thread, until all is done or `is_enough` says so.
    fn drive_alone<'c>(
        &mut self,
        queue: &mut ChunkQueue<'c>,
        events: &Receiver<Event>,
        check: impl Fn() -> Result<()>,
        is_enough: impl Fn(&ChunkQueue<'c>) -> bool,
    ) -> Result<()>
    where
        'a: 'c,
    {
        let Self { write, catalogue, in_flight, .. } = self;
        let mut executor = Alone::new(Worker::new(self.kernel, self.rules, self.known), events);
        in_flight.allow(1);
        let put = |outputs: &[ChunkOutput]| {
            check()?;
            put(outputs, catalogue.as_deref_mut(), &mut *write)
        };
        drive_until(is_enough, queue, &mut executor, in_flight, put)
    }

    /// Drives the run by a thread of `pool`, to its end.
    fn drive_pool(
        &mut self,
        pool: &ThreadPool,
        queue: ChunkQueue<'_>,
        events: (Sender<Event>, Receiver<Event>),
        check: impl Fn() -> Result<()> + Send + Sync,
    ) -> Result<()> {
        let Self { kernel, rules, known, write, catalogue, in_flight, .. } = self;
        let threads = pool.current_num_threads();
        in_flight.allow(IN_FLIGHT_PER_THREAD * threads);
        let slot = || WorkerSlot::new(Worker::new(*kernel, *rules, *known));
        let slots: Vec<_> = iter::repeat_with(slot).take(threads).collect();
        let put = |outputs: &[ChunkOutput]| {
            check()?;
            put(outputs, catalogue.as_deref_mut(), &mut *write)
        };
        let slots = &slots;
        pool.scope_fifo(move |scope| {
            let mut executor = RayonExecutor::new(scope, slots, events);
            // Made here, for what it holds lives at least as long as the scope.
            let mut queue = queue;
            drive(&mut queue, &mut executor, in_flight, put)
        })
    }
}

/// Writes outputs, which come in order, and adds their patterns to the catalogue.
fn put(
    outputs: &[ChunkOutput],
    catalogue: Option<&mut Catalogue>,
    write: impl FnOnce(&mut [IoSlice<'_>]) -> Result<()>,
) -> Result<()> {
    if let Some(catalogue) = catalogue {
        for ChunkOutput { arena, chunk_counts } in outputs {
            chunk_counts.iter().try_for_each(|chunk_counts| catalogue.add(arena, chunk_counts))?;
        }
    }
    write(&mut slices(outputs))
}

fn slices(outputs: &[ChunkOutput]) -> Vec<IoSlice<'_>> {
    outputs.iter().map(|output| IoSlice::new(&output.arena)).collect()
}
