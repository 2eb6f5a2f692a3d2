//! Values without a digit: date words and hexadecimal words.
//!
//! Masks say where one may be. Here bytes are looked at.

use crate::arch::{BLOCK, Mask};

use super::window::Window;

/// The least length of a hexadecimal value.
const HEX_LEN: usize = 8;

/// Makes of the three bytes of each date word a different index, of five bits.
const MULTIPLIER: u32 = 0xc69d_4bd9;

/// Each date word at its index.
static DATE_WORDS: [u32; 32] = {
    const WORDS: &[u8] = b"MonTueWedThuFriSatSunJanFebMarAprMayJunJulAugSepOctNovDec";
    let mut table = [0; 32];
    let mut at = 0;
    while at < WORDS.len() {
        let word = u32::from_le_bytes([WORDS[at], WORDS[at + 1], WORDS[at + 2], 0]);
        let entry = &mut table[index_of(word)];
        assert!(*entry == 0, "two date words have one index");
        *entry = word;
        at += 3;
    }
    table
};

const fn index_of(word: u32) -> usize {
    (word.wrapping_mul(MULTIPLIER) >> 27) as usize
}

#[inline(always)]
fn is_date_word(bytes: [u8; 3]) -> bool {
    let [a, b, c] = bytes;
    let word = u32::from_le_bytes([a, b, c, 0]);
    DATE_WORDS[index_of(word)] == word
}

/// Whether a word of these bytes, which are those of `before` and then the first `len` of `window`,
/// is a value.
pub(super) fn is_value(before: &[u8], window: &[u8]) -> bool {
    let mut bytes = before.iter().chain(window).copied();
    match before.len() + window.len() {
        3 => is_date_word(std::array::from_fn(|_| bytes.next().unwrap_or(0))),
        HEX_LEN.. => bytes.all(|byte| byte.is_ascii_hexdigit()),
        _ => false,
    }
}

impl Window {
    /// Makes values of date words, of which some may end in `blocks`.
    #[inline(always)]
    pub(super) fn mark_date_words(&mut self, mut blocks: Mask) {
        while blocks != 0 {
            let block = blocks.trailing_zeros() as usize;
            let mut ends = self.date_ends.get(block);
            while ends != 0 {
                self.mark_date_word(block * BLOCK + ends.trailing_zeros() as usize);
                ends &= ends - 1;
            }
            blocks &= blocks - 1;
        }
    }

    /// Makes a value of the token that ends before `end`, if it is a date word.
    #[inline(always)]
    fn mark_date_word(&mut self, end: usize) {
        // One that begins in the window before is looked at where that one's last token is.
        let Some(start) = end.checked_sub(3) else { return };
        let bytes = self.bytes.as_flattened();
        let word = [bytes[start], bytes[start + 1], bytes[start + 2]];
        if is_date_word(word) && !self.is_in_token_before(start) {
            self.keep_first(start, end);
        }
    }

    /// Whether the byte before the one at `index` is part of a token.
    fn is_in_token_before(&self, index: usize) -> bool {
        let mask = match index.checked_sub(1) {
            Some(before) => self.tokens.get(before / BLOCK) >> (before % BLOCK),
            None => self.tokens.last_before() >> (BLOCK - 1),
        };
        mask & 1 == 1
    }

    /// Makes values of hexadecimal words that begin and end in the first `len` bytes.
    #[cold]
    pub(super) fn mark_hex_words(&mut self, len: usize) {
        let mut start = 0;
        while start < len {
            let is_hex = |index: usize| self.byte(index).is_ascii_hexdigit();
            let end = (start..len).find(|&index| !is_hex(index)).unwrap_or(len);
            let is_token_end = end == len || !self.is_in_token_before(end + 1);
            let is_long = end - start >= HEX_LEN;
            // One that reaches the end of the window may go on, and is looked at in the next.
            if is_long && end < len && is_token_end && !self.is_in_token_before(start) {
                self.keep_first(start, end);
            }
            start = end + 1;
        }
    }

    /// Makes a `*` of the bytes from `start` to `end`.
    #[inline(always)]
    fn keep_first(&mut self, start: usize, end: usize) {
        self.bytes.as_flattened_mut()[start] = b'*';
        self.drop_bytes(start + 1, end);
    }

    /// Has the bytes from `start` to `end` not come out.
    #[inline(always)]
    pub(super) fn drop_bytes(&mut self, start: usize, end: usize) {
        for index in start..end {
            *self.keep.get_mut(index / BLOCK) &= !(1 << (index % BLOCK));
        }
    }
}
