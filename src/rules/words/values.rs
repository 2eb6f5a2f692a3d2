//! Values without a digit: date words and hexadecimal words.
//!
//! Masks say where such values may be. This module reads the bytes.

use crate::arch::{BLOCK, Mask};

use super::window::Window;

/// The minimum length of a hexadecimal value.
const HEX_LEN: usize = 8;

/// A factor that gives each date word a different index of five bits.
const MULTIPLIER: u32 = 0xc69d_4bd9;

/// Each date word at its index, and elsewhere a number that no three bytes have.
static DATE_WORDS: [u32; 32] = {
    const WORDS: &[u8] = b"MonTueWedThuFriSatSunJanFebMarAprMayJunJulAugSepOctNovDec";
    let mut table = [u32::MAX; 32];
    let mut at = 0;
    while at < WORDS.len() {
        let word = u32::from_le_bytes([WORDS[at], WORDS[at + 1], WORDS[at + 2], 0]);
        let entry = &mut table[index_of(word)];
        assert!(*entry == u32::MAX, "two date words have one index");
        *entry = word;
        at += 3;
    }
    table
};

const fn index_of(word: u32) -> usize {
    (word.wrapping_mul(MULTIPLIER) >> 27) as usize
}

/// Returns whether the first three bytes are those of a date word.
#[inline(always)]
fn is_date_word(bytes: [u8; 4]) -> bool {
    let word = u32::from_le_bytes(bytes) & 0xff_ffff;
    DATE_WORDS[index_of(word)] == word
}

/// Returns whether a word without a digit, of the bytes of `start` and then of `end`, is a value.
pub(super) fn is_value(start: &[u8], end: &[u8]) -> bool {
    let mut bytes = start.iter().chain(end).copied();
    match start.len() + end.len() {
        3 => is_date_word(std::array::from_fn(|_| bytes.next().unwrap_or(0))),
        HEX_LEN.. => bytes.all(|byte| byte.is_ascii_hexdigit()),
        _ => false,
    }
}

impl Window {
    /// Replaces date words by `*`. `blocks` has a bit for each block in which one may begin.
    #[inline(always)]
    pub(super) fn mark_date_words(&mut self, mut blocks: Mask) {
        while blocks != 0 {
            let block = blocks.trailing_zeros() as usize;
            let mut starts = self.dates.get(block);
            while starts != 0 {
                self.mark_date_word(block, starts.trailing_zeros() as usize);
                starts &= starts - 1;
            }
            blocks &= blocks - 1;
        }
    }

    /// Replaces the token of three bytes at `index` of `block` by `*` if it is a date word.
    #[inline(always)]
    fn mark_date_word(&mut self, block: usize, index: usize) {
        let rest = self.bytes.as_flattened_mut().get_mut(block * BLOCK + index..);
        // A token at the end of the window may continue, and is tested when it ends.
        let Some(word) = rest.and_then(|rest| rest.first_chunk_mut()) else { return };
        if is_date_word(*word) {
            word[0] = b'*';
            *self.keep.get_mut(block) &= !(0b110 << index);
            if index > BLOCK - 3 {
                // The rest of the word is in the next block.
                *self.keep.get_mut(block + 1) &= !((0b110_u128 << index >> BLOCK) as Mask);
            }
        }
    }

    /// Returns whether the byte at `index` is part of a token.
    #[inline(always)]
    fn is_in_token(&self, index: usize) -> bool {
        self.tokens.get(index / BLOCK) >> (index % BLOCK) & 1 == 1
    }

    /// Replaces the hexadecimal words that begin and end in the first `count` blocks by `*`.
    #[cold]
    pub(super) fn mark_hex_words(&mut self, count: usize) {
        let mut before = self.tokens.last_before();
        for block in 0..count {
            let tokens = self.tokens.get(block);
            let starts = self.hex_words(block) & !(tokens << 1 | before >> (BLOCK - 1));
            let mut starts = starts & self.runs_of_hex(block, count);
            while starts != 0 {
                self.mark_hex_word(block * BLOCK + starts.trailing_zeros() as usize, count);
                starts &= starts - 1;
            }
            before = tokens;
        }
    }

    /// Returns the mask of the bytes of a block at which a run of [`HEX_LEN`] hexadecimal letters
    /// of words begins.
    fn runs_of_hex(&self, block: usize, count: usize) -> Mask {
        let next = if block + 1 < count { self.hex_words(block + 1) } else { 0 };
        let ones = u128::from(next) << BLOCK | u128::from(self.hex_words(block));
        let twos = ones & ones >> 1;
        let fours = twos & twos >> 2;
        (fours & fours >> 4) as Mask
    }

    /// Returns the mask of the hexadecimal letters of a block that are in words.
    fn hex_words(&self, block: usize) -> Mask {
        let words = self.tokens.get(block) & self.keep.get(block) & !self.digits.get(block);
        words & self.hex.get(block)
    }

    /// Replaces the token at `start` by `*` if it is a hexadecimal word and ends in the first
    /// `count` blocks.
    fn mark_hex_word(&mut self, start: usize, count: usize) {
        let mut end = start;
        while end < count * BLOCK {
            let rest = self.hex_words(end / BLOCK) >> (end % BLOCK);
            end += rest.trailing_ones() as usize;
            if rest.trailing_ones() == 0 || !end.is_multiple_of(BLOCK) {
                break;
            }
        }
        // A token that reaches the end of the window may continue, and is tested when it ends.
        let is_ended = end < count * BLOCK && !self.is_in_token(end);
        if is_ended && self.bytes.as_flattened()[start..end].iter().all(u8::is_ascii_hexdigit) {
            self.bytes.as_flattened_mut()[start] = b'*';
            self.drop_bytes(start + 1, end);
        }
    }

    /// Drops the bytes from `start` to `end`.
    #[inline(always)]
    pub(super) fn drop_bytes(&mut self, start: usize, end: usize) {
        let mut start = start;
        while start < end {
            let next = (start / BLOCK * BLOCK + BLOCK).min(end);
            let dropped = Mask::MAX >> (BLOCK - (next - start)) << (start % BLOCK);
            *self.keep.get_mut(start / BLOCK) &= !dropped;
            start = next;
        }
    }
}
