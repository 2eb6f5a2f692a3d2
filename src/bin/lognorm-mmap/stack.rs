//! Room on the stack, where there is a small limit on it (`ulimit -s`).

use std::process::ExitCode;
use std::thread;

use lognorm_mmap::{Error, Result};
use nix::sys::resource::{Resource, getrlimit};

/// The stack that the main thread needs. The command line takes most of it, in builds that are not
/// optimised.
const NEEDED: u64 = 2 << 20;

/// The stack that the main thread has by default.
const USUAL: usize = 8 << 20;

/// Does `work` on this thread, or on one that has a stack of its own if the limit on that of the
/// main thread is small.
///
/// # Errors
///
/// [`Error::Threads`] if such a thread cannot be started.
pub fn with_room(work: fn() -> ExitCode) -> Result<ExitCode> {
    if getrlimit(Resource::RLIMIT_STACK).is_ok_and(|(limit, _)| limit >= NEEDED) {
        return Ok(work());
    }
    let thread = thread::Builder::new().name("main".into()).stack_size(USUAL).spawn(work);
    let thread = thread.map_err(|_| Error::Threads { threads: 1 })?;
    Ok(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}
