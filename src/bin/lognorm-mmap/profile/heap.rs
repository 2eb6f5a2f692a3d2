//! Where memory goes: every allocation and its stack, in the format of DHAT's viewer.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::mem::ManuallyDrop;

use dhat::Profiler as Dhat;
use nix::unistd::{dup, dup2_stderr};

use super::recording::Profiler;

/// While no profiler is at work, it takes a lock and hands on to the system's allocator. There is
/// not much of that to see in a CPU profile: a run makes two or three allocations a chunk.
#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// To end it is to have it write to a file that it does not tell the errors of, so that is not
/// done.
pub struct HeapProfiler(ManuallyDrop<Dhat>);

impl HeapProfiler {
    pub fn start() -> Self {
        Self(ManuallyDrop::new(Dhat::new_heap()))
    }
}

impl Profiler for HeapProfiler {
    fn write(mut self: Box<Self>, output: &mut dyn Write) -> io::Result<()> {
        // It ends with this.
        let profile = without_stderr(|| self.0.drop_and_get_memory_output());
        output.write_all(profile.as_bytes())
    }
}

/// Does what would print on standard error, which is for our own lines, and panic where it cannot.
fn without_stderr<T>(work: impl FnOnce() -> T) -> T {
    let nowhere = OpenOptions::new().write(true).open("/dev/null");
    let stderr = dup(io::stderr());
    if let (Ok(nowhere), Ok(_)) = (&nowhere, &stderr) {
        let _ = dup2_stderr(nowhere);
    }
    let result = work();
    if let Ok(stderr) = stderr {
        let _ = dup2_stderr(stderr);
    }
    result
}
