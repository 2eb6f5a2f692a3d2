//! What the catalogue is made of.

use crate::rules::LineSpans;

/// Lines and their patterns, as a [`Normalizer`](crate::Normalizer::normalize_noting) made and
/// noted them.
#[derive(Clone, Copy, Debug)]
pub struct Normalized<'a> {
    /// The text: whole lines.
    pub lines: &'a [u8],
    /// The patterns, one a line, each ended by `\n`.
    pub patterns: &'a [u8],
    /// Where they lie.
    pub spans: &'a LineSpans,
}
