//! The window: a stretch of input, with masks of the classes of its bytes.

use crate::arch::{BLOCK, Bits, Mask};

/// Blocks in a window. With fewer, the work that is done once for each window takes noticeable
/// time. With more, a window, its input and its output do not fit into the L1 cache.
pub(super) const BLOCKS: usize = 64;

/// Bytes in a window.
pub(super) const WINDOW: usize = BLOCKS * BLOCK;

/// The number of masks before the first block's and after the last block's: as many as a register
/// holds. The last one before the first block's belongs to the window before.
const MARGIN: usize = 8;

/// A mask for each block of a window.
#[repr(C, align(64))]
pub(super) struct Masks([Mask; MARGIN + BLOCKS + MARGIN]);

impl Masks {
    const NONE: Self = Self([0; _]);
    const ALL: Self = Self([Mask::MAX; _]);

    /// Returns the mask of `block`.
    #[inline(always)]
    pub(super) fn get(&self, block: usize) -> Mask {
        self.0[MARGIN + block]
    }

    /// Returns the mask of `block`, to be changed.
    #[inline(always)]
    pub(super) fn get_mut(&mut self, block: usize) -> &mut Mask {
        &mut self.0[MARGIN + block]
    }

    /// Returns the masks of all blocks of the window.
    #[inline(always)]
    pub(super) fn all(&self) -> &[Mask; BLOCKS] {
        let (all, _) = self.0[MARGIN..].as_chunks::<BLOCKS>();
        &all[0]
    }

    /// Returns the masks of all blocks of the window, to be changed.
    #[inline(always)]
    pub(super) fn all_mut(&mut self) -> &mut [Mask; BLOCKS] {
        let (all, _) = self.0[MARGIN..].as_chunks_mut::<BLOCKS>();
        &mut all[0]
    }

    /// Returns the mask of the last block before the window.
    #[inline(always)]
    pub(super) fn last_before(&self) -> Mask {
        self.0[MARGIN - 1]
    }

    /// Returns the masks of the blocks from `block` on.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set of `B`, and `block` is less than [`BLOCKS`] and a multiple
    /// of the masks that `B` has.
    #[inline(always)]
    pub(super) unsafe fn at<B: Bits>(&self, block: usize) -> B {
        debug_assert!(block < BLOCKS && block.is_multiple_of(B::LANES));
        // SAFETY: `BLOCKS` is a multiple of all numbers of lanes, so these lie within the array.
        unsafe { B::load(self.0.as_ptr().add(MARGIN + block)) }
    }

    /// Returns the masks of the blocks from the one before `block` on.
    ///
    /// # Safety
    ///
    /// As for [`Self::at`].
    #[inline(always)]
    pub(super) unsafe fn before<B: Bits>(&self, block: usize) -> B {
        debug_assert!(block < BLOCKS && block.is_multiple_of(B::LANES));
        // SAFETY: as for `at`, and there are masks before the first.
        unsafe { B::load(self.0.as_ptr().add(MARGIN + block - 1)) }
    }

    /// Returns the masks of the blocks from the one after `block` on.
    ///
    /// # Safety
    ///
    /// As for [`Self::at`].
    #[inline(always)]
    pub(super) unsafe fn after<B: Bits>(&self, block: usize) -> B {
        debug_assert!(block < BLOCKS && block.is_multiple_of(B::LANES));
        // SAFETY: as for `at`, and there are masks after the last.
        unsafe { B::load(self.0.as_ptr().add(MARGIN + block + 1)) }
    }

    /// Sets the masks from `block` on.
    ///
    /// # Safety
    ///
    /// As for [`Self::at`].
    #[inline(always)]
    pub(super) unsafe fn set<B: Bits>(&mut self, block: usize, masks: B) {
        debug_assert!(block < BLOCKS && block.is_multiple_of(B::LANES));
        // SAFETY: as for `at`.
        unsafe { masks.store(self.0.as_mut_ptr().add(MARGIN + block)) }
    }

