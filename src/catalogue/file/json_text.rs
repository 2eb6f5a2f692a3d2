//! Texts in JSON, which are written without allocating, and read if there is memory for them.

use std::io::{self, Write};

use memchr::memchr;
use serde_json::value::RawValue;

use super::error::Defect;
use super::tsv::shown;
use crate::catalogue::memory::reserve_exact;
use crate::text::escape::{hex_value, unescape, write_escaped};
use crate::text::is_printable;

/// Writes `bytes` as a text of JSON, with U+FFFD for bytes that are not UTF-8. Characters that a
/// terminal or an editor would not leave as they are are escaped.
pub(super) fn write_text(bytes: &[u8], output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    output.write_all(b"\"")?;
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        let mut plain_start = 0;
        for (start, char) in valid.char_indices() {
            if !matches!(char, '"' | '\\') && is_printable(char) {
                continue;
            }
            output.write_all(&valid.as_bytes()[plain_start..start])?;
            plain_start = start + char.len_utf8();
            match char {
                '"' => output.write_all(b"\\\"")?,
                '\\' => output.write_all(b"\\\\")?,
                '\t' => output.write_all(b"\\t")?,
                '\n' => output.write_all(b"\\n")?,
                '\r' => output.write_all(b"\\r")?,
                '\u{8}' => output.write_all(b"\\b")?,
                '\u{c}' => output.write_all(b"\\f")?,
                char => {
                    for unit in char.encode_utf16(&mut [0; 2]) {
                        write!(output, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        output.write_all(&valid.as_bytes()[plain_start..])?;
        if !chunk.invalid().is_empty() {
            output.write_all("\u{fffd}".as_bytes())?;
        }
    }
    output.write_all(b"\"")
}

/// Writes `bytes` escaped as in TSV, as a text of JSON.
pub(super) fn write_escaped_text(
    bytes: &[u8],
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    output.write_all(b"\"")?;
    write_escaped(bytes, &mut JsonEscaper(&mut *output))?;
    output.write_all(b"\"")
}

/// A writer into a text of JSON, which escapes quotation marks and backslashes, and is given nothing else
/// that must be escaped.
struct JsonEscaper<'a, W: ?Sized>(&'a mut W);

impl<W: Write + ?Sized> Write for JsonEscaper<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| matches!(byte, b'"' | b'\\')) {
            match part {
                [plain @ .., last @ (b'"' | b'\\')] => {
                    self.0.write_all(plain)?;
                    self.0.write_all(&[b'\\', *last])?;
                }
                plain => self.0.write_all(plain)?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns the bytes of a text that [`write_text`] wrote.
pub(super) fn parse_text(column: &'static str, json: &RawValue) -> Result<Vec<u8>, Defect> {
    let json = json.get();
    let wrong = || Defect::Value { column, value: shown(json.as_bytes()) };
    let inside = json.strip_prefix('"').and_then(|json| json.strip_suffix('"'));
    let mut rest = inside.ok_or_else(wrong)?.as_bytes();
    let mut bytes = Vec::new();
    reserve_exact(&mut bytes, rest.len())?;
    while let Some(backslash) = memchr(b'\\', rest) {
        bytes.extend_from_slice(&rest[..backslash]);
        let (char, len) = parse_escape(&rest[backslash + 1..]).ok_or_else(wrong)?;
        // No longer than the escape was, so that no more memory is asked for.
        bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
        rest = &rest[backslash + 1 + len..];
    }
    bytes.extend_from_slice(rest);
    Ok(bytes)
}

/// The bytes that were given to [`write_escaped_text`].
pub(super) fn parse_escaped_text(column: &'static str, json: &RawValue) -> Result<Vec<u8>, Defect> {
    let mut bytes = parse_text(column, json)?;
    let wrong = || Defect::Value { column, value: shown(json.get().as_bytes()) };
    let len = unescape(&mut bytes).ok_or_else(wrong)?.len();
    bytes.truncate(len);
    Ok(bytes)
}

/// The character that `text`, which follows a backslash, begins with the escape of, and how long
/// that is.
fn parse_escape(text: &[u8]) -> Option<(char, usize)> {
    let unit = |digits: &[u8]| {
        let digits: [u8; 4] = digits.get(..4)?.try_into().ok()?;
        digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | u16::from(hex_value(digit)?)))
    };
    let short = |char| Some((char, 1));
    match text.first()? {
        byte @ (b'"' | b'\\' | b'/') => short(char::from(*byte)),
        b'b' => short('\u{8}'),
        b'f' => short('\u{c}'),
        b'n' => short('\n'),
        b'r' => short('\r'),
        b't' => short('\t'),
        b'u' => {
            let first = unit(&text[1..])?;
            if let Ok(char) = char::try_from(u32::from(first)) {
                return Some((char, 5));
            }
            let second = unit(text[5..].strip_prefix(b"\\u")?)?;
            let char = char::decode_utf16([first, second]).next()?.ok()?;
            Some((char, 11))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn written(bytes: &[u8]) -> String {
        let mut json = Vec::new();
        write_text(bytes, &mut json).unwrap();
        String::from_utf8(json).unwrap()
    }

    fn parsed(json: &str) -> Option<Vec<u8>> {
        let raw: &RawValue = serde_json::from_str(json).ok()?;
        parse_text("text", raw).ok()
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for json in ["1", "null", "[\"a\"]", r#""\ud800""#, r#""\ud800a""#, r#""\udc00\ud800""#] {
            assert_eq!(parsed(json), None, "{json}");
        }
        assert_eq!(parsed(r#""\ud83e\udd80\/""#), Some("🦀/".into()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn texts_are_what_others_take_them_for(
            bytes in prop_oneof![
                vec(any::<u8>(), 0..60),
                vec(select(&b"\\\"u/\t\n\x08\x0c\x1b\x7f\xc2\x85\xc3\xaf"[..]), 0..60),
                any::<String>().prop_map(String::into_bytes),
            ]
        ) {
            let json = written(&bytes);
            let lossy = String::from_utf8_lossy(&bytes);
            prop_assert!(json.chars().all(is_printable));
            prop_assert_eq!(&serde_json::from_str::<String>(&json).unwrap(), &lossy);
            prop_assert_eq!(parsed(&json).unwrap(), lossy.as_bytes());
            let theirs = serde_json::to_string(&lossy).unwrap();
            prop_assert_eq!(parsed(&theirs).unwrap(), lossy.as_bytes());
            let mut json = Vec::new();
            write_escaped_text(&bytes, &mut json).unwrap();
            let raw: &RawValue = serde_json::from_slice(&json).unwrap();
            prop_assert_eq!(parse_escaped_text("text", raw).unwrap(), bytes);
        }

        #[test]
        fn any_text_is_read_as_others_read_it(
            parts in vec(select(&["\\", "\\u", "d83e", "dd80", "00", "41", "n", "a", "\\\\"][..]), 0..9)
        ) {
            let json = format!("\"{}\"", parts.concat());
            let theirs = serde_json::from_str::<String>(&json).ok().map(String::into_bytes);
            prop_assert_eq!(parsed(&json), theirs, "{}", json);
        }
    }
}
