//! Rule sets: what becomes of the bytes of a line.
//!
//! A rule set turns each line into its pattern. The pattern depends on the bytes of the line alone,
//! not on other lines, the CPU or the number of threads. There are two rule sets:
//!
//! - [shape](shape): runs of letters and digits become `Y`, enclosures `X`;
//! - [words](words): words stay, values become `*`.
//!
//! Both agree on lines. A line ends with `\n` or with the input. One `\r` directly before that end
//! belongs to the line ending and is dropped. Every line comes out ended by one `\n`.
//!
//! Each rule set has a `scalar` kernel, which is the reference, and faster kernels that give the
//! same bytes. The faster kernels share one algorithm, which is generic over the instruction set:
//! the instructions come from [`arch`](crate::arch), the tables that classify bytes from the rule
//! set.
//!
//! This module knows nothing of files or threads: it takes slices and fills buffers.

mod kernel;
mod lines;
mod masks;
mod normalizer;
mod rule_set;
mod shape;
mod spans;
#[cfg(test)]
mod testing;
mod words;

pub use kernel::Kernel;
pub use normalizer::{Counts, Normalizer, normalize};
pub use rule_set::{Rules, RulesVersion, UnknownRules};
pub(crate) use shape::closer_of;
pub use spans::{LineSpan, LineSpans};
pub(crate) use words::is_break;

/// Returns the maximum length of the patterns of `input_len` bytes of whole lines, by any rule set.
///
/// The shape rules turn `()()…` into `(X)(X)…`, which is half as long again, and a last line
/// without its `\n` is given one.
///
/// ```
/// let line = b"()()()";
/// assert_eq!(lognorm_mmap::normalize(line).len(), lognorm_mmap::max_output_len(line.len()));
/// ```
pub const fn max_output_len(input_len: usize) -> usize {
    input_len.saturating_add(input_len / 2).saturating_add(1)
}

/// Bytes that a kernel reserves in addition to [`max_output_len`], because it stores whole blocks.
pub(crate) const SLACK: usize = crate::arch::BLOCK;
