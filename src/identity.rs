//! Which file an open file is, and whether it still is what it was.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// A regular file's place in the system, however it was reached: by path, link or descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// The identity of a regular file. Other kinds have none: reading from and writing to one
    /// terminal or one `/dev/null` is no conflict.
    pub(crate) fn of(metadata: &Metadata) -> Option<Self> {
        metadata.is_file().then(|| Self { device: metadata.dev(), inode: metadata.ino() })
    }
}

/// A regular file's size and modification time at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    size: u64,
    modified: (i64, i64),
}

impl Snapshot {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: (metadata.mtime(), metadata.mtime_nsec()) }
    }

    /// Whether the file has grown since the snapshot `earlier`.
    pub(crate) fn outgrows(self, earlier: Self) -> bool {
        self.size > earlier.size
    }

    /// Whether the bytes that stood in the file at this snapshot may have changed by `later`.
    ///
    /// A file that grew is taken to have been appended to, as logs are.
    pub(crate) fn outdated_by(self, later: Self) -> bool {
        later.size < self.size || (later.size == self.size && later.modified != self.modified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_no_change_but_shrinking_and_rewriting_are() {
        let start = Snapshot { size: 10, modified: (5, 0) };
        assert!(!start.outdated_by(start));
        assert!(!start.outdated_by(Snapshot { size: 11, modified: (6, 0) }));
        assert!(start.outdated_by(Snapshot { size: 9, modified: (6, 0) }));
        assert!(start.outdated_by(Snapshot { size: 10, modified: (5, 1) }));
    }
}
