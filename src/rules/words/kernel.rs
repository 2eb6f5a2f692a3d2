//! The word rules on a window of 64 blocks at a time: what all fast kernels share.
//!
//! There are three passes over each window:
//!
//! 1. the kernel looks at each byte of the input once, and notes what it is in [masks](Window);
//! 2. [arithmetic on masks](super::marks) says which bytes come out. Date words and hexadecimal
//!    words are then looked for [where they may be](super::values);
//! 3. the bytes that come out are written next to each other.
//!
//! No branch depends on a byte but for values without a digit and `\r`. One pass over each block,
//! with all of this in it, took two thirds more instructions.
//!
//! A token that goes on behind the window is written as the word that it is so far. Should a digit
//! follow, the output position moves back to where the token starts.
//!
//! # Why the output cannot overflow
//!
//! The input may be a mapped file that somebody writes to at this moment, so no number is taken
//! from it twice and trusted to be the same. The position only moves forward by the bits of masks,
//! of which each block has one a byte, and back by no more than where it is. So `n` bytes of input
//! move it by at most `n`.

use crate::arch::{BLOCK, Block, Mask};
use crate::rules::{Note, Start};

use super::classes::is_break;
use super::marks::{Marks, mark};
use super::values::is_value;
use super::window::{BLOCKS, WINDOW, Window};
use super::{SLACK, max_output_len};

/// What a kernel does with blocks of input. It must be inlined into a function that has the
/// kernel's target features.
pub(super) trait Classify: Block {
    /// Notes what the bytes of `blocks` are in those masks of `window` that depend on bytes alone,
    /// and the bytes as they come out, from the window's block `first` on. Each byte is looked at
    /// once, so that it is in one class at most, also while somebody writes to the input.
    ///
    /// # Safety
    ///
    /// The CPU has the target features of the kernel, and there are at most [`BLOCKS`] blocks
    /// behind `first`.
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen;
}

/// What blocks hold.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// Newlines.
    pub(super) newlines: u64,
    /// Whether there is a `\r`.
    pub(super) has_return: bool,
}

/// Appends the pattern of every line of `input` to `output` and returns the number of lines, which
/// are noted in `spans`.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
pub(super) unsafe fn normalize<B: Classify, N: Note>(
    input: &[u8],
    output: &mut Vec<u8>,
    spans: &mut N,
) -> u64 {
    output.reserve(max_output_len(input.len()) + SLACK);
    // SAFETY: the vector's length is within its allocation.
    let start = unsafe { output.as_mut_ptr().add(output.len()) };
    let mut state =
        State { output: start, position: 0, open: Open::NONE, in_line: false, lines: 0 };
    let mut window = Window::new();
    for (index, text) in input.chunks(WINDOW).enumerate() {
        let before = index * WINDOW;
        let next = input.get(before + text.len()).copied().unwrap_or(b'\n');
        // SAFETY: the features are the caller's promise. There is room for what the window turns
        // into and `SLACK` bytes behind it: that much was reserved, and the module says why the
        // position cannot have moved further than the bytes before the window allow.
        unsafe { state.window::<B, N>(&mut window, text, next, before, spans) };
    }
    // SAFETY: all bytes before the position were reserved and have been written.
    unsafe { state.end_token(&[]) };
    let State { position, mut lines, in_line, .. } = state;
    // SAFETY: that many bytes behind the vector's length were reserved and have been written.
    unsafe { output.set_len(output.len() + position) };
    if in_line {
        spans.push(Start { line: input.len() + 1, pattern: position + 1 });
        output.push(b'\n');
        lines += 1;
    }
    lines
}

/// The token that goes on behind a window.
#[derive(Clone, Copy)]
struct Open {
    /// How many of its bytes are at the end of the output, if it is a word so far.
    len: usize,
    /// 1 if it has a digit, which has come out as `*`.
    is_value: Mask,
}

impl Open {
    const NONE: Self = Self { len: 0, is_value: 0 };
}

/// Where the kernel is between two windows.
struct State {
    output: *mut u8,
    /// Bytes written to `output`.
    position: usize,
    open: Open,
    /// Whether the last byte was not a newline.
    in_line: bool,
    lines: u64,
}

impl State {
    /// Processes `text`, which has `before` bytes before it and `next` behind it.
    ///
    /// # Safety
    ///
    /// The CPU has the target features of `B`, `output` has room for `text` and [`SLACK`] bytes
    /// behind the position, and all bytes before the position have been written.
    #[inline(always)]
    unsafe fn window<B: Classify, N: Note>(
        &mut self,
        window: &mut Window,
        text: &[u8],
        next: u8,
        before: usize,
        spans: &mut N,
    ) {
        // SAFETY: the features are the caller's promise.
        let (count, seen) = unsafe { load::<B>(window, text, next) };
        self.lines += seen.newlines;
        self.in_line = window.byte(text.len() - 1) != b'\n';
        // SAFETY: the features are the caller's promise.
        let marks = unsafe { mark::<B::Bits>(window, count, self.open.is_value) };
        // SAFETY: the caller's promise.
        unsafe { self.go_on(window, text.len(), &marks) };
        if seen.has_return {
            // SAFETY: the features are the caller's promise.
            unsafe { drop_returns::<B>(window, count, next) };
        }
        window.mark_date_words(marks.date_blocks);
        if marks.has_hex {
            window.mark_hex_words(count);
        }
        window.end_after(text.len());
        let open = open_token(window, text.len(), &marks, self.open);
        // SAFETY: the caller's promise.
        unsafe { self.write::<B, N>(window, text.len(), before, spans) };
        // What has come out of a word so far is at the end of the output. It is no more than that.
        self.open = Open { len: open.len.min(self.position), ..open };
        window.turn();
    }

