//! The end of a process that gets no memory and cannot go on without it.

use std::io::{self, Cursor, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use lognorm_mmap::Error;
#[cfg(not(feature = "profile"))]
use lognorm_mmap::sys::Allocator;
use nix::unistd::write;

use crate::signals;

/// A build with profilers has the allocator of the heap profiler instead.
#[cfg(not(feature = "profile"))]
#[global_allocator]
static ALLOCATOR: Allocator = Allocator::new(end);

/// Whether a thread has begun to print the reason for the failure. Several threads may run out of
/// memory at the same time, and one line is enough.
static IS_TOLD: AtomicBool = AtomicBool::new(false);

/// Makes this thread the one that prints the reason for the failure. Does not return if another
/// thread is, which then ends the process.
pub fn take_over() {
    if IS_TOLD.swap(true, Ordering::Relaxed) {
        signals::wait_for_end();
    }
}

/// Prints that `bytes` bytes could not be allocated, and ends the process. Allocates nothing.
#[cfg_attr(feature = "profile", expect(dead_code, reason = "the allocator is another then"))]
fn end(bytes: usize) -> ! {
    take_over();
    let mut line = [0; 256];
    let mut cursor = Cursor::new(&mut line[..]);
    let _ = writeln!(cursor, "lognorm-mmap: {}", Error::Memory { bytes });
    let len = cursor.position() as usize;
    let _ = write(io::stderr(), &line[..len]);
    signals::end_broken()
}
