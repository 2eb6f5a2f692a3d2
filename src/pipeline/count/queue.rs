//! The logs that are not yet begun, which threads take in order.
//!
//! They are taken several at a time, because small logs are counted together. A thread that meets one
//! that it has to count alone gives the rest back, so that no log waits for a long one beside it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::vec;

use super::Log;

/// Logs that follow each other.
pub(super) struct Batch {
    /// The number of the first of them, counted from 0.
    pub(super) first: u64,
    pub(super) logs: vec::IntoIter<Log>,
}

/// The most logs in a batch. With more, threads wait longer for each other at the end.
const BATCH: usize = 32;

/// The logs that are not yet begun.
pub(super) struct Queue<I> {
    state: Mutex<State<I>>,
    changed: Condvar,
}

struct State<I> {
    /// Those that no thread has taken.
    logs: I,
    /// The number of the first of them.
    next: u64,
    /// Those that were given back.
    returned: Vec<Batch>,
    /// The batches of which a part may be given back.
    taken: usize,
    /// Whether no thread is to take more for now.
    is_closed: bool,
}

impl<I: Iterator<Item = Log>> Queue<I> {
    pub(super) fn new(logs: I) -> Self {
        let (next, returned, taken, is_closed) = (0, Vec::new(), 0, false);
        let state = State { logs, next, returned, taken, is_closed };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Takes the next logs, or returns `None` after the last or if the queue is closed. The caller
    /// must call [`finish`](Self::finish) with what is left of them.
    pub(super) fn take(&self) -> Option<Batch> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(batch) = state.next_batch() {
                state.taken += 1;
                return Some(batch);
            }
            if state.taken == 0 {
                return None;
            }
            // Of those that others have taken, some may come back.
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Gives back what is left of a batch, which may be nothing.
    pub(super) fn finish(&self, rest: Batch) {
        let mut state = self.lock();
        state.taken -= 1;
        if rest.logs.len() > 0 {
            state.returned.push(rest);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Has no thread take more logs until the queue is [opened](Self::open).
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    /// Lets threads take logs again.
    pub(super) fn open(&mut self) {
        self.state.get_mut().unwrap_or_else(PoisonError::into_inner).is_closed = false;
    }

    fn lock(&self) -> MutexGuard<'_, State<I>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<I: Iterator<Item = Log>> State<I> {
    fn next_batch(&mut self) -> Option<Batch> {
        // Those that were given back come before all that were not taken.
        let first = (0..self.returned.len()).min_by_key(|&index| self.returned[index].first);
        if let Some(index) = first {
            return Some(self.returned.swap_remove(index));
        }
        let logs: Vec<_> = self.logs.by_ref().take(BATCH).collect();
        let first = self.next;
        self.next += logs.len() as u64;
        (!logs.is_empty()).then(|| Batch { first, logs: logs.into_iter() })
    }
}
