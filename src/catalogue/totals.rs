//! The catalogue: all patterns of a log, with the counts and the positions of each.

use std::borrow::Cow;

use hashbrown::HashTable;

use super::chunk_counts::ChunkCounts;
use super::entry::Entry;
use super::example::{Example, MAX_EXAMPLES};
use super::further::{Further, FurtherExamples};
use super::hash::PatternHasher;
use super::limits::Limits;
use super::memory::{NoMemory, collect};
use super::pattern_in_chunk::PatternInChunk;
use super::places::{Boundaries, Joined, OpenLog};
use super::row::{LinePosition, Row};
use super::slots::Other;
use super::texts::Texts;
use crate::error::Result;
use crate::rules::{Rules, RulesVersion};

/// The distinct patterns of a log. See the [module](super).
#[derive(Debug)]
pub struct Catalogue {
    pub(super) rules: RulesVersion,
    pub(super) lines: u64,
    pub(super) bytes: u64,
    pub(super) limits: Limits,
    pub(super) charged: usize,
    /// Those of the text, if it is known where the lines of each pattern are. Always those of a text
    /// of no bytes.
    pub(super) boundaries: Option<Boundaries>,
    /// The log that is being added.
    pub(super) open_log: Option<OpenLog>,
    pub(super) hasher: PatternHasher,
    /// Indices into `entries`.
    pub(super) indices: HashTable<u32>,
    pub(super) entries: Vec<Entry>,
    pub(super) texts: Texts,
    pub(super) other: Option<Other>,
    /// The most examples of each pattern.
    pub(super) max_examples: usize,
    /// The examples of each entry after the first, if there may be any.
    pub(super) further: Vec<FurtherExamples>,
    /// The bytes that these take.
    pub(super) further_bytes: usize,
}

impl Catalogue {
    /// Returns an empty catalogue of patterns that `rules` make, which is held to `limits`.
    pub fn new(rules: Rules, limits: Limits) -> Self {
        let examples = limits.examples.clamp(1, MAX_EXAMPLES);
        Self {
            rules: rules.into(),
            lines: 0,
            bytes: 0,
            limits: Limits { examples, ..limits },
            charged: 0,
            max_examples: examples,
            further: Vec::new(),
            further_bytes: 0,
            boundaries: Some(Boundaries::default()),
            open_log: None,
            hasher: PatternHasher::default(),
            indices: HashTable::new(),
            entries: Vec::new(),
            texts: Texts::default(),
            other: None,
        }
    }

    /// Adds the chunk that comes after those added before. `arena` has the patterns of `counts`, which
    /// must have as many [examples](super::ChunkCounter::with_examples) as this keeps. The first chunk,
    /// and the first after [`end_log`](Self::end_log), begins a log.
    ///
    /// Takes time linear in the number of distinct patterns of the chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory). The catalogue then holds a part of the chunk.
    pub fn add(&mut self, arena: &[u8], counts: &ChunkCounts) -> Result<()> {
        if counts.bytes == 0 {
            return Ok(());
        }
        let joined = self.join_chunk(counts).map_err(NoMemory::into_error)?;
        for found in counts.iter(arena) {
            self.add_pattern(&found, joined.as_ref()).map_err(NoMemory::into_error)?;
        }
        self.lines = self.lines.saturating_add(counts.lines());
        self.bytes = self.bytes.saturating_add(counts.bytes);
        Ok(())
    }

    fn add_pattern(
        &mut self,
        found: &PatternInChunk<'_>,
        joined: Option<&Joined>,
    ) -> Result<(), NoMemory> {
        // A catalogue that was read may have come near the end of what can be counted.
        let position = |(line, offset): (u64, u64)| LinePosition {
            line: self.lines.saturating_add(line + 1),
            offset: self.bytes.saturating_add(offset),
        };
        let (first, last) = (position(found.first), position(found.last));
        let slot = self.slot_of(found.hash, found.pattern, found.example)?;
        let before = self.lines;
        let shift = |it: Example<'_>| before.saturating_add(it.line + 1);
        let examples = found.examples().map(|it| Example { line: shift(it), ..it });
        let occurrences = self.occurrences(slot);
        occurrences.add(found.count.into(), first, last);
        if let Some(joined) = joined {
            for (bucket, count) in found.buckets() {
                occurrences.histogram.add(joined.next(bucket), count)?;
            }
        }
        self.add_examples(slot, examples)
    }

