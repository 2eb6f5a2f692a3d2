//! Limits that keep a catalogue small, also for a log whose lines all have different patterns.

use super::entry::Entry;
use super::example::MAX_EXAMPLES;
use super::histogram::Histogram;

/// The most that a catalogue holds. Patterns that come first are kept. The lines of others are counted
/// together, so that the counts still add up to the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most distinct patterns.
    pub patterns: usize,
    /// The most bytes of memory, beside that of further examples. Each pattern is charged its length,
    /// that of its first example, and [`Limits::CHARGE`].
    pub bytes: usize,
    /// The most examples of each pattern, from 1 to [`MAX_EXAMPLES`]: the first lines whose texts
    /// differ. Each after the first takes at most [`MAX_EXAMPLE_LEN`](super::MAX_EXAMPLE_LEN) bytes
    /// and 200 more, beside `bytes`, so that which patterns are kept does not depend on their number.
    ///
    /// So only `patterns` bounds their memory: at 1.2 KB for each pattern and each example after the
    /// first, 250,000 patterns with 100 examples could take 30 GB, in a log whose lines are that
    /// long and all differ. Where so many may come, lower `patterns` as well.
    pub examples: usize,
}

impl Limits {
    /// The charge of each pattern beside its texts: the most that it takes if its lines are
    /// everywhere in the log. So it does not depend on later lines which patterns are kept.
    pub const CHARGE: usize = size_of::<Entry>() + Histogram::MAX_HEAP_SIZE + 16;

    /// The limit of patterns unless another is given. Logs have a few hundred patterns as a rule, and
    /// a few thousand are many. A catalogue of so many takes at most half a gigabyte.
    pub const DEFAULT_PATTERNS: usize = 250_000;

    /// No limits, for catalogues whose patterns have been within limits before.
    pub const NONE: Self = Self { patterns: usize::MAX, bytes: usize::MAX, examples: MAX_EXAMPLES };

    /// Returns the limits of at most `patterns` patterns with one example each, in at most 2 KiB for
    /// each on average, and 16 MiB.
    pub const fn of_patterns(patterns: usize) -> Self {
        let bytes = patterns.saturating_mul(2 << 10).saturating_add(16 << 20);
        Self { patterns, bytes, examples: 1 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of_patterns(Self::DEFAULT_PATTERNS)
    }
}
