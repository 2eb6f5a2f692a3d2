//! Opening an input that may be a log or an archive of logs.

use std::fs;
use std::path::Path;

use super::archive::Archive;
use super::decode::Archives;
use super::format::Format;
use super::meter::Meter;
use super::open_file::OpenFile;
use super::source::{Bytes, Source, SourceOptions};
use super::stream::Stream;
use crate::error::{Error, Result};

/// An opened input: a log, or an archive of logs.
pub enum OpenInput {
    /// One log.
    Log(Source),
    /// A tar archive, which may be compressed.
    Archive(Archive),
}

impl OpenInput {
    /// Opens the file at `path`. If it is compressed, it is decompressed with up to `threads`
    /// threads where the format allows it.
    ///
    /// Waits until the first bytes have come. The bytes of an archive are read as they are if the
    /// format in `options` is [`Format::Plain`].
    ///
    /// # Errors
    ///
    /// The errors of [`Source::open`], except for archives.
    pub fn open(path: &Path, options: &SourceOptions, threads: usize) -> Result<Self> {
        Self::of(OpenFile::open(path, options)?.into_source(options, Archives::Accepted)?, threads)
    }

    /// Opens standard input, as a stream. Waits until the first bytes have come.
    ///
    /// # Errors
    ///
    /// The errors of [`Source::stdin`], except for archives.
    pub fn stdin(options: &SourceOptions, threads: usize) -> Result<Self> {
        let options = SourceOptions { map: false, ..options.clone() };
        Self::of(OpenFile::stdin(&options)?.into_source(&options, Archives::Accepted)?, threads)
    }

    /// The name of the input in messages.
    pub fn path(&self) -> &Path {
        match self {
            Self::Log(source) => source.path(),
            Self::Archive(archive) => archive.path(),
        }
    }

    /// Returns whether the file at `path` is an archive. One that is no regular file is not looked at,
    /// because what is read of it would be gone.
    pub fn is_archive(path: &Path, options: &SourceOptions) -> bool {
        let options = SourceOptions { map: false, meter: Meter::new(), ..options.clone() };
        let is_regular = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
        is_regular && matches!(Self::open(path, &options, 1), Ok(Self::Archive(_)))
    }

    /// Looks at the first bytes of `source`, unless they are known.
    pub(crate) fn of(source: Source, threads: usize) -> Result<Self> {
        let Source { bytes, origin } = source;
        let stream = match bytes {
            Bytes::Stream(stream) if origin.format() != Some(Format::Plain) => stream,
            bytes => return Ok(Self::Log(Source { bytes, origin })),
        };
        let (mut decoder, properties) = stream.into_decoder(threads)?;
        let is_archive = decoder
            .is_archive()
            .map_err(|error| origin.cause_of(Error::io(&origin.path, error)))?;
        if is_archive {
            return Ok(Self::Archive(Archive::new(decoder, origin)));
        }
        let stream = Stream::begun(decoder, properties, origin.path.clone());
        Ok(Self::Log(Source { bytes: Bytes::Stream(stream), origin }))
    }
}
