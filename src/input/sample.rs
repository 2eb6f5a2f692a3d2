//! A few bytes of a file, compared later to tell whether the file was overwritten.
//!
//! A log that grew while it was read was either appended to, as logs are, or replaced by a longer
//! one. Its size and modification time do not tell which.

use std::fs::File;
use std::io;

use super::read_at::read_at;

/// The length of each of the two parts.
const LEN: u64 = 512;

/// The first and the last bytes of a range of a file.
pub(super) struct Sample {
    start: u64,
    end: u64,
    bytes: Vec<u8>,
}

impl Sample {
    /// Returns the sample of the bytes from `start` to `end` in `file`.
    pub(super) fn of(file: &File, start: u64, end: u64) -> io::Result<Self> {
        Ok(Self { start, end, bytes: read(file, start, end)? })
    }

    /// Returns whether `file` still has the same bytes in the same places.
    pub(super) fn is_in(&self, file: &File) -> io::Result<bool> {
        Ok(read(file, self.start, self.end)? == self.bytes)
    }
}

/// Reads the first and the last bytes of the range from `start` to `end`.
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
    fn a_sample_outlives_appending_and_not_overwriting() {
        let file = tempfile::tempfile().unwrap();
        for len in [0, 1, LEN, LEN + 1, 10 * LEN] {
            let is_left = |start: u64, position: u64| {
                file.set_len(0).unwrap();
                file.write_all_at(&vec![b'a'; len as usize], 0).unwrap();
                let sample = Sample::of(&file, start, len).unwrap();
                file.write_all_at(b"b", position).unwrap();
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
