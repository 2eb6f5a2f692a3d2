//! The chunks that are still to be handed out.

use std::collections::VecDeque;

use crate::input::Block;
use crate::input::chunk::{Chunk, Chunks};

/// Where the next chunk comes from.
pub(crate) enum ChunkQueue<'a> {
    /// Cut here, when it is needed.
    Mapped(Chunks<'a>),
    /// Read by another thread, and told of by events.
    Stream { blocks: VecDeque<Chunk<'a>>, at_end: bool },
}

impl<'a> ChunkQueue<'a> {
    /// That of a stream of which nothing has come yet.
    pub(crate) fn stream() -> Self {
        Self::Stream { blocks: VecDeque::new(), at_end: false }
    }

    /// The next chunk, if there is one now.
    pub(crate) fn next(&mut self) -> Option<Chunk<'a>> {
        match self {
            Self::Mapped(chunks) => chunks.next(),
            Self::Stream { blocks, .. } => blocks.pop_front(),
        }
    }

    /// Whether events will bring more.
    pub(crate) fn expects_more(&self) -> bool {
        matches!(self, Self::Stream { at_end: false, .. })
    }

    /// Whether there is a chunk, or will be.
    pub(crate) fn goes_on(&self) -> bool {
        match self {
            Self::Mapped(_) => true,
            Self::Stream { blocks, at_end } => !blocks.is_empty() || !at_end,
        }
    }

    /// Whether several blocks wait, and `size` bytes or more in all.
    pub(crate) fn has_several(&self, size: usize) -> bool {
        let Self::Stream { blocks, .. } = self else { return false };
        blocks.len() > 1 && blocks.iter().map(|block| block.len()).sum::<usize>() >= size
    }

    /// Takes a block that was read, or notes that there are no more.
    pub(crate) fn push(&mut self, block: Option<Block>) {
        match (self, block) {
            (Self::Stream { blocks, .. }, Some(block)) => blocks.push_back(Chunk::Read(block)),
            (Self::Stream { at_end, .. }, None) => *at_end = true,
            (Self::Mapped(_), _) => unreachable!("nobody reads a mapped file"),
        }
    }
}
