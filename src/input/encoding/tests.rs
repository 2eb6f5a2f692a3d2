//! Texts in every encoding, in pieces of every size.

use std::io::{self, Read};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

#[path = "../../../tests/common/utf16_oracle.rs"]
mod utf16_oracle;

/// A reader of pieces of `size` bytes, before each of which it says once that it would block.
struct Pieces<'a> {
    rest: &'a [u8],
    size: usize,
    would_block: bool,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.would_block = !self.would_block;
        if self.would_block {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let len = self.size.min(buffer.len());
        let read = (&self.rest[..len.min(self.rest.len())]).read(buffer)?;
        self.rest = &self.rest[read..];
        Ok(read)
    }
}

/// Returns the text of `bytes`, and whether it is well-formed, which is the same in pieces of every
/// size.
#[track_caller]
fn decoded(bytes: &[u8], encoding: Encoding) -> (Vec<u8>, bool) {
    let text = |piece, size| {
        let reader = Pieces { rest: bytes, size: piece, would_block: false };
        text_of(reader, encoding, size).unwrap()
    };
    let all = text(usize::MAX, 1 << 16);
    for (piece, size) in [(1, 1), (2, 3), (3, 2), (5, 100), (100, 1), (1 << 16, 4)] {
        assert_eq!(text(piece, size), all, "{encoding:?} {bytes:x?}");
    }
    all
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn a_mark_tells_the_encoding_and_is_no_part_of_the_text() {
    for text in ["", "a", "a\r\nbc\n", "na\u{ef}ve \u{2603} \u{1f980}\n", "\u{feff}\n"] {
        let marked = format!("\u{feff}{text}");
        for bytes in [
            marked.clone().into_bytes(),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
        ] {
            assert_eq!(decoded(&bytes, Encoding::Auto), (text.into(), true), "{bytes:x?}");
            assert_eq!(decoded(&bytes, Encoding::None), (bytes, true));
        }
    }
}

#[test]
fn no_mark_and_part_of_a_mark_are_text() {
    for bytes in
        [&b""[..], b"\n", b"\xef", b"\xef\xbb", b"\xef\xbb\n", b"\xff", b"\xfe", b"\0\0\xfe"]
    {
        for encoding in [Encoding::Auto, Encoding::Utf8, Encoding::None] {
            assert_eq!(decoded(bytes, encoding), (bytes.into(), true));
        }
    }
    let later = b"a\xef\xbb\xbf\n";
    assert_eq!(decoded(later, Encoding::Auto), (later.into(), true));
}

#[test]
fn the_encoding_that_is_asked_for_is_taken() {
    for (encoding, bytes) in [
        (Encoding::Utf16Le, u16::to_le_bytes as fn(u16) -> [u8; 2]),
        (Encoding::Utf16Be, u16::to_be_bytes),
    ] {
        for text in ["", "\0a", "one\ntwo"] {
            assert_eq!(decoded(&utf16(text, bytes), encoding), (text.into(), true));
            let marked = format!("\u{feff}{text}");
            assert_eq!(decoded(&utf16(&marked, bytes), encoding), (text.into(), true));
        }
    }
    // Marks of other encodings are text.
    let marked = b"\xff\xfea\0";
    assert_eq!(decoded(marked, Encoding::Utf8), (marked.into(), true));
    assert_eq!(decoded(b"\xfe\xff\0a", Encoding::Utf16Le).0, "\u{fffe}\u{6100}".as_bytes());
}

#[test]
fn utf_32_is_refused_where_its_mark_counts() {
    for mark in [&b"\xff\xfe\0\0"[..], b"\0\0\xfe\xff"] {
        for rest in [&b""[..], b"a\0\0\0"] {
            let bytes = [mark, rest].concat();
            let error = text_of(&bytes[..], Encoding::Auto, 10).unwrap_err();
            assert!(error.to_string().contains("iconv -f UTF-32"), "{error}");
            assert_eq!(decoded(&bytes, Encoding::None), (bytes, true));
        }
    }
    assert_eq!(decoded(b"\xff\xfe\0\0\n\0", Encoding::Utf16Le), (b"\0\n".into(), true));
}

#[test]
fn units_that_are_not_well_formed_are_replaced() {
    let high = utf16("\u{1f980}", u16::to_le_bytes)[..2].to_vec();
    let low = utf16("\u{1f980}", u16::to_le_bytes)[2..].to_vec();
    let ascii = b"a\0".to_vec();
    for (parts, expected) in [
        (vec![&high, &ascii], "\u{fffd}a"),
        (vec![&low, &ascii], "\u{fffd}a"),
        (vec![&low, &high], "\u{fffd}\u{fffd}"),
        (vec![&high, &high, &low], "\u{fffd}\u{1f980}"),
        (vec![&ascii, &high], "a\u{fffd}"),
        (vec![&ascii, &vec![b'b']], "a\u{fffd}"),
        (vec![&high, &vec![b'b']], "\u{fffd}"),
    ] {
        let bytes = parts.into_iter().flatten().copied().collect::<Vec<_>>();
        assert_eq!(decoded(&bytes, Encoding::Utf16Le), (expected.into(), false), "{bytes:x?}");
    }
}

#[test]
fn characters_across_the_borders_of_pieces_are_whole() {
    for shift in 0..4 {
        let text = "a".repeat(shift) + &"\u{1f980}\u{2603}".repeat(30_000);
        let bytes = utf16(&text, u16::to_be_bytes);
        assert_eq!(text_of(&bytes[..], Encoding::Utf16Be, 999).unwrap(), (text.into_bytes(), true));
    }
}

proptest! {
    #[test]
    fn utf_16_is_decoded_as_by_the_standard_library(
        units in vec(select(&[0x61, 0x0a, 0xe9, 0x2603, 0xd83e, 0xdd80, 0xfeff, 0xffff][..]), 0..40),
        odd in vec(any::<u8>(), 0..=1),
    ) {
        for (encoding, bytes, unit) in [
            (Encoding::Utf16Le, u16::to_le_bytes as fn(u16) -> [u8; 2], u16::from_le_bytes as fn([u8; 2]) -> u16),
            (Encoding::Utf16Be, u16::to_be_bytes, u16::from_be_bytes),
        ] {
            let mut text: Vec<_> = units.iter().copied().flat_map(bytes).collect();
            text.extend_from_slice(&odd);
            prop_assert_eq!(decoded(&text, encoding), utf16_oracle::decode(&text, unit));
        }
    }
}
