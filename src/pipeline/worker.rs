//! The work of one thread on a chunk: making its patterns, and counting them or looking them up.

use std::mem::take;
use std::ptr;

use super::arena::{self, Arena};
use crate::catalogue::{ChunkCounter, ChunkCounts, Emit, Filter, Normalized, Placement};
use crate::error::{Error, Result};
use crate::rules::{Counts, Kernel, LineSpans, Normalizer, Rules, SLACK, max_output_len};
use crate::text::ansi::{self, EscapeSequences};

/// The settings that all workers of a run share.
#[derive(Clone, Copy)]
pub(super) struct WorkerSettings<'a> {
    kernel: Kernel,
    rules: Rules,
    escapes: EscapeSequences,
    /// The lines that are written, and in which form, if not all are.
    pub(super) filter: Option<(&'a Filter, Emit)>,
    /// The most examples of a pattern, if patterns are counted.
    pub(super) max_examples: usize,
}

impl WorkerSettings<'_> {
    /// Returns settings without a filter, and with one example of each pattern.
    pub(super) fn new(kernel: Kernel, rules: Rules, escapes: EscapeSequences) -> Self {
        Self { kernel, rules, escapes, filter: None, max_examples: 1 }
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
    filter: Option<(&'a Filter, Emit)>,
    /// The patterns of a chunk, where they are not what is written.
    patterns: Arena,
    escapes: EscapeSequences,
    /// The lines of a chunk without their escape sequences, if they have any.
    stripped: Arena,
}

impl<'a> Worker<'a> {
    pub(super) fn new(settings: WorkerSettings<'a>) -> Self {
        let WorkerSettings { kernel, rules, escapes, filter, max_examples } = settings;
        Self {
            normalizer: Normalizer::with_rules(kernel, rules),
            spans: LineSpans::new(),
            counter: ChunkCounter::with_escapes(escapes).with_examples(max_examples),
            filter,
            patterns: Arena::new(),
            escapes,
            stripped: Arena::new(),
        }
    }

    /// Works on `lines`, a chunk that is at `placement`, and appends to `output`, which is empty.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`], where the normalizer itself would end the process.
    pub(super) fn work(
        &mut self,
        lines: &[u8],
        placement: Placement<'_>,
        output: &mut ChunkOutput,
    ) -> Result<Counts> {
        let ordinary = output.arena.capacity();
        let mut stripped = take(&mut self.stripped);
        let lines_of_chunk = match self.escapes {
            EscapeSequences::Keep => Lines::whole(lines),
            EscapeSequences::Strip => Lines::strip(lines, &mut stripped)?,
        };
        let counts = self.work_on(lines_of_chunk, placement, output)?;
        stripped.clear();
        // As with arenas, other threads may need the memory that a very long line took.
        stripped.shrink_to(ordinary);
        self.stripped = stripped;
        Ok(Counts { bytes_in: lines.len() as u64, ..counts })
    }

    fn work_on(
        &mut self,
        lines: Lines<'_>,
        placement: Placement<'_>,
        output: &mut ChunkOutput,
    ) -> Result<Counts> {
        let ChunkOutput { arena, chunk_counts } = output;
        let Self { normalizer, spans, counter, .. } = self;
        match (self.filter, chunk_counts) {
            (None, None) => normalize(normalizer, lines, arena, None),
            (None, Some(chunk_counts)) => {
                let counts = normalize(normalizer, lines, arena, Some(spans))?;
                let chunk = Normalized { lines: lines.raw, patterns: arena, spans };
                counter.count_placed(chunk, placement, chunk_counts)?;
                Ok(counts)
            }
            (Some((filter, emit)), _) => self.filter(filter, emit, lines, arena),
        }
    }

    fn filter(
        &mut self,
        filter: &Filter,
        emit: Emit,
        lines: Lines<'_>,
        arena: &mut Arena,
    ) -> Result<Counts> {
        let Self { normalizer, spans, patterns, .. } = self;
        let ordinary = arena.capacity();
        let counts = normalize(normalizer, lines, patterns, Some(spans))?;
        let lines = lines.raw;
        arena::grow(arena, lines.len().max(patterns.len()) + 1)?;
        filter.apply(Normalized { lines, patterns, spans }, emit, arena);
        patterns.clear();
        // As with arenas, other threads may need the memory that a very long line took.
        patterns.shrink_to(ordinary);
        Ok(Counts { bytes_out: arena.len() as u64, ..counts })
    }
}

/// The lines of a chunk.
#[derive(Clone, Copy)]
struct Lines<'a> {
    /// As they are in the log.
    raw: &'a [u8],
    /// As the rules see them: the same bytes in memory if nothing had to be taken out.
    stripped: &'a [u8],
}

impl<'a> Lines<'a> {
    fn whole(lines: &'a [u8]) -> Self {
        Self { raw: lines, stripped: lines }
    }

    /// Returns `lines`, with those that have escape sequences in `buffer` without them.
    fn strip(lines: &'a [u8], buffer: &'a mut Arena) -> Result<Self> {
        if !ansi::has_sequences(lines) {
            return Ok(Self::whole(lines));
        }
        arena::grow(buffer, lines.len())?;
        ansi::strip_lines(lines, buffer);
        Ok(Self { raw: lines, stripped: buffer })
    }
}

/// Appends the patterns of `lines` to `arena`, and notes in `spans`, if given, where they are, and
/// where the lines are.
fn normalize(
    normalizer: &mut Normalizer,
    lines: Lines<'_>,
    arena: &mut Arena,
    mut spans: Option<&mut LineSpans>,
) -> Result<Counts> {
    let Lines { raw, stripped } = lines;
    arena::grow(arena, max_output_len(stripped.len()) + SLACK)?;
    let counts = normalizer
        .try_normalize(stripped, arena, spans.as_deref_mut())
        .ok_or(Error::Memory { bytes: raw.len() })?;
    if let Some(spans) = spans
        && !ptr::eq(raw, stripped)
    {
        spans.move_lines_to(raw);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, Limits, Select};

    #[test]
    fn memory_for_a_long_line_is_not_kept() {
        let none = Catalogue::new(Rules::Shape, Limits::default());
        let filter = Filter::new(none, Select::New).unwrap();
        let mut settings = WorkerSettings::new(Kernel::best(), Rules::Shape, EscapeSequences::Keep);
        settings.filter = Some((&filter, Emit::Pattern));
        let mut worker = Worker::new(settings);
        let ordinary = max_output_len(100) + SLACK;
        let mut output = ChunkOutput { arena: Arena::with_capacity(ordinary), chunk_counts: None };
        worker.work(&[b'-'; 10_000], Placement::NONE, &mut output).unwrap();
        assert_eq!(output.arena, [&[b'-'; 10_000][..], b"\n"].concat());
        assert!(worker.patterns.capacity() <= ordinary, "{}", worker.patterns.capacity());

        settings.escapes = EscapeSequences::Strip;
        let mut worker = Worker::new(settings);
        let mut output = ChunkOutput { arena: Arena::with_capacity(ordinary), chunk_counts: None };
        let line = [b"\x1b[m".as_slice(), &[b'-'; 10_000]].concat();
        let counts = worker.work(&line, Placement::NONE, &mut output).unwrap();
        assert_eq!((counts.lines, counts.bytes_in, counts.bytes_out), (1, 10_003, 10_001));
        assert!(worker.stripped.capacity() <= ordinary, "{}", worker.stripped.capacity());
    }
}
