//! What limits on the process mean for a run. One on memory (`ulimit -v`, `ulimit -d`) means less of
//! everything.
//!
//! A thread that gets no stack for its signal handlers, or no room for what belongs to it alone,
//! ends the process, and nothing can be done about it then. So what threads need is counted before
//! they are started.

use nix::libc;
use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};

use lognorm_mmap::{Error, Options, Result};

/// Memory for a thread: two MiB of stack, and what else the OS makes for it.
const THREAD: u64 = (2 << 20) + (256 << 10);

/// Threads beside those that work: the reader, the one that waits for signals, and the one that
/// draws a progress bar.
const OTHER_THREADS: u64 = 3;

/// Memory for an output that is compressed: a thread, what it compresses, and what zstd needs for
/// that at its default level.
const COMPRESSOR: u64 = THREAD + (12 << 20);

/// Memory for all else: opened files, figures, messages.
const REST: u64 = 4 << 20;

/// Takes as many descriptors as the process may have, for logs that are open side by side.
pub fn raise_descriptors() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
    {
        // With fewer, fewer logs are open at a time.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

/// A limit on memory, and what of it is in use. Both are in bytes.
struct Limit {
    limit: u64,
    used: u64,
}

/// Whether the address space is limited, which mapped files take too.
pub fn is_address_space_limited() -> bool {
    limit(Resource::RLIMIT_AS).is_some()
}

/// Whether memory is limited. Then the threads have one heap among them: the heaps of their own
/// that they would otherwise get reserve more than there may be.
pub fn is_memory_limited() -> bool {
    let is_limited = limits().next().is_some();
    if is_limited {
        // SAFETY: sets an option of the allocator, while no other thread is at work.
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
    limits().try_fold(options.threads, |threads, limit| {
        let options = Options { threads, ..*options };
        limit.threads_that_fit(&options, is_compressed)
    })
}

impl Limit {
    fn threads_that_fit(&self, options: &Options, is_compressed: bool) -> Result<usize> {
        // Of many logs, each thread may have one of its own to compress.
        let compressor = if is_compressed { COMPRESSOR } else { 0 };
        let chunk = options.chunk_size as u64;
        // The first thread is there already. It has an arena, half as large again as a chunk, and
        // three blocks of input; each other one has three arenas and two blocks.
        let first = compressor + 5 * chunk;
        let other = THREAD + compressor + 7 * chunk;
        let needed = self.used.saturating_add(OTHER_THREADS * THREAD + REST + first);
        match self.limit.checked_sub(needed) {
            None => Err(Error::Memory { bytes: first as usize }),
            Some(room) => {
                let others = usize::try_from(room / other).unwrap_or(usize::MAX);
                Ok(options.threads.min(others.saturating_add(1)))
            }
        }
    }
}

/// The limits on memory that there are: on the address space (`ulimit -v`), and on what of it is
/// the process's own (`ulimit -d`).
fn limits() -> impl Iterator<Item = Limit> {
    let kinds = [(Resource::RLIMIT_AS, "VmSize:"), (Resource::RLIMIT_DATA, "VmData:")];
    kinds.into_iter().filter_map(|(resource, key)| {
        let used = || in_use(key).unwrap_or(0);
        limit(resource).map(|limit| Limit { limit, used: used() })
    })
}

fn limit(resource: Resource) -> Option<u64> {
    let (limit, _) = getrlimit(resource).ok()?;
    (limit != RLIM_INFINITY).then_some(limit)
}

/// What `/proc` says of the process under `key`, in bytes.
fn in_use(key: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
