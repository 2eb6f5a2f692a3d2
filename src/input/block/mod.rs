//! Cuts what a reader gives into blocks of whole lines, in buffers that are used again.

#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::ops::Deref;
use std::sync::mpsc::{self, Receiver, Sender};

use memchr::memrchr;

use crate::sys::fallible;

/// Whole lines that were read, or the input's last bytes.
#[derive(Debug)]
pub(crate) struct Block {
    buffer: Vec<u8>,
    len: usize,
    home: Sender<Vec<u8>>,
}

#[cfg(test)]
impl Block {
    /// A block that holds `bytes` in `buffer`, which goes to `home`.
    pub(crate) fn new(mut buffer: Vec<u8>, bytes: &[u8], home: Sender<Vec<u8>>) -> Self {
        buffer.clear();
        buffer.extend_from_slice(bytes);
        Self { buffer, len: bytes.len(), home }
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
        // Nobody is there to take it back once the reader has finished.
        let _ = self.home.send(std::mem::take(&mut self.buffer));
    }
}

/// What blocks are read from.
pub(super) trait Input: Read {
    /// Whether the next read would have to wait for whoever writes the input.
    ///
    /// A read may also fail with [`io::ErrorKind::WouldBlock`] to say so, and is to wait when it is
    /// called again.
    fn would_wait(&self) -> bool;
}

/// What a block is given at first. Most of what it is given has to be cleared, and a small log or a
/// slow pipe has no use for more.
const FIRST_LEN: usize = 64 << 10;

/// Reads blocks that end behind a newline, the last one excepted.
///
/// # How many lines a block can have
///
/// Fewer than 2^32, which is what [`ChunkCounts`](crate::patterns::ChunkCounts) counts in. Before the
/// last read, a block has no whole line yet, or fewer bytes than the `size` asked for, which is 2^30
/// at most; and no read is of more than `size` or [`FIRST_LEN`] bytes, whatever room there is. So
/// newlines, each of them a byte, are fewer than 2 * 2^30.
pub(crate) struct BlockReader<R> {
    input: R,
    size: usize,
    spare: Receiver<Vec<u8>>,
    home: Sender<Vec<u8>>,
    /// The buffer being filled: `filled` bytes were read, of which `complete` are whole lines.
    buffer: Vec<u8>,
    filled: usize,
    complete: usize,
    at_end: bool,
}

impl<R: Input> BlockReader<R> {
    /// A reader of blocks of about `size` bytes, `count` of which exist at once. It needs two: one
    /// to fill while another is out.
    ///
    /// # Errors
    ///
    /// There is no memory for the first of them.
    pub(super) fn new(input: R, size: usize, count: usize) -> io::Result<Self> {
        let (home, spare) = mpsc::channel();
        for _ in 1..count.max(2) {
            let _ = home.send(Vec::new());
        }
        let buffer = zeros(size.min(FIRST_LEN))?;
        Ok(Self { input, size, spare, home, buffer, filled: 0, complete: 0, at_end: false })
    }

    /// The next block, or `None` after the last. Waits for a block to come back if all are out.
    ///
    /// The block is `size` bytes or less, unless one line is longer. It is less if the next read
    /// would wait: lines that are whole do not wait for those that follow.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block>> {
        while !self.at_end {
            self.fill()?;
            let is_enough = self.filled >= self.size;
            if self.complete > 0 && (is_enough || self.input.would_wait()) {
                return self.release(self.complete).map(Some);
            }
            if self.filled == self.buffer.len() {
                self.grow()?;
            }
        }
        if self.filled > 0 { self.release(self.filled).map(Some) } else { Ok(None) }
    }

    /// Makes more room: up to the size of a block, and then for a line that is longer.
    fn grow(&mut self) -> io::Result<()> {
        let len = self.buffer.len();
        let longer = if len < self.size { self.size.min(2 * len) } else { 2 * len };
        fallible(|| self.buffer.try_reserve_exact(longer - len))?;
        self.buffer.resize(longer, 0);
        Ok(())
    }

    /// One read.
    fn fill(&mut self) -> io::Result<()> {
        let most = self.buffer.len().min(self.filled + self.size.max(FIRST_LEN));
        let read = loop {
            match self.input.read(&mut self.buffer[self.filled..most]) {
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

    /// Hands out the first `len` bytes and carries the rest over into a spare buffer.
    fn release(&mut self, len: usize) -> io::Result<Block> {
        let mut buffer = self.spare.recv().expect("`self.home` keeps the channel open");
        let rest = &self.buffer[len..self.filled];
        let is_outsized = buffer.len() > 2 * self.size;
        if is_outsized || buffer.len() <= rest.len() {
            // A line longer than the block was in it, or one is coming, or it is new: then it is
            // given as much as this one came to need.
            let len = self.size.min(self.buffer.len());
            buffer = zeros(len.max(rest.len() + 1))?;
        }
        buffer[..rest.len()].copy_from_slice(rest);
        (self.filled, self.complete) = (rest.len(), 0);
        let buffer = std::mem::replace(&mut self.buffer, buffer);
        Ok(Block { buffer, len, home: self.home.clone() })
    }
}

/// A buffer of `len` zeros.
fn zeros(len: usize) -> io::Result<Vec<u8>> {
    let mut buffer = Vec::new();
    fallible(|| buffer.try_reserve_exact(len))?;
    buffer.resize(len, 0);
    Ok(buffer)
}

/// Input that would always wait, or never.
#[cfg(any(test, fuzzing))]
struct Waits<R>(R, bool);

#[cfg(any(test, fuzzing))]
impl<R: Read> Read for Waits<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

#[cfg(any(test, fuzzing))]
impl<R: Read> Input for Waits<R> {
    fn would_wait(&self) -> bool {
        self.1
    }
}

/// All blocks of `input`, which does not fail.
#[cfg(any(test, fuzzing))]
pub(crate) fn blocks(input: impl Read, size: usize, would_wait: bool) -> Vec<Vec<u8>> {
    let reader = BlockReader::new(Waits(input, would_wait), size, 2);
    let mut reader = reader.expect("memory for a block");
    let next = || reader.next().expect("a reader that does not fail");
    std::iter::from_fn(next).map(|block| block.to_vec()).collect()
}
