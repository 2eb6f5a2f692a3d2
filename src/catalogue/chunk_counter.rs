//! Counts the patterns of one chunk, on the thread that made them.
//!
//! This is the inner loop of the catalogue: it runs once a line. What goes to the catalogue is a
//! [`ChunkCounts`], each pattern of the chunk once, in the order of first appearance.
//!
//! To look a pattern up is to wait for memory four times, for what is in no order that a CPU could
//! foresee. So lines are looked up some at a time: where each may be, first, and then whether it is
//! there. CPUs do that side by side, as long as they need not guess.

use hashbrown::HashTable;

use super::chunk_counts::{ChunkCounts, MAX_KEPT};
use super::hash::PatternHasher;
use super::key::{self, Key};
use super::memory::{NoMemory, reserve_slot};
use super::normalized::Normalized;
use crate::error::{Error, Result};
use crate::rules::LineSpan;

/// Lines that are looked up at a time.
const BATCH: usize = 16;

/// The worktable of one thread.
#[derive(Debug, Default)]
pub struct ChunkCounter {
    pub(super) hasher: PatternHasher,
    /// The entries of the chunk at hand.
    slots: HashTable<Slot>,
}

/// An entry, with as much of its hash as leaves few others to be mistaken for it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    entry: u32,
}

/// A line, what it is looked up by, and the first entry that may be its.
#[derive(Clone, Debug, Default)]
struct Candidate {
    span: LineSpan,
    hash: u64,
    entry: Option<u32>,
}

impl ChunkCounter {
    /// An empty worktable.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts the patterns of a `chunk` that starts `start` bytes into the plain text into `counts`,
    /// in place of what it held.
    ///
    /// Takes time linear in the chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`]. What is in `counts` then has no meaning.
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
        self.clear();
        counts.begin(start, chunk.lines.len(), chunk.spans.len());
        let mut spans = chunk.spans.iter();
        let mut number = 0;
        let mut candidates: [Candidate; BATCH] = Default::default();
        loop {
            let mut count = 0;
            for (candidate, span) in candidates.iter_mut().zip(&mut spans) {
                *candidate = self.candidate(chunk.patterns, span);
                count += 1;
            }
            for candidate in &candidates[..count] {
                self.count_line(chunk, number, candidate, counts)
                    .map_err(|_| Error::Memory { bytes: chunk.lines.len() })?;
                number += 1;
            }
            if count < BATCH {
                counts.end();
                return Ok(());
            }
        }
    }

    #[inline]
    fn candidate(&self, patterns: &[u8], span: LineSpan) -> Candidate {
        let hash = match Key::at(patterns, &span.pattern) {
            Some(key) => self.hasher.hash_key(&key),
            None => self.hasher.hash(&patterns[span.pattern.clone()]),
        };
        let slot = self.slots.find(hash, |slot| slot.hash == hash as u32);
        Candidate { span, hash, entry: slot.map(|slot| slot.entry) }
    }

    /// Counts line `number`.
    #[inline]
    fn count_line(
        &mut self,
        chunk: Normalized<'_>,
        number: u32,
        candidate: &Candidate,
        counts: &mut ChunkCounts,
    ) -> Result<(), NoMemory> {
        let LineSpan { line, pattern } = &candidate.span;
        let is_its =
            |entry: &u32| key::is_same(chunk.patterns, counts.pattern_start(*entry), pattern);
        match candidate.entry.filter(is_its) {
            Some(entry) => counts.add(entry, number, line.start),
            None => self.count_other(chunk, number, candidate, counts),
        }
    }

    /// The same for a line that is the first with its pattern, or is not what it may be.
    #[cold]
    fn count_other(
        &mut self,
        chunk: Normalized<'_>,
        number: u32,
        &Candidate { ref span, hash, .. }: &Candidate,
        counts: &mut ChunkCounts,
    ) -> Result<(), NoMemory> {
        let is_its = |slot: &Slot| {
            let start = counts.pattern_start(slot.entry);
            slot.hash == hash as u32 && key::is_same(chunk.patterns, start, &span.pattern)
        };
        if let Some(slot) = self.slots.find(hash, is_its) {
            return counts.add(slot.entry, number, span.line.start);
        }
        let entry = counts.insert(hash, number, span, chunk.lines)?;
        let hash_of = |slot: &Slot| counts.hash(slot.entry);
        reserve_slot(&mut self.slots, hash_of)?;
        self.slots.insert_unique(hash, Slot { hash: hash as u32, entry }, hash_of);
        Ok(())
    }

    fn clear(&mut self) {
        if self.slots.capacity() > MAX_KEPT {
            self.slots = HashTable::new();
        }
        self.slots.clear();
    }
}
