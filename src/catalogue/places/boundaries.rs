//! The boundaries of a text: where the buckets begin in which the lines of a pattern are counted.
//!
//! Each boundary has a level. In one log of L bytes, there is one at each multiple of a power of two
//! that is not 0, and the level is the exponent of the greatest such power; and one at its start, whose
//! level is log2 L, rounded down, and a number that depends on the log as if by chance: 0 for half of
//! all logs, 1 for a quarter, and so on. So the starts of many small logs are about as close together at
//! each level as the boundaries in one large log.
//!
//! Of these, a text has those of its *least level* or a higher one: the lowest at which there are
//! [`MAX_BOUNDARIES`] or fewer. A bucket is the text from one boundary to the next, and the first bucket
//! is the text before the first boundary that is not at 0.
//!
//! **Sums are exact.** A boundary has the same level in a text as in any sum that the text is a part of.
//! A sum has at least as many boundaries at each level as each of its parts, so that its least level is
//! not lower than any of theirs: it has no boundary that a part has left out. Therefore texts can be
//! added up in any tree, and the parts of a log give the boundaries of the whole.
//!
//! Logs of the same length and with the same first line have starts of the same level, which are kept or
//! left out together.

use std::ops::Range;

use crate::catalogue::memory::{NoMemory, collect, reserve};

/// The most boundaries of a text. With the one before the first, there are at most 128 buckets.
pub(in crate::catalogue) const MAX_BOUNDARIES: usize = 127;

/// The highest level that a boundary can have: the start of a log of 2^63 bytes, with a hash of 0.
pub(in crate::catalogue) const MAX_LEVEL: u8 = 127;

/// The level of the start of a log until the length of the log is known: it is kept at each least level.
const OPEN: u8 = MAX_LEVEL + 1;

/// A position in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::catalogue) struct Boundary {
    pub(in crate::catalogue) offset: u64,
    pub(in crate::catalogue) level: u8,
}

/// The boundaries of a text, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::catalogue) struct Boundaries {
    least_level: u8,
    list: Vec<Boundary>,
    /// The start of the log that is not yet [closed](Self::close), if it is in the text. It is one of the
    /// list.
    open_start: Option<u64>,
}

/// A log in a text of several.
#[derive(Clone, Copy, Debug)]
pub(in crate::catalogue) struct WholeLog {
    pub(in crate::catalogue) offset: u64,
    pub(in crate::catalogue) len: u64,
    /// The level of its start.
    pub(in crate::catalogue) level: u8,
}

/// The buckets of a sum, by those of the texts that were added up.
pub(in crate::catalogue) struct Joined {
    map: BucketMap,
    /// The first bucket of the second text, before boundaries were left out.
    base: usize,
    /// Whether buckets of the first text were left out.
    is_first_coarser: bool,
}

/// The bucket that each bucket has become.
pub(in crate::catalogue) type BucketMap = [u8; 256];

impl Boundaries {
    /// Returns these boundaries, which must be [possible](Self::are_possible).
    pub(in crate::catalogue) fn new(least_level: u8, list: Vec<Boundary>) -> Self {
        Self { least_level, list, open_start: None }
    }

    /// Returns the same.
    pub(in crate::catalogue) fn copy(&self) -> Result<Self, NoMemory> {
        let list = collect(self.list.iter().copied(), self.list.len())?;
        Ok(Self { list, ..*self })
    }

    /// Returns whether a text of `bytes` bytes can have them.
    pub(in crate::catalogue) fn are_possible(&self, bytes: u64) -> bool {
        let levels = self.least_level..=MAX_LEVEL;
        self.list.len() <= MAX_BOUNDARIES
            && self.least_level <= MAX_LEVEL + 1
            && self.list.is_sorted_by(|one, next| one.offset < next.offset)
            && self.list.iter().all(|it| it.offset < bytes && levels.contains(&it.level))
    }

    pub(in crate::catalogue) fn least_level(&self) -> u8 {
        self.least_level
    }

    pub(in crate::catalogue) fn list(&self) -> &[Boundary] {
        &self.list
    }

    /// Makes these the boundaries of a chunk, which is at `chunk` in a log of which the part from
    /// `part_start` on is counted. Those of that part up to here tell a level below which the text keeps
    /// none.
    pub(in crate::catalogue) fn set_chunk(
        &mut self,
        chunk: Range<u64>,
        part_start: u64,
    ) -> Result<(), NoMemory> {
        let len_at = |level| grid_len(part_start..chunk.end, level);
        self.clear(least_level(0, len_at));
        reserve(&mut self.list, grid_len(chunk.clone(), self.least_level) as usize + 1)?;
        if chunk.start == 0 && chunk.end > 0 {
            self.list.push(Boundary { offset: 0, level: OPEN });
            self.open_start = Some(0);
        }
        self.push_grid(chunk, 0);
        Ok(())
    }

    /// Makes these the boundaries of a text of `logs`, of level `least` or a higher one.
    pub(in crate::catalogue) fn set_logs(
        &mut self,
        logs: &[WholeLog],
        least: u8,
    ) -> Result<(), NoMemory> {
        let len_at = |level| {
            let in_log =
                |log: &WholeLog| u64::from(log.level >= level) + grid_len(0..log.len, level);
            logs.iter().map(in_log).sum()
        };
        self.clear(least_level(least, len_at));
        reserve(&mut self.list, len_at(self.least_level) as usize)?;
        for &WholeLog { offset, len, level } in logs {
            if level >= self.least_level {
                self.list.push(Boundary { offset, level });
            }
            self.push_grid(0..len, offset);
        }
        Ok(())
    }

