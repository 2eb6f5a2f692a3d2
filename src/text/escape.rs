//! Escapes arbitrary bytes as text that editors, spreadsheets and terminals do not change, and back.
//!
//! TAB, line feed and carriage return become `\t`, `\n` and `\r`, a backslash becomes `\\`. A byte
//! becomes `\x` and two hexadecimal digits if it belongs
//! - to no UTF-8 character, or to one that is not [printable](is_printable),
//! - to the first character of the text, if a spreadsheet or a reader of CSV would remove it or take
//!   it for the beginning of a quoted cell or a formula: `"`, `'`, `=`, `+`, `-`, `@`, the wide
//!   forms of the last four, and blanks,
//! - to the last character of the text, if it is a blank, which editors remove.
//!
//! All other bytes stay as they are. Readers accept any byte in its escaped form: `\x41` is `A`.

use std::io::{self, Write};
use std::str;

use super::is_printable;

/// A part of a text.
pub(crate) enum Piece<'a> {
    /// A printable character.
    Char(char),
    /// A character that is not printable, or bytes that are not UTF-8.
    Bytes(&'a [u8]),
}

impl Piece<'_> {
    /// Returns the number of bytes of the text that it is.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Char(char) => char.len_utf8(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// Returns the parts of `bytes`, in order.
pub(crate) fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let (valid, invalid) = (chunk.valid(), chunk.invalid());
        let chars = valid.char_indices().map(move |(start, char)| {
            if is_printable(char) {
                Piece::Char(char)
            } else {
                let end = start + char.len_utf8();
                Piece::Bytes(&valid.as_bytes()[start..end])
            }
        });
        let invalid = Some(invalid).filter(|bytes| !bytes.is_empty());
        chars.chain(invalid.map(Piece::Bytes))
    })
}

/// The escaped form of a byte.
pub(crate) struct Escape {
    text: [u8; 4],
    len: usize,
}

impl Escape {
    /// Returns the escaped form of `byte`.
    pub(crate) fn of(byte: u8) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let short = |letter| Self { text: [b'\\', letter, 0, 0], len: 2 };
        let digit = |value: u8| DIGITS[usize::from(value)];
        match byte {
            b'\t' => short(b't'),
            b'\n' => short(b'n'),
            b'\r' => short(b'r'),
            b'\\' => short(b'\\'),
            byte => Self { text: [b'\\', b'x', digit(byte >> 4), digit(byte & 15)], len: 4 },
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.text[..self.len]).unwrap_or_default()
    }
}

/// Writes `bytes` as text, in pieces of whole characters. Does not allocate.
pub(crate) fn write_escaped(bytes: &[u8], output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let write_escapes = |bytes: &[u8], output: &mut _| {
        let mut escapes = bytes.iter().map(|&byte| Escape::of(byte));
        escapes.try_for_each(|escape| Write::write_all(output, escape.as_str().as_bytes()))
    };
    let mut chunk_start = 0;
    for chunk in bytes.utf8_chunks() {
        let (valid, invalid) = (chunk.valid(), chunk.invalid());
        let mut plain_start = 0;
        for (start, char) in valid.char_indices() {
            let end = start + char.len_utf8();
            let (is_first, is_last) = (chunk_start + start == 0, chunk_start + end == bytes.len());
            let is_plain = char != '\\'
                && is_printable(char)
                && !(is_first && is_special_at_start(char))
                && !(is_last && char.is_whitespace());
            if !is_plain {
                output.write_all(&valid.as_bytes()[plain_start..start])?;
                write_escapes(&valid.as_bytes()[start..end], output)?;
                plain_start = end;
            }
        }
        output.write_all(&valid.as_bytes()[plain_start..])?;
        write_escapes(invalid, output)?;
        chunk_start += valid.len() + invalid.len();
    }
    Ok(())
}

