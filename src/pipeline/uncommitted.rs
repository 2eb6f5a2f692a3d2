//! The end of a run: its output becomes final, or never does.

use std::time::Instant;

use super::phase_timer::Phases;
use crate::error::Result;
use crate::input::{Format, Origin};
use crate::output::Sink;
use crate::rules::Counts;

/// The result of a run.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The lines and bytes that it read and wrote.
    pub counts: Counts,
    /// The number of threads that worked. It is less than was asked for if there was not enough to
    /// do, or if the OS refused to start more.
    pub threads: usize,
    /// The time that each part of it took.
    pub phases: Phases,
    /// `mapped` or `stream`.
    pub source: &'static str,
    /// The format of the input.
    pub input_format: Format,
    /// Whether units of UTF-16 in the input are not well-formed. U+FFFD stands in their place.
    pub is_ill_formed: bool,
    /// The name of the format of the output.
    pub output_format: &'static str,
}

/// A run whose output is written and not yet final.
///
/// Other outputs that depend on the run can be written before it is committed, so that either all
/// of them exist in the end or none does. Dropping this leaves the place of the output as it was
/// before the run.
#[must_use = "the output is lost unless it is committed"]
pub struct UncommittedRun {
    pub(super) origin: Origin,
    pub(super) sink: Sink,
    pub(super) phases: Phases,
    /// `mapped` or `stream`.
    pub(super) source: &'static str,
    pub(super) counts: Counts,
    pub(super) threads: usize,
}

impl UncommittedRun {
    /// Makes the output final, if the input is still what was read.
    ///
    /// # Errors
    ///
    /// The errors of [`run`](crate::run).
    pub fn commit(self) -> Result<Outcome> {
        let Self { origin, sink, mut phases, source, counts, threads } = self;
        let start = Instant::now();
        let input_format = origin.format().unwrap_or(Format::Plain);
        let output_format = sink.format();
        let is_ill_formed = origin.is_ill_formed();
        origin.check_unchanged()?;
        sink.commit()?;
        phases.commit = start.elapsed();
        Ok(Outcome { counts, threads, phases, source, input_format, is_ill_formed, output_format })
    }
}
