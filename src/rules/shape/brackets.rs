//! The levels of a window: which bracket closes which.
//!
//! An opener that is no quote always opens a level, and if its closer is the next [stop](super::stops)
//! it closes it. Of a row of equal quotes every other one opens a level, and if the stop before the
//! row is such an opener or a newline, the first does. All of these of a word, which is 64 stops, are
//! found at once. The first quotes of other rows and the closers that do not follow their opener are
//! processed one by one.
//!
//! Openers take no step of their own: the stack of open levels is the mask of the stops that opened
//! them, and the innermost level is its highest bit.

use std::hint::select_unpredictable;

use crate::arch::{BLOCK, Mask};

use super::closer_of;
use super::kernel::Classify;
use super::levels::LevelStorage;
use super::rows::Rows;
use super::stops::{Kinds, Matched, Stops};
use super::window::Window;
use crate::rules::masks::{BLOCKS, WINDOW};

/// For each byte, the closer of the level that it opens, or 0 if it opens none.
static CLOSERS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if let Some(closer) = closer_of(byte as u8) {
            table[byte] = closer;
        }
        byte += 1;
    }
    table
};

/// The levels and enclosures of a window.
pub(super) struct Brackets {
    /// The stops that open levels which are still open.
    open: [Mask; BLOCKS],
    /// The words of `open` that are not zero, one bit each.
    open_words: Mask,
    /// The stops that open an enclosure whose closer is the next stop.
    pairs: [Mask; BLOCKS],
    /// The stops that open other enclosures.
    wide: [Mask; BLOCKS],
    /// For each stop in `wide`, the stop that closes it.
    closed_by: [u16; WINDOW],
    /// The outermost level from an earlier window that was closed.
    closed_earlier: Option<Closed>,
}

/// The end of a level from an earlier window.
#[derive(Clone, Copy)]
pub(super) struct Closed {
    /// The stop that closes it.
    pub(super) closer: usize,
    /// The position of the level's content in the output.
    pub(super) content: usize,
}

impl Brackets {
    pub(super) fn new() -> Self {
        Self {
            open: [0; _],
            open_words: 0,
            pairs: [0; _],
            wide: [0; _],
            closed_by: [0; _],
            closed_earlier: None,
        }
    }

    /// Returns the end of the outermost level from an earlier window that was closed.
    #[inline(always)]
    pub(super) fn closed_earlier(&self) -> Option<Closed> {
        self.closed_earlier
    }

    /// Finds the levels that `stops` open and close, after the levels in `earlier`. Returns the
    /// number of newlines.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set of `B`.
    #[inline(always)]
    pub(super) unsafe fn find<B: Classify>(
        &mut self,
        stops: &Stops,
        earlier: &mut LevelStorage,
    ) -> u64 {
        self.open_words = 0;
        self.closed_earlier = None;
        let mut lines = 0;
        for word in 0..stops.len.div_ceil(BLOCK).min(BLOCKS) {
            // SAFETY: the caller's promise.
            let kinds = unsafe { B::kinds(&stops.symbols[word]) };
            let kinds = kinds.truncate(stops.len - word * BLOCK);
            lines += u64::from(kinds.newlines.count_ones());
            self.find_in_word(word, &kinds, &stops.symbols, earlier);
        }
        lines
    }

    /// Passes over a window without brackets. Returns the number of its `newlines`.
    #[inline(always)]
    pub(super) fn pass_over(&mut self, newlines: u64, earlier: &mut LevelStorage) -> u64 {
        self.open_words = 0;
        if newlines > 0 {
            earlier.clear();
        }
        newlines
    }

    /// Finds the levels that the stops of a word open and close.
    #[inline(always)]
    fn find_in_word(
        &mut self,
        word: usize,
        kinds: &Kinds,
        symbols: &[[u8; BLOCK]; BLOCKS + 1],
        earlier: &mut LevelStorage,
    ) {
        let quotes = kinds.double_quotes | kinds.single_quotes;
        let Matched { mut open, mut pairs, rest: mut todo } = kinds.matched();
        let mut newlines = kinds.newlines;
        self.wide[word] = 0;
        while todo != 0 {
            let at = todo.trailing_zeros();
            let bit = todo & todo.wrapping_neg();
            let before = bit - 1;
            if newlines & before != 0 {
                open &= after_last(newlines & before);
                newlines &= !before;
                self.end_line(earlier);
            }
            let symbol = symbols[word][at as usize % BLOCK];
            let inner = open & before;
            let innermost = BLOCK - 1 - (inner | 1).leading_zeros() as usize;
            let opener = if inner != 0 {
                symbols[word][innermost % BLOCK]
            } else {
                self.innermost_before(symbols, earlier)
            };
            if CLOSERS[usize::from(opener)] == symbol {
                let stop = word * BLOCK + at as usize;
                if inner != 0 {
                    open &= !(1 << innermost);
                    self.wide[word] |= 1 << innermost;
                    self.closed_by[(word * BLOCK + innermost) % WINDOW] = stop as u16;
                } else {
                    self.close_before(stop, earlier);
                }
                todo ^= bit;
            } else if quotes & bit != 0 {
                let same = select_unpredictable(
                    kinds.double_quotes & bit != 0,
                    kinds.double_quotes,
                    kinds.single_quotes,
                );
                let row = Rows::beginning_with(bit, same);
                pairs |= row.pairs;
                open |= row.open;
                todo &= !row.quotes;
            } else {
                todo ^= bit;
            }
        }
        if newlines != 0 {
            open &= after_last(newlines);
            self.end_line(earlier);
        }
        self.open[word] = open;
        self.open_words |= Mask::from(open != 0) << word;
        self.pairs[word] = pairs;
    }

