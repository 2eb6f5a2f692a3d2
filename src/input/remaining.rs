//! How many bytes of a file remain to be read.
//!
//! A log that grows faster than it is read would never end, so a regular file is read up to the size
//! that it had when it was opened. That size may be wrong: file systems in user space, and network
//! file systems, report an old size or a meaningless one. So the end is checked when it is reached.

use std::fs::File;
use std::io::{self, Seek};

use super::read_at::read_at;
use super::snapshot::Snapshot;

/// The bytes of a file that remain to be read.
pub(crate) struct Remaining {
    bytes: u64,
    /// The snapshot that `bytes` was calculated from; `None` if `bytes` is final.
    unchecked: Option<Snapshot>,
}

impl Remaining {
    /// Returns the bytes of a file without a known end.
    pub(crate) fn unbounded() -> Self {
        Self { bytes: u64::MAX, unchecked: None }
    }

    /// Returns the bytes from `position` to the size in `snapshot`.
    pub(super) fn up_to_size(snapshot: Snapshot, position: u64) -> Self {
        Self { bytes: snapshot.size().saturating_sub(position), unchecked: Some(snapshot) }
    }

    /// Returns `bytes` bytes, which may be followed by others that are not read.
    pub(super) fn exactly(bytes: u64) -> Self {
        Self { bytes, unchecked: None }
    }

    /// Returns how many bytes remain if the size is right.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns how many of `len` bytes may be read now. Returns 0 at the end, once it is checked.
    pub(super) fn limit(&mut self, file: &File, len: usize) -> io::Result<usize> {
        if self.bytes == 0 && len > 0 {
            self.check_end(file)?;
        }
        Ok(len.min(usize::try_from(self.bytes).unwrap_or(usize::MAX)))
    }

    /// Subtracts `len` bytes that were read.
    pub(super) fn subtract(&mut self, len: usize) {
        self.bytes -= len as u64;
    }

    /// Checks that the file ends here, and adds the bytes that follow if the size was wrong. Bytes
    /// appended since the snapshot are left out.
    fn check_end(&mut self, mut file: &File) -> io::Result<()> {
        let Some(before) = self.unchecked.take() else { return Ok(()) };
        let position = file.stream_position()?;
        if read_at(file, &mut [0], position)? == 0 {
            return Ok(());
        }
        // After the read, because only then does the size include an appended byte for certain.
        let now = Snapshot::of(&file.metadata()?);
        if now.size() == before.size() {
            // The kernel reports a size that is wrong: read to the end of the file.
            self.bytes = u64::MAX;
        } else if now.size() > before.size() && now.is_as_old_as(before) {
            // The file was not written to, so the first size was wrong. The new one is checked too.
            self.bytes = now.size() - before.size();
            self.unchecked = Some(now);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// Returns how many bytes are read from a file of `len` bytes whose reported size is `reported`.
    /// Calls `at_end` when the reported end is reached.
    fn bytes_read(len: u64, reported: u64, at_end: impl FnOnce(&File)) -> u64 {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![b'a'; len as usize]).unwrap();
        file.rewind().unwrap();
        let snapshot = Snapshot::of(&file.metadata().unwrap()).with_size(reported);
        let mut remaining = Remaining::up_to_size(snapshot, 0);
        let (mut total, mut at_end) = (0, Some(at_end));
        loop {
            if remaining.bytes() == 0
                && let Some(at_end) = at_end.take()
            {
                at_end(&file);
            }
            let len = remaining.limit(&file, 4).unwrap();
            let read = (&file).read(&mut [0; 4][..len]).unwrap();
            if read == 0 {
                return total;
            }
            remaining.subtract(read);
            total += read as u64;
        }
    }

    #[test]
    fn the_whole_file_is_read_whatever_its_reported_size() {
        for reported in [0, 1, 11, 12, 13, 64] {
            assert_eq!(bytes_read(12, reported, |_| ()), 12, "{reported}");
        }
    }

    #[test]
    fn appended_bytes_are_left_out() {
        let append = |file: &File| {
            file.set_len(20).unwrap();
            file.set_modified(std::time::UNIX_EPOCH).unwrap();
        };
        assert_eq!(bytes_read(12, 12, append), 12);
    }
}
