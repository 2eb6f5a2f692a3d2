//! The kernel for CPUs with NEON: every aarch64 CPU of Linux and macOS.
//!
//! Two look-ups in tables of 64 bytes classify 16 bytes. The classes are bits, and all masks of two
//! blocks are made of them at once.

use super::ascii_classes;
use super::kernel::{self, Classify, Seen};
use super::levels::LevelStorage;
use super::stops::{KINDS_OF_STOPS, Kinds};
use super::window::Window;
use crate::arch::aarch64::neon::{Bytes, Masks, Table, masks_of, masks_of_odd_bits};
use crate::arch::{BLOCK, Bits, Block};
use crate::rules::spans::LineRecorder;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
#[target_feature(enable = "neon")]
pub(in crate::rules) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    levels: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: this function has the feature that `Bytes` needs.
    unsafe { kernel::normalize::<Bytes, N>(input, output, levels, spans) }
}

/// Bits of a class, of which every other one is used.
mod class {
    pub(super) const STOP: u8 = 1 << 1;
    pub(super) const RETURN: u8 = 1 << 3;
    /// The highest bit, which selects bytes to replace.
    pub(super) const RUN: u8 = 1 << 7;
}

/// The classes of the lower and the upper half of ASCII.
static CLASSES: [[u8; BLOCK]; 2] =
    ascii_classes(class::RUN, class::STOP, class::STOP, class::RETURN);

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen {
        // SAFETY: the feature is the caller's promise.
        let ([low, high], mut returns) =
            unsafe { ([Table::new(&CLASSES[0]), Table::new(&CLASSES[1])], Masks::splat(0)) };
        let Window { bytes, runs, stops, .. } = window;
        let [runs, stops] =
            [runs, stops].map(|masks| &mut masks.all_mut()[first..][..blocks.len()]);
        let to = &mut bytes[first..][..blocks.len()];
        let of = |masks: [Masks; 4], class: u8| masks[class.trailing_zeros() as usize / 2];
        let (pairs, rest) = blocks.as_chunks::<2>();
        for (index, pair) in pairs.iter().enumerate() {
            // SAFETY: the feature is the caller's promise.
            let (one, two) = unsafe { (Self::load(&pair[0]), Self::load(&pair[1])) };
            // A byte that is not ASCII has no class.
            let (classes_one, classes_two) = (one.look_up(low, high), two.look_up(low, high));
            let masks = masks_of_odd_bits(classes_one, classes_two);
            of(masks, class::RUN).write(&mut runs.as_chunks_mut().0[index]);
            of(masks, class::STOP).write(&mut stops.as_chunks_mut().0[index]);
            returns = returns | of(masks, class::RETURN);
            one.replace_highest(classes_one, b'Y').store(&mut to[2 * index]);
            two.replace_highest(classes_two, b'Y').store(&mut to[2 * index + 1]);
        }
        if let [block] = rest {
            // SAFETY: the feature is the caller's promise.
            let bytes = unsafe { Self::load(block) };
            let classes = bytes.look_up(low, high);
            let masks = masks_of_odd_bits(classes, classes);
            let last = blocks.len() - 1;
            runs[last] = of(masks, class::RUN).first();
            stops[last] = of(masks, class::STOP).first();
            returns = returns | of(masks, class::RETURN);
            bytes.replace_highest(classes, b'Y').store(&mut to[last]);
        }
        Seen { has_return: returns.nonzero() != 0, has_bracket: true }
    }

    #[inline(always)]
    unsafe fn kinds(symbols: &[u8; BLOCK]) -> Kinds {
        let (kinds, _) = KINDS_OF_STOPS.as_chunks::<BLOCK>();
        // SAFETY: the feature is the caller's promise.
        let classes = unsafe {
            let (low, high) = (Table::new(&kinds[0]), Table::new(&kinds[1]));
            Self::load(symbols).look_up(low, high)
        };
        let [a, b, c, d, e, f, g, _] = masks_of(classes, classes);
        Kinds::from_masks([
            a.first(),
            b.first(),
            c.first(),
            d.first(),
            e.first(),
            f.first(),
            g.first(),
        ])
    }
}
