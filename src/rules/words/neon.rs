//! The kernel for CPUs with NEON: every aarch64 CPU that runs Linux.
//!
//! Two look-ups in tables of 64 bytes classify 16 bytes. The classes are bits, and all masks of two
//! blocks are made of them at once.

use crate::arch::aarch64::neon::{Bytes, Masks, Table, masks_of};
use crate::arch::{BLOCK, Block};
use crate::rules::spans::LineRecorder;

use super::classes::{CLASSES, class};
use super::kernel::{self, Classify};
use super::window::Window;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
#[target_feature(enable = "neon")]
pub(crate) fn normalize<N: LineRecorder>(input: &[u8], output: &mut Vec<u8>, spans: &mut N) -> u64 {
    // SAFETY: this function has the feature that `Bytes` needs.
    unsafe { kernel::normalize::<Bytes, N>(input, output, spans) }
}

/// The bits of the classes breaks, digits, small, hex and spaces in [`TABLES`]. Digits have the
/// highest bit, which selects bytes to replace. The masks of two bits that differ by four take fewer
/// instructions than those of other bits.
const BITS: [(u8, usize); 5] =
    [(class::BREAK, 1), (class::DIGIT, 7), (class::SMALL, 5), (class::HEX, 3), (class::SPACE, 0)];

/// The classes of the lower and the upper half of ASCII. A byte that is not ASCII looks up zero,
/// as part of a token.
static TABLES: [[u8; BLOCK]; 2] = {
    let mut tables = [[0; BLOCK]; 2];
    let mut byte = 0;
    while byte < 2 * BLOCK {
        let mut class = 0;
        while class < BITS.len() {
            if CLASSES[byte] & BITS[class].0 != 0 {
                tables[byte / BLOCK][byte % BLOCK] |= 1 << BITS[class].1;
            }
            class += 1;
        }
        byte += 1;
    }
    tables
};

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) {
        // SAFETY: the feature is the caller's promise.
        let [low, high] = unsafe { [Table::new(&TABLES[0]), Table::new(&TABLES[1])] };
        let Window { bytes, breaks, digits, small, hex, spaces, .. } = window;
        // In the order of `BITS`.
        let mut stored = [breaks, digits, small, hex, spaces]
            .map(|masks| &mut masks.all_mut()[first..][..blocks.len()]);
        let to = &mut bytes[first..][..blocks.len()];
        let (pairs, rest) = blocks.as_chunks::<2>();
        for (index, pair) in pairs.iter().enumerate() {
            // SAFETY: the feature is the caller's promise.
            let (one, two) = unsafe { (Self::load(&pair[0]), Self::load(&pair[1])) };
            let (classes_one, classes_two) = (one.look_up(low, high), two.look_up(low, high));
            let masks: [Masks; 8] = masks_of(classes_one, classes_two);
            for (stored, (_, bit)) in stored.iter_mut().zip(BITS) {
                masks[bit].write(&mut stored.as_chunks_mut().0[index]);
            }
            one.replace_highest(classes_one, b'*').store(&mut to[2 * index]);
            two.replace_highest(classes_two, b'*').store(&mut to[2 * index + 1]);
        }
        if let [block] = rest {
            // SAFETY: the feature is the caller's promise.
            let bytes = unsafe { Self::load(block) };
            let classes = bytes.look_up(low, high);
            let masks = masks_of(classes, classes);
            let last = blocks.len() - 1;
            for (stored, (_, bit)) in stored.into_iter().zip(BITS) {
                stored[last] = masks[bit].first();
            }
            bytes.replace_highest(classes, b'*').store(&mut to[last]);
        }
    }
}
