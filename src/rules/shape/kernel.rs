//! The shape rules on 64 bytes at a time: the algorithm of all fast kernels.
//!
//! A kernel classifies a block of 64 bytes into masks, one bit for each byte. This module turns
//! them into [`OutputMasks`], which say which of the bytes come out, and writes those next to each
//! other:
//!
//! - of a run only the first byte is kept, and the kernel has made it a `Y`;
//! - brackets are processed one by one. All other bytes, which are most bytes of a log, cost no
//!   branch;
//! - an enclosure within the block only changes masks: of the bytes between its brackets one is
//!   kept, as the `X`. If there are none, the block is written with an `X` after each byte to
//!   choose from;
//! - a level that was opened in an earlier block knows the position of its content in the output.
//!   Closing it moves the output position back there. Nothing is copied.
//!
//! # Why the output cannot overflow
//!
//! The input may be a mapped file that another process writes to, so no byte is read twice and
//! assumed to be the same. The output position only depends on masks in registers and on the stack
//! of levels. Whatever these hold, `n` bytes of input move it by at most `n + n / 2`:
//!
//! - an opener adds one byte;
//! - any other byte that does not close a level adds one byte or none;
//! - a closer that closes a level turns the level's opener, content and itself into at most three
//!   bytes. These came from at least two bytes of input, and no opener is closed twice.

use super::levels::{LevelStorage, OpenLevels};
use super::masks::OutputMasks;
use crate::arch::{BLOCK, Block, Mask};
use crate::rules::spans::{LineRecorder, LineStart};
use crate::rules::{SLACK, max_output_len};

/// The classes of the bytes of a block, as masks.
#[derive(Clone, Copy)]
pub(super) struct Classes {
    /// ASCII letters and digits.
    pub(super) runs: Mask,
    /// Openers and closers, quotes included.
    pub(super) brackets: Mask,
    /// `\n`.
    pub(super) newlines: Mask,
    /// `\r`.
    pub(super) returns: Mask,
}

/// The classification of bytes by a kernel. It must be inlined into a function that has the
/// kernel's target features.
pub(super) trait Classify: Block {
    /// Returns the block of `bytes`, with each letter and digit replaced by `Y`, and its classes.
    /// Each byte is read once, so that it is in one class at most, also while another process
    /// writes to the input.
    ///
    /// # Safety
    ///
    /// The CPU has the target features of the kernel.
    unsafe fn classify(bytes: &[u8; BLOCK]) -> (Self, Classes);
}

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
pub(super) unsafe fn normalize<B: Classify, N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    levels: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    output.reserve(max_output_len(input.len()) + SLACK);
    // SAFETY: the vector's length is within its allocation.
    let start = unsafe { output.as_mut_ptr().add(output.len()) };
    let levels = OpenLevels::new(levels);
    let mut state =
        State { output: start, position: 0, in_run: 0, in_line: false, lines: 0, levels };
    let (blocks, rest) = input.as_chunks::<BLOCK>();
    // SAFETY: the features are the caller's promise. There is room for the output of each block and
    // `BLOCK` bytes after it: that much was reserved, and the docs of the module show that the
    // bytes before the block have not moved the position further than was reserved for them.
    unsafe {
        let mut ahead = load::<B>(blocks, 0);
        let mut index = 0;
        // Each block is loaded before the one before it is processed. A mispredicted branch then
        // costs less, because the condition of the next branch is known already.
        while let Some(loaded) = ahead {
            index += 1;
            ahead = load::<B>(blocks, index);
            let next = || input.get(index * BLOCK).copied();
            state.block(loaded, (index - 1) * BLOCK, BLOCK, next, spans);
        }
    }
    if !rest.is_empty() {
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        // SAFETY: as above; the padding is not kept.
        unsafe {
            state.block(B::classify(&block), blocks.len() * BLOCK, rest.len(), || None, spans)
        };
    }
    let State { position, mut lines, in_line, .. } = state;
    // SAFETY: that many bytes after the vector's length were reserved and have been written.
    unsafe { output.set_len(output.len() + position) };
    if in_line {
        spans.push(LineStart { line: input.len() + 1, pattern: position + 1 });
        output.push(b'\n');
        lines += 1;
    }
    lines
}

/// Returns the block at `index`, classified, or `None` after the last one.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
unsafe fn load<B: Classify>(blocks: &[[u8; BLOCK]], index: usize) -> Option<(B, Classes)> {
    let block = blocks.get(index)?;
    // SAFETY: the caller's promise.
    Some(unsafe { B::classify(block) })
}

/// The state of the kernel between two blocks.
pub(super) struct State<'a> {
    /// The start of the output of this call.
    pub(super) output: *mut u8,
    /// Bytes written to `output`.
    pub(super) position: usize,
    /// 1 if the last byte was part of a run.
    in_run: Mask,
    /// Whether the last byte was not a newline.
    in_line: bool,
    /// Newlines so far.
    lines: u64,
    pub(super) levels: OpenLevels<'a>,
}

impl State<'_> {
    /// Processes the first `len` bytes of a block with `before` bytes before it. `next` returns the
    /// byte after them.
    ///
    /// # Safety
    ///
    /// The CPU has the target features of `B`, and `output` has room for the output of the block
    /// and [`BLOCK`] bytes more.
    #[inline(always)]
    unsafe fn block<B: Classify, N: LineRecorder>(
        &mut self,
        (mut block, classes): (B, Classes),
        before: usize,
        len: usize,
        next: impl Fn() -> Option<u8>,
        spans: &mut N,
    ) {
        let Classes { runs, brackets, newlines, returns } = classes;
        let valid = Mask::MAX >> (BLOCK - len);
        let mut masks = OutputMasks::new(valid & !(runs & (runs << 1 | self.in_run)));
        if returns != 0 {
            let last_ends_line = next().is_none_or(|next| next == b'\n');
            let before_end = newlines >> 1 | Mask::from(last_ends_line) << (len - 1);
            masks.emit &= !(returns & before_end);
        }
        self.in_run = runs >> (BLOCK - 1);
        self.in_line = newlines >> (len - 1) == 0;
        self.lines += u64::from(newlines.count_ones());

        // SAFETY: the caller's promise. No more is stored than the output of the block and `BLOCK`
        // bytes.
        unsafe {
            if brackets != 0 {
                self.brackets(block, brackets, newlines, &mut masks);
                block = block.replace(masks.to_x, b'X');
            } else {
                self.levels.clear_if(newlines != 0);
            }
            spans.push_all(newlines, before, |bytes| self.position + masks.len_of(bytes));
            if masks.insert_x != 0 {
                for (half, bytes) in interleave_x(block.to_array()).iter().enumerate() {
                    self.store(B::from_array(bytes), masks.interleaved(half));
                }
            } else {
                self.store(block, masks.emit);
            }
        }
    }

    /// Stores those bytes of `block` that are in `emit`.
    ///
    /// # Safety
    ///
    /// `output` has room for [`BLOCK`] bytes after `position`.
    #[inline(always)]
    unsafe fn store<B: Block>(&mut self, block: B, emit: Mask) {
        // SAFETY: the caller's promise.
        unsafe { block.store_compressed(emit, self.output.add(self.position)) };
        self.position += emit.count_ones() as usize;
    }
}

/// Returns the bytes, each with an `X` after it.
#[inline(always)]
fn interleave_x(bytes: [u8; BLOCK]) -> [[u8; BLOCK]; 2] {
    let mut interleaved = [[b'X'; BLOCK]; 2];
    for (to, byte) in interleaved.as_flattened_mut().iter_mut().step_by(2).zip(bytes) {
        *to = byte;
    }
    interleaved
}
