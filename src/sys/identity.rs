//! Which file an open file or a path is, so that no run overwrites what it reads or writes
//! elsewhere.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::sys::stat::{FileStat, SFlag};

use super::MAX_LINKS;

/// The identity of an existing file, which all its names and descriptors have in common.
///
/// Character devices and sockets have none: one terminal, `/dev/null` or connection is often both
/// read and written, and writing to it overwrites nothing. A FIFO has one: a process that reads
/// from and writes to one FIFO waits for itself, and what two processes write to it is mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId {
    device: u64,
    inode: u64,
    is_regular: bool,
}

impl FileId {
    /// Returns the identity of the file with this `metadata`, if it has one.
    pub fn of(metadata: &Metadata) -> Option<Self> {
        let kind = metadata.file_type();
        let (device, inode, is_regular) = (metadata.dev(), metadata.ino(), kind.is_file());
        let has_none = kind.is_char_device() || kind.is_socket();
        (!has_none).then_some(Self { device, inode, is_regular })
    }

    /// Returns the identity of the file with this `stat`, if it has one.
    pub(crate) fn of_stat(stat: &FileStat) -> Option<Self> {
        let kind = stat.st_mode & SFlag::S_IFMT.bits();
        let (device, inode) = (stat.st_dev, stat.st_ino);
        let is_regular = kind == SFlag::S_IFREG.bits();
        let has_none = kind == SFlag::S_IFCHR.bits() || kind == SFlag::S_IFSOCK.bits();
        (!has_none).then_some(Self { device, inode, is_regular })
    }

    /// Returns whether the file is a regular one, the only kind whose bytes stay where they are.
    pub(crate) fn is_regular(self) -> bool {
        self.is_regular
    }
}

/// The identity of the file that a path leads to, which may not exist yet.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum PathId {
    /// A file that exists.
    Existing(FileId),
    /// A file that does not exist: its directory, and its name there.
    New { directory: FileId, name: OsString },
}

/// Finds the identities of paths, and remembers those of their directories.
#[derive(Default)]
pub(crate) struct PathIds {
    directories: HashMap<PathBuf, Option<FileId>>,
}

impl PathIds {
    /// Returns the identity of the file at `path`. A character device and a socket have none, and
    /// neither has a file that cannot be created because its directory does not exist.
    pub(crate) fn find(&mut self, path: &Path) -> Option<PathId> {
        let mut path = path.to_owned();
        for _ in 0..=MAX_LINKS {
            let Ok(metadata) = fs::symlink_metadata(&path) else {
                let directory = self.directory(path.parent()?)?;
                return Some(PathId::New { directory, name: path.file_name()?.to_owned() });
            };
            if !metadata.is_symlink() {
                return FileId::of(&metadata).map(PathId::Existing);
            }
            if let Ok(metadata) = fs::metadata(&path) {
                return FileId::of(&metadata).map(PathId::Existing);
            }
            // The file at the end does not exist, so the links are followed one by one.
            let target = fs::read_link(&path).ok()?;
            path = path.parent()?.join(target);
        }
        None
    }

    fn directory(&mut self, path: &Path) -> Option<FileId> {
        if let Some(id) = self.directories.get(path) {
            return *id;
        }
        let name = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let metadata = fs::metadata(name).ok().filter(Metadata::is_dir);
        let id = metadata.and_then(|metadata| FileId::of(&metadata));
        self.directories.insert(path.to_owned(), id);
        id
    }
}

/// Returns whether `left` and `right` lead to one file, which may not exist yet.
///
/// A character device or a socket, such as a terminal or `/dev/null`, is the same file only under
/// the same path, because writing to it twice overwrites nothing.
pub fn is_same_file(left: &Path, right: &Path) -> bool {
    let id = |path| PathIds::default().find(path);
    left == right || id(left).is_some_and(|left| Some(left) == id(right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_is_the_same_under_all_its_names() {
        let temp_dir = tempfile::tempdir().unwrap();
        let path = |name: &str| temp_dir.path().join(name);
        fs::create_dir(path("a")).unwrap();
        fs::write(path("old"), "").unwrap();
        fs::hard_link(path("old"), path("hard")).unwrap();
        symlink("old", path("soft")).unwrap();
        symlink("a/../new", path("leads")).unwrap();
        for (left, right) in [
            ("old", "hard"),
            ("old", "soft"),
            ("old", "a/../old"),
            ("new", "a/../new"),
            ("new", "./new"),
            ("leads", "new"),
            ("leads", "./leads"),
        ] {
            assert!(is_same_file(&path(left), &path(right)), "{left} and {right}");
        }
        for (left, right) in [
            ("old", "new"),
            ("new", "a/new"),
            ("new", "newer"),
            ("b/new", "c/new"),
            ("leads", "old"),
        ] {
            assert!(!is_same_file(&path(left), &path(right)), "{left} and {right}");
        }
        assert!(!is_same_file(Path::new("/dev/null"), Path::new("/dev/../dev/null")));
    }

    #[test]
    fn a_fifo_is_one_file_under_all_its_names() {
        let temp_dir = tempfile::tempdir().unwrap();
        let path = |name: &str| temp_dir.path().join(name);
        nix::unistd::mkfifo(&path("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        symlink("fifo", path("soft")).unwrap();
        assert!(is_same_file(&path("fifo"), &path("soft")));
    }
}
