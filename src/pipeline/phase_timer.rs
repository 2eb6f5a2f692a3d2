//! How long the parts of a run take, as the thread that writes sees them: the others have no time
//! of their own in which the log as a whole gets further.

use std::ops::AddAssign;
use std::time::{Duration, Instant};

use crate::sys::memory;

/// The parts of a run, one after the other, but that normalising and writing take turns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    /// Opening input and output, and starting the threads.
    pub open: Duration,
    /// All that is neither of the others: normalising, and waiting for others who normalise or
    /// read.
    pub normalize: Duration,
    /// Handing patterns to the system or, where they are compressed, to whoever does that. Other
    /// threads normalise meanwhile.
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

/// Looks on while a log is done.
pub(crate) struct PhaseTimer {
    phases: Phases,
    start: Instant,
}

impl PhaseTimer {
    /// When there is only the work left to do on what was begun to be opened at `opening`.
    pub(crate) fn start(opening: Instant) -> Self {
        let start = Instant::now();
        Self { phases: Phases { open: start - opening, ..Phases::default() }, start }
    }

    /// Does `write`, and counts the time it takes.
    pub(crate) fn write<T>(&mut self, write: impl FnOnce() -> T) -> T {
        memory::sample_if_due(Instant::now());
        let start = Instant::now();
        let result = write();
        self.phases.write += start.elapsed();
        result
    }

    /// When all is written: what everything took so far.
    pub(crate) fn end(self) -> Phases {
        let Self { mut phases, start } = self;
        phases.normalize = start.elapsed().saturating_sub(phases.write);
        phases
    }
}