/// Returns whether `char` has a meaning, or is removed, at the start of a cell.
fn is_special_at_start(char: char) -> bool {
    matches!(char, '"' | '\'' | '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
        || char.is_whitespace()
}

/// Decodes escaped `text` in place, and returns the bytes. Returns `None` if a backslash does not
/// begin an escaped byte.
pub(crate) fn unescape(text: &mut [u8]) -> Option<&[u8]> {
    let (mut from, mut to) = (0, 0);
    while let Some(&byte) = text.get(from) {
        let (byte, len) = match (byte, text.get(from + 1)) {
            (b'\\', Some(b't')) => (b'\t', 2),
            (b'\\', Some(b'n')) => (b'\n', 2),
            (b'\\', Some(b'r')) => (b'\r', 2),
            (b'\\', Some(b'\\')) => (b'\\', 2),
            (b'\\', Some(b'x')) => {
                (hex_value(*text.get(from + 2)?)? << 4 | hex_value(*text.get(from + 3)?)?, 4)
            }
            (b'\\', _) => return None,
            (byte, _) => (byte, 1),
        };
        text[to] = byte;
        (from, to) = (from + len, to + 1);
    }
    Some(&text[..to])
}

/// Returns the value of a hexadecimal digit.
pub(crate) fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn escaped(bytes: &[u8]) -> String {
        let mut text = Vec::new();
        write_escaped(bytes, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn unescaped(text: &str) -> Option<Vec<u8>> {
        unescape(&mut text.as_bytes().to_vec()).map(<[u8]>::to_vec)
    }

    #[test]
    fn printable_text_stays_and_other_bytes_are_escaped() {
        assert_eq!(escaped("naïve ☃ \"x\" -1".as_bytes()), "naïve ☃ \"x\" -1");
        assert_eq!(escaped(b"a\tb\\n\n\r\0\x1b[m\x7f"), "a\\tb\\\\n\\n\\r\\x00\\x1B[m\\x7F");
        assert_eq!(escaped(b"\xff\xc3("), "\\xFF\\xC3(");
        assert_eq!(escaped("\u{85}a\u{2028}".as_bytes()), "\\xC2\\x85a\\xE2\\x80\\xA8");
    }

    #[test]
    fn characters_that_other_programs_would_change_are_escaped() {
        for (text, expected) in [
            ("\"a\"", "\\x22a\""),
            ("=a=", "\\x3Da="),
            ("+", "\\x2B"),
            ("-- ", "\\x2D-\\x20"),
            ("@a", "\\x40a"),
            ("＝a", "\\xEF\\xBC\\x9Da"),
            ("'a'", "\\x27a'"),
            ("  a b  ", "\\x20 a b \\x20"),
            (" ", "\\x20"),
            ("a\u{a0}", "a\\xC2\\xA0"),
            ("", ""),
        ] {
            assert_eq!(escaped(text.as_bytes()), expected);
        }
        // Here, neither `-` nor the blank is at an end of the text.
        assert_eq!(escaped(b"\xff- \xff"), "\\xFF- \\xFF");
    }

    #[test]
    fn an_unknown_escape_is_refused() {
        for text in ["\\", "\\x", "\\x1", "\\x+1", "\\xg0", "\\q", "a\\"] {
            assert_eq!(unescaped(text), None, "{text}");
        }
        assert_eq!(unescaped("\\x1b\\x41"), Some(vec![0x1b, 0x41]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_bytes_come_back(
            bytes in prop_oneof![
                vec(any::<u8>(), 0..100),
                vec(select(&b"\\xnrtFf0\t\n\r\xc3\xaf\x1b -\"="[..]), 0..100),
            ]
        ) {
            let text = escaped(&bytes);
            prop_assert!(text.chars().all(is_printable));
            prop_assert!(!text.starts_with(is_special_at_start) && text.trim_end() == text);
            prop_assert_eq!(unescaped(&text), Some(bytes));
        }
    }
}
