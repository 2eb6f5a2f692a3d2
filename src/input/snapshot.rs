//! The state of a file at one moment, compared later to tell whether the file has changed.

use std::cmp::Ordering;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// The size and modification time of a regular file at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    size: u64,
    modified: (i64, i64),
}

/// The change to the bytes of a file between two snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// None.
    None,
    /// The bytes may have been overwritten, or the file is being appended to at this moment: the
    /// kernel sets the modification time before it writes, and the size after that.
    Touched,
    /// More bytes follow; those before them are probably unchanged, because logs are appended to.
    Grown,
    /// Bytes were removed.
    Shrunk,
}

impl Snapshot {
    /// Returns the state of the file that `metadata` is of.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: (metadata.mtime(), metadata.mtime_nsec()) }
    }

    /// Returns the size of the file in bytes.
    pub(super) fn size(self) -> u64 {
        self.size
    }

    #[cfg(test)]
    pub(super) fn with_size(self, size: u64) -> Self {
        Self { size, ..self }
    }

    /// Returns whether both snapshots have the same modification time.
    pub(super) fn is_as_old_as(self, other: Self) -> bool {
        self.modified == other.modified
    }

    /// Returns the change to the file from this snapshot to `later`.
    pub(super) fn change(self, later: Self) -> Change {
        match later.size.cmp(&self.size) {
            Ordering::Less => Change::Shrunk,
            Ordering::Greater => Change::Grown,
            Ordering::Equal if self.is_as_old_as(later) => Change::None,
            Ordering::Equal => Change::Touched,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_decides_before_the_time() {
        let start = Snapshot { size: 10, modified: (5, 0) };
        let change = |size, modified| start.change(Snapshot { size, modified });
        assert_eq!(change(10, (5, 0)), Change::None);
        assert_eq!(change(10, (5, 1)), Change::Touched);
        assert_eq!(change(10, (4, 0)), Change::Touched);
        assert_eq!(change(11, (6, 0)), Change::Grown);
        assert_eq!(change(9, (5, 0)), Change::Shrunk);
    }
}