    /// Adds the lines of `row`, which come after those of its pattern added before. `bucket_of` returns
    /// the bucket of this catalogue that a bucket of the row is in.
    ///
    /// # Errors
    ///
    /// [`NoMemory`]. The lines and the examples may have been added in part then.
    pub(super) fn add_row(
        &mut self,
        row: &Row<'_>,
        bucket_of: impl Fn(u8) -> u8,
    ) -> Result<(), NoMemory> {
        let slot = match &row.pattern {
            Some(pattern) => self.slot_of(self.hasher.hash(pattern), pattern, &row.example)?,
            None => self.other_slot(&row.example)?,
        };
        let occurrences = self.occurrences(slot);
        occurrences.add(row.count, row.first, row.last);
        if let Some(places) = &row.places {
            for it in places.histogram.buckets() {
                occurrences.histogram.add(bucket_of(it.bucket()), it.lines())?;
            }
        }
        self.add_examples(slot, row.examples())
    }

    /// Adds `pattern` without any lines, and returns whether it was not there before.
    ///
    /// # Errors
    ///
    /// [`NoMemory`]. Nothing was added then.
    pub(super) fn add_listed(&mut self, pattern: &[u8]) -> Result<bool, NoMemory> {
        let before = self.entries.len();
        self.slot_of(self.hasher.hash(pattern), pattern, &[])?;
        Ok(self.entries.len() > before)
    }

    /// Returns all rows: most lines first, then by first appearance, the
    /// [others](Catalogue::other) last.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory).
    pub fn rows(&self) -> Result<Vec<Row<'_>>> {
        let rows = collect(self.kept().chain(self.other()), self.entries.len() + 1);
        let mut rows = rows.map_err(NoMemory::into_error)?;
        rows.sort_unstable_by(Row::order);
        Ok(rows)
    }

    /// Returns the rows of the patterns that were kept, in the order in which they were added.
    pub(super) fn kept(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.entries.len()).map(|index| self.row(index))
    }

    /// Returns the patterns that were kept, in the order of [`kept`](Self::kept).
    pub(super) fn kept_patterns(&self) -> impl Iterator<Item = &[u8]> {
        self.entries.iter().map(|entry| self.texts.pattern(entry.text))
    }

    /// Returns the row of the lines whose patterns went beyond the limits, if there are any.
    pub fn other(&self) -> Option<Row<'_>> {
        let other = self.other.as_ref()?;
        let further = Further::kept(&other.further, &self.texts);
        let example = self.texts.example(other.text);
        Some(other.occurrences.row(None, example, further, self.places()))
    }

    /// Returns the row of `pattern`, if it was kept.
    pub fn get(&self, pattern: &[u8]) -> Option<Row<'_>> {
        self.index_of(pattern).map(|index| self.row(index))
    }

    /// Returns whether `pattern` was kept.
    #[inline]
    pub fn contains(&self, pattern: &[u8]) -> bool {
        self.index_of(pattern).is_some()
    }

    /// Returns how many patterns were kept before `pattern`, if it was kept.
    #[inline]
    pub(super) fn index_of(&self, pattern: &[u8]) -> Option<usize> {
        let hash = self.hasher.hash(pattern);
        let is_same = |&index: &u32| {
            let entry = &self.entries[index as usize];
            entry.hash == hash && self.texts.pattern(entry.text) == pattern
        };
        self.indices.find(hash, is_same).map(|&index| index as usize)
    }

    fn row(&self, index: usize) -> Row<'_> {
        let Entry { text, ref occurrences, .. } = self.entries[index];
        let (pattern, example) = (self.texts.pattern(text), self.texts.example(text));
        let further = self.further.get(index).map(|further| Further::kept(further, &self.texts));
        let (pattern, further) = (Some(Cow::Borrowed(pattern)), further.unwrap_or_default());
        occurrences.row(pattern, example, further, self.places())
    }

    /// Returns the number of lines read, which is the sum of the counts.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Returns the length of the plain text.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the number of distinct patterns that were kept.
    pub fn patterns(&self) -> usize {
        self.entries.len()
    }

    /// Returns the most examples of each pattern that are kept.
    pub fn examples(&self) -> usize {
        self.max_examples
    }

    /// Returns about how many bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        size_of::<Self>() + self.charged + self.further_bytes
    }

    /// Returns the rules that made the patterns.
    pub fn rules(&self) -> RulesVersion {
        self.rules
    }
}
