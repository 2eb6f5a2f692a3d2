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
//! that were asked for and not one more.

#[cfg(test)]
mod tests;

use std::io::IoSlice;
use std::iter;
use std::panic::{self, AssertUnwindSafe};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::chunk::Chunks;
use crate::crew::{Crew, Event, RayonCrew, Workplace};
use crate::error::{Error, Result};
use crate::feed::Feed;
use crate::flight::Flight;
use crate::input::{Bytes, Origin, Source};
use crate::memory;
use crate::normalize::{Counts, Kernel, SLACK, max_output_len};
use crate::output::Sink;
use crate::patterns::Catalogue;
use crate::pending::{Outcome, Pending};
use crate::watch::Watch;
use crate::worker::{Extras, Product, Worker};

/// How a run goes about its work. None of it changes the output.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Threads that work, one of which also writes. Zero is taken as one.
    pub threads: usize,
    /// Bytes of input in one unit of work; a line longer than that makes a longer one. It is
    /// taken to lie between 1 and [`LARGEST_CHUNK_SIZE`].
    pub chunk_size: usize,
    /// What does the work.
    pub kernel: Kernel,
}

/// One MiB. Of 64 KiB to 4 MiB, 1 GB of log in the page cache took least time with 1 and 2 MiB,
/// 0.22 s on four cores, and a fifth more with 256 KiB.
pub const DEFAULT_CHUNK_SIZE: usize = 1 << 20;

/// One GiB. With more, a few threads would fill the memory of most machines.
pub const LARGEST_CHUNK_SIZE: usize = 1 << 30;

/// Chunks in flight for each thread: one in work, one that waits to be taken up, and one that waits
/// to be written. With two, a run on four cores took a tenth longer; four were no better.
const IN_FLIGHT_PER_THREAD: usize = 3;

/// Chunks in flight whose patterns are counted, on however many threads: of lines that are short
/// and all different, one takes 17 times its size then. 70 MB of them took 1.3 GB with 64 threads
/// and no such limit, and 0.8 GB with it.
const MOST_TALLIED: usize = 24;

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
    let most_chunks = match &source.bytes {
        Bytes::Mapped(mapped) => mapped.as_bytes().len().div_ceil(options.chunk_size.max(1)),
        Bytes::Stream(_) => usize::MAX,
    };
    let pool = start_threads(options.threads.clamp(1, most_chunks.max(1)))?;
    run_on(&pool, source, sink, options, extras)
}

/// [`run_with`], with the threads of `pool`.
pub(crate) fn run_on(
    pool: &ThreadPool,
    source: Source,
    mut sink: Sink,
    options: &Options,
    extras: Extras<'_>,
) -> Result<Pending> {
    let kind = source.kind();
    let Source { bytes, origin } = source;
    let mut watch = Watch::start(origin.opening());
    let put = |slices: &mut [IoSlice<'_>]| watch.write(|| sink.write_all(slices));
    let normalize = || pool.install(|| normalize(bytes, &origin, put, options, extras));
    // Tasks have their panics caught; this one would be the driving thread's.
    let result = panic::catch_unwind(AssertUnwindSafe(normalize));
    let counts = result.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())))?;
    let threads = pool.current_num_threads();
    Ok(Pending { origin, sink, phases: watch.end(), source: kind, counts, threads })
}

