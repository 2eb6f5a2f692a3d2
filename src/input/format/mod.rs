//! The format of an input, told by its first bytes. File names are not considered: a log that was
//! rotated, renamed or piped keeps its format.
//!
//! All formats are listed here: those that are supported, and those that are recognised to be
//! refused, because their patterns would be garbage with exit code 0. A text log must never be taken
//! for one of them, so every signature is as strict as its format allows.
//!
//! The first bytes may come in pieces. A result never changes when more bytes come, so a log has the
//! same patterns through a pipe, however slow, as from a file.
//!
//! To add a format: a variant of [`Format`], a line in `signature::SIGNATURES`, a decoder in
//! `decode/`, a feature in `Cargo.toml`.

mod detection;
mod lzma;
mod mark;
mod signature;
mod tar;
mod unsupported;
mod verdict;

pub(super) use detection::DetectedFormat;
pub(crate) use detection::Detection;
pub(super) use mark::ByteOrderMark;
pub(super) use signature::is_skippable;
pub(super) use tar::{HEADER_LEN as TAR_BLOCK, has_checksum as has_tar_checksum};
pub(super) use unsupported::refuse_nested_tar;
use verdict::Match;
pub(super) use verdict::Verdict;

/// A format of an input: plain, or compressed in one of the supported ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Not compressed.
    Plain,
    /// gzip, RFC 1952.
    Gzip,
    /// Zstandard, RFC 8878.
    Zstd,
    /// The `.xz` format, not its predecessor `.lzma`.
    Xz,
    /// The format of `bzip2`.
    Bzip2,
    /// LZ4 frames.
    Lz4,
}

impl Format {
    /// All formats but [`Format::Plain`].
    pub const COMPRESSED: [Self; 5] = [Self::Gzip, Self::Zstd, Self::Xz, Self::Bzip2, Self::Lz4];

    /// Returns the name, as on the command line: `plain`, `gzip`, `zstd`, `xz`, `bzip2`, `lz4`.
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

    /// Returns whether this build has a decoder for the format.
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

    /// Returns the command that decompresses the format.
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

    /// Returns the supported format of an input that begins with `head`, or `None` if more bytes are
    /// needed to tell. Needs fewer bytes than [`Detection::of_first`].
    #[cfg_attr(
        not(any(feature = "bzip2", feature = "gzip", feature = "lz4", feature = "xz")),
        allow(dead_code, reason = "no format of this build has members that are told apart")
    )]
    pub(super) fn detect(head: &[u8]) -> Option<Self> {
        match signature::find(head, signature::Scope::Supported) {
            Match::Found(DetectedFormat::Supported(format)) => Some(format),
            Match::Found(DetectedFormat::Unsupported(_)) | Match::NotFound => Some(Self::Plain),
            Match::NeedsMore => None,
        }
    }
}
