//! Inputs of several compressed members in a row, such as the output of `cat a.gz b.gz`.
//!
//! The decoders of most formats read one member. This module reads all of them, and checks for all
//! formats alike that nothing is between two members but what the format allows.

use std::io::{self, BufRead, Read};

use super::detect;
use crate::input::format::{Format, Verdict, is_skippable};
use crate::input::poll_read::PollRead;
use crate::input::raw::{BeforeWait, RawInput};

/// The decoder of one member.
pub(super) trait Member: Read + Send + Sized {
    const FORMAT: Format;
    /// Zeros may follow a member if their number is a multiple of this. `None` allows no zeros.
    const PADDING: Option<u64> = None;
    /// Whether frames of other data may precede a member.
    const HAS_SKIPPABLE_FRAMES: bool = false;
    /// [`BeforeWait::Report`] if the decoder can go on after a read that failed because it would
    /// have blocked.
    const BEFORE_WAIT: BeforeWait = BeforeWait::Report;

    /// Returns a decoder of the member at the beginning of `input`. It uses up to `threads` threads
    /// if it can.
    fn start(input: RawInput, threads: usize) -> io::Result<Self>;

    /// Returns the input.
    fn input(&self) -> &RawInput;

    /// Returns the input. It is at the byte after the member if the whole member was read.
    fn into_input(self) -> RawInput;
}

/// Reads all members of an input.
pub(super) struct Members<M> {
    /// The decoder of the current member, which has the input.
    member: Option<M>,
    /// The input, between two members.
    between: Option<RawInput>,
    threads: usize,
    is_first: bool,
    /// Whether it was reported that the read of the next member would block.
    is_wait_reported: bool,
}

impl<M: Member> Members<M> {
    pub(super) fn new(input: RawInput, threads: usize) -> Self {
        Self {
            member: None,
            between: Some(input),
            threads,
            is_first: true,
            is_wait_reported: false,
        }
    }

    /// Starts with the next member. Returns `false` at the end of the input.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`], once, if the next member has not come yet.
    fn start_next(&mut self) -> io::Result<bool> {
        let Some(input) = &mut self.between else {
            return Err(io::Error::other("read again after an error"));
        };
        if input.would_block() && !self.is_wait_reported {
            self.is_wait_reported = true;
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.is_wait_reported = false;
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
            input.set_before_wait(M::BEFORE_WAIT);
            self.member = Some(M::start(input, self.threads)?);
        }
        self.is_first = false;
        Ok(true)
    }

    /// Returns the message for bytes that begin no member.
    fn unexpected(&self) -> String {
        let place = if self.is_first { "" } else { " after the compressed data" };
        format!("found bytes that are not {}{place}", M::FORMAT.name())
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
                    input.set_before_wait(BeforeWait::Wait);
                    input
                });
            }
            if !self.start_next()? {
                return Ok(0);
            }
        }
    }
}

impl<M: Member> PollRead for Members<M> {
    fn would_block(&self) -> bool {
        let input = self.member.as_ref().map(M::input).or(self.between.as_ref());
        input.is_some_and(RawInput::would_block)
    }
}

/// Skips the zeros that follow. Their number must be a multiple of `unit`.
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

/// Skips skippable frames: four bytes of signature, four bytes of length, and the data.
pub(super) fn skip_frames(input: &mut RawInput) -> io::Result<()> {
    while detect(input)? == Format::Zstd && is_skippable(input.ahead()) == Verdict::Yes {
        let mut header = [0; 8];
        input.read_exact(&mut header)?;
        let len = u32::from_le_bytes([header[4], header[5], header[6], header[7]]).into();
        if io::copy(&mut input.take(len), &mut io::sink())? < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
