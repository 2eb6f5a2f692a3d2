//! The forms that the text of a log comes in: its encoding, and escape sequences in it.

use std::iter;

use super::ansi_oracle;

/// A form of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Plain,
    /// After a byte-order mark of UTF-8.
    Marked,
    Utf16Le,
    Utf16Be,
    /// With escape sequences, which are stripped.
    Coloured,
}

pub const FORMS: [Form; 5] =
    [Form::Plain, Form::Marked, Form::Utf16Le, Form::Utf16Be, Form::Coloured];

impl Form {
    /// Returns `text` in this form. UTF-16 has U+FFFD for bytes that are not UTF-8.
    pub fn of(self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => text.to_vec(),
            Self::Marked => [b"\xef\xbb\xbf", text].concat(),
            Self::Utf16Le => utf_16(text, u16::to_le_bytes),
            Self::Utf16Be => utf_16(text, u16::to_be_bytes),
            Self::Coloured => coloured(text),
        }
    }

    /// Returns what the rules see of `text` in this form.
    pub fn seen(self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain | Self::Marked => text.to_vec(),
            Self::Utf16Le | Self::Utf16Be => String::from_utf8_lossy(text).into_owned().into(),
            Self::Coloured => ansi_oracle::strip(&coloured(text)),
        }
    }

    /// Returns what the name of a file in this form ends with.
    pub fn name(self) -> String {
        format!("{self:?}.log")
    }
}

fn utf_16(text: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// Returns `text` with escape sequences after each few bytes, within lines and around them.
fn coloured(text: &[u8]) -> Vec<u8> {
    const SEQUENCES: [&[u8]; 6] =
        [b"\x1b[1;31m", b"\x1b]0;a (title)\x07", b"\x1b(B", b"\x1b7", b"\x1b[m\x9b2K", b"\x1b[K"];
    let pieces = text.chunks(17).zip(SEQUENCES.into_iter().cycle());
    pieces.flat_map(|(piece, sequence)| [piece, sequence]).flatten().copied().collect()
}
