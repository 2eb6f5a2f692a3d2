//! Blocks and masks for CPUs with AVX2: every x86-64 server since about 2015.
//!
//! A value of one of these types is the proof that the CPU has AVX2: it was made from others, or by
//! an unsafe function that requires AVX2.

use std::arch::x86_64::*;

use super::bit_operators;

mod block;
mod masks;

pub(crate) use block::{Bytes, halves};

/// Returns whether the CPU has AVX2, and what comes with it.
pub(crate) fn is_available() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

/// 32 bytes in a register.
#[derive(Clone, Copy)]
pub(crate) struct Vector(__m256i);

bit_operators!(Vector, _mm256_and_si256, _mm256_or_si256, _mm256_xor_si256);

impl Vector {
    /// Returns 32 times `byte`.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2.
    #[inline(always)]
    pub(crate) unsafe fn splat(byte: u8) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm256_set1_epi8(byte as i8)) }
    }

    /// Returns `bytes`.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2.
    #[inline(always)]
    pub(crate) unsafe fn load(bytes: &[u8; 32]) -> Self {
        // SAFETY: the feature is the caller's promise; the load is of the 32 bytes of `bytes`.
        unsafe { Self(_mm256_loadu_si256(bytes.as_ptr().cast())) }
    }

    /// Returns a table to look up in: `table` in both halves of the register.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2.
    #[inline(always)]
    pub(crate) unsafe fn table(table: &[u8; 16]) -> Self {
        // SAFETY: the feature is the caller's promise; the load is of the 16 bytes of `table`.
        unsafe { Self(_mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast()))) }
    }

    /// Writes the bytes to `bytes`.
    #[inline(always)]
    pub(crate) fn store(self, bytes: &mut [u8; 32]) {
        // SAFETY: `self` is the proof that the CPU has AVX2; the store is of the 32 bytes of
        // `bytes`.
        unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), self.0) }
    }

    /// Returns for each byte the entry of `table` at its low half, or zero if the byte is not
    /// ASCII.
    #[inline(always)]
    pub(crate) fn look_up_low(self, table: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe { Self(_mm256_shuffle_epi8(table.0, self.0)) }
    }

    /// Returns for each byte the entry of `table` at its high half.
    #[inline(always)]
    pub(crate) fn look_up_high(self, table: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe {
            let high = _mm256_and_si256(_mm256_srli_epi16::<4>(self.0), _mm256_set1_epi8(0x0f));
            Self(_mm256_shuffle_epi8(table.0, high))
        }
    }

    /// Returns 255 for each byte that equals the byte of `other`, else 0.
    #[inline(always)]
    pub(crate) fn equal(self, other: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe { Self(_mm256_cmpeq_epi8(self.0, other.0)) }
    }

    /// Returns 255 for each byte that is greater than the byte of `other` as a signed number, else
    /// 0.
    #[inline(always)]
    pub(crate) fn greater(self, other: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe { Self(_mm256_cmpgt_epi8(self.0, other.0)) }
    }

    /// Returns 255 for each byte that has one of `bits`, else 0. The highest bit must not be in
    /// `bits`.
    #[inline(always)]
    pub(crate) fn any_of(self, bits: u8) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe {
            let bits = _mm256_and_si256(self.0, _mm256_set1_epi8(bits as i8));
            Self(_mm256_cmpgt_epi8(bits, _mm256_setzero_si256()))
        }
    }

    /// Returns the bytes of `other` where the highest bit of the byte of `highest` is set, else
    /// those of `self`.
    #[inline(always)]
    pub(crate) fn select(self, other: Self, highest: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe { Self(_mm256_blendv_epi8(self.0, other.0, highest.0)) }
    }

    /// Returns the highest bit of each byte.
    #[inline(always)]
    pub(crate) fn mask(self) -> u32 {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe { _mm256_movemask_epi8(self.0) as u32 }
    }

    /// Returns bit `BIT`, 0 to 6, of each byte.
    #[inline(always)]
    pub(crate) fn mask_of<const BIT: u32>(self) -> u32 {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe {
            let count = _mm_cvtsi32_si128(7 - BIT as i32);
            _mm256_movemask_epi8(_mm256_sll_epi16(self.0, count)) as u32
        }
    }
}
