//! The plain text of an input for those who read it as any other file: catalogues, for example.

use std::io::{self, BufReader, Read};

use super::decode::Decoder;

/// Waits where a decoder would rather say that it has to.
struct Waiting(Decoder);

impl Read for Waiting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
    }
}

/// Reads what `decoder` gives, through a buffer.
pub(super) fn reader(decoder: Decoder) -> impl io::BufRead + Send {
    BufReader::with_capacity(64 << 10, Waiting(decoder))
}
