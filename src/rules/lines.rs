//! The lines that end in a window, for a recorder of lines.

use super::masks::BLOCKS;
use super::spans::LineRecorder;
use crate::arch::{BLOCK, Block, Mask};

/// The lines that end in a window.
///
/// They are recorded when all of the window is written. Doing so block by block is slower, because
/// the number of lines that end in a block cannot be predicted.
pub(super) struct Lines {
    /// The blocks in which lines end, one bit each.
    blocks: Mask,
    /// The newlines of each block.
    newlines: [Mask; BLOCKS],
    /// The start of the output of each block.
    positions: [usize; BLOCKS],
}

impl Default for Lines {
    #[inline(always)]
    fn default() -> Self {
        Self { blocks: 0, newlines: [0; _], positions: [0; _] }
    }
}

impl Lines {
    /// Notes the lines that end in a block whose output begins at `position`.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set of `B`.
    #[inline(always)]
    pub(super) unsafe fn note<B: Block>(
        &mut self,
        block: usize,
        bytes: &[u8; BLOCK],
        keep: Mask,
        position: usize,
    ) {
        // SAFETY: the caller's promise.
        let newlines = keep & unsafe { B::from_array(bytes) }.equal(b'\n');
        self.blocks |= Mask::from(newlines != 0) << block;
        self.newlines[block] = newlines;
        self.positions[block] = position;
    }

    /// Records the lines in `spans`. The window has `before` bytes of text before it. `output_len`
    /// returns the number of bytes that come out of a block for those of a mask.
    #[inline(always)]
    pub(super) fn push_all<N: LineRecorder>(
        self,
        before: usize,
        spans: &mut N,
        output_len: impl Fn(usize, Mask) -> usize,
    ) {
        let mut blocks = self.blocks;
        while blocks != 0 {
            let block = blocks.trailing_zeros() as usize;
            let pattern = |below: Mask| self.positions[block] + output_len(block, below);
            spans.push_all(self.newlines[block], before + block * BLOCK, pattern);
            blocks &= blocks - 1;
        }
    }
}
