//! Where bytes come from.
//!
//! A regular file is mapped: its bytes are used where the page cache holds them, and any thread
//! can cut and read any part. Everything else (pipes, `/proc`, standard input, and a file that
//! cannot be mapped) is a stream, read by a thread of its own into recycled blocks.
//!
//! So is a file that is on the disk and not in memory: systems read ahead further of a read than
//! of a fault. Of 1 GB that was not in memory, the mapping took 1.3 times as long as `cat`, with
//! advice to read ahead 1.7 to 2.3 times, and the stream as long.

mod block;
mod mapped;
mod stream;
mod truncation;

use std::fs::{File, Metadata};
use std::io::{self, Seek};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

pub(crate) use block::Block;
#[cfg(fuzzing)]
pub(crate) use block::blocks;
pub(crate) use mapped::{Mapped, Slice};
pub(crate) use stream::Stream;
pub use truncation::TruncationGuard;

use nix::errno::Errno;

use crate::error::{Error, Result};
use crate::identity::{FileId, Snapshot};

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
    file: File,
    id: Option<FileId>,
    at_start: Snapshot,
}

impl Source {
    /// Opens the file at `path`, mapped into memory where that is possible and `map` allows it.
    ///
    /// If a mapped file is shortened while it is read, a signal ends the process, unless a
    /// [`TruncationGuard`] is held.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `path` cannot be opened or is a directory.
    pub fn open(path: &Path, map: bool) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        Self::from_file(file, path.to_owned(), map)
    }

    /// Standard input, as a stream.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it is closed or a directory.
    pub fn stdin() -> Result<Self> {
        let path = PathBuf::from("standard input");
        let file = io::stdin().as_fd().try_clone_to_owned();
        let file = file.map_err(|error| Error::io(&path, error))?;
        Self::from_file(file.into(), path, false)
    }

    fn from_file(file: File, path: PathBuf, map: bool) -> Result<Self> {
        let failed = |error| Error::io(&path, error);
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(Errno::EISDIR.into()));
        }
        // Files in /proc say they are empty, files in /sys cannot be mapped: both are streamed.
        let is_plain = metadata.is_file() && metadata.len() > 0;
        let mapped = if is_plain && map { Mapped::new(&file).ok() } else { None };
        let mapped = mapped.filter(Mapped::is_cached);
        let bytes = match mapped {
            Some(mapped) => Bytes::Mapped(mapped),
            None => {
                let mut reader = file.try_clone().map_err(failed)?;
                // A log that grows faster than it is read would never end.
                let position =
                    if is_plain { reader.stream_position().map_err(failed)? } else { 0 };
                let limit =
                    if is_plain { metadata.len().saturating_sub(position) } else { u64::MAX };
                Bytes::Stream(Stream::new(reader, limit, path.clone()))
            }
        };
        let origin =
            Origin { id: FileId::of(&metadata), at_start: Snapshot::of(&metadata), file, path };
        Ok(Self { bytes, origin })
    }

    /// What the input is called in messages.
    pub fn path(&self) -> &Path {
        &self.origin.path
    }

    /// `mapped` or `stream`.
    pub fn kind(&self) -> &'static str {
        match self.bytes {
            Bytes::Mapped(_) => "mapped",
            Bytes::Stream(_) => "stream",
        }
    }

    /// Checks that the file that `output` describes is not this input.
    ///
    /// # Errors
    ///
    /// [`Error::SameFile`] if it is.
    pub(crate) fn check_is_not(&self, output: &Metadata) -> Result<()> {
        if self.origin.id.is_some() && self.origin.id == FileId::of(output) {
            return Err(Error::SameFile { path: self.origin.path.clone() });
        }
        Ok(())
    }
}

impl Origin {
    /// The error that a damaged mapping of this file stands for.
    pub(crate) fn damage(&self) -> Error {
        // Without a change to see, it is the disk that did not give a page.
        let unreadable = || Error::io(&self.path, Errno::EIO);
        self.check_unchanged().err().unwrap_or_else(unreadable)
    }

    /// Checks that a regular file still holds what it held when it was opened, as far as its size
    /// and modification time tell.
    ///
    /// # Errors
    ///
    /// [`Error::InputChanged`] if it does not.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        let Self { path, file, id, at_start } = self;
        let metadata = file.metadata().map_err(|error| Error::io(path, error))?;
        if id.is_some() && at_start.outdated_by(Snapshot::of(&metadata)) {
            return Err(Error::InputChanged { path: path.clone() });
        }
        Ok(())
    }
}
