//! Parts of a whole that several processes work on, each on its own.
//!
//! The whole is divided by its length alone, so that no process needs to know of the others.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// One of several parts, of a file or of a list: the parts differ in length by one at most, and one
/// after the other they are the whole.
///
/// ```
/// use lognorm_mmap::Shard;
///
/// let ranges = ["1/3", "2/3", "3/3"].map(|text| text.parse().map(|part: Shard| part.range(10)));
/// assert_eq!(ranges, [Ok(0..3), Ok(3..6), Ok(6..10)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The number of parts before this one.
    before: u32,
    count: u32,
}

/// The text of a [`Shard`] is not that of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not I/N, with I in 1 to N and N in 1 to {}, such as 2/8", Shard::MAX_COUNT)]
pub struct InvalidShard;

impl Shard {
    /// The largest number of parts.
    pub const MAX_COUNT: u32 = 1_000_000;

    /// Returns whether this is the only part.
    pub fn is_whole(self) -> bool {
        self.count == 1
    }

    /// Returns the part of the items from 0 to `len`, which may be bytes.
    pub fn range(self, len: u64) -> Range<u64> {
        let border = |before: u32| {
            let border = u128::from(len) * u128::from(before) / u128::from(self.count);
            // Not more than `len`.
            border as u64
        };
        border(self.before)..border(self.before + 1)
    }
}

impl fmt::Display for Shard {
    /// Displays as it parses: `I/N`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.before + 1, self.count)
    }
}

impl FromStr for Shard {
    type Err = InvalidShard;

    /// Parses `I/N`: the `I`-th part, counted from 1, of `N`.
    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse::<u32>().ok()).flatten()
        };
        let (index, count) = text.split_once('/').ok_or(InvalidShard)?;
        match (number(index), number(count)) {
            (Some(index), Some(count))
                if (1..=count).contains(&index) && count <= Self::MAX_COUNT =>
            {
                Ok(Self { before: index - 1, count })
            }
            _ => Err(InvalidShard),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_the_whole_and_equally_long() {
        for len in [0, 1, 2, 6, 7, 8, 1000, u64::MAX - 1, u64::MAX] {
            for count in [1, 2, 3, 7, 64, 1000, Shard::MAX_COUNT] {
                let mut end = 0;
                for before in (0..count).filter(|before| count < 2000 || before % 99_999 == 0) {
                    let range = Shard { before, count }.range(len);
                    assert!(count >= 2000 || range.start == end, "{range:?}");
                    let size = range.end - range.start;
                    let floor = len / u64::from(count);
                    let is_fair = size == floor || size - 1 == floor;
                    assert!(is_fair, "{before}/{count} of {len}");
                    end = range.end;
                }
                let last = Shard { before: count - 1, count };
                assert_eq!(last.range(len).end, len, "{count}");
            }
        }
    }

    #[test]
    fn parts_are_counted_from_one() {
        for (text, before, count) in
            [("1/1", 0, 1), ("2/8", 1, 8), ("08/08", 7, 8), ("1000000/1000000", 999_999, 1_000_000)]
        {
            assert_eq!(text.parse(), Ok(Shard { before, count }), "{text}");
        }
        let wrong = "|/|1|1/|/2|0/2|3/2|0/0|1/0|+1/2|-1/2|1/ 2| 1/2|1/2/3|1.0/2|a/b|1/\u{0663}\
                     |1/1000001|1/4294967296|4294967297/4294967297";
        for text in wrong.split('|') {
            assert_eq!(text.parse::<Shard>(), Err(InvalidShard), "{text}");
        }
    }
}
