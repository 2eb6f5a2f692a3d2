//! The catalogue: all patterns of a log, with the counts and the positions of each.

use std::borrow::Cow;

use hashbrown::HashTable;

use super::chunk_counts::{ChunkCounts, PatternInChunk};
use super::entry::{Entry, Occurrences};
use super::example::MAX_EXAMPLE_LEN;
use super::hash::PatternHasher;
use super::limits::Limits;
use super::memory::{NoMemory, collect, reserve, reserve_exact, reserve_slot};
use super::places::{Boundaries, Joined, OpenLog};
use super::row::{LinePosition, Row};
use super::texts::Texts;
use crate::error::Result;
use crate::rules::{Rules, RulesVersion};

/// The distinct patterns of a log. See the [module](super).
#[derive(Debug)]
pub struct Catalogue {
    pub(super) rules: RulesVersion,
    pub(super) lines: u64,
    pub(super) bytes: u64,
    limits: Limits,
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
}

/// The lines whose patterns went beyond the limits.
#[derive(Debug)]
pub(super) struct Other {
    example: Vec<u8>,
    pub(super) occurrences: Occurrences,
}

impl Catalogue {
    /// Returns an empty catalogue of patterns that `rules` make, which is held to `limits`.
    pub fn new(rules: Rules, limits: Limits) -> Self {
        Self {
            rules: rules.into(),
            lines: 0,
            bytes: 0,
            limits,
            charged: 0,
            boundaries: Some(Boundaries::default()),
            open_log: None,
            hasher: PatternHasher::default(),
            indices: HashTable::new(),
            entries: Vec::new(),
            texts: Texts::default(),
            other: None,
        }
    }

    /// Adds the chunk that comes after those added before. `arena` has the patterns of `counts`. The
    /// first chunk, and the first after [`end_log`](Self::end_log), begins a log.
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
        let occurrences = self.occurrences_of(found.hash, found.pattern, found.example)?;
        occurrences.add(found.count, first, last);
        if let Some(joined) = joined {
            for (bucket, count) in found.buckets() {
                occurrences.histogram.add(joined.next(bucket), count)?;
            }
        }
        Ok(())
    }

    /// Adds the lines of `row`, which come after those of its pattern added before. `bucket_of` returns
    /// the bucket of this catalogue that a bucket of the row is in.
    ///
    /// # Errors
    ///
    /// [`NoMemory`]. The lines may have been added in part then.
    pub(super) fn add_row(
        &mut self,
        row: &Row<'_>,
        bucket_of: impl Fn(u8) -> u8,
    ) -> Result<(), NoMemory> {
        let occurrences = match &row.pattern {
            Some(pattern) => {
                self.occurrences_of(self.hasher.hash(pattern), pattern, &row.example)?
            }
            None => Self::other_occurrences(&mut self.other, &row.example)?,
        };
        occurrences.add(row.count, row.first, row.last);
        if let Some(places) = &row.places {
            for it in places.histogram.buckets() {
                occurrences.histogram.add(bucket_of(it.bucket()), it.lines())?;
            }
        }
        Ok(())
    }

    /// Returns the occurrences to which lines that have `pattern` are added: those of its entry,
    /// which is made if the limits allow it, or those of the others.
    ///
    /// The room within the limits never grows, and whether a pattern fits does not depend on the
    /// example that comes with it. So a pattern that did not fit when it first came does not fit
    /// later, and all its lines are among the others.
    ///
    /// A pattern must find room for an example of [`MAX_EXAMPLE_LEN`], and none is longer: chunks
    /// cut theirs, and files with a longer one are refused. So `charged` is never more than the
    /// limit.
    fn occurrences_of(
        &mut self,
        hash: u64,
        pattern: &[u8],
        example: &[u8],
    ) -> Result<&mut Occurrences, NoMemory> {
        let Self { indices, entries, texts, limits, .. } = self;
        let is_same = |&index: &u32| {
            let entry = &entries[index as usize];
            entry.hash == hash && texts.pattern(entry.text) == pattern
        };
        if let Some(&index) = indices.find(hash, is_same) {
            return Ok(&mut entries[index as usize].occurrences);
        }
        debug_assert!(example.len() <= MAX_EXAMPLE_LEN, "an example of {} bytes", example.len());
        let charge = |example_len| Limits::CHARGE.saturating_add(pattern.len() + example_len);
        let is_within = entries.len() < limits.patterns.min(u32::MAX as usize)
            && charge(MAX_EXAMPLE_LEN) <= limits.bytes.saturating_sub(self.charged)
            && Texts::fit(pattern, example);
        if !is_within {
            return Self::other_occurrences(&mut self.other, example);
        }
        let hash_of = |&index: &u32| entries[index as usize].hash;
        reserve_slot(indices, hash_of)?;
        reserve(entries, 1)?;
        let text = texts.push(pattern, example)?;
        self.charged = self.charged.saturating_add(charge(example.len()));
        let index = entries.len();
        entries.push(Entry { hash, text, occurrences: Occurrences::default() });
        indices.insert_unique(hash, index as u32, |&index| entries[index as usize].hash);
        Ok(&mut entries[index].occurrences)
    }

    fn other_occurrences<'a>(
        other: &'a mut Option<Other>,
        example: &[u8],
    ) -> Result<&'a mut Occurrences, NoMemory> {
        let other = match other {
            Some(other) => other,
            None => {
                let mut copy = Vec::new();
                reserve_exact(&mut copy, example.len())?;
                copy.extend_from_slice(example);
                other.insert(Other { example: copy, occurrences: Occurrences::default() })
            }
        };
        Ok(&mut other.occurrences)
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
        self.entries.iter().map(|entry| self.row(entry))
    }

    /// Returns the patterns that were kept, in the order of [`kept`](Self::kept).
    pub(super) fn kept_patterns(&self) -> impl Iterator<Item = &[u8]> {
        self.entries.iter().map(|entry| self.texts.pattern(entry.text))
    }

    /// Returns the row of the lines whose patterns went beyond the limits, if there are any.
    pub fn other(&self) -> Option<Row<'_>> {
        let other = self.other.as_ref()?;
        Some(other.occurrences.row(None, &other.example, self.places()))
    }

    /// Returns the row of `pattern`, if it was kept.
    pub fn get(&self, pattern: &[u8]) -> Option<Row<'_>> {
        self.find(pattern).map(|entry| self.row(entry))
    }

    /// Returns whether `pattern` was kept.
    #[inline]
    pub fn contains(&self, pattern: &[u8]) -> bool {
        self.index_of(pattern).is_some()
    }

    fn find(&self, pattern: &[u8]) -> Option<&Entry> {
        self.index_of(pattern).map(|index| &self.entries[index])
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

    fn row<'a>(&'a self, entry: &'a Entry) -> Row<'a> {
        let pattern = Cow::Borrowed(self.texts.pattern(entry.text));
        entry.occurrences.row(Some(pattern), self.texts.example(entry.text), self.places())
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

    /// Returns about how many bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        size_of::<Self>() + self.charged
    }

    /// Returns the rules that made the patterns.
    pub fn rules(&self) -> RulesVersion {
        self.rules
    }
}
