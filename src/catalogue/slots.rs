//! Where a catalogue counts the lines of a pattern: under it, or among others if it went beyond the
//! limits.

use super::entry::{Entry, Occurrences};
use super::example::{Example, MAX_EXAMPLE_LEN};
use super::further::FurtherExamples;
use super::limits::Limits;
use super::memory::{NoMemory, reserve, reserve_slot};
use super::texts::{Text, Texts};
use super::totals::Catalogue;

/// The lines whose patterns went beyond the limits.
#[derive(Debug)]
pub(super) struct Other {
    /// The first example, and no pattern.
    pub(super) text: Text,
    pub(super) further: FurtherExamples,
    pub(super) occurrences: Occurrences,
}

/// Where the lines of a pattern are counted.
#[derive(Clone, Copy)]
pub(super) enum Slot {
    /// Under it, in the entry with this index.
    Entry(usize),
    /// Among the others.
    Other,
}

impl Catalogue {
    /// Adds those of `examples` that are among the first that differ.
    pub(super) fn add_examples<'a>(
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

    pub(super) fn occurrences(&mut self, slot: Slot) -> &mut Occurrences {
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
    pub(super) fn slot_of(
        &mut self,
        hash: u64,
        pattern: &[u8],
        example: &[u8],
    ) -> Result<Slot, NoMemory> {
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
    pub(super) fn other_slot(&mut self, example: &[u8]) -> Result<Slot, NoMemory> {
        if self.other.is_none() {
            let text = self.texts.push(b"", example)?;
            let (further, occurrences) = (FurtherExamples::default(), Occurrences::default());
            self.other = Some(Other { text, further, occurrences });
        }
        Ok(Slot::Other)
    }
}
