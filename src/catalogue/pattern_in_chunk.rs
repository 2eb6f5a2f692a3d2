//! A pattern of a chunk with what was counted of it, as a catalogue takes it.

use super::chunk_buckets::{Buckets, ChunkBuckets};
use super::chunk_examples::{ChunkExamples, ExampleInChunk};
use super::example::Example;

/// A pattern of a chunk, as it is added to a catalogue.
pub(super) struct PatternInChunk<'a> {
    pub(super) hash: u64,
    pub(super) pattern: &'a [u8],
    pub(super) example: &'a [u8],
    pub(super) count: u32,
    /// Line number, counted from 0, and offset, from the start of the chunk.
    pub(super) first: (u64, u64),
    pub(super) last: (u64, u64),
    pub(super) buckets: Buckets,
    pub(super) all_buckets: &'a ChunkBuckets,
    pub(super) further: &'a [ExampleInChunk],
    pub(super) texts: &'a ChunkExamples,
}

impl PatternInChunk<'_> {
    /// Returns the buckets in which lines start, and how many do, in order.
    pub(super) fn buckets(&self) -> impl Iterator<Item = (u8, u64)> {
        self.all_buckets.of(self.buckets, self.count)
    }

    /// Returns the examples, whose lines are counted from 0, from the start of the chunk.
    pub(super) fn examples(&self) -> impl Iterator<Item = Example<'_>> {
        let further = self.further.iter();
        let further =
            further.map(|it| Example { line: it.line.into(), text: self.texts.text(*it) });
        [Example { line: self.first.0, text: self.example }].into_iter().chain(further)
    }
}
