//! The kernel for every CPU: the algorithm of the others, in plain Rust that compilers vectorise.

use super::kernel::{self, Classify, Seen};
use super::levels::LevelStorage;
use super::stops::{KINDS_OF_STOPS, Kinds};
use super::window::Window;
use crate::arch::BLOCK;
use crate::arch::portable::{Bytes, Table};
use crate::rules::masks::BLOCKS;
use crate::rules::spans::LineRecorder;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
pub(in crate::rules) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    levels: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: `Bytes` needs no target features.
    unsafe { kernel::normalize::<Bytes, N>(input, output, levels, spans) }
}

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen {
        let mut has_return = false;
        for (index, block) in (first..BLOCKS).zip(blocks) {
            let bytes = Self::new(block);
            has_return |= bytes.as_array().iter().fold(false, |has, &byte| has | (byte == b'\r'));
            *window.runs.get_mut(index) = bytes
                .mask(|byte| (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10);
            *window.stops.get_mut(index) = bytes.mask(|byte| {
                matches!(
                    byte,
                    b'"' | b'\'' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'\n'
                )
            });
            window.bytes[index] =
                bytes.as_array().map(|byte| if byte.is_ascii_alphanumeric() { b'Y' } else { byte });
        }
        Seen { has_return, has_bracket: true }
    }

    #[inline(always)]
    unsafe fn kinds(symbols: &[u8; BLOCK]) -> Kinds {
        let mut masks = [0; 7];
        Self::new(symbols).look_up(&KINDS, masks.each_mut());
        Kinds::from_masks(masks)
    }
}

static KINDS: Table = Table::new(&KINDS_OF_STOPS);
