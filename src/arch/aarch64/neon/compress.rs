//! Writing the kept bytes of a block next to each other, eight bytes at a time.

use std::arch::aarch64::*;

use crate::arch::{BLOCK, Mask, Orders, orders};

/// The orders for the lower and the upper half of a group of 16 bytes.
static LOW: Orders<256> = orders(0);
static HIGH: Orders<256> = orders(8);

/// Writes those of `bytes` that are in `keep`, next to each other, to `output`, and returns the end
/// of the kept bytes.
///
/// # Safety
///
/// The CPU has NEON, and `output` is good for writes of [`BLOCK`] bytes.
#[inline(always)]
pub(super) unsafe fn compress(bytes: &[u8; BLOCK], keep: Mask, output: *mut u8) -> *mut u8 {
    let (groups, _) = bytes.as_chunks::<16>();
    // SAFETY: the feature is the caller's promise. The loads are of 16 bytes of `bytes` and of
    // eight bytes of orders. Each store is of eight bytes, no further from the start than eight
    // bytes for each group before it, so that it is within the `BLOCK` bytes that can be written by
    // the caller's promise.
    unsafe {
        let ends = counts_up_to(keep);
        let (mut keeps, mut starts) = (keep, ends << 8);
        for group in groups {
            let bytes = vld1q_u8(group.as_ptr());
            let order = vld1_u8(LOW[keeps as usize % 256].as_ptr());
            vst1_u8(output.add(starts as usize % 256), vqtbl1_u8(bytes, order));
            let (next_keeps, next_starts) = (keeps >> 8, starts >> 8);
            let order = vld1_u8(HIGH[next_keeps as usize % 256].as_ptr());
            vst1_u8(output.add(next_starts as usize % 256), vqtbl1_u8(bytes, order));
            (keeps, starts) = (next_keeps >> 8, next_starts >> 8);
        }
        output.add((ends >> 56) as usize)
    }
}

/// Returns in each byte the number of bits that are set in that byte of `mask` and the lower ones.
///
/// # Safety
///
/// The CPU has NEON.
#[inline(always)]
unsafe fn counts_up_to(mask: Mask) -> u64 {
    // SAFETY: the caller's promise.
    let counts = unsafe { vget_lane_u64::<0>(vreinterpret_u64_u8(vcnt_u8(vcreate_u8(mask)))) };
    counts.wrapping_mul(0x0101_0101_0101_0101)
}
