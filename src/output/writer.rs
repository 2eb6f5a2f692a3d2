//! The ways in which an output is written.

use std::io::{self, IoSlice, Write};

use super::blocking_file::{BlockingFile, write_all_vectored};
use super::compressor::Compressor;

/// Where bytes go.
pub(super) enum Writer {
    Discard,
    Plain(BlockingFile),
    Compressed(Box<Compressor>),
}

impl Writer {
    pub(super) fn write_all_vectored(&mut self, slices: &mut [IoSlice<'_>]) -> io::Result<()> {
        match self {
            Self::Discard => Ok(()),
            Self::Plain(file) => write_all_vectored(file, slices),
            Self::Compressed(compressor) => {
                slices.iter().try_for_each(|slice| compressor.write_all(slice))
            }
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all_vectored(&mut [IoSlice::new(bytes)])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
