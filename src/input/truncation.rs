//! The handler of `SIGBUS`, for mapped files that are truncated or cannot be read.
//!
//! A read after the end of a mapped file, or of a page that the disk does not deliver, raises
//! `SIGBUS`, which ends the process without a message. While a [`TruncationGuard`] is held, such a
//! fault in a mapping of this crate puts zero pages from there to the end of the mapping, and marks
//! the mapping as damaged. The thread goes on, reads zeros, and the run ends with an error.
//!
//! The handler does no more than two stores and one `mmap`, which is a plain system call and so safe
//! in a signal handler. Faults elsewhere get the action from before the handler.

use std::io;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use nix::libc;

use super::registry::{self, Slot};

/// Keeps a handler of `SIGBUS` installed. Without a guard, a mapped file that is truncated while it is
/// read ends the process.
///
/// Several guards may be held: the first installs the handler, and the last to be dropped restores
/// the action from before. Do not change the action for `SIGBUS` in between.
#[derive(Debug)]
pub struct TruncationGuard {
    _private: (),
}

/// The number of guards.
static GUARDS: Mutex<usize> = Mutex::new(0);

/// The action from before the handler; not null while the handler is installed.
static PREVIOUS: AtomicPtr<libc::sigaction> = AtomicPtr::new(ptr::null_mut());

impl TruncationGuard {
    /// Installs the handler, if no other guard has.
    ///
    /// # Errors
    ///
    /// The error of the OS if it refuses to install the handler.
    pub fn install() -> io::Result<Self> {
        let mut guards = GUARDS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if *guards == 0 {
            install_handler()?;
        }
        *guards += 1;
        Ok(Self { _private: () })
    }
}

/// Installs the handler, and keeps the action from before in [`PREVIOUS`].
fn install_handler() -> io::Result<()> {
    PAGE_SIZE.store(page_size(), Ordering::Relaxed);
    let previous = action_for(libc::SIGBUS)?;
    // Never freed: a handler may be running when the last guard is dropped.
    PREVIOUS.store(Box::leak(Box::new(previous)), Ordering::Release);
    // SAFETY: all-zero is a valid value of the C struct. The handler has the signature that
    // `SA_SIGINFO` asks for, and only makes calls that are safe in a signal handler.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handle as *const () as libc::sighandler_t;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigemptyset(&mut action.sa_mask);
        if libc::sigaction(libc::SIGBUS, &action, ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Returns the current action for `signal`. Safe in a signal handler.
fn action_for(signal: libc::c_int) -> io::Result<libc::sigaction> {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action, the call only writes the current one to `action`, which is
    // initialised if the call succeeds.
    unsafe {
        if libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(action.assume_init())
    }
}

impl Drop for TruncationGuard {
    fn drop(&mut self) {
        let mut guards = GUARDS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *guards -= 1;
        if *guards == 0 {
            // SAFETY: `PREVIOUS` was set when the handler was installed, to an action that the
            // kernel returned and that is never freed.
            unsafe {
                libc::sigaction(libc::SIGBUS, PREVIOUS.load(Ordering::Acquire), ptr::null_mut());
            }
        }
    }
}

/// The size of a page, set before the handler is installed.
static PAGE_SIZE: AtomicUsize = AtomicUsize::new(4096);

/// Returns the size of a page.
pub(super) fn page_size() -> usize {
    // SAFETY: the call takes no pointer, and returns a constant.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4096)
}

extern "C" fn handle(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel calls this with a valid `info`. Its address field is set for faults, and is
    // plain data for other signals.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr().addr()) };
    let found = if is_fault(code) { registry::find(address) } else { None };
    if !found.is_some_and(|(slot, range)| cover(slot, address..range.end)) {
        pass_on(signal, info, context);
    }
}

/// Returns whether a signal with this `code` was raised by a fault. Signals that a process sent have a
/// code of zero or less on Linux, and one from 0x10001 on macOS and the BSDs.
fn is_fault(code: libc::c_int) -> bool {
    (1..0x10000).contains(&code)
}

/// Replaces the pages of `range` by zero pages. The range is the rest of the mapping in `slot`.
/// Returns whether that succeeded.
fn cover(slot: &Slot, range: Range<usize>) -> bool {
    slot.mark_damaged();
    // SAFETY: `errno` belongs to the thread, and is restored for the code that was interrupted. The
    // range is in the mapping that the slot describes, which still exists, because the fault was an
    // access to it. The new pages are readable, so every reference into the mapping stays valid; the
    // users of the mapping allow for bytes that change.
    unsafe {
        let errno = nix::errno::Errno::last();
        let start = range.start & !(PAGE_SIZE.load(Ordering::Relaxed) - 1);
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
        let address = ptr::without_provenance_mut(start);
        let mapped = libc::mmap(address, range.end - start, libc::PROT_READ, flags, -1, 0);
        errno.set();
        mapped != libc::MAP_FAILED
    }
}

/// Handles a signal as it would be handled without this handler.
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: `PREVIOUS` was set before this handler was installed, and is never freed. The kernel
    // returned its fields: a function with the signature that the flags tell, or one of the two
    // constants. `info` is valid, as in the caller.
    let (code, previous) = unsafe { ((*info).si_code, &*PREVIOUS.load(Ordering::Acquire)) };
    match previous.sa_sigaction {
        // A fault that is ignored would be raised again for ever, so the kernel does not ignore it.
        libc::SIG_IGN if !is_fault(code) => return,
        libc::SIG_IGN | libc::SIG_DFL => die_of(signal),
        function if previous.sa_flags & libc::SA_SIGINFO != 0 => {
            type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
            // SAFETY: as above.
            unsafe { std::mem::transmute::<usize, Handler>(function)(signal, info, context) };
        }
        function => {
            // SAFETY: as above.
            unsafe { std::mem::transmute::<usize, extern "C" fn(libc::c_int)>(function)(signal) };
        }
    }
    // A handler that restores the default action and returns, as that of Rust's runtime does, relies
    // on the access being repeated to end the process. A signal that was sent repeats no access.
    if !is_fault(code) && is_default(signal) {
        die_of(signal);
    }
}

/// Returns whether the action for `signal` is the default.
fn is_default(signal: libc::c_int) -> bool {
    action_for(signal).is_ok_and(|action| action.sa_sigaction == libc::SIG_DFL)
}

/// Ends the process by `signal`, from inside the handler.
fn die_of(signal: libc::c_int) -> ! {
    // SAFETY: all of these calls are safe in a signal handler. The set is initialised by the first
    // call that takes it.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        let mut set = MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        // The signal is blocked while it is handled.
        libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
        libc::raise(signal);
        // The kernel spares the first process of a container.
        libc::_exit(128 + signal)
    }
}
