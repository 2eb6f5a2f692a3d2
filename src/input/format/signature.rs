//! The signatures of all formats: the bytes that inputs in them begin with.
//!
//! A test returns [`Verdict::NeedsMore`] while it has too few bytes. It does not if one of them is a
//! newline: a whole line is never held back, and a newline before the byte that decides means that
//! the input is a log.

use super::Format;
use super::detection::DetectedFormat::{self, Supported, Unsupported};
use super::lzma::is_lzma;
use super::tar::is_tar;
use super::unsupported::UnsupportedFormat as Other;
use super::verdict::{Match, Verdict};

/// Returns whether an input that begins with these bytes is in a certain format.
type Test = fn(&[u8]) -> Verdict;

/// The tests of all formats. Skippable frames, which LZ4 shares, are taken for those of zstd.
const SIGNATURES: [(DetectedFormat, Test); 16] = [
    (Supported(Format::Gzip), |head| begins(head, b"\x1f\x8b\x08")),
    (Supported(Format::Zstd), |head| begins(head, b"\x28\xb5\x2f\xfd")),
    (Supported(Format::Zstd), is_skippable),
    (Supported(Format::Xz), |head| begins(head, b"\xfd7zXZ\0")),
    (Supported(Format::Bzip2), is_bzip2),
    (Supported(Format::Lz4), |head| begins(head, b"\x04\x22\x4d\x18")),
    (Unsupported(Other::Lz4Legacy), |head| begins(head, b"\x02\x21\x4c\x18")),
    (Unsupported(Other::Compress), is_compress),
    (Unsupported(Other::Zip), is_zip),
    (Unsupported(Other::SevenZip), |head| begins(head, b"7z\xbc\xaf\x27\x1c")),
    (Unsupported(Other::Rar), |head| begins(head, b"Rar!\x1a\x07")),
    (Unsupported(Other::Lzip), is_lzip),
    // The whole signature goes on with a newline.
    (Unsupported(Other::Lzop), |head| begins(head, b"\x89LZO\0\r")),
    (Unsupported(Other::Snappy), |head| begins(head, b"\xff\x06\0\0sNaPpY")),
    (Unsupported(Other::Lzma), is_lzma),
    (Unsupported(Other::Tar), is_tar),
];

/// The formats that a search considers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those that are supported.
    Supported,
    /// All that are recognised.
    All,
}

/// Returns the format of an input that begins with `head`, if it is one of `scope`.
pub(super) fn find(head: &[u8], scope: Scope) -> Match<DetectedFormat> {
    let mut result = Match::NotFound;
    for (format, test) in SIGNATURES {
        if scope == Scope::Supported && !matches!(format, Supported(_)) {
            continue;
        }
        match test(head) {
            Verdict::Yes => return Match::Found(format),
            Verdict::No => {}
            Verdict::NeedsMore => result = Match::NeedsMore,
        }
    }
    result
}

/// Returns whether `head` begins with `signature`.
pub(super) fn begins(head: &[u8], signature: &[u8]) -> Verdict {
    if head.len() < signature.len() && signature.starts_with(head) {
        return Verdict::NeedsMore;
    }
    head.starts_with(signature).into()
}

/// Returns whether `head` begins with one of `signatures`.
fn begins_with_any<const N: usize>(head: &[u8], signatures: [&[u8]; N]) -> Verdict {
    let verdicts = signatures.map(|signature| begins(head, signature));
    verdicts.into_iter().fold(Verdict::No, Verdict::or)
}

/// Returns whether `head` begins with `signature` and a byte that `is_right`.
fn begins_and(head: &[u8], signature: &[u8], is_right: fn(u8) -> bool) -> Verdict {
    let next = head.get(signature.len());
    begins(head, signature)
        .and_then(|| next.map_or(Verdict::NeedsMore, |&byte| is_right(byte).into()))
}

/// Returns whether `head` begins a frame that zstd and lz4 decoders skip.
pub(in crate::input) fn is_skippable(head: &[u8]) -> Verdict {
    match head.split_first() {
        Some((0x50..=0x5f, rest)) => begins(rest, b"\x2a\x4d\x18"),
        Some(_) => Verdict::No,
        None => Verdict::NeedsMore,
    }
}

/// The signature is followed by the magic number of a block, or of the end of an empty file.
fn is_bzip2(head: &[u8]) -> Verdict {
    const MAGIC_NUMBERS: [&[u8]; 2] = [b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"];
    begins_and(head, b"BZh", |digit| matches!(digit, b'1'..=b'9'))
        .and_then(|| begins_with_any(&head[4..], MAGIC_NUMBERS))
}

/// The third byte has the maximal number of bits of a code, 9 to 16, two bits that are always zero,
/// and one bit for the block mode.
fn is_compress(head: &[u8]) -> Verdict {
    begins_and(head, b"\x1f\x9d", |flags| matches!(flags & 0x7f, 9..=16) && flags != b'\n')
}

/// The signatures of a file, of the end of an empty archive, and of the first of several parts.
fn is_zip(head: &[u8]) -> Verdict {
    begins_with_any(head, [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"])
}

/// The sixth byte has the size of the dictionary, as a power of two in the lower five bits.
fn is_lzip(head: &[u8]) -> Verdict {
    begins_and(head, b"LZIP\x01", |size| matches!(size & 0x1f, 12..=29))
}
