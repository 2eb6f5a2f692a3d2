//! The stack of the levels of a line that were opened in earlier windows.
//!
//! A line can open as many levels as it has bytes, so a level takes little memory: a byte for its
//! opener, and eight bytes for each row of levels whose openers follow one another directly.

use super::kernel::Workspace;
use crate::sys::{fallible, prefer_huge_pages};

/// Bits of the position of a level's content, which is counted from the start of the call's output.
const CONTENT_BITS: u32 = 40;

/// The maximum length of the input of one call: half a tebibyte.
///
/// The output is at most half as long again and a byte, so its positions fit into [`CONTENT_BITS`]
/// bits. A position that did not fit would be taken for a smaller one, and text would be lost.
pub(in crate::rules) const MAX_INPUT: u64 = 1 << (CONTENT_BITS - 1);

const _: () = assert!(MAX_INPUT + MAX_INPUT / 2 + 1 < 1 << CONTENT_BITS);

/// The levels of a line that earlier windows opened, the innermost last. The memory is kept from
/// one call to the next.
#[derive(Debug, Default)]
pub(crate) struct LevelStorage {
    /// The opener of each level.
    openers: Vec<u8>,
    /// The rows of the levels.
    rows: Vec<Row>,
    /// The working memory of a kernel, from its first call on.
    pub(super) workspace: Option<Box<Workspace>>,
    /// Whether memory for a level was lacking. The level was then left out, and the output is
    /// wrong.
    ///
    /// This is a flag that is read after the call, so that the hot path returns no `Result`.
    pub(in crate::rules) is_incomplete: bool,
}

impl LevelStorage {
    /// Returns the opener of the innermost level, or 0 if there is none.
    #[inline(always)]
    pub(super) fn innermost(&self) -> u8 {
        self.openers.last().copied().unwrap_or(0)
    }

    /// Ends all levels.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.openers.clear();
        self.rows.clear();
    }

    /// Closes the innermost level, and returns the position of its content in the output. Returns
    /// `None` if there is no level.
    #[inline(always)]
    pub(super) fn close(&mut self) -> Option<usize> {
        self.openers.pop()?;
        let row = self.rows.last_mut()?;
        let content = row.shorten();
        if row.len() == 0 {
            self.rows.pop();
        }
        Some(content)
    }

    /// Opens levels by `openers`, which follow one another in the output. `content` is the position
    /// of the content of the first. If memory is lacking, the levels are left out.
    #[inline(always)]
    pub(super) fn open(&mut self, openers: &[u8], content: usize) {
        if !self.has_room(openers.len()) {
            return;
        }
        match self.rows.last_mut() {
            Some(row) if row.can_take(openers.len(), content) => row.lengthen(openers.len()),
            _ => self.rows.push(Row::new(content, openers.len())),
        }
        self.openers.extend_from_slice(openers);
    }

    /// Returns whether there is room for `len` more levels. Makes it if it is lacking, and sets
    /// `is_incomplete` if there is no memory for it.
    ///
    /// Returns `bool` because the hot path returns no `Result`.
    #[inline(always)]
    fn has_room(&mut self, len: usize) -> bool {
        let is_full = self.openers.capacity() - self.openers.len() < len
            || self.rows.len() == self.rows.capacity();
        !is_full || !self.is_incomplete && self.grow(len)
    }

    #[cold]
    fn grow(&mut self, len: usize) -> bool {
        let has_memory = fallible(|| {
            self.openers.try_reserve(len)?;
            self.rows.try_reserve(1)
        })
        .is_ok();
        if has_memory {
            prefer_huge_pages(&mut self.openers);
            prefer_huge_pages(&mut self.rows);
        }
        self.is_incomplete |= !has_memory;
        has_memory
    }
}

/// Levels whose openers follow one another directly.
///
/// The lower 40 bits are the position of the outermost level's content, the others are the number
/// of levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row(u64);

impl Row {
    /// One level, in the bits of the number of levels.
    const ONE: u64 = 1 << CONTENT_BITS;

    /// The maximum number of levels.
    const MAX_LEN: usize = (1 << (64 - CONTENT_BITS)) - 1;

    #[inline(always)]
    fn new(content: usize, len: usize) -> Self {
        // Content is in the output of the call, which `MAX_INPUT` keeps shorter than 2^40 bytes.
        debug_assert!((content as u64) < 1 << CONTENT_BITS && len <= Self::MAX_LEN);
        Self(content as u64 | (len as u64) << CONTENT_BITS)
    }

    #[inline(always)]
    fn len(self) -> usize {
        (self.0 >> CONTENT_BITS) as usize
    }

    /// Returns the position of the outermost level's content.
    #[inline(always)]
    fn content(self) -> usize {
        (self.0 & ((1 << CONTENT_BITS) - 1)) as usize
    }

    /// Returns whether `len` levels with their first content at `content` continue this row, and
    /// fit into it.
    #[inline(always)]
    fn can_take(self, len: usize, content: usize) -> bool {
        content == self.content() + self.len() && len <= Self::MAX_LEN - self.len()
    }

    #[inline(always)]
    fn lengthen(&mut self, len: usize) {
        self.0 += len as u64 * Self::ONE;
    }

    /// Removes the innermost level, and returns the position of its content.
    #[inline(always)]
    fn shorten(&mut self) -> usize {
        self.0 -= Self::ONE;
        self.content() + self.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_rows_close_one_by_one() {
        let mut levels = LevelStorage::default();
        levels.open(b"[", 1);
        for block in 0..100 {
            levels.open(&[b'('; 64], 2 + 64 * block);
        }
        levels.open(b"<", 10_000);
        assert_eq!(levels.rows.len(), 2, "openers that follow one another are in one row");
        assert_eq!((levels.innermost(), levels.close()), (b'<', Some(10_000)));
        for content in (2..2 + 6400).rev() {
            assert_eq!((levels.innermost(), levels.close()), (b'(', Some(content)));
        }
        assert_eq!((levels.innermost(), levels.close()), (b'[', Some(1)));
        assert_eq!((levels.innermost(), levels.close()), (0, None));
        assert!(levels.rows.is_empty());
    }

    #[test]
    fn a_row_that_is_full_is_followed_by_another() {
        let mut levels = LevelStorage::default();
        let openers = vec![b'{'; Row::MAX_LEN - 1];
        levels.open(&openers, 7);
        levels.open(b"{{", 7 + Row::MAX_LEN - 1);
        assert_eq!(levels.rows.len(), 2);
        assert_eq!(levels.close(), Some(7 + Row::MAX_LEN));
        assert_eq!(levels.close(), Some(7 + Row::MAX_LEN - 1));
        assert_eq!(levels.close(), Some(7 + Row::MAX_LEN - 2));
    }

    #[test]
    fn the_largest_position_fits() {
        let mut levels = LevelStorage::default();
        let content = (MAX_INPUT + MAX_INPUT / 2) as usize;
        levels.open(b"(", content);
        assert_eq!(levels.close(), Some(content));
    }
}
