//! `.lzma` files, which have no magic number: a header of 13 bytes says how they are packed, and
//! only some of its values ever occur.
//!
//! | bytes | what they hold |
//! |---|---|
//! | 1 | properties of the packer, 0x5d unless somebody asked for others |
//! | 4 | size of the dictionary, little-endian |
//! | 8 | size of the plain text, little-endian; all ones where it was not known |

use std::ops::Range;

use super::signature::begins;

/// Where the size of the plain text begins, and ends.
const SIZE: Range<usize> = 5..13;

/// The largest plain text that is taken to be one: 1 PiB.
const LARGEST: u64 = 1 << 50;

/// Whether `head` begins an `.lzma` file, or `None` if it is too short to tell.
pub(super) fn is_lzma(head: &[u8]) -> Option<bool> {
    // Every dictionary that the programs make is a multiple of 64 KiB.
    if !begins(head, b"\x5d\0\0")? {
        return Some(false);
    }
    let (Some(&low), Some(&high)) = (head.get(3), head.get(4)) else {
        // A newline is in no size that `is_dictionary` takes.
        return if head.get(3) == Some(&b'\n') { Some(false) } else { None };
    };
    if !is_dictionary(u32::from_le_bytes([0, 0, low, high])) {
        return Some(false);
    }
    let size = &head[SIZE.start..head.len().min(SIZE.end)];
    if size.contains(&b'\n') {
        // What was seen tells enough, and what could be a line is not held back.
        return Some(true);
    }
    let size = u64::from_le_bytes(size.try_into().ok()?);
    Some(size == u64::MAX || size < LARGEST)
}

/// Whether a dictionary may be of `size` bytes: 2^n, or 2^n + 2^(n-1).
fn is_dictionary(size: u32) -> bool {
    let is_half_more = |size: u32| size.is_multiple_of(3) && (size / 3).is_power_of_two();
    size.is_power_of_two() || is_half_more(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_told_by_values_that_occur() {
        let header = |dictionary: u32, size: u64| {
            [&[0x5d], &dictionary.to_le_bytes()[..], &size.to_le_bytes()].concat()
        };
        for dictionary in [1 << 16, 1 << 23, 1 << 26, 3 << 19, 3 << 24, 1 << 31] {
            for size in [u64::MAX, 0, 10, 0x0a0a, 1 << 40] {
                assert_eq!(is_lzma(&header(dictionary, size)), Some(true), "{dictionary} {size}");
            }
            assert_eq!(is_lzma(&header(dictionary, 1 << 60)), Some(false));
        }
        for dictionary in [0, 1, 1 << 15, 5 << 16, 0x0a << 24, (1 << 23) + 1] {
            assert_eq!(is_lzma(&header(dictionary, 100)), Some(false), "{dictionary}");
        }
    }
}
