//! The catalogue of all logs, to which threads add what they have counted, in the order of the logs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{Log, Report};
use crate::catalogue::{Catalogue, ChunkCounts, MergeError};
use crate::error::{Error, Result};
use crate::pipeline::tally::Tally;
use crate::pipeline::uncommitted::Outcome;
use crate::pipeline::worker::ChunkOutput;
use crate::rules::Counts;

/// The most bytes of what is counted and waits for logs before it. With more, threads wait.
pub(super) const MAX_WAITING: usize = 64 << 20;

/// The most buffers that are kept to be filled again.
const MAX_FREE: usize = 64;

/// What was made of one log, or of several that follow each other.
pub(super) enum Part {
    /// Small plain logs, in one chunk.
    Small { logs: u64, output: ChunkOutput, counts: Counts },
    /// A log in one chunk.
    Chunk(PathBuf, Outcome, ChunkOutput),
    /// A longer one.
    Catalogue(PathBuf, Outcome, Box<Catalogue>),
    /// A log that could not be read, or several that could not be counted.
    Failed { logs: u64, path: PathBuf, error: Error },
    /// A log that all threads count together when its turn comes.
    Large(Log),
}

/// The sum of all logs up to one, and what was made of some that come after it.
pub(super) struct Sum<'a> {
    state: Mutex<State<'a>>,
    advanced: Condvar,
    max_waiting: usize,
    /// That of the catalogue, or a lower one that it had before.
    least_level: AtomicU8,
}

pub(super) struct State<'a> {
    /// The number of the first log that is not in the sum.
    next: u64,
    pub(super) catalogue: &'a mut Catalogue,
    pub(super) tally: Tally,
    report: Report<'a>,
    /// The parts that wait for others, by the number of their first log.
    waiting: BTreeMap<u64, Part>,
    /// The memory that these take.
    waiting_bytes: usize,
    /// Whether nothing can be added, because all threads must stop before.
    is_stopped: bool,
    /// What kept the sum from being made.
    error: Option<Error>,
    free: Vec<ChunkOutput>,
}

/// Whether threads go on to take logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    Stop,
}

impl<'a> Sum<'a> {
    /// Returns the sum of no logs, in `catalogue`. Waits where more than `max_waiting` bytes wait.
    pub(super) fn new(
        catalogue: &'a mut Catalogue,
        report: Report<'a>,
        max_waiting: usize,
    ) -> Self {
        let state = State {
            next: 0,
            catalogue,
            tally: Tally::default(),
            report,
            waiting: BTreeMap::new(),
            waiting_bytes: 0,
            is_stopped: false,
            error: None,
            free: Vec::new(),
        };
        let (state, advanced) = (Mutex::new(state), Condvar::new());
        Self { state, advanced, max_waiting, least_level: AtomicU8::new(0) }
    }

