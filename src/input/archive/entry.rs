//! An entry of an archive, as its headers describe it.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// The maximum of bytes of a path, as in Linux.
const MAX_PATH: usize = 4095;

/// An entry that may be a log.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: Path,
    /// The number of its bytes.
    pub(super) size: u64,
    /// Whether it is a link, a device or a FIFO.
    pub(super) is_link: bool,
    /// The reason why it is no log that can be read, if it is none.
    pub(super) refusal: Option<String>,
}

/// The path of an entry, as it is in the archive. It may be of any length, and only so many bytes of
/// it are kept that it is seen to be too long.
#[derive(Clone, Debug, Default)]
pub(super) struct Path(Vec<u8>);

impl Path {
    /// Returns the path in `bytes`.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Reads a path, or as much of it as is kept. Returns `None` if it is empty.
    pub(super) fn read(input: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        input.take(MAX_PATH as u64 + 1).read_to_end(&mut bytes)?;
        Ok((!bytes.is_empty()).then_some(Self(bytes)))
    }

    /// Returns the path without the NUL that GNU ends long names with.
    pub(super) fn without_nul(mut self) -> Self {
        if self.0.ends_with(b"\0") {
            self.0.pop();
        }
        self
    }

    pub(super) fn ends_with_slash(&self) -> bool {
        self.0.ends_with(b"/")
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.0.len() > MAX_PATH
    }
}

impl From<Path> for PathBuf {
    fn from(path: Path) -> Self {
        OsString::from_vec(path.0).into()
    }
}

/// Returns the error for an archive that is damaged, for this `reason`.
pub(super) fn damaged(reason: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("damaged tar archive: {reason}"))
}
