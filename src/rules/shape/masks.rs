//! What of a block comes out, as bit masks, and the arithmetic on them.

use crate::arch::{BLOCK, Mask};

/// A mask of the `count` lowest bits.
#[inline(always)]
pub(super) fn low_bits(count: u32) -> Mask {
    Mask::MAX.checked_shr(BLOCK as u32 - count).unwrap_or(0)
}

/// The bytes that `is_in` a class.
#[inline(always)]
pub(super) fn mask(bytes: &[u8; BLOCK], is_in: impl Fn(u8) -> bool) -> Mask {
    let flags = bytes.map(|byte| u8::from(is_in(byte)));
    let (groups, _) = flags.as_chunks::<8>();
    groups.iter().rev().fold(0, |mask, group| {
        // Each flag, the lowest bit of its byte, moves to a bit of its own in the highest byte.
        let bits = u64::from_le_bytes(*group).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask << 8 | bits
    })
}

/// What of a block comes out.
#[derive(Clone, Copy)]
pub(super) struct OutputMasks {
    /// The bytes that come out.
    pub(super) emit: Mask,
    /// Those of them that come out as `X`.
    pub(super) to_x: Mask,
    /// Those of them that an `X` comes out behind: openers of empty enclosures.
    pub(super) insert_x: Mask,
}

impl OutputMasks {
    #[inline(always)]
    pub(super) fn new(emit: Mask) -> Self {
        Self { emit, to_x: 0, insert_x: 0 }
    }

    /// Has nothing come out from `first` to the `closer` but an `X` and the closer.
    #[inline(always)]
    pub(super) fn enclose(&mut self, first: Mask, closer: Mask) {
        // The difference of two bits is all bits between.
        let inside = closer.wrapping_sub(first);
        self.emit = self.emit & !inside | first;
        self.to_x |= first;
        self.insert_x &= !inside;
    }

    /// Puts an `X` into each of the empty enclosures that stand side by side from `at` to `end`.
    #[inline(always)]
    pub(super) fn enclose_pairs(&mut self, at: u32, end: u32) {
        self.insert_x |= 0x5555_5555_5555_5555 << at & low_bits(end);
    }

    /// How many bytes come out for the bytes in `before`.
    #[inline(always)]
    pub(super) fn len_of(&self, before: Mask) -> usize {
        ((self.emit & before).count_ones() + (self.insert_x & before).count_ones()) as usize
    }

    /// What of the `half`, 0 or 1, comes out, where every byte has an `X` behind it.
    #[inline(always)]
    pub(super) fn interleaved(&self, half: usize) -> Mask {
        spread_bits(self.emit >> (32 * half)) | spread_bits(self.insert_x >> (32 * half)) << 1
    }
}

/// Moves the lower half of the bits apart, so that there is room for one behind each.
#[inline(always)]
fn spread_bits(mask: Mask) -> Mask {
    let mask = mask & 0xffff_ffff;
    let mask = (mask | mask << 16) & 0x0000_ffff_0000_ffff;
    let mask = (mask | mask << 8) & 0x00ff_00ff_00ff_00ff;
    let mask = (mask | mask << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    let mask = (mask | mask << 2) & 0x3333_3333_3333_3333;
    (mask | mask << 1) & 0x5555_5555_5555_5555
}
