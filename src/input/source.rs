//! Opening an input: what kind of file it is, and whether it is mapped or read as a stream.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, Seek};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use nix::errno::Errno;

use super::decode::Archives;
use super::format::{Detection, Format, Verdict, is_skippable};
use super::mapped::Mapped;
use super::meter::Meter;
use super::origin::{Kind, Origin};
use super::properties::Properties;
use super::raw::RawInput;
use super::read_at::read_at;
use super::remaining::Remaining;
use super::sample::Sample;
use super::snapshot::Snapshot;
use super::stream::Stream;
use crate::error::{Error, Result};
use crate::sys::identity::FileId;

/// How an input is read.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// Whether the input may be mapped into memory. If a mapped file is truncated while it is read,
    /// a signal ends the process, unless a [`TruncationGuard`](crate::TruncationGuard) is held.
    pub map: bool,
    /// The format of the input; `None` to tell it from the first bytes.
    pub format: Option<Format>,
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

impl Source {
    /// Opens the file at `path`, and maps it into memory if that is allowed, possible and of use.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `path` cannot be opened, is a directory, or begins like a format that is
    /// not supported.
    pub fn open(path: &Path, options: &SourceOptions) -> Result<Self> {
        OpenFile::open(path)?.into_source(options, Archives::Refused)
    }

    /// Opens standard input, as a stream.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it is closed, or for the reasons of [`Source::open`].
    pub fn stdin(options: &SourceOptions) -> Result<Self> {
        let options = SourceOptions { map: false, ..options.clone() };
        OpenFile::stdin()?.into_source(&options, Archives::Refused)
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
            Bytes::Mapped(_) => {
                // A mapped file is not read, so its position is still the one it was opened at.
                let input = RawInput::new(file, Remaining::unbounded(), Meter::new());
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

/// A file that was opened and is not a directory.
pub(super) struct OpenFile {
    pub(super) file: File,
    pub(super) path: PathBuf,
    pub(super) opening: Instant,
    pub(super) metadata: Metadata,
}

impl OpenFile {
    /// Opens the file at `path`.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let opening = Instant::now();
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        Self::new(file, path.to_owned(), opening)
    }

    /// Opens standard input.
    pub(super) fn stdin() -> Result<Self> {
        let opening = Instant::now();
        let path = PathBuf::from("standard input");
        let file = io::stdin().as_fd().try_clone_to_owned();
        let file = file.map_err(|error| Error::io(&path, error))?;
        Self::new(file.into(), path, opening)
    }

    fn new(file: File, path: PathBuf, opening: Instant) -> Result<Self> {
        let metadata = file.metadata().map_err(|error| Error::io(&path, error))?;
        if metadata.is_dir() {
            return Err(Error::io(path, Errno::EISDIR));
        }
        Ok(Self { file, path, opening, metadata })
    }

    pub(super) fn into_source(self, options: &SourceOptions, archives: Archives) -> Result<Source> {
        // Files in /proc have a size of zero whatever they hold.
        let mut source = if self.metadata.is_file() && self.metadata.len() > 0 {
            self.into_sized_file(options, archives)?
        } else {
            self.into_unsized_stream(options)
        };
        if let Bytes::Stream(stream) = source.bytes {
            source.bytes = Bytes::Stream(stream.with_archives(archives));
        }
        Ok(source)
    }

    /// Returns the source for a regular file with a size, mapped or as a stream.
    fn into_sized_file(self, options: &SourceOptions, archives: Archives) -> Result<Source> {
        let failed = |error| Error::io(&self.path, error);
        let len = self.metadata.len();
        let position = (&self.file).stream_position().map_err(failed)?;
        let detection = detect_at(&self.file, position);
        // A format in the options is not compared with the first bytes: its decoder does that.
        let format = match (options.format, detection) {
            (None, Some(detection))
                if archives == Archives::Accepted && detection.format.is_tar() =>
            {
                None
            }
            (None, Some(detection)) => Some(detection.format.check_supported().map_err(failed)?),
            (format, _) => format,
        };
        let properties = Properties::new(format);
        // If the sample cannot be read, the reader of the file reports why.
        let sample = Sample::of(&self.file, position, len.max(position)).ok();
        let kind = Kind::SizedFile { size: len.saturating_sub(position), sample };
        let mapped = detection.and_then(|detection| {
            let mapped = map_if_useful(&self.file, len, format, options)?;
            properties.set_mark(detection.mark);
            Some(mapped)
        });
        let remaining = Remaining::up_to_size(Snapshot::of(&self.metadata), position);
        Ok(self.finish(kind, properties, mapped, remaining, &options.meter))
    }

    /// Returns the source for a pipe, a device, a socket, or a file with a size of zero.
    fn into_unsized_stream(self, options: &SourceOptions) -> Source {
        let properties = Properties::new(options.format);
        self.finish(Kind::Unsized, properties, None, Remaining::unbounded(), &options.meter)
    }

    /// Returns the source that gives the bytes of `mapped`, or else reads `remaining`.
    fn finish(
        self,
        kind: Kind,
        properties: Properties,
        mapped: Option<Mapped>,
        remaining: Remaining,
        meter: &Meter,
    ) -> Source {
        let Self { file, path, opening, metadata } = self;
        let (file, properties) = (Arc::new(file), Arc::new(properties));
        let bytes = mapped.map(Bytes::Mapped).unwrap_or_else(|| {
            let input = RawInput::new(Arc::clone(&file), remaining, meter.clone());
            Bytes::Stream(Stream::new(input, Arc::clone(&properties), path.clone()))
        });
        let (id, at_start) = (FileId::of(&metadata), Snapshot::of(&metadata));
        let origin = Origin { path, opening, file, id, at_start, kind, properties };
        Source { bytes, origin }
    }
}

/// Maps a regular file of `len` bytes if that is allowed and of use; returns `None` if the file is
/// to be read. See [the module](super) for the conditions.
fn map_if_useful(
    file: &File,
    len: u64,
    format: Option<Format>,
    options: &SourceOptions,
) -> Option<Mapped> {
    let is_wanted = options.map && format == Some(Format::Plain);
    // Pages of the mapping after the end of the file cannot be read, and bytes after the mapping
    // would be lost.
    if !is_wanted || !ends_at(file, len).is_ok_and(|ends| ends) {
        return None;
    }
    let mapped = Mapped::new(file, usize::try_from(len).ok()?, options.meter.clone()).ok()?;
    mapped.is_cached().then_some(mapped)
}

/// Returns what the first bytes of `file` after `position` tell. Returns `None` if more than these
/// must be read, or if they cannot be read: the reader of the file reports why.
fn detect_at(file: &File, position: u64) -> Option<Detection> {
    let mut head = [0; Detection::MAX_LEN];
    let len = read_at(file, &mut head, position).ok()?;
    let head = &head[..len];
    // The format is known only after the frames that are skipped.
    (is_skippable(head) != Verdict::Yes).then(|| Detection::of_all(head))
}

/// Returns whether `file` has `len` bytes, at least one, and no more.
fn ends_at(file: &File, len: u64) -> io::Result<bool> {
    let Some(last) = len.checked_sub(1) else { return Ok(false) };
    Ok(read_at(file, &mut [0; 2], last)? == 1)
}
