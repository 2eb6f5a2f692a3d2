//! The ways in which an output is written.

use std::io::{self, IoSlice, Write};

use super::blocking_file::BlockingFile;
use super::compressor::Compressor;
use super::preallocated_file::PreallocatedFile;

/// The writer of a sink.
pub(super) enum Writer {
    Discard,
    Direct(BlockingFile),
    New(PreallocatedFile),
    Compressed(Box<Compressor>),
}

impl Writer {
    pub(super) fn write_all_vectored(&mut self, slices: &mut [IoSlice<'_>]) -> io::Result<()> {
        match self {
            Self::Discard => Ok(()),
            Self::Direct(file) => write_all_vectored(file, slices),
            Self::New(file) => file.write_all_vectored(slices),
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

/// Writes all of `slices` in as few calls as the kernel allows.
pub(super) fn write_all_vectored(
    writer: &mut impl Write,
    mut slices: &mut [IoSlice<'_>],
) -> io::Result<()> {
    IoSlice::advance_slices(&mut slices, 0);
    while !slices.is_empty() {
        match writer.write_vectored(slices) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut slices, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer that takes at most `max` bytes a call, and is interrupted before each call.
    struct Reluctant {
        max: usize,
        interrupted: bool,
        taken: Vec<u8>,
    }

    impl Write for Reluctant {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let len = buffer.len().min(self.max);
            self.taken.extend(&buffer[..len]);
            Ok(len)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn short_and_interrupted_writes_lose_nothing() {
        for max in 1..10 {
            let mut writer = Reluctant { max, interrupted: false, taken: Vec::new() };
            let mut slices = [&b""[..], b"one", b"", b"two", b"three"].map(IoSlice::new);
            write_all_vectored(&mut writer, &mut slices).unwrap();
            assert_eq!(writer.taken, b"onetwothree");
        }
        let mut full = Reluctant { max: 0, interrupted: false, taken: Vec::new() };
        let error = write_all_vectored(&mut full, &mut [IoSlice::new(b"x")]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WriteZero);
    }
}
