//! The threads that work on chunks.
//!
//! The pipeline knows them only as an [`Executor`], which takes tasks and returns events. So the
//! driving loop also runs on the threads of a model checker, and rayon is in this file alone.

use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Mutex, PoisonError};

use rayon::{ScopeFifo, Yield};

use super::worker::{ChunkOutput, Worker};
use crate::catalogue::Placement;
use crate::error::{Error, Result};
use crate::input::Block;
use crate::input::chunk::Chunk;
use crate::rules::Counts;

/// A chunk to be worked on.
pub(super) struct ChunkTask<'a> {
    pub(super) sequence: u64,
    pub(super) chunk: Chunk<'a>,
    /// Where in the log the chunk is.
    pub(super) placement: Placement<'static>,
    /// The empty buffers for the output of the chunk.
    pub(super) output: ChunkOutput,
}

/// A chunk that was worked on.
pub(super) struct FinishedChunk {
    pub(super) sequence: u64,
    pub(super) output: ChunkOutput,
    pub(super) counts: Counts,
}

/// A block that was read or a task that ended, on any thread.
pub(super) enum Event {
    /// A stream returned a block, or its end.
    Read(Result<Option<Block>>),
    /// A task ended.
    Finished(Result<FinishedChunk>),
}

/// Does tasks, on some threads and in any order.
pub(super) trait Executor<'a> {
    /// Hands over `task`, whose end will be an event.
    fn submit(&mut self, task: ChunkTask<'a>);

    /// Returns the next event, if there is one already.
    fn try_next_event(&mut self) -> Option<Event>;

    /// Returns the next event, and waits for it. Must only be called if a task has not ended or a
    /// stream has not ended, so that there will be one.
    fn next_event(&mut self) -> Event;
}

/// The worker of one thread, in cache lines of its own, so that the threads do not slow each other
/// down: the stack of levels changes with every bracket. Two lines, because CPUs fetch them in
/// pairs.
#[repr(align(128))]
pub(super) struct WorkerSlot<'a>(Mutex<Worker<'a>>);

impl<'a> WorkerSlot<'a> {
    pub(super) fn new(worker: Worker<'a>) -> Self {
        Self(Mutex::new(worker))
    }
}

/// Does tasks on the threads of a rayon pool, one of which is the driving thread.
pub(super) struct RayonExecutor<'scope, 'env> {
    scope: &'env ScopeFifo<'scope>,
    /// One for each thread of the pool.
    slots: &'scope [WorkerSlot<'scope>],
    sender: Sender<Event>,
    events: Receiver<Event>,
}

impl<'scope, 'env> RayonExecutor<'scope, 'env> {
    /// Returns an executor of the pool that this is called in.
    pub(super) fn new(
        scope: &'env ScopeFifo<'scope>,
        slots: &'scope [WorkerSlot<'scope>],
        (sender, events): (Sender<Event>, Receiver<Event>),
    ) -> Self {
        Self { scope, slots, sender, events }
    }
}

impl<'scope> Executor<'scope> for RayonExecutor<'scope, '_> {
    fn submit(&mut self, task: ChunkTask<'scope>) {
        let (slots, sender) = (self.slots, self.sender.clone());
        self.scope.spawn_fifo(move |_| {
            let thread = rayon::current_thread_index().unwrap_or(0);
            // A panic must reach the driving thread as an event, because it waits for one.
            let result = panic::catch_unwind(AssertUnwindSafe(|| {
                let worker = slots[thread].0.lock();
                do_task(task, &mut worker.unwrap_or_else(PoisonError::into_inner))
            }));
            let result = result.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())));
            // The receiver is gone if the run has failed elsewhere.
            let _ = sender.send(Event::Finished(result));
        });
    }

    fn try_next_event(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Does tasks that no other thread has begun as long as there are any. A thread that only
    /// waited would be missing, and with one thread there is no other.
    fn next_event(&mut self) -> Event {
        loop {
            if let Some(event) = self.try_next_event() {
                return event;
            }
            if rayon::yield_now() != Some(Yield::Executed) {
                return self.events.recv().expect("`self.sender` keeps the channel open");
            }
        }
    }
}

/// Does tasks on the driving thread alone, where there is not enough to do for others.
pub(super) struct CallingThread<'a, 'e> {
    worker: Worker<'a>,
    tasks: VecDeque<ChunkTask<'a>>,
    events: &'e Receiver<Event>,
}

impl<'a, 'e> CallingThread<'a, 'e> {
    /// Returns an executor that works with `worker`, and that receives what is read from `events`.
    pub(super) fn new(worker: Worker<'a>, events: &'e Receiver<Event>) -> Self {
        Self { worker, tasks: VecDeque::new(), events }
    }
}

impl<'a> Executor<'a> for CallingThread<'a, '_> {
    fn submit(&mut self, task: ChunkTask<'a>) {
        self.tasks.push_back(task);
    }

    fn try_next_event(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    fn next_event(&mut self) -> Event {
        if let Some(task) = self.tasks.pop_front() {
            return Event::Finished(do_task(task, &mut self.worker));
        }
        let lost = || Error::Panic { message: "the reader ended without a message".into() };
        self.events.recv().unwrap_or_else(|_| Event::Read(Err(lost())))
    }
}

/// Does `task`, and drops its chunk: the thread that used that memory gives it back, before others
/// hear of the end.
pub(super) fn do_task(task: ChunkTask<'_>, worker: &mut Worker<'_>) -> Result<FinishedChunk> {
    let ChunkTask { sequence, chunk, placement, mut output } = task;
    chunk.fault_in();
    let counts = worker.work(&chunk, placement, &mut output)?;
    Ok(FinishedChunk { sequence, output, counts })
}
