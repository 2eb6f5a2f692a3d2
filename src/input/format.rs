//! In which format an input is compressed, as its first bytes tell. Names are not asked: a log that
//! was rotated, renamed or piped is still what it is.

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

/// What the formats begin with.
const SIGNATURES: [(Format, &[u8]); 5] = [
    (Format::Gzip, b"\x1f\x8b\x08"),
    (Format::Zstd, b"\x28\xb5\x2f\xfd"),
    (Format::Xz, b"\xfd7zXZ\0"),
    (Format::Bzip2, b"BZh"),
    (Format::Lz4, b"\x04\x22\x4d\x18"),
];

/// What follows `BZh` and a digit: the magic number of a block, or of the end of an empty file.
const BZIP2_MAGICS: [&[u8]; 2] = [b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"];

/// What follows the first byte, 0x50 to 0x5f, of a skippable frame.
const SKIPPABLE: &[u8] = b"\x2a\x4d\x18";

impl Format {
    /// All formats but [`Format::Plain`].
    pub const COMPRESSED: [Self; 5] = [Self::Gzip, Self::Zstd, Self::Xz, Self::Bzip2, Self::Lz4];

    /// As many bytes as are ever needed to tell.
    pub(super) const LONGEST_SIGNATURE: usize = 10;

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

    /// The format of an input that begins with `head`, or `None` if more of it must be seen. No
    /// whole line need ever be held back for that: a signature has no newline in what decides.
    /// Frames to be skipped, with which LZ4 frames may begin too, are taken for zstd's.
    pub(super) fn detect(head: &[u8]) -> Option<Self> {
        let mut is_undecided = false;
        for (format, signature) in SIGNATURES {
            match begins(head, signature) {
                Some(true) if format == Self::Bzip2 => match is_bzip2(&head[signature.len()..]) {
                    Some(true) => return Some(format),
                    Some(false) => {}
                    None => is_undecided = true,
                },
                Some(true) => return Some(format),
                Some(false) => {}
                None => is_undecided = true,
            }
        }
        match is_skippable(head) {
            Some(true) => return Some(Self::Zstd),
            Some(false) => {}
            None => is_undecided = true,
        }
        (!is_undecided).then_some(Self::Plain)
    }
}

/// Whether `head` begins a frame that zstd and lz4 decoders are to skip, or `None` if it is too
/// short to tell.
pub(super) fn is_skippable(head: &[u8]) -> Option<bool> {
    match head.split_first() {
        Some((0x50..=0x5f, rest)) => begins(rest, SKIPPABLE),
        Some(_) => Some(false),
        None => None,
    }
}

fn is_bzip2(head: &[u8]) -> Option<bool> {
    match head.split_first() {
        Some((b'1'..=b'9', rest)) => {
            let begins = BZIP2_MAGICS.map(|magic| begins(rest, magic));
            if begins.contains(&Some(true)) {
                Some(true)
            } else if begins.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
        Some(_) => Some(false),
        None => None,
    }
}

/// Whether `head` begins with `signature`, or `None` if it is too short to tell.
fn begins(head: &[u8], signature: &[u8]) -> Option<bool> {
    if head.len() < signature.len() && signature.starts_with(head) {
        return None;
    }
    Some(head.starts_with(signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_tells_as_soon_as_it_is_whole() {
        let signatures: [(&[u8], Format); 8] = [
            (b"\x1f\x8b\x08", Format::Gzip),
            (b"\x28\xb5\x2f\xfd", Format::Zstd),
            (b"\x50\x2a\x4d\x18", Format::Zstd),
            (b"\x5f\x2a\x4d\x18", Format::Zstd),
            (b"\xfd7zXZ\0", Format::Xz),
            (b"BZh9\x31\x41\x59\x26\x53\x59", Format::Bzip2),
            (b"BZh1\x17\x72\x45\x38\x50\x90", Format::Bzip2),
            (b"\x04\x22\x4d\x18", Format::Lz4),
        ];
        for (signature, format) in signatures {
            for len in 0..signature.len() {
                assert_eq!(Format::detect(&signature[..len]), None, "{format:?} {len}");
                // One wrong byte, and it is a log.
                let mut head = signature.to_vec();
                head[len] ^= 0x80;
                assert_eq!(Format::detect(&head), Some(Format::Plain), "{format:?} {len}");
            }
            assert_eq!(Format::detect(signature), Some(format));
            assert_eq!(Format::detect(&[signature, b"more"].concat()), Some(format));
        }
    }

    #[test]
    fn a_whole_line_is_never_held_back() {
        for log in ["\n", "a\n", "BZ\n", "BZh9\n", "P\n", "P*\n", "BZh9 logs\n", "\x04\n"] {
            assert_eq!(Format::detect(log.as_bytes()), Some(Format::Plain), "{log:?}");
        }
    }
}
