//! What the path of an output leads to.
//!
//! Links are followed one by one, so that the file at the end is replaced and not a link, and so
//! that its directory is the one that is held. The kernel protects nobody from links that are
//! followed so. Its rules for directories that all may write to, which many machines switch off,
//! are applied here, always.

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

use super::directory::Directory;

/// The number of links that Linux itself follows.
const MAX_LINKS: usize = 40;

/// A directory that many outputs go to, opened once: so all of them go to the same one, whatever is
/// done meanwhile to the way there.
pub(crate) struct Parent {
    /// How it was named, up to the slash.
    path: OsString,
    directory: Arc<Directory>,
}

impl Parent {
    /// Opens the directory that the file at `path` is in.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let (parent, _) = split(path.as_os_str());
        let (directory, _) = open_parent(None, path.as_os_str())?;
        Ok(Self { path: parent.to_owned(), directory })
    }
}

/// The end of a path.
pub(crate) struct Target {
    /// The directory that the end is in.
    pub(crate) directory: Arc<Directory>,
    /// Its name there, which is none of ``, `.` and `..`.
    pub(crate) name: OsString,
    /// What has that name. It is a link only if it could not be followed, and then this is what the
    /// kernel takes it for.
    pub(crate) existing: Option<FileStat>,
    /// Whether the path that was asked for is that of a link.
    pub(crate) is_linked: bool,
    /// Whether the end is in `/proc`.
    pub(crate) is_in_proc: bool,
}

impl Target {
    /// Opens the file at the end to be read.
    pub(crate) fn open_to_read(&self) -> io::Result<File> {
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW;
        Ok(self.directory.open_file(&self.name, flags, 0)?)
    }

    /// Follows `path`. If it is one in the directory `known`, that is not looked for again.
    ///
    /// # Errors
    ///
    /// The path leads to no directory that could hold a file, or its end cannot be the name of a
    /// file, or a link is not to be trusted.
    pub(crate) fn find(path: &Path, known: Option<&Parent>) -> io::Result<Self> {
        let (parent, name) = split(path.as_os_str());
        let (mut directory, mut name) = match known {
            Some(known) if known.path == parent && is_name(name) => {
                (Arc::clone(&known.directory), name.to_owned())
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
            if existing.is_some_and(|link| is_planted(&directory, &link)) {
                return Err(denied("another user made this symbolic link in a directory for all"));
            }
            let target = directory.read_link(&name)?;
            (directory, name) = open_parent(Some(&directory), &target)?;
        }
        Err(Errno::ELOOP.into())
    }

    /// Returns what kind of file is there.
    pub(crate) fn kind(&self) -> Option<SFlag> {
        self.existing.as_ref().map(kind)
    }

    /// Checks that what is there may be written to in place.
    ///
    /// # Errors
    ///
    /// It is a FIFO that somebody else made in a directory that all may write to.
    pub(crate) fn check_is_trusted(&self) -> io::Result<()> {
        match &self.existing {
            Some(fifo) if kind(fifo) == SFlag::S_IFIFO && is_planted(&self.directory, fifo) => {
                Err(denied("another user made this FIFO in a directory for all"))
            }
            _ => Ok(()),
        }
    }
}

fn denied(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, format!("Permission denied: {reason}"))
}

/// Returns what `path` says of the directory, with the slash after it, and of the file in it.
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

/// Opens the directory that the end of `path` is in, and returns it with the name of the end.
fn open_parent(base: Option<&Directory>, path: &OsStr) -> io::Result<(Arc<Directory>, OsString)> {
    let (parent, name) = split(path);
    if !is_name(name) {
        return Err(no_name(base, path));
    }
    // With the dot, a link before it is one on the way, which the kernel follows as it does for
    // all programs.
    let parent = [parent.as_bytes(), b"."].concat();
    let directory = Directory::open(base, OsStr::from_bytes(&parent))?;
    Ok((Arc::new(directory), name.to_owned()))
}

/// Returns why there can be no file at `path`, which ends in no name.
fn no_name(base: Option<&Directory>, path: &OsStr) -> io::Error {
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

/// Returns whether `file` may be a trap that somebody else laid in a `directory` that all may write
/// to, such as `/tmp`. This is the rule of `fs.protected_symlinks` and `fs.protected_fifos`.
fn is_planted(directory: &Directory, file: &FileStat) -> bool {
    let shared = libc::S_ISVTX | libc::S_IWOTH;
    let Ok(directory) = directory.stat() else { return true };
    let is_shared = directory.st_mode & shared == shared;
    is_shared && file.st_uid != directory.st_uid && file.st_uid != geteuid().as_raw()
}

/// Returns what kind of file `stat` is about.
pub(crate) fn kind(stat: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(stat.st_mode & SFlag::S_IFMT.bits())
}
