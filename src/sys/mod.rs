//! What is asked of the operating system beyond what the standard library asks.
//!
//! The calls that need `unsafe` are here, each in a safe function of its own.

mod allocator;
pub(crate) mod attributes;
pub(crate) mod capability;
pub(crate) mod directory;
pub(crate) mod file_id;
pub(crate) mod memory;
mod huge_pages;
mod path_id;
pub(crate) mod resolved_path;
pub(crate) mod usage;

pub use allocator::Allocator;
pub(crate) use allocator::fallible;
pub(crate) use huge_pages::prefer_large_pages;
pub use path_id::is_same_file;
