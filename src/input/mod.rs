//! Where bytes come from.
//!
//! A regular file is mapped: its bytes are used where the page cache holds them, and any thread
//! can cut and read any part. Everything else (pipes, `/proc`, standard input, a file that cannot
//! be mapped, and whatever is compressed) is a stream, read by a thread of its own into recycled
//! blocks.
//!
//! So is a file that is on the disk and not in memory: systems read ahead further of a read than
//! of a fault. Of 1 GB that was not in memory, the mapping took 1.3 times as long as `cat`, with
//! advice to read ahead 1.7 to 2.3 times, and the stream as long.

mod mapped;
mod slots;
mod truncation;
mod meter;
mod raw;
mod sample;
mod format;
mod decode;
mod block;
mod plain_text;
mod stream;

use std::fs::File;
use std::io::{self, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use nix::errno::Errno;

use self::format::is_skippable;
use self::sample::Sample;
use crate::error::{Error, Result};
use crate::sys::identity::{FileId, Snapshot};

pub(crate) use block::Block;
#[cfg(fuzzing)]
pub(crate) use block::blocks;
pub use format::Format;
pub(crate) use mapped::{Mapped, Slice};
pub use meter::Meter;
pub use plain_text::PlainText;
pub(crate) use raw::RawInput;
pub(crate) use stream::Stream;
pub use truncation::TruncationGuard;

/// How an input is to be read.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// Whether it may be mapped into memory. If a mapped file is shortened while it is read, a
    /// signal ends the process, unless a [`TruncationGuard`] is held.
    pub map: bool,
    /// The format it is in; `None` for what its first bytes tell.
    pub format: Option<Format>,
    /// Counts how much of it was read.
    pub meter: Meter,
}

/// An opened input.
pub struct Source {
    pub(crate) bytes: Bytes,
    pub(crate) origin: Origin,
}

/// The two ways to get at an input's bytes.
pub(crate) enum Bytes {
    Mapped(Mapped),
    Stream(Stream),
}

/// What was opened, kept to name it in messages and to see whether it changed.
pub(crate) struct Origin {
    path: PathBuf,
    /// When it was begun to be opened.
    opening: Instant,
    file: Arc<File>,
    id: Option<FileId>,
    at_start: Snapshot,
    /// Of a regular file.
    sample: Option<Sample>,
    size: Option<u64>,
    format: Arc<OnceLock<Format>>,
}

/// The format that the bytes of a file at `position` tell; what is too short to tell is plain.
/// Nothing, if more than that must be read, or they cannot be: whoever reads them next will say
/// why.
fn head_format(file: &File, position: u64) -> Option<Format> {
    let mut head = [0; Format::LONGEST_SIGNATURE];
    let len = file.read_at(&mut head, position).ok()?;
    let head = &head[..len];
    let is_told = is_skippable(head) != Some(true);
    is_told.then(|| Format::detect(head).unwrap_or(Format::Plain))
}

/// The mapping of a file that is in memory already, if it may be mapped.
fn map_cached(file: &File, meter: &Meter, may_map: bool) -> Option<Mapped> {
    let mapped = if may_map { Mapped::new(file, meter.clone()).ok() } else { None };
    mapped.filter(Mapped::is_cached)
}

impl Source {
    /// Opens the file at `path`. It is mapped into memory where that is allowed, possible and of
    /// use.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `path` cannot be opened or is a directory.
    pub fn open(path: &Path, options: &SourceOptions) -> Result<Self> {
        let opening = Instant::now();
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        Self::from_file(file, path.to_owned(), opening, options)
    }

    /// Standard input, as a stream.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it is closed or a directory.
    pub fn stdin(options: &SourceOptions) -> Result<Self> {
        let opening = Instant::now();
        let path = PathBuf::from("standard input");
        let file = io::stdin().as_fd().try_clone_to_owned();
        let file = file.map_err(|error| Error::io(&path, error))?;
        let options = SourceOptions { map: false, ..options.clone() };
        Self::from_file(file.into(), path, opening, &options)
    }

