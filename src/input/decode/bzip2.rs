//! What `bzip2` and its parallel relatives write; these make a member of every block.

use std::io::{self, Read};

use bzip2::bufread::BzDecoder;

use super::members::Member;
use crate::input::format::Format;
use crate::input::raw::RawInput;

pub(super) struct Decoder(BzDecoder<RawInput>);

impl Member for Decoder {
    const FORMAT: Format = Format::Bzip2;

    fn start(input: RawInput, _threads: usize) -> io::Result<Self> {
        Ok(Self(BzDecoder::new(input)))
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
        self.0.read(buffer)
    }
}
