//! Every kernel that this CPU can run gives what the scalar one gives, wherever its input lies.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rules::{Kernel, LineSpan, LineSpans, Normalizer, max_output_len};

/// What the rules have to do with, and what is next to it.
const SPECIAL: &[u8] = b"[]{}<>()\"'\r\n\0 aZ0_/:@`|~\x80\xff";

/// Empty enclosures, and what ends a row of them.
const UNITS: &[&[u8]] = &[b"()", b"\"\"", b"''", b"[]", b"(", b")", b"\"", b"a"];

fn scalar(input: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    Normalizer::with_kernel(Kernel::scalar()).normalize(input, &mut output);
    output
}

/// All kernels, and a word on those that could not be tested.
fn kernels() -> Vec<Normalizer> {
    for (name, kernel) in [("avx512", Kernel::avx512()), ("avx2", Kernel::avx2())] {
        if kernel.is_none() {
            eprintln!("not tested: the {name} kernel, which this CPU cannot run");
        }
    }
    Kernel::available().map(Normalizer::with_kernel).collect()
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

#[track_caller]
fn assert_as_scalar(kernels: &mut [Normalizer], input: &[u8]) {
    let expected = scalar(input);
    let expected_spans = spans(input, &expected);
    let mut noted = LineSpans::new();
    assert!(expected.len() <= max_output_len(input.len()));
    for normalizer in kernels {
        // What stands in the output already must stay.
        let mut output = b"before".to_vec();
        let counts = normalizer.normalize(input, &mut output);
        let output = output.strip_prefix(b"before").expect("the output was appended to");
        assert!(
            output == expected,
            "{:?} of {:?}\n gave {:?}\n  for {:?}",
            normalizer.kernel,
            input.escape_ascii().to_string(),
            output.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
        );
        let lines = expected.iter().filter(|&&byte| byte == b'\n').count() as u64;
        assert_eq!((counts.lines, counts.bytes_out), (lines, output.len() as u64));

        let mut output = b"before".to_vec();
        assert_eq!(normalizer.normalize_noting(input, &mut output, &mut noted), counts);
        assert!(output[6..] == expected, "{:?} while noting", normalizer.kernel);
        assert!(noted.iter().eq(expected_spans.iter().cloned()), "{:?}", normalizer.kernel);
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

/// Each special byte at each position of each length, where all other bytes are `background`.
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
        // The outermost level stays open, so that what the inner ones left is seen.
        let input = ["(", &"-".repeat(gap), "((a))"].concat();
        assert_as_scalar(kernels, input.as_bytes());
    }
}

#[test]
fn nesting_deeper_than_a_row_of_levels_closes_level_by_level() {
    let kernels = &mut kernels();
    for depth in [1023, 1024, 1025, 5000] {
        for offset in [0, 1, 63] {
            // One level stays open, so that what the others left is seen.
            let parts = [" ".repeat(offset), "(".repeat(depth), "a".into(), ")".repeat(depth - 1)];
            assert_as_scalar(kernels, parts.concat().as_bytes());
        }
    }
}

#[cfg(target_os = "linux")]
mod edge {
    //! Input that lies directly behind or before memory that must not be touched.

    use std::ffi::c_void;
    use std::ptr::NonNull;

    use memmap2::MmapMut;
    use nix::sys::mman::{ProtFlags, mprotect};

    use super::*;

    const PAGE: usize = 4096;

    /// Pages that can be written, between two that cannot even be read.
    struct Fenced(MmapMut);

    impl Fenced {
        fn new() -> Self {
            let mut pages = MmapMut::map_anon(3 * PAGE).unwrap();
            for fence in [0, 2 * PAGE] {
                let start = NonNull::from(&mut pages[fence]).cast::<c_void>();
                // SAFETY: the page lies in the mapping, which `Fenced` owns, and nobody has a
                // reference to it: only the page between is ever handed out.
                unsafe { mprotect(start, PAGE, ProtFlags::PROT_NONE) }.unwrap();
            }
            Self(pages)
        }

        fn page(&mut self) -> &mut [u8] {
            &mut self.0[PAGE..2 * PAGE]
        }
    }

    /// Inputs of each length, which begin where `start` says for that length.
    fn assert_nothing_else_is_touched(start: impl Fn(usize) -> usize) {
        let mut fenced = Fenced::new();
        let kernels = &mut kernels();
        for len in 0..=130 {
            let input = &mut fenced.page()[start(len)..][..len];
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
        assert_nothing_else_is_touched(|_| 0);
    }

    #[test]
    fn no_byte_after_the_input_is_touched() {
        assert_nothing_else_is_touched(|len| PAGE - len);
    }
}
