//! An opened input, and the ways to open one.

use std::fs::File;
use std::io::BufRead;
use std::path::Path;
use std::time::Instant;

use super::decode::Archives;
use super::encoding::Encoding;
use super::format::Format;
use super::mapped::Mapped;
use super::meter::Meter;
use super::open_file::OpenFile;
use super::origin::Origin;
use super::raw::RawInput;
use super::remaining::Remaining;
use super::shard::Shard;
use super::stream::Stream;
use crate::error::{Error, Result};
use crate::sys::identity::FileId;
use crate::text::ansi::EscapeSequences;

/// How an input is read.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// Whether the input may be mapped into memory. If a mapped file is truncated while it is read,
    /// a signal ends the process, unless a [`TruncationGuard`](crate::TruncationGuard) is held.
    pub map: bool,
    /// The format of the input; `None` to tell it from the first bytes.
    pub format: Option<Format>,
    /// The encoding of the text.
    pub encoding: Encoding,
    /// What becomes of escape sequences in lines before patterns are made of them. The lines
    /// themselves keep them where they are written.
    pub escapes: EscapeSequences,
    /// The part of the input to read, which must then be a regular file of plain text. A file that
    /// grows has other parts than before: each is a part of the size that the file has when it is
    /// opened.
    pub shard: Option<Shard>,
    /// Counts the bytes that were read.
    pub meter: Meter,
}

/// An opened input.
pub struct Source {
    pub(crate) bytes: Bytes,
    pub(crate) origin: Origin,
}

/// The two ways to get at the bytes of an input.
pub(crate) enum Bytes {
    Mapped(Mapped),
    Stream(Stream),
}

impl SourceOptions {
    /// Returns the part to read, if that is not all of the input.
    pub(super) fn part(&self) -> Option<Shard> {
        self.shard.filter(|shard| !shard.is_whole())
    }
}

impl Source {
    /// Opens the file at `path`, and maps it into memory if that is allowed, possible and of use.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `path` cannot be opened, is a directory, begins like a format that is not
    /// supported, or cannot be cut into parts although the options ask for one.
    pub fn open(path: &Path, options: &SourceOptions) -> Result<Self> {
        OpenFile::open(path, options)?.into_source(options, Archives::Refused)
    }

    /// Opens standard input, as a stream.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it is closed, or for the reasons of [`Source::open`].
    pub fn stdin(options: &SourceOptions) -> Result<Self> {
        let options = SourceOptions { map: false, ..options.clone() };
        OpenFile::stdin(&options)?.into_source(&options, Archives::Refused)
    }

    /// Takes the open `file`, which messages call `path`.
    ///
    /// # Errors
    ///
    /// The errors of [`Source::open`].
    pub(crate) fn from_open(file: File, path: &Path, options: &SourceOptions) -> Result<Self> {
        let file = OpenFile::new(file, path.to_owned(), Instant::now())?;
        file.into_source(options, Archives::Refused)
    }

    /// Takes the open `file`, which may be an archive: [`OpenInput::of`](super::OpenInput::of) tells.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn from_open_input(
        file: File,
        path: &Path,
        options: &SourceOptions,
    ) -> Result<Self> {
        let file = OpenFile::new(file, path.to_owned(), Instant::now())?;
        file.into_source(options, Archives::Accepted)
    }

    /// Returns a reader of the plain text, for callers that do not want patterns of it.
    ///
    /// The format is that of the options; formats that are not supported are refused. A change of
    /// the input while it is read goes unnoticed. Waits until the format is known.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the input cannot be read, or is in a format that is not supported.
    pub fn into_reader(self) -> Result<impl BufRead + Send> {
        let Self { bytes, origin: Origin { path, file, properties, .. } } = self;
        let stream = match bytes {
            Bytes::Stream(stream) => stream,
            Bytes::Mapped(mapped) => {
                // A mapped file is not read, so its position is still where the mapping begins.
                let remaining = Remaining::exactly(mapped.as_bytes().len() as u64);
                let input = RawInput::new(file, remaining, Meter::new());
                Stream::new(input, properties, path)
            }
        };
        stream.into_reader()
    }

    /// Returns `mapped` or `stream`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.bytes {
            Bytes::Mapped(_) => "mapped",
            Bytes::Stream(_) => "stream",
        }
    }

    /// The name of the input in messages.
    pub fn path(&self) -> &Path {
        &self.origin.path
    }

    /// Returns how many bytes there are to read, as they are in the file, if that is known.
    pub fn size(&self) -> Option<u64> {
        self.origin.size()
    }

    /// Checks that `output` is not this input.
    ///
    /// # Errors
    ///
    /// [`Error::SameFile`] if it is.
    pub(crate) fn check_is_not(&self, output: Option<FileId>) -> Result<()> {
        if output.is_some() && self.origin.id == output {
            return Err(Error::SameFile { path: self.origin.path.clone() });
        }
        Ok(())
    }
}
