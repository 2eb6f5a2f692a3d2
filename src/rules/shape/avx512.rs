//! The kernel for CPUs with AVX-512 VBMI and VBMI2: Intel since Ice Lake, AMD since Zen 4.
//!
//! One permute of a 128-byte table classifies 64 bytes, and one instruction squeezes together
//! those that are kept.

use std::arch::x86_64::*;

use super::closer_of;
use super::kernel::{self, Block, Classes};
use super::levels::LevelStorage;
use crate::arch::{BLOCK, Mask};
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
    // SAFETY: this function has the features that `Avx512` needs.
    unsafe { kernel::normalize::<Avx512, N>(input, output, levels, spans) }
}

/// Bits of a class.
mod class {
    pub(super) const RUN: u8 = 1 << 0;
    pub(super) const BRACKET: u8 = 1 << 1;
    pub(super) const NEWLINE: u8 = 1 << 2;
    pub(super) const RETURN: u8 = 1 << 3;
}

/// The class of each ASCII byte.
static CLASSES: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = class::RUN;
        } else if let Some(closer) = closer_of(byte as u8) {
            table[byte] = class::BRACKET;
            table[closer as usize] = class::BRACKET;
        }
        byte += 1;
    }
    table[b'\n' as usize] = class::NEWLINE;
    table[b'\r' as usize] = class::RETURN;
    table
};

/// A block in one register.
#[derive(Clone, Copy)]
struct Avx512(__m512i);

impl Block for Avx512 {
    #[inline(always)]
    unsafe fn load(bytes: &[u8; BLOCK]) -> (Self, Classes) {
        // SAFETY: the features are the caller's promise; the loads are of the 64 bytes of `bytes`
        // and of either half of the table.
        unsafe {
            let bytes = _mm512_loadu_si512(bytes.as_ptr().cast());
            let low = _mm512_loadu_si512(CLASSES.as_ptr().cast());
            let high = _mm512_loadu_si512(CLASSES.as_ptr().add(64).cast());
            // The permute looks at seven bits: what has the eighth set is not ASCII, no class.
            let ascii = !_mm512_movepi8_mask(bytes);
            let classes = _mm512_maskz_permutex2var_epi8(ascii, low, bytes, high);
            let any_of = |class: u8| _mm512_test_epi8_mask(classes, _mm512_set1_epi8(class as i8));
            let runs = any_of(class::RUN);
            let bytes = _mm512_mask_blend_epi8(runs, bytes, _mm512_set1_epi8(b'Y' as i8));
            let classes = Classes {
                runs,
                brackets: any_of(class::BRACKET),
                newlines: any_of(class::NEWLINE),
                returns: any_of(class::RETURN),
            };
            (Self(bytes), classes)
        }
    }

    #[inline(always)]
    unsafe fn from_bytes(bytes: &[u8; BLOCK]) -> Self {
        // SAFETY: the features are the caller's promise; the load is of the 64 bytes of `bytes`.
        unsafe { Self(_mm512_loadu_si512(bytes.as_ptr().cast())) }
    }

    #[inline(always)]
    unsafe fn bytes(self) -> [u8; BLOCK] {
        let mut bytes = [0; BLOCK];
        // SAFETY: the features are the caller's promise; the store is of the 64 bytes of `bytes`.
        unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), self.0) };
        bytes
    }

    #[inline(always)]
    unsafe fn equal(self, byte: u8) -> Mask {
        // SAFETY: the features are the caller's promise.
        unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    unsafe fn with_x(self, to_x: Mask) -> Self {
        // SAFETY: the features are the caller's promise.
        unsafe { Self(_mm512_mask_blend_epi8(to_x, self.0, _mm512_set1_epi8(b'X' as i8))) }
    }

    #[inline(always)]
    unsafe fn store(self, emit: Mask, output: *mut u8) {
        // SAFETY: the features and that `BLOCK` bytes of `output` can be written are the caller's
        // promise. A whole register is stored: a compress into memory is slow on Zen 4.
        unsafe {
            let kept = _mm512_maskz_compress_epi8(emit, self.0);
            _mm512_storeu_si512(output.cast(), kept);
        }
    }
}
