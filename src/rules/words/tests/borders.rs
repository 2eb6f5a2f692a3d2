//! Tokens that cross one, two and many blocks and windows.

use super::*;

const BLOCK: usize = 64;
const WINDOW: usize = 4096;

/// Returns each of `borders` with the numbers next to it.
fn around(borders: &[usize]) -> Vec<usize> {
    borders.iter().flat_map(|&border| border.saturating_sub(1)..=border + 1).collect()
}

/// Returns a text with a token of `len` bytes at `start`, which has a digit at each of `digits`.
fn token(start: usize, len: usize, digits: &[usize]) -> Vec<u8> {
    let mut input = b"w ".repeat(start / 2);
    input.resize(start, b' ');
    input.resize(start + len, b'x');
    for &digit in digits {
        input[start + digit] = b'0';
    }
    input.extend_from_slice(b" end 1\nnext");
    input
}

#[test]
fn the_first_digit_at_every_position_of_a_token_over_blocks() {
    let kernels = &mut kernels();
    for start in [0, 1, 62, 63, 64, 65] {
        for len in around(&[2, BLOCK, 2 * BLOCK, 3 * BLOCK]) {
            assert_as_scalar(kernels, &token(start, len, &[]));
            for digit in 0..len {
                assert_as_scalar(kernels, &token(start, len, &[digit]));
                assert_as_scalar(kernels, &token(start, len, &[digit, len - 1]));
            }
        }
    }
}

#[test]
fn tokens_over_windows() {
    let kernels = &mut kernels();
    for start in around(&[1, WINDOW - 10, WINDOW, WINDOW + BLOCK]) {
        for len in around(&[2, 12, BLOCK, WINDOW - BLOCK, WINDOW, 2 * WINDOW, 3 * WINDOW + 100]) {
            assert_as_scalar(kernels, &token(start, len, &[]));
            // Around all borders and ends.
            let places =
                [0, 5, WINDOW - start % WINDOW, 2 * WINDOW - start % WINDOW, len / 2, len - 1];
            for digit in around(&places).into_iter().filter(|&digit| digit < len) {
                assert_as_scalar(kernels, &token(start, len, &[digit]));
                assert_as_scalar(kernels, &token(start, len, &[digit, len - 1]));
            }
        }
    }
}

#[test]
fn what_follows_a_step_back_is_in_its_place() {
    let kernels = &mut kernels();
    // Tokens that are words until the next window, one after the other.
    for len in [WINDOW - 1, WINDOW, WINDOW + 1, WINDOW + 70] {
        let word = "y".repeat(len);
        let texts = [
            format!("{word}7 "),
            format!("{word} "),
            format!("{word}:7:{word} "),
            format!(" {word}7\n\r\n"),
        ];
        for text in &texts {
            for offset in [0, 1, 2, 63] {
                let input = [&" ".repeat(offset), text.as_str(), text, text].concat();
                assert_as_scalar(kernels, input.as_bytes());
            }
        }
    }
}

#[test]
fn values_without_a_digit_over_borders() {
    let kernels = &mut kernels();
    let texts = [
        "Jan",
        "Jan ",
        "Jan: ",
        "Jan:",
        "Jan:x",
        "Janx",
        "xJan",
        "x:Jan",
        ":Jan",
        "::Jan",
        "Jan\n",
        "Jan\r\n",
        "deadbeef",
        "deadbeef ",
        "deadbeef: ",
        "deadbeef:",
        "deadbeef:f",
        "deadbeefg",
        "academia ",
        "gdeadbeef",
        "deadbee",
        "deadbee ",
        "7deadbeef",
        "deadbeef7",
        "cafe\u{e9}cafe",
        "a::b",
        "a:",
        "a:\n",
        "a:\r\n",
        "a:b",
        "a:\r",
        "a\r\r\n",
        "a\r",
        "\r",
        "\r\n",
        " \t \t",
    ];
    for border in [BLOCK, 2 * BLOCK, WINDOW, 2 * WINDOW] {
        for text in texts {
            for start in border - text.len() - 1..=border + 1 {
                for before in [" ", "x", "=", ":"] {
                    let mut input = before.repeat(start);
                    input += text;
                    assert_as_scalar(kernels, input.as_bytes());
                    input += " 7 Jan deadbeef";
                    assert_as_scalar(kernels, input.as_bytes());
                }
            }
        }
    }
}

#[test]
fn hexadecimal_words_of_every_length() {
    let kernels = &mut kernels();
    for len in (0..=140).chain(around(&[WINDOW - BLOCK, WINDOW, 2 * WINDOW, 3 * WINDOW])) {
        for end in ["", " ", "g", "7", ":", ":f", "\n", "g "] {
            for start in [0, 1, 60, 63] {
                let input = [&" ".repeat(start), &"f".repeat(len), end, "x"].concat();
                assert_as_scalar(kernels, input.as_bytes());
                assert_as_scalar(kernels, &input.as_bytes()[..input.len() - 1]);
            }
        }
    }
}

#[test]
fn tokens_of_megabytes() {
    let kernels = &mut kernels();
    let len = 1 << 20;
    for (byte, end) in
        [("x", "7 a"), ("x", " a"), ("f", " 7"), ("f", "g 7"), ("7", " a"), (":", "a"), ("x:", "7")]
    {
        let input = [" ", &byte.repeat(len), end].concat();
        assert_as_scalar(kernels, input.as_bytes());
    }
}
