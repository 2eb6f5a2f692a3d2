//! All chunks together are the input, and each but the last ends after a newline. The same holds for
//! the blocks of a stream, whatever pieces it comes in.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::fuzzing::{blocks, chunks};

#[path = "../trickle.rs"]
mod trickle;

use trickle::Trickle;

fn assert_whole_lines(pieces: &[Vec<u8>], input: &[u8]) {
    assert_eq!(pieces.concat(), input);
    for piece in pieces.iter().rev().skip(1) {
        assert!(piece.ends_with(b"\n"));
    }
}

fuzz_target!(|input: (u8, u8, bool, &[u8])| {
    let (size, max_len, would_block, input) = input;
    let (size, max_len) = (usize::from(size) + 1, usize::from(max_len) + 1);
    assert_whole_lines(&chunks(input, size), input);
    let reader = Trickle { rest: input, max_len };
    assert_whole_lines(&blocks(reader, size, would_block), input);
});
