//! The kernel for every CPU: the shape of the others, in plain Rust that compilers vectorise.
//!
//! Kept bytes are squeezed together eight at a time, inside a `u64`: each byte moves down by the
//! number of dropped bytes below it, in steps of one, two and four bytes.

use std::hint::black_box;

use super::kernel::{self, Block, Classes};
use super::levels::LevelStorage;
use super::masks::mask;
use crate::arch::{BLOCK, Mask};
use crate::rules::spans::LineRecorder;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
pub(in crate::rules) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    levels: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: `Portable` needs no target features.
    unsafe { kernel::normalize::<Portable, N>(input, output, levels, spans) }
}

/// For each way to emit some of eight bytes, where bytes arrive that move by one, two, four bytes.
static ARRIVALS: [[u64; 3]; 256] = {
    let mut table = [[0; 3]; 256];
    let mut emit = 0;
    while emit < 256 {
        let (mut from, mut to) = (0, 0);
        while from < 8 {
            if emit >> from & 1 == 1 {
                let (mut at, mut step) = (from, 0);
                while step < 3 {
                    if (from - to) >> step & 1 == 1 {
                        at -= 1 << step;
                        table[emit][step] |= 0xff << (8 * at);
                    }
                    step += 1;
                }
                to += 1;
            }
            from += 1;
        }
        emit += 1;
    }
    table
};

/// A block in an array.
#[derive(Clone, Copy)]
struct Portable([u8; BLOCK]);

impl Block for Portable {
    #[inline(always)]
    unsafe fn load(bytes: &[u8; BLOCK]) -> (Self, Classes) {
        // The compiler would look at the input again for each mask, and a mapped file may have
        // changed by then.
        let bytes = black_box(*bytes);
        // Most logs have none, and to see that is cheaper than a mask.
        let has_return = bytes.iter().fold(false, |has, &byte| has | (byte == b'\r'));
        let classes = Classes {
            runs: mask(&bytes, |byte| {
                (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10
            }),
            brackets: mask(&bytes, |byte| {
                matches!(byte, b'"' | b'\'' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}')
            }),
            newlines: mask(&bytes, |byte| byte == b'\n'),
            returns: if has_return { mask(&bytes, |byte| byte == b'\r') } else { 0 },
        };
        let block = bytes.map(|byte| if byte.is_ascii_alphanumeric() { b'Y' } else { byte });
        (Self(block), classes)
    }

    #[inline(always)]
    unsafe fn from_bytes(bytes: &[u8; BLOCK]) -> Self {
        Self(*bytes)
    }

    #[inline(always)]
    unsafe fn bytes(self) -> [u8; BLOCK] {
        self.0
    }

    #[inline(always)]
    unsafe fn equal(self, byte: u8) -> Mask {
        mask(&self.0, |other| other == byte)
    }

    #[inline(always)]
    unsafe fn with_x(self, to_x: Mask) -> Self {
        let mut bytes = self.0;
        let mut to_x = to_x;
        while to_x != 0 {
            bytes[to_x.trailing_zeros() as usize % BLOCK] = b'X';
            to_x &= to_x - 1;
        }
        Self(bytes)
    }

    // Inlined twice it was a quarter slower: compilers then vectorise what is best left alone.
    #[inline(never)]
    unsafe fn store(self, emit: Mask, output: *mut u8) {
        let (groups, _) = self.0.as_chunks::<8>();
        let starts = counts_before(emit).to_le_bytes();
        for ((group, emit), start) in groups.iter().zip(emit.to_le_bytes()).zip(starts) {
            let squeezed = squeeze(u64::from_le_bytes(*group), emit).to_le_bytes();
            // SAFETY: `BLOCK` bytes of `output` can be written by the caller's promise, and for
            // each of the earlier groups at most eight bytes were kept.
            unsafe { output.add(usize::from(start)).cast::<[u8; 8]>().write(squeezed) };
        }
    }
}

/// In each byte, how many bits are set in the lower bytes of `mask`.
#[inline(always)]
fn counts_before(mask: Mask) -> u64 {
    let pairs = mask - (mask >> 1 & 0x5555_5555_5555_5555);
    let fours = (pairs & 0x3333_3333_3333_3333) + (pairs >> 2 & 0x3333_3333_3333_3333);
    let bytes = (fours + (fours >> 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    bytes.wrapping_mul(0x0101_0101_0101_0101) << 8
}

/// Moves the bytes in `emit` together, the lowest first. What is above them has no meaning.
#[inline(always)]
fn squeeze(bytes: u64, emit: u8) -> u64 {
    let [by_one, by_two, by_four] = ARRIVALS[usize::from(emit)];
    let bytes = bytes ^ (bytes ^ bytes >> 8) & by_one;
    let bytes = bytes ^ (bytes ^ bytes >> 16) & by_two;
    bytes ^ (bytes ^ bytes >> 32) & by_four
}
