//! Readers that can tell whether the next read would block.

use std::io::Read;

/// A reader that can be asked whether it would block.
pub(super) trait PollRead: Read {
    /// Returns whether the next read would wait for the program that writes the input.
    ///
    /// A read may also fail with [`WouldBlock`](std::io::ErrorKind::WouldBlock) to say so, once. It waits when it is
    /// called again.
    fn would_block(&self) -> bool;
}

/// A reader that would always block, or never.
#[cfg(any(test, fuzzing))]
pub(super) struct Polled<R> {
    pub(super) reader: R,
    pub(super) would_block: bool,
}

#[cfg(any(test, fuzzing))]
impl<R: Read> Read for Polled<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.reader.read(buffer)
    }
}

#[cfg(any(test, fuzzing))]
impl<R: Read> PollRead for Polled<R> {
    fn would_block(&self) -> bool {
        self.would_block
    }
}
