//! The patterns of one chunk, with the counts and the positions of each.

use std::ops::Range;

use super::chunk_examples::{ChunkExamples, ExampleInChunk, SeenExamples};
use super::example::Example;
use super::hash::PatternHasher;
use super::histogram::Width;
use super::memory::{NoMemory, reserve};
use crate::rules::LineSpan;

/// The most patterns of a [`ChunkCounts`] that is recycled. Few chunks have more, and their memory
/// is needed elsewhere.
pub(super) const MAX_RECYCLED: usize = 1 << 14;

/// The patterns of one chunk, counted. It can be filled again, without allocating if the next chunk
/// is like the last. Lines of 5 bytes, all different, make it 16 times the size of the chunk.
#[derive(Debug, Default)]
pub struct ChunkCounts {
    pub(super) start: u64,
    pub(super) bytes: u64,
    pub(super) lines: u32,
    /// The width of the buckets of a log that ends with this chunk, or of one for all lines where it
    /// is not known where in the log they are.
    pub(super) width: Width,
    /// Whether it is known where in the log the chunk is.
    pub(super) has_places: bool,
    entries: Vec<Entry>,
    /// The counts of entries in buckets before their last one.
    earlier: Vec<BucketCount>,
    /// The first of each entry, one after the other, in the order of `entries`.
    examples: Vec<u8>,
    pub(super) further: ChunkExamples,
}

/// A pattern of the chunk.
#[derive(Clone, Debug)]
struct Entry {
    hash: u64,
    /// Where in the arena it is first.
    pattern: Range<usize>,
    first: LineInChunk,
    last: LineInChunk,
    count: u32,
    /// The part of them that is in `earlier` buckets.
    count_earlier: u32,
    example_end: u32,
    bucket: u8,
}

/// The number of a line, counted from 0, and its offset, both from the start of the chunk.
///
/// A chunk has fewer than 2^32 lines. One of a mapped file ends with the first newline that makes it
/// as large as was asked for, which is 2^30 bytes at most; `BlockReader` gives the reason for one
/// that was read.
#[derive(Clone, Copy, Debug)]
struct LineInChunk {
    line: u32,
    offset: usize,
}

/// The lines of an entry that start in a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct BucketCount {
    entry: u32,
    bucket: u8,
    count: u32,
}

/// A pattern of a chunk, as it is added to a catalogue.
pub(super) struct PatternInChunk<'a> {
    pub(super) hash: u64,
    pub(super) pattern: &'a [u8],
    pub(super) example: &'a [u8],
    pub(super) count: u64,
    /// Line number, counted from 0, and offset, from the start of the chunk.
    pub(super) first: (u64, u64),
    pub(super) last: (u64, u64),
    earlier: &'a [BucketCount],
    bucket: (u8, u64),
    further: &'a [ExampleInChunk],
    texts: &'a ChunkExamples,
}

impl PatternInChunk<'_> {
    /// Returns the buckets in which lines start, and how many do, in order.
    pub(super) fn buckets(&self) -> impl Iterator<Item = (u8, u64)> {
        let earlier = self.earlier.iter().map(|earlier| (earlier.bucket, earlier.count.into()));
        earlier.chain([self.bucket])
    }

    /// Returns the examples, whose lines are counted from 0, from the start of the chunk.
    pub(super) fn examples(&self) -> impl Iterator<Item = Example<'_>> {
        let further = self.further.iter();
        let further =
            further.map(|it| Example { line: it.line.into(), text: self.texts.text(*it) });
        [Example { line: self.first.0, text: self.example }].into_iter().chain(further)
    }
}

impl ChunkCounts {
    /// Returns counts of no lines.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of lines.
    pub fn lines(&self) -> u64 {
        self.lines.into()
    }

    /// Returns the number of distinct patterns.
    pub fn patterns(&self) -> usize {
        self.entries.len()
    }

