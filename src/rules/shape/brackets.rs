//! The effect of brackets on the masks of their block, on the open levels and on the output.

use std::hint::select_unpredictable;

use super::closer_of;
use super::kernel::State;
use super::masks::{OutputMasks, low_bits};
use crate::arch::{BLOCK, Block, Mask};

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

impl State<'_> {
    /// Processes the `brackets` of a block one by one.
    ///
    /// Conditions that depend on where the block starts in its line cannot be predicted, and a
    /// misprediction costs more than the work for a bracket, so they take no branch. There are
    /// branches on the kinds of brackets, because these repeat from line to line.
    ///
    /// # Safety
    ///
    /// The output has room for the output of the block.
    #[inline(always)]
    pub(super) unsafe fn brackets<B: Block>(
        &mut self,
        block: B,
        brackets: Mask,
        newlines: Mask,
        masks: &mut OutputMasks,
    ) {
        if !self.levels.has_room() {
            return;
        }
        let bytes = block.to_array();
        let adjacent = brackets & brackets >> 1;
        let (mut brackets, mut newlines) = (brackets, newlines);
        while brackets != 0 {
            let at = brackets.trailing_zeros();
            let bit = brackets & brackets.wrapping_neg();
            self.levels.clear_if(newlines & (bit - 1) != 0);
            newlines &= !(bit - 1);
            brackets ^= bit;

            let byte = bytes[at as usize % BLOCK];
            let group = self.levels.innermost();
            let closer = CLOSERS[usize::from(byte)];
            if group.closer() == byte {
                if group.extra() > 0 {
                    let equal = block.equal(byte);
                    // Of closers that follow one another, only the last one that closes a level of
                    // the group has an effect on the output.
                    let count = (equal >> at).trailing_ones().min(group.extra() + 1) - 1;
                    self.levels.close_in_group(count);
                    if count > 0 {
                        brackets &= !low_bits(at + count);
                        continue;
                    }
                }
                self.close(bit, masks);
            } else if closer != 0 {
                let mut count = 1;
                let next = bytes[(at as usize + 1) % BLOCK];
                if adjacent & bit != 0 && (next == closer || next == byte) {
                    count = 2;
                    if adjacent & bit << 1 != 0 {
                        count = repetition_len(block, at, byte, closer, next);
                    }
                    brackets &= !low_bits(at + count);
                    if next == closer {
                        masks.enclose_pairs(at, at + count);
                        continue;
                    }
                }
                self.levels.open(at, closer, count);
            }
        }
        self.levels.clear_if(newlines != 0);
        let position = self.position;
        self.levels.settle(|opener| position + masks.len_of((1 << opener) - 1) + 1);
    }

    /// Closes the innermost level, which must be the only one of its group, by the closer at `bit`.
    #[inline(always)]
    fn close(&mut self, bit: Mask, masks: &mut OutputMasks) {
        let group = self.levels.innermost();
        let is_new = self.levels.is_new();
        self.levels.close();
        // The content of a level from an earlier block has been stored. The `X` replaces it, and no
        // byte of this block before the closer comes out.
        let first = select_unpredictable(is_new, 2 << group.opener(), 1);
        self.position = select_unpredictable(is_new, self.position, group.content());
        if first == bit {
            // The closer is the first byte of the block. Any content was stored with earlier
            // blocks. SAFETY: there is room for the output of the block, which now starts with the
            // `X`.
            unsafe { self.output.add(self.position).write(b'X') };
            self.position += 1;
        } else {
            masks.enclose(first, bit);
        }
    }
}

/// Returns the number of brackets that repeat from index `at` on. If `next` is `closer`, these are
/// pairs of `opener` and `closer`, otherwise openers that no closer follows directly.
///
/// Lines of only brackets would be far slower than text if each bracket were processed on its own.
#[inline(always)]
fn repetition_len<B: Block>(block: B, at: u32, opener: u8, closer: u8, next: u8) -> u32 {
    let (openers, closed) = (block.equal(opener), block.equal(closer) >> 1);
    if next == closer {
        let pairs = openers & closed;
        ((pairs | pairs << 1) >> at).trailing_ones() / 2 * 2
    } else {
        ((openers & !closed) >> at).trailing_ones()
    }
}
