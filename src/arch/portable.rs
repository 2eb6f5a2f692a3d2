//! Blocks and masks for every CPU, in plain Rust.

use std::hint::black_box;

use super::{BLOCK, Bits, Block, Mask};

/// A block in an array.
#[derive(Clone, Copy)]
pub(crate) struct Bytes([u8; BLOCK]);

impl Bytes {
    /// Returns the block of these bytes, each of which is read once.
    #[inline(always)]
    pub(crate) fn new(bytes: &[u8; BLOCK]) -> Self {
        // Without the black box, the compiler may read the input again for each use. A mapped file
        // may have changed by then.
        Self(black_box(*bytes))
    }

    /// Returns the bytes.
    #[inline(always)]
    pub(crate) fn as_array(&self) -> &[u8; BLOCK] {
        &self.0
    }

    /// Returns the mask of the bytes for which `is_in` is true.
    #[inline(always)]
    pub(crate) fn mask(&self, is_in: impl Fn(u8) -> bool) -> Mask {
        let flags = self.0.map(|byte| u8::from(is_in(byte)));
        let (groups, _) = flags.as_chunks::<8>();
        groups.iter().rev().fold(0, |mask, group| {
            // Each flag, the lowest bit of its byte, moves to a bit of its own in the highest byte.
            let bits = u64::from_le_bytes(*group).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            mask << 8 | bits
        })
    }

    /// Looks up each byte in `table`, and writes a mask for each of the lowest bits of the results,
    /// the lowest first.
    #[inline(always)]
    pub(crate) fn look_up<const COUNT: usize>(&self, table: &Table, masks: [&mut Mask; COUNT]) {
        let mut masks = masks.map(bytes_mut);
        let (groups, _) = self.0.as_chunks::<8>();
        for (index, group) in groups.iter().enumerate() {
            let bits = table.look_up(group);
            let index = if cfg!(target_endian = "little") { index } else { 7 - index };
            for (mask, bits) in masks.iter_mut().zip(bits) {
                mask[index] = bits;
            }
        }
    }
}

/// Returns the bytes of a mask.
#[inline(always)]
fn bytes_mut(mask: &mut Mask) -> &mut [u8; 8] {
    // SAFETY: a mask is as large as its bytes, and every bit pattern is a valid one of both. The
    // mask is borrowed as long as its bytes are.
    unsafe { &mut *std::ptr::from_mut(mask).cast() }
}

/// A table of eight bits for each byte and each position of the byte in a group of eight. Each of
/// the bits is in a byte of its own, at the position, so that those of a group can be combined.
pub(crate) struct Table([[u64; 256]; 8]);

impl Table {
    /// Returns the table of these bits.
    pub(crate) const fn new(table: &[u8; 256]) -> Self {
        let mut spread = [[0; 256]; 8];
        let mut index = 0;
        while index < 8 * 8 * 256 {
            let (byte, position, bit) = (index / 64, index / 8 % 8, index % 8);
            spread[position][byte] |= (table[byte] as u64 >> bit & 1) << (8 * bit + position);
            index += 1;
        }
        Self(spread)
    }

    /// Returns the bits of a group, as one mask for each bit of the table, the lowest first.
    #[inline(always)]
    fn look_up(&self, group: &[u8; 8]) -> [u8; 8] {
        let bits = group.iter().zip(&self.0).map(|(&byte, table)| table[usize::from(byte)]);
        bits.fold(0, |all, bits| all | bits).to_le_bytes()
    }
}

impl Block for Bytes {
    type Bits = Word;

    #[inline(always)]
    unsafe fn load(bytes: &[u8; BLOCK]) -> Self {
        Self::new(bytes)
    }

