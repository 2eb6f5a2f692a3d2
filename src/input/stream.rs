//! Input that can only be read from front to back: a pipe, `/proc`, standard input.
//!
//! A thread of its own reads into blocks and hands them over cut behind a newline, so that reading
//! overlaps with the work on what was read. The blocks come back when they are dropped; their
//! number is fixed, so a slow consumer makes the reader wait and memory stays bounded.
//!
//! A block is handed over when it is full, and also when the next read would have to wait: what
//! comes out of a slow pipe is passed on as soon as its line is whole.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::thread;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::block::{Block, BlockReader};
use crate::error::{Error, Result};

/// A file that is read, not mapped.
pub(crate) struct Stream {
    file: File,
    limit: u64,
    path: PathBuf,
}

impl Stream {
    /// The next `limit` bytes of `file`, or fewer if it ends before.
    pub(crate) fn new(file: File, limit: u64, path: PathBuf) -> Self {
        Self { file, limit, path }
    }

    /// Starts to read: at most `count` blocks of about `size` bytes are under way at once, each
    /// given to `deliver` in order, and then either `None` for the end or why there is none. What
    /// `deliver` returns is whether anybody wants more.
    pub(crate) fn start(
        self,
        size: usize,
        count: usize,
        mut deliver: impl FnMut(Result<Option<Block>>) -> bool + Send + 'static,
    ) -> Result<()> {
        let Self { file, limit, path } = self;
        let name = path.clone();
        let read_all = move || {
            let reader = BlockReader::new(Patient(&file).take(limit), size, count);
            let mut reader = match reader {
                Ok(reader) => reader,
                Err(source) => {
                    deliver(Err(Error::io(path, source)));
                    return;
                }
            };
            let mut read_next = || reader.next(|| would_wait(&file));
            loop {
                // A panic must reach the consumer as an error: it waits for the next block.
                let next = panic::catch_unwind(AssertUnwindSafe(&mut read_next));
                let next = match next {
                    Ok(read) => read.map_err(|source| Error::io(&path, source)),
                    Err(panic) => Err(Error::panic(panic.as_ref())),
                };
                let is_last = !matches!(next, Ok(Some(_)));
                if !deliver(next) || is_last {
                    return;
                }
            }
        };
        // Not joined: it may be waiting in a read that never returns, when the run is long over.
        let thread = thread::Builder::new().name("reader".into()).spawn(read_all);
        thread.map(drop).map_err(|error| Error::io(name, error))
    }
}

/// Whether reading from `file` now would have to wait for whoever writes it.
fn would_wait(file: &File) -> bool {
    let mut fds = [PollFd::new(file.as_fd(), PollFlags::POLLIN)];
    poll(&mut fds, PollTimeout::ZERO) == Ok(0)
}

/// A file whose reads wait, also where another process made the descriptor non-blocking.
struct Patient<'a>(&'a File);

impl Read for Patient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let mut fds = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
                    poll(&mut fds, PollTimeout::NONE)?;
                }
                result => return result,
            }
        }
    }
}
