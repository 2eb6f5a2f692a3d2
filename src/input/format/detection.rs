//! The verdict on the first bytes of an input, or of what a decoder gives.

use std::io;

use super::signature::{self, Scope};
use super::unsupported::{Unread, refuse_layers};
use super::{ByteOrderMark, Format, tar};

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum Content {
    /// What is read.
    Read(Format),
    /// What is not.
    Unread(Unread),
}

/// What the first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) struct Head {
    pub(in crate::input) content: Content,
    /// Of plain text.
    pub(in crate::input) mark: Option<ByteOrderMark>,
}

impl Head {
    /// As many bytes as are ever needed to tell.
    pub(in crate::input) const LEN: usize = tar::HEADER;

    /// What begins with `head`, or `None` if more of it must be seen. Then there is no newline in
    /// `head`.
    pub(in crate::input) fn judge(head: &[u8]) -> Option<Self> {
        match signature::find(head, Scope::Known)? {
            Some(content) => Some(Self { content, mark: None }),
            None => ByteOrderMark::find(head).map(Self::plain),
        }
    }

    /// What `bytes` are, of which there are no more, or as many as are ever needed.
    pub(in crate::input) fn of(bytes: &[u8]) -> Self {
        // What is too short to tell is plain.
        Self::judge(bytes).unwrap_or_else(|| Self::plain(ByteOrderMark::find_in(bytes)))
    }

    /// The mark that a plain text begins with of which `head` was seen. Nothing else is asked.
    pub(in crate::input) fn judge_plain(head: &[u8]) -> Option<Self> {
        ByteOrderMark::find(head).map(Self::plain)
    }

    fn plain(mark: Option<ByteOrderMark>) -> Self {
        Self { content: Content::Read(Format::Plain), mark }
    }
}

impl Content {
    /// The format of an input that holds this.
    ///
    /// # Errors
    ///
    /// It is not read.
    pub(in crate::input) fn format(self) -> io::Result<Format> {
        match self {
            Self::Read(format) => Ok(format),
            Self::Unread(unread) => Err(unread.refuse(None)),
        }
    }

    /// Checks that what a decoder of `outer` gives is plain.
    ///
    /// # Errors
    ///
    /// It is packed once more.
    pub(in crate::input) fn check_inner(self, outer: Format) -> io::Result<()> {
        match self {
            Self::Read(Format::Plain) => Ok(()),
            Self::Read(inner) => Err(refuse_layers(inner, outer)),
            Self::Unread(unread) => Err(unread.refuse(Some(outer))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// A whole signature of each format, and where it decides.
    const SIGNATURES: [(&[u8], Content); 24] = [
        (b"\x1f\x8b\x08", Content::Read(Format::Gzip)),
        (b"\x28\xb5\x2f\xfd", Content::Read(Format::Zstd)),
        (b"\x50\x2a\x4d\x18", Content::Read(Format::Zstd)),
        (b"\x5f\x2a\x4d\x18", Content::Read(Format::Zstd)),
        (b"\xfd7zXZ\0", Content::Read(Format::Xz)),
        (b"BZh9\x31\x41\x59\x26\x53\x59", Content::Read(Format::Bzip2)),
        (b"BZh1\x17\x72\x45\x38\x50\x90", Content::Read(Format::Bzip2)),
        (b"\x04\x22\x4d\x18", Content::Read(Format::Lz4)),
        (b"\x02\x21\x4c\x18", Content::Unread(Unread::Lz4Legacy)),
        (b"\x1f\x9d\x90", Content::Unread(Unread::Compress)),
        (b"\x1f\x9d\x8c", Content::Unread(Unread::Compress)),
        (b"LZIP\x01\x0c", Content::Unread(Unread::Lzip)),
        (b"LZIP\x01\xfd", Content::Unread(Unread::Lzip)),
        (b"\x89LZO\0\r", Content::Unread(Unread::Lzop)),
        (b"\xff\x06\0\0sNaPpY", Content::Unread(Unread::Snappy)),
        (b"PK\x03\x04", Content::Unread(Unread::Zip)),
        (b"PK\x05\x06", Content::Unread(Unread::Zip)),
        (b"PK\x07\x08", Content::Unread(Unread::Zip)),
        (b"7z\xbc\xaf\x27\x1c", Content::Unread(Unread::SevenZip)),
        (b"Rar!\x1a\x07", Content::Unread(Unread::Rar)),
        (b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff", Content::Unread(Unread::Lzma)),
        (b"\x5d\0\0\0\x04\x07\0\0\0\0\0\0\0", Content::Unread(Unread::Lzma)),
        (b"\x5d\0\0\x01\0\x0a", Content::Unread(Unread::Lzma)),
        (b"\x5d\0\0\x01\0\x07\x0a", Content::Unread(Unread::Lzma)),
    ];

    #[test]
    fn a_signature_tells_as_soon_as_it_is_whole() {
        for (signature, content) in SIGNATURES {
            let head = Some(Head { content, mark: None });
            for len in 0..signature.len() {
                assert_eq!(Head::judge(&signature[..len]), None, "{content:?} {len}");
            }
            assert_eq!(Head::judge(signature), head);
            assert_eq!(Head::judge(&[signature, b"more"].concat()), head);
        }
    }

    #[test]
    fn one_wrong_byte_and_it_is_a_log() {
        for (signature, content) in SIGNATURES {
            for position in 0..signature.len() {
                let mut log = signature.to_vec();
                log[position] ^= 0x55;
                log.extend_from_slice(b" more\n");
                let is_other = Head::of(&log).content != content;
                // The size of the text in an lzma file may be any, and what an lzip file takes off
                // its dictionary.
                let is_size = matches!(content, Content::Unread(Unread::Lzma | Unread::Lzip));
                let may_be_any = is_size && position >= 5;
                assert!(is_other || may_be_any, "{content:?} {position}");
            }
        }
    }

    #[test]
    fn a_log_is_one_wherever_it_is_cut() {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
        for entry in fs::read_dir(fixtures).unwrap() {
            let log = fs::read(entry.unwrap().path()).unwrap();
            for start in 0..log.len() {
                let Head { content, .. } = Head::of(&log[start..]);
                assert_eq!(content, Content::Read(Format::Plain), "{start}");
            }
        }
    }

    /// What may begin an archive, and then goes on as it likes.
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
        fn no_line_is_held_back_and_no_verdict_changes(head in heads()) {
            let mut verdict = None;
            for len in 0..=head.len() {
                let now = Head::judge(&head[..len]);
                prop_assert!(now.is_some() || !head[..len].contains(&b'\n'), "{len}");
                prop_assert!(now.is_some() || len < Head::LEN, "{len}");
                prop_assert!(verdict.is_none() || verdict == now, "{len}: {verdict:?} {now:?}");
                verdict = now;
            }
        }
    }
}
