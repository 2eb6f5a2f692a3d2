//! The bytes of an input as they stand in the file or come out of the pipe, with a look ahead.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::os::fd::AsFd;
use std::sync::Arc;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::format::Head;
use super::meter::Meter;
use super::remaining::Extent;
use crate::sys::fallible;

/// Bytes read at once for a decoder. Of 16 KiB to 1 MiB, all but the first took the same time.
const BUFFER_SIZE: usize = 128 << 10;

/// A file that is read from front to back, and can be told from where it would have to wait.
pub(crate) struct RawInput {
    file: Arc<File>,
    extent: Extent,
    meter: Meter,
    buffer: Vec<u8>,
    position: usize,
    filled: usize,
    is_at_end: bool,
    /// Whether it is said before a read waits, and whether it was said of the next one.
    announces_waits: bool,
    is_announced: bool,
}

impl RawInput {
    /// What `file` gives within `extent`, counted by `meter`.
    pub(crate) fn new(file: Arc<File>, extent: Extent, meter: Meter) -> Self {
        let (buffer, position, filled) = (Vec::new(), 0, 0);
        Self {
            file,
            extent,
            meter,
            buffer,
            position,
            filled,
            is_at_end: false,
            announces_waits: false,
            is_announced: false,
        }
    }

    /// Has reads fail with [`io::ErrorKind::WouldBlock`], once, before one would wait, or not.
    #[cfg(any(
        feature = "bzip2",
        feature = "gzip",
        feature = "lz4",
        feature = "xz",
        feature = "zstd"
    ))]
    pub(super) fn announce_waits(&mut self, announces_waits: bool) {
        self.announces_waits = announces_waits;
    }

    /// What was looked at and not yet read.
    pub(super) fn ahead(&self) -> &[u8] {
        &self.buffer[self.position..self.filled]
    }

    /// Looks further ahead, by one read. Not at the end, and not further than the buffer is long.
    pub(super) fn look_ahead(&mut self) -> io::Result<()> {
        let all = usize::try_from(self.extent.left()).unwrap_or(usize::MAX);
        // Enough to see in which format it is, for a full buffer would look like the end. More,
        // where more is left than was promised.
        let len = BUFFER_SIZE.min(all).max(Head::LEN);
        if self.buffer.len() < len {
            fallible(|| self.buffer.try_reserve_exact(len - self.buffer.len()))?;
            self.buffer.resize(len, 0);
        }
        self.buffer.copy_within(self.position..self.filled, 0);
        (self.position, self.filled) = (0, self.filled - self.position);
        let unfilled = &mut self.buffer[self.filled..];
        let read = read(&self.file, &mut self.extent, &self.meter, unfilled)?;
        self.filled += read;
        self.is_at_end = read == 0;
        Ok(())
    }

    /// Whether more was asked for than there is.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Whether the next read would have to wait for whoever writes the input.
    pub(super) fn would_wait(&self) -> bool {
        let mut fds = [PollFd::new(self.file.as_fd(), PollFlags::POLLIN)];
        self.ahead().is_empty()
            && self.extent.left() > 0
            && poll(&mut fds, PollTimeout::ZERO) == Ok(0)
    }
}

/// Plain input: what it gives need not be put into another buffer first.
pub(super) struct Unbuffered(pub(super) RawInput);

impl Read for Unbuffered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Self(input) = self;
        if input.ahead().is_empty() {
            return read(&input.file, &mut input.extent, &input.meter, buffer);
        }
        input.read(buffer)
    }
}

impl Read for RawInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for RawInput {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead().is_empty() {
            if self.announces_waits && !self.is_announced && self.would_wait() {
                self.is_announced = true;
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.is_announced = false;
            self.look_ahead()?;
        }
        Ok(self.ahead())
    }

    fn consume(&mut self, len: usize) {
        self.position += len;
    }
}

/// One read, which waits also where another process made the descriptor non-blocking.
fn read(
    mut file: &File,
    extent: &mut Extent,
    meter: &Meter,
    buffer: &mut [u8],
) -> io::Result<usize> {
    let most = extent.allow(file, buffer.len())?;
    if most == 0 {
        return Ok(0);
    }
    loop {
        match file.read(&mut buffer[..most]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let mut fds = [PollFd::new(file.as_fd(), PollFlags::POLLIN)];
                poll(&mut fds, PollTimeout::NONE)?;
            }
            result => {
                let read = result?;
                extent.take(read);
                meter.add(read);
                return Ok(read);
            }
        }
    }
}
