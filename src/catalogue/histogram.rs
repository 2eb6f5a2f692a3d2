//! Where in the log the lines of a pattern are.
//!
//! The plain text is cut into buckets whose width in bytes is a power of two: the narrowest with
//! which [`MAX_BUCKETS`] are enough for the log so far. As the log grows, pairs of buckets are added
//! up. The result therefore depends on the offsets of the lines and on the length of the log, and
//! not on how the log was cut into chunks.

use super::LOG_PARTS;
use super::memory::{NoMemory, reserve};

/// The most buckets. At least half of them, [`LOG_PARTS`], are in use in a log of as many bytes.
const MAX_BUCKETS: u64 = 2 * LOG_PARTS as u64;

/// The width of a bucket in bytes, which is a power of two, by its exponent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Width(u8);

impl Width {
    /// The width with which all lines of a log of less than 2^63 bytes are in one bucket.
    pub(super) const WHOLE: Self = Self(63);

    /// Returns the narrowest width with which the buckets are enough for `bytes` bytes.
    pub(super) fn for_bytes(bytes: u64) -> Self {
        Self(bytes.div_ceil(MAX_BUCKETS).next_power_of_two().trailing_zeros() as u8)
    }

    /// Returns the bucket that the byte at `offset` is in.
    pub(super) fn bucket(self, offset: u64) -> u8 {
        (offset >> self.0) as u8
    }

    /// Returns where the next bucket begins, or `u64::MAX` if no log reaches so far.
    pub(super) fn end(self, bucket: u8) -> u64 {
        let end = (u128::from(bucket) + 1) << self.0;
        u64::try_from(end).unwrap_or(u64::MAX)
    }
}

/// The number of lines that start in each bucket.
///
/// The lines of rare patterns are mostly close together. So only buckets with lines are kept, and
/// the last of them apart: a pattern in one bucket needs no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Histogram {
    width: Width,
    bucket: u8,
    count: u32,
    /// The buckets before `bucket`, in order.
    earlier: Vec<(u8, u32)>,
}

impl Histogram {
    /// The most bytes on the heap: the capacity of a vector that grew by doubling.
    pub(super) const MAX_HEAP_SIZE: usize =
        MAX_BUCKETS.next_power_of_two() as usize * size_of::<(u8, u32)>();

    /// Adds `count` lines that start in `bucket`, where buckets are `width` wide, which may not be
    /// narrower than before. Costs least if no bucket comes after a later one.
    ///
    /// Counts end at `u32::MAX`, which fills a bar as well as more would. Sums so cut are the same in
    /// any order.
    ///
    /// # Errors
    ///
    /// [`NoMemory`]. Nothing was added then.
    pub(super) fn add(&mut self, width: Width, bucket: u8, count: u64) -> Result<(), NoMemory> {
        self.widen(width);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if bucket != self.bucket {
            reserve(&mut self.earlier, 1)?;
        }
        if bucket < self.bucket && self.count > 0 {
            match self.earlier.binary_search_by_key(&bucket, |&(bucket, _)| bucket) {
                Ok(index) => self.earlier[index].1 = self.earlier[index].1.saturating_add(count),
                Err(index) => self.earlier.insert(index, (bucket, count)),
            }
            return Ok(());
        }
        if bucket > self.bucket && self.count > 0 {
            self.earlier.push((self.bucket, self.count));
            self.count = 0;
        }
        self.bucket = bucket;
        self.count = self.count.saturating_add(count);
        Ok(())
    }

    /// Adds buckets up until they are `width` wide. This is done when a pattern is added to, not for
    /// all patterns when the log grows.
    fn widen(&mut self, width: Width) {
        let doublings = width.0 - self.width.0;
        if doublings == 0 {
            return;
        }
        self.width = width;
        self.bucket = self.bucket.unbounded_shr(doublings.into());
        for (bucket, _) in &mut self.earlier {
            *bucket = bucket.unbounded_shr(doublings.into());
        }
        self.earlier.dedup_by(|next, sum| {
            let is_same = next.0 == sum.0;
            if is_same {
                sum.1 = sum.1.saturating_add(next.1);
            }
            is_same
        });
        if let Some((_, count)) = self.earlier.pop_if(|last| last.0 == self.bucket) {
            self.count = self.count.saturating_add(count);
        }
    }

    /// Returns how many lines start in each of [`LOG_PARTS`] equal parts of a log of `bytes` bytes.
    /// The lines of a bucket in two parts are divided among them, by how much of it is in each.
    pub(super) fn parts(&self, bytes: u64) -> [f64; LOG_PARTS] {
        let mut parts = [0.0; LOG_PARTS];
        let mut histogram = self.clone();
        histogram.widen(Width::for_bytes(bytes));
        let last = (histogram.bucket, histogram.count);
        let part_of = |offset: u64| offset as f64 * LOG_PARTS as f64 / bytes as f64;
        for (bucket, count) in histogram.earlier.into_iter().chain([last]) {
            let end = histogram.width.end(bucket);
            let start = part_of(u64::from(bucket) << histogram.width.0);
            let end = part_of(end.min(bytes));
            for (index, part) in parts.iter_mut().enumerate() {
                let overlap = end.min((index + 1) as f64) - start.max(index as f64);
                *part += f64::from(count) * overlap.max(0.0) / (end - start);
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_narrowest_buckets_that_are_enough() {
        for bytes in (1..5000).chain([u64::MAX / 2, u64::MAX]) {
            let width = Width::for_bytes(bytes);
            assert!(u64::from(width.bucket(bytes - 1)) < MAX_BUCKETS, "{bytes} bytes");
            if let Some(narrower) = width.0.checked_sub(1).map(Width) {
                let buckets = ((bytes - 1) >> narrower.0) + 1;
                assert!(buckets > MAX_BUCKETS, "{bytes} bytes");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn buckets_widened_on_the_way_are_those_counted_at_the_end(
            steps in proptest::collection::vec((0..50_u64, 1..4_u64), 1..200)
        ) {
            let (mut histogram, mut offset, mut lines) = (Histogram::default(), 0, Vec::new());
            for (gap, count) in steps {
                offset += gap;
                let width = Width::for_bytes(offset + 1);
                histogram.add(width, width.bucket(offset), count).unwrap();
                lines.push((offset, count));
            }
            let (mut at_once, width) = (Histogram::default(), Width::for_bytes(offset + 1));
            for &(offset, count) in &lines {
                at_once.add(width, width.bucket(offset), count).unwrap();
            }
            prop_assert_eq!(&histogram, &at_once);
            let total: u64 = lines.iter().map(|&(_, count)| count).sum();
            let sum: f64 = histogram.parts(offset + 1).iter().sum();
            prop_assert!((sum - total as f64).abs() < 1e-6, "{} of {}", sum, total);
        }
    }

    #[test]
    fn parts_show_where_the_lines_are() {
        let mut histogram = Histogram::default();
        let width = Width::for_bytes(80_000);
        for offset in 0..20_000 {
            histogram.add(width, width.bucket(offset), 1).unwrap();
        }
        let parts = histogram.parts(80_000);
        for (index, &count) in parts.iter().enumerate() {
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
    fn a_count_that_is_too_large_stays_at_the_most() {
        let mut histogram = Histogram::default();
        for _ in 0..2 {
            histogram.add(Width(0), 0, u64::MAX).unwrap();
        }
        assert_eq!(histogram.count, u32::MAX);
    }
}
