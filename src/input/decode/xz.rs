//! The `.xz` format. Files that are split into blocks, as those of `xz -T` are, are decoded by
//! several threads.

use std::io;

use liblzma::bufread::XzDecoder;
use liblzma::stream::{Error, MtStreamBuilder};

use super::members::Member;
use crate::input::format::Format;
use crate::input::raw::RawInput;

/// The memory limit for decoding with several threads. Each block of `xz -T4` takes 30 MB.
const MEMORY_FOR_THREADS: u64 = 256 << 20;

/// The memory limit for one thread. `xz -9` needs 65 MiB, and the format allows up to 4 GiB.
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

/// Returns the error to report if `error` is about the memory limit, or about a lack of memory.
pub(super) fn memory_error(error: &io::Error) -> Option<io::Error> {
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
