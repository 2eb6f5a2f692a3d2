//! The results of several runs, added up: there may be millions.

use super::phase_timer::Phases;
use super::uncommitted::Outcome;
use crate::rules::Counts;

/// The sum of what several inputs were, and of what was done with them.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The inputs, those that failed among them.
    pub inputs: usize,
    /// The inputs that failed.
    pub failed: usize,
    /// The inputs that were left out, because their outputs exist. They are not among `inputs`.
    pub skipped: usize,
    /// The lines and bytes that were read and written.
    pub counts: Counts,
    /// The time that each part of the runs took.
    pub phases: Phases,
    /// The number of threads that worked, if one input was done.
    pub threads: Option<usize>,
    pub(crate) source: Shared,
    pub(crate) input_format: Shared,
    pub(crate) output_format: Shared,
}

/// The name that inputs share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shared {
    /// There are no inputs.
    #[default]
    None,
    /// All of them have it.
    One(&'static str),
    /// They have several.
    Mixed,
}

impl Tally {
    /// Adds an input that was done.
    pub fn add(&mut self, outcome: &Outcome) {
        let is_first = self.inputs == self.failed;
        self.add_counts(1, outcome.counts);
        self.threads = is_first.then_some(outcome.threads);
        self.phases += outcome.phases;
        self.source.add(outcome.source);
        self.input_format.add(outcome.input_format.name());
        self.output_format.add(outcome.output_format);
    }

    /// Adds `inputs` plain inputs that were read, and not written.
    pub(super) fn add_plain(&mut self, inputs: usize, counts: Counts) {
        self.add_counts(inputs, counts);
        self.source.add("stream");
        self.input_format.add("plain");
        self.output_format.add("plain");
    }

    /// Adds an input that failed.
    pub fn add_failure(&mut self) {
        self.inputs += 1;
        self.failed += 1;
    }

    /// Adds an input that was left out.
    pub fn add_skipped(&mut self) {
        self.skipped += 1;
    }

    fn add_counts(&mut self, inputs: usize, counts: Counts) {
        self.inputs += inputs;
        self.counts += counts;
        self.threads = None;
    }
}

impl Shared {
    fn add(&mut self, name: &'static str) {
        *self = match *self {
            Self::None => Self::One(name),
            Self::One(same) if same == name => Self::One(name),
            _ => Self::Mixed,
        };
    }

    /// Returns the name, or `none` or `mixed`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::One(name) => name,
            Self::Mixed => "mixed",
        }
    }
}
