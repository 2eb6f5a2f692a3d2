//! What keeps a catalogue small, whatever the log is made of: one whose every line has a pattern of
//! its own too.

use super::entry::Entry;
use super::histogram::Histogram;

/// How much a catalogue may hold. Patterns that come first are kept; what goes beyond is counted
/// together, so that the counts still add up to the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Distinct patterns.
    pub patterns: usize,
    /// Bytes of memory. Each pattern is charged its length, that of its example, and
    /// [`Limits::CHARGE`].
    pub bytes: usize,
}

impl Limits {
    /// What each pattern is charged beside its texts: the most that it can come to take if its
    /// lines are everywhere in the log, so that what is kept does not depend on what comes later.
    pub const CHARGE: usize = size_of::<Entry>() + Histogram::LARGEST + 16;

    /// A few hundred patterns are usual, and a few thousand are much. With so many, a catalogue can
    /// take half a gigabyte at the worst. A log of 10 million distinct patterns, 33 bytes a line,
    /// took 66 MB, all of one thread's work included; with a million patterns, 215 MB.
    pub const DEFAULT_PATTERNS: usize = 250_000;

    /// No limits, for a catalogue that has been within some before.
    pub const NONE: Self = Self { patterns: usize::MAX, bytes: usize::MAX };

    /// At most so many patterns, in at most 2 KiB for each, on the average, and 16 MiB.
    pub const fn of_patterns(patterns: usize) -> Self {
        Self { patterns, bytes: patterns.saturating_mul(2 << 10).saturating_add(16 << 20) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of_patterns(Self::DEFAULT_PATTERNS)
    }
}
