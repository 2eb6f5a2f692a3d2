//! The file that an input was opened from, and whether it has changed since.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::errno::Errno;

use super::findings::Findings;
use super::format::{ByteOrderMark, Format};
use super::sample::Sample;
use super::snapshot::{Change, Snapshot};
use crate::error::{Error, Result};
use crate::sys::identity::FileId;

/// What was opened, kept to name it in messages and to see whether it changed.
pub(crate) struct Origin {
    pub(super) path: PathBuf,
    /// When it was begun to be opened.
    pub(super) opening: Instant,
    pub(super) file: Arc<File>,
    /// Of all but devices and sockets.
    pub(super) id: Option<FileId>,
    pub(super) at_start: Snapshot,
    /// Of a regular file.
    pub(super) sample: Option<Sample>,
    pub(super) size: Option<u64>,
    pub(super) findings: Arc<Findings>,
}

/// Looks at a file that may be being appended to, and the time between two. The kernel writes
/// between setting the time of modification and setting the size, mostly for some microseconds.
const LOOKS: u32 = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

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
        self.findings.format()
    }

    /// The byte-order mark that the plain text begins with, if it has one and was read.
    pub(crate) fn byte_order_mark(&self) -> Option<ByteOrderMark> {
        self.findings.mark()
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

    /// Checks, in the middle of a run, that nothing is gone of a regular file: what is read in the
    /// place of it are zeros. Whether it was modified otherwise is seen at the end, when there is
    /// time to look twice.
    ///
    /// # Errors
    ///
    /// [`Error::InputChanged`] if something is.
    pub(crate) fn check_not_cut(&self) -> Result<()> {
        match self.change()? {
            Change::None | Change::Touched | Change::Grown => Ok(()),
            Change::Shrunk => Err(self.changed()),
        }
    }

    /// Checks that a regular file still holds what it held when it was opened, as far as its size
    /// and modification time tell, and a [`Sample`] if it grew.
    ///
    /// # Errors
    ///
    /// [`Error::InputChanged`] if it does not.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        for _ in 0..LOOKS {
            match self.change()? {
                Change::None | Change::Grown => return Ok(()),
                Change::Shrunk => break,
                // If it is being appended to, it will have grown when that is done.
                Change::Touched => sleep(BETWEEN_LOOKS),
            }
        }
        Err(self.changed())
    }

    /// What has become of the file. One that grew was only appended to; if it was not, what was in
    /// it is gone.
    fn change(&self) -> Result<Change> {
        if !self.id.is_some_and(FileId::is_regular) {
            return Ok(Change::None);
        }
        let failed = |error| Error::io(&self.path, error);
        let now = Snapshot::of(&self.file.metadata().map_err(failed)?);
        let change = self.at_start.change(now);
        match &self.sample {
            Some(sample) if change == Change::Grown => {
                let is_there = sample.is_in(&self.file).map_err(failed)?;
                Ok(if is_there { Change::Grown } else { Change::Shrunk })
            }
            _ => Ok(change),
        }
    }

    fn changed(&self) -> Error {
        Error::InputChanged { path: self.path.clone() }
    }
}
