//! The stack of open enclosures of a line. It is kept small: a line can open as many levels as it
//! has bytes.

/// An open level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level {
    /// Where in the output its content starts, directly behind the opener.
    pub(super) content: usize,
    /// Where in its block the opener stands; means something only while that block is processed.
    pub(super) opener: u32,
    /// The byte that closes it.
    pub(super) closer: u8,
}

/// All open levels, the innermost last.
///
/// A level takes at most eight bytes, and a row of levels whose equal openers follow one another
/// directly takes eight bytes for 2,048 of them: `((((…` costs next to no memory.
#[derive(Debug, Default)]
pub(super) struct Levels {
    rows: Vec<Row>,
    /// Set when there was no memory for a level, which was then left out.
    pub(super) is_incomplete: bool,
}

impl Levels {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.rows.clear();
    }

    /// The one that can close.
    #[inline(always)]
    pub(super) fn innermost(&self) -> Option<Level> {
        self.rows.last().map(|row| row.innermost())
    }

    /// Opens a row of `count` levels, of which `outermost` is the first.
    #[inline(always)]
    pub(super) fn push_row(&mut self, outermost: Level, count: u32) {
        debug_assert!((1..=Row::MOST).contains(&count));
        match self.rows.last_mut() {
            Some(row) if count > 1 && row.can_take(outermost, count) => row.0 += u64::from(count),
            _ => {
                if self.rows.len() == self.rows.capacity() && self.rows.try_reserve(1).is_err() {
                    self.is_incomplete = true;
                    return;
                }
                self.rows.push(Row::new(outermost, count));
            }
        }
    }

    /// Closes the innermost level, if there is one.
    #[inline(always)]
    pub(super) fn pop(&mut self) {
        match self.rows.last_mut() {
            Some(row) if row.more() > 0 => row.0 -= 1,
            _ => drop(self.rows.pop()),
        }
    }
}

/// From the highest bit: 40 of the outermost level's content, 6 of its opener, 7 of its closer, 11
/// of how many more levels there are.
#[derive(Clone, Copy, Debug)]
struct Row(u64);

impl Row {
    const MOST: u32 = 1 << 11;

    #[inline(always)]
    fn new(level: Level, count: u32) -> Self {
        // A terabyte of output for one call does not fit into memory, where it is at this moment.
        debug_assert!((level.content as u64) < 1 << 40 && level.opener < 64);
        Self(
            (level.content as u64) << 24
                | u64::from(level.opener) << 18
                | u64::from(level.closer) << 11
                | u64::from(count - 1),
        )
    }

    #[inline(always)]
    fn more(self) -> u32 {
        self.0 as u32 & (Self::MOST - 1)
    }

    #[inline(always)]
    fn innermost(self) -> Level {
        let more = self.more();
        Level {
            content: (self.0 >> 24) as usize + more as usize,
            opener: ((self.0 >> 18) as u32 + more) % 64,
            closer: (self.0 >> 11) as u8 & 0x7f,
        }
    }

    /// Whether `count` levels that start with `next` continue the row.
    fn can_take(self, next: Level, count: u32) -> bool {
        let last = self.innermost();
        let follows = next.content == last.content + 1 && next.opener == (last.opener + 1) % 64;
        follows && next.closer == last.closer && self.more() + count < Self::MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_levels_like_any_other() {
        let level = |content: usize, closer| Level { content, opener: content as u32 % 64, closer };
        let mut levels = Levels::default();
        levels.push_row(level(1, b']'), 1);
        levels.push_row(level(2, b')'), 1);
        // So that a row comes to hold as many as it can, and is offered more.
        for first in (3..10_000).step_by(8) {
            levels.push_row(level(first, b')'), 8);
        }
        assert!(levels.rows.len() < 10, "{} rows", levels.rows.len());
        for content in (2..=10_002).rev() {
            assert_eq!(levels.innermost(), Some(level(content, b')')));
            levels.pop();
        }
        assert_eq!(levels.innermost(), Some(level(1, b']')));
        levels.pop();
        assert!(levels.is_empty() && levels.innermost().is_none());
    }

    #[test]
    fn a_row_ends_where_the_openers_do_not_follow_one_another() {
        let mut levels = Levels::default();
        levels.push_row(Level { content: 5, opener: 4, closer: b')' }, 1);
        levels.push_row(Level { content: 9, opener: 8, closer: b')' }, 2);
        levels.pop();
        levels.pop();
        assert_eq!(levels.innermost().map(|level| level.content), Some(5));
    }
}
