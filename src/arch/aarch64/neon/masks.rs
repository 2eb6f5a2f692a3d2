//! Masks for NEON, two in a register.

use std::arch::aarch64::*;
use std::ops::{BitAnd, BitOr, BitXor};

use crate::arch::{Bits, Mask};

/// The masks of two blocks.
#[derive(Clone, Copy)]
pub(crate) struct Masks(uint64x2_t);

impl Masks {
    /// Returns the masks that the bytes of a register make.
    ///
    /// # Safety
    ///
    /// The CPU has NEON.
    #[inline(always)]
    pub(super) unsafe fn from_bytes(bytes: uint8x16_t) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(vreinterpretq_u64_u8(bytes)) }
    }

    /// Writes the masks to `masks`.
    #[inline(always)]
    pub(crate) fn write(self, masks: &mut [Mask; 2]) {
        // SAFETY: `self` is the proof that the CPU has NEON; the store is of the two masks.
        unsafe { vst1q_u64(masks.as_mut_ptr(), self.0) }
    }

    /// Returns the first mask.
    #[inline(always)]
    pub(crate) fn first(self) -> Mask {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe { vgetq_lane_u64::<0>(self.0) }
    }
}

impl BitAnd for Masks {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe { Self(vandq_u64(self.0, other.0)) }
    }
}

impl BitOr for Masks {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe { Self(vorrq_u64(self.0, other.0)) }
    }
}

impl BitXor for Masks {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe { Self(veorq_u64(self.0, other.0)) }
    }
}

impl Masks {
    /// Returns the masks as one number, the first as its lower half.
    #[inline(always)]
    fn number(self) -> u128 {
        // SAFETY: `self` is the proof that the CPU has NEON.
        let [low, high] = unsafe { [vgetq_lane_u64::<0>(self.0), vgetq_lane_u64::<1>(self.0)] };
        u128::from(high) << 64 | u128::from(low)
    }

    /// Returns the masks of a number, as [`Self::number`] gives it.
    ///
    /// # Safety
    ///
    /// The CPU has NEON.
    #[inline(always)]
    unsafe fn from_number(number: u128) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            Self(vcombine_u64(vcreate_u64(number as Mask), vcreate_u64((number >> 64) as Mask)))
        }
    }
}

impl Bits for Masks {
    const LANES: usize = 2;

    #[inline(always)]
    unsafe fn splat(mask: Mask) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(vdupq_n_u64(mask)) }
    }

    #[inline(always)]
    unsafe fn load(masks: *const Mask) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(vld1q_u64(masks)) }
    }

    #[inline(always)]
    unsafe fn store(self, masks: *mut Mask) {
        // SAFETY: the caller's promise.
        unsafe { vst1q_u64(masks, self.0) }
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe { Self(vbicq_u64(self.0, other.0)) }
    }

    #[inline(always)]
    fn shl(self, count: u32) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe { Self(vshlq_u64(self.0, vdupq_n_s64(i64::from(count)))) }
    }

    #[inline(always)]
    fn shr(self, count: u32) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe { Self(vshlq_u64(self.0, vdupq_n_s64(-i64::from(count)))) }
    }

    #[inline(always)]
    fn reverse(self) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe {
            let bytes = vrbitq_u8(vrev64q_u8(vreinterpretq_u8_u64(self.0)));
            let masks = vreinterpretq_u64_u8(bytes);
            Self(vextq_u64::<1>(masks, masks))
        }
    }

    #[inline(always)]
    fn add(self, seeds: Self, carry: &mut Mask) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe {
            let (sum, is_over) = self.number().overflowing_add(seeds.number());
            let (sum, is_over_by_carry) = sum.overflowing_add(u128::from(*carry));
            *carry = Mask::from(is_over | is_over_by_carry);
            Self::from_number(sum)
        }
    }

    #[inline(always)]
    fn sub(self, other: Self, borrow: &mut Mask) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe {
            let (difference, is_under) = self.number().overflowing_sub(other.number());
            let (difference, is_under_by_borrow) = difference.overflowing_sub(u128::from(*borrow));
            *borrow = Mask::from(is_under | is_under_by_borrow);
            Self::from_number(difference)
        }
    }

    #[inline(always)]
    fn count(self, counts: Self) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe {
            let more = vcntq_u8(vreinterpretq_u8_u64(self.0));
            Self::from_bytes(vaddq_u8(vreinterpretq_u8_u64(counts.0), more))
        }
    }

    #[inline(always)]
    fn sum(self) -> u64 {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe { u64::from(vaddlvq_u8(vreinterpretq_u8_u64(self.0))) }
    }

    #[inline(always)]
    fn nonzero(self) -> Mask {
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe {
            let nonzero = vtstq_u64(self.0, self.0);
            let low = vgetq_lane_u64::<0>(nonzero);
            let high = vgetq_lane_u64::<1>(nonzero);
            (low & 1) | (high & 2)
        }
    }
}
