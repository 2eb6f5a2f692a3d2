//! The kernel for every CPU: the algorithm of the others, in plain Rust.

use crate::arch::BLOCK;
use crate::arch::portable::{Bytes, Table};
use crate::rules::shape::LevelStorage;
use crate::rules::spans::LineRecorder;

use super::classes::{CLASSES, class};
use super::kernel::{self, Classify, Seen};
use super::window::Window;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
pub(crate) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    _: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: `Bytes` needs no target features.
    unsafe { kernel::normalize::<Bytes, N>(input, output, spans) }
}

static TABLE: Table = Table::new(&CLASSES);

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen {
        let mut seen = Seen { newlines: 0, has_return: false };
        for (index, block) in blocks.iter().enumerate() {
            let block_index = first + index;
            let bytes = Self::new(block);
            let masks = bytes.look_up(&TABLE);
            let of = |class: u8| masks[class.trailing_zeros() as usize];
            *window.breaks.get_mut(block_index) = of(class::BREAK);
            *window.digits.get_mut(block_index) = of(class::DIGIT);
            *window.colons.get_mut(block_index) = of(class::COLON);
            *window.blanks.get_mut(block_index) = of(class::BLANK);
            *window.small.get_mut(block_index) = of(class::SMALL);
            *window.hex.get_mut(block_index) = of(class::HEX);
            seen.newlines += u64::from(of(class::NEWLINE).count_ones());
            seen.has_return |= of(class::RETURN) != 0;
            window.bytes[block_index] = bytes.as_array().map(|byte| match byte {
                b'0'..=b'9' => b'*',
                b'\t' => b' ',
                _ => byte,
            });
        }
        seen
    }
}
