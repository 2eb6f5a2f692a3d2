//! Extended attributes of open files.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::ptr;

use nix::errno::Errno;
use nix::libc;

/// Returns the attribute `name` of `file`, or `None` if the file has no such attribute or the file
/// system does not support attributes.
pub(crate) fn get(file: &File, name: &CStr) -> io::Result<Option<Vec<u8>>> {
    let call = |buffer: *mut u8, len| {
        // SAFETY: `name` is a C string that outlives the call, and `buffer` is valid for writes of
        // `len` bytes, or null if `len` is 0.
        unsafe { libc::fgetxattr(file.as_raw_fd(), name.as_ptr(), buffer.cast(), len) }
    };
    match read_with(call) {
        Ok(value) => Ok(Some(value)),
        Err(Errno::ENODATA | Errno::EOPNOTSUPP) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Sets the attribute `name` of `file` to `value`.
pub(crate) fn set(file: &File, name: &CStr, value: &[u8]) -> io::Result<()> {
    let (descriptor, len) = (file.as_raw_fd(), value.len());
    // SAFETY: `name` is a C string that outlives the call, and `value` is valid for reads of `len`
    // bytes.
    let result =
        unsafe { libc::fsetxattr(descriptor, name.as_ptr(), value.as_ptr().cast(), len, 0) };
    Ok(Errno::result(result).map(drop)?)
}

/// Removes the attribute `name` of `file`.
pub(crate) fn remove(file: &File, name: &CStr) -> io::Result<()> {
    // SAFETY: `name` is a C string that outlives the call.
    let result = unsafe { libc::fremovexattr(file.as_raw_fd(), name.as_ptr()) };
    Ok(Errno::result(result).map(drop)?)
}

/// Returns the names of all attributes of `file` that the kernel lists.
pub(crate) fn names(file: &File) -> io::Result<Vec<CString>> {
    let list = read_with(|buffer, len| {
        // SAFETY: `buffer` is valid for writes of `len` bytes, or null if `len` is 0.
        unsafe { libc::flistxattr(file.as_raw_fd(), buffer.cast(), len) }
    })?;
    let names = list.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    Ok(names.filter_map(|name| CString::new(name).ok()).collect())
}

/// Returns the bytes that `call` writes to a buffer. With an empty buffer, `call` returns the length
/// that it needs.
fn read_with(call: impl Fn(*mut u8, usize) -> isize) -> nix::Result<Vec<u8>> {
    let len = Errno::result(call(ptr::null_mut(), 0))?;
    let mut value = vec![0; len.unsigned_abs()];
    if value.is_empty() {
        return Ok(value);
    }
    let len = Errno::result(call(value.as_mut_ptr(), value.len()))?;
    value.truncate(len.unsigned_abs());
    Ok(value)
}
