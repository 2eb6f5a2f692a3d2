//! The word rules: words stay, values become `*`.
//!
//! A line is read byte by byte:
//!
//! 1. **separators** are the bytes up to the space, DEL, and ``[ ] { } < > ( ) " ' ` , ; = |``. A
//!    `:` is one unless the bytes on both its sides are in the line, are no separators, and are not
//!    `:` themselves;
//! 2. a **token** is a longest stretch of bytes that are no separators;
//! 3. a token is a **value**, and comes out as one `*`, if it holds an ASCII digit, if it is the
//!    name of a day or a month in three letters (`Mon`, `Jan`), exactly, or if it has eight bytes
//!    or more and all are hexadecimal digits;
//! 4. any other token is a **word** and comes out as it is;
//! 5. a run of spaces and TABs comes out as one space, any other separator as it is.
//!
//! [`scalar`] is the reference. The fast kernels share [`kernel`], which works on masks of windows.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
mod classes;
mod kernel;
mod marks;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
mod output;
pub(crate) mod portable;
pub(crate) mod scalar;
#[cfg(test)]
mod tests;
mod values;
mod window;

pub(crate) use classes::is_break;

use crate::arch::BLOCK;

/// Returns the maximum length of the patterns of `input_len` bytes of whole lines. A last line
/// without its `\n` is given one.
pub(crate) const fn max_output_len(input_len: usize) -> usize {
    input_len.saturating_add(1)
}

/// Bytes that a kernel reserves in addition to [`max_output_len`], because it stores whole blocks.
const SLACK: usize = BLOCK;
