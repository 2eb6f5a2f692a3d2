//! The formats that an output can be written in.

use std::fs::File;
use std::io::{self, Write};

use super::SinkOptions;
use super::blocking_file::BlockingFile;

/// As many as zstd takes without a limit of its own being in the way.
#[cfg(feature = "zstd")]
const MAX_THREADS: usize = 64;

/// How an output is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// RFC 1952, at a level of 0 to 9.
    Gzip {
        /// 0 for the fastest, 9 for the smallest.
        level: u32,
    },
    /// RFC 8878, at a level of 1 to 22.
    Zstd {
        /// 1 for the fastest, 22 for the smallest.
        level: i32,
    },
}

impl Compression {
    /// The name of the format: `plain`, `gzip`, `zstd`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip { .. } => "gzip",
            Self::Zstd { .. } => "zstd",
        }
    }
}

/// Writes one compressed file.
pub(super) struct Encoder(Box<dyn Encode>);

/// A format's way of doing that.
trait Encode: Write + Send {
    /// Writes what is left, and the end of the format.
    fn finish(self: Box<Self>) -> io::Result<Output>;

    /// Where it writes to.
    fn output(&mut self) -> &mut Output;
}

impl Encoder {
    /// An encoder that writes to `file`.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Unsupported`] if the format was left out of the build, and what the format
    /// itself has to say.
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
                // With none the frame would be cut in another way.
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

    /// Writes what is left, and the end of the format.
    pub(super) fn finish(self) -> io::Result<File> {
        self.0.finish()?.0.map(|BlockingFile(file)| file).ok_or_else(abandoned)
    }

    /// Lets go of the file. What stands there now is seen to be incomplete by whoever reads it:
    /// some encoders would write an end when they are dropped.
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

/// A file, until it is abandoned.
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
