//! A directory that is held open.
//!
//! All operations on an output go through one descriptor of its directory. So they reach the same
//! directory even if a link on the way there changes meanwhile, if the path from the root is longer
//! than `PATH_MAX`, or if a directory above it is not searchable.

use std::ffi::OsString;
use std::ffi::{CStr, OsStr};
use std::fs::{self, File};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::NixPath;
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, openat, readlinkat, renameat};
use nix::libc::{self, c_int};
use nix::sys::stat::{FileStat, Mode, fstat, fstatat, mkdirat};
use nix::sys::statfs::{PROC_SUPER_MAGIC, fstatfs};
use nix::unistd::{UnlinkatFlags, linkat, unlinkat};

/// A descriptor of a directory. The names that its methods take are names in that directory.
pub(crate) struct Directory(OwnedFd);

impl Directory {
    /// Opens the directory at `path`, relative to `base` or to the current directory. It need not be
    /// readable.
    pub(crate) fn open(base: Option<&Self>, path: &OsStr) -> io::Result<Self> {
        let base = base.map_or(AT_FDCWD, |base| base.0.as_fd());
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
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
        let mode = Mode::from_bits_truncate(mode);
        let flags = flags | OFlag::O_CLOEXEC | OFlag::O_NOCTTY;
        uninterrupted(|| openat(&self.0, name, flags, mode)).map(File::from)
    }

    /// Opens the directory itself for reading, which a sync needs.
    pub(crate) fn open_readable(&self) -> nix::Result<File> {
        self.open_file(OsStr::new("."), OFlag::O_RDONLY | OFlag::O_DIRECTORY, 0)
    }

    /// Opens the directory `name`, which must not be a link. It need not be readable.
    pub(crate) fn open_directory(&self, name: &OsStr) -> nix::Result<Self> {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
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

/// Operations that only Linux has.
impl Directory {
    /// Creates an unnamed file. [`Directory::link`] can give it a name.
    pub(crate) fn create_unnamed(&self, mode: u32) -> nix::Result<File> {
        self.open_file(OsStr::new("."), OFlag::O_TMPFILE | OFlag::O_RDWR, mode)
    }

    /// Gives the open `file` the name `name`, which must be free.
    pub(crate) fn link(&self, file: &File, name: &OsStr) -> nix::Result<()> {
        let file = format!("/proc/self/fd/{}", file.as_raw_fd());
        linkat(AT_FDCWD, file.as_str(), &self.0, name, AtFlags::AT_SYMLINK_FOLLOW)
    }

    /// Renames `old` to `new`, which must be free.
    pub(crate) fn rename_to_free(&self, old: &OsStr, new: &OsStr) -> nix::Result<()> {
        match self.rename_without_replacing(old, new) {
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
        fstatfs(&self.0).is_ok_and(|found| found.filesystem_type() == PROC_SUPER_MAGIC)
    }

    /// Returns whether names can be added to the directory but not removed (`chattr +a`).
    pub(crate) fn is_append_only(&self) -> bool {
        self.has_attribute(OsStr::new(""), libc::STATX_ATTR_APPEND as u64) == Some(true)
    }

    /// Returns whether a file is mounted on `name`, which is not a link. No file can be renamed to
    /// that name.
    pub(crate) fn is_mount_point(&self, name: &OsStr) -> bool {
        let told = self.has_attribute(name, libc::STATX_ATTR_MOUNT_ROOT as u64);
        // Linux before 5.8 does not tell. Device numbers are no substitute: within one overlay,
        // those of a directory and of its files differ.
        told.unwrap_or_else(|| {
            let flags = OFlag::O_PATH | OFlag::O_NOFOLLOW;
            let file = self.open_file(name, flags, 0).ok();
            let file = file.and_then(|file| mount_id(&file));
            file.is_some() && file != mount_id(&self.0)
        })
    }

    /// Returns whether `name`, or the directory itself if `name` is empty, has the attribute
    /// `wanted`. Returns `None` if the kernel or the file system does not tell.
    fn has_attribute(&self, name: &OsStr, wanted: u64) -> Option<bool> {
        let flags = libc::AT_SYMLINK_NOFOLLOW | libc::AT_EMPTY_PATH | libc::AT_NO_AUTOMOUNT;
        let stat = |name: &CStr| {
            let mut found = MaybeUninit::<libc::statx>::zeroed();
            // SAFETY: `name` is a C string that outlives the call, and `found` is valid for the
            // write of one `statx`.
            let result = unsafe {
                libc::statx(self.0.as_raw_fd(), name.as_ptr(), flags, 0, found.as_mut_ptr())
            };
            // SAFETY: `found` was zeroed, and all its fields are integers or arrays of integers.
            Errno::result(result).map(|_| unsafe { found.assume_init() })
        };
        let found = name.with_nix_path(stat).and_then(|found| found).ok()?;
        let is_told = found.stx_attributes_mask & wanted != 0;
        is_told.then_some(found.stx_attributes & wanted != 0)
    }

    /// Calls `renameat2` with `RENAME_NOREPLACE`, for which not every C library has a function.
    fn rename_without_replacing(&self, old: &OsStr, new: &OsStr) -> nix::Result<()> {
        let directory: c_int = self.0.as_raw_fd();
        let rename = |old: &CStr, new: &CStr| {
            // SAFETY: both names are C strings that outlive the call, which only reads them.
            unsafe {
                libc::syscall(
                    libc::SYS_renameat2,
                    directory,
                    old.as_ptr(),
                    directory,
                    new.as_ptr(),
                    libc::RENAME_NOREPLACE,
                )
            }
        };
        let result = old.with_nix_path(|old| new.with_nix_path(|new| rename(old, new)))??;
        Errno::result(result).map(drop)
    }
}

/// Returns the ID of the mount that `file` was opened in, or `None` if `/proc` does not tell.
fn mount_id(file: &impl AsRawFd) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/self/fdinfo/{}", file.as_raw_fd())).ok()?;
    let id = text.lines().find_map(|line| line.strip_prefix("mnt_id:"))?;
    Some(id.trim().to_owned())
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
