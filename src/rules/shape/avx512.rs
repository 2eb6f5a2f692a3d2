//! The kernel for CPUs with AVX-512 VBMI and VBMI2: Intel since Ice Lake, AMD since Zen 4.
//!
//! One permute of a 128-byte table classifies 64 bytes, and one instruction moves the kept ones
//! together.

use super::ascii_classes;
use super::kernel::{self, Classify, Seen};
use super::levels::LevelStorage;
use super::window::Window;
use crate::arch::x86_64::avx512::Bytes;
use crate::arch::x86_64::prefetch;
use crate::arch::{BLOCK, Block};
use crate::rules::masks::{BLOCKS, WINDOW};
use crate::rules::spans::LineRecorder;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt,bmi1,bmi2,lzcnt")]
pub(in crate::rules) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    levels: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: this function has the features that `Bytes` needs.
    unsafe { kernel::normalize::<Bytes, N>(input, output, levels, spans) }
}

/// Bits of a class.
mod class {
    pub(super) const RUN: u8 = 1 << 0;
    pub(super) const BRACKET: u8 = 1 << 1;
    pub(super) const NEWLINE: u8 = 1 << 2;
    pub(super) const STOP: u8 = BRACKET | NEWLINE;
    pub(super) const RETURN: u8 = 1 << 3;
}

/// The classes of the lower and the upper half of ASCII.
static CLASSES: [[u8; BLOCK]; 2] =
    ascii_classes(class::RUN, class::BRACKET, class::NEWLINE, class::RETURN);

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen {
        // SAFETY: the features are the caller's promise.
        let ([low, high], run, mut seen) = unsafe {
            let tables = [Self::load(&CLASSES[0]), Self::load(&CLASSES[1])];
            (tables, Self::splat(b'Y'), Self::splat(0))
        };
        for (index, block) in (first..BLOCKS).zip(blocks) {
            prefetch(block, WINDOW);
            // SAFETY: the features are the caller's promise.
            let bytes = unsafe { Self::load(block) };
            // A byte that is not ASCII has no class.
            let classes = bytes.look_up(low, high);
            let runs = classes.any_of(class::RUN);
            *window.runs.get_mut(index) = runs;
            *window.stops.get_mut(index) = classes.any_of(class::STOP);
            seen = seen | classes;
            bytes.select(run, runs).store(&mut window.bytes[index]);
        }
        Seen {
            has_return: seen.any_of(class::RETURN) != 0,
            has_bracket: seen.any_of(class::BRACKET) != 0,
        }
    }
}
