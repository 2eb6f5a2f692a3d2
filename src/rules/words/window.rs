//! The window: a stretch of input, with masks of the classes of its bytes.

use crate::arch::{BLOCK, Mask};
use crate::rules::masks::{BLOCKS, Masks};

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
