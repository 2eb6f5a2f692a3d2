//! A row of a catalogue: a pattern with its counts and positions.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::LOG_PARTS;
use super::example::Example;
use super::further::Further;
use super::histogram::Histogram;
use super::places::Boundaries;

/// The position of a line in the plain text of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinePosition {
    /// The number of the line, counted from 1.
    pub line: u64,
    /// The number of bytes before it.
    pub offset: u64,
}

/// A pattern and its lines, or the lines of all patterns that went beyond the limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// The pattern, without a `\n`. The row of the others has none.
    pub pattern: Option<Cow<'a, [u8]>>,
    /// The number of lines that have it.
    pub count: u64,
    /// The first of them.
    pub first: LinePosition,
    /// The last of them.
    pub last: LinePosition,
    /// The text of the first of them, without its line ending, cut to
    /// [`MAX_EXAMPLE_LEN`](super::MAX_EXAMPLE_LEN) at a UTF-8 boundary.
    pub example: Cow<'a, [u8]>,
    /// Where they are, if that is known.
    pub(super) places: Option<Places<'a>>,
    pub(super) further: Further<'a>,
}

/// Where in a text the lines of a row are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Places<'a> {
    pub(super) boundaries: &'a Boundaries,
    pub(super) histogram: Cow<'a, Histogram>,
}

impl Row<'_> {
    /// Returns `count` as a part of `lines`, from 0 to 1.
    pub fn share(&self, lines: u64) -> f64 {
        share(self.count, lines)
    }

    /// Returns the examples, `example` first: the first lines whose texts differ, as many as there are
    /// and the catalogue [keeps](super::Catalogue::examples).
    pub fn examples(&self) -> impl Iterator<Item = Example<'_>> + Clone {
        let first = Example { line: self.first.line, text: &self.example };
        [first].into_iter().chain(self.further.iter())
    }

    /// Returns whether it is known where in the log the lines are.
    pub fn has_histogram(&self) -> bool {
        self.places.is_some()
    }

    /// Returns how many of the lines start in each of [`LOG_PARTS`] equal parts of the log, which has
    /// `bytes` bytes, if that is known. Lines whose place is known less well than that are divided among
    /// parts.
    pub fn parts(&self, bytes: u64) -> Option<[f64; LOG_PARTS]> {
        let Places { boundaries, histogram } = self.places.as_ref()?;
        let end = self.last.offset.saturating_add(1);
        Some(histogram.parts(boundaries, self.first.offset..end, bytes))
    }

    /// Orders rows: most lines first, then by first appearance; the others last.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        self.pattern
            .is_none()
            .cmp(&other.pattern.is_none())
            .then(other.count.cmp(&self.count))
            .then_with(|| self.by_first(other))
    }

    /// Orders rows by first appearance.
    pub(super) fn by_first(&self, other: &Self) -> Ordering {
        // The first line can only be the same in a file that was edited.
        self.first.cmp(&other.first).then_with(|| self.pattern.cmp(&other.pattern))
    }
}

/// Returns `count` as a part of `lines`, or 0 if there are none.
pub(super) fn share(count: u64, lines: u64) -> f64 {
    if lines == 0 { 0.0 } else { count as f64 / lines as f64 }
}
