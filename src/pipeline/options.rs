//! The options of a run.

use std::thread;

use crate::rules::Kernel;

/// Settings for the speed and the memory of a run. They do not change the output.
///
/// ```
/// use lognorm_mmap::Options;
///
/// let options = Options { threads: 4, ..Options::default() };
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The number of threads that work, one of which also writes. Zero is taken as one.
    pub threads: usize,
    /// The bytes of input in one unit of work. A line longer than that makes a longer one. Values
    /// are clamped to the range from 1 to [`MAX_CHUNK_SIZE`].
    pub chunk_size: usize,
    /// The implementation of the rules.
    pub kernel: Kernel,
}

/// 1 MiB. With smaller chunks, more time goes into system calls; with larger ones, threads wait
/// longer for what one thread writes at once.
pub const DEFAULT_CHUNK_SIZE: usize = 1 << 20;

/// 1 GiB. With larger chunks, a few threads fill the memory of most machines.
pub const MAX_CHUNK_SIZE: usize = 1 << 30;

impl Options {
    /// Returns the size of chunks, within its bounds.
    pub(super) fn clamped_chunk_size(&self) -> usize {
        self.chunk_size.clamp(1, MAX_CHUNK_SIZE)
    }
}

impl Default for Options {
    /// Returns a thread for each CPU, chunks of [`DEFAULT_CHUNK_SIZE`] and the fastest kernel.
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().map_or(1, Into::into),
            chunk_size: DEFAULT_CHUNK_SIZE,
            kernel: Kernel::best(),
        }
    }
}