    /// Returns about how many bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        let entries = self.entries.capacity() * size_of::<Entry>();
        let earlier = self.earlier.capacity() * size_of::<BucketCount>();
        entries + earlier + self.examples.capacity() + self.further.memory()
    }

    /// Returns whether it takes no more memory than is worth recycling.
    pub(crate) fn is_ordinary(&self) -> bool {
        self.entries.capacity() <= MAX_RECYCLED && self.further.is_ordinary()
    }

    /// Begins a chunk that starts at the offset `start` of the plain text, if that is known, and of
    /// whose patterns up to `max_examples` examples are kept.
    pub(super) fn begin(
        &mut self,
        start: Option<u64>,
        bytes: usize,
        lines: usize,
        max_examples: usize,
    ) {
        self.start = start.unwrap_or(0);
        self.has_places = start.is_some();
        self.bytes = bytes as u64;
        self.lines = lines.try_into().expect("a chunk has less than 2^32 lines");
        self.width = match start {
            Some(start) => Width::for_bytes(start.saturating_add(self.bytes)),
            None => Width::WHOLE,
        };
        self.entries.clear();
        self.earlier.clear();
        self.examples.clear();
        self.further.begin(max_examples);
    }

    /// Ends the chunk, after all its lines were counted.
    pub(super) fn end(&mut self) {
        self.earlier.sort_unstable();
        self.further.end();
    }

    pub(super) fn hash(&self, entry: u32) -> u64 {
        self.entries[entry as usize].hash
    }

    /// Returns where in the arena the pattern of `entry` is first.
    #[inline]
    pub(super) fn pattern_start(&self, entry: u32) -> usize {
        self.entries[entry as usize].pattern.start
    }

    /// Counts a line whose pattern has an entry.
    #[inline]
    pub(super) fn add(&mut self, index: u32, line: u32, offset: usize) -> Result<(), NoMemory> {
        let bucket = self.bucket(offset);
        let entry = &mut self.entries[index as usize];
        entry.count += 1;
        entry.last = LineInChunk { line, offset };
        if entry.bucket == bucket {
            return Ok(());
        }
        enter(entry, index, bucket, &mut self.earlier)
    }

    /// Makes an entry for the pattern of a line, which is counted there, and returns its index.
    /// `example` is the example that the line makes.
    pub(super) fn insert(
        &mut self,
        hash: u64,
        line: u32,
        span: &LineSpan,
        example: &[u8],
    ) -> Result<u32, NoMemory> {
        reserve(&mut self.examples, example.len())?;
        reserve(&mut self.entries, 1)?;
        self.examples.extend_from_slice(example);
        let first = LineInChunk { line, offset: span.line.start };
        self.entries.push(Entry {
            hash,
            pattern: span.pattern.clone(),
            first,
            last: first,
            count: 1,
            count_earlier: 0,
            example_end: self.examples.len() as u32,
            bucket: self.bucket(first.offset),
        });
        Ok(self.entries.len() as u32 - 1)
    }

    /// Keeps `example`, which a line of the entry `index` makes, if that has room for it and none that
    /// is the same.
    pub(super) fn keep_example(
        &mut self,
        index: u32,
        line: u32,
        example: &[u8],
        seen: &mut SeenExamples,
        hasher: &PatternHasher,
    ) -> Result<(), NoMemory> {
        let start = index.checked_sub(1).map_or(0, |before| self.example_end(before));
        let first = &self.examples[start..self.example_end(index)];
        self.further.add((index, first), line, example, seen, hasher)
    }

    fn example_end(&self, entry: u32) -> usize {
        self.entries[entry as usize].example_end as usize
    }

    #[inline]
    fn bucket(&self, offset: usize) -> u8 {
        self.width.bucket(self.start.wrapping_add(offset as u64))
    }

    /// Returns the patterns, in the order of first appearance. `arena` is the one that they were
    /// counted in.
    pub(super) fn iter<'a>(&'a self, arena: &'a [u8]) -> impl Iterator<Item = PatternInChunk<'a>> {
        let mut example_start = 0;
        let (mut all_earlier, mut all_further) = (&self.earlier[..], self.further.all());
        self.entries.iter().zip(0..).map(move |(entry, index)| {
            let example_end = entry.example_end as usize;
            let example = &self.examples[example_start..example_end];
            example_start = example_end;
            let own = all_earlier.iter().take_while(|earlier| earlier.entry == index).count();
            let (earlier, rest) = all_earlier.split_at(own);
            all_earlier = rest;
            let own = all_further.iter().take_while(|further| further.entry == index).count();
            let (further, rest) = all_further.split_at(own);
            all_further = rest;
            let position = |line: LineInChunk| (line.line.into(), line.offset as u64);
            PatternInChunk {
                hash: entry.hash,
                pattern: &arena[entry.pattern.clone()],
                example,
                count: entry.count.into(),
                first: position(entry.first),
                last: position(entry.last),
                earlier,
                bucket: (entry.bucket, (entry.count - entry.count_earlier).into()),
                further,
                texts: &self.further,
            }
        })
    }
}

/// Begins `bucket` of the entry `index`, with its last line, and keeps the count of the one before.
#[cold]
fn enter(
    entry: &mut Entry,
    index: u32,
    bucket: u8,
    earlier: &mut Vec<BucketCount>,
) -> Result<(), NoMemory> {
    reserve(earlier, 1)?;
    let count_before = entry.count - 1;
    let count = count_before - entry.count_earlier;
    earlier.push(BucketCount { entry: index, bucket: entry.bucket, count });
    entry.bucket = bucket;
    entry.count_earlier = count_before;
    Ok(())
}
