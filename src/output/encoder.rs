//! The formats that an output can be written in.

use std::fs::File;
use std::io::{self, Write};

use super::SinkOptions;
use super::writer::Patient;

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
pub(super) enum Encoder {
    #[cfg(feature = "gzip")]
    Gzip(flate2::write::GzEncoder<Output>),
    #[cfg(feature = "zstd")]
    Zstd(zstd::stream::write::Encoder<'static, Output>),
}

impl Encoder {
    /// An encoder that writes to `file`.
    pub(super) fn new(file: File, options: SinkOptions) -> io::Result<Self> {
        let output = Output(Some(Patient(file)));
        match options.compression {
            #[cfg(feature = "gzip")]
            Compression::Gzip { level } => {
                let level = flate2::Compression::new(level.min(9));
                Ok(Self::Gzip(flate2::write::GzEncoder::new(output, level)))
            }
            #[cfg(feature = "zstd")]
            Compression::Zstd { level } => {
                let mut encoder = zstd::stream::write::Encoder::new(output, level)?;
                encoder.include_checksum(true)?;
                // With none the frame would be cut in another way.
                encoder.multithread(options.threads.clamp(1, 64) as u32)?;
                Ok(Self::Zstd(encoder))
            }
            other => {
                let message = format!("{} was left out of this build", other.name());
                Err(io::Error::new(io::ErrorKind::Unsupported, message))
            }
        }
    }

    pub(super) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip(encoder) => encoder.write_all(bytes),
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.write_all(bytes),
        }
    }

    /// Writes what is left, and the end of the format.
    pub(super) fn finish(self) -> io::Result<File> {
        let output = match self {
            #[cfg(feature = "gzip")]
            Self::Gzip(encoder) => encoder.finish()?,
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.finish()?,
        };
        output.0.map(|Patient(file)| file).ok_or_else(abandoned)
    }

    /// Lets go of the file. What stands there now is seen to be incomplete by whoever reads it:
    /// some encoders would write an end when they are dropped.
    pub(super) fn abandon(mut self) {
        match &mut self {
            #[cfg(feature = "gzip")]
            Self::Gzip(encoder) => encoder.get_mut().0 = None,
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.get_mut().0 = None,
        }
    }
}

/// A file, until it is abandoned.
pub(super) struct Output(Option<Patient>);

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
