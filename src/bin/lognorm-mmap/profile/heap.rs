//! The profile of memory: every allocation and its stack, in the format of DHAT's viewer.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::mem::ManuallyDrop;

use dhat::Profiler as Dhat;
use nix::unistd::{dup, dup2_stderr};

use super::recording::Profiler;

/// While no heap profiler runs, this takes a lock and calls the allocator of the OS. A CPU profile
/// shows little of it, because a run makes few allocations a chunk.
#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// A profiler that is never dropped: its destructor writes a file and ignores errors.
pub struct HeapProfiler(ManuallyDrop<Dhat>);

impl HeapProfiler {
    pub fn start() -> Self {
        Self(ManuallyDrop::new(Dhat::new_heap()))
    }
}

impl Profiler for HeapProfiler {
    fn write(mut self: Box<Self>, output: &mut dyn Write) -> io::Result<()> {
        // This ends the profiler.
        let profile = without_stderr(|| self.0.drop_and_get_memory_output());
        output.write_all(profile.as_bytes())
    }
}

/// Does `work` and discards its text for standard error, where it would panic if it could not print.
fn without_stderr<T>(work: impl FnOnce() -> T) -> T {
    let null = OpenOptions::new().write(true).open("/dev/null");
    let stderr = dup(io::stderr());
    if let (Ok(null), Ok(_)) = (&null, &stderr) {
        let _ = dup2_stderr(null);
    }
    let result = work();
    if let Ok(stderr) = stderr {
        let _ = dup2_stderr(stderr);
    }
    result
}
