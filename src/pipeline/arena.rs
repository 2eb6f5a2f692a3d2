//! The output buffers of chunks, used again and again.
//!
//! An arena has one owner at a time, by move: a task that fills it, then the writer, then the free
//! list. A worker cannot overwrite a buffer that is still being written.

use crate::error::{Error, Result};
use crate::sys::fallible;
use crate::sys::prefer_huge_pages;

/// Where a chunk's output goes.
pub(crate) type Arena = Vec<u8>;

/// The arenas that nobody uses at the moment.
pub(crate) struct FreeArenas {
    free: Vec<Arena>,
    capacity: usize,
}

impl FreeArenas {
    /// An empty list of arenas that hold up to `capacity` bytes without growing.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { free: Vec::new(), capacity }
    }

    /// An empty arena for `needed` bytes. Unless that is far less than most chunks need, it has the
    /// full capacity, so that it does not grow with each chunk that is a little longer than those
    /// before.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if the OS does not give that much.
    pub(crate) fn take(&mut self, needed: usize) -> Result<Arena> {
        let mut arena = self.free.pop().unwrap_or_default();
        let is_small = needed <= self.capacity / 4;
        grow(&mut arena, if is_small { needed } else { self.capacity })?;
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
    fallible(|| buffer.try_reserve_exact(capacity))
        .map_err(|_| Error::Memory { bytes: capacity })?;
    prefer_huge_pages(buffer);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arenas_come_back_empty_and_outsized_ones_do_not() {
        let mut arenas = FreeArenas::new(100);
        let mut arena = arenas.take(100).unwrap();
        arena.extend([1; 50]);
        let address = arena.as_ptr();
        arenas.put_back(arena);
        let arena = arenas.take(100).unwrap();
        assert!(arena.is_empty());
        assert_eq!(arena.as_ptr(), address);
        arenas.put_back(Vec::with_capacity(101));
        assert_eq!(arenas.take(100).unwrap().capacity(), 100);
    }

    #[test]
    fn little_is_asked_for_where_little_is_needed() {
        let mut arenas = FreeArenas::new(1 << 20);
        let arena = arenas.take(10).unwrap();
        assert!(arena.capacity() < 100);
        arenas.put_back(arena);
        assert_eq!(arenas.take((1 << 18) + 1).unwrap().capacity(), 1 << 20);
    }
}
