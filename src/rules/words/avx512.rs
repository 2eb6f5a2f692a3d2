//! The kernel for CPUs with AVX-512 VBMI and VBMI2: Intel since Ice Lake, AMD since Zen 4.
//!
//! One permute of a table of 128 bytes classifies 64 bytes, and one instruction moves the kept ones
//! together.

use crate::arch::x86_64::avx512::Bytes;
use crate::arch::x86_64::prefetch;
use crate::arch::{BLOCK, Block};
use crate::rules::masks::BLOCKS;
use crate::rules::masks::WINDOW;
use crate::rules::spans::LineRecorder;

use super::classes::{CLASSES, class};
use super::kernel::{self, Classify};
use super::window::Window;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt,bmi1,bmi2,lzcnt")]
pub(crate) fn normalize<N: LineRecorder>(input: &[u8], output: &mut Vec<u8>, spans: &mut N) -> u64 {
    // SAFETY: this function has the features that `Bytes` needs.
    unsafe { kernel::normalize::<Bytes, N>(input, output, spans) }
}

/// The classes of the lower and the upper half of ASCII. A byte that is not ASCII looks up zero,
/// as part of a token.
static TABLES: [[u8; BLOCK]; 2] = {
    let mut tables = [[0; BLOCK]; 2];
    let mut byte = 0;
    while byte < 2 * BLOCK {
        tables[byte / BLOCK][byte % BLOCK] = CLASSES[byte];
        byte += 1;
    }
    tables
};

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) {
        // SAFETY: the features are the caller's promise.
        let ([low, high], star) =
            unsafe { ([Self::load(&TABLES[0]), Self::load(&TABLES[1])], Self::splat(b'*')) };
        for (index, block) in (first..BLOCKS).zip(blocks) {
            prefetch(block, WINDOW);
            // SAFETY: the features are the caller's promise.
            let bytes = unsafe { Self::load(block) };
            let classes = bytes.look_up(low, high);
            let digits = classes.any_of(class::DIGIT);
            *window.breaks.get_mut(index) = classes.any_of(class::BREAK);
            *window.digits.get_mut(index) = digits;
            *window.small.get_mut(index) = classes.any_of(class::SMALL);
            *window.hex.get_mut(index) = classes.any_of(class::HEX);
            *window.spaces.get_mut(index) = classes.any_of(class::SPACE);
            bytes.select(star, digits).store(&mut window.bytes[index]);
        }
    }
}
