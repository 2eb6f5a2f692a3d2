//! Where in the log the lines of a pattern are: how many start in each bucket.
//!
//! The [boundaries](super::places) of the log tell where the buckets are.

use std::ops::Range;

use super::LOG_PARTS;
use super::memory::{NoMemory, reserve};
use super::places::{Boundaries, BucketMap, MAX_BOUNDARIES};

/// The most lines of a bucket: 2^56 - 1. Sums so cut are the same in any order.
pub(super) const MAX_LINES: u64 = u64::MAX >> 8;

/// A bucket and the number of lines that start in it, in 8 bytes: a pattern whose lines are everywhere
/// has many of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct BucketCount(u64);

impl BucketCount {
    pub(super) fn new(bucket: u8, lines: u64) -> Self {
        Self(u64::from(bucket) << 56 | lines.min(MAX_LINES))
    }

    pub(super) fn bucket(self) -> u8 {
        (self.0 >> 56) as u8
    }

    pub(super) fn lines(self) -> u64 {
        self.0 & MAX_LINES
    }

    /// Returns the bucket times 2^56 plus the number of lines.
    pub(super) fn packed(self) -> u64 {
        self.0
    }

    fn add(&mut self, lines: u64) {
        *self = Self::new(self.bucket(), self.lines().saturating_add(lines));
    }
}

/// The number of lines that start in each bucket.
///
/// The lines of rare patterns are mostly close together. So only buckets with lines are kept, and
/// the last of them apart: a pattern in one bucket needs no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Histogram {
    last: BucketCount,
    /// The buckets before the last, in order.
    earlier: Vec<BucketCount>,
}

impl Histogram {
    /// The most bytes on the heap: the capacity of a vector that grew by doubling. While a log is open,
    /// its start is a boundary beside the most that there are otherwise.
    pub(super) const MAX_HEAP_SIZE: usize =
        (MAX_BOUNDARIES + 1).next_power_of_two() * size_of::<BucketCount>();

    /// Adds `lines` lines that start in `bucket`. Costs least if no bucket comes after a later one.
    ///
    /// # Errors
    ///
    /// [`NoMemory`]. Nothing was added then.
    #[inline]
    pub(super) fn add(&mut self, bucket: u8, lines: u64) -> Result<(), NoMemory> {
        if bucket == self.last.bucket() || self.is_empty() {
            self.last = BucketCount::new(bucket, self.last.lines().saturating_add(lines));
            return Ok(());
        }
        self.add_elsewhere(bucket, lines)
    }

    /// Adds lines to another bucket than the last.
    fn add_elsewhere(&mut self, bucket: u8, lines: u64) -> Result<(), NoMemory> {
        reserve(&mut self.earlier, 1)?;
        if bucket > self.last.bucket() {
            self.earlier.push(self.last);
            self.last = BucketCount::new(bucket, lines);
            return Ok(());
        }
        match self.earlier.binary_search_by_key(&bucket, |earlier| earlier.bucket()) {
            Ok(index) => self.earlier[index].add(lines),
            Err(index) => self.earlier.insert(index, BucketCount::new(bucket, lines)),
        }
        Ok(())
    }

    /// Has each bucket be the one that `map` says, which is not after that of a later one.
    pub(super) fn coarsen(&mut self, map: &BucketMap) {
        let mapped = |it: BucketCount| BucketCount::new(map[usize::from(it.bucket())], it.lines());
        self.last = mapped(self.last);
        for earlier in &mut self.earlier {
            *earlier = mapped(*earlier);
        }
        self.earlier.dedup_by(|next, sum| {
            let is_same = next.bucket() == sum.bucket();
            if is_same {
                sum.add(next.lines());
            }
            is_same
        });
        let last = self.last.bucket();
        if let Some(same) = self.earlier.pop_if(|earlier| earlier.bucket() == last) {
            self.last.add(same.lines());
        }
    }

    /// Returns whether there are no lines.
    pub(super) fn is_empty(&self) -> bool {
        self.last.lines() == 0
    }

