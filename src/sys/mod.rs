//! Requests to the operating system that the standard library does not make.
//!
//! - `allocator`, `memory`, `huge_pages` and `usage` are about this process.
//! - `identity` and `stat` tell which file an open file or a path is; `resolved_path`, `directory`
//!   and `directory_tree` lead to the file at the end of a path, and `acl`, `xattr` and `capability`
//!   are about access to it.
//!
//! Each call that needs `unsafe` is in a safe function of its own. A module that is different on
//! Linux, macOS and other Unixes has a file for each, with the same functions.

#[cfg_attr(target_os = "linux", path = "acl/linux.rs")]
#[cfg_attr(target_os = "macos", path = "acl/macos.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "macos")), path = "acl/other.rs")]
pub(crate) mod acl;
mod allocator;
#[cfg_attr(not(target_os = "linux"), path = "no_capability.rs")]
pub(crate) mod capability;
pub(crate) mod directory;
pub(crate) mod directory_tree;
mod huge_pages;
pub(crate) mod identity;
pub(crate) mod memory;
pub(crate) mod resolved_path;
pub(crate) mod stat;
pub(crate) mod usage;
#[cfg_attr(not(any(target_os = "linux", target_os = "macos")), path = "no_xattr.rs")]
pub(crate) mod xattr;

pub use allocator::Allocator;
pub(crate) use allocator::fallible;
pub(crate) use huge_pages::prefer_huge_pages;
pub use identity::{FileId, is_same_file};

/// The maximum number of links on the way to a file, as in Linux.
const MAX_LINKS: usize = 40;
