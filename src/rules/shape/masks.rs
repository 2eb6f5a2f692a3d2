//! The output of a block as bit masks, and the arithmetic on them.

use crate::arch::{BLOCK, Mask};

/// Returns a mask of the `count` lowest bits.
#[inline(always)]
pub(super) fn low_bits(count: u32) -> Mask {
    Mask::MAX.checked_shr(BLOCK as u32 - count).unwrap_or(0)
}

/// The output of a block.
#[derive(Clone, Copy)]
pub(super) struct OutputMasks {
    /// The bytes that come out.
    pub(super) emit: Mask,
    /// The bytes of `emit` that come out as `X`.
    pub(super) to_x: Mask,
    /// The bytes of `emit` that an `X` is inserted after: openers of empty enclosures.
    pub(super) insert_x: Mask,
}

impl OutputMasks {
    /// Returns masks by which the bytes in `emit` come out as they are.
    #[inline(always)]
    pub(super) fn new(emit: Mask) -> Self {
        Self { emit, to_x: 0, insert_x: 0 }
    }

    /// Replaces the output from the bit `first` to the bit `closer` by an `X` and the closer.
    #[inline(always)]
    pub(super) fn enclose(&mut self, first: Mask, closer: Mask) {
        // The difference of two bits has all bits from the lower one up to, not including, the
        // higher.
        let inside = closer.wrapping_sub(first);
        self.emit = self.emit & !inside | first;
        self.to_x |= first;
        self.insert_x &= !inside;
    }

    /// Inserts an `X` into each of the empty enclosures that follow one another from index `at` to
    /// `end`.
    #[inline(always)]
    pub(super) fn enclose_pairs(&mut self, at: u32, end: u32) {
        self.insert_x |= 0x5555_5555_5555_5555 << at & low_bits(end);
    }

    /// Returns the length of the output of the bytes in `bytes`.
    #[inline(always)]
    pub(super) fn len_of(&self, bytes: Mask) -> usize {
        ((self.emit & bytes).count_ones() + (self.insert_x & bytes).count_ones()) as usize
    }

    /// Returns the mask of the output in half `half`, 0 or 1, of the block with an `X` after every
    /// byte.
    #[inline(always)]
    pub(super) fn interleaved(&self, half: usize) -> Mask {
        spread_bits(self.emit >> (32 * half)) | spread_bits(self.insert_x >> (32 * half)) << 1
    }
}

/// Moves the lower half of the bits apart, so that there is room for one after each.
#[inline(always)]
fn spread_bits(mask: Mask) -> Mask {
    let mask = mask & 0xffff_ffff;
    let mask = (mask | mask << 16) & 0x0000_ffff_0000_ffff;
    let mask = (mask | mask << 8) & 0x00ff_00ff_00ff_00ff;
    let mask = (mask | mask << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    let mask = (mask | mask << 2) & 0x3333_3333_3333_3333;
    (mask | mask << 1) & 0x5555_5555_5555_5555
}
