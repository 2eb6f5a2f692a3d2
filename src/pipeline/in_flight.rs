//! The chunks that were handed out and whose output was not yet written: their number is what
//! bounds memory.

use super::arena::FreeArenas;
use super::executor::{ChunkTask, FinishedChunk};
use super::reorder::Reorder;
use super::worker::ChunkOutput;
use crate::catalogue::ChunkCounts;
use crate::error::Result;
use crate::input::chunk::Chunk;
use crate::rules::{Counts, SLACK, max_output_len};

/// Chunks in flight whose patterns are counted, on however many threads: of lines that are short
/// and all different, one takes 17 times its size then. 70 MB of them took 1.3 GB with 64 threads
/// and no such limit, and 0.8 GB with it.
const MAX_COUNTED_IN_FLIGHT: usize = 24;

/// What was handed out and not yet written.
pub(crate) struct InFlight {
    most: usize,
    in_flight: usize,
    next_sequence: u64,
    /// Where the next chunk starts in the text.
    position: u64,
    finished: Reorder<ChunkOutput>,
    free: FreeArenas,
    /// Tallies to be filled again, if any are to be made.
    counts_of_chunks: Option<Vec<ChunkCounts>>,
    counts: Counts,
}

impl InFlight {
    /// At most `most` chunks, each with an arena for `arena_size` bytes, or more where it must be.
    pub(crate) fn new(most: usize, arena_size: usize) -> Self {
        Self {
            most,
            in_flight: 0,
            next_sequence: 0,
            position: 0,
            finished: Reorder::new(),
            free: FreeArenas::new(arena_size),
            counts_of_chunks: None,
            counts: Counts::default(),
        }
    }

    /// Each chunk with a chunk_counts too, the first of them of what stands `start` bytes into the text.
    pub(crate) fn counting_from(self, start: u64) -> Self {
        Self { position: start, counts_of_chunks: Some(Vec::new()), ..self }
    }

    /// Allows `most` chunks from now on, or fewer if their patterns are counted.
    pub(crate) fn allow(&mut self, most: usize) {
        self.most =
            if self.counts_of_chunks.is_some() { most.min(MAX_COUNTED_IN_FLIGHT) } else { most };
    }

    pub(crate) fn has_room(&self) -> bool {
        self.in_flight < self.most
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.in_flight == 0
    }

    /// What the tasks that were done amounted to.
    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// A task on `chunk`, which is in flight from now on.
    pub(crate) fn dispatch<'a>(&mut self, chunk: Chunk<'a>) -> Result<ChunkTask<'a>> {
        let chunk_counts = self
            .counts_of_chunks
            .as_mut()
            .map(|counts_of_chunks| counts_of_chunks.pop().unwrap_or_default());
        let arena = self.free.take(max_output_len(chunk.len()) + SLACK)?;
        let output = ChunkOutput { arena, chunk_counts };
        let (sequence, start) = (self.next_sequence, self.position);
        self.next_sequence += 1;
        self.position += chunk.len() as u64;
        self.in_flight += 1;
        Ok(ChunkTask { sequence, chunk, start, output })
    }

    /// Takes what a task that was done has made.
    pub(crate) fn complete(&mut self, finished: FinishedChunk) {
        self.counts += finished.counts;
        self.finished.insert(finished.sequence, finished.output);
    }

    /// The outputs whose turn it is to be written, all that there are.
    pub(crate) fn take_ready(&mut self, batch: &mut Vec<ChunkOutput>) {
        batch.extend(std::iter::from_fn(|| self.finished.pop()));
    }

    /// Takes outputs that were written.
    pub(crate) fn recycle(&mut self, outputs: impl Iterator<Item = ChunkOutput>) {
        for ChunkOutput { arena, chunk_counts } in outputs {
            self.in_flight -= 1;
            self.free.put_back(arena);
            if let Some(counts_of_chunks) = &mut self.counts_of_chunks {
                counts_of_chunks.extend(chunk_counts.filter(ChunkCounts::is_ordinary));
            }
        }
    }
}
