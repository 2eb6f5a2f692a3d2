//! For CPUs with AVX-512 VBMI and VBMI2: Intel since Ice Lake, AMD since Zen 4.

use std::arch::x86_64::*;
use std::ops::{BitAnd, BitOr, BitXor};

use super::{BLOCK, Bits, Block, Mask};

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

// SAFETY, of all methods of `Bytes` and `Masks` that take a value of theirs: the value is there, and
// the only functions that make one of nothing ask their callers for AVX-512 VBMI and VBMI2.

impl Bytes {
    /// All bytes `byte`.
    ///
    /// # Safety
    ///
    /// The CPU has AVX-512 VBMI and VBMI2.
    #[inline(always)]
    pub(crate) unsafe fn splat(byte: u8) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    pub(crate) fn store(self, bytes: &mut [u8; BLOCK]) {
        // SAFETY: as above; the store is of the 64 bytes of `bytes`.
        unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), self.0) }
    }

    /// For each byte, what the table in `low` and `high` has of it: zero if the byte is not ASCII.
    #[inline(always)]
    pub(crate) fn look_up(self, low: Self, high: Self) -> Self {
        // SAFETY: as above.
        unsafe {
            let ascii = !_mm512_movepi8_mask(self.0);
            Self(_mm512_maskz_permutex2var_epi8(ascii, low.0, self.0, high.0))
        }
    }

    /// The bytes that have one of `bits`.
    #[inline(always)]
    pub(crate) fn any_of(self, bits: u8) -> Mask {
        // SAFETY: as above.
        unsafe { _mm512_test_epi8_mask(self.0, _mm512_set1_epi8(bits as i8)) }
    }

    /// The block with the bytes in `mask` replaced by those of `other`.
    #[inline(always)]
    pub(crate) fn select(self, other: Self, mask: Mask) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm512_mask_blend_epi8(mask, self.0, other.0)) }
    }

    /// The block with one added to the bytes in `mask`.
    #[inline(always)]
    pub(crate) fn count(self, mask: Mask) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm512_mask_sub_epi8(self.0, mask, self.0, _mm512_set1_epi8(-1))) }
    }

    /// The sum of all bytes.
    #[inline(always)]
    pub(crate) fn sum(self) -> u64 {
        // SAFETY: as above.
        unsafe {
            let sums = _mm512_sad_epu8(self.0, _mm512_setzero_si512());
            _mm512_reduce_add_epi64(sums) as u64
        }
    }
}

impl BitOr for Bytes {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm512_or_si512(self.0, other.0)) }
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
    fn equal(self, byte: u8) -> Mask {
        // SAFETY: as above.
        unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    unsafe fn compress(bytes: &[u8; BLOCK], emit: &Mask, output: *mut u8) -> *mut u8 {
        // SAFETY: the features and that `BLOCK` bytes of `output` can be written are the caller's
        // promise. A whole register is stored: a compress into memory is slow on Zen 4.
        unsafe {
            let kept = _mm512_maskz_compress_epi8(*emit, Self::load(bytes).0);
            _mm512_storeu_si512(output.cast(), kept);
            output.add(emit.count_ones() as usize)
        }
    }
}

/// The masks of eight blocks.
#[derive(Clone, Copy)]
pub(crate) struct Masks(__m512i);

impl BitAnd for Masks {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm512_and_si512(self.0, other.0)) }
    }
}

impl BitOr for Masks {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm512_or_si512(self.0, other.0)) }
    }
}

impl BitXor for Masks {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm512_xor_si512(self.0, other.0)) }
    }
}

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
        // SAFETY: as above.
        unsafe { Self(_mm512_andnot_si512(other.0, self.0)) }
    }

    #[inline(always)]
    fn shl(self, count: u32) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm512_sll_epi64(self.0, _mm_cvtsi32_si128(count as i32))) }
    }

    #[inline(always)]
    fn shr(self, count: u32) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm512_srl_epi64(self.0, _mm_cvtsi32_si128(count as i32))) }
    }

    #[inline(always)]
    fn reverse(self) -> Self {
        // SAFETY: as above; the load is of the 64 bytes of the table.
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
        // SAFETY: as above.
        unsafe {
            let ones = _mm512_set1_epi64(-1);
            let sum = _mm512_add_epi64(self.0, seeds.0);
            let over = Mask::from(_mm512_cmplt_epu64_mask(sum, self.0));
            let full = Mask::from(_mm512_cmpeq_epi64_mask(sum, ones));
            // What is carried into a mask of ones goes on into the next: a sum of its own.
            let carried = ((over << 1 | *carry) + full) ^ full;
            *carry = carried >> 8;
            Self(_mm512_mask_sub_epi64(sum, carried as u8, sum, ones))
        }
    }

    #[inline(always)]
    fn nonzero(self) -> Mask {
        // SAFETY: as above.
        unsafe { Mask::from(_mm512_test_epi64_mask(self.0, self.0)) }
    }
}
