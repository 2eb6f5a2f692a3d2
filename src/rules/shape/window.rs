//! The window: a stretch of input, with masks of the classes of its bytes.

use crate::arch::{BLOCK, Bits, Mask};
use crate::rules::masks::{BLOCKS, Masks, WINDOW};

/// The bytes of a window as they come out, and masks of them.
#[repr(C, align(64))]
pub(super) struct Window {
    /// Letters and digits are `Y` already. [`Block::list`](crate::arch::Block::list) reads the byte
    /// after a block, so this field is the first and others follow.
    pub(super) bytes: [[u8; BLOCK]; BLOCKS],
    /// ASCII letters and digits.
    pub(super) runs: Masks,
    /// Openers, closers and newlines.
    pub(super) stops: Masks,
    /// The bytes directly after the openers of outermost enclosures.
    pub(super) starts: Masks,
    /// The closers of outermost enclosures.
    pub(super) closers: Masks,
    /// The bytes that come out.
    pub(super) keep: Masks,
    /// The bytes that an `X` is inserted before: closers of empty enclosures.
    pub(super) insert: Masks,
    /// The blocks that an `X` is inserted into, one bit each.
    pub(super) inserting: Mask,
}

impl Window {
    /// Returns a window of nothing.
    pub(super) fn new() -> Self {
        Self {
            bytes: [[0; _]; _],
            runs: Masks::NONE,
            stops: Masks::NONE,
            starts: Masks::NONE,
            closers: Masks::NONE,
            keep: Masks::NONE,
            insert: Masks::NONE,
            inserting: 0,
        }
    }

    /// Returns the byte at `index`, as it comes out.
    #[inline(always)]
    pub(super) fn byte(&self, index: usize) -> u8 {
        self.bytes.as_flattened()[index]
    }

    /// Drops the bytes from `len` to the end of the block.
    #[inline(always)]
    pub(super) fn end_after(&mut self, len: usize) {
        if !len.is_multiple_of(BLOCK) {
            *self.keep.get_mut(len / BLOCK) &= (1 << (len % BLOCK)) - 1;
        }
    }

    /// Makes the bytes from `start` to the `closer` after them an enclosure. Enclosures must not
    /// overlap.
    #[inline(always)]
    pub(super) fn enclose(&mut self, start: usize, closer: usize) {
        let (start, closer) = (start % WINDOW, closer % WINDOW);
        *self.starts.get_mut(start / BLOCK) |= 1 << (start % BLOCK);
        *self.closers.get_mut(closer / BLOCK) |= 1 << (closer % BLOCK);
        // If they are the same, there is no byte to replace.
        let bytes = self.bytes.as_flattened_mut();
        let symbol = bytes[closer];
        bytes[start] = b'X';
        bytes[closer] = symbol;
    }

    /// Decides which bytes of the first `count` blocks come out: of each run the first, and of each
    /// enclosure the first, as its `X`. Ends the enclosures.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set of `B`, and `count` is at most [`BLOCKS`].
    #[inline(always)]
    pub(super) unsafe fn mark_kept<B: Bits>(&mut self, count: usize) {
        debug_assert!(count <= BLOCKS);
        self.inserting = 0;
        let (mut block, mut borrow) = (0, 0);
        while block < count {
            // SAFETY: the caller's promise, and there are at most `BLOCKS` blocks.
            unsafe {
                let runs: B = self.runs.at(block);
                let starts: B = self.starts.at(block);
                let closers: B = self.closers.at(block);
                let after_run = runs.shl(1) | self.runs.before::<B>(block).shr(63);
                // The difference of two bits has all bits from the lower one up to, not including,
                // the higher.
                let inside = closers.sub(starts, &mut borrow);
                self.keep
                    .set(block, B::splat(Mask::MAX).and_not(runs & after_run | inside) | starts);
                let insert = starts & closers;
                self.insert.set(block, insert);
                self.inserting |= insert.nonzero() << block;
                self.starts.set(block, B::splat(0));
                self.closers.set(block, B::splat(0));
            }
            block += B::LANES;
        }
    }

    /// Returns the number of bytes that come out of `block` for those in `bytes`.
    #[inline(always)]
    pub(super) fn output_len(&self, block: usize, bytes: Mask) -> usize {
        let [keep, insert] = [&self.keep, &self.insert].map(|masks| masks.get(block) & bytes);
        (keep.count_ones() + insert.count_ones()) as usize
    }

    /// Returns the number of stops of the first `count` blocks.
    #[inline(always)]
    pub(super) fn count_stops(&self, count: usize) -> u64 {
        self.stops.all().iter().take(count).map(|stops| u64::from(stops.count_ones())).sum()
    }

    /// Prepares the window for the start of an input.
    #[inline(always)]
    pub(super) fn begin(&mut self) {
        self.runs.begin();
    }

    /// Prepares the window for the next stretch of input.
    #[inline(always)]
    pub(super) fn turn(&mut self) {
        self.runs.turn();
    }
}
