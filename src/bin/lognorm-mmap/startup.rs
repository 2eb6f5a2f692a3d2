//! Which standard streams were closed when the program was started, and whether `SIGPIPE` was
//! ignored.
//!
//! Before `main`, Rust's runtime opens `/dev/null` in their place, so that no file opened later is
//! taken for one of them. Patterns written to a closed standard output would be lost without a
//! word. Only a constructor, which runs before the runtime, can still see the difference.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use lognorm_mmap::Error;
use nix::errno::Errno;
use nix::libc;

use crate::signals::action;

/// The names that standard streams have among paths.
pub const STDIN: &str = "/dev/stdin";
pub const STDOUT: &str = "/dev/stdout";

static CLOSED: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];

static SIGPIPE_IGNORED: AtomicBool = AtomicBool::new(false);

/// Whether standard input was closed.
pub fn stdin_was_closed() -> bool {
    CLOSED[0].load(Ordering::Relaxed)
}

/// Whether standard output was closed.
pub fn stdout_was_closed() -> bool {
    CLOSED[1].load(Ordering::Relaxed)
}

/// Whether `SIGPIPE` was ignored, as it is after `trap '' PIPE`. Rust's runtime ignores it always.
pub fn sigpipe_was_ignored() -> bool {
    SIGPIPE_IGNORED.load(Ordering::Relaxed)
}

/// That a standard stream was closed when the program was started.
pub fn closed(stream: impl Into<PathBuf>) -> Error {
    Error::Io { path: stream.into(), source: Errno::EBADF.into() }
}

// SAFETY: the loader calls what stands in this section, once, before `main`, as a C function with
// arguments that this one does not look at. It depends on nothing that is set up later.
#[cfg(target_os = "linux")]
#[used]
#[unsafe(link_section = ".init_array")]
static CONSTRUCTOR: extern "C" fn() = look;

extern "C" fn look() {
    for (descriptor, closed) in CLOSED.iter().enumerate() {
        // SAFETY: asking for the flags of a descriptor has no effect, whether it is open or not.
        let flags = unsafe { libc::fcntl(descriptor as libc::c_int, libc::F_GETFD) };
        closed.store(flags == -1 && Errno::last() == Errno::EBADF, Ordering::Relaxed);
    }
    let is_ignored = action(libc::SIGPIPE) == Some(libc::SIG_IGN);
    SIGPIPE_IGNORED.store(is_ignored, Ordering::Relaxed);
}
