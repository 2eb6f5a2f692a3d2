//! Tar archives. Old ones have no magic number; all have a checksum of their first 512 bytes.

use std::ops::Range;

/// Bytes of a header, the checksum included.
pub(super) const HEADER: usize = 512;

/// The name of the first file, the only text in a header that its maker chooses freely.
const NAME: Range<usize> = 0..100;
/// Mode, owner, group, size and time: numbers.
const NUMBERS: Range<usize> = 100..148;
const CHECKSUM: Range<usize> = 148..156;

/// Whether `head` begins a tar archive, or `None` if it is too short to tell.
///
/// A newline in what was seen tells that it is a log, which is why one in a name does too.
pub(super) fn is_tar(head: &[u8]) -> Option<bool> {
    let seen = &head[..head.len().min(HEADER)];
    let is_possible = |(position, &byte): (usize, &u8)| match position {
        0 => byte != 0 && byte != b'\n',
        // Zeros end a number, and large ones are binary, which the first bit tells.
        position if NUMBERS.contains(&position) => is_digit(byte) || is_binary(seen, position),
        position if CHECKSUM.contains(&position) => is_digit(byte),
        _ => byte != b'\n',
    };
    if !seen.iter().enumerate().all(is_possible) {
        return Some(false);
    }
    let header: &[u8; HEADER] = seen.try_into().ok()?;
    // Names and links are filled up with zeros, which no text has.
    Some(header[NAME.end..].contains(&0) && has_checksum(header))
}

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'7' | b' ' | 0)
}

/// Whether the number that `position` lies in is a binary one. None of its bytes may be a newline.
fn is_binary(head: &[u8], position: usize) -> bool {
    // Where the numbers start: three of eight bytes, and two of twelve.
    let start = [100, 108, 116, 124, 136].into_iter().rfind(|&start| start <= position);
    start.is_some_and(|start| matches!(head[start], 0x80 | 0xff)) && head[position] != b'\n'
}

/// Whether the sum of all bytes is what the header says. The checksum itself counts as spaces.
fn has_checksum(header: &[u8; HEADER]) -> bool {
    let digits = header[CHECKSUM].iter().copied().filter(u8::is_ascii_digit);
    let told = digits.fold(0, |number, digit| number * 8 + u64::from(digit - b'0'));
    let all: u64 = header.iter().copied().map(u64::from).sum();
    let own: u64 = header[CHECKSUM].iter().copied().map(u64::from).sum();
    told == all - own + CHECKSUM.len() as u64 * u64::from(b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of an empty file called `name`, with `magic` behind the old fields.
    fn header(name: &[u8], magic: &[u8]) -> [u8; HEADER] {
        let mut header = [0; HEADER];
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
    fn a_header_is_told_by_its_checksum() {
        for magic in [&b""[..], b"ustar\x0000", b"ustar  \0"] {
            for name in [&b"a.log"[..], b"logs/", &[b'a'; 100]] {
                let header = header(name, magic);
                assert_eq!(is_tar(&header), Some(true));
                assert_eq!(is_tar(&header[..HEADER - 1]), None);
                for position in 0..HEADER {
                    let mut wrong = header;
                    wrong[position] ^= 1;
                    // Blanks of the checksum count for nothing.
                    let counts = !(154..156).contains(&position);
                    assert!(is_tar(&wrong) == Some(false) || !counts, "{position}");
                }
            }
        }
    }

    #[test]
    fn a_log_is_none() {
        let lines = [b"a line\n", &[b'a'; 600][..]].concat();
        for log in [&lines[..], &[b'a'; 600], &[0; 600], &[b'0'; 600], b"\n", b"0\n"] {
            assert_eq!(is_tar(log), Some(false), "{:?}", log.escape_ascii().to_string());
        }
    }
}
