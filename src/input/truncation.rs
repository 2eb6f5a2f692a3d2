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
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

use nix::libc;

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

/// A mapping that the handler knows of. Mappings that find no free slot are not made.
struct Slot {
    is_taken: AtomicBool,
    start: AtomicUsize,
    end: AtomicUsize,
    is_damaged: AtomicBool,
}

/// More files are not read at once.
static SLOTS: [Slot; 256] = [const {
    Slot {
        is_taken: AtomicBool::new(false),
        start: AtomicUsize::new(0),
        end: AtomicUsize::new(0),
        is_damaged: AtomicBool::new(false),
    }
}; 256];

/// Tells the handler of a mapping, until it is dropped.
pub(super) struct Registration {
    slot: &'static Slot,
}

impl Registration {
    /// Registers `len` bytes mapped at `start`, which is the beginning of a page, if there is a
    /// free slot. To be dropped before the mapping.
    pub(super) fn new(start: *const u8, len: usize) -> Option<Self> {
        let take = |slot: &&Slot| !slot.is_taken.swap(true, Ordering::AcqRel);
        let slot = SLOTS.iter().find(take)?;
        slot.is_damaged.store(false, Ordering::Relaxed);
        slot.start.store(start.addr(), Ordering::Relaxed);
        // Last, and so that a handler which sees it sees the start: until then the slot is empty.
        slot.end.store(start.addr() + len, Ordering::Release);
        Some(Self { slot })
    }

    /// Whether part of the mapping could not be read.
    pub(super) fn is_damaged(&self) -> bool {
        self.slot.is_damaged.load(Ordering::Relaxed)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.slot.end.store(0, Ordering::Release);
        self.slot.is_taken.store(false, Ordering::Release);
    }
}

extern "C" fn handle(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel calls this with a valid `info`, whose address field a fault has set.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr().addr()) };
    let contains = |slot: &&Slot| {
        let end = slot.end.load(Ordering::Acquire);
        (slot.start.load(Ordering::Relaxed)..end).contains(&address)
    };
    // A code of zero or less was sent by somebody, not by a fault.
    let slot = if code > 0 { SLOTS.iter().find(contains) } else { None };
    if !slot.is_some_and(|slot| cover(slot, address)) {
        pass_on(signal, info, context);
    }
}

/// Puts zero pages from `address` to the end of the mapping.
fn cover(slot: &Slot, address: usize) -> bool {
    slot.is_damaged.store(true, Ordering::Relaxed);
    // SAFETY: `errno` belongs to the thread, and is put back for the code that was interrupted.
    // The range lies in the mapping that the slot describes, which is alive: the fault was an
    // access to it. Replacing its pages by other readable ones leaves every reference into it
    // valid; that the bytes change is what its users are prepared for.
    unsafe {
        let errno = nix::errno::Errno::last();
        let start = address & !(PAGE.load(Ordering::Relaxed) - 1);
        let len = slot.end.load(Ordering::Acquire) - start;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
        let start = ptr::without_provenance_mut(start);
        let mapped = libc::mmap(start, len, libc::PROT_READ, flags, -1, 0);
        errno.set();
        mapped != libc::MAP_FAILED
    }
}

/// Does with a signal what would have been done without us.
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: `PREVIOUS` was set before this handler was installed, and is never freed. Its fields
    // are what the system gave: a function of the signature that its flags say, or one of the
    // two constants. Putting back the default and raising again ends the process once this
    // handler returns and the signal is no longer blocked.
    unsafe {
        let previous = &*PREVIOUS.load(Ordering::Acquire);
        let is_fault = (*info).si_code > 0;
        match previous.sa_sigaction {
            // A fault that was ignored would come again for ever; the kernel does not let it be.
            libc::SIG_IGN if !is_fault => {}
            libc::SIG_IGN => {
                libc::signal(signal, libc::SIG_DFL);
            }
            libc::SIG_DFL => {
                libc::signal(signal, libc::SIG_DFL);
                libc::raise(signal);
            }
            function if previous.sa_flags & libc::SA_SIGINFO != 0 => {
                type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
                std::mem::transmute::<usize, Handler>(function)(signal, info, context);
            }
            function => {
                std::mem::transmute::<usize, extern "C" fn(libc::c_int)>(function)(signal);
            }
        }
    }
}
