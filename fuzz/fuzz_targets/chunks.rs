//! Chunks together are the input, and each but the last ends behind a newline. So do the blocks
//! that are read from a stream, in whatever pieces it comes.

#![no_main]

use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::fuzzing::{blocks, chunks};

/// Gives one to `most` bytes a read.
struct Trickle<'a> {
    rest: &'a [u8],
    most: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = (self.rest.len() % self.most + 1).min(buffer.len()).min(self.rest.len());
        buffer[..len].copy_from_slice(&self.rest[..len]);
        self.rest = &self.rest[len..];
        Ok(len)
    }
}

fn assert_whole_lines(pieces: &[Vec<u8>], input: &[u8]) {
    assert_eq!(pieces.concat(), input);
    for piece in pieces.iter().rev().skip(1) {
        assert!(piece.ends_with(b"\n"));
    }
}

fuzz_target!(|input: (u8, u8, bool, &[u8])| {
    let (size, most, would_wait, input) = input;
    let (size, most) = (usize::from(size) + 1, usize::from(most) + 1);
    assert_whole_lines(&chunks(input, size), input);
    assert_whole_lines(&blocks(Trickle { rest: input, most }, size, would_wait), input);
});
