//! The `.xz` format. A file that is split into blocks, as `xz -T` writes, is decoded by several
//! threads.

use std::io;

use liblzma::bufread::XzDecoder;
use liblzma::stream::{Error, MtStreamBuilder};

use super::members::Member;
use crate::input::format::Format;
use crate::input::raw::RawInput;

/// Memory that more threads than one may take; `xz -T4` writes blocks that take 30 MB each.
const MEMORY_FOR_THREADS: u64 = 256 << 20;

/// Memory that one thread may take. `xz -9` asks for 65 MiB, and the format for up to 4 GiB.
const MEMORY: u64 = 512 << 20;

impl Member for XzDecoder<RawInput> {
    const FORMAT: Format = Format::Xz;
    const PADDING: Option<u64> = Some(4);

    fn start(input: RawInput, threads: usize) -> io::Result<Self> {
        let stream = MtStreamBuilder::new()
            .threads(u32::try_from(threads).unwrap_or(u32::MAX))
            .memlimit_threading(MEMORY_FOR_THREADS)
            .memlimit_stop(MEMORY)
            .decoder()?;
        Ok(Self::new_stream(input, stream))
    }

    fn input(&self) -> &RawInput {
        self.get_ref()
    }

    fn into_input(self) -> RawInput {
        self.into_inner()
    }
}

/// The error that stands for memory that there is not, or that is not to be had, if that is one.
pub(super) fn lack_of_memory(error: &io::Error) -> Option<io::Error> {
    match error.get_ref()?.downcast_ref()? {
        Error::MemLimit => {
            let limit = MEMORY >> 20;
            let reason = format!("the xz input needs more memory than the limit of {limit} MiB");
            Some(io::Error::other(reason))
        }
        Error::Mem => Some(io::ErrorKind::OutOfMemory.into()),
        _ => None,
    }
}
