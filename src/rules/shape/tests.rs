//! Every kernel that this CPU can run gives what the scalar one gives, wherever its input is.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rules::Rules;
use crate::rules::masks::WINDOW;
use crate::rules::testing::{Kernels, assert_as_scalar};

/// Bytes that the rules treat specially, and their neighbours.
const SPECIAL: &[u8] = b"[]{}<>()\"'\r\n\0 aZ0_/:@`|~\x80\xff";

/// Empty enclosures, and bytes that end a row of them.
const UNITS: &[&[u8]] = &[b"()", b"\"\"", b"''", b"[]", b"(", b")", b"\"", b"a"];

fn kernels() -> Kernels {
    Kernels::new(Rules::Shape)
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
    fn any_rows_of_special_bytes(rows in vec((select(SPECIAL), 1..70usize), 0..12)) {
        let input: Vec<_> =
            rows.iter().flat_map(|&(byte, count)| std::iter::repeat_n(byte, count)).collect();
        assert_as_scalar(&mut kernels(), &input);
    }

    #[test]
    fn any_rows_of_empty_enclosures(
        rows in vec((select(UNITS), 1..40usize), 0..12)
    ) {
        let input: Vec<_> = rows.iter().flat_map(|&(unit, count)| unit.repeat(count)).collect();
        assert_as_scalar(&mut kernels(), &input);
    }
}

proptest! {
    // Inputs of several windows, which are long, so there are fewer.
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..Default::default() })]

    #[test]
    fn any_special_bytes_of_several_windows(input in vec(select(SPECIAL), 8000..9000)) {
        assert_as_scalar(&mut kernels(), &input);
    }

    #[test]
    fn any_rows_of_several_windows(rows in vec((select(SPECIAL), 1..3000usize), 4..12)) {
        let input: Vec<_> =
            rows.iter().flat_map(|&(byte, count)| std::iter::repeat_n(byte, count)).collect();
        assert_as_scalar(&mut kernels(), &input);
    }

    #[test]
    fn any_sparse_brackets_of_several_windows(
        stops in vec((select(SPECIAL), 0..400usize), 30..60)
    ) {
        let text = b"one, two three ";
        let input: Vec<_> = stops
            .iter()
            .flat_map(|&(byte, count)| text.iter().copied().cycle().take(count).chain([byte]))
            .collect();
        assert_as_scalar(&mut kernels(), &input);
    }
}

#[test]
fn brackets_around_the_edges_of_windows() {
    let kernels = &mut kernels();
    let around = |edge: usize| edge - 3..edge + 3;
    for opener in around(WINDOW).chain([0, 100]) {
        for closer in around(WINDOW).chain(around(2 * WINDOW)).filter(|&closer| closer > opener) {
            for pair in [b"()", b"\"\"", b"[\n", b"(]", b"\r\n"] {
                for background in [b'a', b' ', b'<', b'\''] {
                    let mut input = vec![background; 2 * WINDOW + 5];
                    (input[opener], input[closer]) = (pair[0], pair[1]);
                    assert_as_scalar(kernels, &input);
                }
            }
        }
    }
}

#[test]
fn pairs_and_rows_of_quotes_around_the_edges_of_words() {
    let kernels = &mut kernels();
    for before in 60..68 {
        for unit in ["(a)", "'a'", "\"\"", "[(a)]", "'\"a\"'", "(a", "\n"] {
            let input =
                ["<b>".repeat(before / 2), "(".repeat(before % 2), unit.repeat(70)].concat();
            assert_as_scalar(kernels, input.as_bytes());
        }
    }
}

/// Tests each special byte at each position of each length, with `background` as all other bytes.
fn assert_each_special_byte_among(background: u8) {
    let kernels = &mut kernels();
    for len in 1..=130 {
        for position in 0..len {
            for &byte in SPECIAL {
                let mut input = vec![background; len];
                input[position] = byte;
                assert_as_scalar(kernels, &input);
            }
        }
    }
}

#[test]
fn each_special_byte_among_spaces() {
    assert_each_special_byte_among(b' ');
}

#[test]
fn each_special_byte_among_openers() {
    assert_each_special_byte_among(b'(');
}

#[test]
fn each_special_byte_among_quotes() {
    assert_each_special_byte_among(b'"');
}

#[test]
fn each_pair_of_brackets_at_each_two_positions_around_the_edges_of_blocks() {
    let kernels = &mut kernels();
    for len in [63, 64, 65, 129] {
        for opener in 0..len {
            for closer in opener + 1..len {
                for pair in [b"()", b"\"\"", b"[\n", b"(]"] {
                    let mut input = vec![b'a'; len];
                    input[opener] = pair[0];
                    input[closer] = pair[1];
                    assert_as_scalar(kernels, &input);
                }
            }
        }
    }
}

#[test]
fn openers_that_are_a_block_apart_are_no_row() {
    let kernels = &mut kernels();
    for gap in 0..=200 {
        // The outermost level stays open, so that an error in the inner ones shows.
        let input = ["(", &"-".repeat(gap), "((a))"].concat();
        assert_as_scalar(kernels, input.as_bytes());
    }
}

#[test]
fn nesting_deeper_than_a_row_of_levels_closes_level_by_level() {
    let kernels = &mut kernels();
    for depth in [1023, 1024, 1025, 5000] {
        for offset in [0, 1, 63] {
            // One level stays open, so that an error in the others shows.
            let parts = [" ".repeat(offset), "(".repeat(depth), "a".into(), ")".repeat(depth - 1)];
            assert_as_scalar(kernels, parts.concat().as_bytes());
        }
    }
}

#[cfg(target_os = "linux")]
mod edge {
    //! Input directly after or before memory that must not be touched.

    use crate::arch::fenced::Fenced;

    use super::*;

    const PAGE: usize = 4096;

    /// Asserts that no kernel touches more than the bytes that `input_of` takes from the page.
    fn assert_nothing_else_is_touched(input_of: impl Fn(&mut Fenced, usize) -> &mut [u8]) {
        let mut fenced = Fenced::new(PAGE);
        let kernels = &mut kernels();
        for len in 0..=130 {
            let input = input_of(&mut fenced, len);
            input.fill(b'a');
            assert_as_scalar(kernels, input);
            for position in 0..len {
                for &byte in SPECIAL {
                    input[position] = byte;
                    assert_as_scalar(kernels, input);
                }
                input[position] = b'a';
            }
        }
    }

    #[test]
    fn no_byte_before_the_input_is_touched() {
        assert_nothing_else_is_touched(Fenced::first);
    }

    #[test]
    fn no_byte_after_the_input_is_touched() {
        assert_nothing_else_is_touched(Fenced::last);
    }
}
