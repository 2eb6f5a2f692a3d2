//! The masks of a window: a stretch of input that kernels pass over several times.

use crate::arch::{BLOCK, Bits, Block, Mask};

/// Blocks in a window. With fewer, the work that is done once for each window takes noticeable
/// time. With more, a window, its input and its output do not fit into the L1 cache.
pub(in crate::rules) const BLOCKS: usize = 64;

/// Bytes in a window.
pub(in crate::rules) const WINDOW: usize = BLOCKS * BLOCK;

/// The number of masks before the first block's and after the last block's: as many as a register
/// holds. The last one before the first block's belongs to the window before.
const MARGIN: usize = 8;

/// A mask for each block of a window.
#[repr(C, align(64))]
pub(in crate::rules) struct Masks([Mask; MARGIN + BLOCKS + MARGIN]);

impl Masks {
    pub(in crate::rules) const NONE: Self = Self([0; _]);
    pub(in crate::rules) const ALL: Self = Self([Mask::MAX; _]);

    /// Returns the mask of `block`.
    #[inline(always)]
    pub(in crate::rules) fn get(&self, block: usize) -> Mask {
        self.0[MARGIN + block]
    }

    /// Returns the mask of `block`, to be changed.
    #[inline(always)]
    pub(in crate::rules) fn get_mut(&mut self, block: usize) -> &mut Mask {
        &mut self.0[MARGIN + block]
    }

    /// Returns the masks of all blocks of the window.
    #[inline(always)]
    pub(in crate::rules) fn all(&self) -> &[Mask; BLOCKS] {
        let (all, _) = self.0[MARGIN..].as_chunks::<BLOCKS>();
        &all[0]
    }

    /// Returns the masks of all blocks of the window, to be changed.
    #[inline(always)]
    pub(in crate::rules) fn all_mut(&mut self) -> &mut [Mask; BLOCKS] {
        let (all, _) = self.0[MARGIN..].as_chunks_mut::<BLOCKS>();
        &mut all[0]
    }

    /// Returns the mask of the last block before the window.
    #[inline(always)]
    pub(in crate::rules) fn last_before(&self) -> Mask {
        self.0[MARGIN - 1]
    }

    /// Returns the masks of the blocks from `block` on.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set of `B`, and `block` is less than [`BLOCKS`] and a multiple
    /// of the masks that `B` has.
    #[inline(always)]
    pub(in crate::rules) unsafe fn at<B: Bits>(&self, block: usize) -> B {
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
    pub(in crate::rules) unsafe fn before<B: Bits>(&self, block: usize) -> B {
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
    pub(in crate::rules) unsafe fn after<B: Bits>(&self, block: usize) -> B {
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
    pub(in crate::rules) unsafe fn set<B: Bits>(&mut self, block: usize, masks: B) {
        debug_assert!(block < BLOCKS && block.is_multiple_of(B::LANES));
        // SAFETY: as for `at`.
        unsafe { masks.store(self.0.as_mut_ptr().add(MARGIN + block)) }
    }

    /// Sets the masks from `block` on that a register can hold together with masks before it.
    pub(in crate::rules) fn fill_from(&mut self, block: usize, mask: Mask) {
        let end = block.next_multiple_of(MARGIN) + 1;
        self.0[MARGIN + block..MARGIN + end].fill(mask);
    }

    /// Has nothing before the window.
    pub(in crate::rules) fn begin(&mut self) {
        self.0[MARGIN - 1] = 0;
    }

    /// Makes the last block of this window the one before the next window.
    pub(in crate::rules) fn turn(&mut self) {
        self.0[MARGIN - 1] = self.0[MARGIN + BLOCKS - 1];
    }
}

/// Removes from `keep` each `\r` that a newline follows, among the first `len` of `bytes`. `next` is
/// the byte after them. The end of the input counts as a newline.
///
/// # Safety
///
/// The CPU has the instruction set of `B`.
#[inline(always)]
pub(in crate::rules) unsafe fn drop_returns<B: Block>(
    bytes: &[[u8; BLOCK]; BLOCKS],
    keep: &mut Masks,
    len: usize,
    next: u8,
) {
    let mut newline_after = Mask::from(next == b'\n');
    for block in (0..len.div_ceil(BLOCK)).rev() {
        // SAFETY: the caller's promise.
        let bytes = unsafe { B::from_array(&bytes[block]) };
        let end = if block == len / BLOCK { 1 << (len % BLOCK) } else { 0 };
        let newlines = bytes.equal(b'\n') | end;
        let before_newline = newlines >> 1 | newline_after << (BLOCK - 1);
        *keep.get_mut(block) &= !(bytes.equal(b'\r') & before_newline);
        newline_after = newlines & 1;
    }
}