/// All of the run but its end, on a thread of the pool.
fn normalize(
    bytes: Bytes,
    origin: &Origin,
    mut write: impl FnMut(&mut [IoSlice<'_>]) -> Result<()> + Send,
    options: &Options,
    extras: Extras<'_>,
) -> Result<Counts> {
    let threads = rayon::current_num_threads();
    let chunk_size = options.chunk_size.clamp(1, LARGEST_CHUNK_SIZE);
    let Extras { mut catalogue, known } = extras;
    let workplace = || Workplace::new(Worker::new(options.kernel, known));
    let workplaces: Vec<_> = iter::repeat_with(workplace).take(threads).collect();
    let arena_size = max_output_len(chunk_size + ORDINARY_LINE) + SLACK;
    let mut most = IN_FLIGHT_PER_THREAD * threads;
    let mut flight = match &catalogue {
        None => Flight::new(most, arena_size),
        Some(catalogue) => {
            most = most.min(MOST_TALLIED);
            Flight::new(most, arena_size).with_tallies_from(catalogue.bytes())
        }
    };
    let mut put = |products: &[Product]| {
        if let Some(catalogue) = &mut catalogue {
            note_patterns(products, catalogue)?;
        }
        write(&mut slices(products))
    };
    match bytes {
        Bytes::Mapped(mapped) => rayon::scope_fifo(|scope| {
            let mut crew = RayonCrew::new(scope, &workplaces);
            let mut feed = Feed::Mapped(Chunks::new(&mapped, chunk_size));
            // Before each write, for what is read behind the end of a file cut short are zeros.
            let check = || {
                if mapped.is_damaged() { Err(origin.damage()) } else { origin.check_not_cut() }
            };
            drive(&mut feed, &mut crew, &mut flight, |products| {
                check()?;
                put(products)
            })?;
            check()
        })?,
        Bytes::Stream(stream) => rayon::scope_fifo(|scope| {
            let mut crew = RayonCrew::new(scope, &workplaces);
            let events = crew.sender();
            // One block more is the one being filled.
            stream.start(chunk_size, BLOCKS_PER_THREAD * threads + 1, threads, move |block| {
                events.send(Event::Read(block)).is_ok()
            })?;
            let mut feed = Feed::stream();
            let driven = drive(&mut feed, &mut crew, &mut flight, put);
            driven.map_err(|error| origin.blame(error))
        })?,
    }
    // While what was needed is still there.
    memory::look();
    Ok(flight.counts())
}

/// A pool of `threads` threads, or of as many as the system lets us have: at least the calling one.
pub(crate) fn start_threads(threads: usize) -> Result<ThreadPool> {
    let builder = || ThreadPoolBuilder::new().thread_name(|index| format!("worker-{index}"));
    let mut fewer = threads;
    while fewer > 0 {
        if let Ok(pool) = builder().num_threads(fewer).build() {
            return Ok(pool);
        }
        fewer /= 2;
    }
    let pool = builder().num_threads(1).use_current_thread().build();
    pool.map_err(|_| Error::Threads { threads })
}

/// Does the whole run: returns when all of `feed` was written, or with the first error.
fn drive<'a>(
    feed: &mut Feed<'a>,
    crew: &mut impl Crew<'a>,
    flight: &mut Flight,
    mut put: impl FnMut(&[Product]) -> Result<()>,
) -> Result<()> {
    let mut batch = Vec::new();
    loop {
        while let Some(event) = crew.poll() {
            note(event, feed, flight)?;
        }
        // After the events, for they may have brought a block: whoever waits for an event below
        // must not hold what the next one depends on.
        while flight.has_room()
            && let Some(chunk) = feed.next()
        {
            crew.start(flight.depart(chunk)?);
        }
        flight.land(&mut batch);
        if !batch.is_empty() {
            put(&batch)?;
            flight.recycle(batch.drain(..));
        } else if !flight.is_empty() || feed.is_expected() {
            note(crew.wait(), feed, flight)?;
        } else {
            return Ok(());
        }
    }
}

fn note(event: Event, feed: &mut Feed<'_>, flight: &mut Flight) -> Result<()> {
    match event {
        Event::Finished(finished) => flight.arrive(finished?),
        Event::Read(block) => feed.arrive(block?),
    }
    Ok(())
}

/// Adds the patterns of chunks, which come in order, to the catalogue.
fn note_patterns(products: &[Product], catalogue: &mut Catalogue) -> Result<()> {
    for Product { arena, tally } in products {
        if let Some(tally) = tally {
            catalogue.add(arena, tally)?;
        }
    }
    Ok(())
}

fn slices(products: &[Product]) -> Vec<IoSlice<'_>> {
    products.iter().map(|product| IoSlice::new(&product.arena)).collect()
}
