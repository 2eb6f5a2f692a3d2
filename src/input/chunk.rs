//! The unit of parallel work: a slice of the input that ends after a newline.
//!
//! Chunks of a mapped file are cut lazily, because a pass over the file that looks for all cuts first
//! would touch, and so map, nearly all of it.

use std::hint::black_box;
use std::ops::Deref;

use memchr::memchr;

use super::truncation::page_size;
use super::{Block, Mapped, Slice};

/// Whole lines of the input. Their memory is released or reused after the chunk is dropped.
pub(crate) enum Chunk<'a> {
    /// Part of a mapped file.
    Mapped(Slice<'a>),
    /// A block read from a stream.
    Read(Block),
}

impl Chunk<'_> {
    /// Takes the page faults of a mapped chunk, by reading a byte of each page.
    ///
    /// In the middle of a kernel's work, each would take the window that it works on out of the
    /// cache.
    pub(crate) fn fault_in(&self) {
        if let Self::Mapped(slice) = self {
            for &byte in slice.iter().step_by(page_size()) {
                black_box(byte);
            }
        }
    }
}

impl Deref for Chunk<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(slice) => slice,
            Self::Read(block) => block,
        }
    }
}

/// An iterator over the chunks of a mapped file.
pub(crate) struct Chunks<'a> {
    input: &'a Mapped,
    size: usize,
    position: usize,
}

impl<'a> Chunks<'a> {
    /// Returns the chunks of the text of `input`, each of `size` bytes and the rest of the last line.
    pub(crate) fn new(input: &'a Mapped, size: usize) -> Self {
        Self { input, size, position: input.start() }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    /// Returns the next chunk. Ends early if part of the file could not be read, because zeros are in
    /// its place, as one long line.
    fn next(&mut self) -> Option<Chunk<'a>> {
        let start = self.position;
        self.position = cut(self.input.as_bytes(), start, self.size)?;
        if self.input.is_damaged() {
            return None;
        }
        Some(Chunk::Mapped(self.input.slice(start..self.position)))
    }
}

/// Returns the end of the chunk that starts at `start`: after the first newline that makes it at
/// least `size` bytes long, or at the end of `bytes`. Returns `None` if no bytes are left.
fn cut(bytes: &[u8], start: usize, size: usize) -> Option<usize> {
    if start >= bytes.len() {
        return None;
    }
    let last = start.saturating_add(size - 1);
    let rest = bytes.get(last..).unwrap_or_default();
    Some(memchr(b'\n', rest).map_or(bytes.len(), |newline| last + newline + 1))
}

/// Returns all chunks of `bytes`.
#[cfg(any(test, fuzzing))]
pub(crate) fn cuts(bytes: &[u8], size: usize) -> Vec<&[u8]> {
    let mut start = 0;
    std::iter::from_fn(|| {
        let end = cut(bytes, start, size)?;
        let chunk = &bytes[start..end];
        start = end;
        Some(chunk)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_end_after_a_newline_and_together_are_the_input() {
        for text in [&b"one\n\ntwo\nthree and more\nlast"[..], b"\n\n\n", b"no newline", b"one\n"] {
            for size in (1..=text.len() + 1).chain([usize::MAX]) {
                let chunks = cuts(text, size);
                assert_eq!(chunks.concat(), text, "size {size}");
                for chunk in &chunks[..chunks.len() - 1] {
                    assert!(chunk.ends_with(b"\n") && chunk.len() >= size, "size {size}");
                }
            }
        }
        assert!(cuts(b"", 1).is_empty());
    }

    #[test]
    fn a_chunk_is_no_longer_than_its_last_line_needs() {
        assert_eq!(cuts(b"aa\nbb\ncc\n", 3), [b"aa\n", b"bb\n", b"cc\n"]);
        assert_eq!(cuts(b"aa\nbb\ncc\n", 4), [&b"aa\nbb\n"[..], b"cc\n"]);
    }
}
