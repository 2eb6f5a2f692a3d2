//! The word rules as arithmetic on masks.
//!
//! Tokens are runs of ones, in a number with one bit for each byte of the window. A digit added to
//! such a run is carried to its end: of the sum's bits in the run, those before the first digit
//! stay ones, the first digit is a zero, and from there on there are zeros and, at other digits,
//! ones. The same with all bits in the opposite order finds the bytes with a digit after them. So
//! the cost of a token depends neither on its length nor on its digits, and blocks need no branch.

use crate::arch::{Bits, Mask};

use super::window::{BLOCKS, Window};

/// The results for a window that its output, its successor and its predecessor need.
pub(super) struct Marks {
    /// 1 if the window begins in a token that has a digit from there on, before the window's end.
    pub(super) is_value_at_start: Mask,
    /// 1 if the window ends in a token that has a digit.
    pub(super) is_value_at_end: Mask,
    /// The blocks in which a word begins that may be a date word.
    pub(super) date_blocks: Mask,
    /// Whether a word may be hexadecimal.
    pub(super) has_hex: bool,
}

/// Decides of each byte in the first `count` blocks of the window whether it comes out, as far as
/// this depends on digits and blanks. `is_value` is 1 if the window before ends in a token that has
/// a digit.
///
/// # Safety
///
/// The CPU has the instruction set of `B`.
#[inline(always)]
pub(super) unsafe fn mark<B: Bits>(window: &mut Window, count: usize, is_value: Mask) -> Marks {
    debug_assert!(count <= BLOCKS);
    // SAFETY: the caller's promise.
    unsafe {
        let is_value_at_start = mark_tokens::<B>(window, count);
        Marks { is_value_at_start, ..mark_kept::<B>(window, count, is_value) }
    }
}

/// Finds the tokens, and the bytes of them with a digit after them, from the last block to the
/// first. Returns 1 if the window begins in a token that has a digit.
///
/// # Safety
///
/// As for [`mark`].
#[inline(always)]
unsafe fn mark_tokens<B: Bits>(window: &mut Window, count: usize) -> Mask {
    let mut carry = 0;
    // SAFETY: the caller's promise.
    let all = unsafe { B::splat(Mask::MAX) };
    let mut block = count.next_multiple_of(B::LANES);
    while block > 0 {
        block -= B::LANES;
        // SAFETY: the caller's promise, and there are at most `BLOCKS` blocks.
        unsafe {
            let digits: B = window.digits.at(block);
            let breaks: B = window.breaks.at(block);
            let is_after_break = breaks.shl(1) | window.breaks.before::<B>(block).shr(63);
            let is_before_break = breaks.shr(1) | window.breaks.after::<B>(block).shl(63);
            let colons: B = window.colons.at(block);
            let separators = breaks.and_not(colons.and_not(is_after_break | is_before_break));
            let tokens = all ^ separators;
            window.tokens.set(block, tokens);
            let tails = tokens.reverse().add(digits.reverse(), &mut carry).reverse();
            window.tails.set(block, tails);
        }
    }
    carry
}

/// Decides which bytes are kept, from the first block to the last.
///
/// # Safety
///
/// As for [`mark`].
#[inline(always)]
unsafe fn mark_kept<B: Bits>(window: &mut Window, count: usize, is_value: Mask) -> Marks {
    let mut carry = is_value;
    let mut date_blocks = 0;
    // SAFETY: the caller's promise, and there are at most `BLOCKS` blocks.
    unsafe {
        let (all, mut hex_runs) = (B::splat(Mask::MAX), B::splat(0));
        let mut block = 0;
        while block < count {
            let tokens: B = window.tokens.at(block);
            let digits: B = window.digits.at(block);
            let tails: B = window.tails.at(block);
            let heads = tokens.add(digits, &mut carry);
            // A digit is kept if it is the first, any other byte if no digit is on either side.
            let kept = (heads ^ digits) & (tails | digits);
            let blanks: B = window.blanks.at(block);
            let is_after_blank = blanks.shl(1) | window.blanks.before::<B>(block).shr(63);
            let dropped = tokens.and_not(kept) | blanks & is_after_blank;
            window.keep.set(block, all ^ dropped);

            let words = tokens & kept;
            let is_after_token = tokens.shl(1) | window.tokens.before::<B>(block).shr(63);
            let tokens_after: B = window.tokens.after(block);
            let is_three_before_token = tokens.shr(3) | tokens_after.shl(61);
            // Digits have the bit of small letters, so the first digit of a value is not taken for
            // a capital letter.
            let small: B = window.small.at(block);
            let is_two_before_small = small.shr(2) | window.small.after::<B>(block).shl(62);
            let dates = words.and_not(small).and_not(is_after_token) & is_two_before_small;
            let dates = dates.and_not(is_three_before_token);
            window.dates.set(block, dates);
            date_blocks |= dates.nonzero() << block;

            let hex = words & window.hex.at(block);
            let twos = hex & hex.shr(1);
            let fours = twos & twos.shr(2);
            // A run of eight over an edge of the block has four on one side and one on the other.
            let before_edge = window.hex.after::<B>(block).shl(60);
            let after_edge = window.hex.before::<B>(block).shr(63);
            hex_runs = hex_runs | fours & (fours.shr(4) | before_edge | after_edge);
            block += B::LANES;
        }
        let has_hex = hex_runs.nonzero() != 0;
        Marks { is_value_at_start: 0, is_value_at_end: carry, date_blocks, has_hex }
    }
}
