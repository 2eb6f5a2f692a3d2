//! Requests to the operating system that the standard library does not make.
//!
//! - `allocator`, `memory`, `huge_pages` and `usage` are about this process.
//! - `identity` tells which file an open file or a path is; `resolved_path`, `directory` and
//!   `directory_tree` lead to the file at the end of a path, and `xattr` and `capability` are about access to it.
//!
//! Each call that needs `unsafe` is in a safe function of its own.

mod allocator;
pub(crate) mod capability;
pub(crate) mod directory;
pub(crate) mod directory_tree;
mod huge_pages;
pub(crate) mod identity;
pub(crate) mod memory;
pub(crate) mod resolved_path;
pub(crate) mod usage;
pub(crate) mod xattr;

pub use allocator::Allocator;
pub(crate) use allocator::fallible;
pub(crate) use huge_pages::prefer_huge_pages;
pub use identity::is_same_file;

/// The maximum number of links on the way to a file, as in Linux.
const MAX_LINKS: usize = 40;