    /// Adds `part`, whose first log has the number `first`, or keeps it until its turn comes. Waits if
    /// too much is kept.
    ///
    /// The thread that has the log whose turn it is never waits. There is such a thread, because logs
    /// are taken in order.
    pub(super) fn add(&self, first: u64, part: Part) -> Next {
        let mut state = self.lock();
        while state.next != first && state.waiting_bytes >= self.max_waiting && !state.is_stopped {
            state = self.advanced.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting_bytes += part.memory();
        state.waiting.insert(first, part);
        if state.advance() {
            self.least_level.store(state.catalogue.least_level(), Ordering::Relaxed);
            self.advanced.notify_all();
        }
        if state.is_stopped { Next::Stop } else { Next::GoOn }
    }

    /// Returns buffers to be filled.
    pub(super) fn free_output(&self) -> ChunkOutput {
        let counting =
            || ChunkOutput { chunk_counts: Some(ChunkCounts::new()), ..ChunkOutput::default() };
        self.lock().free.pop().unwrap_or_else(counting)
    }

    /// Returns a level below which the catalogue keeps no boundaries, so that threads need not find any.
    pub(super) fn least_level(&self) -> u8 {
        self.least_level.load(Ordering::Relaxed)
    }

    /// Notes that a thread cannot go on, and stops all others.
    pub(super) fn fail(&self, error: Error) {
        self.lock().fail(error);
        self.advanced.notify_all();
    }

    /// Returns the state, when no thread works.
    pub(super) fn state(&mut self) -> &mut State<'a> {
        self.state.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what was read and counted.
    pub(super) fn finish(self) -> Tally {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).tally
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State<'_> {
    /// Adds the parts whose turn it is, up to a log that all threads count. Returns whether there were
    /// any, or all must stop.
    fn advance(&mut self) -> bool {
        let before = self.next;
        while !self.is_stopped
            && let Some(part) = self.waiting.get(&self.next)
        {
            if let Part::Large(_) = part {
                self.is_stopped = true;
                break;
            }
            let Some(part) = self.waiting.remove(&self.next) else { break };
            self.waiting_bytes -= part.memory();
            if let Err(error) = self.add(part) {
                self.fail(error);
            }
        }
        self.next > before || self.is_stopped
    }

    fn add(&mut self, part: Part) -> Result<()> {
        self.next += part.logs();
        self.add_next(part)
    }

    /// Adds `part`, whose turn it is.
    pub(super) fn add_next(&mut self, part: Part) -> Result<()> {
        match part {
            Part::Small { logs, output, counts } => {
                self.add_chunk(output)?;
                self.tally.add_plain(logs as usize, counts);
            }
            Part::Chunk(path, outcome, output) => {
                self.add_chunk(output)?;
                self.done(&path, Ok(outcome));
            }
            Part::Catalogue(path, outcome, catalogue) => {
                append(self.catalogue, &catalogue, &path)?;
                self.done(&path, Ok(outcome));
            }
            Part::Failed { logs, path, error } => {
                (1..logs).for_each(|_| self.tally.add_failure());
                self.done(&path, Err(error));
            }
            Part::Large(_) => {}
        }
        Ok(())
    }

    fn add_chunk(&mut self, mut output: ChunkOutput) -> Result<()> {
        if let Some(counts) = &output.chunk_counts {
            self.catalogue.add(&output.arena, counts)?;
        }
        if self.free.len() < MAX_FREE {
            output.arena.clear();
            self.free.push(output);
        }
        Ok(())
    }

    /// Tells the result of a log that is now in the sum, or not.
    pub(super) fn done(&mut self, path: &Path, result: Result<Outcome>) {
        match &result {
            Ok(outcome) => self.tally.add(outcome),
            Err(_) => self.tally.add_failure(),
        }
        (self.report)(path, result);
    }

    /// Takes the log that all threads count now, if its turn has come, and lets the others go on after
    /// it.
    ///
    /// # Errors
    ///
    /// The reason why the sum could not be made.
    pub(super) fn take_large(&mut self) -> Result<Option<Log>> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        self.is_stopped = false;
        let Some(part) = self.waiting.remove(&self.next) else { return Ok(None) };
        self.waiting_bytes -= part.memory();
        self.next += part.logs();
        match part {
            Part::Large(log) => Ok(Some(log)),
            _ => unreachable!("all others were added when their turn came"),
        }
    }

    /// Adds the parts whose turn has come after a log that all threads have counted.
    pub(super) fn resume(&mut self) {
        self.advance();
    }

    fn fail(&mut self, error: Error) {
        self.is_stopped = true;
        self.error.get_or_insert(error);
    }
}

/// Adds `next`, the catalogue of the log at `path`, to `sum`.
pub(super) fn append(sum: &mut Catalogue, next: &Catalogue, path: &Path) -> Result<()> {
    sum.append(next).map_err(|error| match error {
        MergeError::Memory => Error::Memory { bytes: next.memory() },
        error => Error::Catalogue { path: path.to_owned(), reason: error.to_string() },
    })
}

impl Part {
    fn logs(&self) -> u64 {
        match self {
            Self::Small { logs, .. } | Self::Failed { logs, .. } => *logs,
            Self::Chunk(..) | Self::Catalogue(..) | Self::Large(_) => 1,
        }
    }

    /// Returns about how many bytes of memory it takes.
    fn memory(&self) -> usize {
        match self {
            Self::Small { output, .. } | Self::Chunk(_, _, output) => output.memory(),
            Self::Catalogue(_, _, catalogue) => catalogue.memory(),
            Self::Failed { .. } | Self::Large(_) => size_of::<Self>(),
        }
    }
}
