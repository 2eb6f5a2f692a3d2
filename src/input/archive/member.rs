//! The bytes of one member, for a thread that may still be reading when the archive goes on.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::contents::Contents;
use crate::input::poll_read::PollRead;

/// An archive that is read by one thread after the other.
#[derive(Clone)]
pub(super) struct SharedContents(Arc<Mutex<Contents>>);

impl SharedContents {
    pub(super) fn new(contents: Contents) -> Self {
        Self(Arc::new(Mutex::new(contents)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads one member, as long as it is the current one.
///
/// The thread that reads a member is not joined, because it may wait for an input for ever. If the
/// run on a member fails, that thread may read once more when the archive is at another member.
pub(in crate::input) struct MemberReader {
    contents: SharedContents,
    number: u64,
}

impl MemberReader {
    /// Returns a reader of the current member.
    pub(super) fn new(contents: SharedContents) -> Self {
        let number = contents.lock().number();
        Self { contents, number }
    }

    /// Returns the archive, if this is still its current member.
    fn current(&self) -> Option<MutexGuard<'_, Contents>> {
        let contents = self.contents.lock();
        (contents.number() == self.number).then_some(contents)
    }

    /// Returns how many bytes were not yet read.
    pub(in crate::input) fn remaining(&self) -> u64 {
        self.current().map_or(0, |contents| contents.remaining())
    }
}

impl Read for MemberReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.current() {
            Some(mut contents) => contents.read(buffer),
            None => Err(io::Error::other("the archive was read on")),
        }
    }
}

impl PollRead for MemberReader {
    fn would_block(&self) -> bool {
        self.current().is_some_and(|contents| contents.would_block())
    }
}
