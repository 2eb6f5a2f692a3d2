//! Decompression: the plain bytes of an input in any format.

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

use super::format::{Detection, Format, refuse_nested_tar};
use super::poll_read::PollRead;
use super::properties::Properties;
use super::raw::{RawInput, Unbuffered};
#[cfg(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz"))]
use members::Members;

/// What becomes of an input that is a tar archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Archives {
    /// It is refused, with advice.
    Refused,
    /// Its plain bytes are read, and [`Decoder::is_archive`] tells that they are those of an archive.
    Accepted,
    /// It is refused, because it is in an archive itself.
    Nested,
}

/// Reads the plain bytes of an input. Checks the first bytes of a compressed one before it returns
/// any: they may be compressed once more.
pub(super) struct Decoder {
    format: Format,
    archives: Archives,
    is_archive: bool,
    inner: Box<dyn PollRead + Send>,
    /// The first plain bytes, if they came in pieces that were too small to check. The first
    /// `returned` of them were returned to the caller.
    head: Vec<u8>,
    returned: usize,
    is_checked: bool,
}

impl Decoder {
    /// Returns a decoder of `input`. The format is that of `properties`, or else the one that the
    /// first bytes tell, which is then set there. The decoder uses up to `threads` threads if the
    /// format allows it.
    ///
    /// Waits until the format is known. An empty input is an empty log in every format.
    #[cfg_attr(
        not(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz")),
        expect(unused_variables, reason = "no format of this build has a use for threads")
    )]
    pub(super) fn new(
        mut input: RawInput,
        properties: &Properties,
        archives: Archives,
        threads: usize,
    ) -> io::Result<Self> {
        let (format, is_archive) = match properties.format() {
            Some(format) => (format, false),
            None => find_format(&mut input, archives)?,
        };
        properties.set_format(format);
        let is_empty = format != Format::Plain && input.fill_buf()?.is_empty();
        let inner: Box<dyn PollRead + Send> = match format {
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
        let (head, returned, is_checked) = (Vec::new(), 0, format == Format::Plain);
        Ok(Self { format, archives, is_archive, inner, head, returned, is_checked })
    }

    /// Returns whether the plain bytes are those of a tar archive. Waits until enough of them have
    /// come.
    pub(super) fn is_archive(&mut self) -> io::Result<bool> {
        while !self.is_checked {
            match self.check_more(&[]) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => result?,
            }
        }
        Ok(self.is_archive)
    }

    fn decode(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| explain(error, self.format))
    }

    /// Accepts the plain bytes, or refuses them if they are compressed once more.
    fn check(&mut self, detection: Detection) -> io::Result<()> {
        match self.archives {
            Archives::Accepted if detection.format.is_tar() => self.is_archive = true,
            Archives::Nested if detection.format.is_tar() => {
                return Err(refuse_nested_tar(Some(self.format)));
            }
            _ => detection.format.check_plain_inside(self.format)?,
        }
        self.is_checked = true;
        Ok(())
    }

    /// Keeps `head`, and reads after it until there are enough bytes to check.
    fn check_more(&mut self, head: &[u8]) -> io::Result<()> {
        self.head.extend_from_slice(head);
        let mut more = [0; Detection::MAX_LEN];
        let detection = loop {
            // There is always room, because `MAX_LEN` bytes always suffice.
            let read = self.decode(&mut more[self.head.len()..])?;
            if read == 0 {
                break Detection::of_all(&self.head);
            }
            self.head.extend_from_slice(&more[self.head.len()..][..read]);
            if let Some(detection) = Detection::of_first(&self.head) {
                break detection;
            }
        };
        self.check(detection)
    }
}

impl Read for Decoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.is_checked && !buffer.is_empty() {
            if self.head.is_empty() {
                let read = self.decode(buffer)?;
                let at_end = (read == 0).then(|| Detection::of_all(&[]));
                if let Some(detection) = Detection::of_first(&buffer[..read]).or(at_end) {
                    self.check(detection)?;
                    return Ok(read);
                }
                self.check_more(&buffer[..read])?;
            } else {
                // The read before failed after part of the first bytes.
                self.check_more(&[])?;
            }
        }
        let mut ahead = &self.head[self.returned..];
        if ahead.is_empty() {
            return self.decode(buffer);
        }
        let read = ahead.read(buffer)?;
        self.returned += read;
        Ok(read)
    }
}

impl PollRead for Decoder {
    fn would_block(&self) -> bool {
        let has_ahead = self.is_checked && self.returned < self.head.len();
        !has_ahead && self.inner.would_block()
    }
}

/// Returns the format that the first bytes of `input` tell, and whether it is an archive.
///
/// # Errors
///
/// The format is not supported.
fn find_format(input: &mut RawInput, archives: Archives) -> io::Result<(Format, bool)> {
    let detection = look(input, Detection::of_first)?;
    let detection = detection.unwrap_or_else(|| Detection::of_all(input.ahead()));
    let format = match archives {
        Archives::Accepted if detection.format.is_tar() => return Ok((Format::Plain, true)),
        Archives::Nested if detection.format.is_tar() => return Err(refuse_nested_tar(None)),
        _ => detection.format.check_supported()?,
    };
    #[cfg(feature = "lz4")]
    if format == Format::Zstd {
        return Ok((zstd_or_lz4(input)?, false));
    }
    Ok((format, false))
}

/// Returns the format of the next member in `input`.
#[cfg(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz"))]
fn detect(input: &mut RawInput) -> io::Result<Format> {
    // An input that is too short for its signature is plain.
    Ok(look(input, Format::detect)?.unwrap_or(Format::Plain))
}

/// Returns what `detect` tells from the next bytes of `input`, reading as many as it needs. Returns
/// `None` if the input ends before.
fn look<T>(input: &mut RawInput, detect: impl Fn(&[u8]) -> Option<T>) -> io::Result<Option<T>> {
    loop {
        let detected = detect(input.ahead());
        if detected.is_some() || input.is_at_end() {
            return Ok(detected);
        }
        input.look_ahead()?;
    }
}

/// Returns which of the two formats follows the skippable frames that either may begin with.
#[cfg(feature = "lz4")]
fn zstd_or_lz4(input: &mut RawInput) -> io::Result<Format> {
    members::skip_frames(input).map_err(|error| explain(error, Format::Zstd))?;
    let is_lz4 = detect(input)? == Format::Lz4;
    Ok(if is_lz4 { Format::Lz4 } else { Format::Zstd })
}

/// Returns the error to report for an error of a decoder. Errors of the OS are not changed.
fn explain(error: io::Error, format: Format) -> io::Error {
    let is_final = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory);
    if format == Format::Plain || error.raw_os_error().is_some() || is_final {
        return error;
    }
    #[cfg(feature = "xz")]
    if let Some(error) = xz::memory_error(&error) {
        return error;
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
