//! The end of a process that gets no memory for what it cannot do without.

use std::io::{self, Cursor, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use lognorm_mmap::Error;
#[cfg(not(feature = "profile"))]
use lognorm_mmap::sys::Allocator;
use nix::unistd::write;

use crate::signals;

/// A build with profilers has the allocator of one of them.
#[cfg(not(feature = "profile"))]
#[global_allocator]
static ALLOCATOR: Allocator = Allocator::new(end);

/// Whether it was said why the run failed. Several threads may find that out at the same time, and
/// one line is enough.
static IS_SAID: AtomicBool = AtomicBool::new(false);

/// Takes over to say why the run failed. Does not return if another thread says so, and ends the
/// process.
pub fn take_over() {
    if IS_SAID.swap(true, Ordering::Relaxed) {
        signals::wait_for_end();
    }
}

/// Says that there are no `bytes` bytes, and ends the process. Allocates nothing.
#[cfg_attr(feature = "profile", expect(dead_code, reason = "there is another allocator then"))]
fn end(bytes: usize) -> ! {
    take_over();
    let mut line = [0; 256];
    let mut cursor = Cursor::new(&mut line[..]);
    let _ = writeln!(cursor, "lognorm-mmap: {}", Error::Memory { bytes });
    let len = cursor.position() as usize;
    let _ = write(io::stderr(), &line[..len]);
    signals::end_broken()
}
