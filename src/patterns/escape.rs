//! Bytes of any kind as text without control characters, and back.
//!
//! TAB, line feed and carriage return become `\t`, `\n` and `\r`, a backslash `\\`. Every other
//! control character, and every byte that is not part of a UTF-8 character, becomes `\x` and two
//! hexadecimal digits. All else stays. So nothing in a catalogue can end its field or its line, or
//! move the cursor of a terminal, and each text stands for one row of bytes only.

use std::fmt::Write;

/// A part of a text: what is shown as it is, or what is not.
pub(super) enum Piece<'a> {
    /// A character that is no control character.
    Char(char),
    /// A control character, or bytes that are not UTF-8.
    Bytes(&'a [u8]),
}

/// The parts of `bytes`, in order.
pub(super) fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let (valid, invalid) = (chunk.valid(), chunk.invalid());
        let chars = valid.char_indices().map(move |(start, char)| {
            if char.is_control() {
                let end = start + char.len_utf8();
                Piece::Bytes(&valid.as_bytes()[start..end])
            } else {
                Piece::Char(char)
            }
        });
        let invalid = Some(invalid).filter(|bytes| !bytes.is_empty());
        chars.chain(invalid.map(Piece::Bytes))
    })
}

/// Appends what stands for `byte`, which is not shown as it is.
pub(super) fn push_escaped(text: &mut String, byte: u8) {
    match byte {
        b'\t' => text.push_str("\\t"),
        b'\n' => text.push_str("\\n"),
        b'\r' => text.push_str("\\r"),
        byte => write!(text, "\\x{byte:02X}").expect("a string takes all that is written"),
    }
}

/// Appends `bytes` as text.
pub(super) fn escape(bytes: &[u8], text: &mut String) {
    for piece in pieces(bytes) {
        match piece {
            Piece::Char('\\') => text.push_str("\\\\"),
            Piece::Char(char) => text.push(char),
            Piece::Bytes(bytes) => bytes.iter().for_each(|&byte| push_escaped(text, byte)),
        }
    }
}

/// The bytes that `text` stands for, or nothing if a backslash in it stands for nothing.
pub(super) fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'\\' => b'\\',
            b'x' => hex(*rest.next()?)? << 4 | hex(*rest.next()?)?,
            _ => return None,
        });
    }
    Some(bytes)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn escaped(bytes: &[u8]) -> String {
        let mut text = String::new();
        escape(bytes, &mut text);
        text
    }

    #[test]
    fn text_for_people_stays_and_the_rest_is_seen() {
        assert_eq!(escaped("naïve ☃ \"x\"".as_bytes()), "naïve ☃ \"x\"");
        assert_eq!(escaped(b"a\tb\\n\n\r\0\x1b[m\x7f"), "a\\tb\\\\n\\n\\r\\x00\\x1B[m\\x7F");
        assert_eq!(escaped(b"\xff\xc3("), "\\xFF\\xC3(");
        assert_eq!(escaped("\u{85}".as_bytes()), "\\xC2\\x85");
    }

    #[test]
    fn what_nobody_escaped_so_is_refused() {
        for text in ["\\", "\\x", "\\x1", "\\x+1", "\\xg0", "\\q", "a\\"] {
            assert_eq!(unescape(text.as_bytes()), None, "{text}");
        }
        assert_eq!(unescape(b"\\x1b"), Some(vec![0x1b]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_bytes_come_back(
            bytes in prop_oneof![
                vec(any::<u8>(), 0..100),
                vec(select(&b"\\xnrtFf0\t\n\r\xc3\xaf\x1b"[..]), 0..100),
            ]
        ) {
            let text = escaped(&bytes);
            prop_assert!(!text.contains(char::is_control));
            prop_assert_eq!(unescape(text.as_bytes()), Some(bytes));
        }
    }
}
