//! What is asked of the operating system.

mod allocator;

pub use allocator::Allocator;
pub(crate) use allocator::fallible;
