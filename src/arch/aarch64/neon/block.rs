//! Blocks for NEON: 64 bytes in four registers.

use std::arch::aarch64::*;

use super::compress::compress;
use super::masks::Masks;
use crate::arch::{BLOCK, Block, Mask};

/// A block in four registers. Register `j` has at index `i` the byte `4 * i + j` of the block.
///
/// In this order the bits of four neighbours are at the same index of four registers. So shifts put
/// them next to each other, as masks have them.
#[derive(Clone, Copy)]
pub(crate) struct Bytes([uint8x16_t; 4]);

/// A table with an entry for each of 64 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Table(uint8x16x4_t);

impl Table {
    /// Returns the table of these entries.
    ///
    /// # Safety
    ///
    /// The CPU has NEON.
    #[inline(always)]
    pub(crate) unsafe fn new(entries: &[u8; BLOCK]) -> Self {
        // SAFETY: the feature is the caller's promise; the load is of the 64 bytes of `entries`.
        unsafe { Self(vld1q_u8_x4(entries.as_ptr())) }
    }
}

impl Bytes {
    /// Returns the four registers.
    #[inline(always)]
    pub(super) fn registers(self) -> [uint8x16_t; 4] {
        self.0
    }

    /// Writes the bytes to `bytes`.
    #[inline(always)]
    pub(crate) fn store(self, bytes: &mut [u8; BLOCK]) {
        let [a, b, c, d] = self.0;
        // SAFETY: `self` is the proof that the CPU has NEON; the store is of the 64 bytes of
        // `bytes`.
        unsafe { vst4q_u8(bytes.as_mut_ptr(), uint8x16x4_t(a, b, c, d)) }
    }

    /// Returns for each byte its entry in the table of `low` and `high`, or zero if it is not
    /// ASCII.
    #[inline(always)]
    pub(crate) fn look_up(self, low: Table, high: Table) -> Self {
        let look_up = |bytes| {
            // SAFETY: `self` is the proof that the CPU has NEON.
            unsafe {
                // Bytes below 64 become bytes from 64 on, and the others do not fall below 128.
                let above = veorq_u8(bytes, vdupq_n_u8(64));
                vqtbx4q_u8(vqtbl4q_u8(low.0, bytes), high.0, above)
            }
        };
        let [a, b, c, d] = self.0;
        Self([look_up(a), look_up(b), look_up(c), look_up(d)])
    }

    /// Returns the block with each byte replaced by `byte` where the highest bit of `highest` is
    /// set.
    #[inline(always)]
    pub(crate) fn replace_highest(self, highest: Self, byte: u8) -> Self {
        // SAFETY: `self` is the proof that the CPU has NEON.
        let byte = unsafe { vdupq_n_u8(byte) };
        let replace = |bytes, highest| {
            // SAFETY: as above.
            unsafe { vbslq_u8(vcltzq_s8(vreinterpretq_s8_u8(highest)), byte, bytes) }
        };
        let ([a, b, c, d], [e, f, g, h]) = (self.0, highest.0);
        Self([replace(a, e), replace(b, f), replace(c, g), replace(d, h)])
    }
}

impl Block for Bytes {
    type Bits = Masks;

    #[inline(always)]
    unsafe fn load(bytes: &[u8; BLOCK]) -> Self {
        // SAFETY: the feature is the caller's promise; the load is of the 64 bytes of `bytes`.
        let uint8x16x4_t(a, b, c, d) = unsafe { vld4q_u8(bytes.as_ptr()) };
        Self([a, b, c, d])
    }

    #[inline(always)]
    unsafe fn from_array(bytes: &[u8; BLOCK]) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self::load(bytes) }
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> Mask {
        let [a, b, c, d] = self.0;
        // SAFETY: `self` is the proof that the CPU has NEON.
        unsafe {
            let byte = vdupq_n_u8(byte);
            let (a, b) = (vceqq_u8(a, byte), vceqq_u8(b, byte));
            let (c, d) = (vceqq_u8(c, byte), vceqq_u8(d, byte));
            // The bits of four neighbours become the high half of a byte, the first the lowest.
            let high = vsriq_n_u8::<2>(vsriq_n_u8::<1>(d, c), vsriq_n_u8::<1>(b, a));
            // Both halves become the same, so that of 16 bits those in the middle are those of
            // eight neighbours.
            let both = vsriq_n_u8::<4>(high, high);
            let masks = vshrn_n_u16::<4>(vreinterpretq_u16_u8(both));
            vget_lane_u64::<0>(vreinterpret_u64_u8(masks))
        }
    }

    #[inline(always)]
    unsafe fn compress(bytes: &[u8; BLOCK], keep: &Mask, output: *mut u8) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { compress(bytes, *keep, output) }
    }
}
