//! What a limit on the address space (`ulimit -v`) means for a run: less of everything.
//!
//! A thread that gets no stack for its signal handlers, or no room for what belongs to it alone,
//! ends the process, and nothing can be done about it then. So what threads need is counted before
//! they are started.

use nix::libc;
use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};

use lognorm_mmap::{Error, Options, Result};

/// Address space for a thread: two MiB of stack, and what else the system makes for it.
const THREAD: u64 = 3 << 20;

/// Threads beside those that work: the main thread, the reader, the one that waits for signals, and
/// the one that draws a progress bar.
const OTHER_THREADS: u64 = 4;

/// Address space for an output that is compressed: a thread, what it compresses, and what zstd
/// needs for that at its default level.
const COMPRESSOR: u64 = THREAD + (12 << 20);

/// Address space for all else: opened files, figures, messages.
const REST: u64 = 4 << 20;

/// Whether the address space is limited. Then the threads have one heap among them: the heaps of
/// their own that they would otherwise get reserve more than there may be.
pub fn is_memory_limited() -> bool {
    let is_limited = address_space().is_some();
    if is_limited {
        // SAFETY: sets an option of the allocator, before there is a second thread.
        #[cfg(target_env = "gnu")]
        unsafe {
            libc::mallopt(libc::M_ARENA_MAX, 1);
        }
    }
    is_limited
}

/// As many of the threads in `options` as there is room for.
///
/// # Errors
///
/// [`Error::Memory`] if there is no room for one.
pub fn threads_that_fit(options: &Options, is_compressed: bool) -> Result<usize> {
    let Some(limit) = address_space() else { return Ok(options.threads) };
    // Of many logs, each thread may have one of its own to compress.
    let compressor = if is_compressed { COMPRESSOR } else { 0 };
    // Three arenas, each half as large again as a chunk, and two blocks of input.
    let thread = THREAD + compressor + 7 * options.chunk_size as u64;
    let needed = used().saturating_add(OTHER_THREADS * THREAD + REST);
    match limit.saturating_sub(needed) / thread {
        0 => Err(Error::Memory { bytes: thread as usize }),
        room => Ok(options.threads.min(usize::try_from(room).unwrap_or(usize::MAX))),
    }
}

fn address_space() -> Option<u64> {
    let (limit, _) = getrlimit(Resource::RLIMIT_AS).ok()?;
    (limit != RLIM_INFINITY).then_some(limit)
}

/// The address space that the process has in use, in bytes, where `/proc` tells.
fn used() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    pages.unwrap_or(0).saturating_mul(4096)
}
