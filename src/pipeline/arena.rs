//! The output buffers of chunks, which are used again and again.
//!
//! An arena has one owner at a time, by move: a task that fills it, then the writer, then the free
//! list. A worker cannot overwrite a buffer that is still being written.

use crate::error::{Error, Result};
use crate::sys::{fallible, prefer_huge_pages};

/// The output buffer of a chunk.
pub(super) type Arena = Vec<u8>;

/// The arenas that have no owner at the moment.
pub(super) struct FreeArenas {
    free: Vec<Arena>,
    capacity: usize,
}

impl FreeArenas {
    /// Returns an empty list of arenas that hold up to `capacity` bytes without growing.
    pub(super) fn new(capacity: usize) -> Self {
        Self { free: Vec::new(), capacity }
    }

    /// Returns an empty arena for `needed` bytes. It has the full capacity unless `needed` is far
    /// less, so that it does not grow with each chunk that is a little longer than those before.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if the OS does not give that much.
    pub(super) fn take(&mut self, needed: usize) -> Result<Arena> {
        let mut arena = self.free.pop().unwrap_or_default();
        let is_small = needed <= self.capacity / 4;
        grow(&mut arena, if is_small { needed } else { self.capacity })?;
        Ok(arena)
    }

    /// Takes an arena back. One that a very long line made large is freed, because others may need
    /// its memory for the rest of the run.
    pub(super) fn put_back(&mut self, mut arena: Arena) {
        if arena.capacity() <= self.capacity {
            arena.clear();
            self.free.push(arena);
        }
    }
}

/// Makes room for `capacity` bytes after those in `buffer`.
///
/// # Errors
///
/// [`Error::Memory`] if the OS does not give that much.
pub(super) fn grow(buffer: &mut Vec<u8>, capacity: usize) -> Result<()> {
    fallible(|| buffer.try_reserve_exact(capacity))
        .map_err(|_| Error::Memory { bytes: capacity })?;
    prefer_huge_pages(buffer);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arena_comes_back_empty_unless_it_is_too_large() {
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
    fn a_small_chunk_gets_a_small_arena() {
        let mut arenas = FreeArenas::new(1 << 20);
        let arena = arenas.take(10).unwrap();
        assert!(arena.capacity() < 100);
        arenas.put_back(arena);
        assert_eq!(arenas.take((1 << 18) + 1).unwrap().capacity(), 1 << 20);
    }
}
