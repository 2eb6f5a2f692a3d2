//! By the word rules, every kernel writes the same bytes as the scalar one, for an input in one piece
//! or in several, also if it is repeated until it fills windows. The scalar kernel writes the same
//! bytes as the oracle of the tests, which uses other means.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::{Counts, Kernel, LineSpans, Normalizer, Rules};

#[path = "../../tests/common/word_oracle.rs"]
mod word_oracle;

fn normalize(kernel: Kernel, input: &[u8]) -> (Counts, Vec<u8>) {
    let mut output = Vec::new();
    let counts = Normalizer::with_rules(kernel, Rules::Words).normalize(input, &mut output);
    (counts, output)
}

fuzz_target!(|input: (u8, u16, &[u8])| {
    let (repeats, digit, input) = input;
    let (_, expected) = normalize(Kernel::scalar(), input);
    assert_eq!(expected, word_oracle::patterns(input));
    assert!(expected.len() <= input.len() + 1);

    // Tokens longer than a window of 4 KiB, with a digit anywhere, but no more than a few windows.
    let most = 3 * 4096 / input.len().max(1);
    let mut long = input.repeat(1 + usize::from(repeats).min(most));
    if let Some(byte) = long.get_mut(usize::from(digit)) {
        *byte = b'7';
    }
    for input in [input, &long] {
        let (expected_counts, expected) = normalize(Kernel::scalar(), input);
        for kernel in Kernel::available() {
            let (counts, output) = normalize(kernel, input);
            assert_eq!(counts, expected_counts, "{kernel:?}");
            assert!(output == expected, "{kernel:?}");

            let mut normalizer = Normalizer::with_rules(kernel, Rules::Words);
            let (mut output, mut spans) = (Vec::new(), LineSpans::new());
            normalizer.normalize_noting(input, &mut output, &mut spans);
            assert!(output == expected, "{kernel:?}, noting");
            let noted = spans.iter().map(|span| &output[span.pattern]);
            assert!(noted.eq(output.split(|&byte| byte == b'\n').take(spans.len())), "{kernel:?}");

            output.clear();
            let mut counts = Counts::default();
            for line in input.split_inclusive(|&byte| byte == b'\n') {
                counts += normalizer.normalize(line, &mut output);
            }
            assert_eq!(counts, expected_counts, "{kernel:?}, line by line");
            assert!(output == expected, "{kernel:?}, line by line");
        }
    }
});
