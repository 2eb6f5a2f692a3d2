//! A large enough stack, also under a small limit on its size (`ulimit -s`).

use std::process::ExitCode;
use std::thread;

use lognorm_mmap::{Error, Result};
use nix::sys::resource::{Resource, getrlimit};

/// The bytes of stack that the main thread needs. The command line takes most of them, in builds
/// that are not optimised.
const NEEDED_BYTES: u64 = 2 << 20;

/// The bytes of stack that the main thread has by default.
const DEFAULT_BYTES: usize = 8 << 20;

/// Does `work` on this thread, or on one with a larger stack if the limit is too small.
///
/// # Errors
///
/// [`Error::Threads`] if such a thread cannot be started.
pub fn with_room(work: fn() -> ExitCode) -> Result<ExitCode> {
    if getrlimit(Resource::RLIMIT_STACK).is_ok_and(|(limit, _)| limit >= NEEDED_BYTES) {
        return Ok(work());
    }
    let thread = thread::Builder::new().name("main".into()).stack_size(DEFAULT_BYTES).spawn(work);
    let thread = thread.map_err(|_| Error::Threads { threads: 1 })?;
    Ok(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}
