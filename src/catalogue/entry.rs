//! An entry of a catalogue: a pattern, and the lines that have it.

use std::borrow::Cow;

use super::further::Further;
use super::histogram::Histogram;
use super::places::Boundaries;
use super::row::{LinePosition, Places, Row};
use super::texts::Text;

/// A pattern that was kept.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) hash: u64,
    pub(super) text: Text,
    pub(super) occurrences: Occurrences,
}

/// The lines that have a pattern.
#[derive(Debug, Default)]
pub(super) struct Occurrences {
    pub(super) count: u64,
    pub(super) first: LinePosition,
    pub(super) last: LinePosition,
    pub(super) histogram: Histogram,
}

impl Occurrences {
    /// Adds `count` lines, from `first` to `last`. The first line of all must be among those that are
    /// added first.
    pub(super) fn add(&mut self, count: u64, first: LinePosition, last: LinePosition) {
        if self.count == 0 {
            self.first = first;
        }
        self.count = self.count.saturating_add(count);
        // The others of a chunk are added pattern by pattern, not in the order of their lines.
        self.last = self.last.max(last);
    }

    /// Returns the row of these lines, which are in a text with these `boundaries`, if they are known.
    pub(super) fn row<'a>(
        &'a self,
        pattern: Option<Cow<'a, [u8]>>,
        example: &'a [u8],
        further: Further<'a>,
        boundaries: Option<&'a Boundaries>,
    ) -> Row<'a> {
        let histogram = Cow::Borrowed(&self.histogram);
        Row {
            pattern,
            count: self.count,
            first: self.first,
            last: self.last,
            example: Cow::Borrowed(example),
            places: boundaries.map(|boundaries| Places { boundaries, histogram }),
            further,
        }
    }
}
