//! The word rules on a window of 64 blocks at a time: the algorithm of all fast kernels.
//!
//! There are three passes over each window:
//!
//! 1. the kernel reads each byte of the input once and stores its classes in [masks](Window);
//! 2. [arithmetic on masks](super::marks) decides which bytes come out. Date words and hexadecimal
//!    words are then searched [where they may be](super::values);
//! 3. the bytes that come out are written next to each other.
//!
//! Branches depend on bytes only for values without a digit, TABs and `\r`. Three passes take fewer
//! instructions than one pass that does all of this for each block.
//!
//! A token that continues after a window is written as the word that it is so far. If a digit
//! follows, the [output](super::output) moves back to the start of the token. So the output of a
//! token is not final before the token ends, and a token needs no memory other than its output,
//! however long it is.
//!
//! The input may be a mapped file that another process writes to. Each byte is read once, except
//! for the first byte of each window, which the window before reads too. If it changes in between,
//! a colon or a `\r` at the end of the window before comes out as if the earlier byte followed.
//!
//! Carries are used instead of `pdep` and `pext`, which are slow on the first AMD CPUs with AVX2.

use crate::arch::{BLOCK, Block};
use crate::rules::masks::{BLOCKS, WINDOW, drop_returns};
use crate::rules::spans::{LineRecorder, LineStart};

use super::classes::is_break;
use super::marks::{Marks, mark_kept, mark_tokens};
use super::output::Output;
use super::window::Window;

/// The classification of bytes by a kernel. It must be inlined into a function that has the
/// kernel's target features.
pub(super) trait Classify: Block {
    /// Stores the classes of the bytes of `blocks` in the masks of `window`, and the bytes as they
    /// come out, from the window's block `first` on. Each byte is read once, so that it is in one
    /// class at most, also while another process writes to the input.
    ///
    /// # Safety
    ///
    /// The CPU has the target features of the kernel, and `first` and the number of blocks together
    /// are at most [`BLOCKS`].
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize);
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

/// Loads `text`, which `next` follows, and decides which of its bytes come out. Returns the number
/// of newlines and the marks of the window.
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
    let count = unsafe { load::<B>(window, text, next) };
    // SAFETY: as above.
    let (found, marks) = unsafe {
        let found = mark_tokens::<B::Bits>(window, count);
        if found.has_controls {
            replace_tabs::<B>(window, count);
        }
        let marks = mark_kept::<B::Bits>(window, count, patterns.is_in_value());
        patterns.go_on(window, text.len(), found.is_value_at_start);
        if found.has_controls {
            drop_returns::<B>(&window.bytes, &mut window.keep, text.len(), next);
        }
        (found, marks)
    };
    window.mark_date_words(marks.date_blocks);
    if marks.has_hex {
        window.mark_hex_words(count);
    }
    // Bytes after the text were taken for newlines.
    (found.newlines - (count * BLOCK - text.len()) as u64, marks)
}

/// Fills the window with `text`, which `next` follows, and returns the number of its blocks.
/// Missing bytes of the last block are newlines.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
unsafe fn load<B: Classify>(window: &mut Window, text: &[u8], next: u8) -> usize {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    // SAFETY: the features are the caller's promise, and no text is longer than a window.
    unsafe { B::classify(blocks, window, 0) };
    let mut count = blocks.len();
    if count < BLOCKS {
        let mut last = [b'\n'; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        // SAFETY: as above, and there is room for one block more.
        unsafe { B::classify(&[last], window, count) };
        count += 1;
    }
    if count < BLOCKS {
        window.end_at(count);
    }
    window.set_next(count, is_break(next));
    count
}

/// Replaces each TAB by a space, and adds it to the blanks.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
unsafe fn replace_tabs<B: Classify>(window: &mut Window, count: usize) {
    for block in 0..count {
        // SAFETY: the features are the caller's promise.
        let bytes = unsafe { B::from_array(&window.bytes[block]) };
        let tabs = bytes.equal(b'\t');
        if tabs != 0 {
            *window.blanks.get_mut(block) |= tabs;
            for byte in &mut window.bytes[block] {
                *byte = if *byte == b'\t' { b' ' } else { *byte };
            }
        }
    }
}