    /// Goes on with the token that the window before ends in.
    ///
    /// # Safety
    ///
    /// All bytes before the position have been written.
    #[inline(always)]
    unsafe fn go_on(&mut self, window: &mut Window, len: usize, marks: &Marks) {
        if self.open.len == 0 {
            return;
        }
        if marks.is_value_at_start == 1 {
            self.position -= self.open.len;
            return;
        }
        let more = first_ones(window, len);
        // SAFETY: the caller's promise.
        if more < WINDOW && unsafe { self.end_token(&window.bytes.as_flattened()[..more]) } {
            window.drop_bytes(0, more);
        }
    }

    /// Makes a value of the open word, which ends after `more`, if it is one, and returns whether it
    /// is.
    ///
    /// # Safety
    ///
    /// All bytes before the position have been written.
    unsafe fn end_token(&mut self, more: &[u8]) -> bool {
        let start = self.position - self.open.len;
        // SAFETY: the caller's promise, and the word is no longer than all that has been written.
        let word = unsafe { std::slice::from_raw_parts_mut(self.output.add(start), self.open.len) };
        let is_value = is_value(word, more);
        if let (true, Some(first)) = (is_value, word.first_mut()) {
            *first = b'*';
            self.position = start + 1;
        }
        is_value
    }

    /// Writes what comes out of a window of `len` bytes.
    ///
    /// # Safety
    ///
    /// As for [`Self::window`].
    #[inline(always)]
    unsafe fn write<B: Classify, N: Note>(
        &mut self,
        window: &Window,
        len: usize,
        before: usize,
        spans: &mut N,
    ) {
        // SAFETY: the position is in the output.
        let mut output = unsafe { self.output.add(self.position) };
        let (count, keeps) = (len.div_ceil(BLOCK).min(BLOCKS), window.emit.all());
        let mut block = 0;
        while block < count {
            let (bytes, emit) = (&window.bytes[block], &keeps[block]);
            if N::IS_WANTED {
                // SAFETY: the features are the caller's promise.
                let newlines = emit & unsafe { B::load(bytes) }.equal(b'\n');
                // SAFETY: all of it is in one allocation.
                let position = unsafe { output.offset_from_unsigned(self.output) };
                let pattern = |below: Mask| position + (emit & below).count_ones() as usize;
                spans.push_all(newlines, before + block * BLOCK, pattern);
            }
            // SAFETY: the caller's promise. What is kept is no more than the block's bytes.
            output = unsafe { B::compress(bytes, emit, output) };
            block += 1;
        }
        // SAFETY: as above.
        self.position = unsafe { output.offset_from_unsigned(self.output) };
    }
}

/// Fills the window with `text`, which `next` follows, and returns how many blocks that makes. There
/// is a newline behind the end of the input.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
unsafe fn load<B: Classify>(window: &mut Window, text: &[u8], next: u8) -> (usize, Seen) {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    // SAFETY: the features are the caller's promise, and no text is longer than a window.
    let mut seen = unsafe { B::classify(blocks, window, 0) };
    let mut count = blocks.len();
    if count < BLOCKS {
        let mut last = [b'\n'; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        // SAFETY: as above, and there is room for one block more.
        let seen_last = unsafe { B::classify(&[last], window, count) };
        seen.newlines += seen_last.newlines - (BLOCK - rest.len()) as u64;
        seen.has_return |= seen_last.has_return;
        count += 1;
    }
    if count < BLOCKS {
        window.end_at(count);
    }
    window.set_next(count, is_break(next));
    (count, seen)
}

/// Has each `\r` not come out that a newline follows.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
unsafe fn drop_returns<B: Classify>(window: &mut Window, count: usize, next: u8) {
    let mut newlines_behind = Mask::from(next == b'\n');
    for block in (0..count).rev() {
        // SAFETY: the features are the caller's promise.
        let bytes = unsafe { B::load(&window.bytes[block]) };
        let newlines = bytes.equal(b'\n');
        let before_newline = newlines >> 1 | newlines_behind << (BLOCK - 1);
        *window.emit.get_mut(block) &= !(bytes.equal(b'\r') & before_newline);
        newlines_behind = newlines & 1;
    }
}

/// The token that goes on behind a window of `len` bytes, before which there was `open`.
#[inline(always)]
fn open_token(window: &Window, len: usize, marks: &Marks, open: Open) -> Open {
    if len < WINDOW {
        // The input ends, and so do all tokens.
        return Open::NONE;
    }
    let is_value = marks.is_value_at_end;
    let ones = last_ones(window);
    let before = if ones == WINDOW { open.len } else { 0 };
    let len = if is_value == 1 { 0 } else { before + ones };
    Open { len, is_value }
}

/// With how many bytes of a token a window of `len` bytes begins.
#[inline(always)]
fn first_ones(window: &Window, len: usize) -> usize {
    let tokens = window.tokens.all();
    let blocks = tokens.iter().position(|&mask| mask != Mask::MAX).unwrap_or(BLOCKS);
    let ones = tokens.get(blocks).map_or(0, |mask| mask.trailing_ones() as usize);
    (blocks * BLOCK + ones).min(len)
}

/// With how many bytes of a token the window ends.
#[inline(always)]
fn last_ones(window: &Window) -> usize {
    let blocks = window.tokens.all().iter().rev();
    let mut ones = 0;
    for mask in blocks {
        ones += mask.leading_ones() as usize;
        if *mask != Mask::MAX {
            break;
        }
    }
    ones
}
