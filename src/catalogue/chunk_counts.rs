//! The patterns of one chunk, with the counts and the positions of each.

use std::ops::Range;

use super::chunk_buckets::{Buckets, ChunkBuckets};
use super::chunk_examples::{ChunkExamples, SeenExamples};
use super::hash::PatternHasher;
use super::memory::{NoMemory, reserve};
use super::pattern_in_chunk::PatternInChunk;
use super::places::{Boundaries, OpenLog, Placement};
use crate::rules::LineSpan;

/// The most patterns of a [`ChunkCounts`] that is recycled. Few chunks have more, and their memory
/// is needed elsewhere.
pub(super) const MAX_RECYCLED: usize = 1 << 14;

/// The patterns of one chunk, counted. It can be filled again, without allocating if the next chunk
/// is like the last. Lines of 5 bytes, all different, make it 16 times the size of the chunk.
#[derive(Debug, Default)]
pub struct ChunkCounts {
    /// The bytes of the log before the chunk, unless the chunk has whole logs.
    pub(super) start: Option<u64>,
    pub(super) bytes: u64,
    pub(super) lines: u32,
    /// Those in the chunk, from its start.
    pub(super) boundaries: Boundaries,
    /// The bucket of the line counted last.
    bucket: u8,
    /// Where the next bucket begins.
    bucket_end: usize,
    entries: Vec<Entry>,
    buckets: ChunkBuckets,
    /// The first of each entry, one after the other, in the order of `entries`.
    examples: Vec<u8>,
    /// Boxed because counts are moved between threads.
    pub(super) further: Box<ChunkExamples>,
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
    example_end: u32,
    buckets: Buckets,
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
        entries + self.buckets.memory() + self.examples.capacity() + self.further.memory()
    }

    /// Returns whether it takes no more memory than is worth recycling.
    pub(crate) fn is_ordinary(&self) -> bool {
        self.entries.capacity() <= MAX_RECYCLED && self.further.is_ordinary()
    }

    /// Begins a chunk. `log_at` returns the log of which the first line is at an offset in it.
    pub(super) fn begin(
        &mut self,
        placement: Placement<'_>,
        bytes: usize,
        lines: usize,
        log_at: impl Fn(usize) -> OpenLog,
    ) -> Result<(), NoMemory> {
        self.start = placement.start();
        self.bytes = bytes as u64;
        self.lines = lines.try_into().expect("a chunk has less than 2^32 lines");
        self.entries.clear();
        self.buckets.clear();
        self.examples.clear();
        placement.set(bytes, &mut self.boundaries, log_at)?;
        self.bucket = 0;
        self.bucket_end = self.end_of_bucket();
        Ok(())
    }

    /// Ends the chunk, after all its lines were counted.
    pub(super) fn end(&mut self) {
        self.further.end();
    }

    /// Has the chunk, which was counted as one of a log, be all of that log. The catalogue to which it is
    /// added need not be told that the log [ends](super::Catalogue::end_log), and does not then look at
    /// all of its patterns.
    pub(crate) fn end_log(&mut self) {
        if self.start.take() != Some(0) {
            return;
        }
        let level = OpenLog::new(0, self.first_example()).start_level(self.bytes);
        let Some(map) = self.boundaries.close(level) else { return };
        let last = self.entries.iter_mut().map(|entry| &mut entry.buckets.last);
        let buckets = self.buckets.iter_mut().chain(last);
        buckets.for_each(|bucket| *bucket = map[usize::from(*bucket)]);
    }

    pub(super) fn hash(&self, entry: u32) -> u64 {
        self.entries[entry as usize].hash
    }

    /// Returns where in the arena the pattern of `entry` is first.
    #[inline]
    pub(super) fn pattern_start(&self, entry: u32) -> usize {
        self.entries[entry as usize].pattern.start
    }

    /// Returns the example of the first line, if there is one.
    pub(super) fn first_example(&self) -> &[u8] {
        self.entries.first().map_or(&[], |first| &self.examples[..first.example_end as usize])
    }

    /// Counts a line whose pattern has an entry. Lines are counted in order.
    #[inline(always)]
    pub(super) fn add(&mut self, index: u32, line: u32, offset: usize) -> Result<(), NoMemory> {
        let bucket = self.bucket_of(offset);
        let entry = &mut self.entries[index as usize];
        entry.count += 1;
        entry.last = LineInChunk { line, offset };
        if entry.buckets.last == bucket {
            return Ok(());
        }
        self.buckets.enter(&mut entry.buckets, bucket, entry.count - 1)
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
        let bucket = self.bucket_of(first.offset);
        self.entries.push(Entry {
            hash,
            pattern: span.pattern.clone(),
            first,
            last: first,
            count: 1,
            example_end: self.examples.len() as u32,
            buckets: Buckets::new(bucket),
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

    /// Returns the bucket of the line at `offset`, which is not before the one asked for last.
    #[inline]
    fn bucket_of(&mut self, offset: usize) -> u8 {
        if offset >= self.bucket_end {
            self.enter_bucket_of(offset);
        }
        self.bucket
    }

    #[cold]
    fn enter_bucket_of(&mut self, offset: usize) {
        while offset >= self.bucket_end && self.bucket_end < usize::MAX {
            self.bucket += 1;
            self.bucket_end = self.end_of_bucket();
        }
    }

    fn end_of_bucket(&self) -> usize {
        let next = self.boundaries.inner().get(usize::from(self.bucket));
        next.map_or(usize::MAX, |next| next.offset as usize)
    }

    /// Returns the patterns, in the order of first appearance. `arena` is the one that they were
    /// counted in.
    pub(super) fn iter<'a>(&'a self, arena: &'a [u8]) -> impl Iterator<Item = PatternInChunk<'a>> {
        let mut example_start = 0;
        let mut all_further = self.further.all();
        self.entries.iter().zip(0..).map(move |(entry, index)| {
            let example_end = entry.example_end as usize;
            let example = &self.examples[example_start..example_end];
            example_start = example_end;
            let own = all_further.iter().take_while(|further| further.entry == index).count();
            let (further, rest) = all_further.split_at(own);
            all_further = rest;
            let position = |line: LineInChunk| (line.line.into(), line.offset as u64);
            PatternInChunk {
                hash: entry.hash,
                pattern: &arena[entry.pattern.clone()],
                example,
                count: entry.count,
                first: position(entry.first),
                last: position(entry.last),
                buckets: entry.buckets,
                all_buckets: &self.buckets,
                further,
                texts: &self.further,
            }
        })
    }
}
