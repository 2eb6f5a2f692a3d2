//! A file that appears under its name complete, or not at all.
//!
//! One that is new has no name until the end, where the file system can do that. Otherwise it is
//! written under another name in the same directory and renamed at the end: until then the name
//! belongs to whatever had it before, and stays so if the run fails.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag};
use nix::libc::S_ISVTX;
use nix::sys::stat::{FileStat, SFlag};
use nix::unistd::{close, geteuid};

use super::temporary_file::TemporaryFile;
use super::{SinkOptions, access, unnamed};
use crate::sys::capability::acts_as_any_owner;
use crate::sys::directory::Directory;
use crate::sys::resolved_path::{Target, kind};

/// The file that will replace another, or be new.
pub(super) struct AtomicFile {
    directory: Arc<Directory>,
    name: OsString,
    /// The name that it has meanwhile, if any.
    temporary: Option<TemporaryFile>,
    /// What the file that is replaced was at the start.
    old: Option<FileStat>,
    /// The directory once more, if it is to be synced. Opened before the work, since that may be
    /// denied where the rest is not.
    to_sync: Option<File>,
}

impl AtomicFile {
    /// Creates the file in the directory of `target`, with the permissions and, as far as that is
    /// allowed, the owner of the file that is there, or else as any new file has them.
    ///
    /// `old` is that file, as [`open_old`] has opened it.
    pub(super) fn create(
        target: Target,
        old: Option<File>,
        options: SinkOptions,
    ) -> io::Result<(Self, File)> {
        let Target { directory, name, existing, .. } = target;
        let to_sync = if options.sync { Some(directory.open_readable()?) } else { None };
        if old.is_none()
            && let Some(file) = unnamed::create(&directory)
        {
            return Ok((Self { directory, name, temporary: None, old: None, to_sync }, file));
        }
        let mode = existing.map_or(0o666, |stat| access::initial_mode(stat.st_mode));
        let (temporary, file) = TemporaryFile::create(&directory, mode)?;
        if let Some(old) = old {
            access::carry_over(&old, &file)?;
        }
        Ok((Self { directory, name, temporary: Some(temporary), old: existing, to_sync }, file))
    }

    /// Closes the `file` and gives it its name, and has the directory written to the disk if that
    /// is wanted.
    pub(super) fn commit(self, file: File, options: SinkOptions) -> io::Result<()> {
        if let Some(old) = &self.old {
            follow_changes(&self.directory, &self.name, old, &file)?;
        }
        let Self { directory, name, temporary, to_sync, .. } = self;
        // Some file systems only tell of a failed write when the file is closed.
        match temporary {
            Some(temporary) => {
                close(file)?;
                temporary.finish(&name, options.overwrite.is_never())?;
            }
            None => {
                close(file.try_clone()?)?;
                unnamed::finish(&file, &directory, &name, options)?;
            }
        }
        match to_sync.map(|directory| directory.sync_all()) {
            // Some file systems have nothing to sync in a directory.
            Some(Err(error)) if error.raw_os_error() != Some(Errno::EINVAL as i32) => Err(error),
            _ => Ok(()),
        }
    }
}

/// Gives `new` again what the file `name` has, if that is not what it was when it was `old`: its
/// owner may have closed it to others during the run.
fn follow_changes(
    directory: &Directory,
    name: &OsStr,
    old: &FileStat,
    new: &File,
) -> io::Result<()> {
    let state = |stat: &FileStat| (stat.st_dev, stat.st_ino, stat.st_ctime, stat.st_ctime_nsec);
    match directory.stat_of(name, AtFlags::AT_SYMLINK_NOFOLLOW) {
        Ok(now) if state(&now) != state(old) && kind(&now) == SFlag::S_IFREG => {
            let now_open = open_replaceable(directory, name, &now)?;
            access::make_private(new, now.st_mode)?;
            access::carry_over(&now_open, new)
        }
        Ok(_) | Err(Errno::ENOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Opens the file that `target` leads to, if there is one.
///
/// # Errors
///
/// It is seen now that it could not be replaced at the end.
pub(super) fn open_old(target: &Target) -> io::Result<Option<File>> {
    let open = |stat| open_replaceable(&target.directory, &target.name, stat);
    target.existing.as_ref().map(open).transpose()
}

/// Opens the file `name`, to see that its owner lets it be written: a rename alone would not ask.
///
/// # Errors
///
/// It is seen now that it could not be replaced at the end.
fn open_replaceable(directory: &Directory, name: &OsStr, stat: &FileStat) -> io::Result<File> {
    if directory.is_mount_point(name) {
        let reason = "is a mount point, which cannot be replaced; \
                      write to standard output instead (> FILE), or mount its directory";
        return Err(io::Error::new(io::ErrorKind::ResourceBusy, reason));
    }
    let file = directory.open_file(name, OFlag::O_WRONLY | OFlag::O_NOFOLLOW, 0)?;
    let parent = directory.stat()?;
    let is_ours = || [parent.st_uid, stat.st_uid].contains(&geteuid().as_raw());
    if parent.st_mode & S_ISVTX != 0 && !is_ours() && !acts_as_any_owner() {
        let reason = "Operation not permitted: \
                      another user owns it, and its directory is sticky; name another OUTPUT";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
    }
    Ok(file)
}
