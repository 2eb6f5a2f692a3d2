//! The encoding of a text: the layer after decompression, which gives UTF-8.
//!
//! The rules work on bytes, and know UTF-8 only as bytes that are no ASCII. So a text in UTF-8, or in
//! any encoding that has ASCII as it is, needs no decoding; only a byte-order mark at its very start
//! is taken out, because it is about the text and not part of its first line. UTF-16 is decoded.

#[cfg(test)]
mod tests;
mod text;
mod utf16;

use std::io;

use super::format::ByteOrderMark;
pub(super) use text::Text;
#[cfg(any(test, fuzzing))]
pub(crate) use text::text_of;

/// The encoding of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// The one that a byte-order mark tells. Without a mark, bytes are taken as they are.
    #[default]
    Auto,
    /// UTF-8, or another encoding that has ASCII as it is. A mark of UTF-8 is taken out.
    Utf8,
    /// UTF-16, little-endian, with or without a mark.
    Utf16Le,
    /// UTF-16, big-endian, with or without a mark.
    Utf16Be,
    /// Every byte is taken as it is.
    None,
}

/// The way to UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoding {
    /// The bytes are taken as they are, after so many at the start, which are a mark.
    After(usize),
    /// The bytes are decoded.
    Utf16(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// Returns how a text is decoded, if that does not depend on its first bytes.
    pub(super) fn decoding_of_all(self) -> Option<Decoding> {
        match self {
            Self::Auto | Self::Utf8 => None,
            Self::Utf16Le | Self::Utf16Be | Self::None => self.decoding(None).ok(),
        }
    }

    /// Returns how a text with this `mark` is decoded.
    ///
    /// # Errors
    ///
    /// The mark is that of an encoding which is not supported.
    pub(super) fn decoding(self, mark: Option<ByteOrderMark>) -> io::Result<Decoding> {
        use ByteOrderMark as Mark;
        Ok(match (self, mark) {
            (Self::Utf16Le, _) | (Self::Auto, Some(Mark::Utf16Le)) => {
                Decoding::Utf16(encoding_rs::UTF_16LE)
            }
            (Self::Utf16Be, _) | (Self::Auto, Some(Mark::Utf16Be)) => {
                Decoding::Utf16(encoding_rs::UTF_16BE)
            }
            (Self::Auto | Self::Utf8, Some(Mark::Utf8)) => Decoding::After(Mark::UTF_8.len()),
            (Self::Auto, Some(mark @ (Mark::Utf32Le | Mark::Utf32Be))) => return Err(refuse(mark)),
            (Self::Auto | Self::Utf8 | Self::None, _) => Decoding::After(0),
        })
    }
}

/// Returns the error for a text in UTF-32.
fn refuse(mark: ByteOrderMark) -> io::Error {
    let message = format!(
        "a text in {}, which is not read; pipe it through `iconv -f UTF-32 -t UTF-8`, \
         or give --encoding none to read it as it is",
        mark.encoding()
    );
    io::Error::new(io::ErrorKind::Unsupported, message)
}
