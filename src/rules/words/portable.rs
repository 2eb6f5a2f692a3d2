//! The kernel for every CPU: the algorithm of the others, in plain Rust.

use crate::arch::BLOCK;
use crate::arch::portable::{Bytes, Table};
use crate::rules::masks::BLOCKS;
use crate::rules::spans::LineRecorder;

use super::classes::CLASSES;
use super::kernel::{self, Classify};
use super::window::Window;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
pub(crate) fn normalize<N: LineRecorder>(input: &[u8], output: &mut Vec<u8>, spans: &mut N) -> u64 {
    // SAFETY: `Bytes` needs no target features.
    unsafe { kernel::normalize::<Bytes, N>(input, output, spans) }
}

static TABLE: Table = Table::new(&CLASSES);

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) {
        for (index, block) in (first..BLOCKS).zip(blocks) {
            let bytes = Self::new(block);
            let Window { breaks, digits, small, hex, spaces, .. } = window;
            // In the order of the bits in `class`.
            let masks = [breaks, digits, small, hex, spaces].map(|masks| masks.get_mut(index));
            bytes.look_up(&TABLE, masks);
            for (to, &byte) in window.bytes[index].iter_mut().zip(bytes.as_array()) {
                *to = if byte.is_ascii_digit() { b'*' } else { byte };
            }
        }
    }
}
