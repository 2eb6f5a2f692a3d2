//! The kernel for CPUs with AVX2: every x86-64 server since about 2015.
//!
//! Bytes are classified by two table look-ups, one by the low and one by the high half of the
//! byte, whose results are ANDed (the technique is that of simdjson: Langdale and Lemire, "Parsing
//! Gigabytes of JSON per Second", 2019).

use super::kernel::{self, Classes, Classify};
use super::levels::LevelStorage;
use crate::arch::x86_64::avx2::{Bytes, Vector};
use crate::arch::{BLOCK, Block, Mask};
use crate::rules::spans::LineRecorder;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
pub(in crate::rules) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    levels: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: this function has the features that `Bytes` needs.
    unsafe { kernel::normalize::<Bytes, N>(input, output, levels, spans) }
}

/// Bits of a class. A class has the bytes whose low half is in one set and whose high half is in
/// another.
mod class {
    pub(super) const DIGIT: u8 = 1 << 0; // 0x30 to 0x39
    pub(super) const LETTER_TO_O: u8 = 1 << 1; // 0x41 to 0x4f, 0x61 to 0x6f
    pub(super) const LETTER_FROM_P: u8 = 1 << 2; // 0x50 to 0x5a, 0x70 to 0x7a
    pub(super) const RUN: u8 = DIGIT | LETTER_TO_O | LETTER_FROM_P;
    pub(super) const QUOTE_OR_PARENTHESIS: u8 = 1 << 3; // 0x22, 0x27, 0x28, 0x29
    pub(super) const ANGLE: u8 = 1 << 4; // 0x3c, 0x3e
    pub(super) const SQUARE_OR_CURLY: u8 = 1 << 5; // 0x5b, 0x5d, 0x7b, 0x7d
    pub(super) const BRACKET: u8 = QUOTE_OR_PARENTHESIS | ANGLE | SQUARE_OR_CURLY;
    // Bits for which a shift gives a mask, without a comparison.
    pub(super) const NEWLINE: u8 = 1 << 6; // 0x0a
    pub(super) const RETURN: u8 = 1 << 7; // 0x0d
}

/// For each low half of a byte, the classes that it may be in.
const LOW: [u8; 16] = {
    use class::*;
    let mut table = [DIGIT | LETTER_TO_O | LETTER_FROM_P; 16];
    table[0x0] = DIGIT | LETTER_FROM_P;
    table[0x2] |= QUOTE_OR_PARENTHESIS;
    table[0x7] |= QUOTE_OR_PARENTHESIS;
    table[0x8] |= QUOTE_OR_PARENTHESIS;
    table[0x9] |= QUOTE_OR_PARENTHESIS;
    table[0xa] = LETTER_TO_O | LETTER_FROM_P | NEWLINE;
    table[0xb] = LETTER_TO_O | SQUARE_OR_CURLY;
    table[0xc] = LETTER_TO_O | ANGLE;
    table[0xd] = LETTER_TO_O | SQUARE_OR_CURLY | RETURN;
    table[0xe] = LETTER_TO_O | ANGLE;
    table[0xf] = LETTER_TO_O;
    table
};

/// For each high half of a byte, the classes that it may be in.
const HIGH: [u8; 16] = {
    use class::*;
    let mut table = [0; 16];
    table[0x0] = NEWLINE | RETURN;
    table[0x2] = QUOTE_OR_PARENTHESIS;
    table[0x3] = DIGIT | ANGLE;
    table[0x4] = LETTER_TO_O;
    table[0x5] = LETTER_FROM_P | SQUARE_OR_CURLY;
    table[0x6] = LETTER_TO_O;
    table[0x7] = LETTER_FROM_P | SQUARE_OR_CURLY;
    table
};

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(bytes: &[u8; BLOCK]) -> (Self, Classes) {
        // SAFETY: the features are the caller's promise.
        unsafe {
            let [low, high] = Self::load(bytes).halves();
            let ((low, a), (high, b)) = (classify(low), classify(high));
            let join = |index: usize| Mask::from(a[index]) | Mask::from(b[index]) << 32;
            let classes =
                Classes { runs: join(0), brackets: join(1), newlines: join(2), returns: join(3) };
            (Self::from_halves([low, high]), classes)
        }
    }
}

/// Returns the bytes with letters and digits replaced by `Y`, and the masks of runs, brackets,
/// newlines and returns.
///
/// # Safety
///
/// The CPU has AVX2.
#[inline(always)]
unsafe fn classify(bytes: Vector) -> (Vector, [u32; 4]) {
    // SAFETY: the feature is the caller's promise.
    let (low, high, run) =
        unsafe { (Vector::table(&LOW), Vector::table(&HIGH), Vector::splat(b'Y')) };
    // A byte with its highest bit set is not ASCII: it finds zero by its low half, so no class.
    let classes = bytes.look_up_low(low) & bytes.look_up_high(high);
    let runs = classes.any_of(class::RUN);
    let masks = [
        runs.mask(),
        classes.any_of(class::BRACKET).mask(),
        classes.mask_of::<{ class::NEWLINE.trailing_zeros() }>(),
        classes.mask(),
    ];
    (bytes.select(run, runs), masks)
}
