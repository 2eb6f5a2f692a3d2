//! The chunks that are not yet handed out.

use std::collections::VecDeque;

use crate::input::Block;
use crate::input::chunk::{Chunk, Chunks};

/// The blocks of a stream for each thread. Unlike chunks of a mapped file, they are memory of the
/// process, and reading takes longest, so that more blocks make a run no faster.
const BLOCKS_PER_THREAD: usize = 2;

/// Returns how many blocks of a stream exist at once for `threads` threads.
pub(super) fn blocks_for(threads: usize) -> usize {
    // One block more, which is being filled.
    BLOCKS_PER_THREAD * threads + 1
}

/// A queue of the chunks that are not yet handed out.
pub(super) enum ChunkQueue<'a> {
    /// Chunks that are cut from a mapped file when they are taken.
    Mapped(Chunks<'a>),
    /// Blocks that another thread reads, and that come with events.
    Stream { blocks: VecDeque<Chunk<'a>>, at_end: bool },
}

impl<'a> ChunkQueue<'a> {
    /// Returns the queue of a stream of which nothing is read yet.
    pub(super) fn stream() -> Self {
        Self::Stream { blocks: VecDeque::new(), at_end: false }
    }

    /// Takes the next chunk, if there is one now.
    pub(super) fn next(&mut self) -> Option<Chunk<'a>> {
        match self {
            Self::Mapped(chunks) => chunks.next(),
            Self::Stream { blocks, .. } => blocks.pop_front(),
        }
    }

    /// Returns whether events will bring more.
    pub(super) fn expects_more(&self) -> bool {
        matches!(self, Self::Stream { at_end: false, .. })
    }

    /// Returns whether at least two blocks wait, which have at least `size` bytes in all.
    pub(super) fn has_several(&self, size: usize) -> bool {
        let Self::Stream { blocks, .. } = self else { return false };
        blocks.len() > 1 && blocks.iter().map(|block| block.len()).sum::<usize>() >= size
    }

    /// Adds a block that was read, or notes the end of the stream.
    pub(super) fn push(&mut self, block: Option<Block>) {
        match (self, block) {
            (Self::Stream { blocks, .. }, Some(block)) => blocks.push_back(Chunk::Read(block)),
            (Self::Stream { at_end, .. }, None) => *at_end = true,
            (Self::Mapped(_), _) => unreachable!("no thread reads a mapped file"),
        }
    }
}
