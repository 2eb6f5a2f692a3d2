//! A moment in the life of a catalogue, to go back to if the log after it turns out to be unreadable.
//!
//! A log may be too large for a catalogue of its own, which would be added to the others when it is
//! whole. Its patterns are then counted among theirs, and taken out again if it cannot be read to its
//! end.

use super::entry::Occurrences;
use super::histogram::BucketCount;
use super::memory::{NoMemory, collect};
use super::places::Boundaries;
use super::row::LinePosition;
use super::texts::TextsEnd;
use super::totals::Catalogue;
use crate::error::Result;

/// What a catalogue held. Takes 33 bytes for each pattern, and 8 for each bucket with lines of it.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    lines: u64,
    bytes: u64,
    charged: usize,
    boundaries: Option<Boundaries>,
    texts: TextsEnd,
    entries: Vec<Saved>,
    other: Option<Saved>,
    /// The buckets with lines of each pattern, and then of the others, one after the other.
    buckets: Vec<BucketCount>,
    /// The number of examples after the first of each pattern, if there may be any, and of the others.
    further: Vec<u8>,
    other_further: usize,
    further_bytes: usize,
}

/// What was known of the lines of a pattern.
#[derive(Clone, Copy, Debug)]
struct Saved {
    count: u64,
    last: LinePosition,
    buckets: usize,
}

impl Saved {
    fn of(occurrences: &Occurrences) -> Self {
        let Occurrences { count, last, histogram, .. } = occurrences;
        Self { count: *count, last: *last, buckets: histogram.buckets().count() }
    }

    /// Makes `occurrences` what they were. Their buckets are the first of `buckets`, and are removed
    /// there.
    fn restore(self, occurrences: &mut Occurrences, buckets: &mut &[BucketCount]) {
        (occurrences.count, occurrences.last) = (self.count, self.last);
        let (own, rest) = buckets.split_at(self.buckets);
        occurrences.histogram.go_back_to(own);
        *buckets = rest;
    }
}

impl Catalogue {
    /// Returns what the catalogue holds. No log may be [open](Self::end_log).
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory).
    pub(crate) fn checkpoint(&self) -> Result<Checkpoint> {
        self.copy().map_err(NoMemory::into_error)
    }

    fn copy(&self) -> Result<Checkpoint, NoMemory> {
        let kept = self.entries.iter().map(|entry| &entry.occurrences);
        let other = self.other.as_ref().map(|other| &other.occurrences);
        let further = self.further.iter().map(|further| further.len() as u8);
        let entries = collect(kept.clone().map(Saved::of), self.entries.len())?;
        let other_kept = other.map(Saved::of);
        let buckets = entries.iter().chain(&other_kept).map(|kept| kept.buckets).sum();
        let all = kept.chain(other).flat_map(|occurrences| occurrences.histogram.buckets());
        Ok(Checkpoint {
            lines: self.lines,
            bytes: self.bytes,
            charged: self.charged,
            boundaries: self.boundaries.as_ref().map(Boundaries::copy).transpose()?,
            texts: self.texts.end(),
            entries,
            other: other_kept,
            buckets: collect(all, buckets)?,
            further: collect(further, self.further.len())?,
            other_further: self.other.as_ref().map_or(0, |other| other.further.len()),
            further_bytes: self.further_bytes,
        })
    }

    /// Makes the catalogue hold what it held at `checkpoint`, which must be its own. Allocates nothing.
    pub(crate) fn go_back_to(&mut self, checkpoint: Checkpoint) {
        let Checkpoint { lines, bytes, charged, texts, ref entries, other, .. } = checkpoint;
        (self.lines, self.bytes, self.charged) = (lines, bytes, charged);
        (self.boundaries, self.open_log) = (checkpoint.boundaries, None);
        let mut buckets = &checkpoint.buckets[..];
        self.indices.retain(|&mut index| (index as usize) < entries.len());
        self.entries.truncate(entries.len());
        for (entry, kept) in self.entries.iter_mut().zip(entries) {
            kept.restore(&mut entry.occurrences, &mut buckets);
        }
        // The lines of later logs come after those of all examples that there were.
        self.further.truncate(checkpoint.further.len());
        for (further, &len) in self.further.iter_mut().zip(&checkpoint.further) {
            further.truncate(len.into());
        }
        self.further_bytes = checkpoint.further_bytes;
        self.texts.truncate(texts);
        match (&mut self.other, other) {
            (Some(now), Some(kept)) => {
                kept.restore(&mut now.occurrences, &mut buckets);
                now.further.truncate(checkpoint.other_further);
            }
            (now, _) => *now = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::{catalogue_of, normalize_noting, written};
    use crate::catalogue::{ChunkCounter, ChunkCounts, Limits, MergeError, Normalized};
    use crate::rules::Rules;

    /// Adds the lines of `log`.
    fn add(catalogue: &mut Catalogue, log: &[u8]) -> Result<(), MergeError> {
        catalogue.append(&catalogue_of(log, 100, Limits::NONE))
    }

    /// Adds the lines of a log that goes on after them.
    fn begin(catalogue: &mut Catalogue, lines: &[u8]) {
        let (patterns, spans) = normalize_noting(lines);
        let (chunk, mut counts) =
            (Normalized { lines, patterns: &patterns, spans: &spans }, ChunkCounts::new());
        let mut counter = ChunkCounter::new().with_examples(catalogue.examples());
        counter.count(chunk, 0, &mut counts).unwrap();
        catalogue.add(&patterns, &counts).unwrap();
    }

    #[test]
    fn nothing_is_left_of_what_came_after_it() {
        for (max, examples) in [(1, 3), (2, 1), (2, 2), (100, 3)] {
            let limits = Limits { examples, ..Limits::of_patterns(max) };
            let mut catalogue = Catalogue::new(Rules::Shape, limits);
            let long = [&b"-".repeat(2_000_000)[..], b"\n(a)\n"].concat();
            for log in [&b""[..], b"a\n", b"a\n(b)\n[c]\n", &long, b"a\n"] {
                let (before, memory) = (written(&catalogue), catalogue.memory());
                let checkpoint = catalogue.checkpoint().unwrap();
                for more in [&b"c\n(d)\n"[..], b"<d>\n{e}\n", &long, b"=\n"] {
                    add(&mut catalogue, more).unwrap();
                }
                begin(&mut catalogue, &b"a\n(f)\n".repeat(100));
                catalogue.go_back_to(checkpoint);
                assert_eq!(written(&catalogue), before);
                assert_eq!(catalogue.memory(), memory);
                add(&mut catalogue, log).unwrap();
            }
            let mut expected = Catalogue::new(Rules::Shape, limits);
            for log in [&b"a\n"[..], b"a\n(b)\n[c]\n", &long, b"a\n"] {
                add(&mut expected, log).unwrap();
            }
            assert_eq!(written(&catalogue), written(&expected));
        }
    }
}
