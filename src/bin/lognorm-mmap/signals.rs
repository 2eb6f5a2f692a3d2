//! What signals do to the program.
//!
//! A signal that ends the program first has the temporary files removed. All threads block such
//! signals, and one thread waits for them: a handler could do next to nothing. A signal that was
//! ignored when the program was started, as `nohup` does, stays ignored.

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

/// Signals whose default action ends a process, and that another process may send. `SIGSEGV` and
/// `SIGBUS` are not among them: those have handlers. Real-time signals have no names; see
/// [`deadly`].
const NAMED: [c_int; 17] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGILL,
    libc::SIGTRAP,
    libc::SIGABRT,
    libc::SIGFPE,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGALRM,
    libc::SIGTERM,
    libc::SIGXCPU,
    libc::SIGVTALRM,
    libc::SIGPROF,
    libc::SIGIO,
    libc::SIGPWR,
    libc::SIGSYS,
];

/// How long a thread that found the process broken waits for the temporary files to be removed. It
/// may hold what the removal waits for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether a thread waits for signals.
static IS_SET_UP: AtomicBool = AtomicBool::new(false);

/// Whether a thread of the process, and not a signal from outside, has asked for the end.
static IS_BROKEN: AtomicBool = AtomicBool::new(false);

/// Sets up what is done on signals, for the rest of the process and for all threads that start
/// later. `left` is a signal that somebody else handles.
///
/// # Errors
///
/// The reason of the OS if it gives no thread. Signals then do what they do by default, and may
/// leave a temporary file.
pub fn set_up(left: Option<c_int>) -> io::Result<()> {
    // A handler that does nothing much: the write that went too far then fails with an error.
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let is_ours = |&signal: &c_int| Some(signal) != left && action(signal) == Some(libc::SIG_DFL);
    let signals = set(deadly().filter(is_ours));
    // SAFETY: `end_on_abort` calls only `kill`, `getpid`, `nanosleep` and `_exit`, which a handler
    // may.
    unsafe { low_level::register(SIGABRT, end_on_abort) }?;
    mask(libc::SIG_BLOCK, &signals);
    let thread = thread::Builder::new().name("signals".into()).spawn(move || wait_for(&signals));
    if thread.is_err() {
        mask(libc::SIG_UNBLOCK, &signals);
    }
    IS_SET_UP.store(thread.is_ok(), Ordering::Release);
    thread.map(drop)
}

/// Has a process that would be deaf to signals act on them: the first process of a container only
/// receives those that it asks for. Any other dies by itself, if it has nothing to clean up.
pub fn set_up_if_first() {
    if process::id() == 1 {
        // Without a thread, the process is as deaf as it was.
        let _ = set_up(None);
    }
}

/// Ends the process as if it had never been told to ignore that its reader went away.
pub fn die_of_broken_pipe() -> ! {
    die_of(SIGPIPE)
}

/// Removes the temporary files and exits with code 1. For a thread that cannot go on, in the middle
/// of whatever it does: it needs no memory for this.
pub fn end_broken() -> ! {
    if IS_SET_UP.load(Ordering::Acquire) {
        IS_BROKEN.store(true, Ordering::Release);
        // SAFETY: sends a signal that this thread blocks, so that the waiting thread takes it.
        unsafe { libc::kill(libc::getpid(), SIGABRT) };
        wait_for_end();
    }
    low_level::exit(1)
}

/// Waits until another thread has ended the process.
pub fn wait_for_end() -> ! {
    thread::sleep(PATIENCE);
    low_level::exit(1)
}

/// On `abort`, which the runtime calls after it said why. Its own end would come before the
/// temporary files are removed.
fn end_on_abort() {
    end_broken()
}

/// Waits for one of `signals` and ends the process by it.
fn wait_for(signals: &sigset_t) {
    let mut signal = 0;
    // SAFETY: both point to what is initialised, and outlive the call.
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

fn deadly() -> impl Iterator<Item = c_int> {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    let coprocessor = [libc::SIGSTKFLT];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let coprocessor = [];
    NAMED.into_iter().chain(coprocessor).chain(libc::SIGRTMIN()..=libc::SIGRTMAX())
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

/// Blocks `signals` in this thread and in those that it starts, or no longer, as `how` says.
fn mask(how: c_int, signals: &sigset_t) {
    // SAFETY: `signals` is initialised, and the old mask is not asked for.
    unsafe { libc::pthread_sigmask(how, signals, ptr::null_mut()) };
}

/// What is done on `signal`: `SIG_DFL`, `SIG_IGN`, or the address of a handler.
pub fn action(signal: c_int) -> Option<sighandler_t> {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: with no new action this only writes the current one to `action`, which is
    // initialised if it succeeds.
    unsafe {
        let result = libc::sigaction(signal, ptr::null(), action.as_mut_ptr());
        (result == 0).then(|| action.assume_init().sa_sigaction)
    }
}
