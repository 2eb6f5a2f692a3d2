//! The end of a run: its output becomes final, or never is.

use std::time::Instant;

use super::phase_timer::Phases;
use crate::error::Result;
use crate::input::{ByteOrderMark, Format, Origin};
use crate::output::Sink;
use crate::rules::Counts;

/// What a run did.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// What it read and wrote.
    pub counts: Counts,
    /// The threads that worked: fewer than were asked for where there was not enough to do, or
    /// the system did not give them.
    pub threads: usize,
    /// How long it took.
    pub phases: Phases,
    /// `mapped` or `stream`.
    pub source: &'static str,
    /// The format of the input.
    pub input_format: Format,
    /// The byte-order mark that the plain text begins with. The patterns of that text are those of
    /// its bytes, the mark among them.
    pub byte_order_mark: Option<ByteOrderMark>,
    /// The name of the format of the output.
    pub output_format: &'static str,
}

/// A run whose output is written and not yet final. What else depends on the run can be written
/// first, so that all of it is there in the end or none. If this is dropped, what stood in the
/// place of the output is still there.
#[must_use = "the output is lost unless it is committed"]
pub struct Pending {
    pub(crate) origin: Origin,
    pub(crate) sink: Sink,
    pub(crate) phases: Phases,
    /// `mapped` or `stream`.
    pub(crate) source: &'static str,
    pub(crate) counts: Counts,
    pub(crate) threads: usize,
}

impl Pending {
    /// Makes the output final, if the input is still what was read.
    ///
    /// # Errors
    ///
    /// Those of [`run`](crate::run).
    pub fn commit(self) -> Result<Outcome> {
        let Self { origin, sink, mut phases, source, counts, threads } = self;
        let start = Instant::now();
        let input_format = origin.format().unwrap_or(Format::Plain);
        let output_format = sink.format();
        let byte_order_mark = origin.byte_order_mark();
        origin.check_unchanged()?;
        sink.commit()?;
        phases.commit = start.elapsed();
        Ok(Outcome {
            counts,
            threads,
            phases,
            source,
            input_format,
            byte_order_mark,
            output_format,
        })
    }
}
