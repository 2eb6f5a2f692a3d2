//! The plain text of a small file, for what is not a log: catalogues may be compressed as logs are.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use super::decode::Decoder;
use super::meter::Meter;
use super::raw::RawInput;

/// Reads a file front to back, decompressed if its first bytes say so, on the calling thread.
pub struct PlainText(Decoder);

impl PlainText {
    /// Waits until there are enough bytes of `file` to tell its format.
    ///
    /// # Errors
    ///
    /// Those of reading, and of a format that is not built in.
    pub fn new(file: File) -> io::Result<Self> {
        let input = RawInput::new(Arc::new(file), u64::MAX, Meter::new());
        Decoder::new(input, None, 1).map(Self)
    }
}

impl Read for PlainText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                // It says so once before it waits, to those who have something else to do.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
    }
}
