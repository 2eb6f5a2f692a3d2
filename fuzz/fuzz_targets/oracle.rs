//! The scalar kernel writes the same bytes as the oracle of the tests, which uses other means.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::{Kernel, Normalizer, max_output_len};

#[path = "../../tests/common/oracle.rs"]
mod oracle;

fuzz_target!(|input: &[u8]| {
    let mut output = Vec::new();
    Normalizer::with_kernel(Kernel::scalar()).normalize(input, &mut output);
    assert_eq!(output, oracle::patterns(input));
    assert!(output.len() <= max_output_len(input.len()));
});
