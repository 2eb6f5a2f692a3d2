//! The output of patterns: the bytes of windows that come out, next to each other.

use crate::arch::{BLOCK, Block, Mask};
use crate::rules::spans::LineRecorder;
use crate::rules::{SLACK, max_output_len};

use super::brackets::Brackets;
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
    /// closed one. The content becomes an `X`. Returns the first stop after the closer.
    #[inline(always)]
    pub(super) fn close_earlier(
        &mut self,
        brackets: &Brackets,
        stops: &Stops,
        window: &mut Window,
    ) -> usize {
        let Some((closer, content)) = brackets.closed_earlier else { return 0 };
        self.position = content;
        let position = stops.position(closer);
        if position == 0 {
            // SAFETY: there is room.
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
        // SAFETY: the position is in the spare capacity.
        let mut output = unsafe { self.start.add(self.position) };
        let mut lines = Lines::default();
        let count = len.div_ceil(BLOCK).min(BLOCKS);
        let (mut block, mut inserting) = (0, window.inserting);
        while block < count {
            let end = (inserting.trailing_zeros() as usize).min(count);
            inserting &= inserting.wrapping_sub(1);
            for (index, (bytes, keep)) in (block..end)
                .zip(window.bytes[block..end].iter().zip(&window.keep.all()[block..end]))
            {
                if N::IS_RECORDING {
                    // SAFETY: the CPU has the instruction set by the caller's promise.
                    let newlines = keep & unsafe { B::from_array(bytes) }.equal(b'\n');
                    // SAFETY: both are in the spare capacity.
                    lines.note(index, newlines, unsafe { output.offset_from_unsigned(self.start) });
                }
                output = unsafe { B::compress(bytes, keep, output) };
            }
            if end < count {
                let (bytes, keep) = (&window.bytes[end], window.keep.get(end));
                if N::IS_RECORDING {
                    // SAFETY: the CPU has the instruction set by the caller's promise.
                    let newlines = keep & unsafe { B::from_array(bytes) }.equal(b'\n');
                    // SAFETY: both are in the spare capacity.
                    lines.note(end, newlines, unsafe { output.offset_from_unsigned(self.start) });
                }
                output =
                    unsafe { write_inserting::<B>(bytes, keep, window.insert.get(end), output) };
            }
            block = end + 1;
        }
        if N::IS_RECORDING {
            lines.push_all(window, before, spans);
        }
        // SAFETY: both are in the spare capacity.
        self.position = unsafe { output.offset_from_unsigned(self.start) };
    }

    /// Ends the text, makes the written bytes part of the vector, and returns their number.
    #[inline(always)]
    pub(super) fn finish(self) -> usize {
        // SAFETY: so many bytes of the spare capacity have been written.
        unsafe { self.output.set_len(self.output.len() + self.position) };
        self.position
    }
}

/// Writes those of `bytes` that are in `keep`, with an `X` before each that is in `insert`.
#[inline(always)]
unsafe fn write_inserting<B: Block>(
    bytes: &[u8; BLOCK],
    keep: Mask,
    insert: Mask,
    output: *mut u8,
) -> *mut u8 {
    let mut interleaved = [[b'X'; BLOCK]; 2];
    for (to, &byte) in interleaved.as_flattened_mut().iter_mut().skip(1).step_by(2).zip(bytes) {
        *to = byte;
    }
    let mut output = output;
    for (half, bytes) in interleaved.iter().enumerate() {
        let keep = spread_bits(keep >> (32 * half)) << 1 | spread_bits(insert >> (32 * half));
        // SAFETY: the caller's promise.
        output = unsafe { B::compress(bytes, &keep, output) };
    }
    output
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

/// The lines that end in a window.
///
/// They are recorded when all of the window is written. Doing so block by block is slower, because
/// the number of lines that end in a block cannot be predicted.
struct Lines {
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
    #[inline(always)]
    fn note(&mut self, block: usize, newlines: Mask, position: usize) {
        self.blocks |= Mask::from(newlines != 0) << block;
        self.newlines[block] = newlines;
        self.positions[block] = position;
    }

    #[inline(always)]
    fn push_all<N: LineRecorder>(self, window: &Window, before: usize, spans: &mut N) {
        let mut blocks = self.blocks;
        while blocks != 0 {
            let block = blocks.trailing_zeros() as usize;
            let pattern = |below: Mask| {
                self.positions[block] + window.output_len(block, below.count_ones() as usize)
            };
            spans.push_all(self.newlines[block], before + block * BLOCK, pattern);
            blocks &= blocks - 1;
        }
    }
}
