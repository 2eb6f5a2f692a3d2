//! Every kernel that this CPU can run gives what the scalar one gives, wherever its input is.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rules::Rules;
use crate::rules::testing::{Kernels, assert_as_scalar};

mod borders;
#[cfg(target_os = "linux")]
mod changing;
#[cfg(target_os = "linux")]
mod edge;

/// Bytes that the rules treat specially, and their neighbours.
const SPECIAL: &[u8] = b"[]{}<>()\"'`,;=|:\r\n\0\t \x1f\x7f09/aAfgGzM_.-~\x80\xff";

/// Tokens of each kind, tokens that nearly are of it, and separators.
const PIECES: &[&str] = &[
    " ",
    "\t",
    "  ",
    "\n",
    "\r\n",
    "\r\r\n",
    "\r",
    ":",
    "::",
    ": ",
    "=",
    "[",
    "\"",
    "a",
    "f",
    "7",
    "Mon",
    "Jan",
    "Dec",
    "Mo",
    "MON",
    "mon",
    "Monday",
    "an",
    "n",
    "deadbeef",
    "DEADBEEF",
    "deadbee",
    "deadbeeg",
    "academia",
    "jimijimi",
    "abcdefabcdef",
    "abc",
    "-",
    "naïve",
    "\u{0}",
    "word",
    "host-7",
    "10.0.0.1",
];

fn kernels() -> Kernels {
    Kernels::new(Rules::Words)
}

proptest! {
    // Without this a failure leaves a file of seeds in the repository.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes(input in vec(any::<u8>(), 0..400)) {
        assert_as_scalar(&mut kernels(), &input);
    }

    #[test]
    fn any_special_bytes(input in vec(select(SPECIAL), 0..400)) {
        assert_as_scalar(&mut kernels(), &input);
    }

    #[test]
    fn any_pieces(pieces in vec(select(PIECES), 0..200)) {
        assert_as_scalar(&mut kernels(), pieces.concat().as_bytes());
    }

    #[test]
    fn any_rows_of_pieces(rows in vec((select(PIECES), 1..90_usize), 0..12)) {
        let input: String = rows.iter().map(|&(piece, count)| piece.repeat(count)).collect();
        assert_as_scalar(&mut kernels(), input.as_bytes());
    }

    // Inputs of more than a window, with tokens longer than one.
    #[test]
    fn any_long_rows_of_pieces(
        rows in vec((select(PIECES), prop_oneof![1..9_usize, 1..2000_usize]), 0..12)
    ) {
        let input: String = rows.iter().map(|&(piece, count)| piece.repeat(count)).collect();
        assert_as_scalar(&mut kernels(), input.as_bytes());
    }
}
