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
//! A token that goes on after a window is written as the word that it is so far. Should a digit
//! follow, the [output](super::output) moves back to where the token starts. So nothing of a token is
//! final before it ends, and none takes memory but for what comes out of it, however long it is.
//!
//! The input may be a mapped file that somebody writes to at this moment. So each byte is looked at
//! once, but for the first of each window, which the window before looks at too: should it differ by
//! then, a colon or a `\r` at that window's end comes out as if the other byte followed.
//!
//! Carries take the place of `pdep` and `pext`, which are slow on the first CPUs with AVX2 of AMD.

use crate::arch::{BLOCK, Block, Mask};
use crate::rules::spans::{LineRecorder, LineStart};

use super::classes::is_break;
use super::marks::{Marks, mark};
use super::output::Output;
use super::window::{BLOCKS, WINDOW, Window};

/// What a kernel does with blocks of input. It must be inlined into a function that has the
/// kernel's target features.
pub(super) trait Classify: Block {
    /// Notes what the bytes of `blocks` are in those masks of `window` that depend on bytes alone,
    /// and the bytes as they come out, from the window's block `first` on. Each byte is looked at
    /// once, so that it is in one class at most, also while somebody writes to the input.
    ///
    /// # Safety
    ///
    /// The CPU has the target features of the kernel, and `first` and the number of blocks together are
    /// at most [`BLOCKS`].
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
pub(super) unsafe fn normalize<B: Classify, N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    spans: &mut N,
) -> u64 {
    let (mut lines, mut is_in_line) = (0, false);
    let mut window = Window::new();
    let mut patterns = Output::new(output, input.len());
    for (index, text) in input.chunks(WINDOW).enumerate() {
        let before = index * WINDOW;
        let next = input.get(before + text.len()).copied().unwrap_or(b'\n');
        // SAFETY: the features are the caller's promise.
        unsafe {
            let (newlines, marks) = mark_window::<B>(&mut window, text, next, &mut patterns);
            patterns.write::<B, N>(&mut window, text.len(), before, &marks, spans);
            lines += newlines;
        }
        is_in_line = window.byte(text.len() - 1) != b'\n';
        window.turn();
    }
    let position = patterns.finish();
    if is_in_line {
        spans.push(LineStart { line: input.len() + 1, pattern: position + 1 });
        output.push(b'\n');
        lines += 1;
    }
    lines
}

/// Takes in `text`, which `next` follows, says which of its bytes come out, and returns the number
/// of newlines and what is to be known of the window.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
unsafe fn mark_window<B: Classify>(
    window: &mut Window,
    text: &[u8],
    next: u8,
    patterns: &mut Output<'_>,
) -> (u64, Marks) {
    // SAFETY: the features are the caller's promise.
    let (count, seen) = unsafe { load::<B>(window, text, next) };
    // SAFETY: as above.
    let marks = unsafe { mark::<B::Bits>(window, count, patterns.is_in_value()) };
    patterns.go_on(window, text.len(), &marks);
    if seen.has_return {
        // SAFETY: as above.
        unsafe { drop_returns::<B>(window, count, next) };
    }
    window.mark_date_words(marks.date_blocks);
    if marks.has_hex {
        window.mark_hex_words(count);
    }
    (seen.newlines, marks)
}

/// Fills the window with `text`, which `next` follows, and returns how many blocks that makes. After
/// the end of the input there is a newline.
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
    let mut newline_after = Mask::from(next == b'\n');
    for block in (0..count).rev() {
        // SAFETY: the features are the caller's promise.
        let bytes = unsafe { B::load(&window.bytes[block]) };
        let newlines = bytes.equal(b'\n');
        let before_newline = newlines >> 1 | newline_after << (BLOCK - 1);
        *window.keep.get_mut(block) &= !(bytes.equal(b'\r') & before_newline);
        newline_after = newlines & 1;
    }
}
