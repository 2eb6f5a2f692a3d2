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
use std::sync::Arc;

use super::block::Input;
use super::format::{Format, Head};
use super::properties::Findings;
use super::raw::{RawInput, Unbuffered};
#[cfg(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz"))]
use members::Members;

/// Reads the plain bytes of an input, and looks at the first of them before it gives any.
pub(super) struct Decoder {
    format: Format,
    decode: Box<dyn Decode>,
    findings: Arc<Findings>,
    /// The first plain bytes, of which some were `given`.
    head: Vec<u8>,
    given: usize,
    is_judged: bool,
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
    /// A decoder of `input`, which is in the format that is in `findings`, or else in the one that
    /// its first bytes tell, which is noted there. Uses up to `threads` threads where a format can.
    ///
    /// Waits until there are enough bytes to tell; an empty input is an empty log in every format.
    #[cfg_attr(
        not(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz")),
        expect(unused_variables, reason = "no format of this build has a use for threads")
    )]
    pub(super) fn new(
        mut input: RawInput,
        findings: Arc<Findings>,
        threads: usize,
    ) -> io::Result<Self> {
        let format = match findings.format() {
            Some(format) => format,
            None => find_format(&mut input)?,
        };
        findings.note_format(format);
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
        let (head, given, is_judged) = (Vec::new(), 0, false);
        Ok(Self { format, decode, findings, head, given, is_judged })
    }

    fn decode(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decode.read(buffer).map_err(|error| explain(error, self.format))
    }

    /// What `head` tells, the first plain bytes, or `None` if more must be seen.
    fn judge(&self, head: &[u8]) -> Option<Head> {
        let is_packed = self.format != Format::Plain;
        if is_packed { Head::judge(head) } else { Head::judge_plain(head) }
    }

    /// Acts on what the first plain bytes tell.
    fn accept(&mut self, head: Head) -> io::Result<()> {
        if self.format != Format::Plain {
            head.content.check_inner(self.format)?;
        }
        self.findings.note_mark(head.mark);
        self.is_judged = true;
        Ok(())
    }

    /// Keeps `head`, and what is read after it until that tells.
    fn judge_more(&mut self, head: &[u8]) -> io::Result<()> {
        self.head.extend_from_slice(head);
        let mut more = [0; Head::LEN];
        let head = loop {
            // There is room, for that many bytes are always enough.
            let read = self.decode(&mut more[self.head.len()..])?;
            if read == 0 {
                break Head::of(&self.head);
            }
            self.head.extend_from_slice(&more[self.head.len()..][..read]);
            if let Some(head) = self.judge(&self.head) {
                break head;
            }
        };
        self.accept(head)
    }
}

impl Read for Decoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.is_judged && !buffer.is_empty() {
            if self.head.is_empty() {
                let read = self.decode(buffer)?;
                let at_end = (read == 0).then(|| Head::of(&[]));
                if let Some(head) = self.judge(&buffer[..read]).or(at_end) {
                    self.accept(head)?;
                    return Ok(read);
                }
                self.judge_more(&buffer[..read])?;
            } else {
                self.judge_more(&[])?;
            }
        }
        let mut ahead = &self.head[self.given..];
        if ahead.is_empty() {
            return self.decode(buffer);
        }
        let read = ahead.read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

impl Input for Decoder {
    fn would_wait(&self) -> bool {
        let has_ahead = self.is_judged && self.given < self.head.len();
        !has_ahead && self.decode.would_wait()
    }
}

/// The format that the first bytes of `input` tell.
///
/// # Errors
///
/// It is one that is not read.
fn find_format(input: &mut RawInput) -> io::Result<Format> {
    let head = look(input, Head::judge)?.unwrap_or_else(|| Head::of(input.ahead()));
    let format = head.content.format()?;
    #[cfg(feature = "lz4")]
    if format == Format::Zstd {
        return zstd_or_lz4(input);
    }
    Ok(format)
}

/// The format of the next member in `input`.
#[cfg(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz"))]
fn detect(input: &mut RawInput) -> io::Result<Format> {
    // What is too short to tell is plain.
    Ok(look(input, Format::detect)?.unwrap_or(Format::Plain))
}

/// What `judge` says of the next bytes of `input`, once there are as many as it needs. `None`, if
/// the input ends before.
fn look<T>(input: &mut RawInput, judge: impl Fn(&[u8]) -> Option<T>) -> io::Result<Option<T>> {
    loop {
        let judged = judge(input.ahead());
        if judged.is_some() || input.is_at_end() {
            return Ok(judged);
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
