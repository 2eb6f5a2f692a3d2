//! Where in the text of a catalogue lines are, as logs and other catalogues are added to it.

mod boundaries;
mod open_log;
mod placement;
#[cfg(test)]
mod tests;

pub(super) use boundaries::{Boundaries, Boundary, BucketMap, Joined, MAX_BOUNDARIES};
pub(super) use open_log::OpenLog;
pub(crate) use placement::Placement;

use crate::catalogue::chunk_counts::ChunkCounts;
use crate::catalogue::histogram::Histogram;
use crate::catalogue::memory::NoMemory;
use crate::catalogue::totals::Catalogue;

impl Catalogue {
    /// Ends the log whose chunks were added: what is added next is another one. Only now the catalogue
    /// has where in the log the lines of each pattern are, which depends on the length of the log.
    pub fn end_log(&mut self) {
        if let Some(log) = self.open_log {
            self.end_part(log.end);
        }
    }

    /// Does the same as [`end_log`](Self::end_log) for a log of `len` bytes, of which a part was added.
    pub(crate) fn end_part(&mut self, len: u64) {
        let (Some(log), Some(boundaries)) = (self.open_log.take(), &mut self.boundaries) else {
            return;
        };
        if let Some(map) = boundaries.close(log.start_level(len)) {
            self.coarsen(&map);
        }
    }

    /// Returns the boundaries of the text, if it is known where the lines of each pattern are.
    pub(in crate::catalogue) fn places(&self) -> Option<&Boundaries> {
        self.boundaries.as_ref().filter(|_| self.open_log.is_none())
    }

    /// Returns a level below which no sum with this catalogue keeps boundaries.
    pub(crate) fn least_level(&self) -> u8 {
        self.boundaries.as_ref().map_or(0, Boundaries::least_level)
    }

    /// Adds the boundaries of a chunk that is not empty. Ends the log that is open if the chunk does not go
    /// on there. Returns what became of its buckets, if places are known.
    pub(in crate::catalogue) fn join_chunk(
        &mut self,
        counts: &ChunkCounts,
    ) -> Result<Option<Joined>, NoMemory> {
        if self.open_log.is_some_and(|log| counts.start != Some(log.end)) {
            // The log was not added to its end, as after a failure.
            self.end_log();
        }
        if let Some(start) = counts.start {
            let new = || OpenLog::new(start, counts.first_example());
            self.open_log.get_or_insert_with(new).end = start.saturating_add(counts.bytes);
        }
        self.join(&counts.boundaries)
    }

    /// Adds the boundaries of a text that follows this one. Returns what became of the buckets of that
    /// text, if places are known.
    pub(in crate::catalogue) fn join(
        &mut self,
        next: &Boundaries,
    ) -> Result<Option<Joined>, NoMemory> {
        let Some(boundaries) = &mut self.boundaries else { return Ok(None) };
        let joined = boundaries.join(self.bytes, next)?;
        if let Some(map) = joined.ours() {
            self.coarsen(map);
        }
        Ok(Some(joined))
    }

    /// Forgets where lines are, because that is not known of a text that follows.
    pub(in crate::catalogue) fn forget_places(&mut self) {
        self.boundaries = None;
        self.each_histogram(|histogram| *histogram = Histogram::default());
    }

    /// Has each bucket be the one that `map` says. That takes time for each pattern, and is therefore done
    /// only if buckets change: when the least level rises, which it does at most as often as there are
    /// levels, and when the start of an open log turns out to be below it.
    fn coarsen(&mut self, map: &BucketMap) {
        self.each_histogram(|histogram| histogram.coarsen(map));
    }

    fn each_histogram(&mut self, mut change: impl FnMut(&mut Histogram)) {
        self.entries.iter_mut().for_each(|entry| change(&mut entry.occurrences.histogram));
        if let Some(other) = &mut self.other {
            change(&mut other.occurrences.histogram);
        }
    }
}
