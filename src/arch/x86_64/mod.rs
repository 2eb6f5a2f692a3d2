//! Blocks and masks for x86-64, one module for each set of instructions that its CPUs may have.

pub(crate) mod avx2;
pub(crate) mod avx512;

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
