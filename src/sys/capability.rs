//! The capabilities of the process.

use nix::errno::Errno;
use nix::libc::{self, c_int};
use nix::unistd::geteuid;

/// `struct __user_cap_header_struct` of Linux.
#[repr(C)]
struct Header {
    version: u32,
    process: c_int,
}

/// `struct __user_cap_data_struct` of Linux.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Sets {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// Returns whether the process has `CAP_FOWNER`, which allows to any file what otherwise only its
/// owner may do.
pub(crate) fn acts_as_any_owner() -> bool {
    const VERSION_3: u32 = 0x2008_0522;
    const CAP_FOWNER: u32 = 3;
    let mut header = Header { version: VERSION_3, process: 0 };
    // Version 3 has two structures, for 64 capabilities.
    let mut sets = [Sets::default(); 2];
    // SAFETY: both structures have the layout of Linux, and the kernel writes two `Sets` for this
    // version, which is the length of the array.
    let result = unsafe { libc::syscall(libc::SYS_capget, &raw mut header, sets.as_mut_ptr()) };
    match Errno::result(result) {
        Ok(_) => sets[0].effective & (1 << CAP_FOWNER) != 0,
        Err(_) => geteuid().is_root(),
    }
}
