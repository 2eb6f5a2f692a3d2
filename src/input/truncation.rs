//! Lives through a file that is shortened, or cannot be read, while it is mapped.
//!
//! A read behind the end of a mapped file, or of a page that the disk does not give, raises
//! `SIGBUS`, which would end the process without a word. While a [`TruncationGuard`] is held, such
//! a fault in one of our mappings puts zero pages from there to the mapping's end, and marks the
//! mapping as damaged. The thread goes on, reads zeros, and the run ends with an error.
//!
//! The handler does no more than two stores and one `mmap`, which is a bare system call and as
//! safe in a signal handler as any. Faults that are not ours go where they would have gone.

use std::io;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use nix::libc;

use super::registry::{self, Slot};

/// Keeps the handler installed. Nothing is done by this crate unless somebody holds one.
///
/// While several are held the handler stays; the action from before the first is back after the
/// last. Do not change the action for `SIGBUS` in between.
#[derive(Debug)]
pub struct TruncationGuard {
    _private: (),
}

static HELD: Mutex<usize> = Mutex::new(0);

/// The action from before the handler; not null while that is installed.
static PREVIOUS: AtomicPtr<libc::sigaction> = AtomicPtr::new(ptr::null_mut());

impl TruncationGuard {
    /// Installs the handler, if no other guard has.
    ///
    /// # Errors
    ///
    /// What the system says if it does not let itself be told.
    pub fn install() -> io::Result<Self> {
        let mut held = HELD.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if *held == 0 {
            PAGE.store(page_size(), Ordering::Relaxed);
            let mut previous = MaybeUninit::<libc::sigaction>::uninit();
            // SAFETY: with no new action this only writes the current one to `previous`, which is
            // initialised if it succeeds.
            let previous = unsafe {
                if libc::sigaction(libc::SIGBUS, ptr::null(), previous.as_mut_ptr()) != 0 {
                    return Err(io::Error::last_os_error());
                }
                previous.assume_init()
            };
            // Never freed: a handler may be running when the last guard is dropped.
            PREVIOUS.store(Box::leak(Box::new(previous)), Ordering::Release);
            // SAFETY: all-zero is a valid value of the C struct; the handler has the signature
            // that `SA_SIGINFO` asks for, and does only what is safe in one.
            unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                action.sa_sigaction = handle as *const () as libc::sighandler_t;
                action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
                libc::sigemptyset(&mut action.sa_mask);
                if libc::sigaction(libc::SIGBUS, &action, ptr::null_mut()) != 0 {
                    return Err(io::Error::last_os_error());
                }
            }
        }
        *held += 1;
        Ok(Self { _private: () })
    }
}

impl Drop for TruncationGuard {
    fn drop(&mut self) {
        let mut held = HELD.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *held -= 1;
        if *held == 0 {
            // SAFETY: `PREVIOUS` was set when the handler was installed, to an action that the
            // system gave and that is never freed.
            unsafe {
                libc::sigaction(libc::SIGBUS, PREVIOUS.load(Ordering::Acquire), ptr::null_mut());
            }
        }
    }
}

/// The size of a page, known before the handler can be called.
static PAGE: AtomicUsize = AtomicUsize::new(4096);

/// The size of a page.
pub(super) fn page_size() -> usize {
    // SAFETY: asks for a constant of the system.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4096)
}

extern "C" fn handle(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel calls this with a valid `info`, whose address field a fault has set.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr().addr()) };
    // A code of zero or less was sent by somebody, not by a fault.
    let found = if code > 0 { registry::find(address) } else { None };
    if !found.is_some_and(|(slot, range)| cover(slot, address..range.end)) {
        pass_on(signal, info, context);
    }
}

/// Puts zero pages over `range`, which ends with the mapping in `slot`, from its first page on.
fn cover(slot: &Slot, range: Range<usize>) -> bool {
    slot.mark_damaged();
    // SAFETY: `errno` belongs to the thread, and is put back for the code that was interrupted.
    // The range lies in the mapping that the slot describes, which is alive: the fault was an
    // access to it. Replacing its pages by other readable ones leaves every reference into it
    // valid; that the bytes change is what its users are prepared for.
    unsafe {
        let errno = nix::errno::Errno::last();
        let start = range.start & !(PAGE.load(Ordering::Relaxed) - 1);
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
        let address = ptr::without_provenance_mut(start);
        let mapped = libc::mmap(address, range.end - start, libc::PROT_READ, flags, -1, 0);
        errno.set();
        mapped != libc::MAP_FAILED
    }
}

/// Does with a signal what would have been done without this handler.
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: `PREVIOUS` was set before this handler was installed, and is never freed. Its fields
    // are what the kernel gave: a function of the signature that its flags say, or one of the
    // two constants. `info` is valid, as in the caller.
    let (is_fault, previous) = unsafe { ((*info).si_code > 0, &*PREVIOUS.load(Ordering::Acquire)) };
    match previous.sa_sigaction {
        // A fault that was ignored would come again for ever; the kernel does not let it be.
        libc::SIG_IGN if !is_fault => return,
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
    // A handler that puts back the default and returns, as that of Rust's runtime does, means to
    // have the process end by the access that is made again. One that was sent has none.
    if !is_fault && is_default(signal) {
        die_of(signal);
    }
}

/// Whether the action for `signal` is the default.
fn is_default(signal: libc::c_int) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: with no new action this only writes the current one to `action`, which is initialised
    // if it succeeds. It is a bare system call.
    unsafe {
        libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_DFL
    }
}

/// Ends the process by `signal`, in the midst of its handler.
fn die_of(signal: libc::c_int) -> ! {
    // SAFETY: all of these calls may be made in a signal handler. The set is initialised by the
    // first call that it is given to.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        let mut set = MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        // It is blocked while it is handled.
        libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
        libc::raise(signal);
        // The first process of a container is spared by the kernel.
        libc::_exit(128 + signal)
    }
}
