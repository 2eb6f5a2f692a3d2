//! The shape rules: runs of letters and digits become `Y`, enclosures `X`.
//!
//! A line is read left to right, byte by byte:
//!
//! 1. a longest **run** of ASCII letters and digits comes out as one `Y`;
//! 2. an **opener**, one of `[ { < ( " '`, comes out as itself and opens a **level** that waits
//!    for its closer, `] } > ) " '`;
//! 3. the **closer** that the innermost level waits for closes it: all output since the opener is
//!    replaced by one `X`, then the closer comes out. This rule is applied before rule 2, so quotes
//!    close themselves;
//! 4. any other byte comes out as itself. This includes a closer that the innermost level does not
//!    wait for;
//! 5. the end of the line ends all levels. Their output stays.
//!
//! [`scalar`] is the reference. The fast kernels share [`kernel`], which works on masks of blocks.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512;
mod brackets;
mod kernel;
mod levels;
mod output;
#[cfg(target_arch = "aarch64")]
pub(super) mod neon;
pub(super) mod portable;
mod rows;
pub(super) mod scalar;
mod stops;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use levels::LevelStorage;
pub(super) use levels::MAX_INPUT;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use crate::arch::BLOCK;

/// Returns the closer that a level opened by `byte` waits for, if `byte` is an opener.
pub(crate) const fn closer_of(byte: u8) -> Option<u8> {
    match byte {
        b'[' => Some(b']'),
        b'{' => Some(b'}'),
        b'<' => Some(b'>'),
        b'(' => Some(b')'),
        b'"' | b'\'' => Some(byte),
        _ => None,
    }
}

/// Returns a table of the lower and the upper half of ASCII, with `run` for letters and digits,
/// `bracket` for openers and closers, `newline` and `return_`, and 0 for other bytes.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
const fn ascii_classes(run: u8, bracket: u8, newline: u8, return_: u8) -> [[u8; BLOCK]; 2] {
    let mut table = [0; 2 * BLOCK];
    let mut byte = 0;
    while byte < 2 * BLOCK {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = run;
        } else if let Some(closer) = closer_of(byte as u8) {
            table[byte] = bracket;
            table[closer as usize] = bracket;
        }
        byte += 1;
    }
    table[b'\n' as usize] = newline;
    table[b'\r' as usize] = return_;
    let (halves, _) = table.as_chunks::<BLOCK>();
    [halves[0], halves[1]]
}
