//! From the classes of bytes, which are bits, to the masks of each class.

use std::arch::aarch64::*;

use super::block::Bytes;
use super::masks::Masks;

/// Returns for each of the eight bits, the lowest first, the masks of the bytes of two blocks that
/// have it.
///
/// Bits of different registers or bytes trade places until those that belong together are next to
/// each other. This is done for all eight masks at once.
#[inline(always)]
pub(crate) fn masks_of(first: Bytes, second: Bytes) -> [Masks; 8] {
    let [first_04, first_15, first_26, first_37] = halves(first);
    let [second_04, second_15, second_26, second_37] = halves(second);
    // SAFETY: the blocks are the proof that the CPU has NEON.
    unsafe {
        let [mask_0, mask_4] = join(first_04, second_04);
        let [mask_1, mask_5] = join(first_15, second_15);
        let [mask_2, mask_6] = join(first_26, second_26);
        let [mask_3, mask_7] = join(first_37, second_37);
        [mask_0, mask_1, mask_2, mask_3, mask_4, mask_5, mask_6, mask_7]
    }
}

/// Returns for each of the bits 1, 3, 5 and 7 the masks of the bytes of two blocks that have it. The
/// other bits must be zero. This takes fewer instructions than [`masks_of`].
#[inline(always)]
pub(crate) fn masks_of_odd_bits(first: Bytes, second: Bytes) -> [Masks; 4] {
    let [first_15, first_37] = halves_of_odd_bits(first);
    let [second_15, second_37] = halves_of_odd_bits(second);
    // SAFETY: the blocks are the proof that the CPU has NEON.
    unsafe {
        let [mask_1, mask_5] = join(first_15, second_15);
        let [mask_3, mask_7] = join(first_37, second_37);
        [mask_1, mask_3, mask_5, mask_7]
    }
}

/// Returns registers whose bytes have one bit of four neighbours in the lower half and another bit
/// of them in the higher half: bits 0 and 4, 1 and 5, 2 and 6, 3 and 7.
#[inline(always)]
fn halves(block: Bytes) -> [uint8x16_t; 4] {
    let [a, b, c, d] = block.registers();
    // SAFETY: `block` is the proof that the CPU has NEON.
    unsafe {
        let ones = vdupq_n_u8(0b0101_0101);
        let twos = vdupq_n_u8(0b0011_0011);
        let ab_even = vbslq_u8(ones, a, vshlq_n_u8::<1>(b));
        let ab_odd = vbslq_u8(ones, vshrq_n_u8::<1>(a), b);
        let cd_even = vbslq_u8(ones, c, vshlq_n_u8::<1>(d));
        let cd_odd = vbslq_u8(ones, vshrq_n_u8::<1>(c), d);
        [
            vbslq_u8(twos, ab_even, vshlq_n_u8::<2>(cd_even)),
            vbslq_u8(twos, ab_odd, vshlq_n_u8::<2>(cd_odd)),
            vbslq_u8(twos, vshrq_n_u8::<2>(ab_even), cd_even),
            vbslq_u8(twos, vshrq_n_u8::<2>(ab_odd), cd_odd),
        ]
    }
}

/// Returns what [`halves`] does for the bits 1 and 5 and for 3 and 7, if the other bits are zero.
#[inline(always)]
fn halves_of_odd_bits(block: Bytes) -> [uint8x16_t; 2] {
    let [a, b, c, d] = block.registers();
    // SAFETY: `block` is the proof that the CPU has NEON.
    unsafe {
        let twos = vdupq_n_u8(0b0011_0011);
        // Adds without carries: the shifted bits are at places where the others are zero.
        let ab = vsraq_n_u8::<1>(b, a);
        let cd = vsraq_n_u8::<1>(d, c);
        [vbslq_u8(twos, ab, vshlq_n_u8::<2>(cd)), vbslq_u8(twos, vshrq_n_u8::<2>(ab), cd)]
    }
}

/// Returns the masks that the lower halves of the bytes of two blocks make, and those of the higher
/// halves.
///
/// # Safety
///
/// The CPU has NEON.
#[inline(always)]
unsafe fn join(first: uint8x16_t, second: uint8x16_t) -> [Masks; 2] {
    // SAFETY: the caller's promise.
    unsafe {
        let even = vuzp1q_u8(first, second);
        let odd = vuzp2q_u8(first, second);
        let low = vsliq_n_u8::<4>(even, odd);
        let high = vsriq_n_u8::<4>(odd, even);
        [Masks::from_bytes(low), Masks::from_bytes(high)]
    }
}
