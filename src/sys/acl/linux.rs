//! The access ACL of an open file, which Linux keeps in an extended attribute.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::libc;

use super::xattr;

/// The attribute with the ACL.
const NAME: &CStr = c"system.posix_acl_access";

/// Returns the ACL of `file`, if it has one beyond its mode: a version, followed by entries of eight
/// bytes.
pub(crate) fn get(file: &File) -> io::Result<Option<Vec<u8>>> {
    xattr::get(file, NAME)
}

/// Replaces the ACL of `file`.
pub(crate) fn set(file: &File, acl: &[u8]) -> io::Result<()> {
    xattr::set(file, NAME, acl)
}

/// Removes the ACL of `file`, which has one.
pub(crate) fn remove(file: &File) -> io::Result<()> {
    // SAFETY: `NAME` is a C string that outlives the call.
    let result = unsafe { libc::fremovexattr(file.as_raw_fd(), NAME.as_ptr()) };
    Ok(Errno::result(result).map(drop)?)
}

/// Keeps an ACL of `file` that is not wanted from giving more access than its mode. On Linux none
/// does: the bits of the group are its mask.
pub(crate) fn limit_to_mode(_: &File) -> io::Result<()> {
    Ok(())
}
