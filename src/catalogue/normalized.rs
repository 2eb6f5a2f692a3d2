//! The input of a catalogue: lines and their patterns.

use crate::rules::LineSpans;

/// Lines and their patterns, as [`Normalizer::normalize_noting`](crate::Normalizer::normalize_noting)
/// makes them.
#[derive(Clone, Copy, Debug)]
pub struct Normalized<'a> {
    /// The text: whole lines.
    pub lines: &'a [u8],
    /// The patterns, one a line, each ended by `\n`.
    pub patterns: &'a [u8],
    /// Where each line and its pattern are.
    pub spans: &'a LineSpans,
}
