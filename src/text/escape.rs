//! Bytes of any kind as text that editors, spreadsheets and terminals leave alone, and back.
//!
//! TAB, line feed and carriage return become `\t`, `\n` and `\r`, a backslash `\\`. A byte becomes
//! `\x` and two hexadecimal digits if it belongs
//! - to no UTF-8 character, or to one that is not [harmless](is_harmless) to show,
//! - to the first character of the text, and a spreadsheet or a reader of CSV would take that for
//!   the beginning of a quoted cell or of a formula, or would take it away: `"`, `'`, `=`, `+`, `-`,
//!   `@`, the wide forms of the last four, and blanks,
//! - to the last character of the text, and that is a blank, which editors take away.
//!
//! All else stays. Readers take any byte that is escaped so: `\x41` is `A`.

use std::io::{self, Write};
use std::str;

use super::is_harmless;

/// A part of a text: what is shown as it is, or what is not.
pub(crate) enum Piece<'a> {
    /// A harmless character.
    Char(char),
    /// A character that is not harmless, or bytes that are not UTF-8.
    Bytes(&'a [u8]),
}

/// The parts of `bytes`, in order.
pub(crate) fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let (valid, invalid) = (chunk.valid(), chunk.invalid());
        let chars = valid.char_indices().map(move |(start, char)| {
            if is_harmless(char) {
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

/// What is written for a byte that is escaped.
pub(crate) struct Escape {
    text: [u8; 4],
    len: usize,
}

impl Escape {
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

/// Writes `bytes` as text, in pieces of whole characters. Takes no memory.
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
                && is_harmless(char)
                && !(is_first && is_taken_for_more(char))
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

/// Returns whether readers of cells take `char` for more than a character where it is the first.
fn is_taken_for_more(char: char) -> bool {
    matches!(char, '"' | '\'' | '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
        || char.is_whitespace()
}

/// Puts the bytes that `text` stands for into its place, which is always long enough, and returns
/// them. Nothing, if a backslash stands for nothing.
pub(crate) fn unescape(text: &mut [u8]) -> Option<&[u8]> {
    let (mut from, mut to) = (0, 0);
    while let Some(&byte) = text.get(from) {
        let (byte, len) = match (byte, text.get(from + 1)) {
            (b'\\', Some(b't')) => (b'\t', 2),
            (b'\\', Some(b'n')) => (b'\n', 2),
            (b'\\', Some(b'r')) => (b'\r', 2),
            (b'\\', Some(b'\\')) => (b'\\', 2),
            (b'\\', Some(b'x')) => {
                (hex(*text.get(from + 2)?)? << 4 | hex(*text.get(from + 3)?)?, 4)
            }
            (b'\\', _) => return None,
            (byte, _) => (byte, 1),
        };
        text[to] = byte;
        (from, to) = (from + len, to + 1);
    }
    Some(&text[..to])
}

/// The value of a hexadecimal digit.
pub(crate) fn hex(digit: u8) -> Option<u8> {
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
    fn text_for_people_stays_and_the_rest_is_seen() {
        assert_eq!(escaped("naïve ☃ \"x\" -1".as_bytes()), "naïve ☃ \"x\" -1");
        assert_eq!(escaped(b"a\tb\\n\n\r\0\x1b[m\x7f"), "a\\tb\\\\n\\n\\r\\x00\\x1B[m\\x7F");
        assert_eq!(escaped(b"\xff\xc3("), "\\xFF\\xC3(");
        assert_eq!(escaped("\u{85}a\u{2028}".as_bytes()), "\\xC2\\x85a\\xE2\\x80\\xA8");
    }

    #[test]
    fn what_others_would_change_is_escaped_where_they_would() {
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
        // Neither is the first here, nor the last.
        assert_eq!(escaped(b"\xff- \xff"), "\\xFF- \\xFF");
    }

    #[test]
    fn what_nobody_escaped_so_is_refused() {
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
            prop_assert!(text.chars().all(is_harmless));
            prop_assert!(!text.starts_with(is_taken_for_more) && text.trim_end() == text);
            prop_assert_eq!(unescaped(&text), Some(bytes));
        }
    }
}