    /// Returns the buckets with lines, in order.
    pub(super) fn buckets(&self) -> impl Iterator<Item = BucketCount> + Clone + '_ {
        let last = (!self.is_empty()).then_some(self.last);
        self.earlier.iter().copied().chain(last)
    }

    /// Replaces the contents by what [`buckets`](Self::buckets) returned before. Allocates nothing: there
    /// was room for them then, which is kept as long as places are known.
    pub(super) fn go_back_to(&mut self, buckets: &[BucketCount]) {
        let (last, earlier) =
            buckets.split_last().map_or_else(Default::default, |(&last, it)| (last, it));
        self.last = last;
        self.earlier.clear();
        self.earlier.extend_from_slice(earlier);
    }

    /// Returns how many lines start in each of [`LOG_PARTS`] equal parts of a text of `bytes` bytes with
    /// these `boundaries`, if all of them start in `range`. The lines of a bucket in two parts are divided
    /// among them, by how much of it is in each.
    pub(super) fn parts(
        &self,
        boundaries: &Boundaries,
        range: Range<u64>,
        bytes: u64,
    ) -> [f64; LOG_PARTS] {
        let mut parts = [0.0; LOG_PARTS];
        let part_of = |offset: u64| offset as f64 * LOG_PARTS as f64 / bytes as f64;
        for it in self.buckets() {
            let bucket = boundaries.range(it.bucket(), bytes);
            let start = part_of(bucket.start.max(range.start));
            let end = part_of(bucket.end.min(range.end));
            if start == end {
                // So close together that the numbers do not tell them apart.
                parts[(start as usize).min(LOG_PARTS - 1)] += it.lines() as f64;
                continue;
            }
            for (index, part) in parts.iter_mut().enumerate() {
                let overlap = end.min((index + 1) as f64) - start.max(index as f64);
                *part += it.lines() as f64 * overlap.max(0.0) / (end - start);
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::places::Boundary;

    /// Returns the boundaries of a log of `bytes` bytes.
    fn boundaries_of(bytes: u64) -> Boundaries {
        let mut boundaries = Boundaries::default();
        boundaries.set_chunk(0..bytes, 0).unwrap();
        boundaries.close(60);
        boundaries
    }

    fn histogram_of(lines: impl Iterator<Item = (u8, u64)>) -> Histogram {
        let mut histogram = Histogram::default();
        lines.for_each(|(bucket, lines)| histogram.add(bucket, lines).unwrap());
        histogram
    }

    #[test]
    fn parts_show_where_the_lines_are() {
        let boundaries = boundaries_of(80_000);
        let histogram = histogram_of((0..20_000).map(|offset| (boundaries.bucket_at(offset), 1)));
        for (index, count) in
            histogram.parts(&boundaries, 0..80_000, 80_000).into_iter().enumerate()
        {
            // A bucket is 1024 bytes, half a part: the border may be blurred by one.
            let expected = match index {
                0..9 => 1990.0..2010.0,
                9..11 => -0.1..2010.0,
                _ => -0.1..0.1,
            };
            assert!(expected.contains(&count), "{count} in part {index}");
        }
    }

    #[test]
    fn lines_of_a_bucket_are_between_the_first_and_the_last() {
        // All in one bucket: where it is does not say more than that.
        let (boundaries, bytes) = (Boundaries::default(), 4000);
        let histogram = histogram_of([(0, 8)].into_iter());
        for (range, expected) in [(0..4000, 0..40), (1000..1400, 10..14), (3999..4000, 39..40)] {
            let share = 8.0 / expected.len() as f64;
            for (index, count) in histogram.parts(&boundaries, range, bytes).into_iter().enumerate()
            {
                let expected = if expected.contains(&index) { share } else { 0.0 };
                assert!((count - expected).abs() < 1e-9, "{count} in part {index}");
            }
        }
    }

    #[test]
    fn buckets_of_no_measurable_length_are_in_one_part() {
        let bytes = u64::MAX;
        for (offset, part) in [(1 << 59, 1), (1 << 63, 20), (bytes - 2, 39)] {
            let list = [offset, offset + 1].map(|offset| Boundary { offset, level: 0 });
            let boundaries = Boundaries::new(0, list.to_vec());
            let parts = histogram_of([(1, 3)].into_iter()).parts(&boundaries, 0..bytes, bytes);
            assert_eq!(parts, std::array::from_fn(|index| if index == part { 3.0 } else { 0.0 }));
        }
    }

    #[test]
    fn a_count_that_is_too_large_stays_at_the_most() {
        for more in [0, 1, u64::MAX] {
            let histogram = histogram_of([(1, MAX_LINES), (2, u64::MAX), (1, more)].into_iter());
            let lines = histogram.buckets().map(|it| (it.bucket(), it.lines()));
            assert_eq!(lines.collect::<Vec<_>>(), [(1, MAX_LINES), (2, MAX_LINES)]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn buckets_are_the_same_in_any_order(
            lines in proptest::collection::vec((any::<u8>(), 1..9_u64), 0..300), shift in 0..8_u32
        ) {
            let mut histogram = histogram_of(lines.iter().copied());
            let mut sorted = lines.clone();
            sorted.sort_unstable();
            prop_assert_eq!(&histogram, &histogram_of(sorted.iter().copied()));
            prop_assert!(histogram.buckets().is_sorted_by_key(|it| it.bucket()));
            histogram.coarsen(&std::array::from_fn(|bucket| (bucket >> shift) as u8));
            let coarse = lines.iter().map(|&(bucket, lines)| (bucket >> shift, lines));
            prop_assert_eq!(histogram, histogram_of(coarse));
        }
    }
}
