//! The gzip format, RFC 1952, decoded by zlib-rs. Tapes and some backup programs leave zeros after a
//! member.

use std::io;

use flate2::bufread::GzDecoder;

use super::members::Member;
use crate::input::format::Format;
use crate::input::raw::RawInput;

impl Member for GzDecoder<RawInput> {
    const FORMAT: Format = Format::Gzip;
    const PADDING: Option<u64> = Some(1);

    fn start(input: RawInput, _threads: usize) -> io::Result<Self> {
        Ok(Self::new(input))
    }

    fn input(&self) -> &RawInput {
        self.get_ref()
    }

    fn into_input(self) -> RawInput {
        self.into_inner()
    }
}
