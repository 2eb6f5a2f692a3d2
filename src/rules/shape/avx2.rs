//! The kernel for CPUs with AVX2: every x86-64 server since about 2015.
//!
//! Bytes are classified by two table look-ups, one by the low and one by the high half of the
//! byte, whose results are ANDed (the technique is that of simdjson: Langdale and Lemire, "Parsing
//! Gigabytes of JSON per Second", 2019).

use super::kernel::{self, Classify, Seen};
use super::levels::LevelStorage;
use super::window::Window;
use crate::arch::BLOCK;
use crate::arch::x86_64::avx2::{Bytes, Vector, halves};
use crate::arch::x86_64::prefetch;
use crate::rules::masks::WINDOW;
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
    pub(super) const NEWLINE: u8 = 1 << 6; // 0x0a
    /// As signed numbers, the classes of brackets and of the newline are greater than those of
    /// runs, and this one is less.
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
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen {
        // SAFETY: the features are the caller's promise.
        let (low, high) = unsafe { (Vector::table(&LOW), Vector::table(&HIGH)) };
        // SAFETY: the features are the caller's promise.
        let [zero, run, last_run] = unsafe { [0, b'Y', class::RUN].map(|it| Vector::splat(it)) };
        let mut seen = zero;
        let Window { bytes, runs, stops, .. } = window;
        let [runs, stops] = [runs, stops].map(|masks| halves(&mut masks.all_mut()[first..]));
        let bytes = &mut bytes[first..];
        assert!(
            blocks.len() <= bytes.len() && bytes.len() == runs.len() && bytes.len() == stops.len(),
            "no more blocks than a window has"
        );
        let mut index = 0;
        while index < blocks.len() {
            prefetch(&blocks[index], WINDOW);
            let (from, _) = blocks[index].as_chunks::<32>();
            let (to, _) = bytes[index].as_chunks_mut::<32>();
            for (half, (from, to)) in from.iter().zip(to).enumerate() {
                // SAFETY: the features are the caller's promise.
                let bytes = unsafe { Vector::load(from) };
                // A byte with its highest bit set is not ASCII: it finds zero by its low half, so
                // no class.
                let classes = bytes.look_up_low(low) & bytes.look_up_high(high);
                let is_run = classes.any_of(class::RUN);
                runs[index][half] = is_run.mask();
                stops[index][half] = classes.greater(last_run).mask();
                seen = seen | classes;
                bytes.select(run, is_run).store(to);
            }
            index += 1;
        }
        Seen { has_return: seen.mask() != 0, has_bracket: seen.any_of(class::BRACKET).mask() != 0 }
    }
}
