//! An allocator for programs that end in an orderly way when memory runs out.
//!
//! Without it, Rust aborts the process wherever an allocation fails: temporary files stay, and the
//! message is not that of the program. Code that can go on without the memory uses [`fallible`].

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Whether this thread handles the failure of an allocation itself.
    static IS_FALLIBLE: Cell<bool> = const { Cell::new(false) };
}

/// Calls `allocate`, and lets its allocations fail.
pub(crate) fn fallible<T>(allocate: impl FnOnce() -> T) -> T {
    let outer = IS_FALLIBLE.replace(true);
    let result = allocate();
    IS_FALLIBLE.set(outer);
    result
}

/// The allocator of the OS, with a function that ends the process when memory runs out.
#[derive(Debug)]
pub struct Allocator {
    end: fn(usize) -> !,
}

impl Allocator {
    /// Creates an allocator that calls `end` with the number of bytes that it cannot allocate. `end`
    /// must not allocate.
    pub const fn new(end: fn(usize) -> !) -> Self {
        Self { end }
    }

    /// Returns `memory`, the result of allocating `bytes` bytes. Ends the process if it is null,
    /// unless the thread is in [`fallible`].
    fn checked(&self, memory: *mut u8, bytes: usize) -> *mut u8 {
        if memory.is_null() && !IS_FALLIBLE.get() {
            (self.end)(bytes)
        }
        memory
    }
}

// SAFETY: all calls go to `System` with the arguments of the caller, who keeps the contract of
// `GlobalAlloc`. `checked` returns the pointer that it is given, or does not return.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is that of `System`.
        self.checked(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is that of `System`.
        self.checked(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is that of `System`.
        self.checked(unsafe { System.realloc(memory, layout, size) }, size)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, which is that of `System`.
        unsafe { System.dealloc(memory, layout) }
    }
}