    /// Sets the masks from `block` on that a register can hold together with masks before it.
    fn fill_from(&mut self, block: usize, mask: Mask) {
        let end = block.next_multiple_of(MARGIN) + 1;
        self.0[MARGIN + block..MARGIN + end].fill(mask);
    }

    /// Makes the last block of this window the one before the next window.
    fn turn(&mut self) {
        self.0[MARGIN - 1] = self.0[MARGIN + BLOCKS - 1];
    }
}

/// The bytes of a window as they come out, and masks of their classes.
#[repr(C, align(64))]
pub(super) struct Window {
    /// Digits are `*` already.
    pub(super) bytes: [[u8; BLOCK]; BLOCKS],
    /// Separators and colons.
    pub(super) breaks: Masks,
    pub(super) digits: Masks,
    /// Bytes with the bit of small letters: all small letters, no capital letter, and others.
    pub(super) small: Masks,
    /// All letters that are hexadecimal digits, and some separators. See [`super::classes`].
    pub(super) hex: Masks,
    /// Some separators. See [`super::classes`].
    pub(super) spaces: Masks,
    /// Spaces and TABs.
    pub(super) blanks: Masks,
    /// Bytes of tokens.
    pub(super) tokens: Masks,
    /// All bytes except those with a digit after them in their token.
    pub(super) tails: Masks,
    /// The first bytes of words that may be date words.
    pub(super) dates: Masks,
    /// The bytes that come out.
    pub(super) keep: Masks,
}

impl Window {
    /// Returns a window before the start of the input.
    pub(super) fn new() -> Self {
        Self {
            bytes: [[0; _]; _],
            breaks: Masks::ALL,
            digits: Masks::NONE,
            small: Masks::NONE,
            hex: Masks::NONE,
            spaces: Masks::NONE,
            blanks: Masks::NONE,
            tokens: Masks::NONE,
            tails: Masks::NONE,
            dates: Masks::NONE,
            keep: Masks::NONE,
        }
    }

    /// Turns the blocks from `count` on into separators.
    pub(super) fn end_at(&mut self, count: usize) {
        let Self { digits, small, hex, spaces, .. } = self;
        [digits, small, hex, spaces].into_iter().for_each(|masks| masks.fill_from(count, 0));
        self.breaks.fill_from(count, Mask::MAX);
    }

    /// Drops the bytes from `len` to the end of the block.
    pub(super) fn end_after(&mut self, len: usize) {
        if !len.is_multiple_of(BLOCK) {
            *self.keep.get_mut(len / BLOCK) &= (1 << (len % BLOCK)) - 1;
        }
    }

    /// Sets whether a separator or colon follows the `count` blocks of the window.
    pub(super) fn set_next(&mut self, count: usize, is_break: bool) {
        *self.breaks.get_mut(count) = Mask::from(is_break).wrapping_neg();
    }

    /// Prepares the window for the next stretch of input.
    pub(super) fn turn(&mut self) {
        let Self { breaks, hex, blanks, tokens, .. } = self;
        [breaks, hex, blanks, tokens].into_iter().for_each(Masks::turn);
    }

    /// Returns the length of the token that the window, which has `len` bytes, begins with.
    #[inline(always)]
    pub(super) fn first_token(&self, len: usize) -> usize {
        let tokens = self.tokens.all();
        let blocks = tokens.iter().position(|&mask| mask != Mask::MAX).unwrap_or(BLOCKS);
        let ones = tokens.get(blocks).map_or(0, |mask| mask.trailing_ones() as usize);
        (blocks * BLOCK + ones).min(len)
    }

    /// Returns the length of the token that the window ends with. The window must be full.
    #[inline(always)]
    pub(super) fn last_token(&self) -> usize {
        let mut ones = 0;
        for mask in self.tokens.all().iter().rev() {
            ones += mask.leading_ones() as usize;
            if *mask != Mask::MAX {
                break;
            }
        }
        ones
    }

    /// Returns the byte at `index`, as it comes out.
    pub(super) fn byte(&self, index: usize) -> u8 {
        self.bytes.as_flattened()[index]
    }
}
