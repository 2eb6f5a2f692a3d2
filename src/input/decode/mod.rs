//! Plain bytes out of an input in whatever format it is.

#[cfg(feature = "bzip2")]
mod bzip2;
#[cfg(feature = "gzip")]
mod gzip;
#[cfg(feature = "lz4")]
mod lz4;
#[cfg(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz"))]
mod members;
#[cfg(feature = "xz")]
mod xz;
#[cfg(feature = "zstd")]
mod zstd;

use std::io::{self, BufRead, Read};

#[cfg(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz"))]
use self::members::Members;
use super::block::Input;
use super::format::Format;
use super::raw::{RawInput, Unbuffered};

/// Reads the plain bytes of an input.
pub(super) struct Decoder {
    format: Format,
    decode: Box<dyn Decode>,
}

/// A format's way of reading plain bytes.
trait Decode: Read + Send {
    /// Whether the next read would have to wait for whoever writes the input.
    fn would_wait(&self) -> bool;
}

impl Decode for Unbuffered {
    fn would_wait(&self) -> bool {
        self.0.would_wait()
    }
}

impl Decoder {
    /// A decoder of `input`, which is in `format`, or else in the one that its first bytes tell.
    /// Uses up to `threads` threads where a format can.
    ///
    /// Waits until there are enough bytes to tell; an empty input is an empty log in every format.
    #[cfg_attr(
        not(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz")),
        expect(unused_variables, reason = "no format of this build has a use for threads")
    )]
    pub(super) fn new(
        mut input: RawInput,
        format: Option<Format>,
        threads: usize,
    ) -> io::Result<Self> {
        let format = match format {
            Some(format) => format,
            #[cfg(feature = "lz4")]
            None if detect(&mut input)? == Format::Zstd => zstd_or_lz4(&mut input)?,
            None => detect(&mut input)?,
        };
        let is_empty = format != Format::Plain && input.fill_buf()?.is_empty();
        let decode: Box<dyn Decode> = match format {
            _ if is_empty => Box::new(Unbuffered(input)),
            Format::Plain => Box::new(Unbuffered(input)),
            #[cfg(feature = "gzip")]
            Format::Gzip => Box::new(Members::<flate2::bufread::GzDecoder<_>>::new(input, threads)),
            #[cfg(feature = "zstd")]
            Format::Zstd => Box::new(zstd::Decoder::new(input)?),
            #[cfg(feature = "xz")]
            Format::Xz => Box::new(Members::<liblzma::bufread::XzDecoder<_>>::new(input, threads)),
            #[cfg(feature = "bzip2")]
            Format::Bzip2 => {
                Box::new(Members::<::bzip2::bufread::BzDecoder<_>>::new(input, threads))
            }
            #[cfg(feature = "lz4")]
            Format::Lz4 => Box::new(Members::<lz4::Decoder>::new(input, threads)),
            #[allow(unreachable_patterns, reason = "unless a format is left out of the build")]
            _ => return Err(not_built_in(format)),
        };
        Ok(Self { format, decode })
    }

    /// The format that is read.
    pub(super) fn format(&self) -> Format {
        self.format
    }
}

impl Read for Decoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decode.read(buffer).map_err(|error| explain(error, self.format))
    }
}

impl Input for Decoder {
    fn would_wait(&self) -> bool {
        self.decode.would_wait()
    }
}

/// The format that the first bytes of `input` tell.
fn detect(input: &mut RawInput) -> io::Result<Format> {
    loop {
        if let Some(format) = Format::detect(input.ahead()) {
            return Ok(format);
        }
        if input.is_at_end() {
            return Ok(Format::Plain);
        }
        input.look_ahead()?;
    }
}

/// Which of the two formats follows the frames to be skipped, with which either may begin.
#[cfg(feature = "lz4")]
fn zstd_or_lz4(input: &mut RawInput) -> io::Result<Format> {
    members::skip_frames(input).map_err(|error| explain(error, Format::Zstd))?;
    let is_lz4 = detect(input)? == Format::Lz4;
    Ok(if is_lz4 { Format::Lz4 } else { Format::Zstd })
}

/// What a decoder says, in the words of this program. What the system says stays as it is.
fn explain(error: io::Error, format: Format) -> io::Error {
    let is_ours = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory);
    if format == Format::Plain || error.raw_os_error().is_some() || is_ours {
        return error;
    }
    #[cfg(feature = "xz")]
    if let Some(lack) = xz::lack_of_memory(&error) {
        return lack;
    }
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return io::Error::new(error.kind(), "unexpected end of compressed input");
    }
    let name = format.name();
    io::Error::new(io::ErrorKind::InvalidData, format!("damaged {name} input: {error}"))
}

fn not_built_in(format: Format) -> io::Error {
    let name = format.name();
    let message = format!(
        "the input is compressed with {name}, which was left out of this build; \
         build it with --features {name}, or give --decompress none to read it as it is"
    );
    io::Error::new(io::ErrorKind::Unsupported, message)
}
