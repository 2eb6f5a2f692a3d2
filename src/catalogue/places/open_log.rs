//! A log that is being added to a catalogue, chunk by chunk.

use crate::catalogue::fnv;

/// A log whose length is not yet known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::catalogue) struct OpenLog {
    /// The hash of its first line, if that was in the text.
    first_line: u64,
    /// Where the next chunk begins in it.
    pub(in crate::catalogue) end: u64,
}

impl OpenLog {
    /// Returns a log of which the text from `start` on is added, which begins with a line that has this
    /// `example`.
    pub(in crate::catalogue) fn new(start: u64, example: &[u8]) -> Self {
        Self { first_line: fnv::hash(fnv::START, example), end: start }
    }

    /// Returns the level of the start of the log, which is `len` bytes long.
    pub(in crate::catalogue) fn start_level(self, len: u64) -> u8 {
        // The low bits of this hash depend on the low bits of the bytes, and the high bits on all.
        let hash = fnv::hash(self.first_line, &len.to_le_bytes());
        let hash = hash ^ (hash >> 32);
        len.max(1).ilog2() as u8 + hash.trailing_zeros() as u8
    }
}
