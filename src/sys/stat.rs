//! The fields of a `stat`, whose types differ between systems, in the types that the standard library
//! has for all of them.

#![allow(clippy::unnecessary_cast, reason = "the types differ between systems")]

use nix::sys::stat::FileStat;

/// Returns the device that the file is on.
pub(crate) fn device(stat: &FileStat) -> u64 {
    stat.st_dev as u64
}

/// Returns the mode: permissions and kind of the file.
pub(crate) fn mode(stat: &FileStat) -> u32 {
    stat.st_mode as u32
}
