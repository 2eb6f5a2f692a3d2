//! Input directly after or before memory that must not be touched.

use crate::arch::fenced::Fenced;

use super::*;

const SIZE: usize = 3 * 4096;

#[test]
fn no_byte_outside_the_input_is_touched() {
    let mut fenced = Fenced::new(SIZE);
    let kernels = &mut kernels();
    for len in (0..=130).chain(4090..=4100).chain([8191, 8192, 8193]) {
        let first = fenced.first(len);
        first.fill(b'a');
        assert_as_scalar(kernels, first);
        let last = fenced.last(len);
        last.fill(b' ');
        assert_as_scalar(kernels, last);
    }
}

/// Tests each of `pieces` at each position of each length, in a text of `background`.
fn assert_each_piece_at_each_position(pieces: &[&[u8]], background: u8) {
    let mut fenced = Fenced::new(SIZE);
    let kernels = &mut kernels();
    for len in 0..=130 {
        let input = fenced.last(len);
        input.fill(background);
        for piece in pieces.iter().filter(|piece| piece.len() <= len) {
            for position in 0..=len - piece.len() {
                input[position..][..piece.len()].copy_from_slice(piece);
                assert_as_scalar(kernels, input);
                input[position..][..piece.len()].fill(background);
            }
        }
    }
}

#[test]
fn each_special_byte_at_each_position_of_a_token() {
    let pieces: Vec<_> = SPECIAL.iter().map(std::slice::from_ref).collect();
    assert_each_piece_at_each_position(&pieces, b'a');
}

#[test]
fn each_special_byte_at_each_position_between_tokens() {
    let pieces: Vec<_> = SPECIAL.iter().map(std::slice::from_ref).collect();
    assert_each_piece_at_each_position(&pieces, b' ');
}

#[test]
fn each_token_at_each_position() {
    let pieces: Vec<_> = [
        "Mon", "Jan:", "Jan: ", "Dec:x", "xDec", "deadbeef", "DeadBeeF", "deadbeeg", "deadbee",
        "a7", "7a", "x:y", "a::b", "a:b:c", ":7:", "word", "\r\n", "\r\r\n", "\t \t", "\u{e9}7",
    ]
    .iter()
    .map(|piece| piece.as_bytes())
    .collect();
    assert_each_piece_at_each_position(&pieces, b' ');
    assert_each_piece_at_each_position(&pieces[..10], b':');
}
