//! The directory and the name that the path of an output leads to.
//!
//! Links are followed one by one, so that the file at the end is replaced and not a link to it, and
//! so that the directory that is held open is the one of that file. The kernel does not check links
//! that a program follows itself. Its rules for links and FIFOs in directories that are writable by
//! all, which many machines switch off, are therefore always applied here.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag};
use nix::libc;
use nix::sys::stat::{FileStat, SFlag};
use nix::unistd::geteuid;

use super::MAX_LINKS;
use super::directory::Directory;

/// The directory of many outputs, opened once. So all outputs go to the same directory, even if a
/// link on the way there changes meanwhile.
pub(crate) struct ParentDirectory {
    /// The path to it, with the slash at its end.
    path: OsString,
    directory: Arc<Directory>,
}

impl ParentDirectory {
    /// Opens the directory of the file at `path`.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let (parent, _) = split(path.as_os_str());
        let (directory, _) = open_parent(None, path.as_os_str())?;
        Ok(Self { path: parent.to_owned(), directory })
    }
}

/// A path whose links have been followed.
pub(crate) struct ResolvedPath {
    /// The directory at the end of the path.
    pub(crate) directory: Arc<Directory>,
    /// The name in that directory, which is not empty, `.` or `..`.
    pub(crate) name: OsString,
    /// The file of that name, if there is one. In `/proc`, where links cannot be followed one by
    /// one, it is the file that the link leads to.
    pub(crate) existing: Option<FileStat>,
    /// Whether the original path is that of a link.
    pub(crate) is_linked: bool,
    /// Whether the file is in `/proc`.
    pub(crate) is_in_proc: bool,
}

impl ResolvedPath {
    /// Follows the links of `path`. If its directory is `parent`, that is not opened again.
    ///
    /// # Errors
    ///
    /// The directory does not exist, the path does not end in the name of a file, or a link must
    /// not be trusted.
    pub(crate) fn resolve(path: &Path, parent: Option<&ParentDirectory>) -> io::Result<Self> {
        let (parent_path, name) = split(path.as_os_str());
        let (mut directory, mut name) = match parent {
            Some(parent) if parent.path == parent_path && is_name(name) => {
                (Arc::clone(&parent.directory), name.to_owned())
            }
            _ => open_parent(None, path.as_os_str())?,
        };
        for followed in 0..=MAX_LINKS {
            let existing = match directory.stat_of(&name, AtFlags::AT_SYMLINK_NOFOLLOW) {
                Ok(stat) => Some(stat),
                Err(Errno::ENOENT) => None,
                Err(error) => return Err(error.into()),
            };
            let kind = existing.as_ref().map(kind);
            let is_link = kind == Some(SFlag::S_IFLNK);
            let may_be_in_proc = is_link || kind == Some(SFlag::S_IFREG);
            let is_in_proc = may_be_in_proc && directory.is_in_proc();
            if !is_link || is_in_proc {
                let existing = match existing {
                    Some(_) if is_link => Some(directory.stat_of(&name, AtFlags::empty())?),
                    existing => existing,
                };
                return Ok(Self { directory, name, existing, is_linked: followed > 0, is_in_proc });
            }
            if existing.is_some_and(|link| is_untrusted(&directory, &link)) {
                return Err(denied(
                    "another user made this symbolic link in a world-writable directory",
                ));
            }
            let target = directory.read_link(&name)?;
            (directory, name) = open_parent(Some(&directory), &target)?;
        }
        Err(Errno::ELOOP.into())
    }

    /// Opens the file for reading.
    pub(crate) fn open_for_reading(&self) -> io::Result<File> {
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW;
        Ok(self.directory.open_file(&self.name, flags, 0)?)
    }

    /// Returns the kind of the file, if there is one.
    pub(crate) fn kind(&self) -> Option<SFlag> {
        self.existing.as_ref().map(kind)
    }

    /// Checks that the file may be written to in place.
    ///
    /// # Errors
    ///
    /// It is a FIFO that another user made in a directory that is writable by all.
    pub(crate) fn check_is_trusted(&self) -> io::Result<()> {
        match &self.existing {
            Some(fifo) if kind(fifo) == SFlag::S_IFIFO && is_untrusted(&self.directory, fifo) => {
                Err(denied("another user made this FIFO in a world-writable directory"))
            }
            _ => Ok(()),
        }
    }
}

fn denied(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, format!("Permission denied: {reason}"))
}

/// Splits `path` after its last slash, into the directory and the name of the file.
fn split(path: &OsStr) -> (&OsStr, &OsStr) {
    let bytes = path.as_bytes();
    let name_start = bytes.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    let (parent, name) = bytes.split_at(name_start);
    (OsStr::from_bytes(parent), OsStr::from_bytes(name))
}

/// Returns whether a file can have this `name`.
fn is_name(name: &OsStr) -> bool {
    !matches!(name.as_bytes(), b"" | b"." | b"..")
}

/// Opens the directory of the file at `path`, and returns it with the name of the file.
fn open_parent(base: Option<&Directory>, path: &OsStr) -> io::Result<(Arc<Directory>, OsString)> {
    let (parent, name) = split(path);
    if !is_name(name) {
        return Err(no_name_error(base, path));
    }
    // A link before the dot is one on the way, which the kernel follows and checks.
    let parent = [parent.as_bytes(), b"."].concat();
    let directory = Directory::open(base, OsStr::from_bytes(&parent))?;
    Ok((Arc::new(directory), name.to_owned()))
}

/// Returns the reason why no file can be at `path`, which does not end in the name of a file.
fn no_name_error(base: Option<&Directory>, path: &OsStr) -> io::Error {
    match Directory::open(base, path) {
        Ok(_) => Errno::EISDIR.into(),
        Err(error)
            if error.kind() == io::ErrorKind::NotFound && path.as_bytes().ends_with(b"/") =>
        {
            let reason = "no such directory; without the slash at its end it is the name of a file";
            io::Error::new(io::ErrorKind::NotFound, reason)
        }
        Err(error) => error,
    }
}

/// Returns whether another user may have put `file` into a sticky `directory` that is writable by
/// all, such as `/tmp`, to misdirect an output. This is the rule of `fs.protected_symlinks` and
/// `fs.protected_fifos`.
fn is_untrusted(directory: &Directory, file: &FileStat) -> bool {
    let shared = libc::S_ISVTX | libc::S_IWOTH;
    let Ok(directory) = directory.stat() else { return true };
    let is_shared = directory.st_mode & shared == shared;
    is_shared && file.st_uid != directory.st_uid && file.st_uid != geteuid().as_raw()
}

/// Returns the kind of the file with this `stat`.
pub(crate) fn kind(stat: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(stat.st_mode & SFlag::S_IFMT.bits())
}
