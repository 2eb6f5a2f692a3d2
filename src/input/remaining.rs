//! How much of a file there is to read.
//!
//! A log that grows faster than it is read would never end, so a regular file is read as far as its
//! size said when it was opened. That size is not always true: file systems in user space, and
//! those over a network, tell an old one, or none that means anything. So the promised end is
//! checked when it is reached.

use std::fs::File;
use std::io::{self, Seek};
use std::os::unix::fs::FileExt;

use super::snapshot::Snapshot;

/// The bytes of a file that are still to be read.
pub(crate) struct Extent {
    left: u64,
    /// What was said of the file when `left` was set, unless `left` is final.
    promise: Option<Snapshot>,
}

impl Extent {
    /// All that comes.
    pub(crate) fn unbounded() -> Self {
        Self { left: u64::MAX, promise: None }
    }

    /// What a regular file has from `position` on, as `snapshot` tells.
    pub(super) fn promised(snapshot: Snapshot, position: u64) -> Self {
        Self { left: snapshot.size().saturating_sub(position), promise: Some(snapshot) }
    }

    /// As many bytes as are known to be left, or to be left if all promises hold.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// How many of `len` bytes may be read now. None, if the end is reached and holds.
    pub(super) fn allow(&mut self, file: &File, len: usize) -> io::Result<usize> {
        if self.left == 0 && len > 0 {
            self.extend(file)?;
        }
        Ok(len.min(usize::try_from(self.left).unwrap_or(usize::MAX)))
    }

    /// Notes that `len` bytes were read.
    pub(super) fn take(&mut self, len: usize) {
        self.left -= len as u64;
    }

    /// Sees to what follows the promised end. What was appended since the promise is left out.
    fn extend(&mut self, mut file: &File) -> io::Result<()> {
        let Some(promise) = self.promise.take() else { return Ok(()) };
        let position = file.stream_position()?;
        if read_at(file, &mut [0], position)? == 0 {
            return Ok(());
        }
        // After the read, for only then an appended byte is sure to be in the size.
        let now = Snapshot::of(&file.metadata()?);
        if now.size() == promise.size() {
            // The size is not to be trusted. There is no other, and all is read.
            self.left = u64::MAX;
        } else if now.size() > promise.size() && now.has_time_of(promise) {
            // Nobody wrote: the first size was not true, and this one may be.
            self.left = now.size() - promise.size();
            self.promise = Some(now);
        }
        Ok(())
    }
}

/// Whether a file has `len` bytes, of which there is at least one, and not more.
pub(super) fn ends_at(file: &File, len: u64) -> io::Result<bool> {
    let Some(last) = len.checked_sub(1) else { return Ok(false) };
    Ok(read_at(file, &mut [0; 2], last)? == 1)
}

/// Reads what the file has at `position`, and less than `buffer` is long only at its end.
pub(super) fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], position.saturating_add(filled as u64)) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// A file of `len` bytes that is said to have `promised`, and how many it gives. `meanwhile` is
    /// done when the promised end is reached.
    fn given(len: u64, promised: u64, meanwhile: impl FnOnce(&File)) -> u64 {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![b'a'; len as usize]).unwrap();
        file.rewind().unwrap();
        let snapshot = Snapshot::of(&file.metadata().unwrap()).with_size(promised);
        let mut extent = Extent::promised(snapshot, 0);
        let (mut given, mut meanwhile) = (0, Some(meanwhile));
        loop {
            if extent.left() == 0
                && let Some(meanwhile) = meanwhile.take()
            {
                meanwhile(&file);
            }
            let allowed = extent.allow(&file, 4).unwrap();
            let read = (&file).read(&mut [0; 4][..allowed]).unwrap();
            if read == 0 {
                return given;
            }
            extent.take(read);
            given += read as u64;
        }
    }

    #[test]
    fn all_is_read_whatever_was_promised() {
        for promised in [0, 1, 11, 12, 13, 64] {
            assert_eq!(given(12, promised, |_| ()), 12, "{promised}");
        }
    }

    #[test]
    fn what_is_appended_is_left_out() {
        let append = |file: &File| {
            file.set_len(20).unwrap();
            file.set_modified(std::time::UNIX_EPOCH).unwrap();
        };
        assert_eq!(given(12, 12, append), 12);
    }
}
