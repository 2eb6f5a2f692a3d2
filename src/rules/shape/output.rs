//! The output of patterns: the bytes of windows that come out, next to each other.
//!
//! # Why the output cannot overflow
//!
//! The input may be a mapped file that another process writes to, so no byte is read twice and
//! assumed to be the same. The output position only depends on masks and on levels, which nobody
//! else can write to. Whatever these hold, `n` bytes of input move it by at most `n + n / 2`:
//!
//! - each bit of a mask of kept bytes adds one byte, and there is one for each byte of input;
//! - each inserted `X` adds one byte. Its closer follows its opener directly, and
//!   no bracket is in two enclosures, so there is at most one for two bytes of input;
//! - the `X` of a level from an earlier window, whose closer is the first byte of its window, adds
//!   one byte. The position went back to the level's content before that, so the opener, the `X` and
//!   the closer are three bytes, which came from at least two. No level is closed twice.

use crate::arch::{BLOCK, Block, Mask};
use crate::rules::lines::Lines;
use crate::rules::spans::LineRecorder;
use crate::rules::{SLACK, max_output_len};

use super::brackets::{Brackets, Closed};
use super::stops::Stops;
use super::window::Window;
use crate::rules::masks::{BLOCKS, WINDOW};

/// Bytes that are appended to a vector.
pub(super) struct Output<'a> {
    output: &'a mut Vec<u8>,
    /// The start of the spare capacity of `output`.
    start: *mut u8,
    /// The number of bytes written there.
    position: usize,
    /// The number of bytes of text that there is still room for.
    room: usize,
}

impl<'a> Output<'a> {
    /// Returns an output with room for the patterns of `len` bytes of text.
    #[inline(always)]
    pub(super) fn new(output: &'a mut Vec<u8>, len: usize) -> Self {
        output.reserve(max_output_len(len) + SLACK);
        let start = output.spare_capacity_mut().as_mut_ptr().cast();
        Self { output, start, position: 0, room: len }
    }

    /// Goes back to the content of the level from an earlier window that `brackets` closed, if they
    /// closed one, and replaces it by an `X`. Returns the first stop after the closer.
    #[inline(always)]
    pub(super) fn close_earlier(
        &mut self,
        brackets: &Brackets,
        stops: &Stops,
        window: &mut Window,
    ) -> usize {
        let Some(Closed { closer, content }) = brackets.closed_earlier() else { return 0 };
        assert!(content <= self.position, "a level has its content in the output");
        self.position = content;
        let position = stops.position(closer);
        if position == 0 {
            // SAFETY: the position is at most that of the closer, for which room was reserved.
            unsafe { self.start.add(content).write(b'X') };
            self.position += 1;
        } else {
            window.enclose(0, position);
        }
        closer + 1
    }

    /// Returns the number of bytes written.
    #[inline(always)]
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Writes the output of a window of `len` bytes, which have `before` bytes before them, and
    /// records its lines in `spans`.
    ///
    /// # Panics
    ///
    /// Panics if there is more text than [`Self::new`] was told.
    ///
    /// # Safety
    ///
    /// The CPU has the instruction set of `B`, and the masks of the window are those of its `len`
    /// bytes.
    #[inline(always)]
    pub(super) unsafe fn write<B: Block, N: LineRecorder>(
        &mut self,
        window: &mut Window,
        len: usize,
        before: usize,
        spans: &mut N,
    ) {
        assert!(len <= self.room.min(WINDOW), "more text than there is room for");
        self.room -= len;
        window.end_after(len);
        let count = len.div_ceil(BLOCK).min(BLOCKS);
        let (mut block, mut inserting) = (0, window.inserting);
        let mut lines = Lines::default();
        while block < count {
            // Blocks that no `X` is inserted into are written without asking each of them.
            let end = (inserting.trailing_zeros() as usize).min(count);
            inserting &= inserting.wrapping_sub(1);
            // SAFETY: the caller's promise.
            unsafe {
                self.write_blocks::<B, N>(window, block, end, &mut lines);
                if end < count {
                    self.write_inserting::<B, N>(window, end, &mut lines);
                }
            }
            block = end + 1;
        }
        if N::IS_RECORDING {
            lines.push_all(before, spans, |block, bytes| window.output_len(block, bytes));
        }
    }

    /// Writes the output of the blocks from `first` to `end`, which no `X` is inserted into.
    ///
    /// # Safety
    ///
    /// As for [`Self::write`].
    #[inline(always)]
    unsafe fn write_blocks<B: Block, N: LineRecorder>(
        &mut self,
        window: &Window,
        first: usize,
        end: usize,
        lines: &mut Lines,
    ) {
        // SAFETY: the position is in the spare capacity.
        let mut output = unsafe { self.start.add(self.position) };
        let blocks = window.bytes[first..end].iter().zip(&window.keep.all()[first..end]);
        for (block, (bytes, keep)) in (first..end).zip(blocks) {
            if N::IS_RECORDING {
                // SAFETY: the CPU has the instruction set by the caller's promise, and both
                // pointers are in the spare capacity.
                unsafe {
                    let position = output.offset_from_unsigned(self.start);
                    lines.note::<B>(block, bytes, *keep, position);
                }
            }
            // SAFETY: the CPU has the instruction set by the caller's promise. There is room for
            // the output of all text and for a block more, as the docs of the module show.
            output = unsafe { B::compress(bytes, keep, output) };
        }
        // SAFETY: both are in the spare capacity.
        self.position = unsafe { output.offset_from_unsigned(self.start) };
    }

    /// Writes the output of a block that an `X` is inserted into.
    ///
    /// # Safety
    ///
    /// As for [`Self::write`].
    #[inline(always)]
    unsafe fn write_inserting<B: Block, N: LineRecorder>(
        &mut self,
        window: &Window,
        block: usize,
        lines: &mut Lines,
    ) {
        let (bytes, keep) = (&window.bytes[block], window.keep.get(block));
        let insert = window.insert.get(block);
        if N::IS_RECORDING {
            // SAFETY: the CPU has the instruction set by the caller's promise.
            unsafe { lines.note::<B>(block, bytes, keep, self.position) };
        }
        let mut interleaved = [[b'X'; BLOCK]; 2];
        let places = interleaved.as_flattened_mut().iter_mut().skip(1).step_by(2);
        for (place, &byte) in places.zip(bytes) {
            *place = byte;
        }
        for (half, bytes) in interleaved.iter().enumerate() {
            let [keep, insert] = [keep, insert].map(|mask| spread_bits(mask >> (32 * half)));
            // SAFETY: as in `write_blocks`.
            unsafe {
                let start = self.start.add(self.position);
                let end = B::compress(bytes, &(keep << 1 | insert), start);
                self.position += end.offset_from_unsigned(start);
            }
        }
    }

    /// Ends the text, makes the written bytes part of the vector, and returns their number.
    #[inline(always)]
    pub(super) fn finish(self) -> usize {
        // SAFETY: so many bytes of the spare capacity have been written.
        unsafe { self.output.set_len(self.output.len() + self.position) };
        self.position
    }
}

/// Moves the lower half of the bits apart, so that there is room for one after each.
#[inline(always)]
fn spread_bits(mask: Mask) -> Mask {
    let mask = mask & 0xffff_ffff;
    let mask = (mask | mask << 16) & 0x0000_ffff_0000_ffff;
    let mask = (mask | mask << 8) & 0x00ff_00ff_00ff_00ff;
    let mask = (mask | mask << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    let mask = (mask | mask << 2) & 0x3333_3333_3333_3333;
    (mask | mask << 1) & 0x5555_5555_5555_5555
}
