//! The kernel for every CPU: the algorithm of the others, in plain Rust that compilers vectorise.

use super::kernel::{self, Classify};
use super::levels::LevelStorage;
use super::stops::Kinds;
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
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> bool {
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
        has_return
    }

    #[inline(always)]
    unsafe fn kinds(symbols: &[u8; BLOCK]) -> Kinds {
        let mut masks = [0; 7];
        Self::new(symbols).look_up(&KINDS, masks.each_mut());
        let [openers, closers, first_bit, second_bit, double_quotes, single_quotes, newlines] =
            masks;
        let is_other = first_bit ^ first_bit >> 1 | second_bit ^ second_bit >> 1;
        let pairs = openers & closers >> 1 & !is_other;
        Kinds { openers, closers, pairs, double_quotes, single_quotes, newlines }
    }
}

/// For each stop, the bits of its kind in the order in which [`Classify::kinds`] takes them. An
/// opener and its closer agree in the third and the fourth.
static KINDS: Table = {
    let (opener, closer) = (1 << 0, 1 << 1);
    let mut table = [0; 256];
    let pairs = [b"()", b"[]", b"{}", b"<>"];
    let mut pair = 0;
    while pair < pairs.len() {
        let bits = (pair as u8) << 2;
        table[pairs[pair][0] as usize] = bits | opener;
        table[pairs[pair][1] as usize] = bits | closer;
        pair += 1;
    }
    table[b'"' as usize] = 1 << 4;
    table[b'\'' as usize] = 1 << 5;
    table[b'\n' as usize] = 1 << 6;
    Table::new(&table)
};
