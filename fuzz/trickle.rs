//! A reader that returns its bytes in pieces, as pipes do.

use std::io::{self, Read};

/// A reader that returns one to `max_len` bytes at a time.
pub struct Trickle<'a> {
    pub rest: &'a [u8],
    pub max_len: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = (self.rest.len() % self.max_len + 1).min(buffer.len()).min(self.rest.len());
        buffer[..len].copy_from_slice(&self.rest[..len]);
        self.rest = &self.rest[len..];
        Ok(len)
    }
}
