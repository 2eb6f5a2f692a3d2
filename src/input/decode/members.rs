//! Inputs that are made of several compressed ones, one after the other, as `cat a.gz b.gz` makes.
//!
//! The decoders of most formats read one such member. What may stand between two, and that nothing
//! else may, is decided here, in the same way for all.

use std::io::{self, BufRead, Read};

use super::{Decode, detect};
use crate::input::format::{Format, is_skippable};
use crate::input::raw::RawInput;

/// The decoder of one member.
pub(super) trait Member: Read + Send + Sized {
    const FORMAT: Format;
    /// Behind a member, a file may be filled up with zeros: with a multiple of this.
    const PADDING: Option<u64> = None;
    /// Between members there may be frames of other data.
    const HAS_SKIPPABLE_FRAMES: bool = false;

    /// Whether the decoder can go on after a read that failed because it would have had to wait.
    const CAN_BE_TOLD_TO_WAIT: bool = true;

    /// A decoder of the member that `input` stands at, with up to `threads` threads if it can.
    fn start(input: RawInput, threads: usize) -> io::Result<Self>;

    fn input(&self) -> &RawInput;

    /// The input, which stands behind the member when all of it was read.
    fn into_input(self) -> RawInput;
}

/// Reads all members. It has the input, or the decoder of a member has.
pub(super) struct Members<M> {
    member: Option<M>,
    between: Option<RawInput>,
    threads: usize,
    is_first: bool,
    /// It was said already that the next member has not come yet.
    is_waiting: bool,
}

impl<M: Member> Members<M> {
    pub(super) fn new(input: RawInput, threads: usize) -> Self {
        Self { member: None, between: Some(input), threads, is_first: true, is_waiting: false }
    }

    /// Starts with the next member, if there is one.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`], once, if it has not come yet, and whatever else there is.
    fn start_next(&mut self) -> io::Result<bool> {
        let Some(input) = &mut self.between else {
            return Err(io::Error::other("read again after an error"));
        };
        if input.would_wait() && !self.is_waiting {
            self.is_waiting = true;
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.is_waiting = false;
        if !self.is_first {
            skip_padding(input, M::PADDING)?;
        }
        if M::HAS_SKIPPABLE_FRAMES {
            skip_frames(input)?;
        }
        if input.fill_buf()?.is_empty() {
            return Ok(false);
        }
        if detect(input)? != M::FORMAT {
            return Err(io::Error::other(self.unexpected()));
        }
        if let Some(mut input) = self.between.take() {
            input.announce_waits(M::CAN_BE_TOLD_TO_WAIT);
            self.member = Some(M::start(input, self.threads)?);
        }
        self.is_first = false;
        Ok(true)
    }

    /// What stands where a member should.
    fn unexpected(&self) -> String {
        let place = if self.is_first { "" } else { " behind the compressed data" };
        format!("found what is not {}{place}", M::FORMAT.name())
    }
}

impl<M: Member> Read for Members<M> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(member) = &mut self.member {
                let read = member.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
                self.between = self.member.take().map(|member| {
                    let mut input = member.into_input();
                    input.announce_waits(false);
                    input
                });
            }
            if !self.start_next()? {
                return Ok(0);
            }
        }
    }
}

impl<M: Member> Decode for Members<M> {
    fn would_wait(&self) -> bool {
        let input = self.member.as_ref().map(M::input).or(self.between.as_ref());
        input.is_some_and(RawInput::would_wait)
    }
}

/// Skips the zeros that follow, of which there must be a multiple of `unit`.
fn skip_padding(input: &mut RawInput, unit: Option<u64>) -> io::Result<()> {
    let Some(unit) = unit else { return Ok(()) };
    let mut zeros = 0;
    while let [0, ..] = input.fill_buf()? {
        let len = input.ahead().iter().take_while(|&&byte| byte == 0).count();
        input.consume(len);
        zeros += len as u64;
    }
    if zeros % unit == 0 { Ok(()) } else { Err(io::Error::other("padding of an odd length")) }
}

/// Skips frames of other data: four bytes of signature, four of length, and what they hold.
pub(super) fn skip_frames(input: &mut RawInput) -> io::Result<()> {
    while detect(input)? == Format::Zstd && is_skippable(input.ahead()) == Some(true) {
        let mut header = [0; 8];
        input.read_exact(&mut header)?;
        let len = u32::from_le_bytes([header[4], header[5], header[6], header[7]]).into();
        if io::copy(&mut input.take(len), &mut io::sink())? < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
