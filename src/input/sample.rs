//! A few bytes of a file, to see later whether what stood in it has stayed.
//!
//! A log that grew while it was read may have been appended to, as logs are, or replaced by a
//! longer one; its size and time of change do not tell which.

use std::fs::File;
use std::io;

use super::remaining::read_at;

/// Bytes looked at in one place.
const LEN: u64 = 512;

/// The first bytes of a range of a file, and the last.
pub(super) struct Sample {
    start: u64,
    end: u64,
    bytes: Vec<u8>,
}

impl Sample {
    /// Of what stands from `start` to `end` in `file`.
    pub(super) fn of(file: &File, start: u64, end: u64) -> io::Result<Self> {
        Ok(Self { start, end, bytes: read(file, start, end)? })
    }

    /// Whether the bytes still stand in `file`.
    pub(super) fn is_in(&self, file: &File) -> io::Result<bool> {
        Ok(read(file, self.start, self.end)? == self.bytes)
    }
}

fn read(file: &File, start: u64, end: u64) -> io::Result<Vec<u8>> {
    let len = LEN.min(end - start);
    let mut bytes = vec![0; 2 * len as usize];
    let (first, last) = bytes.split_at_mut(len as usize);
    let read = read_at(file, first, start)? + read_at(file, last, end - len)?;
    bytes.truncate(read);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;

    #[test]
    fn appending_leaves_a_sample_and_replacing_does_not() {
        let file = tempfile::tempfile().unwrap();
        for len in [0, 1, LEN, LEN + 1, 10 * LEN] {
            let is_left = |start: u64, at: u64| {
                file.set_len(0).unwrap();
                file.write_all_at(&vec![b'a'; len as usize], 0).unwrap();
                let sample = Sample::of(&file, start, len).unwrap();
                file.write_all_at(b"b", at).unwrap();
                sample.is_in(&file).unwrap()
            };
            assert!(is_left(0, len), "{len}");
            if len > 0 {
                assert!(!is_left(0, 0) && !is_left(0, len - 1), "{len}");
                assert!(len == 1 || is_left(1, 0), "{len}");
            }
        }
    }
}
