//! Blocks of whole lines, read into buffers that are reused.

#[cfg(test)]
mod tests;

use std::io;
#[cfg(any(test, fuzzing))]
use std::io::Read;
use std::ops::Deref;
use std::sync::mpsc::{self, Receiver, Sender};

use memchr::memrchr;

use super::poll_read::PollRead;
#[cfg(any(test, fuzzing))]
use super::poll_read::Polled;
use crate::sys::fallible;

/// Whole lines that were read, or the last bytes of the input. Its buffer is reused after it is
/// dropped.
#[derive(Debug)]
pub(crate) struct Block {
    buffer: Vec<u8>,
    len: usize,
    recycler: Sender<Vec<u8>>,
}

#[cfg(test)]
impl Block {
    /// Returns a block that holds `bytes` in `buffer`, which is sent to `recycler` in the end.
    pub(crate) fn new(mut buffer: Vec<u8>, bytes: &[u8], recycler: Sender<Vec<u8>>) -> Self {
        buffer.clear();
        buffer.extend_from_slice(bytes);
        Self { buffer, len: bytes.len(), recycler }
    }
}

impl Deref for Block {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.buffer[..self.len]
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // The send fails if the reader has finished: then the buffer is freed.
        let _ = self.recycler.send(std::mem::take(&mut self.buffer));
    }
}

/// The length of a new buffer. Most of it has to be cleared, and a small log or a slow pipe does not
/// need more.
const INITIAL_LEN: usize = 64 << 10;

/// Reads blocks that end after a newline, except for the last one.
///
/// # The number of lines in a block
///
/// It is less than 2^32, because the catalogue counts the lines of a chunk in 32 bits. Before the
/// last read, a block has no whole line, or fewer than `size` bytes, which is at most 2^30. No read
/// is of more than `size` or [`INITIAL_LEN`] bytes, however long the buffer is. So a block has fewer
/// than 2 * 2^30 newlines, each of them a byte.
pub(crate) struct BlockReader<R> {
    input: R,
    size: usize,
    spare: Receiver<Vec<u8>>,
    /// Sends to `spare`.
    recycler: Sender<Vec<u8>>,
    /// The buffer being filled: `filled` bytes were read, of which `complete` are whole lines.
    buffer: Vec<u8>,
    filled: usize,
    complete: usize,
    at_end: bool,
}

impl<R: PollRead> BlockReader<R> {
    /// Returns a reader of blocks of about `size` bytes, of which at most `count` exist at once, and
    /// at least two: one is filled while the other is in use.
    ///
    /// # Errors
    ///
    /// There is no memory for the first buffer.
    pub(super) fn new(input: R, size: usize, count: usize) -> io::Result<Self> {
        let (recycler, spare) = mpsc::channel();
        for _ in 1..count.max(2) {
            let _ = recycler.send(Vec::new());
        }
        let buffer = zeros(size.min(INITIAL_LEN))?;
        let (filled, complete, at_end) = (0, 0, false);
        Ok(Self { input, size, spare, recycler, buffer, filled, complete, at_end })
    }

    /// Returns the next block, or `None` after the last. Waits for a block to be dropped if all
    /// buffers are in use.
    ///
    /// The block has at most `size` bytes, unless one line is longer. It has fewer if the next read
    /// would block: whole lines do not wait for those that follow.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block>> {
        while !self.at_end {
            self.fill()?;
            let is_enough = self.filled >= self.size;
            if self.complete > 0 && (is_enough || self.input.would_block()) {
                return self.release(self.complete).map(Some);
            }
            if self.filled == self.buffer.len() {
                self.grow()?;
            }
        }
        if self.filled > 0 { self.release(self.filled).map(Some) } else { Ok(None) }
    }

    /// Doubles the buffer: first up to the size of a block, and then for a line that is longer.
    fn grow(&mut self) -> io::Result<()> {
        let len = self.buffer.len();
        let new_len = if len < self.size { self.size.min(2 * len) } else { 2 * len };
        fallible(|| self.buffer.try_reserve_exact(new_len - len))?;
        self.buffer.resize(new_len, 0);
        Ok(())
    }

    /// Reads once.
    fn fill(&mut self) -> io::Result<()> {
        let end = self.buffer.len().min(self.filled + self.size.max(INITIAL_LEN));
        let read = loop {
            match self.input.read(&mut self.buffer[self.filled..end]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                result => break result?,
            }
        };
        let new = &self.buffer[self.filled..self.filled + read];
        if let Some(newline) = memrchr(b'\n', new) {
            self.complete = self.filled + newline + 1;
        }
        self.filled += read;
        self.at_end = read == 0;
        Ok(())
    }

    /// Returns the first `len` bytes as a block, and moves the rest to a spare buffer.
    fn release(&mut self, len: usize) -> io::Result<Block> {
        let mut buffer = self.spare.recv().expect("`self.recycler` keeps the channel open");
        let rest = &self.buffer[len..self.filled];
        let is_outsized = buffer.len() > 2 * self.size;
        if is_outsized || buffer.len() <= rest.len() {
            // It held a line longer than a block, or the rest does not fit, or it is new. A new
            // buffer gets the length that this one has grown to.
            let len = self.size.min(self.buffer.len());
            buffer = zeros(len.max(rest.len() + 1))?;
        }
        buffer[..rest.len()].copy_from_slice(rest);
        (self.filled, self.complete) = (rest.len(), 0);
        let buffer = std::mem::replace(&mut self.buffer, buffer);
        Ok(Block { buffer, len, recycler: self.recycler.clone() })
    }
}

/// Returns a buffer of `len` zeros.
pub(super) fn zeros(len: usize) -> io::Result<Vec<u8>> {
    let mut buffer = Vec::new();
    fallible(|| buffer.try_reserve_exact(len))?;
    buffer.resize(len, 0);
    Ok(buffer)
}

/// Returns all blocks of `reader`, which must not fail.
#[cfg(any(test, fuzzing))]
pub(crate) fn blocks(reader: impl Read, size: usize, would_block: bool) -> Vec<Vec<u8>> {
    let reader = BlockReader::new(Polled { reader, would_block }, size, 2);
    let mut reader = reader.expect("memory for a block");
    let next = || reader.next().expect("a reader that does not fail");
    std::iter::from_fn(next).map(|block| block.to_vec()).collect()
}
