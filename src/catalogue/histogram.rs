//! Where in the log the lines of a pattern stand.
//!
//! The plain text is cut into buckets, each a power of two of bytes wide, the narrowest of which
//! [`MAX_BUCKETS`] are enough for the log so far. As the log grows, buckets are added up by twos.
//! The end result therefore depends on where the lines start and on the length of the log, and not
//! on how the log was cut into chunks.

use super::COLUMNS;
use super::memory::{NoMemory, reserve};

/// As many that at least half of them, [`COLUMNS`], are in use, once there are as many bytes.
const MAX_BUCKETS: u64 = 2 * COLUMNS as u64;

/// How many bytes of the log a bucket stands for: a power of two, by its exponent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Width(u8);

impl Width {
    /// The narrowest with which the buckets are enough for `bytes` bytes.
    pub(super) fn for_bytes(bytes: u64) -> Self {
        Self(bytes.div_ceil(MAX_BUCKETS).next_power_of_two().trailing_zeros() as u8)
    }

    /// The bucket that the byte at `offset` lies in.
    pub(super) fn bucket(self, offset: u64) -> u8 {
        (offset >> self.0) as u8
    }

    /// Where the next bucket begins, or `u64::MAX` if that is further than any log reaches.
    pub(super) fn end(self, bucket: u8) -> u64 {
        let end = (u128::from(bucket) + 1) << self.0;
        u64::try_from(end).unwrap_or(u64::MAX)
    }
}

/// How many lines start in each bucket.
///
/// Most patterns that are rare stand close together, so only buckets with lines are kept, and the
/// last of them apart: a pattern that was only seen in one needs no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Histogram {
    width: Width,
    bucket: u8,
    count: u32,
    /// The buckets before, in order.
    earlier: Vec<(u8, u32)>,
}

impl Histogram {
    /// The most bytes that the buckets take beside the `Histogram` itself: the capacity of a vector
    /// that grew by doubling.
    pub(super) const LARGEST: usize =
        MAX_BUCKETS.next_power_of_two() as usize * size_of::<(u8, u32)>();

    /// Adds `count` lines that start in `bucket`, where buckets are `width` wide, which may not be
    /// narrower than before. Costs least if no bucket comes after a later one.
    ///
    /// Counts end at `u32::MAX`, which fills a bar as well as any more would; taking the minimum
    /// keeps sums the same in any order.
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

    /// Adds buckets up until they are `width` wide. Done when it is needed, pattern by pattern.
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

    /// How many lines start in each of [`COLUMNS`] equal parts of a log of `bytes` bytes. A bucket
    /// that lies in two columns is shared out among them, by how much of it lies in each.
    pub(super) fn columns(&self, bytes: u64) -> [f64; COLUMNS] {
        let mut columns = [0.0; COLUMNS];
        let mut histogram = self.clone();
        histogram.widen(Width::for_bytes(bytes));
        let last = (histogram.bucket, histogram.count);
        let column_of = |offset: u64| offset as f64 * COLUMNS as f64 / bytes as f64;
        for (bucket, count) in histogram.earlier.into_iter().chain([last]) {
            let end = histogram.width.end(bucket);
            let start = column_of(u64::from(bucket) << histogram.width.0);
            let end = column_of(end.min(bytes));
            for (index, column) in columns.iter_mut().enumerate() {
                let overlap = end.min((index + 1) as f64) - start.max(index as f64);
                *column += f64::from(count) * overlap.max(0.0) / (end - start);
            }
        }
        columns
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
            let sum: f64 = histogram.columns(offset + 1).iter().sum();
            prop_assert!((sum - total as f64).abs() < 1e-6, "{} of {}", sum, total);
        }
    }

    #[test]
    fn columns_show_where_the_lines_are() {
        let mut histogram = Histogram::default();
        let width = Width::for_bytes(80_000);
        for offset in 0..20_000 {
            histogram.add(width, width.bucket(offset), 1).unwrap();
        }
        let columns = histogram.columns(80_000);
        for (index, &column) in columns.iter().enumerate() {
            // A bucket is 1024 bytes, half a column: the border may be blurred by one.
            let expected = match index {
                0..9 => 1990.0..2010.0,
                9..11 => -0.1..2010.0,
                _ => -0.1..0.1,
            };
            assert!(expected.contains(&column), "{column} in column {index}");
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
