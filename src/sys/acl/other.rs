//! ACLs of systems whose calls for them are not used. A file may have one or not.

use std::fs::File;
use std::io;

/// Fails: nothing is known of the ACL.
pub(crate) fn get(_: &File) -> io::Result<Option<Vec<u8>>> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn set(_: &File, _: &[u8]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn remove(_: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Does nothing: POSIX ACLs give no access that the bits of the group do not, and setting a mode
/// removes the ACLs of ZFS, unless its property `aclmode` says otherwise.
pub(crate) fn limit_to_mode(_: &File) -> io::Result<()> {
    Ok(())
}