    /// Ends the levels that were opened in the words before.
    #[inline(always)]
    fn end_line(&mut self, earlier: &mut LevelStorage) {
        self.open_words = 0;
        earlier.clear();
    }

    /// Returns the last stop before the current word that opens a level which is still open.
    #[inline(always)]
    fn last_open(&self) -> Option<usize> {
        let word = self.open_words.checked_ilog2()? as usize % BLOCKS;
        let stop = self.open[word].checked_ilog2()?;
        Some(word * BLOCK + stop as usize)
    }

    /// Returns the opener of the innermost level that was opened before the current word, or 0.
    #[inline(always)]
    fn innermost_before(&self, symbols: &[[u8; BLOCK]; BLOCKS + 1], earlier: &LevelStorage) -> u8 {
        match self.last_open() {
            Some(stop) => symbols[stop / BLOCK][stop % BLOCK],
            None => earlier.innermost(),
        }
    }

    /// Closes by the stop `closer` the innermost level that was opened before its word.
    #[inline(always)]
    fn close_before(&mut self, closer: usize, earlier: &mut LevelStorage) {
        if let Some(stop) = self.last_open() {
            let (word, bit) = (stop / BLOCK % BLOCKS, 1 << (stop % BLOCK));
            self.open[word] ^= bit;
            self.open_words ^= Mask::from(self.open[word] == 0) << word;
            self.wide[word] |= bit;
            self.closed_by[stop % WINDOW] = closer as u16;
        } else if let Some(content) = earlier.close() {
            self.closed_earlier = Some(Closed { closer, content });
        }
    }

    /// Marks all outermost enclosures of the window from the stop `first` on. What is inside them is
    /// passed over.
    #[inline(always)]
    pub(super) fn enclose(&self, stops: &Stops, first: usize, window: &mut Window) {
        let mut next = first;
        while next < stops.len {
            let word = next / BLOCK % BLOCKS;
            let mut openers = (self.pairs[word] | self.wide[word]) & Mask::MAX << (next % BLOCK);
            next = (word + 1) * BLOCK;
            while openers != 0 {
                let at = openers.trailing_zeros() as usize % BLOCK;
                let stop = word * BLOCK + at;
                let is_wide = self.wide[word] >> at & 1 != 0;
                let closer = select_unpredictable(
                    is_wide,
                    usize::from(self.closed_by[stop % WINDOW]),
                    stop + 1,
                );
                window.enclose(stops.position(stop) + 1, stops.position(closer));
                if closer >= next {
                    next = closer + 1;
                    break;
                }
                openers &= Mask::MAX << (closer % BLOCK);
            }
        }
    }

    /// Stores the levels that are still open. `count` is the number of blocks of the window, and
    /// `end` the position of its end in the output.
    #[inline(always)]
    pub(super) fn settle(
        &self,
        stops: &Stops,
        window: &Window,
        count: usize,
        end: usize,
        levels: &mut LevelStorage,
    ) {
        if self.open_words == 0 {
            return;
        }
        // The levels are in the last line, so most of the window is before them.
        let word = self.open_words.trailing_zeros() as usize % BLOCKS;
        let first = word * BLOCK + self.open[word].trailing_zeros() as usize;
        let mut block = stops.position(first) / BLOCK;
        let mut start = end;
        for after in block..count.min(BLOCKS) {
            start -= window.output_len(after, Mask::MAX);
        }
        let mut content_of = |stop: usize| {
            let position = stops.position(stop);
            while block < position / BLOCK {
                start += window.output_len(block, Mask::MAX);
                block += 1;
            }
            start + window.output_len(block, (1 << (position % BLOCK)) - 1) + 1
        };
        let mut words = self.open_words;
        while words != 0 {
            let word = words.trailing_zeros() as usize % BLOCKS;
            words &= words - 1;
            let mut open = self.open[word];
            let first = word * BLOCK;
            let is_row = || stops.position(first + BLOCK - 1) == stops.position(first) + BLOCK - 1;
            if open == Mask::MAX && is_row() {
                levels.open(&stops.symbols[word], content_of(first));
                continue;
            }
            while open != 0 {
                let at = open.trailing_zeros() as usize % BLOCK;
                levels.open(&stops.symbols[word][at..=at], content_of(first + at));
                open &= open - 1;
            }
        }
    }
}

/// Returns a mask of the bits above the highest bit of `mask`, which must not be zero.
#[inline(always)]
fn after_last(mask: Mask) -> Mask {
    Mask::MAX.checked_shl(BLOCK as u32 - mask.leading_zeros()).unwrap_or(0)
}
