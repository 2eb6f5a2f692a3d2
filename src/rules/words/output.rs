//! The output of patterns: words as they are, values as `*`, also if a token becomes a value late.
//!
//! # Why the output cannot overflow
//!
//! The input may be a mapped file that another process writes to, so no byte is read twice and
//! assumed to be the same. The position only moves forward by the number of bits of masks, which
//! have one bit for each byte of text, and never back before the start. So `n` bytes of text move
//! it by at most `n`, and that much room is reserved.

use std::slice;

use crate::arch::{BLOCK, Block, Mask};
use crate::rules::lines::Lines;
use crate::rules::masks::{BLOCKS, WINDOW};
use crate::rules::spans::LineRecorder;

use super::marks::Marks;
use super::values::is_value;
use super::window::Window;
use super::{SLACK, max_output_len};

/// Bytes that are appended to a vector.
pub(super) struct Output<'a> {
    output: &'a mut Vec<u8>,
    /// The start of the spare capacity of `output`.
    start: *mut u8,
    /// The number of bytes written there.
    position: usize,
    /// How many of the last of them are of a word that may continue.
    open: usize,
    /// 1 if a value may continue, of which the `*` has been written.
    is_in_value: Mask,
    /// The number of bytes of text that there is still room for.
    room: usize,
}

impl<'a> Output<'a> {
    /// Returns an output with room for the patterns of `len` bytes of text.
    #[inline(always)]
    pub(super) fn new(output: &'a mut Vec<u8>, len: usize) -> Self {
        output.reserve(max_output_len(len) + SLACK);
        let start = output.spare_capacity_mut().as_mut_ptr().cast();
        Self { output, start, position: 0, open: 0, is_in_value: 0, room: len }
    }

    /// Returns 1 if the text so far ends in a value, which may continue.
    #[inline(always)]
    pub(super) fn is_in_value(&self) -> Mask {
        self.is_in_value
    }

    /// Continues the token that the window before ended in. `is_value_at_start` is 1 if it has a digit
    /// in this window.
    #[inline(always)]
    pub(super) fn go_on(&mut self, window: &mut Window, len: usize, is_value_at_start: Mask) {
        if self.open == 0 {
            return;
        }
        if is_value_at_start == 1 {
            self.position -= self.open;
            self.open = 0;
            return;
        }
        let more = window.first_token(len);
        if more < WINDOW && self.end_token(&window.bytes.as_flattened()[..more]) {
            window.drop_bytes(0, more);
        }
    }

    /// Ends the open word, which `more` continues. Replaces it by `*` if it is a value, and returns
    /// whether it is one.
    fn end_token(&mut self, more: &[u8]) -> bool {
        let start = self.position - self.open;
        // SAFETY: all bytes before the position have been written, and nobody else has them.
        let word = unsafe { slice::from_raw_parts_mut(self.start.add(start), self.open) };
        let is_value = is_value(word, more);
        if let (true, Some(first)) = (is_value, word.first_mut()) {
            *first = b'*';
            self.position = start + 1;
        }
        self.open = 0;
        is_value
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
    /// The CPU has the instruction set of `B`.
    #[inline(always)]
    pub(super) unsafe fn write<B: Block, N: LineRecorder>(
        &mut self,
        window: &mut Window,
        len: usize,
        before: usize,
        marks: &Marks,
        spans: &mut N,
    ) {
        assert!(len <= self.room.min(WINDOW), "more text than there is room for");
        self.room -= len;
        window.end_after(len);
        // SAFETY: the position is in the spare capacity.
        let mut output = unsafe { self.start.add(self.position) };
        let (count, keeps) = (len.div_ceil(BLOCK).min(BLOCKS), window.keep.all());
        let mut lines = Lines::default();
        let mut block = 0;
        while block < count {
            let (bytes, keep) = (&window.bytes[block], &keeps[block]);
            if N::IS_RECORDING {
                // SAFETY: the CPU has the instruction set by the caller's promise, and both
                // pointers are in the spare capacity.
                unsafe {
                    let position = output.offset_from_unsigned(self.start);
                    lines.note::<B>(block, bytes, *keep, position);
                }
            }
            // SAFETY: the CPU has the instruction set by the caller's promise. There is room for as
            // many bytes as there are of text and for a block more. No more have been written than
            // there are of text before this block, as no mask has bits for what is not text.
            output = unsafe { B::compress(bytes, keep, output) };
            block += 1;
        }
        if N::IS_RECORDING {
            lines.push_all(before, spans, |block, bytes| {
                (keeps[block] & bytes).count_ones() as usize
            });
        }
        // SAFETY: both are in the spare capacity.
        self.position = unsafe { output.offset_from_unsigned(self.start) };
        self.note_open(window, len, marks);
    }

    /// Stores how much of the output is of the token that the window ends in.
    #[inline(always)]
    fn note_open(&mut self, window: &Window, len: usize, marks: &Marks) {
        // A window that is not full is the last, so all tokens end.
        let goes_on = len == WINDOW;
        self.is_in_value = if goes_on { marks.is_value_at_end } else { 0 };
        let is_in_word = goes_on && self.is_in_value == 0;
        // A token that continues from the window before covers all of this one. A word is written
        // as it is, so what is written of it is at the end of the output, and not longer than the
        // output.
        let open = if is_in_word { self.open + window.last_token() } else { 0 };
        self.open = open.min(self.position);
    }

    /// Ends the text, makes the written bytes part of the vector, and returns their number.
    #[inline(always)]
    pub(super) fn finish(mut self) -> usize {
        if self.open > 0 {
            self.end_token(&[]);
        }
        // SAFETY: so many bytes of the spare capacity have been written.
        unsafe { self.output.set_len(self.output.len() + self.position) };
        self.position
    }
}
