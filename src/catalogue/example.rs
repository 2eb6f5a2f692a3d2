//! Examples: the first lines of each pattern, in at most a kibibyte each.

use std::str;

/// The most bytes of an example, 1 KiB: a longer line is cut.
pub const MAX_EXAMPLE_LEN: usize = 1 << 10;

/// The most examples of a pattern that can be kept.
pub const MAX_EXAMPLES: usize = 100;

/// A line of a pattern, as an example of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example<'a> {
    /// The number of the line, counted from 1.
    pub line: u64,
    /// Its text, without its line ending, cut to [`MAX_EXAMPLE_LEN`] at a UTF-8 boundary.
    pub text: &'a [u8],
}

/// The number of first bytes of a line that are enough for its example: one more than it may have,
/// and a `\r` that may not be the end of the line.
pub(super) const LEN_FOR_EXAMPLE: usize = MAX_EXAMPLE_LEN + 2;

/// Returns the example that `line` makes, which has no `\n`. It is without the `\r` of the line
/// ending, and cut to [`MAX_EXAMPLE_LEN`], or before the UTF-8 character that this would cut.
pub(super) fn example_of(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let Some(head) = line.get(..MAX_EXAMPLE_LEN) else {
        return line;
    };
    if head.len() == line.len() {
        return line;
    }
    // A character has at most four bytes, so one that is cut begins in the last three.
    let cut = (head.len() - 3..head.len()).find(|&start| begins_a_character(&head[start..]));
    &head[..cut.unwrap_or(head.len())]
}

/// Returns whether `bytes` are the beginning of a character, and not all of it.
fn begins_a_character(bytes: &[u8]) -> bool {
    str::from_utf8(bytes)
        .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_ending_goes_and_no_more_than_one() {
        assert_eq!(example_of(b""), b"");
        assert_eq!(example_of(b"\r"), b"");
        assert_eq!(example_of(b"a\r\r"), b"a\r");
        let longest = [b'a'; MAX_EXAMPLE_LEN];
        assert_eq!(example_of(&longest), longest);
        assert_eq!(example_of(&[&longest[..], b"\r"].concat()), longest);
    }

    #[test]
    fn a_long_line_is_cut_at_the_last_character_that_fits() {
        for character in ["a", "ï", "☃", "🦀"] {
            for offset in 0..4 {
                let line = "-".repeat(offset) + &character.repeat(MAX_EXAMPLE_LEN);
                let example = str::from_utf8(example_of(line.as_bytes())).unwrap();
                assert!(line.starts_with(example));
                let room = MAX_EXAMPLE_LEN - example.len();
                assert!(room < character.len(), "{room} bytes left for {character}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_character_are_kept_to_the_last() {
        for byte in [0x80, 0xbf, 0xc0, 0xff] {
            assert_eq!(example_of(&[byte; 2000]), [byte; MAX_EXAMPLE_LEN]);
        }
    }
}
