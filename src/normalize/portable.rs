//! The kernel for every CPU: the shape of the others, in plain Rust that compilers vectorise.

use super::block::{self, Block, Classes};
use super::level::Levels;
use super::shape::{BLOCK, Mask, mask};

/// Appends the pattern of every line of `input` to `output` and returns the number of lines.
pub(super) fn normalize(input: &[u8], output: &mut Vec<u8>, levels: &mut Levels) -> u64 {
    // SAFETY: `Portable` needs no target features.
    unsafe { block::normalize::<Portable>(input, output, levels) }
}

/// A block in an array.
#[derive(Clone, Copy)]
struct Portable([u8; BLOCK]);

impl Block for Portable {
    #[inline(always)]
    unsafe fn load(bytes: &[u8; BLOCK]) -> (Self, Classes) {
        let bytes = *bytes;
        let classes = Classes {
            runs: mask(&bytes, |byte| {
                (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10
            }),
            brackets: mask(&bytes, |byte| {
                matches!(byte, b'"' | b'\'' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}')
            }),
            newlines: mask(&bytes, |byte| byte == b'\n'),
            returns: mask(&bytes, |byte| byte == b'\r'),
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
    unsafe fn cross(self, crosses: Mask) -> Self {
        let mut bytes = self.0;
        let mut crosses = crosses;
        while crosses != 0 {
            bytes[crosses.trailing_zeros() as usize % BLOCK] = b'X';
            crosses &= crosses - 1;
        }
        Self(bytes)
    }

    #[inline(always)]
    unsafe fn store(self, keep: Mask, output: *mut u8) {
        let mut position = 0;
        for (index, byte) in self.0.into_iter().enumerate() {
            // SAFETY: `position` is at most `index`, and `BLOCK` bytes of `output` can be written
            // by the caller's promise.
            unsafe { output.add(position).write(byte) };
            position += (keep >> index & 1) as usize;
        }
    }
}
