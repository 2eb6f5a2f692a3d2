//! The shape rules on a window of 64 blocks at a time: the algorithm of all fast kernels.
//!
//! 1. the kernel reads each byte of the input once and stores its classes in [masks](Window);
//! 2. the brackets and newlines, the [stops](super::stops), are listed, and
//!    [matched](super::brackets) on the list;
//! 3. [arithmetic on masks](Window::mark_kept) decides which bytes come out: of a run the first,
//!    which the kernel has made a `Y`, and of the content of an enclosure the first, as an `X`;
//! 4. the bytes that come out are [written](super::output) next to each other.
//!
//! Most text takes no branch that depends on it. A level that was opened in an earlier window knows
//! the position of its content in the output. Closing it moves the output position back there.
//! Nothing is copied.
//!
//! The input may be a mapped file that another process writes to. Each byte is read once, except
//! for the first byte of each window, which the window before reads too. If it changes in between,
//! a `\r` at the end of the window before comes out as if the earlier byte followed.

use std::fmt;

use crate::arch::{BLOCK, Block};
use crate::rules::spans::{LineRecorder, LineStart};

use super::brackets::Brackets;
use super::levels::LevelStorage;
use super::output::Output;
use super::stops::{Kinds, Stops};
use super::window::Window;
use crate::rules::masks::{WINDOW, drop_returns};

/// The classification of bytes by a kernel. It must be inlined into a function that has the
/// kernel's target features.
pub(super) trait Classify: Block {
    /// Stores the masks `runs` and `stops` of `blocks` in `window`, and the bytes as they come out,
    /// from the window's block `first` on. Each byte is read once, so that it is in one class at
    /// most, also while another process writes to the input.
    ///
    /// # Safety
    ///
    /// The CPU has the target features of the kernel, and `first` and the number of blocks together
    /// are at most [`BLOCKS`](crate::rules::masks::BLOCKS).
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen;

    /// Returns the kinds of `symbols`, which are stops.
    ///
    /// # Safety
    ///
    /// The CPU has the target features of the kernel.
    #[inline(always)]
    unsafe fn kinds(symbols: &[u8; BLOCK]) -> Kinds {
        // SAFETY: the features are the caller's promise.
        let symbols = unsafe { Self::from_array(symbols) };
        let (mut openers, mut closers, mut pairs) = (0, 0, 0);
        let mut add = |opener, closer| {
            let (opens, closes) = (symbols.equal(opener), symbols.equal(closer));
            openers |= opens;
            closers |= closes;
            pairs |= opens & closes >> 1;
        };
        add(b'(', b')');
        add(b'[', b']');
        add(b'{', b'}');
        add(b'<', b'>');
        Kinds {
            openers,
            closers,
            pairs,
            double_quotes: symbols.equal(b'"'),
            single_quotes: symbols.equal(b'\''),
            newlines: symbols.equal(b'\n'),
        }
    }
}

/// What classified blocks have.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// Whether there is a `\r`.
    pub(super) has_return: bool,
    /// Whether there may be a bracket.
    pub(super) has_bracket: bool,
}

/// The working memory of a call, kept for the next one. It has 30 KB, and clearing so much would take
/// longer than a short line.
pub(super) struct Workspace {
    window: Window,
    stops: Stops,
    brackets: Brackets,
}

impl Default for Workspace {
    fn default() -> Self {
        Self { window: Window::new(), stops: Stops::new(), brackets: Brackets::new() }
    }
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspace").finish_non_exhaustive()
    }
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
    levels.clear();
    let mut workspace = levels.workspace.take().unwrap_or_default();
    let Workspace { window, stops, brackets } = &mut *workspace;
    window.begin();
    let (mut lines, mut is_in_line) = (0, false);
    let mut patterns = Output::new(output, input.len());
    for (index, text) in input.chunks(WINDOW).enumerate() {
        let before = index * WINDOW;
        let next = input.get(before + text.len()).copied().unwrap_or(b'\n');
        // SAFETY: the features are the caller's promise.
        unsafe {
            let (count, seen) = load::<B>(window, text);
            if seen.has_bracket {
                stops.list::<B>(window, count);
                lines += brackets.find::<B>(stops, levels);
                let first = patterns.close_earlier(brackets, stops, window);
                brackets.enclose(stops, first, window);
            } else {
                lines += brackets.pass_over(window.count_stops(count), levels);
            }
            window.mark_kept::<B::Bits>(count);
            if seen.has_return {
                drop_returns::<B>(&window.bytes, &mut window.keep, text.len(), next);
            }
            patterns.write::<B, N>(window, text.len(), before, spans);
            brackets.settle(stops, window, count, patterns.position(), levels);
        }
        is_in_line = window.byte(text.len() - 1) != b'\n';
        window.turn();
    }
    let position = patterns.finish();
    levels.workspace = Some(workspace);
    if is_in_line {
        spans.push(LineStart { line: input.len() + 1, pattern: position + 1 });
        output.push(b'\n');
        lines += 1;
    }
    lines
}

/// Fills the window with `text`, and returns the number of its blocks and what they have.
/// Missing bytes of the last block are zero.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
unsafe fn load<B: Classify>(window: &mut Window, text: &[u8]) -> (usize, Seen) {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    // SAFETY: the features are the caller's promise, and no text is longer than a window.
    let mut seen = unsafe { B::classify(blocks, window, 0) };
    let mut count = blocks.len();
    if !rest.is_empty() {
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        // SAFETY: as above, and there is room for one block more.
        let seen_last = unsafe { B::classify(&[last], window, count) };
        seen.has_return |= seen_last.has_return;
        seen.has_bracket |= seen_last.has_bracket;
        count += 1;
    }
    (count, seen)
}
