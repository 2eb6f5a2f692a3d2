//! Which file an open file is.

use std::fs::Metadata;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use nix::sys::stat::{FileStat, SFlag};

/// What all names and descriptors of one file have in common.
///
/// Two ends of a run must not be one file. That holds for a FIFO as for a regular file: who reads
/// from and writes to one FIFO waits for himself, and what two write to it is mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
    is_regular: bool,
}

impl FileId {
    /// The identity of a file. A character device and a socket have none: one terminal, one
    /// `/dev/null` or one connection is often both read and written.
    pub(crate) fn of(metadata: &Metadata) -> Option<Self> {
        let kind = metadata.file_type();
        let (device, inode, is_regular) = (metadata.dev(), metadata.ino(), kind.is_file());
        let has_none = kind.is_char_device() || kind.is_socket();
        (!has_none).then_some(Self { device, inode, is_regular })
    }

    /// The same of what the kernel's own structure tells.
    pub(crate) fn of_stat(stat: &FileStat) -> Option<Self> {
        let kind = stat.st_mode & SFlag::S_IFMT.bits();
        let (device, inode) = (stat.st_dev, stat.st_ino);
        let is_regular = kind == SFlag::S_IFREG.bits();
        let has_none = kind == SFlag::S_IFCHR.bits() || kind == SFlag::S_IFSOCK.bits();
        (!has_none).then_some(Self { device, inode, is_regular })
    }

    /// Whether it is a file with bytes that stay, which only a regular file is.
    pub(crate) fn is_regular(self) -> bool {
        self.is_regular
    }
}
