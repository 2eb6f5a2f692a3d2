//! Masks for AVX-512, eight in a register.

use std::arch::x86_64::*;

use super::super::bit_operators;
use crate::arch::{Bits, Mask};

/// The masks of eight blocks.
#[derive(Clone, Copy)]
pub(crate) struct Masks(__m512i);

bit_operators!(Masks, _mm512_and_si512, _mm512_or_si512, _mm512_xor_si512);

/// The indices of all bytes of a register, the last first.
static LAST_FIRST: [u8; 64] = {
    let mut table = [0; 64];
    let mut index = 0;
    while index < 64 {
        table[index] = 63 - index as u8;
        index += 1;
    }
    table
};

impl Bits for Masks {
    const LANES: usize = 8;

    #[inline(always)]
    unsafe fn splat(mask: Mask) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm512_set1_epi64(mask as i64)) }
    }

    #[inline(always)]
    unsafe fn load(masks: *const Mask) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm512_loadu_si512(masks.cast())) }
    }

    #[inline(always)]
    unsafe fn store(self, masks: *mut Mask) {
        // SAFETY: the caller's promise.
        unsafe { _mm512_storeu_si512(masks.cast(), self.0) }
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe { Self(_mm512_andnot_si512(other.0, self.0)) }
    }

    #[inline(always)]
    fn shl(self, count: u32) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe { Self(_mm512_sll_epi64(self.0, _mm_cvtsi32_si128(count as i32))) }
    }

    #[inline(always)]
    fn shr(self, count: u32) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe { Self(_mm512_srl_epi64(self.0, _mm_cvtsi32_si128(count as i32))) }
    }

    #[inline(always)]
    fn reverse(self) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions; the load is of the 64
        // bytes of the table.
        unsafe {
            let last_first = _mm512_loadu_si512(LAST_FIRST.as_ptr().cast());
            // The four bits of the index in the opposite order.
            let nibbles = _mm512_broadcast_i32x4(_mm_setr_epi8(
                0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15,
            ));
            let low_half = _mm512_set1_epi8(0x0f);
            let high_nibbles = _mm512_slli_epi16::<4>(nibbles);
            let ordered = _mm512_permutexvar_epi8(last_first, self.0);
            let low = _mm512_and_si512(ordered, low_half);
            let high = _mm512_and_si512(_mm512_srli_epi16::<4>(ordered), low_half);
            Self(_mm512_or_si512(
                _mm512_shuffle_epi8(high_nibbles, low),
                _mm512_shuffle_epi8(nibbles, high),
            ))
        }
    }

    #[inline(always)]
    fn add(self, seeds: Self, carry: &mut Mask) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe {
            let ones = _mm512_set1_epi64(-1);
            let sum = _mm512_add_epi64(self.0, seeds.0);
            let over = Mask::from(_mm512_cmplt_epu64_mask(sum, self.0));
            let full = Mask::from(_mm512_cmpeq_epi64_mask(sum, ones));
            // A carry into a mask of ones goes on into the next mask, which is a sum of its own.
            let carried = ((over << 1 | *carry) + full) ^ full;
            *carry = carried >> 8;
            Self(_mm512_mask_sub_epi64(sum, carried as u8, sum, ones))
        }
    }

    #[inline(always)]
    fn sub(self, other: Self, borrow: &mut Mask) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe {
            let difference = _mm512_sub_epi64(self.0, other.0);
            let under = Mask::from(_mm512_cmplt_epu64_mask(self.0, other.0));
            let zero = Mask::from(_mm512_testn_epi64_mask(difference, difference));
            // A borrow from a mask of zeros goes on to the next mask, as a carry does in `add`.
            let borrowed = ((under << 1 | *borrow) + zero) ^ zero;
            *borrow = borrowed >> 8;
            let minus_one = _mm512_set1_epi64(-1);
            Self(_mm512_mask_add_epi64(difference, borrowed as u8, difference, minus_one))
        }
    }

    #[inline(always)]
    fn count(self, counts: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe {
            // The number of bits of each half of a byte.
            let numbers = _mm512_broadcast_i32x4(_mm_setr_epi8(
                0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
            ));
            let low_half = _mm512_set1_epi8(0x0f);
            let low = _mm512_and_si512(self.0, low_half);
            let high = _mm512_and_si512(_mm512_srli_epi16::<4>(self.0), low_half);
            let counts = _mm512_add_epi8(counts.0, _mm512_shuffle_epi8(numbers, low));
            Self(_mm512_add_epi8(counts, _mm512_shuffle_epi8(numbers, high)))
        }
    }

    #[inline(always)]
    fn sum(self) -> u64 {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe {
            let sums = _mm512_sad_epu8(self.0, _mm512_setzero_si512());
            _mm512_reduce_add_epi64(sums) as u64
        }
    }

    #[inline(always)]
    fn nonzero(self) -> Mask {
        // SAFETY: `self` is the proof that the CPU has the instructions.
        unsafe { Mask::from(_mm512_test_epi64_mask(self.0, self.0)) }
    }
}
