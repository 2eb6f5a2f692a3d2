//! Every kernel writes the same bytes as the scalar one, for an input in one piece or in several, and
//! across the edge of the windows that kernels work on.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::{Counts, Kernel, Normalizer};

/// Bytes in a window.
const WINDOW: usize = 4096;

fuzz_target!(|input: &[u8]| {
    for before in [b'-', b'('] {
        let before = vec![before; WINDOW - input.len().min(WINDOW) / 2];
        compare(&[&before, input].concat());
    }
    compare(input);
});

fn compare(input: &[u8]) {
    let mut expected = Vec::new();
    let expected_counts = Normalizer::with_kernel(Kernel::scalar()).normalize(input, &mut expected);
    for kernel in Kernel::available() {
        let mut normalizer = Normalizer::with_kernel(kernel);
        let mut output = Vec::new();
        assert_eq!(normalizer.normalize(input, &mut output), expected_counts, "{kernel:?}");
        assert_eq!(output, expected, "{kernel:?}");

        output.clear();
        let mut counts = Counts::default();
        for line in input.split_inclusive(|&byte| byte == b'\n') {
            counts += normalizer.normalize(line, &mut output);
        }
        assert_eq!((counts, &output), (expected_counts, &expected), "{kernel:?}, line by line");
    }
}
