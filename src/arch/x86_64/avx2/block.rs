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
        let keep: *const [u8; 2] = std::ptr::from_ref(keep).cast();
        let mut output = output;
        for (index, bytes) in bytes.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: the feature is the caller's promise. A mask has two bytes for each of the four
            // groups, the lowest first. Eight bytes are written twice a group where no more than
            // eight are kept each time before, so all within `BLOCK` bytes of `output`, which can be
            // written by the caller's promise.
            unsafe {
                let [low, high] = *keep.add(index);
                let bytes = _mm_loadu_si128(bytes.as_ptr().cast());
                _mm_storel_epi64(output.cast(), _mm_shuffle_epi8(bytes, order(&LOW, low)));
                output = output.add(low.count_ones() as usize);
                _mm_storel_epi64(output.cast(), _mm_shuffle_epi8(bytes, order(&HIGH, high)));
                output = output.add(high.count_ones() as usize);
            }
        }
        output
    }
}

/// For each way to keep some of eight bytes, where to take the kept ones from. The last is there so
/// that 16 bytes can be loaded from each.
type Orders = [[u8; 8]; 257];

/// Where to take bytes from in the lower and the upper half of a group of 16.
static LOW: Orders = orders(0);
static HIGH: Orders = orders(8);

const fn orders(first: u8) -> Orders {
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

/// The order for these of eight bytes, in the lower half.
///
/// # Safety
///
/// The CPU has AVX2.
#[inline(always)]
unsafe fn order(orders: &Orders, keep: u8) -> __m128i {
    // SAFETY: the feature is the caller's promise. The load is of an order and of the next.
    unsafe { _mm_loadu_si128(orders[usize::from(keep)..].as_ptr().cast()) }
}
