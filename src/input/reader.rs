//! The plain text of an input as a standard [`BufRead`](io::BufRead), for example for catalogues.

use std::io::{self, BufReader, Read};

use super::decode::Decoder;

const BUFFER_SIZE: usize = 64 << 10;

/// A reader that blocks where the decoder reports that it would.
pub(super) struct Blocking(pub(super) Decoder);

impl Read for Blocking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
    }
}

/// Returns a buffered reader of the plain bytes that `decoder` gives.
pub(super) fn buffered(decoder: Decoder) -> impl io::BufRead + Send {
    BufReader::with_capacity(BUFFER_SIZE, Blocking(decoder))
}
