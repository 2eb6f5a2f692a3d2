//! Where each line lies, and where its pattern: for those who look at patterns one by one.
//!
//! A kernel meets every `\n` and knows where it stands in both. To look for them again took longer
//! than it takes the kernel to note them on its way.

use std::ops::Range;

use crate::arch::Mask;
use crate::sys::fallible;

/// Where lines lie, and where their patterns, noted while they were
/// [normalised](crate::Normalizer::normalize_noting).
///
/// They take 16 bytes a line, which are kept for the next time.
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
    /// Where each line starts, and where one behind the last would.
    starts: Vec<LineStart>,
    /// Set when there was no memory for all lines.
    pub(super) is_incomplete: bool,
}

/// A line and its pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineSpan {
    /// Where the line lies in the text, without its `\n`.
    pub line: Range<usize>,
    /// Where its pattern lies in what was appended to the patterns, without its `\n`.
    pub pattern: Range<usize>,
}

/// Where a line starts, one byte behind the `\n` of the one before.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LineStart {
    /// In the text.
    pub(crate) line: usize,
    /// Among the patterns.
    pub(crate) pattern: usize,
}

impl LineSpans {
    /// Those of no lines.
    pub fn new() -> Self {
        Self { starts: vec![LineStart::default()], is_incomplete: false }
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each line, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = LineSpan> {
        self.starts.iter().zip(&self.starts[1..]).map(|(start, next)| LineSpan {
            line: start.line..next.line - 1,
            pattern: start.pattern..next.pattern - 1,
        })
    }

    pub(super) fn clear(&mut self) {
        self.starts.truncate(1);
    }

    /// Makes room for more lines.
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

/// Who is told of the ends of lines: nobody, or [`LineSpans`].
pub(crate) trait LineRecorder {
    /// Whether anybody is told.
    const IS_RECORDING: bool;

    /// Notes one line, by where the next would start.
    fn push(&mut self, next: LineStart);

    /// Notes the lines that end in a block of text which has `before` bytes before it; `pattern`
    /// says where among the patterns the byte stands that has the bytes of a mask before it in the
    /// block.
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

    // To note one in any case, and no line if none ended, took as long as to guess.
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
