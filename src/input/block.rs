//! Cuts what a reader gives into blocks of whole lines, in buffers that are used again.

use std::io::{self, Read};
use std::ops::Deref;
use std::sync::mpsc::{self, Receiver, Sender};

use memchr::memrchr;

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

/// Reads blocks that end behind a newline, the last one excepted.
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
        let buffer = zeros(size)?;
        Ok(Self { input, size, spare, home, buffer, filled: 0, complete: 0, at_end: false })
    }

    /// The next block, or `None` after the last. Waits for a block to come back if all are out.
    ///
    /// The block is `size` bytes or less, unless one line is longer. It is less if the next read
    /// would wait: lines that are whole do not wait for those that follow.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block>> {
        while !self.at_end {
            self.fill()?;
            let is_full = self.filled == self.buffer.len();
            if self.complete > 0 && (is_full || self.input.would_wait()) {
                return self.release(self.complete).map(Some);
            }
            if is_full {
                let longer = zeros(self.buffer.len() * 2)?;
                let line = std::mem::replace(&mut self.buffer, longer);
                self.buffer[..self.filled].copy_from_slice(&line);
            }
        }
        if self.filled > 0 { self.release(self.filled).map(Some) } else { Ok(None) }
    }

    /// One read.
    fn fill(&mut self) -> io::Result<()> {
        let read = loop {
            match self.input.read(&mut self.buffer[self.filled..]) {
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
            // A line longer than the block once stood here, or one is coming.
            buffer = zeros(self.size.max(rest.len() + 1))?;
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
    buffer.try_reserve_exact(len)?;
    buffer.resize(len, 0);
    Ok(buffer)
}

/// All blocks of `input`, which does not fail.
#[cfg(any(test, fuzzing))]
pub(crate) fn blocks(input: impl Read, size: usize, would_wait: bool) -> Vec<Vec<u8>> {
    struct Waits<R>(R, bool);

    impl<R: Read> Read for Waits<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl<R: Read> Input for Waits<R> {
        fn would_wait(&self) -> bool {
            self.1
        }
    }

    let reader = BlockReader::new(Waits(input, would_wait), size, 2);
    let mut reader = reader.expect("memory for a block");
    let next = || reader.next().expect("a reader that does not fail");
    std::iter::from_fn(next).map(|block| block.to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its pieces one read at a time, however large the buffer is.
    struct Pieces(Vec<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some(piece) = self.0.first_mut() else { return Ok(0) };
            let len = piece.len().min(buffer.len());
            buffer[..len].copy_from_slice(&piece[..len]);
            *piece = &piece[len..];
            if piece.is_empty() {
                self.0.remove(0);
            }
            Ok(len)
        }
    }

    fn blocks(pieces: &[&'static [u8]], size: usize, would_wait: bool) -> Vec<Vec<u8>> {
        super::blocks(Pieces(pieces.to_vec()), size, would_wait)
    }

    #[test]
    fn blocks_end_behind_a_newline_and_together_are_the_input() {
        let text: &[u8] = b"one\ntwo\n\nthree is longer than a block\nfour\nlast";
        for size in 1..=text.len() + 1 {
            let blocks = blocks(&[text], size, false);
            assert_eq!(blocks.concat(), text, "size {size}");
            for block in &blocks[..blocks.len() - 1] {
                assert!(block.ends_with(b"\n"), "size {size}: {block:?}");
            }
        }
    }

    #[test]
    fn whole_lines_are_not_kept_waiting() {
        let pieces: &[&[u8]] = &[b"one\ntw", b"o\n", b"three"];
        assert_eq!(blocks(pieces, 100, true), [&b"one\n"[..], b"two\n", b"three"]);
        assert_eq!(blocks(pieces, 100, false), [&b"one\ntwo\nthree"[..]]);
    }
}
