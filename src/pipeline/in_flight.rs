//! The chunks that were handed out and whose output was not yet written: their number is what
//! bounds memory.

use super::arena::FreeArenas;
use super::executor::{Finished, Task};
use super::reorder::Ordered;
use super::worker::Product;
use crate::catalogue::ChunkTally;
use crate::error::Result;
use crate::input::chunk::Chunk;
use crate::rules::{Counts, SLACK, max_output_len};

/// Chunks in flight whose patterns are counted, on however many threads: of lines that are short
/// and all different, one takes 17 times its size then. 70 MB of them took 1.3 GB with 64 threads
/// and no such limit, and 0.8 GB with it.
const MOST_TALLIED: usize = 24;

/// What was handed out and not yet written.
pub(crate) struct Flight {
    most: usize,
    in_flight: usize,
    next_sequence: u64,
    /// Where the next chunk starts in the text.
    position: u64,
    finished: Ordered<Product>,
    free: FreeArenas,
    /// Tallies to be filled again, if any are to be made.
    tallies: Option<Vec<ChunkTally>>,
    counts: Counts,
}

impl Flight {
    /// At most `most` chunks, each with an arena for `arena_size` bytes, or more where it must be.
    pub(crate) fn new(most: usize, arena_size: usize) -> Self {
        Self {
            most,
            in_flight: 0,
            next_sequence: 0,
            position: 0,
            finished: Ordered::new(),
            free: FreeArenas::new(arena_size),
            tallies: None,
            counts: Counts::default(),
        }
    }

    /// Each chunk with a tally too, the first of them of what stands `start` bytes into the text.
    pub(crate) fn with_tallies_from(self, start: u64) -> Self {
        Self { position: start, tallies: Some(Vec::new()), ..self }
    }

    /// Allows `most` chunks from now on, or fewer if their patterns are counted.
    pub(crate) fn allow(&mut self, most: usize) {
        self.most = if self.tallies.is_some() { most.min(MOST_TALLIED) } else { most };
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
    pub(crate) fn depart<'a>(&mut self, chunk: Chunk<'a>) -> Result<Task<'a>> {
        let tally = self.tallies.as_mut().map(|tallies| tallies.pop().unwrap_or_default());
        let arena = self.free.take(max_output_len(chunk.len()) + SLACK)?;
        let product = Product { arena, tally };
        let (sequence, start) = (self.next_sequence, self.position);
        self.next_sequence += 1;
        self.position += chunk.len() as u64;
        self.in_flight += 1;
        Ok(Task { sequence, chunk, start, product })
    }

    /// Takes what a task that was done has made.
    pub(crate) fn arrive(&mut self, finished: Finished) {
        self.counts += finished.counts;
        self.finished.insert(finished.sequence, finished.product);
    }

    /// The products whose turn it is to be written, all that there are.
    pub(crate) fn land(&mut self, batch: &mut Vec<Product>) {
        batch.extend(std::iter::from_fn(|| self.finished.pop()));
    }

    /// Takes products that were written.
    pub(crate) fn recycle(&mut self, products: impl Iterator<Item = Product>) {
        for Product { arena, tally } in products {
            self.in_flight -= 1;
            self.free.put_back(arena);
            if let Some(tallies) = &mut self.tallies {
                tallies.extend(tally.filter(ChunkTally::is_ordinary));
            }
        }
    }
}
