//! Counts the patterns of one chunk, on the thread that made them.
//!
//! This is the inner loop of the catalogue: it runs once a line. What goes to the catalogue is a
//! [`ChunkTally`], each pattern of the chunk once, in the order of first appearance.

use std::ops::Range;

use hashbrown::HashTable;
use memchr::memchr_iter;

use super::example::example_of;
use super::hash::PatternHasher;
use super::line_starts::{LineStarts, Seeker};
use super::position::Width;

/// What a worktable that is kept holds at most. A chunk with more patterns is out of the ordinary,
/// and its memory would be missed elsewhere.
const LARGEST_KEPT: usize = 1 << 14;

/// The worktable of one thread.
#[derive(Debug, Default)]
pub struct Tally {
    pub(super) hasher: PatternHasher,
    /// Indices into the entries of the chunk at hand.
    slots: HashTable<u32>,
    line_starts: LineStarts,
}

/// The patterns of one chunk. It can be filled again, without allocating if the next chunk is
/// like the last. Lines of 5 bytes, all different, make it 16 times the size of the chunk.
#[derive(Debug, Default)]
pub struct ChunkTally {
    pub(super) start: u64,
    pub(super) bytes: u64,
    pub(super) lines: u32,
    /// As wide as buckets are for a log that ends with this chunk.
    pub(super) width: Width,
    entries: Vec<Entry>,
    /// What entries counted in buckets before their last one.
    earlier: Vec<Earlier>,
    /// One behind the other.
    examples: Vec<u8>,
}

/// A pattern of the chunk. Offsets and line numbers are from the start of the chunk, and a chunk
/// has no more lines than its size allows, which is far less than 2^32.
#[derive(Clone, Debug)]
struct Entry {
    hash: u64,
    /// Where in the arena it stands first.
    pattern: Range<usize>,
    first_offset: usize,
    last_offset: usize,
    first_line: u32,
    last_line: u32,
    count: u32,
    /// How many of them are in `earlier` buckets.
    count_earlier: u32,
    example_end: u32,
    bucket: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Earlier {
    entry: u32,
    bucket: u8,
    count: u32,
}

/// A pattern of a chunk, as the catalogue takes it.
pub(super) struct Found<'a> {
    pub(super) hash: u64,
    pub(super) pattern: &'a [u8],
    pub(super) example: &'a [u8],
    pub(super) count: u64,
    /// Line number, counted from 0, and offset, from the start of the chunk.
    pub(super) first: (u64, u64),
    pub(super) last: (u64, u64),
    earlier: &'a [Earlier],
    bucket: (u8, u64),
}

impl Found<'_> {
    /// How many lines start in which bucket, in order.
    pub(super) fn buckets(&self) -> impl Iterator<Item = (u8, u64)> {
        let earlier = self.earlier.iter().map(|earlier| (earlier.bucket, earlier.count.into()));
        earlier.chain([self.bucket])
    }
}

impl Tally {
    /// An empty worktable.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts the patterns of a chunk into `tally`, in place of what it held.
    ///
    /// `lines` are the bytes of the chunk, whole lines, which start `start` bytes into the plain
    /// text, and `patterns` what a [`Normalizer`](crate::Normalizer) made of them: as many lines,
    /// each ended by `\n`.
    ///
    /// Takes time linear in both.
    ///
    /// # Panics
    ///
    /// If there are 2^32 lines or more, which the
    /// [largest chunk](crate::LARGEST_CHUNK_SIZE) cannot have.
    pub fn count(&mut self, lines: &[u8], patterns: &[u8], start: u64, tally: &mut ChunkTally) {
        self.clear();
        tally.clear();
        tally.start = start;
        tally.bytes = lines.len() as u64;
        tally.width = Width::for_bytes(start + tally.bytes);

        self.line_starts.index(lines);
        self.count_patterns(patterns, lines, tally);
        self.place(lines, tally);
        tally.earlier.sort_unstable();
    }