    fn from_file(
        mut file: File,
        path: PathBuf,
        opening: Instant,
        options: &SourceOptions,
    ) -> Result<Self> {
        let failed = |error| Error::io(&path, error);
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(Errno::EISDIR.into()));
        }
        // Files in /proc say they are empty, files in /sys cannot be mapped: both are streamed.
        let is_plain = metadata.is_file() && metadata.len() > 0;
        let (mut format, mut size, mut sample) = (options.format, None, None);
        if is_plain {
            let position = file.stream_position().map_err(failed)?;
            // A log that grows faster than it is read would never end.
            size = Some(metadata.len().saturating_sub(position));
            format = format.or_else(|| head_format(&file, position));
            // Without one, whoever reads the file next will say why.
            sample = Sample::of(&file, position, metadata.len().max(position)).ok();
        }
        let file = Arc::new(file);
        let may_map = is_plain && options.map && format == Some(Format::Plain);
        let bytes = match map_cached(&file, &options.meter, may_map) {
            Some(mapped) => Bytes::Mapped(mapped),
            None => {
                let limit = size.unwrap_or(u64::MAX);
                let input = RawInput::new(Arc::clone(&file), limit, options.meter.clone());
                Bytes::Stream(Stream::new(input, format, path.clone()))
            }
        };
        let (id, at_start) = (FileId::of(&metadata), Snapshot::of(&metadata));
        let format = match &bytes {
            Bytes::Mapped(_) => Arc::new(Format::Plain.into()),
            Bytes::Stream(stream) => stream.format(),
        };
        let origin = Origin { path, opening, file, id, at_start, sample, size, format };
        Ok(Self { bytes, origin })
    }

    /// `mapped` or `stream`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.bytes {
            Bytes::Mapped(_) => "mapped",
            Bytes::Stream(_) => "stream",
        }
    }

    /// What the input is called in messages.
    pub fn path(&self) -> &Path {
        &self.origin.path
    }

    /// The bytes that there are to read, as they stand in the file, where that is known.
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

impl Origin {
    /// When it was begun to be opened.
    pub(crate) fn opening(&self) -> Instant {
        self.opening
    }

    /// The bytes that there are to read, where that is known.
    pub(crate) fn size(&self) -> Option<u64> {
        self.size
    }

    /// The format of the input, if it was read so far that it is known.
    pub(crate) fn format(&self) -> Option<Format> {
        self.format.get().copied()
    }

    /// The error that a damaged mapping of this file stands for.
    pub(crate) fn damage(&self) -> Error {
        // Without a change to see, it is the disk that did not give a page.
        let unreadable = || Error::io(&self.path, Errno::EIO);
        self.check_unchanged().err().unwrap_or_else(unreadable)
    }

    /// What `error` comes from: a change to the input, if it is about that and there was one.
    pub(crate) fn blame(&self, error: Error) -> Error {
        let is_ours = matches!(&error, Error::Io { path, .. } if *path == self.path);
        let change = if is_ours { self.check_unchanged().err() } else { None };
        change.unwrap_or(error)
    }

    /// Checks that a regular file still holds what it held when it was opened, as far as its size
    /// and modification time tell, and a [`Sample`] if it grew.
    ///
    /// # Errors
    ///
    /// [`Error::InputChanged`] if it does not.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        let Self { path, file, id, at_start, sample, .. } = self;
        let failed = |error| Error::io(path, error);
        let now = Snapshot::of(&file.metadata().map_err(failed)?);
        let is_unchanged = match sample {
            _ if !id.is_some_and(FileId::is_regular) => true,
            Some(sample) if now.outgrows(*at_start) => sample.is_in(file).map_err(failed)?,
            _ => !at_start.outdated_by(now),
        };
        if is_unchanged { Ok(()) } else { Err(Error::InputChanged { path: path.clone() }) }
    }
}
