//! Blocks for AVX2: 64 bytes in two registers.

use std::arch::x86_64::*;

use super::Vector;
use super::masks::Masks;
use crate::arch::{BLOCK, Block, Mask};

/// A block in two registers.
#[derive(Clone, Copy)]
pub(crate) struct Bytes([Vector; 2]);

impl Bytes {
    /// Returns the block of two halves.
    #[inline(always)]
    pub(crate) fn from_halves(halves: [Vector; 2]) -> Self {
        Self(halves)
    }

    /// Returns the lower and the upper half.
    #[inline(always)]
    pub(crate) fn halves(self) -> [Vector; 2] {
        self.0
    }
}

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
    fn to_array(self) -> [u8; BLOCK] {
        let mut bytes = [0; BLOCK];
        let (halves, _) = bytes.as_chunks_mut::<32>();
        self.0[0].store(&mut halves[0]);
        self.0[1].store(&mut halves[1]);
        bytes
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> Mask {
        let [low, high] = self.0;
        // SAFETY: `self` is the proof that the CPU has AVX2.
        let byte = unsafe { Vector::splat(byte) };
        Mask::from(low.equal(byte).mask()) | Mask::from(high.equal(byte).mask()) << 32
    }

    #[inline(always)]
    fn replace(self, mask: Mask, byte: u8) -> Self {
        let [low, high] = self.0;
        Self([low.replace(mask as u32, byte), high.replace((mask >> 32) as u32, byte)])
    }

    #[inline(always)]
    unsafe fn store_compressed(self, keep: Mask, output: *mut u8) {
        // SAFETY: `self` is the proof that the CPU has AVX2. `BLOCK` bytes of `output` can be
        // written by the caller's promise. Before eight bytes are written, at most eight were kept
        // of each of the earlier groups.
        unsafe {
            let [low, high] = self.0;
            let lanes = [
                _mm256_castsi256_si128(low.0),
                _mm256_extracti128_si256::<1>(low.0),
                _mm256_castsi256_si128(high.0),
                _mm256_extracti128_si256::<1>(high.0),
            ];
            let mut output = output;
            for (lane, bytes) in lanes.into_iter().enumerate() {
                let keep = keep >> (16 * lane);
                output = compress_eight(bytes, keep as u8, output);
                output =
                    compress_eight(_mm_unpackhi_epi64(bytes, bytes), (keep >> 8) as u8, output);
            }
        }
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
}

/// Writes those of the low eight bytes that are in `keep`, and returns where the next ones go.
///
/// # Safety
///
/// The CPU has AVX2, and `output` is good for writes of eight bytes.
#[inline(always)]
unsafe fn compress_eight(bytes: __m128i, keep: u8, output: *mut u8) -> *mut u8 {
    let order = &ORDERS[0][usize::from(keep)];
    // SAFETY: the feature is the caller's promise. The load is of the eight bytes of `order`. The
    // store is the caller's promise, and at most eight bytes are kept.
    unsafe {
        let order = _mm_loadl_epi64(order.as_ptr().cast());
        _mm_storel_epi64(output.cast(), _mm_shuffle_epi8(bytes, order));
        output.add(keep.count_ones() as usize)
    }
}

/// For each choice of eight bytes, the indices of the kept ones: for the lower and for the upper half
/// of a group of 16 bytes. There is one entry more so that 16 bytes can be loaded from each.
static ORDERS: [[[u8; 8]; 257]; 2] = [orders(0), orders(8)];

const fn orders(first: u8) -> [[u8; 8]; 257] {
    let mut table = [[0; 8]; 257];
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
