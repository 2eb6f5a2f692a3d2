//! The stack of open enclosures of a line. It is kept small: a line can open as many levels as it
//! has bytes.

use std::hint::select_unpredictable;

use super::level_group::LevelGroup;
use crate::arch::BLOCK;
use crate::sys::fallible;

/// The memory of a [`OpenLevels`], kept from one call to the next.
///
/// A level takes at most eight bytes, and a group of levels whose equal openers follow one another
/// directly takes eight bytes for 1,024 of them: `((((…` costs next to no memory.
#[derive(Debug, Default)]
pub(crate) struct LevelStorage {
    /// The first is [`LevelGroup::NONE`], what lies behind the innermost has no meaning.
    groups: Vec<LevelGroup>,
    /// Set when there was no memory for a level, which was then left out.
    pub(in crate::rules) is_incomplete: bool,
}

impl LevelStorage {
    /// Makes room for as many groups as a block has bytes, or returns that there is no memory.
    #[cold]
    fn grow(&mut self) -> bool {
        let more = BLOCK + usize::from(self.groups.is_empty());
        let has_memory = fallible(|| self.groups.try_reserve(more)).is_ok();
        if has_memory {
            self.groups.resize(self.groups.len() + more, LevelGroup::NONE);
        }
        self.is_incomplete |= !has_memory;
        has_memory
    }
}

/// All open levels, the innermost last.
///
/// Those that the block at hand opened are known by the opener alone: where their content starts in
/// the output is not asked before the block ends, which most of them do not live to see.
pub(super) struct OpenLevels<'a> {
    levels: &'a mut LevelStorage,
    /// How many groups are open. Not kept beside them, so that it can stay in a register.
    depth: usize,
    /// How many of them know their content.
    settled: usize,
}

impl<'a> OpenLevels<'a> {
    pub(super) fn new(levels: &'a mut LevelStorage) -> Self {
        Self { levels, depth: 0, settled: 0 }
    }

    /// Whether there is room for the levels that a block can open. Must be asked before it does.
    #[inline(always)]
    pub(super) fn has_room(&mut self) -> bool {
        self.levels.groups.len() > self.depth + BLOCK || self.levels.grow()
    }

    /// Ends all levels if the line `is_over`, which is as good as random and takes no branch.
    #[inline(always)]
    pub(super) fn clear_if(&mut self, is_over: bool) {
        self.depth = select_unpredictable(is_over, 0, self.depth);
        self.settled = select_unpredictable(is_over, 0, self.settled);
    }

    /// The group of the level that can close.
    #[inline(always)]
    pub(super) fn innermost(&self) -> LevelGroup {
        self.levels.groups[self.depth]
    }

    /// Whether the innermost level was opened by the block at hand, since the last
    /// [`Self::settle`].
    #[inline(always)]
    pub(super) fn is_new(&self) -> bool {
        self.depth > self.settled
    }

    /// Opens a group of `count` levels, of which `opener` is the first.
    #[inline(always)]
    pub(super) fn open(&mut self, opener: u32, closer: u8, count: u32) {
        self.depth += 1;
        self.levels.groups[self.depth] = LevelGroup::new(opener, closer, count);
    }

    /// Closes the innermost level, which has its group for itself.
    #[inline(always)]
    pub(super) fn close(&mut self) {
        self.depth -= 1;
        self.settled = self.settled.min(self.depth);
    }

    /// Closes `count` of the innermost group's levels, which are more, and gives the next one a group
    /// for itself.
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

    /// Tells the new levels where their content starts, which is `behind` their opener.
    #[inline(always)]
    pub(super) fn settle(&mut self, behind: impl Fn(u32) -> usize) {
        if !self.is_new() {
            return;
        }
        for group in &mut self.levels.groups[self.settled + 1..self.depth + 1] {
            *group = group.at(behind(group.opener()));
        }
        self.settled = self.depth;
        if self.innermost().extra() > 0 {
            self.join();
        }
    }

    /// Makes one of the two innermost groups if they are.
    fn join(&mut self) {
        let last = self.innermost();
        let before = &mut self.levels.groups[self.depth - 1];
        if before.can_join(last) {
            before.open(1 + last.extra());
            self.depth -= 1;
            self.settled -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Opens the groups of a block that has nothing before them dropped, `before` bytes into the
    /// output.
    fn open_all(stack: &mut OpenLevels, before: usize, groups: &[(u32, u8, u32)]) {
        assert!(stack.has_room());
        for &(opener, closer, count) in groups {
            stack.open(opener, closer, count);
        }
        stack.settle(|opener| before + opener as usize + 1);
    }

    #[test]
    fn rows_are_levels_like_any_other() {
        let mut levels = LevelStorage::default();
        let mut stack = OpenLevels::new(&mut levels);
        open_all(&mut stack, 0, &[(0, b']', 1), (1, b')', 63)]);
        // So that a group comes to hold as many as it can, and is offered more.
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
        assert_eq!(stack.innermost(), LevelGroup::new(0, b']', 1).at(1));
        stack.close();
        assert_eq!(stack.innermost(), LevelGroup::NONE);
    }

    #[test]
    fn levels_close_many_at_a_time() {
        let mut levels = LevelStorage::default();
        let mut stack = OpenLevels::new(&mut levels);
        open_all(&mut stack, 0, &[(0, b')', 64)]);
        stack.close_in_group(60);
        assert_eq!(stack.innermost(), LevelGroup::new(3, b')', 1).at(4));
        stack.close();
        stack.close_in_group(2);
        assert_eq!(stack.innermost(), LevelGroup::new(0, b')', 1).at(1));
    }

    #[test]
    fn a_row_ends_where_the_openers_do_not_follow_one_another() {
        let mut levels = LevelStorage::default();
        let mut stack = OpenLevels::new(&mut levels);
        open_all(&mut stack, 0, &[(60, b')', 2)]);
        open_all(&mut stack, 100, &[(0, b')', 2)]);
        stack.close_in_group(1);
        assert_eq!(stack.innermost(), LevelGroup::new(0, b')', 1).at(101));
        stack.close();
        assert_eq!(stack.innermost().content(), 61);
    }
}
