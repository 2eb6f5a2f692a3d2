//! What Linux has for directories: files without a name, `statx`, and a rename that replaces nothing.

use std::ffi::{CStr, OsStr};
use std::fs::{self, File};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::NixPath;
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag};
use nix::libc::{self, c_int, c_uint};
use nix::sys::statfs::{PROC_SUPER_MAGIC, fstatfs};
use nix::unistd::linkat;

use super::Directory;

/// The mask with which `statx` is asked for no field but the attributes, which it always returns.
const NO_FIELDS: c_uint = 0;

/// The flag to open a directory with that is only searched.
pub(super) const SEARCH: OFlag = OFlag::O_PATH;

pub(super) fn create_unnamed(directory: &Directory, mode: u32) -> nix::Result<File> {
    directory.open_file(OsStr::new("."), OFlag::O_TMPFILE | OFlag::O_RDWR, mode)
}

pub(super) fn link(directory: &Directory, file: &File, name: &OsStr) -> nix::Result<()> {
    let file = format!("/proc/self/fd/{}", file.as_raw_fd());
    linkat(AT_FDCWD, file.as_str(), &directory.0, name, AtFlags::AT_SYMLINK_FOLLOW)
}

pub(super) fn is_in_proc(directory: &OwnedFd) -> bool {
    fstatfs(directory).is_ok_and(|found| found.filesystem_type() == PROC_SUPER_MAGIC)
}

pub(super) fn is_append_only(directory: &OwnedFd) -> bool {
    has_attribute(directory, OsStr::new(""), libc::STATX_ATTR_APPEND as u64) == Some(true)
}

pub(super) fn is_mount_point(directory: &Directory, name: &OsStr) -> bool {
    let told = has_attribute(&directory.0, name, libc::STATX_ATTR_MOUNT_ROOT as u64);
    // Linux before 5.8 does not tell. Device numbers are no substitute: within one overlay, those of
    // a directory and of its files differ.
    told.unwrap_or_else(|| {
        let file = directory.open_file(name, OFlag::O_PATH | OFlag::O_NOFOLLOW, 0).ok();
        let file = file.and_then(|file| mount_id(&file));
        file.is_some() && file != mount_id(&directory.0)
    })
}

/// Returns whether `name`, or the directory itself if `name` is empty, has the attribute `wanted`.
/// Returns `None` if the kernel or the file system does not tell.
///
/// The call is direct, as glibc has a function for it only since 2.28, and the wheel runs with 2.17.
fn has_attribute(directory: &OwnedFd, name: &OsStr, wanted: u64) -> Option<bool> {
    let flags = libc::AT_SYMLINK_NOFOLLOW | libc::AT_EMPTY_PATH | libc::AT_NO_AUTOMOUNT;
    let stat = |name: &CStr| {
        let mut found = MaybeUninit::<libc::statx>::zeroed();
        // SAFETY: `name` is a C string that outlives the call, which only reads it, and `found` is
        // valid for the write of one `statx`.
        let result = unsafe {
            libc::syscall(
                libc::SYS_statx,
                directory.as_raw_fd(),
                name.as_ptr(),
                flags,
                NO_FIELDS,
                found.as_mut_ptr(),
            )
        };
        // SAFETY: `found` was zeroed, and all its fields are integers or arrays of integers.
        Errno::result(result).map(|_| unsafe { found.assume_init() })
    };
    let found = name.with_nix_path(stat).and_then(|found| found).ok()?;
    let is_told = found.stx_attributes_mask & wanted != 0;
    is_told.then_some(found.stx_attributes & wanted != 0)
}

/// Calls `renameat2` with `RENAME_NOREPLACE`, for which not every C library has a function.
pub(super) fn rename_without_replacing(
    directory: &OwnedFd,
    old: &CStr,
    new: &CStr,
) -> nix::Result<()> {
    let directory: c_int = directory.as_raw_fd();
    // SAFETY: both names are C strings that outlive the call, which only reads them.
    let result = unsafe {
        libc::syscall(
            libc::SYS_renameat2,
            directory,
            old.as_ptr(),
            directory,
            new.as_ptr(),
            libc::RENAME_NOREPLACE,
        )
    };
    Errno::result(result).map(drop)
}

/// Returns the ID of the mount that `file` was opened in, or `None` if `/proc` does not tell.
fn mount_id(file: &impl AsRawFd) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/self/fdinfo/{}", file.as_raw_fd())).ok()?;
    let id = text.lines().find_map(|line| line.strip_prefix("mnt_id:"))?;
    Some(id.trim().to_owned())
}
