//! Byte-order marks: what some editors and Windows programs begin a text with.

use super::signature::begins;

/// The mark that a text begins with, which tells its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrderMark {
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

/// The longer first: one begins with another.
const MARKS: [(ByteOrderMark, &[u8]); 5] = [
    (ByteOrderMark::Utf32Le, b"\xff\xfe\0\0"),
    (ByteOrderMark::Utf32Be, b"\0\0\xfe\xff"),
    (ByteOrderMark::Utf8, b"\xef\xbb\xbf"),
    (ByteOrderMark::Utf16Le, b"\xff\xfe"),
    (ByteOrderMark::Utf16Be, b"\xfe\xff"),
];

impl ByteOrderMark {
    /// The name of the encoding: `UTF-8`, `UTF-16LE`, `UTF-16BE`, `UTF-32LE`, `UTF-32BE`.
    pub fn encoding(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
        }
    }

    /// The mark that a text begins with of which `head` was seen, if it has one, or `None` if more
    /// must be seen.
    pub(super) fn find(head: &[u8]) -> Option<Option<Self>> {
        for (mark, bytes) in MARKS {
            if begins(head, bytes)? {
                return Some(Some(mark));
            }
        }
        Some(None)
    }

    /// The mark that a text begins with of which `head` is all that there is.
    pub(super) fn find_in(text: &[u8]) -> Option<Self> {
        MARKS.into_iter().find(|(_, bytes)| text.starts_with(bytes)).map(|(mark, _)| mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_told_when_no_other_can_be_meant() {
        for (mark, bytes) in MARKS {
            let text = [bytes, b"a\0"].concat();
            assert_eq!(ByteOrderMark::find(&text), Some(Some(mark)));
            assert_eq!(ByteOrderMark::find_in(bytes), Some(mark));
            assert_eq!(ByteOrderMark::find(&bytes[..1]), None);
            let second = [bytes[0], b'a', bytes[1]];
            assert_eq!(ByteOrderMark::find(&second), Some(None), "{mark:?}");
        }
        assert_eq!(ByteOrderMark::find(b"\xff\xfe\0"), None);
        assert_eq!(ByteOrderMark::find(b"\xff\xfe\n"), Some(Some(ByteOrderMark::Utf16Le)));
    }
}
