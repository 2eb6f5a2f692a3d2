//! The chunks that are handed out and whose output is not yet written. Their number bounds memory.

use super::arena::FreeArenas;
use super::executor::{ChunkTask, FinishedChunk};
use super::reorder::Reorder;
use super::worker::ChunkOutput;
use crate::catalogue::{ChunkCounts, Placement};
use crate::error::Result;
use crate::input::chunk::Chunk;
use crate::rules::{Counts, SLACK, max_output_len};

/// The chunks in flight for each of several threads: one that is worked on, one that waits for a
/// thread, and one that waits to be written. With two, threads run out of work; four are no faster.
const PER_THREAD: usize = 3;

/// The maximum of chunks in flight whose patterns are counted, for any number of threads. The
/// counts of a chunk with many short lines that are all different take many times its size.
const MAX_COUNTED: usize = 24;

/// The chunks that are handed out and not yet written.
pub(super) struct InFlight {
    max: usize,
    /// The number of chunks in flight.
    len: usize,
    next_sequence: u64,
    /// The bytes of plain text before the next chunk.
    position: u64,
    /// The bytes of plain text before the first chunk.
    part_start: u64,
    finished: Reorder<ChunkOutput>,
    free_arenas: FreeArenas,
    /// The counts that can be filled again, if patterns are counted.
    free_counts: Option<Vec<ChunkCounts>>,
    counts: Counts,
}

impl InFlight {
    /// Returns room for `max` chunks, each with an arena of `arena_size` bytes, or more if a chunk
    /// needs more.
    pub(super) fn new(max: usize, arena_size: usize) -> Self {
        Self {
            max,
            len: 0,
            next_sequence: 0,
            position: 0,
            part_start: 0,
            finished: Reorder::new(),
            free_arenas: FreeArenas::new(arena_size),
            free_counts: None,
            counts: Counts::default(),
        }
    }

    /// Has the patterns of each chunk counted. The first chunk starts `start` bytes into the text.
    pub(super) fn counting_from(self, start: u64) -> Self {
        Self { position: start, part_start: start, free_counts: Some(Vec::new()), ..self }
    }

    /// Sets the maximum of chunks in flight to as many as keep `threads` threads busy, or to fewer
    /// if their patterns are counted.
    pub(super) fn set_threads(&mut self, threads: usize) {
        // A single thread writes each chunk before it begins the next.
        let max = if threads == 1 { 1 } else { PER_THREAD * threads };
        self.max = if self.free_counts.is_some() { max.min(MAX_COUNTED) } else { max };
    }

    pub(super) fn has_room(&self) -> bool {
        self.len < self.max
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the sum of the counts of all tasks that are done.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Returns a task on `chunk`, which is in flight from now on.
    pub(super) fn dispatch<'a>(&mut self, chunk: Chunk<'a>) -> Result<ChunkTask<'a>> {
        let free_counts = self.free_counts.as_mut();
        let chunk_counts = free_counts.map(|free| free.pop().unwrap_or_default());
        let arena = self.free_arenas.take(max_output_len(chunk.len()) + SLACK)?;
        let output = ChunkOutput { arena, chunk_counts };
        let sequence = self.next_sequence;
        let placement = Placement::InLog { start: self.position, part_start: self.part_start };
        self.next_sequence += 1;
        self.position += chunk.len() as u64;
        self.len += 1;
        Ok(ChunkTask { sequence, chunk, placement, output })
    }

    /// Takes the output of a task that is done.
    pub(super) fn complete(&mut self, finished: FinishedChunk) {
        self.counts += finished.counts;
        self.finished.insert(finished.sequence, finished.output);
    }

    /// Moves all outputs whose turn it is to be written to the end of `batch`.
    pub(super) fn take_ready(&mut self, batch: &mut Vec<ChunkOutput>) {
        batch.extend(std::iter::from_fn(|| self.finished.pop()));
    }

    /// Takes back outputs that are written: their chunks are no longer in flight.
    pub(super) fn recycle(&mut self, outputs: impl Iterator<Item = ChunkOutput>) {
        for ChunkOutput { arena, chunk_counts } in outputs {
            self.len -= 1;
            self.free_arenas.put_back(arena);
            if let Some(free_counts) = &mut self.free_counts {
                free_counts.extend(chunk_counts.filter(ChunkCounts::is_ordinary));
            }
        }
    }
}
