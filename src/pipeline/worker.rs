//! The work of one thread on a chunk: making its patterns, and counting them or looking them up.

use super::arena::{self, Arena};
use crate::catalogue::{ChunkCounter, ChunkCounts, Emit, Known, Normalized};
use crate::error::{Error, Result};
use crate::rules::{Counts, Kernel, LineSpans, Normalizer, Rules, SLACK, max_output_len};

/// The settings that all workers of a run share.
#[derive(Clone, Copy)]
pub(super) struct WorkerSettings<'a> {
    kernel: Kernel,
    rules: Rules,
    /// The patterns that are not written, and what is written of other lines.
    pub(super) filter: Option<(&'a Known, Emit)>,
}

impl WorkerSettings<'_> {
    /// Returns settings without a filter.
    pub(super) fn new(kernel: Kernel, rules: Rules) -> Self {
        Self { kernel, rules, filter: None }
    }
}

/// The output of a chunk. Its buffers are used again.
#[derive(Debug, Default)]
pub(super) struct ChunkOutput {
    /// The bytes to be written.
    pub(super) arena: Arena,
    /// The counts of the patterns in the arena, if patterns are counted.
    pub(super) chunk_counts: Option<ChunkCounts>,
}

impl ChunkOutput {
    /// Returns about how many bytes of memory it takes.
    pub(super) fn memory(&self) -> usize {
        self.arena.capacity() + self.chunk_counts.as_ref().map_or(0, ChunkCounts::memory)
    }
}

/// The working memory of one thread.
pub(super) struct Worker<'a> {
    normalizer: Normalizer,
    spans: LineSpans,
    counter: ChunkCounter,
    filter: Option<(&'a Known, Emit)>,
    /// The patterns of a chunk, where they are not what is written.
    patterns: Arena,
}

impl<'a> Worker<'a> {
    pub(super) fn new(settings: WorkerSettings<'a>) -> Self {
        let WorkerSettings { kernel, rules, filter } = settings;
        Self {
            normalizer: Normalizer::with_rules(kernel, rules),
            spans: LineSpans::new(),
            counter: ChunkCounter::new(),
            filter,
            patterns: Arena::new(),
        }
    }

    /// Works on `lines`, a chunk that starts `start` bytes into the plain text, if that is known, and
    /// appends to `output`, which is empty.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`], where the normalizer itself would end the process.
    pub(super) fn work(
        &mut self,
        lines: &[u8],
        start: Option<u64>,
        output: &mut ChunkOutput,
    ) -> Result<Counts> {
        let ChunkOutput { arena, chunk_counts } = output;
        let Self { normalizer, spans, counter, .. } = self;
        match (self.filter, chunk_counts) {
            (None, None) => normalize(normalizer, lines, arena, None),
            (None, Some(chunk_counts)) => {
                let counts = normalize(normalizer, lines, arena, Some(spans))?;
                let chunk = Normalized { lines, patterns: arena, spans };
                counter.count_from(chunk, start, chunk_counts)?;
                Ok(counts)
            }
            (Some((known, emit)), _) => self.filter(known, emit, lines, arena),
        }
    }

    fn filter(
        &mut self,
        known: &Known,
        emit: Emit,
        lines: &[u8],
        arena: &mut Arena,
    ) -> Result<Counts> {
        let Self { normalizer, spans, patterns, .. } = self;
        let ordinary = arena.capacity();
        let counts = normalize(normalizer, lines, patterns, Some(spans))?;
        arena::grow(arena, lines.len().max(patterns.len()) + 1)?;
        known.filter(Normalized { lines, patterns, spans }, emit, arena);
        patterns.clear();
        // As with arenas, other threads may need the memory that a very long line took.
        patterns.shrink_to(ordinary);
        Ok(Counts { bytes_out: arena.len() as u64, ..counts })
    }
}

/// Appends the patterns of `lines` to `arena`, and notes in `spans`, if given, where they are.
fn normalize(
    normalizer: &mut Normalizer,
    lines: &[u8],
    arena: &mut Arena,
    spans: Option<&mut LineSpans>,
) -> Result<Counts> {
    arena::grow(arena, max_output_len(lines.len()) + SLACK)?;
    normalizer.try_normalize(lines, arena, spans).ok_or(Error::Memory { bytes: lines.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, Limits};

    #[test]
    fn memory_for_a_long_line_is_not_kept() {
        let known = Known::new(Catalogue::new(Rules::Shape, Limits::default())).unwrap();
        let mut settings = WorkerSettings::new(Kernel::best(), Rules::Shape);
        settings.filter = Some((&known, Emit::Pattern));
        let mut worker = Worker::new(settings);
        let ordinary = max_output_len(100) + SLACK;
        let mut output = ChunkOutput { arena: Arena::with_capacity(ordinary), chunk_counts: None };
        worker.work(&[b'-'; 10_000], None, &mut output).unwrap();
        assert_eq!(output.arena, [&[b'-'; 10_000][..], b"\n"].concat());
        assert!(worker.patterns.capacity() <= ordinary, "{}", worker.patterns.capacity());
    }
}
