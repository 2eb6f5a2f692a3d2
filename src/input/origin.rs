//! The file that an input was opened from, and whether it has changed since.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::errno::Errno;

use super::format::Format;
use super::properties::Properties;
use super::sample::Sample;
use super::snapshot::{Change, Snapshot};
use crate::error::{Error, Result};
use crate::sys::identity::FileId;
use crate::text::ansi::EscapeSequences;

/// An opened file, its name for messages, and its state when it was opened.
pub(crate) struct Origin {
    pub(super) path: PathBuf,
    /// The time just before it was opened.
    pub(super) opening: Instant,
    pub(super) file: Arc<File>,
    /// The identity of the file. Devices and sockets have none.
    pub(super) id: Option<FileId>,
    pub(super) at_start: Snapshot,
    pub(super) kind: Kind,
    pub(super) properties: Arc<Properties>,
    pub(super) escapes: EscapeSequences,
    pub(super) part: Option<PartOfText>,
}

/// The part of a plain text that an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartOfText {
    /// The bytes of the text before it.
    pub(crate) start: u64,
    /// The bytes of all of the text.
    pub(crate) text_len: u64,
}

/// The kinds of input, by what is known of their bytes.
pub(super) enum Kind {
    /// A regular file that is not empty, as far as the kernel says.
    SizedFile {
        /// The bytes to read, from the position that the file was opened at.
        size: u64,
        /// The first and the last of them, if they could be read.
        sample: Option<Sample>,
    },
    /// A pipe, a device, a socket, or a file whose size is reported as zero.
    Unsized,
}

/// How often, and at what interval, a file is checked that may be being appended to. The kernel
/// sets the modification time, writes, and then sets the size; that mostly takes microseconds.
const MAX_CHECKS: u32 = 20;
const CHECK_INTERVAL: Duration = Duration::from_millis(5);

impl Origin {
    /// Returns the time just before the file was opened.
    pub(crate) fn opening(&self) -> Instant {
        self.opening
    }

    /// Returns how many bytes there are to read, if that is known.
    pub(crate) fn size(&self) -> Option<u64> {
        match self.kind {
            Kind::SizedFile { size, .. } => Some(size),
            Kind::Unsized => None,
        }
    }

    /// Returns the format of the input, if enough of it was read to know it.
    pub(crate) fn format(&self) -> Option<Format> {
        self.properties.format()
    }

    /// Returns whether part of the text that was read is not well-formed UTF-16.
    pub(crate) fn is_ill_formed(&self) -> bool {
        self.properties.is_ill_formed()
    }

    /// Returns the part of the text that is read, if that is not all of it.
    pub(crate) fn part(&self) -> Option<PartOfText> {
        self.part
    }

    /// Returns what becomes of escape sequences in the lines.
    pub(crate) fn escapes(&self) -> EscapeSequences {
        self.escapes
    }

    /// Returns the reason why part of the mapping of this file could not be read.
    pub(crate) fn mapping_error(&self) -> Error {
        // If the file has not changed, the disk did not deliver a page.
        let unreadable = || Error::io(&self.path, Errno::EIO);
        self.check_unchanged().err().unwrap_or_else(unreadable)
    }

    /// Returns the cause of `error`: a change to the input, if the error is about the input and it
    /// has changed, or else the error itself.
    pub(crate) fn cause_of(&self, error: Error) -> Error {
        let is_ours = matches!(&error, Error::Io { path, .. } if *path == self.path);
        let change = if is_ours { self.check_unchanged().err() } else { None };
        change.unwrap_or(error)
    }

    /// Checks, in the middle of a run, that no bytes of a regular file were removed, because a
    /// mapping has zeros in their place. Whether the file was modified otherwise is checked at the
    /// end, when there is time to check more than once.
    ///
    /// # Errors
    ///
    /// [`Error::InputChanged`] if bytes were removed.
    pub(crate) fn check_not_truncated(&self) -> Result<()> {
        match self.change()? {
            Change::None | Change::Touched | Change::Grown => Ok(()),
            Change::Shrunk => Err(self.changed()),
        }
    }

    /// Checks that a regular file still has the bytes that it had when it was opened, as far as its
    /// size and modification time tell, and a [`Sample`] if it grew.
    ///
    /// # Errors
    ///
    /// [`Error::InputChanged`] if it does not.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        for _ in 0..MAX_CHECKS {
            match self.change()? {
                Change::None | Change::Grown => return Ok(()),
                Change::Shrunk => break,
                // If it is being appended to, it has grown when that is done.
                Change::Touched => sleep(CHECK_INTERVAL),
            }
        }
        Err(self.changed())
    }

    /// Returns the change to the file since it was opened. A file that grew without keeping its
    /// bytes counts as shrunk: the bytes that were in it are gone.
    fn change(&self) -> Result<Change> {
        if !self.id.is_some_and(FileId::is_regular) {
            return Ok(Change::None);
        }
        let failed = |error| Error::io(&self.path, error);
        let now = Snapshot::of(&self.file.metadata().map_err(failed)?);
        let change = self.at_start.change(now);
        match &self.kind {
            Kind::SizedFile { sample: Some(sample), .. } if change == Change::Grown => {
                let is_kept = sample.is_in(&self.file).map_err(failed)?;
                Ok(if is_kept { Change::Grown } else { Change::Shrunk })
            }
            _ => Ok(change),
        }
    }

    fn changed(&self) -> Error {
        Error::InputChanged { path: self.path.clone() }
    }
}
