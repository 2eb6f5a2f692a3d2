//! The chunks that were handed out and whose output was not yet written: their number is what
//! bounds memory.

use crate::arena::{Arena, FreeArenas};
use crate::chunk::Chunk;
use crate::crew::{Finished, Task};
use crate::error::Result;
use crate::normalize::Counts;
use crate::output::Ordered;

/// What was handed out and not yet written.
pub(crate) struct Flight {
    most: usize,
    in_flight: usize,
    next_sequence: u64,
    finished: Ordered<Arena>,
    free: FreeArenas,
    counts: Counts,
}

impl Flight {
    /// At most `most` chunks, each with an arena for `arena_size` bytes, or more where it must be.
    pub(crate) fn new(most: usize, arena_size: usize) -> Self {
        Self {
            most,
            in_flight: 0,
            next_sequence: 0,
            finished: Ordered::new(),
            free: FreeArenas::new(arena_size),
            counts: Counts::default(),
        }
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
        let arena = self.free.take()?;
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.in_flight += 1;
        Ok(Task { sequence, chunk, arena })
    }

    /// Takes the arena of a task that was done.
    pub(crate) fn arrive(&mut self, finished: Finished) {
        self.counts += finished.counts;
        self.finished.insert(finished.sequence, finished.arena);
    }

    /// The arenas whose turn it is to be written, all that there are.
    pub(crate) fn land(&mut self, batch: &mut Vec<Arena>) {
        batch.extend(std::iter::from_fn(|| self.finished.pop()));
    }

    /// Takes arenas that were written.
    pub(crate) fn recycle(&mut self, arenas: impl Iterator<Item = Arena>) {
        for arena in arenas {
            self.in_flight -= 1;
            self.free.put_back(arena);
        }
    }
}
