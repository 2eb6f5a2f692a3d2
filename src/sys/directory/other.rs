//! What other Unixes have for directories. Their files have a name from the start, so that those under
//! construction have a temporary one.

use std::ffi::{CStr, OsStr};
use std::fs::File;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::libc;
use nix::sys::stat::fstat;

use super::Directory;

/// The flag to open a directory with. POSIX has `O_SEARCH`, but not every OS takes such a descriptor
/// for all that is done with it here.
pub(super) const SEARCH: OFlag = OFlag::O_RDONLY;

/// Fails: no file is without a name.
pub(super) fn create_unnamed(_: &Directory, _: u32) -> nix::Result<File> {
    Err(Errno::EOPNOTSUPP)
}

/// Fails, as there is no file without a name to give one to.
pub(super) fn link(_: &Directory, _: &File, _: &OsStr) -> nix::Result<()> {
    Err(Errno::EOPNOTSUPP)
}

/// Returns `false`: macOS has no `/proc`, and the BSDs do not mount theirs unless told to.
pub(super) fn is_in_proc(_: &OwnedFd) -> bool {
    false
}

/// Returns whether the directory has the flag that `chflags uappnd` or `chflags sappnd` sets.
pub(super) fn is_append_only(directory: &OwnedFd) -> bool {
    #[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
    const APPEND: u64 = libc::UF_APPEND as u64 | libc::SF_APPEND as u64;
    fstat(directory).is_ok_and(|found| u64::from(found.st_flags) & APPEND != 0)
}

/// Returns `false`. macOS mounts nothing on a file. Where another OS does, the rename fails after the
/// work, and the old file stays.
pub(super) fn is_mount_point(_: &Directory, _: &OsStr) -> bool {
    false
}

#[cfg(target_os = "macos")]
pub(super) fn rename_without_replacing(
    directory: &OwnedFd,
    old: &CStr,
    new: &CStr,
) -> nix::Result<()> {
    use std::os::fd::AsRawFd;

    let directory = directory.as_raw_fd();
    // SAFETY: both names are C strings that outlive the call, which only reads them.
    let result = unsafe {
        libc::renameatx_np(directory, old.as_ptr(), directory, new.as_ptr(), libc::RENAME_EXCL)
    };
    match Errno::result(result) {
        // As Linux says it: the file system does not have this.
        Err(Errno::ENOTSUP) => Err(Errno::EINVAL),
        result => result.map(drop),
    }
}

/// Fails, as no call does this.
#[cfg(not(target_os = "macos"))]
pub(super) fn rename_without_replacing(_: &OwnedFd, _: &CStr, _: &CStr) -> nix::Result<()> {
    Err(Errno::ENOSYS)
}
