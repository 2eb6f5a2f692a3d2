//! The result of looking at the first bytes of an input, or of its decoded text.

use std::io;

use super::signature::{self, Scope};
use super::unsupported::{UnsupportedFormat, refuse_layers};
use super::verdict::Match;
use super::{ByteOrderMark, Format, tar};

/// The format that first bytes belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum DetectedFormat {
    /// A format that is read.
    Supported(Format),
    /// A format that is recognised and refused.
    Unsupported(UnsupportedFormat),
}

/// The format and the byte-order mark that first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detection {
    pub(in crate::input) format: DetectedFormat,
    /// The mark of a plain text; compressed inputs have it inside.
    pub(in crate::input) mark: Option<ByteOrderMark>,
}

impl Detection {
    /// The number of bytes that always suffices.
    pub(crate) const MAX_LEN: usize = tar::HEADER_LEN;

    /// Returns what an input that begins with `head` is, or `None` if more bytes are needed to tell.
    /// None are if `head` has a newline, or [`Detection::MAX_LEN`] bytes.
    pub(crate) fn of_first(head: &[u8]) -> Option<Self> {
        match signature::find(head, Scope::All) {
            Match::Found(format) => Some(Self { format, mark: None }),
            Match::NotFound => Self::of_plain(head),
            Match::NeedsMore => None,
        }
    }

    /// Returns what an input is that has only these bytes, or that begins with them if they are
    /// [`Detection::MAX_LEN`].
    pub(crate) fn of_all(bytes: &[u8]) -> Self {
        // An input that is too short for its signature is plain.
        Self::of_first(bytes).unwrap_or_else(|| Self::plain(ByteOrderMark::of_all(bytes)))
    }

    /// Returns the mark of a plain text that begins with `head`, or `None` if more bytes are needed
    /// to tell. Signatures are not looked for.
    pub(in crate::input) fn of_plain(head: &[u8]) -> Option<Self> {
        match ByteOrderMark::find(head) {
            Match::Found(mark) => Some(Self::plain(Some(mark))),
            Match::NotFound => Some(Self::plain(None)),
            Match::NeedsMore => None,
        }
    }

    fn plain(mark: Option<ByteOrderMark>) -> Self {
        Self { format: DetectedFormat::Supported(Format::Plain), mark }
    }
}

impl DetectedFormat {
    /// Returns whether the input is plain.
    pub(in crate::input) fn is_plain(self) -> bool {
        self == Self::Supported(Format::Plain)
    }

    /// Returns whether it is a tar archive.
    pub(in crate::input) fn is_tar(self) -> bool {
        self == Self::Unsupported(UnsupportedFormat::Tar)
    }

    /// Returns the format of an input.
    ///
    /// # Errors
    ///
    /// The format is not supported.
    pub(in crate::input) fn check_supported(self) -> io::Result<Format> {
        match self {
            Self::Supported(format) => Ok(format),
            Self::Unsupported(format) => Err(format.refuse(None)),
        }
    }

