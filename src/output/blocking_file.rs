//! Writing all of something, whatever the system takes at once.

use std::fs::File;
use std::io::{self, IoSlice, Write};
use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Writes all of `slices` in as few calls as the system allows.
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

/// A file whose writes wait, also where another process made the descriptor non-blocking.
pub(super) struct BlockingFile(pub(super) File);

impl Write for BlockingFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(buffer)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        loop {
            match self.0.write_vectored(slices) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let mut fds = [PollFd::new(self.0.as_fd(), PollFlags::POLLOUT)];
                    poll(&mut fds, PollTimeout::NONE)?;
                }
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes at most `most` bytes a call, and is interrupted before each of them.
    struct Reluctant {
        most: usize,
        interrupted: bool,
        taken: Vec<u8>,
    }

    impl Write for Reluctant {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let len = buffer.len().min(self.most);
            self.taken.extend(&buffer[..len]);
            Ok(len)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn short_and_interrupted_writes_lose_nothing() {
        for most in 1..10 {
            let mut writer = Reluctant { most, interrupted: false, taken: Vec::new() };
            let mut slices = [&b""[..], b"one", b"", b"two", b"three"].map(IoSlice::new);
            write_all_vectored(&mut writer, &mut slices).unwrap();
            assert_eq!(writer.taken, b"onetwothree");
        }
        let mut full = Reluctant { most: 0, interrupted: false, taken: Vec::new() };
        let error = write_all_vectored(&mut full, &mut [IoSlice::new(b"x")]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WriteZero);
    }
}
