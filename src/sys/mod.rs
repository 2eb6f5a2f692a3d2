//! What is asked of the operating system beyond what the standard library asks.
//!
//! The calls that need `unsafe` are here, each in a safe function of its own.

mod allocator;
pub(crate) mod attributes;
pub(crate) mod capability;
pub(crate) mod directory;
pub(crate) mod identity;
pub(crate) mod memory;
mod pages;
mod paths;
pub(crate) mod target;
pub(crate) mod usage;

pub use allocator::Allocator;
pub(crate) use allocator::fallible;
pub(crate) use pages::prefer_large_pages;
pub use paths::is_same_file;
