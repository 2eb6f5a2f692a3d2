//! A moment in the life of a catalogue, to go back to if the log after it turns out to be unreadable.
//!
//! A log may be too large for a catalogue of its own, which would be added to the others when it is
//! whole. Its patterns are then counted among theirs, and taken out again if it cannot be read to its
//! end.

use super::memory::{NoMemory, collect};
use super::row::LinePosition;
use super::texts::TextsEnd;
use super::totals::Catalogue;
use crate::error::Result;

/// What a catalogue held. Takes 25 bytes for each pattern.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    lines: u64,
    bytes: u64,
    charged: usize,
    texts: TextsEnd,
    /// The count and the last line of each pattern.
    entries: Vec<(u64, LinePosition)>,
    /// Those of the others.
    other: Option<(u64, LinePosition)>,
    /// The number of examples of each pattern after the first, and of the others.
    further: Vec<u8>,
    other_further: usize,
    further_bytes: usize,
}

impl Catalogue {
    /// Returns what the catalogue holds, which must be [without places](Self::without_places).
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory).
    pub(crate) fn checkpoint(&self) -> Result<Checkpoint> {
        let entries = self.entries.iter().map(|entry| &entry.occurrences);
        let entries = entries.map(|occurrences| (occurrences.count, occurrences.last));
        let entries = collect(entries, self.entries.len()).map_err(NoMemory::into_error)?;
        let further = self.further.iter().map(|further| further.len() as u8);
        let further = collect(further, self.further.len()).map_err(NoMemory::into_error)?;
        let other_further = self.other.as_ref().map_or(0, |other| other.further.len());
        let other = self.other.as_ref().map(|other| &other.occurrences);
        Ok(Checkpoint {
            lines: self.lines,
            bytes: self.bytes,
            charged: self.charged,
            texts: self.texts.end(),
            entries,
            other: other.map(|occurrences| (occurrences.count, occurrences.last)),
            further,
            other_further,
            further_bytes: self.further_bytes,
        })
    }

    /// Makes the catalogue hold what it held at `checkpoint`, which must be its own.
    pub(crate) fn go_back_to(&mut self, checkpoint: &Checkpoint) {
        let Checkpoint { lines, bytes, charged, texts, ref entries, other, .. } = *checkpoint;
        (self.lines, self.bytes, self.charged) = (lines, bytes, charged);
        self.indices.retain(|&mut index| (index as usize) < entries.len());
        self.entries.truncate(entries.len());
        for (entry, &(count, last)) in self.entries.iter_mut().zip(entries) {
            (entry.occurrences.count, entry.occurrences.last) = (count, last);
        }
        // The lines of later logs come after those of all examples that there were.
        self.further.truncate(checkpoint.further.len());
        for (further, &len) in self.further.iter_mut().zip(&checkpoint.further) {
            further.truncate(len.into());
        }
        self.further_bytes = checkpoint.further_bytes;
        self.texts.truncate(texts);
        match (&mut self.other, other) {
            (Some(now), Some((count, last))) => {
                (now.occurrences.count, now.occurrences.last) = (count, last);
                now.further.truncate(checkpoint.other_further);
            }
            (now, _) => *now = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::{catalogue_of, said};
    use crate::catalogue::{Limits, MergeError};
    use crate::rules::Rules;

    /// Adds the lines of `log`.
    fn add(catalogue: &mut Catalogue, log: &[u8]) -> Result<(), MergeError> {
        catalogue.append(&catalogue_of(log, 100, Limits::NONE))
    }

    #[test]
    fn nothing_is_left_of_what_came_after_it() {
        for (max, examples) in [(1, 3), (2, 1), (2, 2), (100, 3)] {
            let limits = Limits { examples, ..Limits::of_patterns(max) };
            let mut catalogue = Catalogue::new(Rules::Shape, limits).without_places();
            let long = [&b"-".repeat(2_000_000)[..], b"\n(a)\n"].concat();
            for log in [&b""[..], b"a\n", b"a\n(b)\n[c]\n", &long, b"a\n"] {
                let (before, memory) = (said(&catalogue), catalogue.memory());
                let checkpoint = catalogue.checkpoint().unwrap();
                for more in [&b"c\n(d)\n"[..], b"<d>\n{e}\n", &long, b"=\n"] {
                    add(&mut catalogue, more).unwrap();
                }
                catalogue.go_back_to(&checkpoint);
                assert_eq!(said(&catalogue), before);
                assert_eq!(catalogue.memory(), memory);
                add(&mut catalogue, log).unwrap();
            }
            let mut expected = Catalogue::new(Rules::Shape, limits);
            for log in [&b"a\n"[..], b"a\n(b)\n[c]\n", &long, b"a\n"] {
                add(&mut expected, log).unwrap();
            }
            assert_eq!(said(&catalogue), said(&expected));
        }
    }
}
