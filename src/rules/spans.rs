//! The positions of lines and of their patterns, for callers that need patterns one by one.
//!
//! The kernel finds every `\n` and knows its position in the input and in the output. Recording
//! both there is faster than searching for the line ends again.

use std::ops::Range;

use memchr::memchr_iter;

use crate::arch::Mask;
use crate::sys::fallible;

/// The positions of lines and of their patterns, recorded while the lines were
/// [normalised](crate::Normalizer::normalize_noting).
///
/// A line takes 16 bytes. The memory is kept for the next call.
///
/// ```
/// use lognorm_mmap::{LineSpans, Normalizer};
///
/// let (log, mut patterns, mut spans) = (b"took 12 ms\nretry", Vec::new(), LineSpans::new());
/// Normalizer::new().normalize_noting(log, &mut patterns, &mut spans);
/// let last = spans.iter().last().unwrap();
/// assert_eq!((&log[last.line], &patterns[last.pattern]), (&b"retry"[..], &b"Y"[..]));
/// ```
#[derive(Debug)]
pub struct LineSpans {
    /// The start of each line, and the start of a line after the last.
    starts: Vec<LineStart>,
    /// Whether memory for a line was lacking. The lines from that one on are then missing.
    ///
    /// This is a flag, not a result of [`LineRecorder::push`], so that kernels can go on without a
    /// test of it.
    pub(super) is_incomplete: bool,
}

/// The positions of a line and of its pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineSpan {
    /// The position of the line in the text, without its `\n`.
    pub line: Range<usize>,
    /// The position of its pattern in the bytes appended to the output, without its `\n`.
    pub pattern: Range<usize>,
}

/// The start of a line, one byte after the `\n` of the line before.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LineStart {
    /// The position in the text.
    pub(crate) line: usize,
    /// The position in the patterns.
    pub(crate) pattern: usize,
}

impl LineSpans {
    /// Returns the spans of no lines.
    pub fn new() -> Self {
        Self { starts: vec![LineStart::default()], is_incomplete: false }
    }

    /// Returns the number of lines.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns whether there are no lines.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns an iterator over the lines, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = LineSpan> {
        self.starts.iter().zip(&self.starts[1..]).map(|(start, next)| LineSpan {
            line: start.line..next.line - 1,
            pattern: start.pattern..next.pattern - 1,
        })
    }

    /// Replaces the positions of the lines by those that they have in `text`, which has as many.
    ///
    /// If it has fewer, because it is a mapped file that was changed since, the last lines are
    /// removed: no position is beyond the end of the text, or before the line.
    pub(crate) fn move_lines_to(&mut self, text: &[u8]) {
        let newlines = memchr_iter(b'\n', text).chain([text.len()]);
        let moved = self.starts[1..].iter_mut().zip(newlines);
        let len = moved.map(|(start, newline)| start.line = newline + 1).count();
        self.starts.truncate(1 + len);
    }

    /// Removes all lines.
    pub(super) fn clear(&mut self) {
        self.starts.truncate(1);
    }

    /// Makes room for at least one more line, or sets `is_incomplete`.
    #[cold]
    fn grow(&mut self) {
        self.is_incomplete |= fallible(|| self.starts.try_reserve(1)).is_err();
    }
}

impl Default for LineSpans {
    fn default() -> Self {
        Self::new()
    }
}

/// A recorder of the ends of lines: [`LineSpans`], or `()`, which records nothing.
pub(crate) trait LineRecorder {
    /// Whether anything is recorded.
    const IS_RECORDING: bool;

    /// Records the end of a line: `next` is the start of the line after it.
    fn push(&mut self, next: LineStart);

    /// Records the lines that end at the `newlines` of a block with `before` bytes of text before
    /// it.
    ///
    /// `pattern` returns the position of a byte in the patterns. Its argument is a mask of the
    /// bytes before that byte in the block.
    fn push_all(&mut self, newlines: Mask, before: usize, pattern: impl Fn(Mask) -> usize);
}

impl LineRecorder for () {
    const IS_RECORDING: bool = false;

    #[inline(always)]
    fn push(&mut self, _: LineStart) {}

    #[inline(always)]
    fn push_all(&mut self, _: Mask, _: usize, _: impl Fn(Mask) -> usize) {}
}

impl LineRecorder for LineSpans {
    const IS_RECORDING: bool = true;

    #[inline(always)]
    fn push(&mut self, next: LineStart) {
        if self.starts.len() == self.starts.capacity() {
            self.grow();
        }
        if !self.is_incomplete {
            self.starts.push(next);
        }
    }

    // The loop branches on the number of lines. Always storing one line, and not counting it if
    // none ended, is no faster.
    #[inline(always)]
    fn push_all(&mut self, newlines: Mask, before: usize, pattern: impl Fn(Mask) -> usize) {
        let mut newlines = newlines;
        while newlines != 0 {
            let before_newline = (newlines & newlines.wrapping_neg()) - 1;
            self.push(LineStart {
                line: before + newlines.trailing_zeros() as usize + 1,
                pattern: pattern(before_newline) + 1,
            });
            newlines &= newlines - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Normalizer;

    #[test]
    fn lines_are_moved_and_those_that_are_gone_are_removed() {
        let (mut patterns, mut spans) = (Vec::new(), LineSpans::new());
        Normalizer::new().normalize_noting(b"a\n\nbc", &mut patterns, &mut spans);
        let mut moved = |text: &[u8]| {
            spans.move_lines_to(text);
            spans.iter().map(|span| span.line).collect::<Vec<_>>()
        };
        assert_eq!(moved(b"..a\n..\n..bc.."), [0..3, 4..6, 7..13]);
        assert_eq!(moved(b".\n\n.\nmore\n"), [0..1, 2..2, 3..4]);
        assert_eq!(moved(b"...\n.."), [0..3, 4..6]);
        assert_eq!(moved(b"").len(), 1);
    }
}
