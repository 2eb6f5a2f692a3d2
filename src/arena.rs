//! The output buffers of chunks, used again and again.
//!
//! An arena has one owner at a time, by move: a task that fills it, then the writer, then the free
//! list. A worker cannot overwrite a buffer that is still being written.

use crate::error::{Error, Result};
use crate::normalize::prefer_large_pages;

/// Where a chunk's output goes.
pub(crate) type Arena = Vec<u8>;

/// The arenas that nobody uses at the moment.
pub(crate) struct FreeArenas {
    free: Vec<Arena>,
    capacity: usize,
}

impl FreeArenas {
    /// An empty list of arenas that hold `capacity` bytes without growing.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { free: Vec::new(), capacity }
    }

    /// An empty arena. Memory that was never written to takes none, so a large capacity is free.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if the system does not give that much.
    pub(crate) fn take(&mut self) -> Result<Arena> {
        let mut arena = self.free.pop().unwrap_or_default();
        grow(&mut arena, self.capacity)?;
        Ok(arena)
    }

    /// Puts an arena back. One that a very long line made large is not kept: its memory would be
    /// missed by others for the rest of the run.
    pub(crate) fn put_back(&mut self, mut arena: Arena) {
        if arena.capacity() <= self.capacity {
            arena.clear();
            self.free.push(arena);
        }
    }
}

/// Makes room for `capacity` bytes behind those in `buffer`.
pub(crate) fn grow(buffer: &mut Vec<u8>, capacity: usize) -> Result<()> {
    buffer.try_reserve_exact(capacity).map_err(|_| Error::Memory { bytes: capacity })?;
    prefer_large_pages(buffer);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arenas_come_back_empty_and_outsized_ones_do_not() {
        let mut arenas = FreeArenas::new(100);
        let mut arena = arenas.take().unwrap();
        arena.extend([1; 50]);
        let address = arena.as_ptr();
        arenas.put_back(arena);
        let arena = arenas.take().unwrap();
        assert!(arena.is_empty());
        assert_eq!(arena.as_ptr(), address);
        arenas.put_back(Vec::with_capacity(101));
        assert_eq!(arenas.take().unwrap().capacity(), 100);
    }
}
