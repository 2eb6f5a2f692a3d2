//! Patterns as keys of one length, to be hashed and compared without branches.
//!
//! Nearly all patterns are short, and their lengths follow each other in no order. A branch on the
//! length is therefore as good as random, and hashing or comparing bytes of any length takes
//! several. A [`Key`] always has the same number of bytes, and takes none.

use std::array;
use std::ops::Range;

/// Bytes in a key. Most patterns fit, and longer keys take as long in all or longer.
const LEN: usize = 64;

/// Words of 8 bytes in a key.
const WORDS: usize = LEN / 8;

/// [`LEN`] bytes of ones, then as many of zeros.
static MASKS: [u8; 2 * LEN] = {
    let mut masks = [0; 2 * LEN];
    masks.split_at_mut(LEN).0.copy_from_slice(&[0xff; LEN]);
    masks
};

/// A short pattern with the `\n` that ends it, and zeros after that. Because no pattern holds a `\n`,
/// two patterns have the same key only if they are the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key([u64; WORDS]);

impl Key {
    /// Returns the key of the pattern at `range` in `patterns`, which has a `\n` after it, if it is
    /// short and `patterns` has as many bytes from its start as a key.
    #[inline]
    pub(super) fn at(patterns: &[u8], range: &Range<usize>) -> Option<Self> {
        let (bytes, mask) = (first(patterns, range.start)?, mask(range)?);
        Some(Self(array::from_fn(|index| word(bytes, index) & word(mask, index))))
    }

    /// Returns the key of `pattern`, which is without its `\n`, if it is short.
    pub(super) fn of(pattern: &[u8]) -> Option<Self> {
        let mut bytes = [0; LEN];
        *bytes.get_mut(pattern.len())? = b'\n';
        bytes[..pattern.len()].copy_from_slice(pattern);
        Some(Self(array::from_fn(|index| word(&bytes, index))))
    }

    #[inline]
    pub(super) fn words(&self) -> impl Iterator<Item = u64> {
        self.0.iter().copied()
    }
}

/// Returns whether the pattern that starts at `start` in `patterns` is the same as the one at `range`,
/// which comes after it.
#[inline]
pub(super) fn is_same(patterns: &[u8], start: usize, range: &Range<usize>) -> bool {
    let (one, other) = (first(patterns, start), first(patterns, range.start));
    let (Some(one), Some(other), Some(mask)) = (one, other, mask(range)) else {
        return is_same_long(patterns, start, range);
    };
    let difference = |index| (word(one, index) ^ word(other, index)) & word(mask, index);
    (0..WORDS).fold(0, |differences, index| differences | difference(index)) == 0
}

#[inline(never)]
fn is_same_long(patterns: &[u8], start: usize, range: &Range<usize>) -> bool {
    // With the `\n`, so that the pattern at `start` is not longer.
    patterns[start..][..=range.len()] == patterns[range.start..=range.end]
}

#[inline]
fn first(patterns: &[u8], start: usize) -> Option<&[u8; LEN]> {
    patterns.get(start..)?.first_chunk()
}

/// Returns a mask of the bytes that belong to the key of a pattern at `range`, if that is short.
#[inline]
fn mask(range: &Range<usize>) -> Option<&'static [u8; LEN]> {
    let rest = LEN.checked_sub(range.len() + 1)?;
    MASKS[rest..].first_chunk()
}

#[inline]
fn word(bytes: &[u8; LEN], index: usize) -> u64 {
    u64::from_ne_bytes(bytes.as_chunks().0[index])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::catalogue::tests::config;

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn patterns_are_the_same_if_their_bytes_are(
            lens in prop::collection::vec(prop_oneof![0..4usize, LEN - 2..LEN + 2, 0..300usize], 1..9),
            change in any::<prop::sample::Index>(),
        ) {
            let mut patterns: Vec<u8> =
                lens.iter().flat_map(|&len| [&vec![b'Y'; len][..], b"\n"].concat()).collect();
            let at = change.index(patterns.len());
            if patterns[at] != b'\n' {
                patterns[at] = 0;
            }
            let mut start = 0;
            let ranges: Vec<_> = lens.iter().map(|&len| {
                start += len + 1;
                start - len - 1..start - 1
            }).collect();
            for (index, range) in ranges.iter().enumerate() {
                for earlier in &ranges[..=index] {
                    let is_equal = patterns[earlier.clone()] == patterns[range.clone()];
                    prop_assert_eq!(is_same(&patterns, earlier.start, range), is_equal);
                }
                let (at, of) = (Key::at(&patterns, range), Key::of(&patterns[range.clone()]));
                prop_assert_eq!(of.is_some(), range.len() < LEN);
                prop_assert_eq!(at.is_some(), range.len() < LEN && range.start + LEN <= patterns.len());
                if let (Some(at), Some(of)) = (at, of) {
                    prop_assert_eq!(at, of);
                }
            }
        }
    }
}
