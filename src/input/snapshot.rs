//! What the kernel says of a file at one moment, to see later whether the file has changed.

use std::cmp::Ordering;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// A regular file's size and modification time at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    size: u64,
    modified: (i64, i64),
}

/// What two snapshots of a file tell of the bytes that were in it at the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// They are as they were.
    None,
    /// They may have been overwritten, or the file is being appended to at this moment: the kernel
    /// sets the time of modification before it writes, and the size after that.
    Touched,
    /// More follow, and they are probably as they were: logs are appended to.
    Grown,
    /// Some are gone.
    Shrunk,
}

impl Snapshot {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: (metadata.mtime(), metadata.mtime_nsec()) }
    }

    /// The size of the file, in bytes.
    pub(super) fn size(self) -> u64 {
        self.size
    }

    #[cfg(test)]
    pub(super) fn with_size(self, size: u64) -> Self {
        Self { size, ..self }
    }

    /// Whether the file was not modified between this snapshot and `other`, as far as the time tells.
    pub(super) fn has_time_of(self, other: Self) -> bool {
        self.modified == other.modified
    }

    /// What has become of the file by `later`.
    pub(super) fn change(self, later: Self) -> Change {
        match later.size.cmp(&self.size) {
            Ordering::Less => Change::Shrunk,
            Ordering::Greater => Change::Grown,
            Ordering::Equal if self.has_time_of(later) => Change::None,
            Ordering::Equal => Change::Touched,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_tells_more_than_time() {
        let start = Snapshot { size: 10, modified: (5, 0) };
        let change = |size, modified| start.change(Snapshot { size, modified });
        assert_eq!(change(10, (5, 0)), Change::None);
        assert_eq!(change(10, (5, 1)), Change::Touched);
        assert_eq!(change(10, (4, 0)), Change::Touched);
        assert_eq!(change(11, (6, 0)), Change::Grown);
        assert_eq!(change(9, (5, 0)), Change::Shrunk);
    }
}
