//! The Zstandard format, RFC 8878. The library reads frame after frame by itself, and skips the
//! skippable ones.

use std::io::{self, Read};

use zstd::stream::read;

use crate::input::poll_read::PollRead;
use crate::input::raw::{BeforeWait, RawInput};

/// The largest window that a frame may have, as a power of two: 128 MiB, the default of `zstd`.
const WINDOW_LOG_MAX: u32 = 27;

pub(super) struct Decoder(read::Decoder<'static, RawInput>);

impl Decoder {
    pub(super) fn new(mut input: RawInput) -> io::Result<Self> {
        input.set_before_wait(BeforeWait::Report);
        let mut decoder = read::Decoder::with_buffer(input)?;
        decoder.window_log_max(WINDOW_LOG_MAX)?;
        Ok(Self(decoder))
    }
}

impl Read for Decoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| {
            // The library exposes no code for this error.
            if error.to_string().contains("too much memory") {
                let limit = 1 << (WINDOW_LOG_MAX - 20);
                let reason = format!("a frame needs more memory than the limit of {limit} MiB");
                return io::Error::other(reason);
            }
            error
        })
    }
}

impl PollRead for Decoder {
    fn would_block(&self) -> bool {
        self.0.get_ref().would_block()
    }
}
