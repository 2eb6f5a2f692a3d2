//! Limits on the process, and how a run keeps within them.
//!
//! With less memory (`ulimit -v`, `ulimit -d`) a run has fewer threads. Their memory is counted before
//! they are started: the runtime aborts the process if a thread gets no stack for its signal
//! handlers or no thread-local storage.

#[cfg(target_env = "gnu")]
use nix::libc;
use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};

use lognorm_mmap::{Error, Options, Result};

/// Memory for a thread: two MiB of stack, and its bookkeeping.
const THREAD_BYTES: u64 = (2 << 20) + (256 << 10);

/// Threads that do not normalize: one reads, one waits for signals, and one draws a progress bar.
const OTHER_THREADS: u64 = 3;

/// Memory for compressing an output: a thread, its buffers, and the state of zstd at its default
/// level.
const COMPRESSOR_BYTES: u64 = THREAD_BYTES + (12 << 20);

/// Memory for everything else: open files, figures, messages.
const OTHER_BYTES: u64 = 4 << 20;

/// Raises the soft limit on file descriptors to the hard one, for logs that are open side by side.
pub fn raise_descriptors() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
    {
        // On failure, fewer logs are open at a time.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

/// A limit on memory and the part of it in use, in bytes.
struct Limit {
    limit: u64,
    used: u64,
}

/// Returns whether the address space is limited, which mapped files take too.
pub fn is_address_space_limited() -> bool {
    limit(Resource::RLIMIT_AS).is_some()
}

/// Returns whether memory is limited.
pub fn is_memory_limited() -> bool {
    limits().next().is_some()
}

/// Has all threads share one heap. The heaps of their own that they get otherwise reserve more
/// memory than a limit may leave. Takes effect for threads that allocate for the first time.
pub fn share_one_heap() {
    // SAFETY: sets an option of the allocator, which takes its own lock for that.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Returns how many of the threads in `options` there is memory for.
///
/// # Errors
///
/// [`Error::Memory`] if there is not enough for one.
pub fn threads_that_fit(options: &Options, is_compressed: bool) -> Result<usize> {
    limits().try_fold(options.threads, |threads, limit| {
        let options = Options { threads, ..*options };
        limit.threads_that_fit(&options, is_compressed)
    })
}

impl Limit {
    fn threads_that_fit(&self, options: &Options, is_compressed: bool) -> Result<usize> {
        // With many logs, each thread may compress an output of its own.
        let compressor = if is_compressed { COMPRESSOR_BYTES } else { 0 };
        let chunk = options.chunk_size as u64;
        // The first thread is running already. It has an arena, which is half as large again as a
        // chunk, and three blocks of input; each other thread has three arenas and two blocks.
        let first = compressor + 5 * chunk;
        let other = THREAD_BYTES + compressor + 7 * chunk;
        let needed = self.used.saturating_add(OTHER_THREADS * THREAD_BYTES + OTHER_BYTES + first);
        match self.limit.checked_sub(needed) {
            None => Err(Error::Memory { bytes: first as usize }),
            Some(room) => {
                let others = usize::try_from(room / other).unwrap_or(usize::MAX);
                Ok(options.threads.min(others.saturating_add(1)))
            }
        }
    }
}

/// Returns the limits on memory: on the address space (`ulimit -v`), and on its private part
/// (`ulimit -d`).
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

/// Returns the number of bytes that `/proc` has for the process under `key`.
fn in_use(key: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