    #[inline(always)]
    unsafe fn from_array(bytes: &[u8; BLOCK]) -> Self {
        Self(*bytes)
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> Mask {
        self.mask(|other| other == byte)
    }

    // Not inlined, because compilers then vectorise it, which is slower.
    #[inline(never)]
    unsafe fn compress(bytes: &[u8; BLOCK], keep: &Mask, output: *mut u8) -> *mut u8 {
        // SAFETY: the caller's promise, and no more bytes are kept than a block has.
        unsafe {
            write_kept(bytes, *keep, output);
            output.add(keep.count_ones() as usize)
        }
    }
}

/// Writes those of `bytes` that are in `keep`, next to each other, to `output`.
///
/// # Safety
///
/// `output` is good for writes of [`BLOCK`] bytes.
#[inline(always)]
unsafe fn write_kept(bytes: &[u8; BLOCK], keep: Mask, output: *mut u8) {
    let (groups, _) = bytes.as_chunks::<8>();
    let starts = counts_before(keep).to_le_bytes();
    for ((group, keep), start) in groups.iter().zip(keep.to_le_bytes()).zip(starts) {
        let kept = compress_eight(u64::from_le_bytes(*group), keep).to_le_bytes();
        // SAFETY: `BLOCK` bytes of `output` can be written by the caller's promise, and of each of
        // the earlier groups at most eight bytes were kept.
        unsafe { output.add(usize::from(start)).cast::<[u8; 8]>().write(kept) };
    }
}

/// For each choice of eight bytes, masks of the positions at which a kept byte arrives that moves
/// by one, two and four bytes.
static ARRIVALS: [[u64; 3]; 256] = {
    let mut table = [[0; 3]; 256];
    let mut keep = 0;
    while keep < 256 {
        let (mut from, mut to) = (0, 0);
        while from < 8 {
            if keep >> from & 1 == 1 {
                let (mut at, mut step) = (from, 0);
                while step < 3 {
                    if (from - to) >> step & 1 == 1 {
                        at -= 1 << step;
                        table[keep][step] |= 0xff << (8 * at);
                    }
                    step += 1;
                }
                to += 1;
            }
            from += 1;
        }
        keep += 1;
    }
    table
};

/// Moves the bytes in `keep` together, the lowest first. The bytes above them have no meaning.
#[inline(always)]
fn compress_eight(bytes: u64, keep: u8) -> u64 {
    let [by_one, by_two, by_four] = ARRIVALS[usize::from(keep)];
    let bytes = bytes ^ (bytes ^ bytes >> 8) & by_one;
    let bytes = bytes ^ (bytes ^ bytes >> 16) & by_two;
    bytes ^ (bytes ^ bytes >> 32) & by_four
}

/// Returns in each byte the number of bits that are set in the lower bytes of `mask`.
#[inline(always)]
fn counts_before(mask: Mask) -> u64 {
    let pairs = mask - (mask >> 1 & 0x5555_5555_5555_5555);
    let fours = (pairs & 0x3333_3333_3333_3333) + (pairs >> 2 & 0x3333_3333_3333_3333);
    let bytes = (fours + (fours >> 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    bytes.wrapping_mul(0x0101_0101_0101_0101) << 8
}

/// One mask.
pub(crate) type Word = Mask;

impl Bits for Word {
    const LANES: usize = 1;

    #[inline(always)]
    unsafe fn splat(mask: Mask) -> Self {
        mask
    }

    #[inline(always)]
    unsafe fn load(masks: *const Mask) -> Self {
        // SAFETY: the caller's promise.
        unsafe { *masks }
    }

    #[inline(always)]
    unsafe fn store(self, masks: *mut Mask) {
        // SAFETY: the caller's promise.
        unsafe { *masks = self }
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        self & !other
    }

    #[inline(always)]
    fn shl(self, count: u32) -> Self {
        self << count
    }

    #[inline(always)]
    fn shr(self, count: u32) -> Self {
        self >> count
    }

    #[inline(always)]
    fn reverse(self) -> Self {
        self.reverse_bits()
    }

    #[inline(always)]
    fn add(self, seeds: Self, carry: &mut Mask) -> Self {
        let (sum, is_over) = self.overflowing_add(seeds);
        let (sum, is_over_by_carry) = sum.overflowing_add(*carry);
        *carry = Mask::from(is_over | is_over_by_carry);
        sum
    }

    #[inline(always)]
    fn sub(self, other: Self, borrow: &mut Mask) -> Self {
        let (difference, is_under) = self.overflowing_sub(other);
        let (difference, is_under_by_borrow) = difference.overflowing_sub(*borrow);
        *borrow = Mask::from(is_under | is_under_by_borrow);
        difference
    }

    #[inline(always)]
    fn count(self, counts: Self) -> Self {
        counts + Self::from(self.count_ones())
    }

    #[inline(always)]
    fn sum(self) -> u64 {
        self
    }

    #[inline(always)]
    fn nonzero(self) -> Mask {
        Mask::from(self != 0)
    }
}
