//! Types of file content, recognized by the beginning of a file.

use std::fmt;
use std::io::{self, Read};

use super::recognize::holds_patterns;
use crate::error::{Error, Result};
use crate::input::Source;

/// A type of file content: patterns, for example, or a catalogue.
#[derive(Clone, Copy)]
pub struct ContentType {
    name: &'static str,
    recognize: fn(&Prefix) -> io::Result<bool>,
}

impl ContentType {
    /// One pattern on each line, by either rule set.
    pub const PATTERNS: Self = Self::new("patterns", holds_patterns);

    /// Creates a content type. Messages call it `name`; `recognize` returns whether a file that
    /// begins with this prefix holds it.
    pub const fn new(name: &'static str, recognize: fn(&Prefix) -> io::Result<bool>) -> Self {
        Self { name, recognize }
    }

    /// Returns the name for messages.
    pub(super) fn name(self) -> &'static str {
        self.name
    }

    /// Returns whether the plain text of `source` is this content.
    pub(super) fn is_in(self, source: Source) -> Result<bool> {
        let path = source.path().to_owned();
        let prefix = Prefix::read(source.into_reader()?);
        prefix.and_then(|prefix| (self.recognize)(&prefix)).map_err(|error| Error::io(path, error))
    }
}

impl fmt::Debug for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ContentType").field(&self.name).finish()
    }
}

/// The beginning of a file, decompressed if the file is compressed.
#[derive(Clone, Debug)]
pub struct Prefix {
    /// The first bytes, at most [`Prefix::MAX_LEN`].
    pub bytes: Vec<u8>,
    /// Whether the file holds no more than these bytes.
    pub is_whole_file: bool,
}

impl Prefix {
    /// The maximum number of bytes of a prefix.
    pub const MAX_LEN: usize = 64 << 10;

    /// Reads the beginning of `text`.
    fn read(text: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(Self::MAX_LEN + 1)?;
        text.take(Self::MAX_LEN as u64 + 1).read_to_end(&mut bytes)?;
        let is_whole_file = bytes.len() <= Self::MAX_LEN;
        bytes.truncate(Self::MAX_LEN);
        Ok(Self { bytes, is_whole_file })
    }
}
