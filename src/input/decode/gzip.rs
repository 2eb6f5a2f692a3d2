//! RFC 1952, by zlib-rs. Zeros behind a member are what tapes and some backup programs leave.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use super::members::Member;
use crate::input::format::Format;
use crate::input::raw::RawInput;

pub(super) struct Decoder(GzDecoder<RawInput>);

impl Member for Decoder {
    const FORMAT: Format = Format::Gzip;
    const PADDING: Option<u64> = Some(1);

    fn start(input: RawInput, _threads: usize) -> io::Result<Self> {
        Ok(Self(GzDecoder::new(input)))
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
