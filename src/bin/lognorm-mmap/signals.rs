//! Signals that end the program, and the removal of temporary files before it ends.
//!
//! All threads block such signals, and one thread waits for them, because a handler could call hardly
//! anything. A signal that was ignored when the program was started, for instance by `nohup`, stays
//! ignored.

use std::io;
use std::mem::MaybeUninit;
use std::process;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use lognorm_mmap::remove_temporary_files;
use nix::libc::{self, c_int, sighandler_t, sigset_t};
use signal_hook::consts::{SIGABRT, SIGPIPE, SIGXFSZ};
use signal_hook::low_level;

use crate::deadly_signals::deadly_signals;

/// The time that a thread waits for another to remove the temporary files. It is limited, because
/// the waiting thread may hold a lock that the removal needs.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// Whether a thread waits for signals.
static IS_SET_UP: AtomicBool = AtomicBool::new(false);

/// Whether a thread of the process has asked for the end, and not a signal from outside.
static IS_BROKEN: AtomicBool = AtomicBool::new(false);

/// Sets up the handling of signals, for this thread and for all that are started later. The signal
/// `except` is left alone.
///
/// # Errors
///
/// The error of the OS if a thread cannot be started. Signals then have their default actions, and
/// may leave a temporary file.
pub fn set_up(except: Option<c_int>) -> io::Result<()> {
    // With a handler, a write beyond the limit on file sizes fails with an error instead.
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let is_ours = |&signal: &c_int| Some(signal) != except && action(signal) == Some(libc::SIG_DFL);
    let signals = set(deadly_signals().filter(is_ours));
    // SAFETY: `end_on_abort` calls only `kill`, `getpid`, `nanosleep` and `_exit`, which are safe in
    // a handler.
    unsafe { low_level::register(SIGABRT, end_on_abort) }?;
    mask(libc::SIG_BLOCK, &signals);
    let thread = thread::Builder::new().name("signals".into()).spawn(move || wait_for(&signals));
    if thread.is_err() {
        mask(libc::SIG_UNBLOCK, &signals);
    }
    IS_SET_UP.store(thread.is_ok(), Ordering::Release);
    thread.map(drop)
}

/// Sets up the handling of signals if this is the first process of a container, which only receives
/// signals that it asks for. For a program that has no files to clean up.
pub fn set_up_if_first() {
    if process::id() == 1 {
        // On failure, the process ignores signals as before.
        let _ = set_up(None);
    }
}

/// Ends the process by `SIGPIPE`, which Rust's runtime has set to be ignored.
pub fn die_of_broken_pipe() -> ! {
    die_of(SIGPIPE)
}

/// Removes the temporary files and exits with code 1. For a thread that cannot go on: this allocates
/// nothing, and the waiting thread does the work.
pub fn end_broken() -> ! {
    if IS_SET_UP.load(Ordering::Acquire) {
        IS_BROKEN.store(true, Ordering::Release);
        // SAFETY: sends a signal that this thread blocks, so that the waiting thread takes it.
        unsafe { libc::kill(libc::getpid(), SIGABRT) };
        wait_for_end();
    }
    low_level::exit(1)
}

/// Waits until another thread has ended the process, or for [`MAX_WAIT`].
pub fn wait_for_end() -> ! {
    thread::sleep(MAX_WAIT);
    low_level::exit(1)
}

/// Handles `SIGABRT`. The runtime calls `abort` after its message, which would end the process before
/// the temporary files are removed.
fn end_on_abort() {
    end_broken()
}

/// Waits for one of `signals` and ends the process by it.
fn wait_for(signals: &sigset_t) {
    let mut signal = 0;
    // SAFETY: both pointers are to initialised values that outlive the call.
    while unsafe { libc::sigwait(signals, &raw mut signal) } != 0 {}
    remove_temporary_files();
    if IS_BROKEN.load(Ordering::Acquire) {
        low_level::exit(1);
    }
    die_of(signal)
}

/// Ends the process by `signal`, or with the exit code that a shell has for that: the first process
/// of a container does not die of a signal.
fn die_of(signal: c_int) -> ! {
    // SAFETY: the default action is always valid.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
    mask(libc::SIG_UNBLOCK, &set([signal].into_iter()));
    let _ = low_level::raise(signal);
    low_level::exit(128 + signal)
}

fn set(signals: impl Iterator<Item = c_int>) -> sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: initialises `set`, and cannot fail.
    let mut set = unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        set.assume_init()
    };
    for signal in signals {
        // SAFETY: `set` is initialised. A number that is no signal is refused.
        unsafe { libc::sigaddset(&raw mut set, signal) };
    }
    set
}

/// Blocks or unblocks `signals`, as `how` says, in this thread and in those that it starts.
fn mask(how: c_int, signals: &sigset_t) {
    // SAFETY: `signals` is initialised, and no old mask is written to the null pointer.
    unsafe { libc::pthread_sigmask(how, signals, ptr::null_mut()) };
}

/// Returns the action on `signal`: `SIG_DFL`, `SIG_IGN`, or the address of a handler.
pub fn action(signal: c_int) -> Option<sighandler_t> {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action, the call only writes the current one to `action`, and has
    // initialised it if it succeeds.
    unsafe {
        let result = libc::sigaction(signal, ptr::null(), action.as_mut_ptr());
        (result == 0).then(|| action.assume_init().sa_sigaction)
    }
}
