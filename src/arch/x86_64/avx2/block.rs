//! Blocks for AVX2: 64 bytes in two registers.

use std::arch::x86_64::*;

use super::Vector;
use super::masks::Masks;
use crate::arch::{BLOCK, Block, Mask, Orders, orders};

/// A block in two registers.
#[derive(Clone, Copy)]
pub(crate) struct Bytes([Vector; 2]);

/// Returns the halves of the masks. Storing both halves is faster than joining them.
#[inline(always)]
pub(crate) fn halves(masks: &mut [Mask]) -> &mut [[u32; 2]] {
    // SAFETY: a mask is as large as its two halves and aligned at least as much, and every bit
    // pattern is a valid half and a valid mask. The masks are borrowed as long as the halves are.
    // On x86 the low half is first.
    unsafe { std::slice::from_raw_parts_mut(masks.as_mut_ptr().cast(), masks.len()) }
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
    unsafe fn from_array(bytes: &[u8; BLOCK]) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self::load(bytes) }
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
        let keep: *const [u8; 2] = std::ptr::from_ref(keep).cast();
        let mut output = output;
        for (index, bytes) in bytes.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: the feature is the caller's promise. A mask has two bytes for each of the
            // four groups, the lowest first. Eight bytes are written twice a group where no more
            // than eight are kept each time before, so all within `BLOCK` bytes of `output`, which
            // can be written by the caller's promise.
            unsafe {
                let [low, high] = *keep.add(index);
                let bytes = _mm_loadu_si128(bytes.as_ptr().cast());
                _mm_storel_epi64(output.cast(), _mm_shuffle_epi8(bytes, order(0, low)));
                output = output.add(low.count_ones() as usize);
                _mm_storel_epi64(output.cast(), _mm_shuffle_epi8(bytes, order(1, high)));
                output = output.add(high.count_ones() as usize);
            }
        }
        output
    }

    #[inline(always)]
    unsafe fn list_many(
        bytes: *const u8,
        listed: Mask,
        first: u16,
        symbols: *mut u8,
        positions: *mut u16,
    ) {
        let mut indices = [0; BLOCK];
        // SAFETY: the caller's promise, which is for a block of `bytes` too, and `indices` has room
        // for a block.
        unsafe {
            Self::compress(&*bytes.cast(), &listed, symbols);
            Self::compress(&INDICES, &listed, indices.as_mut_ptr());
            let first = _mm256_set1_epi16(first as i16);
            for (group, indices) in indices.as_chunks::<16>().0.iter().enumerate() {
                let indices = _mm256_cvtepu8_epi16(_mm_loadu_si128(indices.as_ptr().cast()));
                let to = positions.add(16 * group).cast();
                _mm256_storeu_si256(to, _mm256_add_epi16(indices, first));
            }
        }
    }
}

/// The index of each byte of a block.
static INDICES: [u8; BLOCK] = {
    let mut indices = [0; BLOCK];
    let mut index = 0;
    while index < BLOCK {
        indices[index] = index as u8;
        index += 1;
    }
    indices
};

/// The orders for the lower and for the upper half of a group of 16 bytes. There is one entry more so that 16 bytes can be loaded from each.
static ORDERS: [Orders<257>; 2] = [orders(0), orders(8)];

/// Returns the order of the bytes in `keep`, in the lower half.
///
/// # Safety
///
/// The CPU has AVX2.
#[inline(always)]
unsafe fn order(half: usize, keep: u8) -> __m128i {
    // SAFETY: the feature is the caller's promise. The load is of an order and of the next one,
    // which exists because `keep` is less than 256.
    unsafe { _mm_loadu_si128(ORDERS[half][usize::from(keep)..].as_ptr().cast()) }
}
