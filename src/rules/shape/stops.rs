//! The list of the stops of a window, which are its brackets and newlines.
//!
//! On the list, an opener and its closer are neighbours if only text is between them, however much
//! that is. So masks of 64 stops find all such pairs by a shift.

use std::ptr;

use crate::arch::{BLOCK, Block, Mask};

use super::rows::Rows;
use super::window::Window;
use crate::rules::masks::{BLOCKS, WINDOW};

/// If a window has more stops than this, the next one is listed with [`Block::list_many`].
const MANY: usize = 11 * BLOCKS;

/// The brackets and newlines of a window, in order.
#[repr(C, align(64))]
pub(super) struct Stops {
    /// The bytes, 64 to a word. The last word is room that
    /// [`Block::list`] may write to.
    pub(super) symbols: [[u8; BLOCK]; BLOCKS + 1],
    /// Their indices in the window.
    positions: [u16; WINDOW + BLOCK],
    /// The number of stops.
    pub(super) len: usize,
}

impl Stops {
    /// Returns the stops of nothing.
    pub(super) fn new() -> Self {
        Self { symbols: [[0; _]; _], positions: [0; _], len: 0 }
    }

    /// Lists the stops of the first `count` blocks of `window`.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set of `B`.
    #[inline(always)]
    pub(super) unsafe fn list<B: Block>(&mut self, window: &Window, count: usize) {
        // Logs are as dense in one window as in the next. Asking each block how many stops it has
        // cannot be predicted.
        // SAFETY: the caller's promise.
        unsafe {
            if self.len > MANY {
                self.list_with(window, count, B::list_many);
            } else {
                self.list_with(window, count, B::list);
            }
        }
    }

    /// Lists the stops of the first `count` blocks of `window` with `list`.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set of `list`, which is one of the functions of [`Block`].
    #[inline(always)]
    unsafe fn list_with(
        &mut self,
        window: &Window,
        count: usize,
        list: unsafe fn(*const u8, Mask, u16, *mut u8, *mut u16),
    ) {
        let start: *mut u8 = self.symbols.as_mut_ptr().cast();
        let (mut symbols, mut positions) = (start, self.positions.as_mut_ptr());
        let bytes: *const u8 = ptr::from_ref(window).cast();
        let stops = window.stops.all();
        let mut block = 0;
        while block < count.min(BLOCKS) {
            let listed = stops[block].count_ones() as usize;
            // SAFETY: the CPU has the instruction set by the caller's promise. The window begins
            // with its bytes and goes on with masks. There are no more stops than bytes before this
            // block, and there is room for a block more.
            unsafe {
                let first = (block * BLOCK) as u16;
                list(bytes.add(block * BLOCK), stops[block], first, symbols, positions);
                (symbols, positions) = (symbols.add(listed), positions.add(listed));
            }
            block += 1;
        }
        // SAFETY: both are in the array.
        self.len = unsafe { symbols.offset_from_unsigned(start) };
    }

    /// Returns the index in the window of the stop at `index`.
    #[inline(always)]
    pub(super) fn position(&self, index: usize) -> usize {
        usize::from(self.positions[index % WINDOW])
    }
}

/// The kinds of the stops of a word.
#[derive(Clone, Copy)]
pub(super) struct Kinds {
    /// Openers that are no quotes.
    pub(super) openers: Mask,
    /// Closers that are no quotes.
    pub(super) closers: Mask,
    /// Openers that are no quotes, with their closer as the next stop of the word.
    pub(super) pairs: Mask,
    /// `"`.
    pub(super) double_quotes: Mask,
    /// `'`.
    pub(super) single_quotes: Mask,
    pub(super) newlines: Mask,
}

/// For each stop, the bits of its kind in the order in which [`Kinds::from_masks`] takes them. An
/// opener and its closer agree in the third and the fourth.
pub(super) static KINDS_OF_STOPS: [u8; 256] = {
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
    table
};

/// The stops of a word whose part is known from the word alone.
pub(super) struct Matched {
    /// The stops that open levels which these stops do not close.
    pub(super) open: Mask,
    /// The stops that open an enclosure whose closer is the next stop.
    pub(super) pairs: Mask,
    /// The brackets whose part is not known.
    pub(super) rest: Mask,
}

impl Kinds {
    /// Returns the stops whose part is known: openers that are no quotes, their closers if these are
    /// the next stop, and the rows of quotes after such an opener or a newline.
    #[inline(always)]
    pub(super) fn matched(&self) -> Matched {
        let starts = self.openers | self.newlines;
        let [double, single] = [self.double_quotes, self.single_quotes]
            .map(|quotes| Rows::beginning_with(quotes & starts << 1, quotes));
        let quotes = self.double_quotes | self.single_quotes;
        Matched {
            open: self.openers & !self.pairs | double.open | single.open,
            pairs: self.pairs | double.pairs | single.pairs,
            rest: self.closers & !(self.pairs << 1) | quotes & !(double.quotes | single.quotes),
        }
    }

    /// Returns the kinds of stops with these masks of the bits in [`KINDS_OF_STOPS`].
    #[inline(always)]
    pub(super) fn from_masks(masks: [Mask; 7]) -> Self {
        let [openers, closers, first_bit, second_bit, double_quotes, single_quotes, newlines] =
            masks;
        let is_other = first_bit ^ first_bit >> 1 | second_bit ^ second_bit >> 1;
        let pairs = openers & closers >> 1 & !is_other;
        Self { openers, closers, pairs, double_quotes, single_quotes, newlines }
    }

    /// Returns the kinds of the first `len` stops alone.
    #[inline(always)]
    pub(super) fn truncate(self, len: usize) -> Self {
        let valid = if len >= BLOCK { Mask::MAX } else { (1 << len) - 1 };
        Self {
            openers: self.openers & valid,
            closers: self.closers & valid,
            pairs: self.pairs & valid >> 1,
            double_quotes: self.double_quotes & valid,
            single_quotes: self.single_quotes & valid,
            newlines: self.newlines & valid,
        }
    }
}
