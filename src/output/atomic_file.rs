//! A file that appears under its name complete, or not at all.
//!
//! A new file has no name until it is complete, where the file system supports that. Otherwise the
//! file is written under a temporary name in the same directory and renamed when it is complete. A
//! file that it replaces keeps the name until then, and also if the run fails.

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
use crate::sys::resolved_path::{ResolvedPath, kind};
use crate::sys::stat;

/// A file that is given its name when it is complete.
pub(super) struct AtomicFile {
    directory: Arc<Directory>,
    name: OsString,
    /// The temporary name, unless the file has no name.
    temporary: Option<TemporaryFile>,
    /// The state of the file to be replaced when it was opened, if there is one.
    old: Option<FileStat>,
    /// The directory, if it is synced. It is opened before the work, because a directory that can
    /// be written to need not be readable.
    sync_directory: Option<File>,
}

impl AtomicFile {
    /// Creates the file in the directory of `resolved`. It gets the permissions and, as far as
    /// that is allowed, the owner of `old`, which is the file to be replaced, as [`open_old`]
    /// returns it. Without one it gets those of any new file.
    pub(super) fn create(
        resolved: ResolvedPath,
        old: Option<File>,
        options: SinkOptions,
    ) -> io::Result<(Self, File)> {
        let ResolvedPath { directory, name, existing, .. } = resolved;
        let sync_directory = if options.sync { Some(directory.open_readable()?) } else { None };
        if old.is_none()
            && let Some(file) = unnamed::create(&directory)
        {
            return Ok((
                Self { directory, name, temporary: None, old: None, sync_directory },
                file,
            ));
        }
        let mode = existing.map_or(0o666, |found| access::initial_mode(stat::mode(&found)));
        let (temporary, file) = TemporaryFile::create(&directory, mode)?;
        if let Some(old) = old {
            access::carry_over(&old, &file)?;
        }
        Ok((
            Self { directory, name, temporary: Some(temporary), old: existing, sync_directory },
            file,
        ))
    }

    /// Closes `file`, gives it its name, and syncs the directory if that is wanted.
    pub(super) fn commit(self, file: File, options: SinkOptions) -> io::Result<()> {
        if let Some(old) = &self.old {
            carry_over_changes(&self.directory, &self.name, old, &file)?;
        }
        let Self { directory, name, temporary, sync_directory, .. } = self;
        // Some file systems report a failed write only when the file is closed.
        match temporary {
            Some(temporary) => {
                close(file)?;
                temporary.rename_to(&name, options.overwrite)?;
            }
            None => {
                close(file.try_clone()?)?;
                unnamed::give_name(&file, &directory, &name, options)?;
            }
        }
        match sync_directory.map(|directory| directory.sync_all()) {
            // Some file systems do not sync directories.
            Some(Err(error)) if error.raw_os_error() != Some(Errno::EINVAL as i32) => Err(error),
            _ => Ok(()),
        }
    }
}

/// Carries owner and permissions of the file `name` over to `new` once more, if that file changed
/// since it was `old`. Its owner may have made it private during the run.
fn carry_over_changes(
    directory: &Directory,
    name: &OsStr,
    old: &FileStat,
    new: &File,
) -> io::Result<()> {
    let state = |stat: &FileStat| (stat.st_dev, stat.st_ino, stat.st_ctime, stat.st_ctime_nsec);
    match directory.stat_of(name, AtFlags::AT_SYMLINK_NOFOLLOW) {
        Ok(now) if state(&now) != state(old) && kind(&now) == SFlag::S_IFREG => {
            let changed = open_replaceable(directory, name, &now)?;
            access::make_private(new, stat::mode(&now))?;
            access::carry_over(&changed, new)
        }
        Ok(_) | Err(Errno::ENOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Opens the file that `resolved` leads to, if there is one.
///
/// # Errors
///
/// The file could not be replaced when the new one is complete.
pub(super) fn open_old(resolved: &ResolvedPath) -> io::Result<Option<File>> {
    let open = |stat| open_replaceable(&resolved.directory, &resolved.name, stat);
    resolved.existing.as_ref().map(open).transpose()
}

/// Opens the file `name`, which fails if its permissions do not allow it to be written. A rename
/// would replace it all the same.
///
/// # Errors
///
/// The file could not be replaced when the new one is complete.
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
