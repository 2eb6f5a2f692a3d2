//! The stack of the open levels of a line.
//!
//! A line can open as many levels as it has bytes, so the stack stores [groups](LevelGroup) of
//! levels.

use std::hint::select_unpredictable;

use super::level_group::LevelGroup;
use crate::arch::BLOCK;
use crate::sys::{fallible, prefer_huge_pages};

/// The memory of [`OpenLevels`], kept from one call to the next.
///
/// A group takes eight bytes and holds up to 1,024 levels whose equal openers follow one another
/// directly, so `((((…` takes little memory.
#[derive(Debug, Default)]
pub(crate) struct LevelStorage {
    /// The first is [`LevelGroup::NONE`]. Entries after the innermost have no meaning.
    groups: Vec<LevelGroup>,
    /// Whether memory for a level was lacking. The level was then left out, and the output is
    /// wrong.
    ///
    /// This is a flag that is read after the call, so that the hot path returns no `Result`.
    pub(in crate::rules) is_incomplete: bool,
}

impl LevelStorage {
    /// Makes room for as many groups as a block has bytes. Returns whether there was memory for
    /// them, and otherwise sets `is_incomplete`.
    ///
    /// Returns `bool` because [`OpenLevels::has_room`] asks for one, in the hot path.
    #[cold]
    fn grow(&mut self) -> bool {
        let more = BLOCK + usize::from(self.groups.is_empty());
        let capacity = self.groups.capacity();
        let has_memory = fallible(|| self.groups.try_reserve(more)).is_ok();
        if has_memory {
            if self.groups.capacity() > capacity {
                prefer_huge_pages(&mut self.groups);
            }
            self.groups.resize(self.groups.len() + more, LevelGroup::NONE);
        }
        self.is_incomplete |= !has_memory;
        has_memory
    }
}

/// All open levels of a line, the innermost last.
///
/// For levels opened in the current block, only the index of the opener is known. The position of
/// their content in the output is computed at the end of the block, as most of them are closed by
/// then.
pub(super) struct OpenLevels<'a> {
    levels: &'a mut LevelStorage,
    /// The number of open groups. It is not part of the storage so that it can stay in a register.
    depth: usize,
    /// The number of open groups for which the position of the content is known.
    settled: usize,
}

impl<'a> OpenLevels<'a> {
    /// Returns the levels of a line that has not begun.
    pub(super) fn new(levels: &'a mut LevelStorage) -> Self {
        Self { levels, depth: 0, settled: 0 }
    }

    /// Returns whether there is room for the levels that a block can open, which is made if it is
    /// lacking. Must be called before a block opens levels.
    #[inline(always)]
    pub(super) fn has_room(&mut self) -> bool {
        self.levels.groups.len() > self.depth + BLOCK || self.levels.grow()
    }

    /// Ends all levels if the line `is_over`. This takes no branch because it cannot be predicted.
    #[inline(always)]
    pub(super) fn clear_if(&mut self, is_over: bool) {
        self.depth = select_unpredictable(is_over, 0, self.depth);
        self.settled = select_unpredictable(is_over, 0, self.settled);
    }

    /// Returns the group of the innermost level, or [`LevelGroup::NONE`].
    #[inline(always)]
    pub(super) fn innermost(&self) -> LevelGroup {
        self.levels.groups[self.depth]
    }

    /// Returns whether the innermost level was opened in the current block, after the last
    /// [`Self::settle`].
    #[inline(always)]
    pub(super) fn is_new(&self) -> bool {
        self.depth > self.settled
    }

    /// Opens a group of `count` levels. The outermost has its opener at index `opener` of the
    /// block.
    #[inline(always)]
    pub(super) fn open(&mut self, opener: u32, closer: u8, count: u32) {
        self.depth += 1;
        self.levels.groups[self.depth] = LevelGroup::new(opener, closer, count);
    }

