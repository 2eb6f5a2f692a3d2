//! The kernel for CPUs with NEON: every aarch64 CPU that runs Linux.
//!
//! Two look-ups in tables of 64 bytes classify 16 bytes. The classes are bits, and all masks of two
//! blocks are made of them at once.

use crate::arch::aarch64::neon::{Bytes, Counter, Masks, Table, masks_of};
use crate::arch::{BLOCK, Bits, Block};
use crate::rules::shape::LevelStorage;
use crate::rules::spans::LineRecorder;

use super::classes::{CLASSES, class};
use super::kernel::{self, Classify, Seen};
use super::window::Window;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
#[target_feature(enable = "neon")]
pub(crate) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    _: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: this function has the feature that `Bytes` needs.
    unsafe { kernel::normalize::<Bytes, N>(input, output, spans) }
}

/// The classes of the lower and the upper half of ASCII. A byte that is not ASCII looks up zero,
/// as part of a token.
static TABLES: [[u8; BLOCK]; 2] = {
    let mut tables = [[0; BLOCK]; 2];
    let mut byte = 0;
    while byte < 2 * BLOCK {
        tables[byte / BLOCK][byte % BLOCK] = CLASSES[byte];
        byte += 1;
    }
    tables
};

/// The bytes below 64 as they come out.
static PATTERNS: [u8; BLOCK] = {
    let mut table = [0; BLOCK];
    let mut byte = 0;
    while byte < BLOCK {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => b'*',
            b'\t' => b' ',
            byte => byte,
        };
        byte += 1;
    }
    table
};

/// The classes whose masks a window has, in the order of its fields.
const STORED: [u8; 6] =
    [class::BREAK, class::DIGIT, class::COLON, class::BLANK, class::SMALL, class::HEX];

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen {
        // SAFETY: the feature is the caller's promise.
        let ([low, high, patterns], mut newlines, mut returns) = unsafe {
            let tables = [Table::new(&TABLES[0]), Table::new(&TABLES[1]), Table::new(&PATTERNS)];
            (tables, Counter::new(), Masks::splat(0))
        };
        let Window { bytes, breaks, digits, colons, blanks, small, hex, .. } = window;
        let mut stored = [breaks, digits, colons, blanks, small, hex]
            .map(|masks| &mut masks.all_mut()[first..][..blocks.len()]);
        let to = &mut bytes[first..][..blocks.len()];
        for (index, pair) in blocks.as_chunks::<2>().0.iter().enumerate() {
            // SAFETY: the feature is the caller's promise.
            let (one, two) = unsafe { (Self::load(&pair[0]), Self::load(&pair[1])) };
            let masks = masks_of(one.look_up(low, high), two.look_up(low, high));
            let of = |class: u8| masks[class.trailing_zeros() as usize];
            for (stored, class) in stored.iter_mut().zip(STORED) {
                of(class).write(&mut stored.as_chunks_mut().0[index]);
            }
            newlines = newlines.plus(of(class::NEWLINE));
            returns = returns | of(class::RETURN);
            one.replace_low(patterns).store(&mut to[2 * index]);
            two.replace_low(patterns).store(&mut to[2 * index + 1]);
        }
        let mut seen = Seen { newlines: newlines.sum(), has_return: returns.nonzero() != 0 };
        if let [block] = blocks.as_chunks::<2>().1 {
            // SAFETY: the feature is the caller's promise.
            let bytes = unsafe { Self::load(block) };
            let classes = bytes.look_up(low, high);
            let masks = masks_of(classes, classes);
            let of = |class: u8| masks[class.trailing_zeros() as usize].first();
            for (stored, class) in stored.into_iter().zip(STORED) {
                stored[blocks.len() - 1] = of(class);
            }
            seen.newlines += u64::from(of(class::NEWLINE).count_ones());
            seen.has_return |= of(class::RETURN) != 0;
            bytes.replace_low(patterns).store(&mut to[blocks.len() - 1]);
        }
        seen
    }
}
