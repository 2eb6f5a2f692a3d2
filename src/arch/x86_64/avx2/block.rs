//! 64 bytes in two registers.

use std::arch::x86_64::*;

use super::Vector;
use super::masks::Masks;
use crate::arch::{BLOCK, Block, Mask};

/// A block in two registers.
#[derive(Clone, Copy)]
pub(crate) struct Bytes([Vector; 2]);

/// Masks by their halves. To join these would take longer than to store both.
#[inline(always)]
pub(crate) fn halves(masks: &mut [Mask]) -> &mut [u32] {
    // SAFETY: a mask is as large as its two halves, of which on x86 the low one is first, and all
    // bits are a mask. Nobody else has the masks while the halves are borrowed.
    unsafe { std::slice::from_raw_parts_mut(masks.as_mut_ptr().cast(), 2 * masks.len()) }
}

impl Block for Bytes {
    type Bits = Masks;

    #[inline(always)]
    unsafe fn load(bytes: &[u8; BLOCK]) -> Self {
        let (halves, _) = bytes.as_chunks::<32>();
        // SAFETY: the caller's promise.
        unsafe { Self([Vector::load(&halves[0]), Vector::load(&halves[1])]) }
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> Mask {
        let [low, high] = self.0;
        // SAFETY: `self` is the proof that the CPU has AVX2.
        let byte = unsafe { Vector::splat(byte) };
        Mask::from(low.equal(byte).mask()) | Mask::from(high.equal(byte).mask()) << 32
    }

    #[inline(always)]
    unsafe fn compress(bytes: &[u8; BLOCK], keep: &Mask, output: *mut u8) -> *mut u8 {
        let groups: *const __m128i = bytes.as_ptr().cast();
        let keep: *const u8 = std::ptr::from_ref(keep).cast();
        let mut output = output;
        let mut group = 0;
        while group < 8 {
            // SAFETY: the feature is the caller's promise. A mask has eight bytes, the lowest
            // first, and a block eight groups of eight. The load of the order is of 16 bytes, and
            // the table has eight more than it has orders. Eight bytes are written where no more
            // than eight a group are kept before, so all within `BLOCK` bytes of `output`, which
            // can be written by the caller's promise.
            unsafe {
                let keep = usize::from(*keep.add(group));
                let order = _mm_loadu_si128(ORDERS[keep..].as_ptr().cast());
                let bytes = _mm_loadl_epi64(groups.cast::<u64>().add(group).cast());
                _mm_storel_epi64(output.cast(), _mm_shuffle_epi8(bytes, order));
                output = output.add(keep.count_ones() as usize);
            }
            group += 1;
        }
        output
    }
}

/// For each way to keep some of eight bytes, where to take the kept ones from. The last is there so
/// that 16 bytes can be loaded from each.
static ORDERS: [[u8; 8]; 257] = {
    let mut table = [[0; 8]; 257];
    let mut keep = 0;
    while keep < 256 {
        let (mut from, mut to) = (0, 0);
        while from < 8 {
            if keep >> from & 1 == 1 {
                table[keep][to] = from;
                to += 1;
            }
            from += 1;
        }
        keep += 1;
    }
    table
};
