//! The LZ4 frame format.

use std::io::{self, Read};

use lz4_flex::frame::FrameDecoder;

use super::members::Member;
use crate::input::format::Format;
use crate::input::raw::{BeforeWait, RawInput};

pub(super) struct Decoder(FrameDecoder<RawInput>);

impl Member for Decoder {
    const FORMAT: Format = Format::Lz4;
    const HAS_SKIPPABLE_FRAMES: bool = true;
    /// The decoder reads a whole block at once, and loses the part that it has when a read fails.
    const BEFORE_WAIT: BeforeWait = BeforeWait::Wait;

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
        // The decoder takes the end of the input between two blocks for the end of the frame. At
        // the real end of a frame it does not read on, and so does not meet the end of the input.
        if read == 0 && !buffer.is_empty() && self.0.get_ref().is_at_end() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}
