//! Byte-order marks, which some editors and Windows programs put at the beginning of a text.

use super::signature::begins;
use super::verdict::{Match, Verdict};

/// A byte-order mark at the beginning of a text, which tells its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrderMark {
    /// The bytes EF BB BF.
    Utf8,
    /// The bytes FF FE.
    Utf16Le,
    /// The bytes FE FF.
    Utf16Be,
    /// The bytes FF FE 00 00.
    Utf32Le,
    /// The bytes 00 00 FE FF.
    Utf32Be,
}

/// All marks. Longer ones come first, because the mark of UTF-32LE begins with that of UTF-16LE.
const MARKS: [(ByteOrderMark, &[u8]); 5] = [
    (ByteOrderMark::Utf32Le, b"\xff\xfe\0\0"),
    (ByteOrderMark::Utf32Be, b"\0\0\xfe\xff"),
    (ByteOrderMark::Utf8, ByteOrderMark::UTF_8),
    (ByteOrderMark::Utf16Le, b"\xff\xfe"),
    (ByteOrderMark::Utf16Be, b"\xfe\xff"),
];

impl ByteOrderMark {
    /// The mark of UTF-8.
    pub(in crate::input) const UTF_8: &'static [u8] = b"\xef\xbb\xbf";

    /// The length of the longest mark.
    pub(in crate::input) const MAX_LEN: usize = 4;

    /// Returns the name of the encoding: `UTF-8`, `UTF-16LE`, `UTF-16BE`, `UTF-32LE`, `UTF-32BE`.
    pub(in crate::input) fn encoding(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
        }
    }

    /// Returns the mark of a text that begins with `head`.
    pub(super) fn find(head: &[u8]) -> Match<Self> {
        for (mark, bytes) in MARKS {
            match begins(head, bytes) {
                Verdict::Yes => return Match::Found(mark),
                Verdict::No => {}
                Verdict::NeedsMore => return Match::NeedsMore,
            }
        }
        Match::NotFound
    }

    /// Returns the mark of a whole `text`.
    pub(in crate::input) fn of_all(text: &[u8]) -> Option<Self> {
        MARKS.into_iter().find(|(_, bytes)| text.starts_with(bytes)).map(|(mark, _)| mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_once_no_other_is_possible() {
        for (mark, bytes) in MARKS {
            let text = [bytes, b"a\0"].concat();
            assert_eq!(ByteOrderMark::find(&text), Match::Found(mark));
            assert_eq!(ByteOrderMark::of_all(bytes), Some(mark));
            assert_eq!(ByteOrderMark::find(&bytes[..1]), Match::NeedsMore);
            let second = [bytes[0], b'a', bytes[1]];
            assert_eq!(ByteOrderMark::find(&second), Match::NotFound, "{mark:?}");
        }
        assert_eq!(ByteOrderMark::find(b"\xff\xfe\0"), Match::NeedsMore);
        assert_eq!(ByteOrderMark::find(b"\xff\xfe\n"), Match::Found(ByteOrderMark::Utf16Le));
    }
}
