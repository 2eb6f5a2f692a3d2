//! The threads that work on chunks.
//!
//! The pipeline only knows the [`Executor`] trait: it starts tasks and is told of events. In the
//! program the tasks are done by rayon, or by the driving thread alone.

use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Mutex, PoisonError};

use rayon::{ScopeFifo, Yield};

use super::worker::{ChunkOutput, Worker};
use crate::error::{Error, Result};
use crate::input::Block;
use crate::input::chunk::Chunk;
use crate::rules::Counts;

/// A chunk to be worked on.
pub(crate) struct ChunkTask<'a> {
    pub(crate) sequence: u64,
    pub(crate) chunk: Chunk<'a>,
    /// Bytes of plain text before the chunk.
    pub(crate) start: u64,
    /// What is made of it goes here.
    pub(crate) output: ChunkOutput,
}

/// A task that was done.
pub(crate) struct FinishedChunk {
    pub(crate) sequence: u64,
    pub(crate) output: ChunkOutput,
    pub(crate) counts: Counts,
}

/// What the thread that drives the pipeline is told.
pub(crate) enum Event {
    /// A stream gave a block, or its end.
    Read(Result<Option<Block>>),
    /// A task ended.
    Finished(Result<FinishedChunk>),
}

/// Whoever does the tasks.
pub(crate) trait Executor<'a> {
    /// Has the task done, at some time. Its end will be an event.
    fn start(&mut self, task: ChunkTask<'a>);

    /// The next event, if there is one already.
    fn poll(&mut self) -> Option<Event>;

    /// The next event. Only called when one will come.
    fn wait(&mut self) -> Event;
}

/// What one thread works with. It has cache lines of its own, two, for CPUs fetch them by twos: the
/// stack of levels changes with every bracket, and would be torn back and forth with a neighbour's.
#[repr(align(128))]
pub(crate) struct WorkerSlot<'a>(Mutex<Worker<'a>>);

impl<'a> WorkerSlot<'a> {
    pub(crate) fn new(worker: Worker<'a>) -> Self {
        Self(Mutex::new(worker))
    }
}

/// The threads of the rayon pool that this is called in, the calling one included.
pub(crate) struct RayonExecutor<'scope, 'env> {
    scope: &'env ScopeFifo<'scope>,
    /// One for each thread of the pool.
    slots: &'scope [WorkerSlot<'scope>],
    sender: Sender<Event>,
    events: Receiver<Event>,
}

impl<'scope, 'env> RayonExecutor<'scope, 'env> {
    pub(crate) fn new(
        scope: &'env ScopeFifo<'scope>,
        slots: &'scope [WorkerSlot<'scope>],
        (sender, events): (Sender<Event>, Receiver<Event>),
    ) -> Self {
        Self { scope, slots, sender, events }
    }
}

impl<'scope> Executor<'scope> for RayonExecutor<'scope, '_> {
    fn start(&mut self, task: ChunkTask<'scope>) {
        let (slots, sender) = (self.slots, self.sender.clone());
        self.scope.spawn_fifo(move |_| {
            let thread = rayon::current_thread_index().unwrap_or(0);
            // A panic must reach the driving thread as an event: it waits for one.
            let result = panic::catch_unwind(AssertUnwindSafe(|| {
                let worker = slots[thread].0.lock();
                do_task(task, &mut worker.unwrap_or_else(PoisonError::into_inner))
            }));
            let result = result.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())));
            // Nobody listens any more if the run has failed elsewhere.
            let _ = sender.send(Event::Finished(result));
        });
    }

    fn poll(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Does tasks that no other thread has begun while there are any: a thread that only waited
    /// would be one too few, and with one thread there is no other.
    fn wait(&mut self) -> Event {
        loop {
            if let Some(event) = self.poll() {
                return event;
            }
            if rayon::yield_now() != Some(Yield::Executed) {
                return self.events.recv().expect("`self.sender` keeps the channel open");
            }
        }
    }
}

/// The driving thread alone, where there is not enough to do for others.
pub(crate) struct Alone<'a, 'e> {
    worker: Worker<'a>,
    tasks: VecDeque<ChunkTask<'a>>,
    events: &'e Receiver<Event>,
}

impl<'a, 'e> Alone<'a, 'e> {
    /// A executor that works with `worker`, and is told by `events` of what was read.
    pub(crate) fn new(worker: Worker<'a>, events: &'e Receiver<Event>) -> Self {
        Self { worker, tasks: VecDeque::new(), events }
    }
}

impl<'a> Executor<'a> for Alone<'a, '_> {
    fn start(&mut self, task: ChunkTask<'a>) {
        self.tasks.push_back(task);
    }

    fn poll(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    fn wait(&mut self) -> Event {
        if let Some(task) = self.tasks.pop_front() {
            return Event::Finished(do_task(task, &mut self.worker));
        }
        let lost = || Error::Panic { message: "the reader ended without a word".into() };
        self.events.recv().unwrap_or_else(|_| Event::Read(Err(lost())))
    }
}

/// The chunk's memory is given back here, by the thread that used it, and before the event.
fn do_task(task: ChunkTask<'_>, worker: &mut Worker<'_>) -> Result<FinishedChunk> {
    let ChunkTask { sequence, chunk, start, mut output } = task;
    let counts = worker.work(&chunk, start, &mut output)?;
    Ok(FinishedChunk { sequence, output, counts })
}
