//! The bzip2 format. Parallel compressors make a member of every block.

use std::io;

use bzip2::bufread::BzDecoder;

use super::members::Member;
use crate::input::format::Format;
use crate::input::raw::RawInput;

impl Member for BzDecoder<RawInput> {
    const FORMAT: Format = Format::Bzip2;

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
