//! Readers that can tell whether the next read would block.

use std::io::Read;

/// A reader that can be asked whether it would block.
pub(super) trait PollRead: Read {
    /// Returns whether the next read would wait for the program that writes the input.
    ///
    /// A read may also fail with [`WouldBlock`](std::io::ErrorKind::WouldBlock) to say so, once. It waits when it is
    /// called again.
    fn would_block(&self) -> bool;
}
