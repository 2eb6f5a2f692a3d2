//! An open file: whether it is mapped, or read as a stream.

use std::fs::{File, Metadata};
use std::io::{self, Seek};
use std::ops::Range;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use nix::errno::Errno;

use super::decode::Archives;
use super::encoding::Decoding;
use super::format::{Detection, Format, Verdict, is_skippable};
use super::mapped::Mapped;
use super::origin::{Kind, Origin};
use super::part::{self, Part};
use super::properties::Properties;
use super::raw::RawInput;
use super::read_at::read_at;
use super::remaining::Remaining;
use super::sample::Sample;
use super::shard::Shard;
use super::snapshot::Snapshot;
use super::source::{Bytes, Source, SourceOptions};
use super::stream::Stream;
use crate::error::{Error, Result};
use crate::sys::identity::FileId;

/// A file that was opened and is not a directory.
pub(super) struct OpenFile {
    pub(super) file: File,
    pub(super) path: PathBuf,
    pub(super) opening: Instant,
    pub(super) metadata: Metadata,
}

impl OpenFile {
    /// Opens the file at `path`.
    pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Self> {
        let opening = Instant::now();
        if options.part().is_some() {
            // Before it is opened: a FIFO would wait for its other end.
            part::check_kind(path)?;
        }
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        Self::new(file, path.to_owned(), opening)
    }

    /// Opens standard input.
    pub(super) fn stdin(options: &SourceOptions) -> Result<Self> {
        let opening = Instant::now();
        let path = PathBuf::from("standard input");
        if options.part().is_some() {
            return Err(Error::io(path, part::refused("a stream is read from its beginning")));
        }
        let file = io::stdin().as_fd().try_clone_to_owned();
        let file = file.map_err(|error| Error::io(&path, error))?;
        Self::new(file.into(), path, opening)
    }

    pub(super) fn new(file: File, path: PathBuf, opening: Instant) -> Result<Self> {
        let metadata = file.metadata().map_err(|error| Error::io(&path, error))?;
        if metadata.is_dir() {
            return Err(Error::io(path, Errno::EISDIR));
        }
        Ok(Self { file, path, opening, metadata })
    }

    pub(super) fn into_source(self, options: &SourceOptions, archives: Archives) -> Result<Source> {
        if let Some(shard) = options.part() {
            return self.into_part(shard, options);
        }
        // Files in /proc have a size of zero whatever they hold.
        let mut source = if self.metadata.is_file() && self.metadata.len() > 0 {
            self.into_whole_file(options, archives)?
        } else {
            self.into_unsized_stream(options)
        };
        if let Bytes::Stream(stream) = source.bytes {
            source.bytes = Bytes::Stream(stream.with_archives(archives));
        }
        Ok(source)
    }

    /// Returns the source for a regular file with a size, from its position on.
    fn into_whole_file(self, options: &SourceOptions, archives: Archives) -> Result<Source> {
        let failed = |error| Error::io(&self.path, error);
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
        let lines = position..self.metadata.len().max(position);
        self.into_sized_file(lines, format, detection, options)
    }

    /// Returns the source for the lines of `shard`.
    fn into_part(self, shard: Shard, options: &SourceOptions) -> Result<Source> {
        let part = part::find(shard, &self.file, self.metadata.len(), options);
        let part = part.map_err(|error| Error::io(&self.path, error))?;
        let Part { lines, detection, of_text } = part;
        let mut source =
            self.into_sized_file(lines, Some(Format::Plain), Some(detection), options)?;
        source.origin.part = Some(of_text);
        Ok(source)
    }

    /// Returns the source for the bytes of a regular file in `range`, of which `detection` is what the
    /// first ones tell, mapped or as a stream.
    fn into_sized_file(
        self,
        range: Range<u64>,
        format: Option<Format>,
        detection: Option<Detection>,
        options: &SourceOptions,
    ) -> Result<Source> {
        let properties = Properties::new(format, options.encoding);
        if let (Some(Format::Plain), Some(detection)) = (format, detection) {
            let decoding = options.encoding.decoding(detection.mark);
            properties.set_decoding(decoding.map_err(|error| Error::io(&self.path, error))?);
        }
        // If the sample cannot be read, the reader of the file reports why.
        let sample = Sample::of(&self.file, range.start, range.end).ok();
        let kind = Kind::SizedFile { size: range.end - range.start, sample };
        let mapped = detection.and_then(|_| {
            map_if_useful(&self.file, &self.metadata, range.clone(), &properties, options)
        });
        let snapshot = Snapshot::of(&self.metadata);
        let remaining = if range.end < snapshot.size() {
            Remaining::exactly(range.end - range.start)
        } else {
            Remaining::up_to_size(snapshot, range.start)
        };
        Ok(self.finish(kind, properties, mapped, remaining, options))
    }

    /// Returns the source for a pipe, a device, a socket, or a file with a size of zero.
    fn into_unsized_stream(self, options: &SourceOptions) -> Source {
        let properties = Properties::new(options.format, options.encoding);
        self.finish(Kind::Unsized, properties, None, Remaining::unbounded(), options)
    }

    /// Returns the source that gives the bytes of `mapped`, or else reads `remaining`.
    fn finish(
        self,
        kind: Kind,
        properties: Properties,
        mapped: Option<Mapped>,
        remaining: Remaining,
        options: &SourceOptions,
    ) -> Source {
        let Self { file, path, opening, metadata } = self;
        let (file, properties) = (Arc::new(file), Arc::new(properties));
        let bytes = mapped.map(Bytes::Mapped).unwrap_or_else(|| {
            let input = RawInput::new(Arc::clone(&file), remaining, options.meter.clone());
            Bytes::Stream(Stream::new(input, Arc::clone(&properties), path.clone()))
        });
        let (id, at_start) = (FileId::of(&metadata), Snapshot::of(&metadata));
        let escapes = options.escapes;
        let part = None;
        let origin = Origin { path, opening, file, id, at_start, kind, properties, escapes, part };
        Source { bytes, origin }
    }
}

/// Maps the bytes of a regular file in `range` if that is allowed and of use; returns `None` if they
/// are to be read. See [the module](super) for the conditions.
fn map_if_useful(
    file: &File,
    metadata: &Metadata,
    range: Range<u64>,
    properties: &Properties,
    options: &SourceOptions,
) -> Option<Mapped> {
    let is_wanted = options.map && properties.format() == Some(Format::Plain);
    // What has to be decoded is not used where it is mapped.
    let Some(Decoding::After(mark_len)) = properties.decoding() else { return None };
    // Pages of the mapping after the end of the file cannot be read, and bytes after the mapping
    // would be lost. The end of an earlier part was found by reading up to it.
    let is_end_right = || range.end < metadata.len() || ends_at(file, range.end).is_ok_and(|it| it);
    if !is_wanted || !is_end_right() {
        return None;
    }
    let mapped = Mapped::new(file, range, mark_len, options.meter.clone()).ok()?;
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
