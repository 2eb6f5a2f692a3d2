//! Tar archives. Old ones have no magic number, but all have a checksum of their first 512 bytes.

use std::ops::Range;

use super::verdict::Verdict;

/// The length of a header, the checksum included.
pub(in crate::input) const HEADER_LEN: usize = 512;

/// The position of the name of the first file, the only free text in a header.
const NAME: Range<usize> = 0..100;
/// The position of the numbers: mode, owner, group, size and time.
const NUMBERS: Range<usize> = 100..148;
/// The position of the checksum.
const CHECKSUM: Range<usize> = 148..156;

/// The position of the magic number, which headers of v7 do not have.
const MAGIC: Range<usize> = 257..263;

/// Returns whether `head` begins a tar archive.
///
/// A newline means that the input is a log, also if it is in the name of a file.
pub(super) fn is_tar(head: &[u8]) -> Verdict {
    let seen = &head[..head.len().min(HEADER_LEN)];
    let is_possible = |(position, &byte): (usize, &u8)| match position {
        // Numbers end with a zero byte. Large ones are binary, which their first bit tells.
        position if NUMBERS.contains(&position) => is_digit(byte) || is_binary(seen, position),
        position if CHECKSUM.contains(&position) => is_digit(byte),
        _ => byte != b'\n',
    };
    if !seen.iter().enumerate().all(is_possible) {
        return Verdict::No;
    }
    let Ok(header) = <&[u8; HEADER_LEN]>::try_from(seen) else { return Verdict::NeedsMore };
    // Some programs give attributes of the next entry no name, but in new headers only.
    let has_name = header[0] != 0 || header[MAGIC].starts_with(b"ustar");
    // Names and links are padded with zeros, which no text has.
    (has_name && header[NAME.end..].contains(&0) && has_checksum(header)).into()
}

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'7' | b' ' | 0)
}

/// Returns whether the number at `position` is a binary one. None of its bytes may be a newline.
fn is_binary(head: &[u8], position: usize) -> bool {
    // The starts of the numbers: three of eight bytes, and two of twelve.
    let start = [100, 108, 116, 124, 136].into_iter().rfind(|&start| start <= position);
    start.is_some_and(|start| matches!(head[start], 0x80 | 0xff)) && head[position] != b'\n'
}

/// Returns whether the checksum is right: the sum of all bytes, with spaces in its own place.
pub(in crate::input) fn has_checksum(header: &[u8; HEADER_LEN]) -> bool {
    let digits = header[CHECKSUM].iter().copied().filter(u8::is_ascii_digit);
    let checksum = digits.fold(0, |number, digit| number * 8 + u64::from(digit - b'0'));
    let all: u64 = header.iter().copied().map(u64::from).sum();
    let own: u64 = header[CHECKSUM].iter().copied().map(u64::from).sum();
    checksum == all - own + CHECKSUM.len() as u64 * u64::from(b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the header of an empty file called `name`, with `magic` after the old fields.
    fn header(name: &[u8], magic: &[u8]) -> [u8; HEADER_LEN] {
        let mut header = [0; HEADER_LEN];
        header[..name.len()].copy_from_slice(name);
        header[100..108].copy_from_slice(b"0000644\0");
        header[124..136].copy_from_slice(b"00000000014\0");
        header[257..257 + magic.len()].copy_from_slice(magic);
        header[CHECKSUM].fill(b' ');
        let sum: u64 = header.iter().copied().map(u64::from).sum();
        header[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        header
    }

    #[test]
    fn a_header_is_recognised_by_its_checksum() {
        for magic in [&b""[..], b"ustar\x0000", b"ustar  \0"] {
            for name in [&b"a.log"[..], b"logs/", &[b'a'; 100]] {
                let header = header(name, magic);
                assert_eq!(is_tar(&header), Verdict::Yes);
                assert_eq!(is_tar(&header[..HEADER_LEN - 1]), Verdict::NeedsMore);
                for position in 0..HEADER_LEN {
                    let mut wrong = header;
                    wrong[position] ^= 1;
                    // The blanks of the checksum have no meaning.
                    let counts = !(154..156).contains(&position);
                    assert!(is_tar(&wrong) == Verdict::No || !counts, "{position}");
                }
            }
        }
    }

    #[test]
    fn only_a_new_header_may_have_no_name() {
        assert_eq!(is_tar(&header(b"", b"ustar\x0000")), Verdict::Yes);
        assert_eq!(is_tar(&header(b"", b"ustar  \0")), Verdict::Yes);
        assert_eq!(is_tar(&header(b"", b"")), Verdict::No);
    }

    #[test]
    fn a_log_is_no_archive() {
        let lines = [b"a line\n", &[b'a'; 600][..]].concat();
        for log in [&lines[..], &[b'a'; 600], &[0; 600], &[b'0'; 600], b"\n", b"0\n"] {
            assert_eq!(is_tar(log), Verdict::No, "{:?}", log.escape_ascii().to_string());
        }
    }
}
