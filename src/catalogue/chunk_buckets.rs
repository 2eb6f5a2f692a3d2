//! In which buckets of a chunk the lines of its patterns start.
//!
//! All patterns share one vector, in which the buckets of each are a ring: the last one that was left
//! leads to the first. So a bucket is left without moving any, and nothing is sorted in the end.

use super::memory::{NoMemory, reserve};

/// The buckets of all patterns of a chunk, but the last one of each.
#[derive(Debug, Default)]
pub(super) struct ChunkBuckets(Vec<Left>);

/// A bucket that a pattern has left for a later one.
#[derive(Clone, Copy, Debug)]
struct Left {
    bucket: u8,
    /// The lines of the pattern up to the end of the bucket.
    lines: u32,
    /// The index of the next bucket of the pattern, or of its first one.
    next: u32,
}

/// The buckets of one pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Buckets {
    /// The index of the one that was left last, or `NONE`.
    left: u32,
    pub(super) last: u8,
}

const NONE: u32 = u32::MAX;

impl Buckets {
    /// Returns those of a pattern whose first line starts in `bucket`.
    pub(super) fn new(bucket: u8) -> Self {
        Self { left: NONE, last: bucket }
    }
}

impl ChunkBuckets {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Begins `bucket` of a pattern that has `lines` lines in those before.
    #[cold]
    pub(super) fn enter(
        &mut self,
        buckets: &mut Buckets,
        bucket: u8,
        lines: u32,
    ) -> Result<(), NoMemory> {
        let Self(all) = self;
        reserve(all, 1)?;
        let index = all.len() as u32;
        let next = match all.get_mut(buckets.left as usize) {
            Some(left) => std::mem::replace(&mut left.next, index),
            None => index,
        };
        all.push(Left { bucket: buckets.last, lines, next });
        *buckets = Buckets { left: index, last: bucket };
        Ok(())
    }

    /// Returns the buckets of a pattern of `lines` lines, and how many of them start in each, in order.
    pub(super) fn of(&self, buckets: Buckets, lines: u32) -> impl Iterator<Item = (u8, u64)> + '_ {
        let Self(all) = self;
        let mut next = all.get(buckets.left as usize).map(|left| left.next);
        let mut before = 0;
        let left = std::iter::from_fn(move || {
            let index = next?;
            let Left { bucket, lines, next: after } = all[index as usize];
            next = (index != buckets.left).then_some(after);
            Some((bucket, lines))
        });
        left.chain([(buckets.last, lines)]).map(move |(bucket, lines)| {
            let own = lines - std::mem::replace(&mut before, lines);
            (bucket, own.into())
        })
    }

    /// Returns the buckets, which may be changed to others in the same order.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut u8> {
        self.0.iter_mut().map(|left| &mut left.bucket)
    }

    /// Returns about how many bytes of memory it takes.
    pub(super) fn memory(&self) -> usize {
        self.0.capacity() * size_of::<Left>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buckets_of_patterns_that_take_turns_are_in_order() {
        let mut all = ChunkBuckets::default();
        let (mut one, mut other) = (Buckets::new(3), Buckets::new(0));
        all.enter(&mut one, 5, 2).unwrap();
        all.enter(&mut other, 1, 7).unwrap();
        all.enter(&mut one, 6, 3).unwrap();
        all.enter(&mut other, 9, 8).unwrap();
        all.enter(&mut one, 8, 7).unwrap();
        let of = |buckets, lines| all.of(buckets, lines).collect::<Vec<_>>();
        assert_eq!(of(one, 9), [(3, 2), (5, 1), (6, 4), (8, 2)]);
        assert_eq!(of(other, 9), [(0, 7), (1, 1), (9, 1)]);
        assert_eq!(of(Buckets::new(4), 6), [(4, 6)]);
    }
}
