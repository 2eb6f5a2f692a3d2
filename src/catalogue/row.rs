//! What a catalogue says of one pattern.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::COLUMNS;
use super::histogram::Histogram;

/// A line of the log, by where it stands in the plain text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinePosition {
    /// Counted from 1.
    pub line: u64,
    /// Bytes before its first byte.
    pub offset: u64,
}

/// A pattern, or all those together that went beyond the limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// Without its `\n`. There is none in the row of the others.
    pub pattern: Option<Cow<'a, [u8]>>,
    /// The lines that have it.
    pub count: u64,
    /// The first of them.
    pub first: LinePosition,
    /// The last of them.
    pub last: LinePosition,
    /// The first of them again, without its line ending, cut to
    /// [`MAX_EXAMPLE_LEN`](super::MAX_EXAMPLE_LEN) at a UTF-8 boundary.
    pub example: Cow<'a, [u8]>,
    /// Where they are, if this is a catalogue that was made and not one that was read.
    pub(super) histogram: Option<&'a Histogram>,
}

impl Row<'_> {
    /// `count` as a part of `lines`, from 0 to 1.
    pub fn share(&self, lines: u64) -> f64 {
        share(self.count, lines)
    }

    /// Whether it is known where in the log the lines are.
    pub fn has_histogram(&self) -> bool {
        self.histogram.is_some()
    }

    /// Returns how many of the lines start in each of [`COLUMNS`] equal parts of a log of `bytes`
    /// bytes, if that is known.
    pub fn columns(&self, bytes: u64) -> Option<[f64; COLUMNS]> {
        self.histogram.map(|histogram| histogram.columns(bytes))
    }

    /// Most lines first, then by first appearance; the others last.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        self.pattern
            .is_none()
            .cmp(&other.pattern.is_none())
            .then(other.count.cmp(&self.count))
            .then_with(|| self.by_first(other))
    }

    /// Orders rows by first appearance.
    pub(super) fn by_first(&self, other: &Self) -> Ordering {
        // Only in a file that somebody made by hand can the first line be the same.
        self.first.cmp(&other.first).then_with(|| self.pattern.cmp(&other.pattern))
    }
}

/// `count` as a part of `lines`, which is 0 where there are none.
pub(super) fn share(count: u64, lines: u64) -> f64 {
    if lines == 0 { 0.0 } else { count as f64 / lines as f64 }
}
