//! The plain text of an input as a standard [`BufRead`](io::BufRead), for example for catalogues.

use std::io::{self, BufReader, Read};

use super::poll_read::PollRead;

const BUFFER_SIZE: usize = 64 << 10;

/// A reader that blocks where its input reports that it would.
pub(super) struct Blocking<R>(pub(super) R);

impl<R: PollRead> Read for Blocking<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
    }
}

/// Returns a buffered reader of `text`.
pub(super) fn buffered(text: impl PollRead + Send) -> impl io::BufRead + Send {
    BufReader::with_capacity(BUFFER_SIZE, Blocking(text))
}
