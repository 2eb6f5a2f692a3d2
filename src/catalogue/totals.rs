//! The catalogue: all patterns of a log, with the counts and the positions of each.

use std::borrow::Cow;

use hashbrown::HashTable;

use super::chunk_counts::{ChunkCounts, PatternInChunk};
use super::entry::{Entry, Occurrences};
use super::example::{Example, MAX_EXAMPLE_LEN, MAX_EXAMPLES};
use super::further::{Further, FurtherExamples};
use super::hash::PatternHasher;
use super::histogram::Width;
use super::limits::Limits;
use super::memory::{NoMemory, collect, reserve, reserve_slot};
use super::row::{LinePosition, Row};
use super::texts::{Text, Texts};
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
    /// Whether it is kept where in the log the lines of each pattern are.
    keeps_places: bool,
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

/// The lines whose patterns went beyond the limits.
#[derive(Debug)]
pub(super) struct Other {
    /// The first example, and no pattern.
    text: Text,
    pub(super) further: FurtherExamples,
    pub(super) occurrences: Occurrences,
}

/// Where the lines of a pattern are counted.
#[derive(Clone, Copy)]
enum Slot {
    /// Under it, in the entry with this index.
    Entry(usize),
    /// Among the others.
    Other,
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
            keeps_places: true,
            hasher: PatternHasher::default(),
            indices: HashTable::new(),
            entries: Vec::new(),
            texts: Texts::default(),
            other: None,
        }
    }

    /// Has the catalogue not keep where in the log the lines of each pattern are, beside the first
    /// and the last of them, as one that was read or merged.
    pub(crate) fn without_places(self) -> Self {
        Self { keeps_places: false, ..self }
    }

    /// Adds the chunk that comes after those added before. `arena` has the patterns of `counts`, which
    /// must have as many [examples](super::ChunkCounter::with_examples) as this keeps.
    ///
    /// Takes time linear in the number of distinct patterns of the chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory). The catalogue then holds a part of the chunk.
    pub fn add(&mut self, arena: &[u8], counts: &ChunkCounts) -> Result<()> {
        debug_assert!(
            if counts.has_places { counts.start == self.bytes } else { !self.keeps_places },
            "chunks are added in order"
        );
        let width = self.keeps_places.then_some(counts.width);
        for found in counts.iter(arena) {
            self.add_pattern(&found, width).map_err(NoMemory::into_error)?;
        }
        self.lines = self.lines.saturating_add(counts.lines());
        self.bytes = self.bytes.saturating_add(counts.bytes);
        Ok(())
    }

    fn add_pattern(
        &mut self,
        found: &PatternInChunk<'_>,
        width: Option<Width>,
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
        occurrences.add(found.count, first, last);
        if let Some(width) = width {
            for (bucket, count) in found.buckets() {
                occurrences.histogram.add(width, bucket, count)?;
            }
        }
        self.add_examples(slot, examples)
    }

    /// Adds the lines of `row`, which come after those of its pattern added before.
    ///
    /// # Errors
    ///
    /// [`NoMemory`]. Some of its examples may not have been added then, or nothing.
    pub(super) fn add_row(&mut self, row: &Row<'_>) -> Result<(), NoMemory> {
        let slot = match &row.pattern {
            Some(pattern) => self.slot_of(self.hasher.hash(pattern), pattern, &row.example)?,
            None => self.other_slot(&row.example)?,
        };
        self.occurrences(slot).add(row.count, row.first, row.last);
        self.add_examples(slot, row.examples())
    }

    /// Adds those of `examples` that are among the first that differ.
    fn add_examples<'a>(
        &mut self,
        slot: Slot,
        examples: impl Iterator<Item = Example<'a>>,
    ) -> Result<(), NoMemory> {
        if self.max_examples == 1 {
            return Ok(());
        }
        let Self { entries, texts, other, further, hasher, .. } = self;
        let (first, further) = match (slot, other) {
            (Slot::Other, Some(other)) => (other.text, &mut other.further),
            (Slot::Other, None) => return Ok(()),
            (Slot::Entry(index), _) => (entries[index].text, &mut further[index]),
        };
        for example in examples {
            self.further_bytes += further.add(example, first, self.max_examples, texts, hasher)?;
        }
        Ok(())
    }

    /// Has the catalogue keep at most `max` examples of each pattern, which may be more than before
    /// only if it has no patterns.
    pub(super) fn keep_examples(&mut self, max: usize) {
        if max < self.max_examples {
            let other = self.other.iter_mut().map(|other| &mut other.further);
            self.further.iter_mut().chain(other).for_each(|further| further.truncate(max - 1));
        }
        self.max_examples = max;
    }

    fn occurrences(&mut self, slot: Slot) -> &mut Occurrences {
        match slot {
            Slot::Entry(index) => &mut self.entries[index].occurrences,
            Slot::Other => {
                &mut self.other.as_mut().expect("a slot is one that is there").occurrences
            }
        }
    }

    /// Returns where lines that have `pattern` are counted: in its entry, which is made if the limits
    /// allow it, or among the others.
    ///
    /// The room within the limits never grows, and whether a pattern fits does not depend on the
    /// example that comes with it. So a pattern that did not fit when it first came does not fit
    /// later, and all its lines are among the others.
    ///
    /// A pattern must find room for an example of [`MAX_EXAMPLE_LEN`], and none is longer: chunks
    /// cut theirs, and files with a longer one are refused. So `charged` is never more than the
    /// limit.
    fn slot_of(&mut self, hash: u64, pattern: &[u8], example: &[u8]) -> Result<Slot, NoMemory> {
        let Self { indices, entries, texts, limits, .. } = self;
        let is_same = |&index: &u32| {
            let entry = &entries[index as usize];
            entry.hash == hash && texts.pattern(entry.text) == pattern
        };
        if let Some(&index) = indices.find(hash, is_same) {
            return Ok(Slot::Entry(index as usize));
        }
        debug_assert!(example.len() <= MAX_EXAMPLE_LEN, "an example of {} bytes", example.len());
        let charge = |example_len| Limits::CHARGE.saturating_add(pattern.len() + example_len);
        let is_within = entries.len() < limits.patterns.min(u32::MAX as usize)
            && charge(MAX_EXAMPLE_LEN) <= limits.bytes.saturating_sub(self.charged)
            && Texts::fit(pattern, example);
        if !is_within {
            return self.other_slot(example);
        }
        let hash_of = |&index: &u32| entries[index as usize].hash;
        reserve_slot(indices, hash_of)?;
        reserve(entries, 1)?;
        if self.max_examples > 1 {
            reserve(&mut self.further, 1)?;
        }
        let text = texts.push(pattern, example)?;
        self.charged = self.charged.saturating_add(charge(example.len()));
        let index = entries.len();
        entries.push(Entry { hash, text, occurrences: Occurrences::default() });
        indices.insert_unique(hash, index as u32, |&index| entries[index as usize].hash);
        if self.max_examples > 1 {
            self.further.push(FurtherExamples::default());
        }
        Ok(Slot::Entry(index))
    }

    /// Returns [`Slot::Other`], where there are others then, `example` for their first one if there
    /// were none.
    fn other_slot(&mut self, example: &[u8]) -> Result<Slot, NoMemory> {
        if self.other.is_none() {
            let text = self.texts.push(b"", example)?;
            let (further, occurrences) = (FurtherExamples::default(), Occurrences::default());
            self.other = Some(Other { text, further, occurrences });
        }
        Ok(Slot::Other)
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
        let texts = &self.texts;
        self.other.as_ref().map(|other| {
            let further = Further::kept(&other.further, texts);
            other.occurrences.row(None, texts.example(other.text), further)
        })
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
        let pattern = Cow::Borrowed(self.texts.pattern(text));
        let further = self.further.get(index).map(|further| Further::kept(further, &self.texts));
        occurrences.row(Some(pattern), self.texts.example(text), further.unwrap_or_default())
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
