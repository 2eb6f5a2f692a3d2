//! What signals do to the program.
//!
//! One that ends it first has the temporary files removed, by a thread that waits for it: a
//! handler itself could do next to nothing. One that was ignored when the program was started, as
//! `nohup` does, stays ignored.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use lognorm_mmap::remove_unfinished_outputs;
use nix::libc::{self, c_int};
use signal_hook::consts::{SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Sets up what is to be done on signals, for the rest of the process.
///
/// # Errors
///
/// What the system says if it does not let itself be told. Signals then do what they do by
/// default, and may leave a temporary file.
pub fn set_up() -> io::Result<()> {
    // A handler that does nothing much: the write that went too far then fails with an error.
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP].into_iter().filter(|&signal| !is_ignored(signal)))?;
    let handle = signals.handle();
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            remove_unfinished_outputs();
            let _ = emulate_default_handler(signal);
        }
    };
    let thread = thread::Builder::new().name("signals".into()).spawn(wait);
    if thread.is_err() {
        handle.close();
    }
    thread.map(drop)
}

/// Ends the process as if it had never been told to ignore that its reader went away.
pub fn die_of_broken_pipe() {
    let _ = emulate_default_handler(SIGPIPE);
}

fn is_ignored(signal: c_int) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: with no new action this only writes the current one to `action`, which is
    // initialised if it succeeds.
    unsafe {
        libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}
