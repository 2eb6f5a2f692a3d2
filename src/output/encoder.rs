//! The formats that an output can be written in.

use std::fs::File;
use std::io::{self, Write};

use super::SinkOptions;
use super::blocking_file::BlockingFile;

/// The maximum number of threads of an encoder, which zstd allows on all platforms.
#[cfg(feature = "zstd")]
const MAX_THREADS: usize = 64;

/// How an output is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// No compression.
    #[default]
    None,
    /// The gzip format, RFC 1952.
    Gzip {
        /// The level, from 0, the fastest, to 9, the smallest.
        level: u32,
    },
    /// The Zstandard format, RFC 8878.
    Zstd {
        /// The level, from 1, the fastest, to 22, the smallest.
        level: i32,
    },
}

impl Compression {
    /// Returns the name of the format: `plain`, `gzip`, `zstd`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip { .. } => "gzip",
            Self::Zstd { .. } => "zstd",
        }
    }
}

/// A writer of one compressed file.
pub(super) struct Encoder(Box<dyn Encode>);

/// The encoder of one format.
trait Encode: Write + Send {
    /// Writes what is buffered and the trailer of the format.
    fn finish(self: Box<Self>) -> io::Result<Output>;

    /// Returns the file that the encoder writes to.
    fn output(&mut self) -> &mut Output;
}

impl Encoder {
    /// Creates an encoder that writes to `file`.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Unsupported`] if the format was left out of the build, or the error of the
    /// library for the format.
    pub(super) fn new(file: File, options: SinkOptions) -> io::Result<Self> {
        let output = Output(Some(BlockingFile(file)));
        match options.compression {
            #[cfg(feature = "gzip")]
            Compression::Gzip { level } => {
                let level = flate2::Compression::new(level.min(9));
                Ok(Self(Box::new(flate2::write::GzEncoder::new(output, level))))
            }
            #[cfg(feature = "zstd")]
            Compression::Zstd { level } => {
                let mut encoder = zstd::stream::write::Encoder::new(output, level)?;
                encoder.include_checksum(true)?;
                // With 0 threads, zstd would cut the frame into other blocks than with 1 or more.
                encoder.multithread(options.threads.clamp(1, MAX_THREADS) as u32)?;
                Ok(Self(Box::new(encoder)))
            }
            other => {
                drop(output);
                let message = format!("{} was left out of this build", other.name());
                Err(io::Error::new(io::ErrorKind::Unsupported, message))
            }
        }
    }

    pub(super) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    /// Writes what is buffered and the trailer of the format, and returns the file.
    pub(super) fn finish(self) -> io::Result<File> {
        self.0.finish()?.0.map(|BlockingFile(file)| file).ok_or_else(abandoned)
    }

    /// Leaves the file incomplete. Some encoders would write a trailer when they are dropped, and
    /// a decoder would then take the file for complete.
    pub(super) fn abandon(mut self) {
        self.0.output().0 = None;
    }
}

#[cfg(feature = "gzip")]
impl Encode for flate2::write::GzEncoder<Output> {
    fn finish(self: Box<Self>) -> io::Result<Output> {
        (*self).finish()
    }

    fn output(&mut self) -> &mut Output {
        self.get_mut()
    }
}

#[cfg(feature = "zstd")]
impl Encode for zstd::stream::write::Encoder<'static, Output> {
    fn finish(self: Box<Self>) -> io::Result<Output> {
        (*self).finish()
    }

    fn output(&mut self) -> &mut Output {
        self.get_mut()
    }
}

/// A file that takes writes until it is abandoned.
pub(super) struct Output(Option<BlockingFile>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_mut().ok_or_else(abandoned)?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn abandoned() -> io::Error {
    io::Error::other("the output was abandoned")
}
