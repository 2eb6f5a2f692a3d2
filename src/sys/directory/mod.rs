//! A directory that is held open.
//!
//! All operations on an output go through one descriptor of its directory. So they reach the same
//! directory even if a link on the way there changes meanwhile, if the path from the root is longer
//! than `PATH_MAX`, or if a directory above it is not searchable.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod os;
#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod os;

use std::ffi::{CStr, OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::NixPath;
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, openat, readlinkat, renameat};
use nix::libc::mode_t;
use nix::sys::stat::{FileStat, Mode, fstat, fstatat, mkdirat};
use nix::unistd::{UnlinkatFlags, linkat, unlinkat};

/// A descriptor of a directory. The names that its methods take are names in that directory.
pub(crate) struct Directory(OwnedFd);

impl Directory {
    /// Opens the directory at `path`, relative to `base` or to the current directory. Where the OS
    /// allows that, it need not be readable.
    pub(crate) fn open(base: Option<&Self>, path: &OsStr) -> io::Result<Self> {
        let base = base.map_or(AT_FDCWD, |base| base.0.as_fd());
        let flags = os::SEARCH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let descriptor = uninterrupted(|| openat(base, path, flags, Mode::empty()))?;
        Ok(Self(descriptor))
    }

    /// Returns the `stat` of the directory itself.
    pub(crate) fn stat(&self) -> nix::Result<FileStat> {
        fstat(&self.0)
    }

    /// Returns the `stat` of `name`, after following a link unless `flags` say otherwise.
    pub(crate) fn stat_of(&self, name: &OsStr, flags: AtFlags) -> nix::Result<FileStat> {
        fstatat(&self.0, name, flags)
    }

    /// Opens the file `name`. Its descriptor is closed when another program is executed.
    pub(crate) fn open_file(&self, name: &OsStr, flags: OFlag, mode: u32) -> nix::Result<File> {
        let mode = Mode::from_bits_truncate(mode as mode_t);
        let flags = flags | OFlag::O_CLOEXEC | OFlag::O_NOCTTY;
        uninterrupted(|| openat(&self.0, name, flags, mode)).map(File::from)
    }

    /// Opens the directory itself for reading, which a sync needs.
    pub(crate) fn open_readable(&self) -> nix::Result<File> {
        self.open_file(OsStr::new("."), OFlag::O_RDONLY | OFlag::O_DIRECTORY, 0)
    }

    /// Opens the directory `name`, which must not be a link. Where the OS allows that, it
    /// need not be readable.
    pub(crate) fn open_directory(&self, name: &OsStr) -> nix::Result<Self> {
        let flags = os::SEARCH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        uninterrupted(|| openat(&self.0, name, flags, Mode::empty())).map(Self)
    }

    /// Creates the directory `name`, with the permissions of any new directory.
    pub(crate) fn create_directory(&self, name: &OsStr) -> nix::Result<()> {
        mkdirat(&self.0, name, Mode::from_bits_truncate(0o777))
    }

    /// Returns the target of the symbolic link `name`.
    pub(crate) fn read_link(&self, name: &OsStr) -> nix::Result<OsString> {
        readlinkat(&self.0, name)
    }

    /// Renames `old` to `new`, and replaces the file that has that name.
    pub(crate) fn rename(&self, old: &OsStr, new: &OsStr) -> nix::Result<()> {
        renameat(&self.0, old, &self.0, new)
    }

    /// Removes the name `name`.
    pub(crate) fn unlink(&self, name: &OsStr) -> nix::Result<()> {
        unlinkat(&self.0, name, UnlinkatFlags::NoRemoveDir)
    }
}

/// Operations that each OS has in its own way, or not at all.
impl Directory {
    /// Creates an unnamed file. [`Directory::link`] can give it a name.
    pub(crate) fn create_unnamed(&self, mode: u32) -> nix::Result<File> {
        os::create_unnamed(self, mode)
    }

    /// Gives the open `file` the name `name`, which must be free.
    pub(crate) fn link(&self, file: &File, name: &OsStr) -> nix::Result<()> {
        os::link(self, file, name)
    }

    /// Renames `old` to `new`, which must be free.
    pub(crate) fn rename_to_free(&self, old: &OsStr, new: &OsStr) -> nix::Result<()> {
        let rename = |old: &CStr, new: &CStr| os::rename_without_replacing(&self.0, old, new);
        let renamed = old.with_nix_path(|old| new.with_nix_path(|new| rename(old, new)))?;
        match renamed.and_then(|result| result) {
            Err(Errno::EINVAL | Errno::ENOSYS | Errno::EPERM) => {
                linkat(&self.0, old, &self.0, new, AtFlags::empty())?;
                self.unlink(old)
            }
            result => result,
        }
    }

    /// Returns whether the directory is in `/proc`. Files there are open files of processes or
    /// settings, which can be written but not replaced.
    pub(crate) fn is_in_proc(&self) -> bool {
        os::is_in_proc(&self.0)
    }

    /// Returns whether names can be added to the directory but not removed (`chattr +a`).
    pub(crate) fn is_append_only(&self) -> bool {
        os::is_append_only(&self.0)
    }

    /// Returns whether a file is mounted on `name`, which is not a link. No file can be renamed to
    /// that name.
    pub(crate) fn is_mount_point(&self, name: &OsStr) -> bool {
        os::is_mount_point(self, name)
    }
}

/// Repeats `call` while signals interrupt it.
fn uninterrupted<T>(mut call: impl FnMut() -> nix::Result<T>) -> nix::Result<T> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            result => return result,
        }
    }
}
