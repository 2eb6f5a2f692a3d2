//! The state of the standard streams and of `SIGPIPE` at the start of the program.
//!
//! Before `main`, Rust's runtime opens `/dev/null` in place of standard streams that are closed, and
//! ignores `SIGPIPE`. Patterns for a closed standard output would be lost without a message. Only a
//! constructor, which runs before the runtime, sees the original state.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use lognorm_mmap::Error;
use nix::errno::Errno;
use nix::libc;

use crate::signals::action;

/// The path of standard input.
pub const STDIN: &str = "/dev/stdin";
/// The path of standard output.
pub const STDOUT: &str = "/dev/stdout";

static CLOSED: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];

static SIGPIPE_IGNORED: AtomicBool = AtomicBool::new(false);

/// Returns whether standard input was closed.
pub fn stdin_was_closed() -> bool {
    CLOSED[0].load(Ordering::Relaxed)
}

/// Returns whether standard output was closed.
pub fn stdout_was_closed() -> bool {
    CLOSED[1].load(Ordering::Relaxed)
}

/// Returns whether `SIGPIPE` was ignored, as it is after `trap '' PIPE`.
pub fn sigpipe_was_ignored() -> bool {
    SIGPIPE_IGNORED.load(Ordering::Relaxed)
}

/// Returns the error that a standard stream was closed when the program was started.
pub fn closed(stream: impl Into<PathBuf>) -> Error {
    Error::Io { path: stream.into(), source: Errno::EBADF.into() }
}

// SAFETY: the loader calls the functions in this section, once, before `main`, as C functions with
// arguments. This function is one that ignores them, and it depends on nothing that is set up later.
#[used]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_os = "macos"), unsafe(link_section = ".init_array"))]
static CONSTRUCTOR: extern "C" fn() = record_state;

extern "C" fn record_state() {
    for (descriptor, closed) in CLOSED.iter().enumerate() {
        // SAFETY: asking for the flags of a descriptor has no effect, whether it is open or not.
        let flags = unsafe { libc::fcntl(descriptor as libc::c_int, libc::F_GETFD) };
        closed.store(flags == -1 && Errno::last() == Errno::EBADF, Ordering::Relaxed);
    }
    let is_ignored = action(libc::SIGPIPE) == Some(libc::SIG_IGN);
    SIGPIPE_IGNORED.store(is_ignored, Ordering::Relaxed);
}
