//! `.lzma` files. They have no magic number, but a header of 13 bytes in which only some values
//! occur.
//!
//! | bytes | meaning |
//! |---|---|
//! | 1 | properties of the encoder: 0x5d by default |
//! | 4 | size of the dictionary, little-endian |
//! | 8 | size of the plain text, little-endian; all ones if it was not known |

use std::ops::Range;

use super::signature::begins;
use super::verdict::Verdict;

/// The position of the size of the plain text.
const SIZE: Range<usize> = 5..13;

/// The limit of the size of the plain text, 1 PiB. A header with a larger one is something else.
const MAX_SIZE: u64 = 1 << 50;

/// Returns whether `head` begins an `.lzma` file.
pub(super) fn is_lzma(head: &[u8]) -> Verdict {
    // The size of every dictionary that programs make is a multiple of 64 KiB.
    begins(head, b"\x5d\0\0").and_then(|| has_dictionary(head)).and_then(|| has_size(head))
}

/// Returns whether the size of the dictionary is one that occurs.
fn has_dictionary(head: &[u8]) -> Verdict {
    match head[3..] {
        // No size that occurs has a newline in it.
        [b'\n', ..] => Verdict::No,
        [low, high, ..] => is_dictionary_size(u32::from_le_bytes([0, 0, low, high])).into(),
        [] | [_] => Verdict::NeedsMore,
    }
}

/// Returns whether the size of the plain text is one that occurs.
fn has_size(head: &[u8]) -> Verdict {
    let size = &head[SIZE.start..head.len().min(SIZE.end)];
    if size.contains(&b'\n') {
        // The bytes before are evidence enough, and a line must not be held back.
        return Verdict::Yes;
    }
    let Ok(size) = size.try_into() else { return Verdict::NeedsMore };
    let size = u64::from_le_bytes(size);
    (size == u64::MAX || size < MAX_SIZE).into()
}

/// Returns whether encoders make dictionaries of `size` bytes: 2^n, or 2^n + 2^(n-1).
fn is_dictionary_size(size: u32) -> bool {
    let is_half_more = |size: u32| size.is_multiple_of(3) && (size / 3).is_power_of_two();
    size.is_power_of_two() || is_half_more(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_recognised_by_the_values_that_occur() {
        let header = |dictionary: u32, size: u64| {
            [&[0x5d], &dictionary.to_le_bytes()[..], &size.to_le_bytes()].concat()
        };
        for dictionary in [1 << 16, 1 << 23, 1 << 26, 3 << 19, 3 << 24, 1 << 31] {
            for size in [u64::MAX, 0, 10, 0x0a0a, 1 << 40] {
                assert_eq!(is_lzma(&header(dictionary, size)), Verdict::Yes, "{dictionary} {size}");
            }
            assert_eq!(is_lzma(&header(dictionary, 1 << 60)), Verdict::No);
        }
        for dictionary in [0, 1, 1 << 15, 5 << 16, 0x0a << 24, (1 << 23) + 1] {
            assert_eq!(is_lzma(&header(dictionary, 100)), Verdict::No, "{dictionary}");
        }
    }
}
