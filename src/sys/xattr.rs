//! Extended attributes of open files, which Linux and macOS have.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::ptr;

use nix::errno::Errno;

pub(crate) use calls::is_of_users;

/// Returns the attribute `name` of `file`, or `None` if the file has no such attribute or the file
/// system does not support attributes.
pub(crate) fn get(file: &File, name: &CStr) -> io::Result<Option<Vec<u8>>> {
    let call = |buffer: *mut u8, len| {
        // SAFETY: `name` is a C string that outlives the call, and `buffer` is valid for writes of
        // `len` bytes, or null if `len` is 0.
        unsafe { calls::fgetxattr(file.as_raw_fd(), name.as_ptr(), buffer.cast(), len) }
    };
    match read_with(call) {
        Ok(value) => Ok(Some(value)),
        Err(calls::NO_ATTRIBUTE | Errno::ENOTSUP) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Sets the attribute `name` of `file` to `value`.
pub(crate) fn set(file: &File, name: &CStr, value: &[u8]) -> io::Result<()> {
    let (descriptor, len) = (file.as_raw_fd(), value.len());
    // SAFETY: `name` is a C string that outlives the call, and `value` is valid for reads of `len`
    // bytes.
    let result = unsafe { calls::fsetxattr(descriptor, name.as_ptr(), value.as_ptr().cast(), len) };
    Ok(Errno::result(result).map(drop)?)
}

/// Returns the names of all attributes of `file` that the kernel lists.
pub(crate) fn names(file: &File) -> io::Result<Vec<CString>> {
    let list = read_with(|buffer, len| {
        // SAFETY: `buffer` is valid for writes of `len` bytes, or null if `len` is 0.
        unsafe { calls::flistxattr(file.as_raw_fd(), buffer.cast(), len) }
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

#[cfg(target_os = "linux")]
mod calls {
    use std::ffi::CStr;

    use nix::errno::Errno;
    use nix::libc::{self, c_char, c_int, c_void, size_t};
    pub(super) use nix::libc::{fgetxattr, flistxattr};

    /// Returns whether users set attributes of this `name`. The OS has others for itself.
    pub(crate) fn is_of_users(name: &CStr) -> bool {
        name.to_bytes().starts_with(b"user.")
    }

    /// The error for an attribute that a file does not have.
    pub(super) const NO_ATTRIBUTE: Errno = Errno::ENODATA;

    /// # Safety
    ///
    /// As for the function of the C library that has this name.
    pub(super) unsafe fn fsetxattr(
        file: c_int,
        name: *const c_char,
        value: *const c_void,
        len: size_t,
    ) -> c_int {
        // SAFETY: the caller keeps the contract.
        unsafe { libc::fsetxattr(file, name, value, len, 0) }
    }
}

/// The calls have more arguments here, which are for resource forks: a position, and options.
#[cfg(target_os = "macos")]
mod calls {
    use std::ffi::CStr;

    use nix::errno::Errno;
    use nix::libc::{self, c_char, c_int, c_void, size_t, ssize_t};

    /// Returns whether users set attributes of this `name`. The OS has others for itself.
    pub(crate) fn is_of_users(name: &CStr) -> bool {
        !name.to_bytes().starts_with(b"com.apple.")
    }

    /// The error for an attribute that a file does not have.
    pub(super) const NO_ATTRIBUTE: Errno = Errno::ENOATTR;

    /// # Safety
    ///
    /// As for the function of the C library that has this name.
    pub(super) unsafe fn fgetxattr(
        file: c_int,
        name: *const c_char,
        value: *mut c_void,
        len: size_t,
    ) -> ssize_t {
        // SAFETY: the caller keeps the contract.
        unsafe { libc::fgetxattr(file, name, value, len, 0, 0) }
    }

    /// # Safety
    ///
    /// As for the function of the C library that has this name.
    pub(super) unsafe fn fsetxattr(
        file: c_int,
        name: *const c_char,
        value: *const c_void,
        len: size_t,
    ) -> c_int {
        // SAFETY: the caller keeps the contract.
        unsafe { libc::fsetxattr(file, name, value, len, 0, 0) }
    }

    /// # Safety
    ///
    /// As for the function of the C library that has this name.
    pub(super) unsafe fn flistxattr(file: c_int, names: *mut c_char, len: size_t) -> ssize_t {
        // SAFETY: the caller keeps the contract.
        unsafe { libc::flistxattr(file, names, len, 0) }
    }
}
