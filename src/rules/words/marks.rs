//! The word rules as arithmetic on masks.
//!
//! Tokens are runs of ones, in a number with one bit for each byte of the window. A digit added to
//! such a run is carried to its end: of the sum's bits in the run, those before the first digit
//! stay ones, the first digit is a zero, and from there on there are zeros and, at other digits,
//! ones. The same with all bits in the opposite order finds the bytes with a digit after them. So
//! the cost of a token depends neither on its length nor on its digits, and blocks need no branch.

use crate::arch::{Bits, Mask};

use super::window::Window;
use crate::rules::masks::BLOCKS;

/// What the search for tokens finds in a window.
pub(super) struct Found {
    /// 1 if the window begins in a token that has a digit from there on, before the window's end.
    pub(super) is_value_at_start: Mask,
    /// The number of newlines.
    pub(super) newlines: u64,
    /// Whether there may be a TAB or a `\r`.
    pub(super) has_controls: bool,
}

/// The results for a window that its output, its successor and its predecessor need.
pub(super) struct Marks {
    /// 1 if the window ends in a token that has a digit.
    pub(super) is_value_at_end: Mask,
    /// The blocks in which a word begins that may be a date word.
    pub(super) date_blocks: Mask,
    /// Whether a word may be hexadecimal.
    pub(super) has_hex: bool,
}

/// Finds the tokens, the bytes of them with a digit after them, and the blanks except for TABs, in
/// the first `count` blocks of the window, from the last block to the first.
///
/// # Safety
///
/// The CPU has the instruction set of `B`.
#[inline(always)]
pub(super) unsafe fn mark_tokens<B: Bits>(window: &mut Window, count: usize) -> Found {
    debug_assert!(count <= BLOCKS);
    let mut carry = 0;
    // SAFETY: the caller's promise.
    let (all, none) = unsafe { (B::splat(Mask::MAX), B::splat(0)) };
    let (mut newline_counts, mut controls) = (none, none);
    let mut block = count.next_multiple_of(B::LANES);
    while block > 0 {
        block -= B::LANES;
        // SAFETY: the caller's promise, and there are at most `BLOCKS` blocks.
        unsafe {
            let breaks: B = window.breaks.at(block);
            // See `classes`.
            let [small, hex, spaces]: [B; 3] =
                [&window.small, &window.hex, &window.spaces].map(|masks| masks.at(block));
            let small_spaces = spaces & small;
            window.blanks.set(block, breaks & small_spaces.and_not(hex));
            let colons = small_spaces & hex;
            let low_hex = (hex & breaks).and_not(small);
            newline_counts = (low_hex & spaces).count(newline_counts);
            controls = controls | low_hex.and_not(spaces);

            let is_after_break = breaks.shl(1) | window.breaks.before::<B>(block).shr(63);
            let is_before_break = breaks.shr(1) | window.breaks.after::<B>(block).shl(63);
            let separators = breaks.and_not(colons.and_not(is_after_break | is_before_break));
            let tokens = all ^ separators;
            window.tokens.set(block, tokens);
            let digits: B = window.digits.at(block);
            let tails = tokens.reverse().add(digits.reverse(), &mut carry).reverse();
            window.tails.set(block, tails);
        }
    }
    Found {
        is_value_at_start: carry,
        newlines: newline_counts.sum(),
        has_controls: controls.nonzero() != 0,
    }
}

/// Decides of each byte in the first `count` blocks of the window whether it comes out, as far as
/// this depends on digits and blanks, from the first block to the last. `is_value` is 1 if the
/// window before ends in a token that has a digit.
///
/// # Safety
///
/// As for [`mark_tokens`].
#[inline(always)]
pub(super) unsafe fn mark_kept<B: Bits>(
    window: &mut Window,
    count: usize,
    is_value: Mask,
) -> Marks {
    let mut carry = is_value;
    let mut date_blocks = 0;
    // SAFETY: the caller's promise, and there are at most `BLOCKS` blocks.
    unsafe {
        let (all, mut hex_runs) = (B::splat(Mask::MAX), B::splat(0));
        let last_two = B::splat(3 << 62);
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
            let [tokens_before, tokens_after]: [B; 2] =
                [window.tokens.before(block), window.tokens.after(block)];
            let is_after_token = tokens.shl(1) | tokens_before.shr(63);
            let is_three_before_token = tokens.shr(3) | tokens_after.shl(61);
            // Digits have the bit of small letters, so the first digit of a value is not taken for
            // a capital letter.
            let small: B = window.small.at(block);
            // The bytes of the next block are not looked at here.
            let is_two_before_small = small.shr(2) | last_two;
            let dates = words.and_not(small).and_not(is_after_token) & is_two_before_small;
            let dates = dates.and_not(is_three_before_token);
            window.dates.set(block, dates);
            date_blocks |= dates.nonzero() << block;

            let hex = words & window.hex.at(block);
            let twos = hex & hex.shr(1);
            let fours = twos & twos.shr(2);
            // A run of eight over an edge of the block has four on one side and one on the other.
            let before_edge = (tokens_after & window.hex.after(block)).shl(60);
            let after_edge = (tokens_before & window.hex.before(block)).shr(63);
            hex_runs = hex_runs | fours & (fours.shr(4) | before_edge | after_edge);
            block += B::LANES;
        }
        let has_hex = hex_runs.nonzero() != 0;
        Marks { is_value_at_end: carry, date_blocks, has_hex }
    }
}