    /// Checks that the decoded text of an input in the format `outer` is plain.
    ///
    /// # Errors
    ///
    /// The text is compressed once more, or an archive.
    pub(in crate::input) fn check_plain_inside(self, outer: Format) -> io::Result<()> {
        match self {
            Self::Supported(Format::Plain) => Ok(()),
            Self::Supported(inner) => Err(refuse_layers(inner, outer)),
            Self::Unsupported(format) => Err(format.refuse(Some(outer))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::DetectedFormat::{Supported, Unsupported};
    use super::UnsupportedFormat as Other;
    use super::*;

    /// Signatures of all formats, each up to the byte that decides.
    const SIGNATURES: [(&[u8], DetectedFormat); 24] = [
        (b"\x1f\x8b\x08", Supported(Format::Gzip)),
        (b"\x28\xb5\x2f\xfd", Supported(Format::Zstd)),
        (b"\x50\x2a\x4d\x18", Supported(Format::Zstd)),
        (b"\x5f\x2a\x4d\x18", Supported(Format::Zstd)),
        (b"\xfd7zXZ\0", Supported(Format::Xz)),
        (b"BZh9\x31\x41\x59\x26\x53\x59", Supported(Format::Bzip2)),
        (b"BZh1\x17\x72\x45\x38\x50\x90", Supported(Format::Bzip2)),
        (b"\x04\x22\x4d\x18", Supported(Format::Lz4)),
        (b"\x02\x21\x4c\x18", Unsupported(Other::Lz4Legacy)),
        (b"\x1f\x9d\x90", Unsupported(Other::Compress)),
        (b"\x1f\x9d\x8c", Unsupported(Other::Compress)),
        (b"LZIP\x01\x0c", Unsupported(Other::Lzip)),
        (b"LZIP\x01\xfd", Unsupported(Other::Lzip)),
        (b"\x89LZO\0\r", Unsupported(Other::Lzop)),
        (b"\xff\x06\0\0sNaPpY", Unsupported(Other::Snappy)),
        (b"PK\x03\x04", Unsupported(Other::Zip)),
        (b"PK\x05\x06", Unsupported(Other::Zip)),
        (b"PK\x07\x08", Unsupported(Other::Zip)),
        (b"7z\xbc\xaf\x27\x1c", Unsupported(Other::SevenZip)),
        (b"Rar!\x1a\x07", Unsupported(Other::Rar)),
        (b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff", Unsupported(Other::Lzma)),
        (b"\x5d\0\0\0\x04\x07\0\0\0\0\0\0\0", Unsupported(Other::Lzma)),
        (b"\x5d\0\0\x01\0\x0a", Unsupported(Other::Lzma)),
        (b"\x5d\0\0\x01\0\x07\x0a", Unsupported(Other::Lzma)),
    ];

    #[test]
    fn a_signature_is_recognised_as_soon_as_it_is_complete() {
        for (signature, format) in SIGNATURES {
            let detection = Some(Detection { format, mark: None });
            for len in 0..signature.len() {
                assert_eq!(Detection::of_first(&signature[..len]), None, "{format:?} {len}");
            }
            assert_eq!(Detection::of_first(signature), detection);
            assert_eq!(Detection::of_first(&[signature, b"more"].concat()), detection);
        }
    }

    #[test]
    fn a_signature_with_one_wrong_byte_is_a_log() {
        for (signature, format) in SIGNATURES {
            for position in 0..signature.len() {
                let mut log = signature.to_vec();
                log[position] ^= 0x55;
                log.extend_from_slice(b" more\n");
                let is_other = Detection::of_all(&log).format != format;
                // The size of the text in an lzma file may have any value, and so may three bits of
                // the size of the dictionary in an lzip file.
                let has_size = matches!(format, Unsupported(Other::Lzma | Other::Lzip));
                let may_have_any_value = has_size && position >= 5;
                assert!(is_other || may_have_any_value, "{format:?} {position}");
            }
        }
    }

    #[test]
    fn a_log_is_plain_from_any_byte_on() {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
        for entry in fs::read_dir(fixtures).unwrap() {
            let log = fs::read(entry.unwrap().path()).unwrap();
            for start in 0..log.len() {
                let Detection { format, .. } = Detection::of_all(&log[start..]);
                assert_eq!(format, Supported(Format::Plain), "{start}");
            }
        }
    }

    /// Inputs that begin with part of a signature and go on with any bytes.
    fn heads() -> impl Strategy<Value = Vec<u8>> {
        let signatures: Vec<_> = SIGNATURES.iter().map(|(signature, _)| *signature).collect();
        let marks: [&[u8]; 4] = [b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\xef\xbb\xbf", b"\xfe\xff"];
        let start = select([signatures, marks.to_vec()].concat());
        let byte = select(b"\n\n\0\xff07 a\x80".to_vec());
        (start, 0_usize..14, vec(byte, 0..600))
            .prop_map(|(start, len, rest)| [&start[..len.min(start.len())], &rest].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_line_is_held_back_and_no_result_changes(head in heads()) {
            let mut before = None;
            for len in 0..=head.len() {
                let now = Detection::of_first(&head[..len]);
                prop_assert!(now.is_some() || !head[..len].contains(&b'\n'), "{len}");
                prop_assert!(now.is_some() || len < Detection::MAX_LEN, "{len}");
                prop_assert!(before.is_none() || before == now, "{len}: {before:?} {now:?}");
                before = now;
            }
        }
    }
}
