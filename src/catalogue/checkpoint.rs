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

/// What a catalogue held. Takes 24 bytes for each pattern.
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
        let other = self.other.as_ref().map(|other| &other.occurrences);
        Ok(Checkpoint {
            lines: self.lines,
            bytes: self.bytes,
            charged: self.charged,
            texts: self.texts.end(),
            entries,
            other: other.map(|occurrences| (occurrences.count, occurrences.last)),
        })
    }

    /// Makes the catalogue hold what it held at `checkpoint`, which must be its own.
    pub(crate) fn go_back_to(&mut self, checkpoint: &Checkpoint) {
        let Checkpoint { lines, bytes, charged, texts, ref entries, other } = *checkpoint;
        (self.lines, self.bytes, self.charged) = (lines, bytes, charged);
        self.indices.retain(|&mut index| (index as usize) < entries.len());
        self.entries.truncate(entries.len());
        for (entry, &(count, last)) in self.entries.iter_mut().zip(entries) {
            (entry.occurrences.count, entry.occurrences.last) = (count, last);
        }
        self.texts.truncate(texts);
        match (&mut self.other, other) {
            (Some(now), Some((count, last))) => {
                (now.occurrences.count, now.occurrences.last) = (count, last);
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
        catalogue.append(&catalogue_of(log, 100, Limits::default()))
    }

    #[test]
    fn nothing_is_left_of_what_came_after_it() {
        for max in [1, 2, 100] {
            let limits = Limits::of_patterns(max);
            let mut catalogue = Catalogue::new(Rules::Shape, limits).without_places();
            let long = [&b"-".repeat(2_000_000)[..], b"\n(a)\n"].concat();
            for log in [&b""[..], b"a\n", b"a\n(b)\n[c]\n", &long, b"a\n"] {
                let (before, charged) = (said(&catalogue), catalogue.charged);
                let checkpoint = catalogue.checkpoint().unwrap();
                for more in [&b"a\n(b)\n"[..], b"<d>\n{e}\n", &long, b"=\n"] {
                    add(&mut catalogue, more).unwrap();
                }
                catalogue.go_back_to(&checkpoint);
                assert_eq!(said(&catalogue), before);
                assert_eq!(catalogue.charged, charged);
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
