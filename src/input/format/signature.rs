//! The first bytes of each format.
//!
//! Each test gives `None` while the bytes seen so far are too few to tell. Then there is no newline
//! among them: a whole line is never held back, and a newline before the byte that decides means
//! that the input is a log.

use super::Format;
use super::detection::Content;
use super::lzma::is_lzma;
use super::tar::is_tar;
use super::unsupported::Unread;

/// Whether what begins with these bytes is in a certain format.
type Test = fn(&[u8]) -> Option<bool>;

/// Frames to be skipped, with which LZ4 frames may begin too, are taken for zstd's.
const SIGNATURES: [(Content, Test); 16] = [
    (Content::Read(Format::Gzip), |head| begins(head, b"\x1f\x8b\x08")),
    (Content::Read(Format::Zstd), |head| begins(head, b"\x28\xb5\x2f\xfd")),
    (Content::Read(Format::Zstd), is_skippable),
    (Content::Read(Format::Xz), |head| begins(head, b"\xfd7zXZ\0")),
    (Content::Read(Format::Bzip2), is_bzip2),
    (Content::Read(Format::Lz4), |head| begins(head, b"\x04\x22\x4d\x18")),
    (Content::Unread(Unread::Lz4Legacy), |head| begins(head, b"\x02\x21\x4c\x18")),
    (Content::Unread(Unread::Compress), is_compress),
    (Content::Unread(Unread::Zip), is_zip),
    (Content::Unread(Unread::SevenZip), |head| begins(head, b"7z\xbc\xaf\x27\x1c")),
    (Content::Unread(Unread::Rar), |head| begins(head, b"Rar!\x1a\x07")),
    (Content::Unread(Unread::Lzip), is_lzip),
    // Behind it, a newline is part of the signature.
    (Content::Unread(Unread::Lzop), |head| begins(head, b"\x89LZO\0\r")),
    (Content::Unread(Unread::Snappy), |head| begins(head, b"\xff\x06\0\0sNaPpY")),
    (Content::Unread(Unread::Lzma), is_lzma),
    (Content::Unread(Unread::Tar), is_tar),
];

/// Which formats come into question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those that are read.
    Read,
    /// All that are known.
    Known,
}

/// What begins with `head`, if it is in a known format, or `None` if more of it must be seen.
pub(super) fn find(head: &[u8], scope: Scope) -> Option<Option<Content>> {
    let mut is_undecided = false;
    for (content, test) in SIGNATURES {
        if scope == Scope::Read && !matches!(content, Content::Read(_)) {
            continue;
        }
        match test(head) {
            Some(true) => return Some(Some(content)),
            Some(false) => {}
            None => is_undecided = true,
        }
    }
    (!is_undecided).then_some(None)
}

/// Whether `head` begins with `signature`, or `None` if it is too short to tell.
pub(super) fn begins(head: &[u8], signature: &[u8]) -> Option<bool> {
    if head.len() < signature.len() && signature.starts_with(head) {
        return None;
    }
    Some(head.starts_with(signature))
}

/// Whether `head` begins with one of `signatures`, or `None` if it is too short to tell.
fn begins_with_any<const N: usize>(head: &[u8], signatures: [&[u8]; N]) -> Option<bool> {
    let begins = signatures.map(|signature| begins(head, signature));
    if begins.contains(&Some(true)) {
        Some(true)
    } else if begins.contains(&None) {
        None
    } else {
        Some(false)
    }
}

/// Whether `head` begins with `signature` and a byte that `is_right`.
fn begins_and(head: &[u8], signature: &[u8], is_right: fn(u8) -> bool) -> Option<bool> {
    if !begins(head, signature)? {
        return Some(false);
    }
    head.get(signature.len()).map(|&byte| is_right(byte))
}

/// Whether `head` begins a frame that zstd and lz4 decoders are to skip, or `None` if it is too
/// short to tell.
pub(in crate::input) fn is_skippable(head: &[u8]) -> Option<bool> {
    match head.split_first() {
        Some((0x50..=0x5f, rest)) => begins(rest, b"\x2a\x4d\x18"),
        Some(_) => Some(false),
        None => None,
    }
}

fn is_bzip2(head: &[u8]) -> Option<bool> {
    if !begins_and(head, b"BZh", |digit| matches!(digit, b'1'..=b'9'))? {
        return Some(false);
    }
    // The magic number of a block, or of the end of an empty file.
    begins_with_any(&head[4..], [b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"])
}

/// The third byte has the most bits of a code, 9 to 16, two bits that are always zero, and one that
/// tells of blocks.
fn is_compress(head: &[u8]) -> Option<bool> {
    begins_and(head, b"\x1f\x9d", |flags| matches!(flags & 0x7f, 9..=16) && flags != b'\n')
}

/// A file, the end of an empty archive, and the first part of several.
fn is_zip(head: &[u8]) -> Option<bool> {
    begins_with_any(head, [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"])
}

/// The sixth byte has the size of the dictionary, as a power of two in the lower five bits.
fn is_lzip(head: &[u8]) -> Option<bool> {
    begins_and(head, b"LZIP\x01", |size| matches!(size & 0x1f, 12..=29))
}
