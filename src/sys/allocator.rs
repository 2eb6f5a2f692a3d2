//! An allocator for programs that are to end in order when there is no memory.
//!
//! Rust aborts then, in whatever crate it happens: temporary files stay, and the message is not the
//! program's own. Code that can go on without the memory says so by [`fallible`].

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Whether this thread can go on without the memory that it asks for.
    static IS_FALLIBLE: Cell<bool> = const { Cell::new(false) };
}

/// Does `allocate`, whose allocations may fail.
pub(crate) fn fallible<T>(allocate: impl FnOnce() -> T) -> T {
    let outer = IS_FALLIBLE.replace(true);
    let result = allocate();
    IS_FALLIBLE.set(outer);
    result
}

/// The allocator of the OS, and what is done where it gives nothing to code that cannot go on.
#[derive(Debug)]
pub struct Allocator {
    lack: fn(usize) -> !,
}

impl Allocator {
    /// An allocator that has `lack` end the process, which is given the number of bytes that there
    /// are not. It must not allocate.
    pub const fn new(lack: fn(usize) -> !) -> Self {
        Self { lack }
    }

    /// `memory`, which is for `bytes` bytes, unless it is null and nobody is prepared for that.
    fn checked(&self, memory: *mut u8, bytes: usize) -> *mut u8 {
        if memory.is_null() && !IS_FALLIBLE.get() {
            (self.lack)(bytes)
        }
        memory
    }
}

// SAFETY: all memory is that of `System`, to which the promises of the caller are passed on as they
// are; `checked` returns what it is given, or not at all.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see the implementation.
        self.checked(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see the implementation.
        self.checked(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: see the implementation.
        self.checked(unsafe { System.realloc(memory, layout, size) }, size)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: see the implementation.
        unsafe { System.dealloc(memory, layout) }
    }
}
