//! Blocks and masks for x86-64, one module for each set of instructions that its CPUs may have.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

use super::BLOCK;

pub(crate) mod avx2;
pub(crate) mod avx512;

/// Has the CPU fetch the bytes that are `ahead` bytes after `block` into its caches. They need not
/// exist.
///
/// CPUs fetch memory that is read in order by themselves, but not beyond the end of a page, and not
/// while a window is worked on.
#[inline(always)]
pub(crate) fn prefetch(block: &[u8; BLOCK], ahead: usize) {
    let address = block.as_ptr().wrapping_add(ahead);
    // SAFETY: a prefetch is a hint. It never faults, and every x86-64 CPU has it.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
}

/// Implements the bitwise operators for a type that wraps a register.
macro_rules! bit_operators {
    ($register:ident, $and:ident, $or:ident, $xor:ident) => {
        impl std::ops::BitAnd for $register {
            type Output = Self;

            #[inline(always)]
            fn bitand(self, other: Self) -> Self {
                // SAFETY: `self` is the proof that the CPU has the instruction.
                unsafe { Self($and(self.0, other.0)) }
            }
        }

        impl std::ops::BitOr for $register {
            type Output = Self;

            #[inline(always)]
            fn bitor(self, other: Self) -> Self {
                // SAFETY: `self` is the proof that the CPU has the instruction.
                unsafe { Self($or(self.0, other.0)) }
            }
        }

        impl std::ops::BitXor for $register {
            type Output = Self;

            #[inline(always)]
            fn bitxor(self, other: Self) -> Self {
                // SAFETY: `self` is the proof that the CPU has the instruction.
                unsafe { Self($xor(self.0, other.0)) }
            }
        }
    };
}

use bit_operators;
