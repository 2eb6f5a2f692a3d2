//! The signals that end a process, which differ between systems: `SIGIO`, for one, is ignored by
//! default on macOS and the BSDs.

use nix::libc::{self, c_int};

/// Signals with names whose default action ends a process everywhere, and that another process may
/// send. `SIGSEGV` and `SIGBUS` are missing because they have handlers.
const NAMED: [c_int; 15] = [
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
    libc::SIGSYS,
];

/// Returns the signals whose default action ends a process, those without names among them.
pub fn deadly_signals() -> impl Iterator<Item = c_int> {
    NAMED.into_iter().chain(others())
}

#[cfg(target_os = "linux")]
fn others() -> impl Iterator<Item = c_int> {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    let coprocessor = [libc::SIGSTKFLT];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let coprocessor = [];
    let named = [libc::SIGIO, libc::SIGPWR];
    named.into_iter().chain(coprocessor).chain(libc::SIGRTMIN()..=libc::SIGRTMAX())
}

#[cfg(not(target_os = "linux"))]
fn others() -> impl Iterator<Item = c_int> {
    [libc::SIGEMT].into_iter()
}