    /// Closes the innermost level, which must be the only one of its group.
    #[inline(always)]
    pub(super) fn close(&mut self) {
        self.depth -= 1;
        self.settled = self.settled.min(self.depth);
    }

    /// Closes `count` levels of the innermost group, which must have more, and moves the next one
    /// into a group of its own.
    pub(super) fn close_in_group(&mut self, count: u32) {
        let is_new = self.is_new();
        let group = &mut self.levels.groups[self.depth];
        group.close(count);
        if group.extra() > 0 {
            let innermost = group.innermost();
            group.close(1);
            self.depth += 1;
            self.levels.groups[self.depth] = innermost;
            self.settled += usize::from(!is_new);
        }
    }

    /// Computes the content positions of the new levels. `content_of` returns the position for the
    /// index of an opener.
    #[inline(always)]
    pub(super) fn settle(&mut self, content_of: impl Fn(u32) -> usize) {
        if !self.is_new() {
            return;
        }
        for group in &mut self.levels.groups[self.settled + 1..self.depth + 1] {
            *group = group.with_content(content_of(group.opener()));
        }
        self.settled = self.depth;
        if self.innermost().extra() > 0 {
            self.merge_innermost();
        }
    }

    /// Merges the two innermost groups if the inner one continues the outer one.
    fn merge_innermost(&mut self) {
        let last = self.innermost();
        let before = &mut self.levels.groups[self.depth - 1];
        if before.can_take(last) {
            before.open(1 + last.extra());
            self.depth -= 1;
            self.settled -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Opens `groups` as a block does that drops no byte before them and has `before` bytes of
    /// output before it.
    fn open_all(stack: &mut OpenLevels, before: usize, groups: &[(u32, u8, u32)]) {
        assert!(stack.has_room());
        for &(opener, closer, count) in groups {
            stack.open(opener, closer, count);
        }
        stack.settle(|opener| before + opener as usize + 1);
    }

    #[test]
    fn levels_of_groups_close_one_by_one() {
        let mut levels = LevelStorage::default();
        let mut stack = OpenLevels::new(&mut levels);
        open_all(&mut stack, 0, &[(0, b']', 1), (1, b')', 63)]);
        // More levels than fit into a group, so that a second one must be begun.
        for block in 1..100 {
            open_all(&mut stack, BLOCK * block, &[(0, b')', 64)]);
        }
        assert!(stack.depth < 10, "{} groups", stack.depth);
        for content in (2..=100 * BLOCK).rev() {
            if stack.innermost().extra() > 0 {
                stack.close_in_group(0);
            }
            let group = stack.innermost();
            assert_eq!((group.closer(), group.content(), group.extra()), (b')', content, 0));
            stack.close();
        }
        assert_eq!(stack.innermost(), LevelGroup::new(0, b']', 1).with_content(1));
        stack.close();
        assert_eq!(stack.innermost(), LevelGroup::NONE);
    }

    #[test]
    fn levels_close_many_at_a_time() {
        let mut levels = LevelStorage::default();
        let mut stack = OpenLevels::new(&mut levels);
        open_all(&mut stack, 0, &[(0, b')', 64)]);
        stack.close_in_group(60);
        assert_eq!(stack.innermost(), LevelGroup::new(3, b')', 1).with_content(4));
        stack.close();
        stack.close_in_group(2);
        assert_eq!(stack.innermost(), LevelGroup::new(0, b')', 1).with_content(1));
    }

    #[test]
    fn a_group_ends_where_the_openers_do_not_follow_one_another() {
        let mut levels = LevelStorage::default();
        let mut stack = OpenLevels::new(&mut levels);
        open_all(&mut stack, 0, &[(60, b')', 2)]);
        open_all(&mut stack, 100, &[(0, b')', 2)]);
        stack.close_in_group(1);
        assert_eq!(stack.innermost(), LevelGroup::new(0, b')', 1).with_content(101));
        stack.close();
        assert_eq!(stack.innermost().content(), 61);
    }
}
