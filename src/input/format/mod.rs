//! What an input holds, as its first bytes tell. Names are not asked: a log that was rotated,
//! renamed or piped is still what it is.
//!
//! This is the one place that knows formats: those that are read, and those that are not, of which
//! patterns would be garbage with exit code 0. A text log must never be taken for one of them, so
//! every signature is as strict as the format allows.
//!
//! Bytes are judged as they come. A verdict never changes when more bytes come, so that a log gives
//! the same patterns through a pipe, however slow, as from a file.

mod detection;
mod lzma;
mod mark;
mod signature;
mod tar;
mod unsupported;

pub(super) use detection::{Content, Head};
pub use mark::ByteOrderMark;
pub(super) use signature::is_skippable;

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As they are.
    Plain,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// The `.xz` format, not its forerunner `.lzma`.
    Xz,
    /// What `bzip2` writes.
    Bzip2,
    /// LZ4 frames.
    Lz4,
}

impl Format {
    /// All formats but [`Format::Plain`].
    pub const COMPRESSED: [Self; 5] = [Self::Gzip, Self::Zstd, Self::Xz, Self::Bzip2, Self::Lz4];

    /// The name, as on the command line: `plain`, `gzip`, `zstd`, `xz`, `bzip2`, `lz4`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
        }
    }

    /// Whether this build can read it.
    pub fn is_built_in(self) -> bool {
        match self {
            Self::Plain => true,
            Self::Gzip => cfg!(feature = "gzip"),
            Self::Zstd => cfg!(feature = "zstd"),
            Self::Xz => cfg!(feature = "xz"),
            Self::Bzip2 => cfg!(feature = "bzip2"),
            Self::Lz4 => cfg!(feature = "lz4"),
        }
    }

    /// The program that makes it plain.
    fn program(self) -> &'static str {
        match self {
            Self::Plain => "cat",
            Self::Gzip => "gzip -dc",
            Self::Zstd => "zstd -dc",
            Self::Xz => "xz -dc",
            Self::Bzip2 => "bzip2 -dc",
            Self::Lz4 => "lz4 -dc",
        }
    }

    /// The format of what begins with `head`, where only one that is read is expected, or `None` if
    /// more of it must be seen. Needs fewer bytes than [`Head::judge`].
    #[cfg_attr(
        not(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz")),
        allow(dead_code, reason = "no format of this build has members that are told apart")
    )]
    pub(super) fn detect(head: &[u8]) -> Option<Self> {
        match signature::find(head, signature::Scope::Read)? {
            Some(Content::Read(format)) => Some(format),
            Some(Content::Unread(_)) | None => Some(Self::Plain),
        }
    }
}