    fn clear(&mut self, least_level: u8) {
        self.least_level = least_level;
        self.list.clear();
        self.open_start = None;
    }

    /// Adds those of a log that are in `range` there, which is at `offset` in the text.
    fn push_grid(&mut self, range: Range<u64>, offset: u64) {
        let Some(step) = 1_u64.checked_shl(self.least_level.into()) else { return };
        let mut next = range.start.max(1).checked_next_multiple_of(step);
        while let Some(position) = next.filter(|&position| position < range.end) {
            let level = position.trailing_zeros() as u8;
            self.list.push(Boundary { offset: offset + (position - range.start), level });
            next = position.checked_add(step);
        }
    }

    /// Adds the boundaries of `next`, a text that follows this one of `bytes` bytes. In only one of them
    /// may be the start of an open log.
    pub(in crate::catalogue) fn join(
        &mut self,
        bytes: u64,
        next: &Self,
    ) -> Result<Joined, NoMemory> {
        debug_assert!(self.open_start.is_none() || next.open_start.is_none(), "one log is open");
        reserve(&mut self.list, next.list.len())?;
        let last = self.buckets() - 1;
        let begins_bucket = bytes > 0 && next.list.first().is_some_and(|first| first.offset == 0);
        let base = last + usize::from(begins_bucket);
        let shift = |offset: u64| bytes.saturating_add(offset);
        let shifted = next.list.iter().map(|it| Boundary { offset: shift(it.offset), ..*it });
        self.list.extend(shifted);
        self.open_start = self.open_start.or(next.open_start.map(shift));
        self.least_level = self.least_level.max(next.least_level);
        let map = self.coarsen().unwrap_or_else(|| std::array::from_fn(|bucket| bucket as u8));
        // No bucket is left out of the first text if its last one has its number still.
        Ok(Joined { map, base, is_first_coarser: usize::from(map[last]) < last })
    }

    /// Sets the level of the start of the log that is open, if that is in the text. Returns what became
    /// of the buckets if there are fewer.
    pub(in crate::catalogue) fn close(&mut self, level: u8) -> Option<BucketMap> {
        let start = self.open_start.take()?;
        let index = self.list.binary_search_by_key(&start, |it| it.offset).ok()?;
        self.list[index].level = level;
        let last = self.buckets() - 1;
        self.coarsen().filter(|map| usize::from(map[last]) < last)
    }

    /// Raises the least level as far as needed. Returns what became of the buckets if boundaries were left
    /// out.
    fn coarsen(&mut self) -> Option<BucketMap> {
        // The start of a log that is open counts only when its level is known.
        let open = usize::from(self.open_start.is_some());
        let len_at =
            |level| (self.list.iter().filter(|it| it.level >= level).count() - open) as u64;
        let least = least_level(self.least_level, len_at);
        self.least_level = least;
        let len = self.list.len();
        let (mut map, mut old, mut new) = ([0; 256], 0, 0);
        self.list.retain(|it| {
            let is_kept = it.level >= least;
            if it.offset > 0 {
                old += 1;
                new += u8::from(is_kept);
                map[old] = new;
            }
            is_kept
        });
        (self.list.len() < len).then_some(map)
    }

    /// Returns the number of buckets.
    pub(in crate::catalogue) fn buckets(&self) -> usize {
        1 + self.inner().len()
    }

    /// Returns the bucket that the byte at `offset` is in.
    pub(in crate::catalogue) fn bucket_at(&self, offset: u64) -> u8 {
        self.inner().partition_point(|it| it.offset <= offset) as u8
    }

    /// Returns where `bucket` is in a text of `bytes` bytes.
    pub(in crate::catalogue) fn range(&self, bucket: u8, bytes: u64) -> Range<u64> {
        let offset = |index: usize| self.inner().get(index).map(|it| it.offset);
        let start = usize::from(bucket).checked_sub(1).and_then(offset).unwrap_or(0);
        start..offset(bucket.into()).unwrap_or(bytes)
    }

    /// Returns those that are not at 0, with each of which a bucket begins.
    pub(in crate::catalogue) fn inner(&self) -> &[Boundary] {
        match &self.list[..] {
            [Boundary { offset: 0, .. }, inner @ ..] => inner,
            inner => inner,
        }
    }
}

impl Joined {
    /// Returns what became of the buckets of the first text, if there are fewer.
    pub(in crate::catalogue) fn ours(&self) -> Option<&BucketMap> {
        self.is_first_coarser.then_some(&self.map)
    }

    /// Returns what became of `bucket` of the second text.
    pub(in crate::catalogue) fn next(&self, bucket: u8) -> u8 {
        self.map[self.base + usize::from(bucket)]
    }
}

/// Returns the lowest level from `least` on at which there are at most [`MAX_BOUNDARIES`], of which
/// `len_at` returns the number.
fn least_level(least: u8, len_at: impl Fn(u8) -> u64) -> u8 {
    let is_enough = |&level: &u8| len_at(level) <= MAX_BOUNDARIES as u64;
    (least..=MAX_LEVEL).find(is_enough).unwrap_or(MAX_LEVEL + 1)
}

/// Returns the number of boundaries within a log that are in `range` there, at `level` or a higher one.
fn grid_len(range: Range<u64>, level: u8) -> u64 {
    let before = |offset: u64| offset.saturating_sub(1).unbounded_shr(level.into());
    before(range.end) - before(range.start)
}