    /// Makes the entries: all but what takes to know where lines start.
    fn count_patterns(&mut self, patterns: &[u8], lines: &[u8], tally: &mut ChunkTally) {
        let mut bucket = tally.width.bucket(tally.start);
        let mut bucket_end = self.first_line_behind(bucket, lines, tally);
        let mut start = 0;
        for end in memchr_iter(b'\n', patterns) {
            let number = tally.lines;
            while number >= bucket_end {
                bucket += 1;
                bucket_end = self.first_line_behind(bucket, lines, tally);
            }
            let pattern = &patterns[start..end];
            let hash = self.hasher.hash(pattern);
            match self.find(hash, pattern, patterns, &tally.entries) {
                Some(index) => {
                    let entry = &mut tally.entries[index];
                    if entry.bucket != bucket {
                        tally.earlier.push(entry.enter(bucket, index));
                    }
                    entry.count += 1;
                    entry.last_line = number;
                }
                None => {
                    let entry = Entry {
                        hash,
                        pattern: start..end,
                        first_offset: 0,
                        last_offset: 0,
                        first_line: number,
                        last_line: number,
                        count: 1,
                        count_earlier: 0,
                        example_end: 0,
                        bucket,
                    };
                    self.insert(entry, &mut tally.entries);
                }
            }
            tally.lines = number.checked_add(1).expect("a chunk has less than 2^32 lines");
            start = end + 1;
        }
    }

    /// The number of the first line that starts in none of the buckets up to `bucket`.
    fn first_line_behind(&self, bucket: u8, lines: &[u8], tally: &ChunkTally) -> u32 {
        let end = tally.width.end(bucket) - tally.start;
        match usize::try_from(end) {
            Ok(end) if end < lines.len() => self.line_starts.number_at(lines, end),
            _ => u32::MAX,
        }
    }

    /// Adds to the entries where their lines start, and their examples.
    fn place(&self, lines: &[u8], tally: &mut ChunkTally) {
        let mut firsts = Seeker::new(&self.line_starts, lines);
        let mut lasts = Seeker::new(&self.line_starts, lines);
        for entry in &mut tally.entries {
            let line = firsts.line(entry.first_line);
            entry.first_offset = line.start;
            entry.last_offset = if entry.last_line == entry.first_line {
                line.start
            } else {
                lasts.start_of(entry.last_line)
            };
            tally.examples.extend_from_slice(example_of(&lines[line]));
            entry.example_end = tally.examples.len() as u32;
        }
    }

    #[inline]
    fn find(&self, hash: u64, pattern: &[u8], patterns: &[u8], entries: &[Entry]) -> Option<usize> {
        let is_same = |&index: &u32| {
            let entry = &entries[index as usize];
            entry.hash == hash && patterns[entry.pattern.clone()] == *pattern
        };
        self.slots.find(hash, is_same).map(|&index| index as usize)
    }

    #[inline(never)]
    fn insert(&mut self, entry: Entry, entries: &mut Vec<Entry>) {
        let (hash, index) = (entry.hash, entries.len() as u32);
        entries.push(entry);
        self.slots.insert_unique(hash, index, |&index| entries[index as usize].hash);
    }

    fn clear(&mut self) {
        if self.slots.capacity() > LARGEST_KEPT {
            self.slots = HashTable::new();
        }
        self.slots.clear();
    }
}

impl Entry {
    /// Goes on to `bucket`, and gives what was counted in the one before.
    #[cold]
    fn enter(&mut self, bucket: u8, index: usize) -> Earlier {
        let count = self.count - self.count_earlier;
        let earlier = Earlier { entry: index as u32, bucket: self.bucket, count };
        self.bucket = bucket;
        self.count_earlier = self.count;
        earlier
    }
}

impl ChunkTally {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many lines were counted.
    pub fn lines(&self) -> u64 {
        self.lines.into()
    }

    /// How many distinct patterns they have.
    pub fn patterns(&self) -> usize {
        self.entries.len()
    }

    /// Each pattern, in the order of first appearance. `arena` is where they were counted in.
    pub(super) fn found<'a>(&'a self, arena: &'a [u8]) -> impl Iterator<Item = Found<'a>> {
        let mut example_start = 0;
        let mut all_earlier = &self.earlier[..];
        self.entries.iter().zip(0..).map(move |(entry, index)| {
            let example_end = entry.example_end as usize;
            let example = &self.examples[example_start..example_end];
            example_start = example_end;
            let own = all_earlier.iter().take_while(|earlier| earlier.entry == index).count();
            let (earlier, rest) = all_earlier.split_at(own);
            all_earlier = rest;
            Found {
                hash: entry.hash,
                pattern: &arena[entry.pattern.clone()],
                example,
                count: entry.count.into(),
                first: (entry.first_line.into(), entry.first_offset as u64),
                last: (entry.last_line.into(), entry.last_offset as u64),
                earlier,
                bucket: (entry.bucket, (entry.count - entry.count_earlier).into()),
            }
        })
    }

    fn clear(&mut self) {
        if self.entries.capacity() > LARGEST_KEPT {
            *self = Self::default();
        }
        self.lines = 0;
        self.entries.clear();
        self.earlier.clear();
        self.examples.clear();
    }
}
