//! The bytes of an input as they are in the file or the pipe, with lookahead.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::os::fd::AsFd;
use std::sync::Arc;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::archive::MemberReader;
use super::format::Detection;
use super::meter::Meter;
use super::poll_read::PollRead;
use super::remaining::Remaining;
use crate::sys::fallible;

/// Bytes read at once for a decoder. Larger buffers are no faster.
const BUFFER_SIZE: usize = 128 << 10;

/// The behaviour of a read that would wait for the program that writes the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(any(
        feature = "bzip2",
        feature = "gzip",
        feature = "lz4",
        feature = "xz",
        feature = "zstd"
    )),
    allow(dead_code, reason = "no decoder of this build can report it")
)]
pub(super) enum BeforeWait {
    /// It waits.
    Wait,
    /// It fails with [`io::ErrorKind::WouldBlock`]; the read after that waits.
    Report,
    /// It waits, because the read before reported it.
    Reported,
}

/// A file, or a member of an archive, that is read from front to back, and that can tell whether a
/// read would block.
pub(crate) struct RawInput {
    upstream: Upstream,
    buffer: Vec<u8>,
    position: usize,
    filled: usize,
    is_at_end: bool,
    before_wait: BeforeWait,
}

/// The bytes that an input reads.
enum Upstream {
    File { file: Arc<File>, remaining: Remaining, meter: Meter },
    Member(MemberReader),
}

impl RawInput {
    /// Returns the input that reads `remaining` of `file`, counted by `meter`.
    pub(crate) fn new(file: Arc<File>, remaining: Remaining, meter: Meter) -> Self {
        Self::of(Upstream::File { file, remaining, meter })
    }

    /// Returns the input that reads `member`. The meter of the archive counts its bytes.
    pub(super) fn of_member(member: MemberReader) -> Self {
        Self::of(Upstream::Member(member))
    }

    fn of(upstream: Upstream) -> Self {
        Self {
            upstream,
            buffer: Vec::new(),
            position: 0,
            filled: 0,
            is_at_end: false,
            before_wait: BeforeWait::Wait,
        }
    }

    /// Sets what reads do before they would wait.
    #[cfg(any(
        feature = "bzip2",
        feature = "gzip",
        feature = "lz4",
        feature = "xz",
        feature = "zstd"
    ))]
    pub(super) fn set_before_wait(&mut self, before_wait: BeforeWait) {
        self.before_wait = before_wait;
    }

    /// Returns the bytes that were read from the file and not yet from here.
    pub(super) fn ahead(&self) -> &[u8] {
        &self.buffer[self.position..self.filled]
    }

    /// Reads further ahead, once. Gets nothing at the end of the input, or if the buffer is full.
    pub(super) fn look_ahead(&mut self) -> io::Result<()> {
        let all = usize::try_from(self.upstream.remaining()).unwrap_or(usize::MAX);
        // Room for all that the detection of the format may need, because a full buffer would look
        // like the end; and more than remains, because the size of the file may be wrong.
        let len = BUFFER_SIZE.min(all).max(Detection::MAX_LEN);
        if self.buffer.len() < len {
            fallible(|| self.buffer.try_reserve_exact(len - self.buffer.len()))?;
            self.buffer.resize(len, 0);
        }
        self.buffer.copy_within(self.position..self.filled, 0);
        (self.position, self.filled) = (0, self.filled - self.position);
        let unfilled = &mut self.buffer[self.filled..];
        let read = self.upstream.read(unfilled)?;
        self.filled += read;
        self.is_at_end = read == 0;
        Ok(())
    }

    /// Returns whether the last read ahead met the end of the input.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Returns whether the next read would wait for the program that writes the input.
    pub(super) fn would_block(&self) -> bool {
        self.ahead().is_empty() && self.upstream.would_block()
    }
}

impl Upstream {
    /// Returns how many bytes remain, if the size of the file is right.
    fn remaining(&self) -> u64 {
        match self {
            Self::File { remaining, .. } => remaining.bytes(),
            Self::Member(member) => member.remaining(),
        }
    }

    /// Reads once, and waits if there is nothing to read yet.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File { file, remaining, meter } => read(file, remaining, meter, buffer),
            Self::Member(member) => member.read(buffer),
        }
    }

    fn would_block(&self) -> bool {
        match self {
            Self::File { file, remaining, .. } => {
                let mut fds = [PollFd::new(file.as_fd(), PollFlags::POLLIN)];
                remaining.bytes() > 0 && poll(&mut fds, PollTimeout::ZERO) == Ok(0)
            }
            Self::Member(member) => member.would_block(),
        }
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
            match self.before_wait {
                BeforeWait::Report if self.would_block() => {
                    self.before_wait = BeforeWait::Reported;
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                BeforeWait::Reported => self.before_wait = BeforeWait::Report,
                BeforeWait::Report | BeforeWait::Wait => {}
            }
            self.look_ahead()?;
        }
        Ok(self.ahead())
    }

    fn consume(&mut self, len: usize) {
        self.position += len;
    }
}

/// Plain input, which is read directly into the buffer of the caller.
pub(super) struct Unbuffered(pub(super) RawInput);

impl Read for Unbuffered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Self(input) = self;
        if input.ahead().is_empty() {
            return input.upstream.read(buffer);
        }
        input.read(buffer)
    }
}

impl PollRead for Unbuffered {
    fn would_block(&self) -> bool {
        self.0.would_block()
    }
}

/// Reads once. Waits also if another process made the descriptor non-blocking.
fn read(
    mut file: &File,
    remaining: &mut Remaining,
    meter: &Meter,
    buffer: &mut [u8],
) -> io::Result<usize> {
    let len = remaining.limit(file, buffer.len())?;
    if len == 0 {
        return Ok(0);
    }
    loop {
        match file.read(&mut buffer[..len]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let mut fds = [PollFd::new(file.as_fd(), PollFlags::POLLIN)];
                poll(&mut fds, PollTimeout::NONE)?;
            }
            result => {
                let read = result?;
                remaining.subtract(read);
                meter.add(read);
                return Ok(read);
            }
        }
    }
}
