//! Which existing files an output may overwrite.
//!
//! A slip on the command line makes a log the OUTPUT: `lognorm-mmap logs/*.gz`, where exactly two
//! names match. A file that holds what the output will hold was written by an earlier run. Any
//! other file may be the only copy of something.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::content_type::ContentType;
use crate::error::{Error, Reason, Result};
use crate::input::{Format, Source, SourceOptions};

/// Which existing regular files an output may overwrite. Devices, FIFOs and standard streams are
/// written to, which overwrites nothing.
#[derive(Clone, Copy, Debug)]
pub enum Overwrite {
    /// All files.
    Always,
    /// Files that are empty or hold content of this type.
    IfHolding(ContentType),
    /// No file, not even one that appears during the run.
    Never,
}

impl Default for Overwrite {
    /// Returns the policy for a run that writes patterns: only patterns are overwritten.
    fn default() -> Self {
        Self::IfHolding(ContentType::PATTERNS)
    }
}

impl Overwrite {
    /// Returns whether an existing file is kept whatever it holds.
    pub(super) fn is_never(self) -> bool {
        matches!(self, Self::Never)
    }

    /// Checks that the content of the regular file at `path` allows the file to be overwritten.
    /// `open` opens the file, and `size` is its size according to the file system.
    ///
    /// # Errors
    ///
    /// [`Error::WouldOverwrite`] if the file holds something else, or cannot be read, and
    /// [`Error::Io`] if there is no memory or no file descriptor for the check.
    pub(super) fn check(
        self,
        path: &Path,
        size: u64,
        open: impl Fn() -> io::Result<File>,
    ) -> Result<()> {
        let Self::IfHolding(content) = self else { return Ok(()) };
        let reason = match holds(content, path, open) {
            Ok(true) => return Ok(()),
            // The size decides only if the file cannot be read: some file systems report 0 for
            // files that have content.
            Err(_) if size == 0 => return Ok(()),
            Err(error) if error.is_out_of_descriptors() => return Err(error),
            Err(Error::Io { source, .. }) if source.raw_os_error().is_some() => {
                format!("cannot be read to see what it holds ({})", Reason(&source))
            }
            Err(Error::Io { path, source }) if source.kind() == ErrorKind::OutOfMemory => {
                return Err(Error::Io { path, source });
            }
            // This program writes no file that it cannot decompress.
            Ok(false) | Err(_) => format!("does not hold {}", content.name()),
        };
        Err(Error::WouldOverwrite { path: path.into(), reason })
    }
}

/// Returns whether the file at `path` holds `content`, as it is or decompressed.
///
/// The file is first read as it is, because the patterns of a compressed log that was not
/// decompressed may begin as a compressed file does.
fn holds(content: ContentType, path: &Path, open: impl Fn() -> io::Result<File>) -> Result<bool> {
    let open_as = |format| {
        let file = open().map_err(|error| Error::io(path, error))?;
        Source::from_open(file, path, &SourceOptions { format, ..SourceOptions::default() })
    };
    if content.is_in(open_as(Some(Format::Plain))?)? {
        return Ok(true);
    }
    let source = open_as(None)?;
    // Plain text has been read above.
    if source.origin.format() == Some(Format::Plain) { Ok(false) } else { content.is_in(source) }
}
