//! A timer for the parts of a run, on the thread that writes: the run as a whole advances only when
//! that thread does.

use std::ops::AddAssign;
use std::time::{Duration, Instant};

/// The duration of each part of a run. The parts follow each other, except that normalising and
/// writing alternate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    /// Opening the input and the output, and starting the threads.
    pub open: Duration,
    /// Everything else: normalising, and waiting for threads that normalise or read.
    pub normalize: Duration,
    /// Handing patterns to the kernel or, where they are compressed, to the thread that compresses
    /// them. Other threads normalise at the same time.
    pub write: Duration,
    /// Making the output final.
    pub commit: Duration,
}

impl AddAssign for Phases {
    fn add_assign(&mut self, other: Self) {
        self.open += other.open;
        self.normalize += other.normalize;
        self.write += other.write;
        self.commit += other.commit;
    }
}

/// Measures the phases of a run up to its last write.
pub(crate) struct PhaseTimer {
    phases: Phases,
    start: Instant,
}

impl PhaseTimer {
    /// Ends the phase of opening, which began at `opening`.
    pub(crate) fn start(opening: Instant) -> Self {
        let start = Instant::now();
        Self { phases: Phases { open: start - opening, ..Phases::default() }, start }
    }

    /// Calls `write`, and counts the time that it takes.
    pub(crate) fn time_write<T>(&mut self, write: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = write();
        self.phases.write += start.elapsed();
        result
    }

    /// Returns the phases so far, after the last write.
    pub(crate) fn finish(self) -> Phases {
        let Self { mut phases, start } = self;
        phases.normalize = start.elapsed().saturating_sub(phases.write);
        phases
    }
}
