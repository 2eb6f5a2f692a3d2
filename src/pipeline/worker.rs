//! What one thread does with a chunk: patterns, and what else is to be known of them.

use super::arena::{self, Arena};
use crate::catalogue::{Catalogue, ChunkCounter, ChunkCounts, Emit, Known, Normalized};
use crate::error::{Error, Result};
use crate::rules::{Counts, Kernel, LineSpans, Normalizer, Rules, SLACK, max_output_len};

/// What is to be done with patterns beside writing them.
#[derive(Debug, Default)]
pub struct Extras<'a> {
    /// Has the patterns of the log added, as those of one that stands behind what was added before.
    pub catalogue: Option<&'a mut Catalogue>,
    /// Only lines whose patterns are not known are written, as they are or as patterns.
    pub known: Option<(&'a Known, Emit)>,
}

/// What became of a chunk. Its buffers are used again.
#[derive(Debug, Default)]
pub(crate) struct ChunkOutput {
    /// What is to be written.
    pub(crate) arena: Arena,
    /// The patterns of the chunk, if they are to be counted, and what they stand in if that is not
    /// what is to be written.
    pub(crate) chunk_counts: Option<ChunkCounts>,
}

/// The working memory of one thread.
pub(crate) struct Worker<'a> {
    normalizer: Normalizer,
    spans: LineSpans,
    chunk_counts: ChunkCounter,
    known: Option<(&'a Known, Emit)>,
    /// Patterns, where it is not they that are written.
    patterns: Arena,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(kernel: Kernel, rules: Rules, known: Option<(&'a Known, Emit)>) -> Self {
        let normalizer = Normalizer::with_rules(kernel, rules);
        let (spans, chunk_counts, patterns) = (LineSpans::new(), ChunkCounter::new(), Arena::new());
        Self { normalizer, spans, chunk_counts, known, patterns }
    }

    /// Works on `lines`, a chunk that starts `start` bytes into the plain text, into `output`,
    /// which is empty.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`], where the normalizer itself would end the process.
    pub(crate) fn work(
        &mut self,
        lines: &[u8],
        start: u64,
        output: &mut ChunkOutput,
    ) -> Result<Counts> {
        let ChunkOutput { arena, chunk_counts } = output;
        let Self { normalizer, spans, .. } = self;
        let Some((known, emit)) = self.known else {
            let Some(chunk_counts) = chunk_counts else {
                return normalize(normalizer, lines, arena, None);
            };
            let counts = normalize(normalizer, lines, arena, Some(spans))?;
            let chunk = Normalized { lines, patterns: arena, spans };
            self.chunk_counts.count(chunk, start, chunk_counts)?;
            return Ok(counts);
        };
        let ordinary = arena.capacity();
        let counts = normalize(normalizer, lines, &mut self.patterns, Some(spans))?;
        arena::grow(arena, lines.len().max(self.patterns.len()) + 1)?;
        known.filter(Normalized { lines, patterns: &self.patterns, spans }, emit, arena);
        self.patterns.clear();
        // As with arenas: memory for a very long line would be missed by others.
        self.patterns.shrink_to(ordinary);
        Ok(Counts { bytes_out: arena.len() as u64, ..counts })
    }
}

/// Appends the patterns of `lines` to `arena`, and notes where they end, if anybody wants to know.
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
    use crate::catalogue::Limits;

    #[test]
    fn memory_for_a_long_line_is_not_kept() {
        let known = Known::new(Catalogue::new(Rules::Shape, Limits::default())).unwrap();
        let mut worker = Worker::new(Kernel::best(), Rules::Shape, Some((&known, Emit::Pattern)));
        let ordinary = max_output_len(100) + SLACK;
        let mut output = ChunkOutput { arena: Arena::with_capacity(ordinary), chunk_counts: None };
        worker.work(&[b'-'; 10_000], 0, &mut output).unwrap();
        assert_eq!(output.arena, [&[b'-'; 10_000][..], b"\n"].concat());
        assert!(worker.patterns.capacity() <= ordinary, "{}", worker.patterns.capacity());
    }
}
