//! Every kernel that this CPU can run gives what the scalar one gives, wherever its input lies.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rules::{Kernel, LineSpan, LineSpans, Normalizer, Rules};

use super::max_output_len;

mod borders;
#[cfg(target_os = "linux")]
mod changing;
#[cfg(target_os = "linux")]
mod edge;

/// What the rules have to do with, and what is next to it.
const SPECIAL: &[u8] = b"[]{}<>()\"'`,;=|:\r\n\0\t \x1f\x7f09/aAfgGzM_.-~\x80\xff";

/// Tokens of each kind, what nearly is one of it, and what is between.
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
    "abcdefabcdef",
    "abc",
    "-",
    "naïve",
    "\u{0}",
    "word",
    "host-7",
    "10.0.0.1",
];

fn scalar(input: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    Normalizer::with_rules(Kernel::scalar(), Rules::Words).normalize(input, &mut output);
    output
}

/// All kernels, and a word on those that could not be tested.
fn kernels() -> Vec<(Kernel, Normalizer)> {
    for (name, kernel) in [("avx512", Kernel::avx512()), ("avx2", Kernel::avx2())] {
        if kernel.is_none() {
            eprintln!("not tested: the {name} kernel, which this CPU cannot run");
        }
    }
    let with_words = |kernel| (kernel, Normalizer::with_rules(kernel, Rules::Words));
    Kernel::available().map(with_words).collect()
}

/// Where lines and patterns lie, of which `input` and `output` are.
fn spans(input: &[u8], output: &[u8]) -> Vec<LineSpan> {
    let [lines, patterns] = [input, output].map(|text| {
        let mut start = 0;
        let ranges = text.split_inclusive(|&byte| byte == b'\n').map(move |line| {
            let range = start..start + line.strip_suffix(b"\n").unwrap_or(line).len();
            start += line.len();
            range
        });
        ranges.collect::<Vec<_>>()
    });
    assert_eq!(lines.len(), patterns.len());
    lines.into_iter().zip(patterns).map(|(line, pattern)| LineSpan { line, pattern }).collect()
}

/// At most 200 bytes of `text`, from the first on that `other` has not.
fn excerpt(text: &[u8], other: &[u8]) -> String {
    let same = text.iter().zip(other).take_while(|(one, other)| one == other).count();
    let start = same.saturating_sub(50);
    let shown = &text[start..text.len().min(start + 200)];
    format!("{} from {start}: {}", text.len(), shown.escape_ascii())
}

#[track_caller]
fn assert_as_scalar(kernels: &mut [(Kernel, Normalizer)], input: &[u8]) {
    let expected = scalar(input);
    let expected_spans = spans(input, &expected);
    let mut noted = LineSpans::new();
    assert!(expected.len() <= max_output_len(input.len()));
    for (kernel, normalizer) in kernels {
        // What is in the output already must stay.
        let mut output = b"before".to_vec();
        let counts = normalizer.normalize(input, &mut output);
        let output = output.strip_prefix(b"before").expect("the output was appended to");
        assert!(
            output == expected,
            "{kernel:?} of {}\n gave {}\n  for {}",
            excerpt(input, b""),
            excerpt(output, &expected),
            excerpt(&expected, output),
        );
        let lines = expected.iter().filter(|&&byte| byte == b'\n').count() as u64;
        assert_eq!((counts.lines, counts.bytes_out), (lines, output.len() as u64), "{kernel:?}");

        let mut output = b"before".to_vec();
        assert_eq!(normalizer.normalize_noting(input, &mut output, &mut noted), counts);
        assert!(output[6..] == expected, "{kernel:?} while noting");
        assert!(noted.iter().eq(expected_spans.iter().cloned()), "{kernel:?}");
    }
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

    // More than a window, and tokens longer than one.
    #[test]
    fn any_long_rows_of_pieces(
        rows in vec((select(PIECES), prop_oneof![1..9_usize, 1..2000_usize]), 0..12)
    ) {
        let input: String = rows.iter().map(|&(piece, count)| piece.repeat(count)).collect();
        assert_as_scalar(&mut kernels(), input.as_bytes());
    }
}
