//! How many threads there is work for: those beyond take time to start, and are of no use.

use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Options;
use crate::input::{Bytes, Format, Source};

/// Threads for each CPU that may work on a stream of unknown length. They only compute, so that more
/// of them than CPUs make it no faster.
const THREADS_PER_CPU: usize = 4;

/// How many of `threads` may be of use for a stream of unknown length.
pub(super) fn for_stream(threads: usize) -> usize {
    let cpus = thread::available_parallelism().map_or(1, Into::into);
    threads.min(THREADS_PER_CPU * cpus)
}

/// How many chunks `source` has at most, where that is known.
pub(super) fn chunks(source: &Source, options: &Options) -> Option<usize> {
    let size = match &source.bytes {
        Bytes::Mapped(mapped) => mapped.as_bytes().len() as u64,
        Bytes::Stream(_) if source.origin.format() == Some(Format::Plain) => source.size()?,
        Bytes::Stream(_) => return None,
    };
    Some(chunks_of(size, options))
}

/// How many chunks there are in `size` bytes at most, and one in none.
pub(crate) fn chunks_of(size: u64, options: &Options) -> usize {
    let chunks = size.div_ceil(options.chunk_size.max(1) as u64).max(1);
    usize::try_from(chunks).unwrap_or(usize::MAX)
}

/// Starts a pool of `threads` threads, or of as many as the OS gives. There is none where the
/// calling thread does as well.
pub(crate) fn start_threads(threads: usize) -> Option<ThreadPool> {
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
