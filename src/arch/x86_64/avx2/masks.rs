//! Masks for AVX2, four in a register.

use std::arch::x86_64::*;

use super::super::bit_operators;
use crate::arch::{Bits, Mask};

/// The masks of four blocks.
#[derive(Clone, Copy)]
pub(crate) struct Masks(__m256i);

bit_operators!(Masks, _mm256_and_si256, _mm256_or_si256, _mm256_xor_si256);

/// For each choice of the four masks, one bit each: -1 for the masks that are in it, 0 for others.
static MINUS_ONE: [[i64; 4]; 16] = {
    let mut table = [[0; 4]; 16];
    let mut choice = 0;
    while choice < 64 {
        table[choice / 4][choice % 4] = -(((choice / 4) >> (choice % 4) & 1) as i64);
        choice += 1;
    }
    table
};

impl Bits for Masks {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(mask: Mask) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm256_set1_epi64x(mask as i64)) }
    }

    #[inline(always)]
    unsafe fn load(masks: *const Mask) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm256_loadu_si256(masks.cast())) }
    }

    #[inline(always)]
    unsafe fn store(self, masks: *mut Mask) {
        // SAFETY: the caller's promise.
        unsafe { _mm256_storeu_si256(masks.cast(), self.0) }
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe { Self(_mm256_andnot_si256(other.0, self.0)) }
    }

    #[inline(always)]
    fn shl(self, count: u32) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe { Self(_mm256_sll_epi64(self.0, _mm_cvtsi32_si128(count as i32))) }
    }

    #[inline(always)]
    fn shr(self, count: u32) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe { Self(_mm256_srl_epi64(self.0, _mm_cvtsi32_si128(count as i32))) }
    }

    #[inline(always)]
    fn reverse(self) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe {
            let bytes = _mm256_broadcastsi128_si256(_mm_setr_epi8(
                15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
            ));
            // The four bits of the index in the opposite order.
            let nibbles = _mm256_broadcastsi128_si256(_mm_setr_epi8(
                0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15,
            ));
            let low_half = _mm256_set1_epi8(0x0f);
            let high_nibbles = _mm256_slli_epi16::<4>(nibbles);
            let lanes = _mm256_permute4x64_epi64::<0b01_00_11_10>(self.0);
            let ordered = _mm256_shuffle_epi8(lanes, bytes);
            let low = _mm256_and_si256(ordered, low_half);
            let high = _mm256_and_si256(_mm256_srli_epi16::<4>(ordered), low_half);
            Self(_mm256_or_si256(
                _mm256_shuffle_epi8(high_nibbles, low),
                _mm256_shuffle_epi8(nibbles, high),
            ))
        }
    }

    #[inline(always)]
    fn add(self, seeds: Self, carry: &mut Mask) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2; the load is of one of the tables of 32
        // bytes.
        unsafe {
            let sum = _mm256_add_epi64(self.0, seeds.0);
            // The highest bit is set where there is a carry: all of `seeds` is in `self`.
            let over = seeds | self.and_not(Self(sum));
            let over = _mm256_movemask_pd(_mm256_castsi256_pd(over.0)) as u64;
            let full = _mm256_cmpeq_epi64(sum, _mm256_set1_epi64x(-1));
            let full = _mm256_movemask_pd(_mm256_castsi256_pd(full)) as u64;
            // A carry into a mask of ones goes on into the next mask, which is a sum of its own.
            let carried = ((over << 1 | *carry) + full) ^ full;
            *carry = carried >> 4;
            let minus_one = MINUS_ONE[carried as usize % 16].as_ptr();
            Self(_mm256_sub_epi64(sum, _mm256_loadu_si256(minus_one.cast())))
        }
    }

    #[inline(always)]
    fn sub(self, other: Self, borrow: &mut Mask) -> Self {
        // SAFETY: `self` is the proof that the CPU has AVX2; the load is of one of the tables of 32
        // bytes.
        unsafe {
            let difference = Self(_mm256_sub_epi64(self.0, other.0));
            // The highest bit is set where there is a borrow.
            let under = other.and_not(self) | difference.and_not(self ^ other);
            let under = _mm256_movemask_pd(_mm256_castsi256_pd(under.0)) as u64;
            let zero = _mm256_cmpeq_epi64(difference.0, _mm256_setzero_si256());
            let zero = _mm256_movemask_pd(_mm256_castsi256_pd(zero)) as u64;
            // A borrow from a mask of zeros goes on to the next mask, as a carry does in `add`.
            let borrowed = ((under << 1 | *borrow) + zero) ^ zero;
            *borrow = borrowed >> 4;
            let minus_one = MINUS_ONE[borrowed as usize % 16].as_ptr();
            Self(_mm256_add_epi64(difference.0, _mm256_loadu_si256(minus_one.cast())))
        }
    }

    #[inline(always)]
    fn count(self, counts: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe {
            // The number of bits of each half of a byte.
            let numbers = _mm256_broadcastsi128_si256(_mm_setr_epi8(
                0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
            ));
            let low_half = _mm256_set1_epi8(0x0f);
            let low = _mm256_and_si256(self.0, low_half);
            let high = _mm256_and_si256(_mm256_srli_epi16::<4>(self.0), low_half);
            let counts = _mm256_add_epi8(counts.0, _mm256_shuffle_epi8(numbers, low));
            Self(_mm256_add_epi8(counts, _mm256_shuffle_epi8(numbers, high)))
        }
    }

    #[inline(always)]
    fn sum(self) -> u64 {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe {
            let sums = _mm256_sad_epu8(self.0, _mm256_setzero_si256());
            let sums =
                _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
            (_mm_cvtsi128_si64(sums) + _mm_extract_epi64::<1>(sums)) as u64
        }
    }

    #[inline(always)]
    fn nonzero(self) -> Mask {
        // SAFETY: `self` is the proof that the CPU has AVX2.
        unsafe {
            let zero = _mm256_cmpeq_epi64(self.0, _mm256_setzero_si256());
            !(_mm256_movemask_pd(_mm256_castsi256_pd(zero)) as u64) & 0xf
        }
    }
}
