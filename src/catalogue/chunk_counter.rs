//! Counts the patterns of one chunk, on the thread that made them.
//!
//! This is the inner loop of the catalogue: it runs once for each line. The catalogue then gets a
//! [`ChunkCounts`], which has each pattern of the chunk once, in the order of first appearance.
//!
//! A lookup waits for memory four times, at addresses that a CPU cannot predict. So lines are looked
//! up in batches: first the entry that each may have, then whether it is that. A CPU overlaps the
//! waits of a batch, because no branch depends on them.

use std::borrow::Cow;

use hashbrown::HashTable;
use memchr::memchr;

use super::chunk_counts::{ChunkCounts, MAX_RECYCLED};
use super::chunk_examples::SeenExamples;
use super::example::{LEN_FOR_EXAMPLE, MAX_EXAMPLES, example_of};
use super::hash::PatternHasher;
use super::key::{self, Key};
use super::memory::{NoMemory, reserve_slot};
use super::normalized::Normalized;
use super::places::{OpenLog, Placement};
use crate::error::{Error, Result};
use crate::rules::LineSpan;
use crate::text::ansi::{self, EscapeSequences};

/// Lines in a batch.
const BATCH: usize = 16;

/// The working memory with which one thread counts patterns, recycled from chunk to chunk.
#[derive(Debug)]
pub struct ChunkCounter {
    pub(super) hasher: PatternHasher,
    /// The entries of the current chunk, by their patterns.
    indices: HashTable<HashedIndex>,
    escapes: EscapeSequences,
    /// The most examples of a pattern.
    max_examples: usize,
    /// Those of the current chunk, if there may be more than one of a pattern.
    seen: SeenExamples,
}

/// The index of an entry, with half of its hash, which tells it from nearly all others.
#[derive(Clone, Copy, Debug)]
struct HashedIndex {
    hash: u32,
    entry: u32,
}

/// A line, the hash of its pattern, and the first entry that may have that pattern.
#[derive(Clone, Debug, Default)]
struct Lookup {
    span: LineSpan,
    hash: u64,
    entry: Option<u32>,
}

impl ChunkCounter {
    /// Returns a counter that holds no memory yet, and keeps one example of each pattern.
    pub fn new() -> Self {
        Self::with_escapes(EscapeSequences::Keep)
    }

    /// Returns a counter for lines with `escapes`. If they are stripped, they are in the lines that
    /// are counted, but the patterns are those of lines without them, and so are the examples.
    pub fn with_escapes(escapes: EscapeSequences) -> Self {
        Self {
            hasher: PatternHasher::default(),
            indices: HashTable::new(),
            escapes,
            max_examples: 1,
            seen: SeenExamples::default(),
        }
    }

    /// Has the counter keep up to `max` examples of each pattern, from 1 to [`MAX_EXAMPLES`], as many
    /// as the catalogue that the counts are added to.
    pub fn with_examples(self, max: usize) -> Self {
        Self { max_examples: max.clamp(1, MAX_EXAMPLES), ..self }
    }

    /// Counts the patterns of `chunk`, which starts at the offset `start` of the plain text of its log,
    /// and replaces the contents of `counts`.
    ///
    /// Takes time linear in the chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`]. The contents of `counts` then have no meaning.
    ///
    /// # Panics
    ///
    /// If there are 2^32 lines or more, which the
    /// [largest chunk](crate::MAX_CHUNK_SIZE) cannot have.
    pub fn count(
        &mut self,
        chunk: Normalized<'_>,
        start: u64,
        counts: &mut ChunkCounts,
    ) -> Result<()> {
        self.count_placed(chunk, Placement::InLog { start, part_start: 0 }, counts)
    }

    /// Does the same as [`count`](Self::count) for a chunk anywhere.
    pub(crate) fn count_placed(
        &mut self,
        chunk: Normalized<'_>,
        placement: Placement<'_>,
        counts: &mut ChunkCounts,
    ) -> Result<()> {
        self.clear();
        let log_at = |start| OpenLog::new(0, &self.example(first_line(&chunk.lines[start..])));
        counts
            .begin(placement, chunk.lines.len(), chunk.spans.len(), log_at)
            .map_err(NoMemory::into_error)?;
        counts.further.begin(self.max_examples);
        // The loop for one example has nothing to do for more.
        if self.max_examples > 1 {
            self.count_lines::<true>(chunk, counts)
        } else {
            self.count_lines::<false>(chunk, counts)
        }
    }

