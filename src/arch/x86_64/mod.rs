//! For x86-64, whose CPUs differ in what they have.

pub(crate) mod avx2;
pub(crate) mod avx512;

/// Gives a register the operators of bits.
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
