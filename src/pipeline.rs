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

use std::collections::VecDeque;
use std::io::IoSlice;
use std::sync::Mutex;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::arena::{Arena, FreeArenas};
use crate::chunk::{Chunk, Chunks};
use crate::crew::{Crew, Event, Finished, RayonCrew, Task};
use crate::error::{Error, Result};
use crate::input::{Bytes, Source};
use crate::normalize::{Counts, Kernel, Normalizer, SLACK, max_output_len};
use crate::output::{Ordered, Sink};

/// How a run goes about its work. None of it changes the output.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Threads that work, one of which also writes. At least 1.
    pub threads: usize,
    /// Bytes of input in one unit of work, at least 1; a line longer than that makes a longer one.
    pub chunk_size: usize,
    /// What does the work.
    pub kernel: Kernel,
}

/// The chunk size that measured best.
pub const DEFAULT_CHUNK_SIZE: usize = 1 << 20;

/// Chunks in flight for each thread: one in work, one waiting to be taken up, and one finished
/// that waits for its turn or is being written.
const IN_FLIGHT_PER_THREAD: usize = 3;

/// A chunk that ends with a line of no more than this fits into an arena that is kept.
const ORDINARY_LINE: usize = 64 << 10;

/// Normalises all of `source` into `sink`, and makes the output final.
///
/// Memory is bounded by the chunks in flight (three a thread), whatever the size of the input; only
/// a line longer than a chunk needs more, in proportion to its length.
///
/// # Errors
///
/// Whatever goes wrong with either, [`Error::InputChanged`], or [`Error::Threads`]. What stood in
/// the place of the output before is still there then.
pub fn run(source: Source, mut sink: Sink, options: &Options) -> Result<Counts> {
    let pool = start_threads(options.threads)?;
    let new_normalizer = |_| Mutex::new(Normalizer::with_kernel(options.kernel));
    let normalizers: Vec<_> = (0..pool.current_num_threads()).map(new_normalizer).collect();
    let in_flight = IN_FLIGHT_PER_THREAD * pool.current_num_threads();
    let arena_size = max_output_len(options.chunk_size + ORDINARY_LINE) + SLACK;
    let mut flight = Flight::new(in_flight, arena_size);
    let Source { bytes, origin } = source;
    pool.install(|| match bytes {
        Bytes::Mapped(mapped) => rayon::scope_fifo(|scope| {
            let mut crew = RayonCrew::new(scope, &normalizers);
            let mut feed = Feed::Mapped(Chunks::new(&mapped, options.chunk_size));
            drive(&mut feed, &mut crew, &mut flight, |arenas| write(arenas, &mut sink))?;
            if mapped.is_damaged() { Err(origin.damage()) } else { Ok(()) }
        }),
        Bytes::Stream(stream) => rayon::scope_fifo(|scope| {
            let mut crew = RayonCrew::new(scope, &normalizers);
            let reader = crew.sender();
            // One block more than are in flight is the one being filled.
            stream.start(options.chunk_size, in_flight + 1, move |block| {
                // Nobody listens any more if the run has failed elsewhere.
                let _ = reader.send(Event::Read(block));
            })?;
            let mut feed = Feed::Stream { blocks: VecDeque::new(), at_end: false };
            drive(&mut feed, &mut crew, &mut flight, |arenas| write(arenas, &mut sink))
        }),
    })?;
    origin.check_unchanged()?;
    sink.commit()?;
    Ok(flight.counts)
}

/// A pool of `threads` threads, or of as many as the system lets us have: at least the calling one.
fn start_threads(threads: usize) -> Result<ThreadPool> {
    let builder = || ThreadPoolBuilder::new().thread_name(|index| format!("worker-{index}"));
    let mut fewer = threads;
    while fewer > 0 {
        if let Ok(pool) = builder().num_threads(fewer).build() {
            return Ok(pool);
        }
        fewer /= 2;
    }
    let pool = builder().num_threads(1).use_current_thread().build();
    pool.map_err(|error| Error::Threads { threads, reason: error.to_string() })
}

/// Where the next chunk comes from.
enum Feed<'a> {
    /// Cut here, when it is needed.
    Mapped(Chunks<'a>),
    /// Read by another thread, and told of by events.
    Stream { blocks: VecDeque<Chunk<'a>>, at_end: bool },
}

impl<'a> Feed<'a> {
    /// The next chunk, if there is one now.
    fn next(&mut self) -> Option<Chunk<'a>> {
        match self {
            Self::Mapped(chunks) => chunks.next(),
            Self::Stream { blocks, .. } => blocks.pop_front(),
        }
    }

    /// Whether events will bring more.
    fn is_expected(&self) -> bool {
        matches!(self, Self::Stream { at_end: false, .. })
    }
}

/// What was handed out and not yet written.
struct Flight {
    most: usize,
    in_flight: usize,
    next_sequence: u64,
    finished: Ordered<Arena>,
    free: FreeArenas,
    counts: Counts,
}

impl Flight {
    /// At most `most` chunks, each with an arena for `arena_size` bytes, or more where it must be.
    fn new(most: usize, arena_size: usize) -> Self {
        Self {
            most,
            in_flight: 0,
            next_sequence: 0,
            finished: Ordered::new(),
            free: FreeArenas::new(arena_size),
            counts: Counts::default(),
        }
    }

    fn depart<'a>(&mut self, chunk: Chunk<'a>) -> Result<Task<'a>> {
        let arena = self.free.take()?;
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.in_flight += 1;
        Ok(Task { sequence, chunk, arena })
    }

    fn arrive(&mut self, finished: Finished) {
        self.counts += finished.counts;
        self.finished.insert(finished.sequence, finished.arena);
    }

    fn recycle(&mut self, arenas: impl Iterator<Item = Arena>) {
        for arena in arenas {
            self.in_flight -= 1;
            self.free.put_back(arena);
        }
    }
}

/// Does the whole run: returns when all of `feed` was written, or with the first error.
fn drive<'a>(
    feed: &mut Feed<'a>,
    crew: &mut impl Crew<'a>,
    flight: &mut Flight,
    mut write: impl FnMut(&[Arena]) -> Result<()>,
) -> Result<()> {
    let mut batch = Vec::with_capacity(flight.most);
    loop {
        while let Some(event) = crew.poll() {
            note(event, feed, flight)?;
        }
        // After the events, for they may have brought a block: whoever waits for an event below
        // must not hold what the next one depends on.
        while flight.in_flight < flight.most
            && let Some(chunk) = feed.next()
        {
            crew.start(flight.depart(chunk)?);
        }
        batch.extend(std::iter::from_fn(|| flight.finished.pop()));
        if !batch.is_empty() {
            write(&batch)?;
            flight.recycle(batch.drain(..));
        } else if flight.in_flight > 0 || feed.is_expected() {
            note(crew.wait(), feed, flight)?;
        } else {
            return Ok(());
        }
    }
}

fn note(event: Event, feed: &mut Feed<'_>, flight: &mut Flight) -> Result<()> {
    match (event, feed) {
        (Event::Finished(finished), _) => flight.arrive(finished?),
        (Event::Read(block), Feed::Stream { blocks, at_end }) => match block? {
            Some(block) => blocks.push_back(Chunk::Read(block)),
            None => *at_end = true,
        },
        (Event::Read(_), Feed::Mapped(_)) => unreachable!("nobody reads a mapped file"),
    }
    Ok(())
}

fn write(arenas: &[Arena], sink: &mut Sink) -> Result<()> {
    let mut slices: Vec<_> = arenas.iter().map(|arena| IoSlice::new(arena)).collect();
    sink.write_all(&mut slices)
}
