//! LZ4 frames.

use std::io::{self, Read};

use lz4_flex::frame::FrameDecoder;

use super::members::Member;
use crate::input::format::Format;
use crate::input::raw::RawInput;

pub(super) struct Decoder(FrameDecoder<RawInput>);

impl Member for Decoder {
    const FORMAT: Format = Format::Lz4;
    const HAS_SKIPPABLE_FRAMES: bool = true;
    /// It reads a block in one go, and loses what it has of one when that fails.
    const CAN_BE_TOLD_TO_WAIT: bool = false;

    fn start(input: RawInput, _threads: usize) -> io::Result<Self> {
        Ok(Self(FrameDecoder::new(input)))
    }

    fn input(&self) -> &RawInput {
        self.0.get_ref()
    }

    fn into_input(self) -> RawInput {
        self.0.into_inner()
    }
}

impl Read for Decoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        // The decoder takes an input that ends between two blocks for the end of the frame. It
        // would not have asked for more there.
        if read == 0 && !buffer.is_empty() && self.0.get_ref().is_at_end() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}
