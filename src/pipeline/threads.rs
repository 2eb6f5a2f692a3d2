//! The number of threads that a run starts: not more than it has work for, because starting one
//! takes time.

use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Options;
use crate::input::{Bytes, Format, Source};

/// The threads for each CPU that may work on a stream of unknown length. They only compute, so more
/// of them than CPUs make it no faster.
const THREADS_PER_CPU: usize = 4;

/// The threads that a run begins with.
#[derive(Clone, Copy)]
pub(super) enum Threads<'p> {
    /// The threads of a pool.
    Pool(&'p ThreadPool),
    /// The calling thread, until there is enough to do for `later` threads.
    Calling { later: usize },
    /// The calling thread, which also reads.
    Reading,
}

impl<'p> Threads<'p> {
    /// Returns the threads of `pool`, or the calling thread, which `later` threads may follow.
    pub(super) fn of(pool: Option<&'p ThreadPool>, later: usize) -> Self {
        pool.map_or(Self::Calling { later }, Self::Pool)
    }

    /// Returns the number of threads that there are or may be later.
    pub(super) fn max(self) -> usize {
        match self {
            Self::Pool(pool) => pool.current_num_threads(),
            Self::Calling { later } => later,
            Self::Reading => 1,
        }
    }
}

/// Returns how many threads `source` has work for: at the start, and later if it turns out to be
/// long.
pub(super) fn for_source(source: &Source, options: &Options) -> (usize, usize) {
    let max = options.threads.max(1);
    match max_chunks(source, options) {
        Some(chunks) => (max.min(chunks), 1),
        None => {
            let cpus = thread::available_parallelism().map_or(1, Into::into);
            (1, max.min(THREADS_PER_CPU * cpus))
        }
    }
}

/// Returns how many chunks `source` has at most, if its length is known.
fn max_chunks(source: &Source, options: &Options) -> Option<usize> {
    let size = match &source.bytes {
        Bytes::Mapped(mapped) => mapped.as_bytes().len() as u64,
        Bytes::Stream(_) if source.origin.format() == Some(Format::Plain) => source.size()?,
        Bytes::Stream(_) => return None,
    };
    Some(chunks_in(size, options))
}

/// Returns how many chunks there are in `size` bytes at most. In no bytes there is one.
pub(super) fn chunks_in(size: u64, options: &Options) -> usize {
    let chunks = size.div_ceil(options.chunk_size.max(1) as u64).max(1);
    usize::try_from(chunks).unwrap_or(usize::MAX)
}

/// Starts a pool of `threads` threads, or of as many as the OS gives. Returns none where the
/// calling thread does as well.
pub(super) fn start_threads(threads: usize) -> Option<ThreadPool> {
    let builder = || ThreadPoolBuilder::new().thread_name(|index| format!("worker-{index}"));
    let mut fewer = threads;
    while fewer > 1 {
        if let Ok(pool) = builder().num_threads(fewer).build() {
            return Some(pool);
        }
        fewer /= 2;
    }
    None
}
