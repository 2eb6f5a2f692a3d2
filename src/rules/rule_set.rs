//! Which rules lines are normalised by.

/// A rule set: what becomes of a line.
///
/// ```
/// use lognorm_mmap::{Kernel, Normalizer, Rules};
///
/// let mut patterns = Vec::new();
/// let mut normalizer = Normalizer::with_rules(Kernel::best(), Rules::Words);
/// normalizer.normalize(b"user alice logged in from 10.0.0.7", &mut patterns);
/// assert_eq!(patterns, b"user alice logged in from *\n");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Runs of letters and digits become `Y`, enclosures `X`.
    #[default]
    Shape,
    /// Words stay, values become `*`.
    Words,
}
