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
mod snapshot;
mod extent;
mod sample;
mod format;
mod findings;
mod decode;
mod block;
pub(crate) mod chunk;
mod text;
mod stream;
mod origin;

use std::fs::File;
use std::io::{self, BufRead, Seek};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use nix::errno::Errno;

use crate::error::{Error, Result};
use crate::sys::identity::FileId;
use extent::{ends_at, read_at};
use findings::Findings;
use format::{Head, is_skippable};
use sample::Sample;
use snapshot::Snapshot;

pub(crate) use block::Block;
#[cfg(fuzzing)]
pub(crate) use block::blocks;
pub(crate) use extent::Extent;
pub use format::{ByteOrderMark, Format};
pub(crate) use mapped::{Mapped, Slice};
pub use meter::Meter;
pub(crate) use origin::Origin;
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

/// What the bytes of a file at `position` tell. Nothing, if more than that must be read, or they
/// cannot be: the reader of the file will say why.
fn look_at(file: &File, position: u64) -> Option<Head> {
    let mut head = [0; Head::LEN];
    let len = read_at(file, &mut head, position).ok()?;
    let head = &head[..len];
    (is_skippable(head) != Some(true)).then(|| Head::of(head))
}

/// The mapping of a file of `len` bytes that is in memory already.
fn map_cached(file: &File, len: u64, meter: &Meter) -> Option<Mapped> {
    // Pages of a map that are not in the file cannot be read, and bytes after the map would be lost.
    if !ends_at(file, len).is_ok_and(|ends| ends) {
        return None;
    }
    let mapped = Mapped::new(file, usize::try_from(len).ok()?, meter.clone()).ok();
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

    /// The open `file`, which is called `path` in messages.
    ///
    /// # Errors
    ///
    /// Those of [`Source::open`].
    pub(crate) fn from_open(file: File, path: &Path, options: &SourceOptions) -> Result<Self> {
        Self::from_file(file, path.to_owned(), Instant::now(), options)
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
        let (id, at_start) = (FileId::of(&metadata), Snapshot::of(&metadata));
        let findings = Arc::new(Findings::new(options.format));
        let (mut size, mut sample, mut extent, mut may_map) =
            (None, None, Extent::unbounded(), false);
        // Files in /proc say they are empty, files in /sys cannot be mapped: both are streamed.
        if metadata.is_file() && metadata.len() > 0 {
            let position = file.stream_position().map_err(failed)?;
            size = Some(metadata.len().saturating_sub(position));
            extent = Extent::promised(at_start, position);
            // Without one, the reader of the file will say why.
            sample = Sample::of(&file, position, metadata.len().max(position)).ok();
            if let Some(head) = look_at(&file, position) {
                if findings.format().is_none() {
                    findings.note_format(head.content.format().map_err(failed)?);
                }
                may_map = options.map && findings.format() == Some(Format::Plain);
                if may_map {
                    findings.note_mark(head.mark);
                }
            }
        }
        let file = Arc::new(file);
        let mapped = if may_map { map_cached(&file, metadata.len(), &options.meter) } else { None };
        let bytes = mapped.map(Bytes::Mapped).unwrap_or_else(|| {
            let input = RawInput::new(Arc::clone(&file), extent, options.meter.clone());
            Bytes::Stream(Stream::new(input, Arc::clone(&findings), path.clone()))
        });
        let origin = Origin { path, opening, file, id, at_start, sample, size, findings };
        Ok(Self { bytes, origin })
    }

    /// The plain text, as one reads any other file, for those who do not want patterns of it. The
    /// format is that of the options, and what has a format that is not read is refused.
    ///
    /// That the input changes while it is read goes unnoticed.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be read, or is not to be. Waits until that is known.
    pub fn into_reader(self) -> Result<impl BufRead + Send> {
        let Self { bytes, origin: Origin { path, file, findings, .. } } = self;
        let stream = match bytes {
            Bytes::Stream(stream) => stream,
            Bytes::Mapped(_) => {
                // Nothing was read of it yet.
                let input = RawInput::new(file, Extent::unbounded(), Meter::new());
                Stream::new(input, findings, path)
            }
        };
        stream.text()
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
