//! The ACL of an open file on macOS, which lists who is allowed what and who is denied it. It comes
//! before the mode: an entry can give access that the mode does not.

use std::ffi::{c_int, c_uint, c_void};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::ptr::NonNull;

use nix::errno::Errno;

/// The only type of ACL that macOS has.
const TYPE_EXTENDED: c_uint = 0x100;

// SAFETY: the functions of `sys/acl.h`, which are in the C library of macOS.
unsafe extern "C" {
    fn acl_get_fd_np(file: c_int, kind: c_uint) -> *mut c_void;
    fn acl_set_fd_np(file: c_int, acl: *mut c_void, kind: c_uint) -> c_int;
    fn acl_init(entries: c_int) -> *mut c_void;
    fn acl_size(acl: *mut c_void) -> isize;
    fn acl_copy_ext_native(buffer: *mut c_void, acl: *mut c_void, len: isize) -> isize;
    fn acl_copy_int_native(buffer: *const c_void) -> *mut c_void;
    fn acl_free(object: *mut c_void) -> c_int;
}

/// An ACL in the memory of the C library.
struct Acl(NonNull<c_void>);

impl Acl {
    /// Takes over what a function of the C library has allocated, or its error.
    fn of(allocated: *mut c_void) -> nix::Result<Self> {
        NonNull::new(allocated).map(Self).ok_or_else(Errno::last)
    }

    fn apply(&self, file: &File) -> io::Result<()> {
        // SAFETY: the ACL is one of the C library, which only reads it.
        let result = unsafe { acl_set_fd_np(file.as_raw_fd(), self.0.as_ptr(), TYPE_EXTENDED) };
        Ok(Errno::result(result).map(drop)?)
    }
}

impl Drop for Acl {
    fn drop(&mut self) {
        // SAFETY: the C library allocated the ACL, and nothing else refers to it.
        unsafe { acl_free(self.0.as_ptr()) };
    }
}

/// Returns the ACL of `file`, if it has one, in the form of the C library.
pub(crate) fn get(file: &File) -> io::Result<Option<Vec<u8>>> {
    // SAFETY: the call takes a descriptor that is open, and returns an ACL or null.
    let acl = match Acl::of(unsafe { acl_get_fd_np(file.as_raw_fd(), TYPE_EXTENDED) }) {
        Ok(acl) => acl,
        // The file has none, or its file system has no ACLs.
        Err(Errno::ENOENT | Errno::ENOTSUP | Errno::EOPNOTSUPP) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // SAFETY: the ACL is one of the C library, which only reads it.
    let len = Errno::result(unsafe { acl_size(acl.0.as_ptr()) })?;
    let mut bytes = vec![0; len.unsigned_abs()];
    // SAFETY: as above, and `bytes` is valid for writes of `len` bytes.
    let copied = unsafe { acl_copy_ext_native(bytes.as_mut_ptr().cast(), acl.0.as_ptr(), len) };
    bytes.truncate(Errno::result(copied)?.unsigned_abs());
    Ok(Some(bytes))
}

/// Replaces the ACL of `file` by one that [`get`] returned.
pub(crate) fn set(file: &File, acl: &[u8]) -> io::Result<()> {
    // SAFETY: `acl` holds a whole ACL in the form that this function reads.
    Acl::of(unsafe { acl_copy_int_native(acl.as_ptr().cast()) })?.apply(file)
}

/// Removes all entries of the ACL of `file`.
pub(crate) fn remove(file: &File) -> io::Result<()> {
    // SAFETY: the call takes a number, and returns an ACL or null.
    Acl::of(unsafe { acl_init(0) })?.apply(file)
}

/// Removes an ACL of `file` that is not wanted, for instance one that is inherited from its
/// directory, as it may give more access than the mode.
pub(crate) fn limit_to_mode(file: &File) -> io::Result<()> {
    get(file)?.map_or(Ok(()), |_| remove(file))
}
