//! SIMD without a rule in it: blocks of 64 bytes, and the masks that say something of each byte.
//!
//! A [`Block`] is 64 bytes in registers. A [`Mask`] has one bit for each of them. [`Bits`] are as
//! many masks as fit into a register, with arithmetic as on one long number, so that what a mask
//! says can go on in the next.
//!
//! Each instruction set has a module, which also has the look-ups that classify bytes. The tables
//! for them belong to the rules.
//!
//! A value of such a type is the proof that the CPU has the instruction set: the functions that
//! make one of nothing are unsafe, and may only be called where it does.

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

/// One bit for each byte of a block, the first byte's lowest.
pub(crate) type Mask = u64;

/// What can be done with 64 bytes. All of it must be inlined into a function that has the target
/// features of the instruction set.
pub(crate) trait Block: Copy {
    /// The masks that go with it.
    type Bits: Bits;

    /// The block of these bytes, each of which is looked at once.
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

    /// Returns the bytes.
    fn to_array(self) -> [u8; BLOCK];

    /// Returns the mask of the bytes that equal `byte`.
    fn equal(self, byte: u8) -> Mask;

    /// Returns the block with the bytes in `mask` replaced by `byte`.
    fn replace(self, mask: Mask, byte: u8) -> Self;

    /// Writes the bytes in `keep`, next to each other, to `output`.
    ///
    /// # Safety
    ///
    /// `output` is good for writes of [`BLOCK`] bytes: those after the kept bytes may be
    /// overwritten.
    unsafe fn store_compressed(self, keep: Mask, output: *mut u8);

    /// Writes those of `bytes` that are in `keep`, next to each other, to `output`, and returns
    /// where they end.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set, and `output` is good for writes of [`BLOCK`] bytes: what
    /// follows the bytes that are kept may be overwritten.
    unsafe fn compress(bytes: &[u8; BLOCK], keep: &Mask, output: *mut u8) -> *mut u8;
}

/// The masks of blocks that follow one another, in a register.
pub(crate) trait Bits:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self>
{
    /// How many there are.
    const LANES: usize;

    /// All of them `mask`.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set.
    unsafe fn splat(mask: Mask) -> Self;

    /// # Safety
    ///
    /// The CPU has the instruction set, and `masks` is good for reads of [`Self::LANES`] masks.
    unsafe fn load(masks: *const Mask) -> Self;

    /// # Safety
    ///
    /// `masks` is good for writes of [`Self::LANES`] masks.
    unsafe fn store(self, masks: *mut Mask);

    /// The bits that are not in `other`.
    fn and_not(self, other: Self) -> Self;

    /// Each mask shifted for itself, towards the bytes that follow.
    fn shl(self, count: u32) -> Self;

    /// Each mask shifted for itself, towards the bytes before.
    fn shr(self, count: u32) -> Self;

    /// All bits in the opposite order, those of the last mask first.
    fn reverse(self) -> Self;

    /// The sum with `seeds`, all of which are also bits of `self`, and with `carry`, 0 or 1, as of
    /// one long number. What is carried out of the last mask is the new `carry`.
    fn add(self, seeds: Self, carry: &mut Mask) -> Self;

    /// One bit for each mask, the first one's lowest: whether the mask has a bit.
    fn nonzero(self) -> Mask;
}
