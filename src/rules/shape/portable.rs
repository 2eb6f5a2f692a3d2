//! The kernel for every CPU: the algorithm of the others, in plain Rust that compilers vectorise.

use super::kernel::{self, Classes, Classify};
use super::levels::LevelStorage;
use crate::arch::BLOCK;
use crate::arch::portable::Bytes;
use crate::rules::spans::LineRecorder;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
pub(in crate::rules) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    levels: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: `Bytes` needs no target features.
    unsafe { kernel::normalize::<Bytes, N>(input, output, levels, spans) }
}

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(bytes: &[u8; BLOCK]) -> (Self, Classes) {
        let bytes = Self::new(bytes);
        // Most logs have no `\r`, and this test is cheaper than a mask.
        let has_return = bytes.as_array().iter().fold(false, |has, &byte| has | (byte == b'\r'));
        let classes = Classes {
            runs: bytes
                .mask(|byte| (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10),
            brackets: bytes.mask(|byte| {
                matches!(byte, b'"' | b'\'' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}')
            }),
            newlines: bytes.mask(|byte| byte == b'\n'),
            returns: if has_return { bytes.mask(|byte| byte == b'\r') } else { 0 },
        };
        let block = bytes.map(|byte| if byte.is_ascii_alphanumeric() { b'Y' } else { byte });
        (block, classes)
    }
}
