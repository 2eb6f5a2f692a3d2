//! The examples of the patterns of one chunk, after the first of each.

use hashbrown::HashTable;

use super::chunk_counts::MAX_RECYCLED;
use super::hash::PatternHasher;
use super::memory::{NoMemory, reserve, reserve_slot};

/// The examples of a chunk's patterns that are not the first of a pattern. There are none if one is
/// kept of each.
#[derive(Debug, Default)]
pub(super) struct ChunkExamples {
    /// The most of each pattern, the first included.
    max: usize,
    /// How many each pattern has, the first included, if there may be more than one.
    counts: Vec<u8>,
    /// In the order of their lines; after the chunk, by pattern.
    examples: Vec<ExampleInChunk>,
    texts: Vec<u8>,
}

/// An example after the first of its pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ExampleInChunk {
    /// The index of the pattern.
    pub(super) entry: u32,
    /// Counted from 0, from the start of the chunk.
    pub(super) line: u32,
    start: u32,
    len: u32,
}

/// The examples of a chunk, to look up whether a pattern has one. A thread uses its memory again.
#[derive(Debug, Default)]
pub(super) struct SeenExamples(HashTable<Seen>);

#[derive(Clone, Copy, Debug)]
struct Seen {
    hash: u64,
    entry: u32,
    /// The index of the example, if it is not the first of the pattern.
    index: Option<u32>,
}

impl ChunkExamples {
    /// Begins a chunk, of whose patterns up to `max` examples are kept.
    pub(super) fn begin(&mut self, max: usize) {
        self.max = max;
        self.counts.clear();
        self.examples.clear();
        self.texts.clear();
    }

    /// Ends the chunk, after all its lines were counted.
    pub(super) fn end(&mut self) {
        self.examples.sort_unstable();
    }

    /// Returns whether `entry` has fewer examples than may be kept.
    #[inline]
    pub(super) fn has_room(&self, entry: u32) -> bool {
        self.counts.get(entry as usize).is_some_and(|&count| usize::from(count) < self.max)
    }

    /// Notes that the next entry has `first` for its first example, if there may be more.
    pub(super) fn begin_entry(
        &mut self,
        first: &[u8],
        seen: &mut SeenExamples,
        hasher: &PatternHasher,
    ) -> Result<(), NoMemory> {
        if self.max == 1 {
            return Ok(());
        }
        let entry = self.counts.len() as u32;
        reserve(&mut self.counts, 1)?;
        self.counts.push(1);
        seen.insert(Seen { hash: hash(hasher, entry, first), entry, index: None })
    }

    /// Keeps the example `text` of `entry`, which has room for it, if it has none that is the same.
    /// `first` is its first one.
    pub(super) fn add(
        &mut self,
        (entry, first): (u32, &[u8]),
        line: u32,
        text: &[u8],
        seen: &mut SeenExamples,
        hasher: &PatternHasher,
    ) -> Result<(), NoMemory> {
        let hash = hash(hasher, entry, text);
        let is_same = |seen: &Seen| {
            let other = seen.index.map_or(first, |index| self.text(self.examples[index as usize]));
            seen.hash == hash && seen.entry == entry && other == text
        };
        if seen.0.find(hash, is_same).is_some() {
            return Ok(());
        }
        reserve(&mut self.texts, text.len())?;
        reserve(&mut self.examples, 1)?;
        let index = self.examples.len() as u32;
        seen.insert(Seen { hash, entry, index: Some(index) })?;
        let (start, len) = (self.texts.len() as u32, text.len() as u32);
        self.texts.extend_from_slice(text);
        self.examples.push(ExampleInChunk { entry, line, start, len });
        self.counts[entry as usize] += 1;
        Ok(())
    }

    /// Returns all, by pattern and line.
    pub(super) fn all(&self) -> &[ExampleInChunk] {
        &self.examples
    }

    pub(super) fn text(&self, example: ExampleInChunk) -> &[u8] {
        &self.texts[example.start as usize..][..example.len as usize]
    }

    /// Returns about how many bytes of memory it takes.
    pub(super) fn memory(&self) -> usize {
        let examples = self.examples.capacity() * size_of::<ExampleInChunk>();
        self.counts.capacity() + examples + self.texts.capacity()
    }

    /// Returns whether it takes no more memory than is worth recycling.
    pub(super) fn is_ordinary(&self) -> bool {
        self.examples.capacity() <= MAX_RECYCLED
    }
}

impl SeenExamples {
    pub(super) fn clear(&mut self) {
        if self.0.capacity() > MAX_RECYCLED {
            self.0 = HashTable::new();
        }
        self.0.clear();
    }

    fn insert(&mut self, seen: Seen) -> Result<(), NoMemory> {
        reserve_slot(&mut self.0, |seen| seen.hash)?;
        self.0.insert_unique(seen.hash, seen, |seen| seen.hash);
        Ok(())
    }
}

/// Returns the hash of `text` as an example of `entry`. Long lines that begin alike may be examples
/// of many patterns, and must not have the same hash.
fn hash(hasher: &PatternHasher, entry: u32, text: &[u8]) -> u64 {
    hasher.hash(text) ^ u64::from(entry).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
