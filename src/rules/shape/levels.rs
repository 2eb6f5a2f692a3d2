//! The stack of open enclosures of a line. It is kept small: a line can open as many levels as it
//! has bytes.

use std::hint::select_unpredictable;

use super::level_run::LevelRun;
use crate::arch::BLOCK;
use crate::sys::fallible;

/// The memory of a [`Stack`], kept from one call to the next.
///
/// A level takes at most eight bytes, and a row of levels whose equal openers follow one another
/// directly takes eight bytes for 1,024 of them: `((((…` costs next to no memory.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    /// The first is [`LevelRun::NONE`], what lies behind the innermost has no meaning.
    rows: Vec<LevelRun>,
    /// Set when there was no memory for a level, which was then left out.
    pub(in crate::rules) is_incomplete: bool,
}

impl Levels {
    /// Makes room for as many rows as a block has bytes, or returns that there is no memory.
    #[cold]
    fn grow(&mut self) -> bool {
        let more = BLOCK + usize::from(self.rows.is_empty());
        let has_memory = fallible(|| self.rows.try_reserve(more)).is_ok();
        if has_memory {
            self.rows.resize(self.rows.len() + more, LevelRun::NONE);
        }
        self.is_incomplete |= !has_memory;
        has_memory
    }
}

/// All open levels, the innermost last.
///
/// Those that the block at hand opened are known by the opener alone: where their content starts in
/// the output is not asked before the block ends, which most of them do not live to see.
pub(super) struct Stack<'a> {
    levels: &'a mut Levels,
    /// How many rows are open. Not kept beside them, so that it can stay in a register.
    depth: usize,
    /// How many of them know their content.
    settled: usize,
}

impl<'a> Stack<'a> {
    pub(super) fn new(levels: &'a mut Levels) -> Self {
        Self { levels, depth: 0, settled: 0 }
    }

    /// Whether there is room for the levels that a block can open. Must be asked before it does.
    #[inline(always)]
    pub(super) fn has_room(&mut self) -> bool {
        self.levels.rows.len() > self.depth + BLOCK || self.levels.grow()
    }

    /// Ends all levels if the line `is_over`, which is as good as random and takes no branch.
    #[inline(always)]
    pub(super) fn clear_if(&mut self, is_over: bool) {
        self.depth = select_unpredictable(is_over, 0, self.depth);
        self.settled = select_unpredictable(is_over, 0, self.settled);
    }

    /// The row of the level that can close.
    #[inline(always)]
    pub(super) fn innermost(&self) -> LevelRun {
        self.levels.rows[self.depth]
    }

    /// Whether the innermost level was opened by the block at hand, since the last
    /// [`Self::settle`].
    #[inline(always)]
    pub(super) fn is_new(&self) -> bool {
        self.depth > self.settled
    }

    /// Opens a row of `count` levels, of which `opener` is the first.
    #[inline(always)]
    pub(super) fn open(&mut self, opener: u32, closer: u8, count: u32) {
        self.depth += 1;
        self.levels.rows[self.depth] = LevelRun::new(opener, closer, count);
    }

    /// Closes the innermost level, which has its row for itself.
    #[inline(always)]
    pub(super) fn close(&mut self) {
        self.depth -= 1;
        self.settled = self.settled.min(self.depth);
    }

    /// Closes `count` of the innermost row's levels, which are more, and gives the next one a row
    /// for itself.
    pub(super) fn close_in_row(&mut self, count: u32) {
        let is_new = self.is_new();
        let row = &mut self.levels.rows[self.depth];
        row.close(count);
        if row.more() > 0 {
            let innermost = row.innermost();
            row.close(1);
            self.depth += 1;
            self.levels.rows[self.depth] = innermost;
            self.settled += usize::from(!is_new);
        }
    }

    /// Tells the new levels where their content starts, which is `behind` their opener.
    #[inline(always)]
    pub(super) fn settle(&mut self, behind: impl Fn(u32) -> usize) {
        if !self.is_new() {
            return;
        }
        for row in &mut self.levels.rows[self.settled + 1..self.depth + 1] {
            *row = row.at(behind(row.opener()));
        }
        self.settled = self.depth;
        if self.innermost().more() > 0 {
            self.join();
        }
    }

    /// Makes one of the two innermost rows if they are.
    fn join(&mut self) {
        let last = self.innermost();
        let before = &mut self.levels.rows[self.depth - 1];
        if before.can_take(last) {
            before.open(1 + last.more());
            self.depth -= 1;
            self.settled -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Opens the rows of a block that has nothing before them dropped, `before` bytes into the
    /// output.
    fn open_all(stack: &mut Stack, before: usize, rows: &[(u32, u8, u32)]) {
        assert!(stack.has_room());
        for &(opener, closer, count) in rows {
            stack.open(opener, closer, count);
        }
        stack.settle(|opener| before + opener as usize + 1);
    }

    #[test]
    fn rows_are_levels_like_any_other() {
        let mut levels = Levels::default();
        let mut stack = Stack::new(&mut levels);
        open_all(&mut stack, 0, &[(0, b']', 1), (1, b')', 63)]);
        // So that a row comes to hold as many as it can, and is offered more.
        for block in 1..100 {
            open_all(&mut stack, BLOCK * block, &[(0, b')', 64)]);
        }
        assert!(stack.depth < 10, "{} rows", stack.depth);
        for content in (2..=100 * BLOCK).rev() {
            if stack.innermost().more() > 0 {
                stack.close_in_row(0);
            }
            let row = stack.innermost();
            assert_eq!((row.closer(), row.content(), row.more()), (b')', content, 0));
            stack.close();
        }
        assert_eq!(stack.innermost(), LevelRun::new(0, b']', 1).at(1));
        stack.close();
        assert_eq!(stack.innermost(), LevelRun::NONE);
    }

    #[test]
    fn levels_close_many_at_a_time() {
        let mut levels = Levels::default();
        let mut stack = Stack::new(&mut levels);
        open_all(&mut stack, 0, &[(0, b')', 64)]);
        stack.close_in_row(60);
        assert_eq!(stack.innermost(), LevelRun::new(3, b')', 1).at(4));
        stack.close();
        stack.close_in_row(2);
        assert_eq!(stack.innermost(), LevelRun::new(0, b')', 1).at(1));
    }

    #[test]
    fn a_row_ends_where_the_openers_do_not_follow_one_another() {
        let mut levels = Levels::default();
        let mut stack = Stack::new(&mut levels);
        open_all(&mut stack, 0, &[(60, b')', 2)]);
        open_all(&mut stack, 100, &[(0, b')', 2)]);
        stack.close_in_row(1);
        assert_eq!(stack.innermost(), LevelRun::new(0, b')', 1).at(101));
        stack.close();
        assert_eq!(stack.innermost().content(), 61);
    }
}