    /// Counts the lines of `chunk`. `SEVERAL` tells whether there may be several examples of a pattern.
    fn count_lines<const SEVERAL: bool>(
        &mut self,
        chunk: Normalized<'_>,
        counts: &mut ChunkCounts,
    ) -> Result<()> {
        let mut spans = chunk.spans.iter();
        let mut number = 0;
        let mut lookups: [Lookup; BATCH] = Default::default();
        loop {
            let mut count = 0;
            for (lookup, span) in lookups.iter_mut().zip(&mut spans) {
                *lookup = self.lookup(chunk.patterns, span);
                count += 1;
            }
            for lookup in &lookups[..count] {
                self.count_line::<SEVERAL>(chunk, number, lookup, counts)
                    .map_err(|_| Error::Memory { bytes: chunk.lines.len() })?;
                number += 1;
            }
            if count < BATCH {
                counts.end();
                return Ok(());
            }
        }
    }

    // It is in two loops, and a call would cost each line as much as a tenth of the rest.
    #[inline(always)]
    fn lookup(&self, patterns: &[u8], span: LineSpan) -> Lookup {
        let hash = match Key::at(patterns, &span.pattern) {
            Some(key) => self.hasher.hash_key(&key),
            None => self.hasher.hash(&patterns[span.pattern.clone()]),
        };
        let indexed = self.indices.find(hash, |indexed| indexed.hash == hash as u32);
        Lookup { span, hash, entry: indexed.map(|indexed| indexed.entry) }
    }

    /// Counts line `number`.
    #[inline(always)]
    fn count_line<const SEVERAL: bool>(
        &mut self,
        chunk: Normalized<'_>,
        number: u32,
        lookup: &Lookup,
        counts: &mut ChunkCounts,
    ) -> Result<(), NoMemory> {
        let LineSpan { line, pattern } = &lookup.span;
        let is_its =
            |entry: &u32| key::is_same(chunk.patterns, counts.pattern_start(*entry), pattern);
        match lookup.entry.filter(is_its) {
            Some(entry) => {
                counts.add(entry, number, line.start)?;
                if SEVERAL && counts.further.has_room(entry) {
                    self.keep_example(chunk, number, (entry, &lookup.span), counts)?;
                }
                Ok(())
            }
            None => self.count_other(chunk, number, lookup, counts),
        }
    }

    /// Counts a line that is the first with its pattern, or whose pattern is not that of the entry
    /// found first.
    #[cold]
    fn count_other(
        &mut self,
        chunk: Normalized<'_>,
        number: u32,
        &Lookup { ref span, hash, .. }: &Lookup,
        counts: &mut ChunkCounts,
    ) -> Result<(), NoMemory> {
        let is_its = |indexed: &HashedIndex| {
            let start = counts.pattern_start(indexed.entry);
            indexed.hash == hash as u32 && key::is_same(chunk.patterns, start, &span.pattern)
        };
        if let Some(indexed) = self.indices.find(hash, is_its) {
            counts.add(indexed.entry, number, span.line.start)?;
            if counts.further.has_room(indexed.entry) {
                self.keep_example(chunk, number, (indexed.entry, span), counts)?;
            }
            return Ok(());
        }
        let example = self.example(&chunk.lines[span.line.clone()]);
        let entry = counts.insert(hash, number, span, &example)?;
        counts.further.begin_entry(&example, &mut self.seen, &self.hasher)?;
        let hash_of = |indexed: &HashedIndex| counts.hash(indexed.entry);
        reserve_slot(&mut self.indices, hash_of)?;
        self.indices.insert_unique(hash, HashedIndex { hash: hash as u32, entry }, hash_of);
        Ok(())
    }

    /// Keeps the example that a line of an entry makes, if that has room for it and none that is the
    /// same.
    fn keep_example(
        &mut self,
        chunk: Normalized<'_>,
        number: u32,
        (entry, span): (u32, &LineSpan),
        counts: &mut ChunkCounts,
    ) -> Result<(), NoMemory> {
        let example = self.example(&chunk.lines[span.line.clone()]);
        counts.keep_example(entry, number, &example, &mut self.seen, &self.hasher)
    }

    /// Returns the example that `line` makes.
    fn example<'a>(&self, line: &'a [u8]) -> Cow<'a, [u8]> {
        match self.escapes {
            EscapeSequences::Keep => example_of(line).into(),
            EscapeSequences::Strip => match ansi::strip_start(line, LEN_FOR_EXAMPLE) {
                Cow::Borrowed(start) => example_of(start).into(),
                Cow::Owned(mut start) => {
                    start.truncate(example_of(&start).len());
                    start.into()
                }
            },
        }
    }

    fn clear(&mut self) {
        if self.indices.capacity() > MAX_RECYCLED {
            self.indices = HashTable::new();
        }
        self.indices.clear();
        self.seen.clear();
    }
}

impl Default for ChunkCounter {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the first line of `lines`, without its `\n`.
fn first_line(lines: &[u8]) -> &[u8] {
    memchr(b'\n', lines).map_or(lines, |end| &lines[..end])
}
