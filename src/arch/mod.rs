//! SIMD that depends on no rule: blocks of 64 bytes, and masks with one bit for each byte.
//!
//! A [`Block`] is 64 bytes in registers. A [`Mask`] has one bit for each of them. [`Bits`] are as
//! many masks as fit into a register, with arithmetic as on one long number: a carry out of one
//! mask goes into the next.
//!
//! Each instruction set has a module, which also has the look-ups that classify bytes. The tables
//! for them belong to the rule sets.
//!
//! A value of such a type is the proof that the CPU has the instruction set: the functions that
//! make one from nothing are unsafe, and may only be called on a CPU that has it.

#[cfg(target_arch = "aarch64")]
pub(crate) mod aarch64;
#[cfg(test)]
pub(crate) mod fenced;
pub(crate) mod portable;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_64;

use std::ops::{BitAnd, BitOr, BitXor};

/// Bytes in a block, and bits in a mask.
pub(crate) const BLOCK: usize = 64;

/// One bit for each byte of a block. The lowest bit belongs to the first byte.
pub(crate) type Mask = u64;

/// For each choice of eight bytes, the indices of the chosen ones, the first of which is `first`.
type Orders<const LEN: usize> = [[u8; 8]; LEN];

/// Returns the orders of a look-up that moves the chosen ones of eight bytes together. `LEN` is 256,
/// or more where entries after the last are read.
const fn orders<const LEN: usize>(first: u8) -> Orders<LEN> {
    let mut table = [[0; 8]; LEN];
    let mut keep = 0;
    while keep < 256 {
        let (mut from, mut to) = (0, 0);
        while from < 8 {
            if keep >> from & 1 == 1 {
                table[keep][to] = first + from;
                to += 1;
            }
            from += 1;
        }
        keep += 1;
    }
    table
}

/// 64 bytes in registers. All functions must be inlined into a function that has the target
/// features of the instruction set.
pub(crate) trait Block: Copy {
    /// The masks of the same instruction set.
    type Bits: Bits;

    /// Returns the block of these bytes, each of which is read once.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set.
    unsafe fn load(bytes: &[u8; BLOCK]) -> Self;

    /// Returns the block of these bytes, which nothing else writes to.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set.
    unsafe fn from_array(bytes: &[u8; BLOCK]) -> Self;

    /// Returns the mask of the bytes that equal `byte`.
    fn equal(self, byte: u8) -> Mask;

    /// Writes those of `bytes` that are in `keep`, next to each other, to `output`, and returns
    /// the end of the kept bytes.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set, and `output` is good for writes of [`BLOCK`] bytes: those
    /// after the kept bytes may be overwritten.
    unsafe fn compress(bytes: &[u8; BLOCK], keep: &Mask, output: *mut u8) -> *mut u8;

    /// Writes the bytes in `listed` of the block at `bytes`, next to each other, to `symbols`, and
    /// their indices plus `first` to `positions`.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set. `bytes` is good for reads of a block and of one byte more,
    /// which nothing writes to. `symbols` and `positions` are good for writes of [`BLOCK`] elements:
    /// those after the listed ones may be overwritten.
    #[inline(always)]
    unsafe fn list(
        bytes: *const u8,
        listed: Mask,
        first: u16,
        symbols: *mut u8,
        positions: *mut u16,
    ) {
        let (mut listed, mut at) = (listed, 0);
        // Two at a time, because the number of steps is guessed wrong less often then.
        loop {
            for _ in 0..2 {
                // The second may be one too many. Its index is that of the byte after the block.
                let index = listed.trailing_zeros() as usize;
                // SAFETY: the index is at most `BLOCK`. As many elements are written as there are
                // bits, or one more if that number is odd, or two if it is zero: at most `BLOCK`.
                unsafe {
                    *positions.add(at) = first + index as u16;
                    *symbols.add(at) = *bytes.add(index);
                }
                at += 1;
                listed &= listed.wrapping_sub(1);
            }
            if listed == 0 {
                return;
            }
        }
    }

    /// Does what [`Self::list`] does. Takes the same time for few bytes and for many.
    ///
    /// # Safety
    ///
    /// As for [`Self::list`].
    #[inline(always)]
    unsafe fn list_many(
        bytes: *const u8,
        listed: Mask,
        first: u16,
        symbols: *mut u8,
        positions: *mut u16,
    ) {
        // SAFETY: the caller's promise.
        unsafe { Self::list(bytes, listed, first, symbols, positions) };
    }
}

/// The masks of consecutive blocks, in a register.
pub(crate) trait Bits:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self>
{
    /// The number of masks.
    const LANES: usize;

    /// Returns masks that all equal `mask`.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set.
    unsafe fn splat(mask: Mask) -> Self;

    /// Returns the masks at `masks`.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set, and `masks` is good for reads of [`Self::LANES`] masks.
    unsafe fn load(masks: *const Mask) -> Self;

    /// Writes the masks to `masks`.
    ///
    /// # Safety
    ///
    /// `masks` is good for writes of [`Self::LANES`] masks.
    unsafe fn store(self, masks: *mut Mask);

    /// Returns the bits that are not in `other`.
    fn and_not(self, other: Self) -> Self;

    /// Returns the masks, each shifted on its own towards later bytes.
    fn shl(self, count: u32) -> Self;

    /// Returns the masks, each shifted on its own towards earlier bytes.
    fn shr(self, count: u32) -> Self;

    /// Returns all bits in the opposite order, those of the last mask first.
    fn reverse(self) -> Self;

    /// Returns the sum with `seeds` and `carry`, as of one long number, and sets `carry` to the
    /// carry out of the last mask. All bits of `seeds` must be bits of `self`, and `carry` must be
    /// 0 or 1.
    fn add(self, seeds: Self, carry: &mut Mask) -> Self;

    /// Returns the difference with `other` and `borrow`, as of one long number, and sets `borrow` to
    /// the borrow of the last mask. `borrow` must be 0 or 1.
    fn sub(self, other: Self, borrow: &mut Mask) -> Self;

    /// Returns `counts` with the number of bits added. A register of counts must start as zero, and
    /// can be added to 31 times.
    fn count(self, counts: Self) -> Self;

    /// Returns the number of bits that [`Self::count`] has added to these counts.
    fn sum(self) -> u64;

    /// Returns one bit for each mask, which is set if the mask is not zero. The lowest bit belongs
    /// to the first mask.
    fn nonzero(self) -> Mask;
}
