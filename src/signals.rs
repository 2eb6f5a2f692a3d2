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
use std::sync::mpsc;
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
    let (told, is_set_up) = mpsc::channel();
    let wait = move || {
        // Here, for a signal must not be caught before there is a thread that acts on it.
        let fatal = [SIGINT, SIGTERM, SIGHUP].into_iter();
        let signals = Signals::new(fatal.filter(|&signal| !is_ignored(signal)));
        let mut signals = match signals {
            Ok(signals) => signals,
            Err(error) => return drop(told.send(Err(error))),
        };
        let _ = told.send(Ok(()));
        if let Some(signal) = signals.forever().next() {
            remove_unfinished_outputs();
            let _ = emulate_default_handler(signal);
        }
    };
    thread::Builder::new().name("signals".into()).spawn(wait)?;
    is_set_up.recv().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
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
