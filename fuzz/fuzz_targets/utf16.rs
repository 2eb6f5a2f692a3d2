//! UTF-16 in pieces of any size is decoded as by the standard library, and any text is the same
//! whatever the sizes of its pieces.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::Encoding;
use lognorm_mmap::fuzzing::text;

#[path = "../../tests/common/utf16_oracle.rs"]
mod utf16_oracle;

#[path = "../trickle.rs"]
mod trickle;

use trickle::Trickle;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (size, max_len, bytes) = input;
    let (size, max_len) = (usize::from(size) + 1, usize::from(max_len) + 1);
    let in_pieces = |encoding| text(Trickle { rest: bytes, max_len }, encoding, size);
    let decoded =
        |encoding| in_pieces(encoding).expect("UTF-16 that is asked for is never refused");
    let little = utf16_oracle::decode(bytes, u16::from_le_bytes);
    assert_eq!(decoded(Encoding::Utf16Le), little);
    let big = utf16_oracle::decode(bytes, u16::from_be_bytes);
    assert_eq!(decoded(Encoding::Utf16Be), big);
    assert_eq!(decoded(Encoding::None), (bytes.to_vec(), true));
    let expected = match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => None,
        [0xff, 0xfe, ..] => Some(little),
        [0xfe, 0xff, ..] => Some(big),
        [0xef, 0xbb, 0xbf, text @ ..] => Some((text.to_vec(), true)),
        text => Some((text.to_vec(), true)),
    };
    assert_eq!(in_pieces(Encoding::Auto).ok(), expected);
});
