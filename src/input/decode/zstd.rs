//! RFC 8878. The library reads frame after frame by itself, and skips those that are to be skipped.

use std::io::{self, Read};

use zstd::stream::read;

use super::Decode;
use crate::input::raw::RawInput;

/// Bytes of plain text, as a power of two, that a frame may refer back to: 128 MiB, which is what
/// `zstd` itself takes unless told otherwise.
const WINDOW_LOG_MAX: u32 = 27;

pub(super) struct Decoder(read::Decoder<'static, RawInput>);

impl Decoder {
    pub(super) fn new(mut input: RawInput) -> io::Result<Self> {
        input.announce_waits(true);
        let mut decoder = read::Decoder::with_buffer(input)?;
        decoder.window_log_max(WINDOW_LOG_MAX)?;
        Ok(Self(decoder))
    }
}

impl Read for Decoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| {
            // The library has no code for it that it would show.
            if error.to_string().contains("too much memory") {
                let limit = 1 << (WINDOW_LOG_MAX - 20);
                let reason = format!("a frame needs more memory than the limit of {limit} MiB");
                return io::Error::other(reason);
            }
            error
        })
    }
}

impl Decode for Decoder {
    fn would_wait(&self) -> bool {
        self.0.get_ref().would_wait()
    }
}
