//! The writing end of a run.

use std::io::IoSlice;
use std::time::Instant;

use super::phase_timer::{PhaseTimer, Phases};
use super::worker::ChunkOutput;
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::output::Sink;
use crate::sys::memory;

/// Writes what was made of chunks, and adds their patterns to the catalogue if there is one.
pub(super) struct OutputWriter<'a> {
    sink: Sink,
    catalogue: Option<&'a mut Catalogue>,
    timer: PhaseTimer,
}

impl<'a> OutputWriter<'a> {
    /// Returns a writer into `sink` that times its writes with `timer`.
    pub(super) fn new(sink: Sink, catalogue: Option<&'a mut Catalogue>, timer: PhaseTimer) -> Self {
        Self { sink, catalogue, timer }
    }

    /// Writes `outputs`, which follow those written before.
    pub(super) fn write(&mut self, outputs: &[ChunkOutput]) -> Result<()> {
        if let Some(catalogue) = &mut self.catalogue {
            for ChunkOutput { arena, chunk_counts } in outputs {
                chunk_counts.iter().try_for_each(|counts| catalogue.add(arena, counts))?;
            }
        }
        let mut slices: Vec<_> = outputs.iter().map(|it| IoSlice::new(&it.arena)).collect();
        // A write comes once in a while, and while memory is in use.
        memory::sample_if_due(Instant::now());
        let Self { sink, timer, .. } = self;
        timer.time_write(|| sink.write_all(&mut slices))
    }

    /// Ends the log in the catalogue, if there is one. Of a log of `len` bytes, a part was read. Returns
    /// the sink, and the time that everything has taken so far.
    pub(super) fn finish(self, len: Option<u64>) -> (Sink, Phases) {
        match (self.catalogue, len) {
            (Some(catalogue), Some(len)) => catalogue.end_part(len),
            (Some(catalogue), None) => catalogue.end_log(),
            (None, _) => {}
        }
        (self.sink, self.timer.finish())
    }
}
