//! The same as `xattr` for systems whose extended attributes have other calls: files have none here.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;

pub(crate) fn is_of_users(_: &CStr) -> bool {
    false
}

pub(crate) fn get(_: &File, _: &CStr) -> io::Result<Option<Vec<u8>>> {
    Ok(None)
}

pub(crate) fn set(_: &File, _: &CStr, _: &[u8]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn names(_: &File) -> io::Result<Vec<CString>> {
    Ok(Vec::new())
}
