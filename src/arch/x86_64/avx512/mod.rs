//! Blocks and masks for CPUs with AVX-512 VBMI and VBMI2: Intel since Ice Lake, AMD since Zen 4.
//!
//! A value of one of these types is the proof that the CPU has these instructions: it was made from
//! others, or by an unsafe function that requires them.

use std::arch::x86_64::*;

use super::bit_operators;
use crate::arch::{BLOCK, Block, Mask};

mod masks;

use masks::Masks;

/// Returns whether the CPU has AVX-512 with VBMI and VBMI2, and what comes with it.
pub(crate) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

/// A block in one register.
#[derive(Clone, Copy)]
pub(crate) struct Bytes(__m512i);

bit_operators!(Bytes, _mm512_and_si512, _mm512_or_si512, _mm512_xor_si512);

impl Bytes {
    /// Returns 64 times `byte`.
    ///
    /// # Safety
    ///
    /// The CPU has AVX-512 VBMI and VBMI2.
    #[inline(always)]
    pub(crate) unsafe fn splat(byte: u8) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm512_set1_epi8(byte as i8)) }
    }

    /// Writes the bytes to `bytes`.
    #[inline(always)]
    pub(crate) fn store(self, bytes: &mut [u8; BLOCK]) {
        // SAFETY: `self` is the proof that the CPU has the instructions; the store is of the 64
        // bytes of `bytes`.
        unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), self.0) }
    }

    /// Returns for each byte its entry in the table of `low` and `high`, or zero if it is not
    /// ASCII.
    #[inline(always)]
    pub(crate) fn look_up(self, low: Self, high: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe {
            let ascii = !_mm512_movepi8_mask(self.0);
            Self(_mm512_maskz_permutex2var_epi8(ascii, low.0, self.0, high.0))
        }
    }

    /// Returns the mask of the bytes that have one of `bits`.
    #[inline(always)]
    pub(crate) fn any_of(self, bits: u8) -> Mask {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe { _mm512_test_epi8_mask(self.0, _mm512_set1_epi8(bits as i8)) }
    }

    /// Returns the block with the bytes in `mask` replaced by those of `other`.
    #[inline(always)]
    pub(crate) fn select(self, other: Self, mask: Mask) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe { Self(_mm512_mask_blend_epi8(mask, self.0, other.0)) }
    }
}

impl Block for Bytes {
    type Bits = Masks;

    #[inline(always)]
    unsafe fn load(bytes: &[u8; BLOCK]) -> Self {
        // SAFETY: the features are the caller's promise; the load is of the 64 bytes of `bytes`.
        unsafe { Self(_mm512_loadu_si512(bytes.as_ptr().cast())) }
    }

    #[inline(always)]
    unsafe fn from_array(bytes: &[u8; BLOCK]) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self::load(bytes) }
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> Mask {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    unsafe fn compress(bytes: &[u8; BLOCK], keep: &Mask, output: *mut u8) -> *mut u8 {
        // SAFETY: the features and that `BLOCK` bytes of `output` can be written are the caller's
        // promise. No more bytes are kept than a block has. A whole register is stored because a
        // compress into memory is slow on Zen 4.
        unsafe {
            let kept = _mm512_maskz_compress_epi8(*keep, Self::load(bytes).0);
            _mm512_storeu_si512(output.cast(), kept);
            output.add(keep.count_ones() as usize)
        }
    }

    #[inline(always)]
    unsafe fn list(
        bytes: *const u8,
        listed: Mask,
        first: u16,
        symbols: *mut u8,
        positions: *mut u16,
    ) {
        static INDICES: [[u16; 32]; 2] = {
            let mut indices = [[0; 32]; 2];
            let mut index = 0;
            while index < BLOCK {
                indices[index / 32][index % 32] = index as u16;
                index += 1;
            }
            indices
        };
        // SAFETY: the features, that a block can be read and that `BLOCK` elements can be written
        // are the caller's promise.
        // No more than 32 are listed of the first half.
        unsafe {
            let kept = _mm512_maskz_compress_epi8(listed, Self::load(&*bytes.cast()).0);
            _mm512_storeu_si512(symbols.cast(), kept);
            let first = _mm512_set1_epi16(first as i16);
            let mut positions = positions;
            for (half, indices) in INDICES.iter().enumerate() {
                let listed = (listed >> (32 * half)) as u32;
                let indices = _mm512_loadu_si512(indices.as_ptr().cast());
                let kept = _mm512_maskz_compress_epi16(listed, _mm512_add_epi16(indices, first));
                _mm512_storeu_si512(positions.cast(), kept);
                positions = positions.add(listed.count_ones() as usize);
            }
        }
    }
}
