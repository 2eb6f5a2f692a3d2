//! Tar archives, each a directory of logs.
//!
//! An archive is read once, from front to back, and so are the members in it: each is a [`Source`]
//! that must be read before the next one is taken.
//!
//! Memory is bounded whatever an archive says: of names and attributes only what can be of use is
//! kept, and a member is a stream.
//!
//! # Why not the crate `tar`
//!
//! Its entries borrow the archive and cannot be sent to another thread, as the reader of a stream is.
//! It takes long names and attributes into memory, however long they are. It takes the end of the
//! input between two entries for the end of the archive. What is left, the fields of a header, is in
//! `header.rs`. Tests compare this module with that crate.
//!
//! [`Source`]: super::Source

mod attributes;
mod contents;
mod entry;
mod header;
mod member;
#[cfg(test)]
mod tests;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::decode::{Archives, Decoder};
use super::origin::{Kind, Origin};
use super::properties::Properties;
use super::raw::RawInput;
use super::source::{Bytes, Source};
use super::stream::Stream;
use crate::error::{Error, Result};
use crate::sys::identity::FileId;
use contents::Contents;
use entry::Entry;
pub(super) use member::MemberReader;
use member::SharedContents;

/// An opened tar archive, and an iterator over the logs in it.
///
/// An item is an error if an entry is no log, and the iterator goes on after that; or if the archive
/// is damaged or cannot be read, which ends it.
pub struct Archive {
    contents: SharedContents,
    origin: Origin,
    links: Links,
    is_at_end: bool,
}

/// What becomes of an entry that is a link, a device or a FIFO, of which an archive has no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Links {
    /// It is an error.
    Refused,
    /// It is left out.
    LeftOut,
}

/// A log in an archive.
pub struct Member {
    /// The path in the archive. It may be hostile: absolute, or with `..` in it.
    pub path: PathBuf,
    /// The log. It must be read before the next member is taken from the archive.
    pub source: Source,
}

impl Archive {
    pub(super) fn new(decoder: Decoder, origin: Origin) -> Self {
        let contents = SharedContents::new(Contents::new(decoder));
        Self { contents, origin, links: Links::Refused, is_at_end: false }
    }

    /// Leaves out links, devices and FIFOs, which are errors otherwise. An archive has no bytes of them.
    pub fn without_links(self) -> Self {
        Self { links: Links::LeftOut, ..self }
    }

    /// The name of the archive in messages.
    pub fn path(&self) -> &Path {
        &self.origin.path
    }

    /// Returns whether it is a regular file, which can be opened again.
    pub(crate) fn is_regular(&self) -> bool {
        self.origin.id.is_some_and(FileId::is_regular)
    }

    /// Returns the member that `entry` is.
    fn member(&self, entry: Entry) -> Result<Member> {
        let Entry { path, size, refusal, .. } = entry;
        let path = PathBuf::from(path);
        let name = self.name_of(&path);
        if let Some(reason) = refusal {
            return Err(Error::io(name, io::Error::new(ErrorKind::Unsupported, reason)));
        }
        let properties = Arc::new(Properties::new(None, self.origin.properties.encoding()));
        let input = RawInput::of_member(MemberReader::new(self.contents.clone()));
        let stream = Stream::new(input, Arc::clone(&properties), name.clone());
        let bytes = Bytes::Stream(stream.with_archives(Archives::Nested));
        let origin = Origin {
            path: name,
            opening: Instant::now(),
            file: Arc::clone(&self.origin.file),
            id: self.origin.id,
            at_start: self.origin.at_start,
            kind: Kind::SizedFile { size, sample: None },
            properties,
            escapes: self.origin.escapes,
            part: None,
        };
        Ok(Member { path, source: Source { bytes, origin } })
    }

    /// Returns the name in messages of the entry at `path`.
    fn name_of(&self, path: &Path) -> PathBuf {
        let mut name = self.origin.path.clone().into_os_string();
        name.push(": ");
        name.push(path);
        name.into()
    }
}

impl Iterator for Archive {
    type Item = Result<Member>;

    fn next(&mut self) -> Option<Result<Member>> {
        if self.is_at_end {
            return None;
        }
        let entry = loop {
            match self.contents.lock().next_entry() {
                Ok(Some(entry)) if entry.is_link && self.links == Links::LeftOut => {}
                entry => break entry,
            }
        };
        self.is_at_end = !matches!(entry, Ok(Some(_)));
        match entry {
            Ok(Some(entry)) => Some(self.member(entry)),
            Ok(None) => self.origin.check_unchanged().err().map(Err),
            Err(error) => {
                let error = Error::io(&self.origin.path, error);
                Some(Err(self.origin.cause_of(error)))
            }
        }
    }
}
